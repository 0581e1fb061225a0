import CodingStore
import Foundation

/// What leaves, and in which shape.
public struct ProjectExportOptions: Sendable {
    /// Where the codings of a transcript with sound stand.
    public enum Layout: String, Sendable, CaseIterable {
        /// On a text, with the sound and its sync points as a transcript beside it. What ATLAS.ti writes, and what every program reads.
        case beside
        /// On the sound's transcript alone, from sync point to sync point.
        case transcript
        /// On a text; no sound and no times.
        case text
    }

    /// How sound goes along. Only redacted sound ever does.
    public enum Sound: String, Sendable, CaseIterable {
        /// The file's path within the study; the reader puts the file there.
        case reference
        /// In the archive.
        case included
        case none
    }

    public var layout: Layout
    public var sound: Sound
    /// The study's folder, where the sounds' paths begin; needed for ``Sound/included``.
    public var study: URL?

    public init(layout: Layout = .beside, sound: Sound = .reference, study: URL? = nil) {
        self.layout = layout
        self.sound = sound
        self.study = study
    }
}
