import Crypto
import Foundation

/// SHA-256 in lower-case hex.
public enum FileDigest {
    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    public static func sha256(of bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    /// Reads the file in blocks of 1 MiB.
    /// - Parameter progress: called once a block; what it throws ends the work.
    public static func sha256(ofFile path: String, progress: (Double) throws -> Void = { _ in }) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw ModelError.cannotRead(name: (path as NSString).lastPathComponent) }
        defer { try? file.close() }
        let size = max(1, (try? file.seekToEnd()) ?? 1)
        try file.seek(toOffset: 0)
        var hash = SHA256(), done: UInt64 = 0
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
            hash.update(data: data)
            done += UInt64(data.count)
            try progress(min(1, Double(done) / Double(size)))
        }
        return hex(hash.finalize())
    }

    /// 64 hexadecimal digits in lower case, or nil.
    static func normalized(_ text: String) -> String? {
        let digest = text.trimmingCharacters(in: .whitespaces).lowercased()
        return digest.count == 64 && digest.allSatisfy { $0.isASCII && $0.isHexDigit } ? digest : nil
    }
}
