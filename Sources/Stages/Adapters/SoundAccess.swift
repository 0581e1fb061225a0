import AudioIngest
import Foundation
import Pipeline
import Signal

/// Opens an item's recording for a stage, converting what libsndfile cannot read when ffmpeg is there.
struct SoundAccess: Sendable {
    let recording: Recording
    /// The files as the study has them, when the recording was converted; its identity is theirs.
    private let originals: [URL]

    /// - Parameters:
    ///   - parts: the recording's files in order.
    ///   - cache: where a converted copy may lie (0600 in 0700), named by the digest of what it was made from.
    init(parts: [URL], cache: URL) throws {
        do {
            recording = try Recording(parts: parts.map(\.path))
            originals = []
        } catch let error as IngestError where error.code == .unsupportedFormat {
            guard let converter = ExternalConverter() else { throw error }
            let folder = cache.appendingPathComponent("converted")
            try SafeFile.makeFolder(folder, confidential: true)
            let converted = try parts.map { part -> String in
                let copy = folder.appendingPathComponent(try ContentDigest.sha256Hex(ofFile: part.path) + ".wav")
                if !FileManager.default.fileExists(atPath: copy.path) {
                    let fresh = try converter.convert(part.path, toWAVIn: folder.path)
                    try FileManager.default.moveItem(atPath: fresh, toPath: copy.path)
                }
                return copy.path
            }
            recording = try Recording(parts: converted)
            originals = parts
        }
    }

    /// The digest of the study's own files, when they are not what was read; else nil.
    func digestOfOriginals() throws -> String? {
        originals.isEmpty ? nil : ContentDigest.combined(try originals.map { try ContentDigest.sha256Hex(ofFile: $0.path) })
    }

    init(_ context: ItemContext) throws {
        try self.init(parts: context.files("recording"), cache: context.folders.cache)
    }
}

extension ItemContext {
    /// A progress callback that covers a part of the stage's work.
    func progress(_ from: Double, _ to: Double) -> Signal.Progress {
        { fraction in try progress(from + (to - from) * fraction) }
    }
}
