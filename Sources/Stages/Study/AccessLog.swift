import Foundation
import Pipeline

/// Who looked into the key register, when and why: `fortrolig/tilgangslogg.jsonl`, one JSON object a line.
///
/// Lines are only added, and each carries the digest of the one before it, so that a line taken out or changed shows. It holds
/// codes, never names; it stays when the register is destroyed.
public struct AccessLog: Sendable {
    public enum Act: String, Codable, Sendable { case reveal, names, export, copy, `import`, rotate, destroy, new, withdraw, disclose }

    public struct Entry: Codable, Sendable, Hashable {
        /// ISO 8601, UTC.
        public var when: String
        public var by: String
        public var act: Act
        public var reason: String?
        public var code: String?
        /// SHA-256 of the line before, hexadecimal; empty for the first.
        public var previous: String
    }

    public static let name = "tilgangslogg.jsonl"
    let url: URL

    public init(_ folders: OutputFolders) { url = folders.confidential.appendingPathComponent(Self.name) }

    /// Adds a line and waits until the disk has it.
    public func add(_ act: Act, by: String, reason: String? = nil, code: String? = nil) throws {
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        let lock = try FileLock(URL(fileURLWithPath: url.path + ".lock"))
        defer { lock.release() }
        let last = lines().last.map { Digest.sha256(Data($0.utf8)) } ?? ""
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(Entry(when: StudyCard.now(), by: by, act: act, reason: reason, code: code, previous: last)) + [0x0A]
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        defer { close(descriptor) }
        let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == line.count, fsync(descriptor) == 0 else { throw FileFault(url, errno) }
    }

    private func lines() -> [Substring] { ((try? String(contentsOf: url, encoding: .utf8)) ?? "").split(separator: "\n") }

    public func entries() -> [Entry] { lines().compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0.utf8)) } }

    /// Number of the first line, from 1, that does not follow from the one before; nil when all do.
    public func firstBroken() -> Int? {
        var last = ""
        for (number, line) in zip(1..., lines()) {
            guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.utf8)), entry.previous == last else { return number }
            last = Digest.sha256(Data(line.utf8))
        }
        return nil
    }
}
