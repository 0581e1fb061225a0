import Foundation

/// Takes from a PDF what differs from one printing to the next: the time of writing and the document's id.
///
/// They are overwritten in place with as many bytes, since a PDF's cross-references count bytes. Only what stands in plain
/// (not inside a compressed stream) is found, which is where LibreOffice writes them.
enum PDFStamps {
    static func fixed(_ data: Data) -> Data {
        var bytes = [UInt8](data)
        for key in ["/CreationDate", "/ModDate"] {
            for start in places(of: key, in: bytes) { fill(&bytes, from: start, between: "(", and: ")") { index, byte in
                // `D:YYYYMMDDHHmmSS+HH'mm'`: 1 January 2000, at the same length.
                let pattern = Array("D:20000101000000Z00'00'".utf8)
                return index < pattern.count ? pattern[index] : byte
            } }
        }
        for start in places(of: "/DocChecksum", in: bytes) { fill(&bytes, from: start, between: "/", and: "\n") { _, byte in isHex(byte) ? 48 : byte } }
        for start in places(of: "/ID", in: bytes) where start < bytes.count && [10, 13, 32, 91].contains(bytes[start]) {
            fill(&bytes, from: start, between: "[", and: "]") { _, byte in isHex(byte) ? 48 : byte }
        }
        return Data(bytes)
    }

    private static func isHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte) }

    /// Positions after each occurrence of a key.
    private static func places(of key: String, in bytes: [UInt8]) -> [Int] {
        let key = Array(key.utf8)
        guard bytes.count >= key.count else { return [] }
        var found: [Int] = [], index = 0
        while index <= bytes.count - key.count {
            if bytes[index] == key[0], bytes[index..<index + key.count].elementsEqual(key) {
                index += key.count
                found.append(index)
            } else {
                index += 1
            }
        }
        return found
    }

    /// Rewrites what stands between two signs, when both come soon after `start`.
    private static func fill(_ bytes: inout [UInt8], from start: Int, between open: String, and close: String, _ new: (Int, UInt8) -> UInt8) {
        guard let first = bytes[start...].prefix(16).firstIndex(of: Array(open.utf8)[0]),
            let last = bytes[(first + 1)...].prefix(160).firstIndex(of: Array(close.utf8)[0])
        else { return }
        for index in (first + 1)..<last { bytes[index] = new(index - first - 1, bytes[index]) }
    }
}
