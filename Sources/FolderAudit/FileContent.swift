import Foundation
import ZipFiles

/// Where in a file a text stands, seen from who might overlook it.
public enum TextOrigin: String, Codable, Sendable, CaseIterable {
    case body, header, footnote, comment, deleted, hidden, metadata, link, altText = "alt-text", name
}

/// A text of a file that somebody could read.
public struct FoundText: Sendable, Hashable {
    /// For people: `paragraph 12`, `Sheet1!B3`, `page 4`, `line 17`; empty for a text that says its own lines.
    public var place: String
    public var text: String
    public var origin: TextOrigin
    /// The text is a whole file's: places are lines of it.
    public var countsLines: Bool

    public init(_ place: String, _ text: String, _ origin: TextOrigin = .body, countsLines: Bool = false) {
        self.place = place
        self.text = text
        self.origin = origin
        self.countsLines = countsLines
    }
}

/// Something about a file that a person should know before it is shared, whatever it says.
public struct FileNotice: Codable, Sendable, Hashable {
    public enum Code: String, Codable, Sendable, CaseIterable {
        // Findings.
        case author, company, template, comment, trackedChange = "tracked-change", hiddenText = "hidden-text", hiddenSheet = "hidden-sheet"
        case embeddedFile = "embedded-file", macro, thumbnail, userPath = "user-path", printer, imageMetadata = "image-metadata"
        case location, audioMetadata = "audio-metadata", rawAudio = "raw-audio", rawVideo = "raw-video", attachment, form
        case keyRegister = "key-register", confidentialStamp = "confidential-stamp"
        // What has not been looked at.
        case notChecked = "not-checked", unreadable

        /// Whether it says that something was not looked at, and not that something was found.
        public var isGap: Bool { self == .notChecked || self == .unreadable }
    }

    public var code: Code
    public var place: String
    /// Why, for gaps.
    public var reason: UnreadReason?

    public init(_ code: Code, _ place: String = "", reason: UnreadReason? = nil) {
        self.code = code
        self.place = place
        self.reason = reason
    }
}

/// All that reading a file brought up.
public struct FileContent: Sendable {
    public var texts: [FoundText] = []
    public var notices: [FileNotice] = []
    /// Files inside, to be read like others.
    public var inner: [(name: String, data: Data)] = []
    /// Folders inside that have an entry of their own.
    var folders: [String] = []

    public init() {}

    mutating func add(_ place: String, _ text: String, _ origin: TextOrigin = .body) {
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        texts.append(FoundText(place, text, origin))
    }

    /// Once for each place.
    mutating func note(_ code: FileNotice.Code, _ place: String = "", reason: UnreadReason? = nil) {
        let notice = FileNotice(code, place, reason: reason)
        if !notices.contains(notice) { notices.append(notice) }
    }
}

/// Why a file could not be read.
struct ReadingFault: Error, Sendable {
    var reason: UnreadReason
    init(_ reason: UnreadReason) { self.reason = reason }

    init(zip fault: ZipFault) {
        reason =
            switch fault {
            case .notArchive: .notZip
            case .damaged: .damaged
            case .encrypted: .protected
            case .partTooLarge(_, let limit): .partLarger(limit)
            case .tooLarge: .bomb
            case .tooMany(let limit): .tooMany(limit)
            }
    }
}
