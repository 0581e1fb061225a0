import Crypto
import Foundation
import Signal

/// SHA-256 digests of files, read in blocks of 1 MiB.
public enum ContentDigest {
    static let blockSize = 1 << 20

    /// The SHA-256 digest of a file's bytes as 64 lower-case hexadecimal digits.
    ///
    /// - Throws: `IngestError` when the file cannot be opened or read; what `progress` throws.
    public static func sha256Hex(ofFile path: String, progress: Signal.Progress? = nil) throws -> String {
        let file = try ReadOnlyFile(path: path)
        var hash = SHA256()
        var offset: Int64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 64)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return hex(hash.finalize()) }
        while true {
            let (got, failure) = file.read(into: base, at: offset, count: blockSize)
            if failure != 0 { throw file.readError(failure) }
            if got == 0 { break }
            hash.update(bufferPointer: UnsafeRawBufferPointer(start: base, count: got))
            offset += Int64(got)
            try progress?(file.size > 0 ? min(1, Double(offset) / Double(file.size)) : 1)
        }
        return hex(hash.finalize())
    }

    /// The digest of a recording in several parts: SHA-256 over the parts' digests in order, each followed by a line
    /// feed, behind a line that names the scheme. One part: that part's own digest.
    public static func combined(_ partDigests: [String]) -> String {
        if partDigests.count == 1 { return partDigests[0] }
        var hash = SHA256()
        hash.update(data: Data("ordrett-parts-1\n".utf8))
        for digest in partDigests { hash.update(data: Data((digest + "\n").utf8)) }
        return hex(hash.finalize())
    }

    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
