import AudioIngest
import Foundation
import Pipeline
import Signal

/// Opens an item's recording for a stage, converting what libsndfile cannot read when ffmpeg is there.
struct SoundAccess: Sendable {
    let recording: Recording
    /// The files as the study has them, when the recording was converted; its identity is theirs.
    private let originals: [URL]
    /// Lives as long as the converted copy is needed.
    private var temporary: TemporaryFolder?

    /// - Parameters:
    ///   - parts: the recording's files in order.
    ///   - keep: where a converted copy may stay (0600 in 0700), named by the digest of what it was made from; nil for a
    ///     folder that goes with this value.
    init(parts: [URL], keep: URL?) throws {
        self.temporary = nil
        do {
            recording = try Recording(parts: parts.map(\.path))
            originals = []
        } catch let error as IngestError where error.code == .unsupportedFormat {
            guard let converter = ExternalConverter() else { throw error }
            let folder: URL
            if let keep {
                folder = keep
                try SafeFile.makeFolder(folder, confidential: true)
            } else {
                let own = try TemporaryFolder()
                temporary = own
                folder = own.url
            }
            let converted = try parts.map { part -> String in
                let copy = folder.appendingPathComponent(try ContentDigest.sha256Hex(ofFile: part.path) + ".wav")
                if !FileManager.default.fileExists(atPath: copy.path) {
                    let fresh = try converter.convert(part.path, toWAVIn: folder.path)
                    guard rename(fresh, copy.path) == 0 else { throw FileFault(copy, errno) }
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
        try self.init(
            parts: context.files("recording"),
            keep: context.folders.confidential.appendingPathComponent(".mellomlager").appendingPathComponent("lyd"))
    }
}

/// A folder of this process alone (0700, unguessable name), gone when nobody refers to it.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        var template = Array((FileManager.default.temporaryDirectory.path + "/\(Leftovers.prefix)\(getpid())-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw FileFault(FileManager.default.temporaryDirectory, errno) }
        url = URL(fileURLWithPath: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

extension ItemContext {
    /// A progress callback that covers a part of the stage's work.
    func progress(_ from: Double, _ to: Double) -> Signal.Progress {
        { fraction in try progress(from + (to - from) * fraction) }
    }
}
