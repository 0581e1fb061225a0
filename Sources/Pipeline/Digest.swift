import Crypto
import Foundation

/// SHA-256 digests, as lower-case hex.
public enum Digest {
    public static func sha256(_ data: Data) -> String { hex(SHA256.hash(data: data)) }

    static func sha256(bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    /// Of a text's UTF-8 bytes.
    public static func sha256(text: String) -> String { sha256(bytes: Array(text.utf8)) }

    /// Streams the file, so that its size does not matter.
    public static func sha256(file url: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        var hash = SHA256()
        while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty { hash.update(data: block) }
        return hex(hash.finalize())
    }

    /// A digest of what comes block by block.
    struct Running {
        private var hash = SHA256()
        mutating func add(_ block: ArraySlice<UInt8>) { block.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        var digest: String { Digest.hex(hash.finalize()) }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = digits
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for byte in digest {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Digests of files, remembered by size, times and inode, so that an unchanged study plans at once.
///
/// The memory speeds planning up only: an entry that does not match the file exactly is not used, nor one that was made so soon
/// after the file was written that a later change might not show (``FileMark/isSettled(by:)``).
public final class DigestMemory: @unchecked Sendable {
    struct Entry: Hashable {
        var mark: FileMark
        /// When the file was read, in nanoseconds since 1970.
        var noted: Int64
        var digest: String
    }

    private let lock = NSLock()
    private var entries: [String: Entry] = [:]
    private var changed = false
    private let file: URL?
    private let sealing: (any SealerSource)?
    private let clock: @Sendable () -> Int64
    private static let place = "digests"

    /// - Parameters:
    ///   - file: where the memory is kept between runs; nil for none.
    ///   - sealing: seals that file: a digest of a path is found by anybody who can guess the path.
    public convenience init(file: URL?, sealing: (any SealerSource)? = nil) {
        self.init(file: file, sealing: sealing, clock: { FileMark.now })
    }

    init(file: URL?, sealing: (any SealerSource)?, clock: @escaping @Sendable () -> Int64) {
        self.file = file
        self.sealing = sealing
        self.clock = clock
        guard let file, let lines = MemoryFile.read(file, sealing: sealing, place: Self.place) else { return }
        for fields in lines {
            guard fields.count == 7, let mark = FileMark(fields: fields[1...]), let noted = Int64(fields[5]) else { continue }
            entries[fields[0]] = Entry(mark: mark, noted: noted, digest: fields[6])
        }
    }

    public func digest(of url: URL) throws -> String { try digest(ofPath: url.path) }

    /// - Parameter path: absolute.
    func digest(ofPath path: String) throws -> String {
        guard let mark = FileMark(path) else { throw FileFault(URL(filePath: path, directoryHint: .notDirectory), errno, .read) }
        // Memory need not hold names, either.
        let key = Digest.sha256(text: path)
        if let entry = lock.withLock({ entries[key] }), entry.mark == mark, mark.isSettled(by: entry.noted) { return entry.digest }
        let noted = clock(), digest = try Digest.sha256(file: URL(filePath: path, directoryHint: .notDirectory))
        lock.withLock {
            entries[key] = Entry(mark: mark, noted: noted, digest: digest)
            changed = true
        }
        return digest
    }

    /// Writes the memory down, if anything is new.
    public func save() {
        lock.withLock {
            guard changed, let file else { return }
            let lines = entries.sorted { $0.key < $1.key }.map { [$0.key] + $0.value.mark.fields + [String($0.value.noted), $0.value.digest] }
            if MemoryFile.write(lines, to: file, sealing: sealing, place: Self.place) { changed = false }
        }
    }
}
