import Crypto
import Foundation
import Pipeline

/// What keeps the withdrawn from coming back: salted digests of their recordings, ids and codes.
///
/// A recording's digest is known only to who has the recording. Ids and codes are few, and could be tried one by one by
/// somebody who has this file; it lies in `fortrolig/`, and holds no name.
struct Tombstones: Sendable {
    static let fileName = ".trukket.json"

    private struct Stored: Codable {
        var format = 1
        var salt: String
        var recordings: [String]
        var ids: [String]
        var codes: [String]
    }

    private let url: URL
    private var stored: Stored?

    /// - Throws: ``StageFault`` when the file is there and cannot be read: working on would bring people back.
    init(_ folders: OutputFolders) throws {
        url = folders.confidential.appendingPathComponent(Self.fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        guard let data = FileManager.default.contents(atPath: url.path), let stored = try? JSONDecoder().decode(Stored.self, from: data), stored.format == 1
        else { throw StageFault("'fortrolig/\(Self.fileName)' cannot be read; it keeps withdrawn participants from coming back; restore it from a copy") }
        self.stored = stored
    }

    var isEmpty: Bool { stored == nil }

    private static func digest(_ kind: String, _ value: String, _ salt: String) -> String {
        let key = SymmetricKey(data: Data(salt.utf8))
        return HMAC<SHA256>.authenticationCode(for: Data("\(kind):\(value)".utf8), using: key).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// Adds what is withdrawn, and writes the file. Adding again changes nothing.
    mutating func add(recordings: [String], ids: [String], codes: [String]) throws {
        var all = stored ?? Stored(
            salt: SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }, recordings: [], ids: [], codes: [])
        let salt = all.salt
        func merge(_ old: [String], _ kind: String, _ new: [String]) -> [String] { Set(old + new.map { Self.digest(kind, $0, salt) }).sorted() }
        all.recordings = merge(all.recordings, "recording", recordings)
        all.ids = merge(all.ids, "id", ids.map { $0.lowercased() })
        all.codes = merge(all.codes, "code", codes)
        stored = all
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SafeFile.write(encoder.encode(all), to: url, confidential: true)
    }

    func hasWithdrawn(recording digest: String) -> Bool {
        stored.map { $0.recordings.contains(Self.digest("recording", digest, $0.salt)) } ?? false
    }
    func hasWithdrawn(id: String) -> Bool { stored.map { $0.ids.contains(Self.digest("id", id.lowercased(), $0.salt)) } ?? false }
    func hasWithdrawn(code: String) -> Bool { stored.map { $0.codes.contains(Self.digest("code", code, $0.salt)) } ?? false }

    /// Recordings that must not be worked on. Reads their files only when somebody has withdrawn.
    func holds(_ items: [Item], digests: DigestMemory) -> [Study.Hold] {
        guard stored != nil else { return [] }
        return items.compactMap { item in
            let parts = item.files["recording"] ?? []
            if parts.contains(where: { part in (try? digests.digest(of: part)).map(hasWithdrawn(recording:)) ?? false }) {
                return Study.Hold(id: item.id, reason: "this recording was withdrawn by its participant and is not worked on; delete the file, here and where it was copied from")
            }
            if hasWithdrawn(id: item.id) {
                return Study.Hold(id: item.id, reason: "a withdrawn recording had this id; give this one another id in \(Study.fileName), or another file name")
            }
            if item.recordingFacts.participants.contains(where: { hasWithdrawn(code: $0.code) }) {
                return Study.Hold(id: item.id, reason: "a withdrawn participant had one of the codes listed here; codes are never used again: give another one")
            }
            return nil
        }
    }
}

/// Recordings that are not worked on any more because a date of the study's retention had come. They go by ids of the study, as
/// their transcripts do.
struct ExpiredRecordings: Sendable {
    static let fileName = ".utlopt.json"

    private struct Stored: Codable {
        /// The sound is gone.
        var sound: Set<String> = []
        /// Drafts and raw transcripts are gone: a run would begin again from nothing, and write over what is left.
        var drafts: Set<String> = []
    }

    private let url: URL
    private var stored = Stored()

    /// - Throws: ``StageFault`` when the file is there and cannot be read.
    init(_ folders: OutputFolders) throws {
        url = folders.confidential.appendingPathComponent(Self.fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        guard let data = FileManager.default.contents(atPath: url.path), let found = try? JSONDecoder().decode(Stored.self, from: data) else {
            throw StageFault("'fortrolig/\(Self.fileName)' cannot be read; restore it from a copy")
        }
        stored = found
    }

    mutating func add(sound: [String] = [], drafts: [String] = []) throws {
        stored.sound.formUnion(sound)
        stored.drafts.formUnion(drafts)
        try SafeFile.write(encoded(), to: url, confidential: true)
    }

    mutating func remove(_ gone: Set<String>) throws {
        guard !stored.sound.union(stored.drafts).isDisjoint(with: gone) else { return }
        stored.sound.subtract(gone)
        stored.drafts.subtract(gone)
        try FileErasure.replace(url, with: encoded())
    }

    private func encoded() throws -> Data { try JSONEncoder().encode(["sound": stored.sound.sorted(), "drafts": stored.drafts.sorted()]) }

    /// Whether a recording's sound is gone because its day had come.
    func hasTakenSound(of stem: String) -> Bool { stored.sound.contains { $0.lowercased() == stem.lowercased() } }

    /// - Parameter items: all that is listed or lies in the study; what does neither any more is held, too.
    func holds(_ items: [Item]) -> [Study.Hold] {
        let gone = stored.sound.subtracting(items.map(\.id)).map { Study.Hold(id: $0, reason: Self.soundIsGone, isExpected: true) }
        return gone + items.compactMap { item in
            if stored.drafts.contains(item.id) {
                return Study.Hold(id: item.id, reason: "drafts and raw transcripts were deleted when their day came; what is in deling/ and in the coding store stays as it is", isExpected: true)
            }
            guard stored.sound.contains(item.id), (item.files["recording"] ?? []).allSatisfy({ !FileManager.default.fileExists(atPath: $0.path) }) else { return nil }
            return Study.Hold(id: item.id, reason: Self.soundIsGone, isExpected: true)
        }
    }

    private static let soundIsGone = "the sound was deleted when its day came; what was made of it stays as it is"
}
