import Crypto
import Foundation

/// SHA-256 digests, as lower-case hex.
public enum Digest {
    public static func sha256(_ data: Data) -> String { hex(SHA256.hash(data: data)) }

    /// Streams the file, so that its size does not matter.
    public static func sha256(file url: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        var hash = SHA256()
        while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty { hash.update(data: block) }
        return hex(hash.finalize())
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for byte in digest {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Digests of input files, remembered by size, modification time and inode, so that an unchanged study plans at once.
///
/// The memory speeds planning up only: an entry that does not match the file exactly is not used.
public final class DigestMemory: @unchecked Sendable {
    private struct Entry: Codable {
        var size: Int
        var modified: Double
        var inode: UInt64
        var digest: String
    }

    private let lock = NSLock()
    private var entries: [String: Entry] = [:]
    private var changed = false
    private let file: URL?
    private let sealing: (any SealerSource)?
    private static let place = "digests"

    /// - Parameters:
    ///   - file: where the memory is kept between runs; nil for none.
    ///   - sealing: seals that file: a digest of a path is found by anybody who can guess the path.
    public init(file: URL?, sealing: (any SealerSource)? = nil) {
        self.file = file
        self.sealing = sealing
        func opened(_ data: Data) -> Data? {
            guard let sealing else { return data }
            return (try? sealing.existing()).flatMap { $0 }.flatMap { try? $0.open(data, at: Self.place) }
        }
        if let file, let data = (try? Data(contentsOf: file)).flatMap(opened),
            let stored = try? JSONDecoder().decode([String: Entry].self, from: data)
        {
            entries = stored
        }
    }

    public func digest(of url: URL) throws -> String {
        // A link's own size and date do not change when the file it names does.
        let url = url.resolvingSymlinksInPath()
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        let size = (attributes[.size] as? NSNumber)?.intValue ?? -1
        let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
        // Memory need not hold names, either.
        let key = Digest.sha256(Data(url.standardizedFileURL.path.utf8))
        if let entry = lock.withLock({ entries[key] }), entry.size == size, entry.modified == modified,
            entry.inode == inode
        {
            return entry.digest
        }
        let digest = try Digest.sha256(file: url)
        lock.withLock {
            entries[key] = Entry(size: size, modified: modified, inode: inode, digest: digest)
            changed = true
        }
        return digest
    }

    /// Writes the memory down, if anything is new.
    public func save() {
        lock.withLock {
            guard changed, let file else { return }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            if let plain = try? encoder.encode(entries),
                let data = sealing == nil ? plain : try? sealing?.forWriting().seal(plain, at: Self.place), (try? SafeFile.write(data, to: file, confidential: true)) != nil {
                changed = false
            }
        }
    }
}
