/// Bounds-checked little- and big-endian reads from bytes that nobody has vouched for.
struct ByteReader {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { self.bytes = ArraySlice(Array(bytes)) }

    var count: Int { bytes.count }

    func u8(_ at: Int) -> UInt8? {
        at >= 0 && at < bytes.count ? bytes[bytes.startIndex + at] : nil
    }
    func u16(_ at: Int) -> UInt16? {
        guard let a = u8(at), let b = u8(at + 1) else { return nil }
        return UInt16(a) | UInt16(b) << 8
    }
    func u32(_ at: Int) -> UInt32? {
        guard let a = u16(at), let b = u16(at + 2) else { return nil }
        return UInt32(a) | UInt32(b) << 16
    }
    func u64(_ at: Int) -> UInt64? {
        guard let a = u32(at), let b = u32(at + 4) else { return nil }
        return UInt64(a) | UInt64(b) << 32
    }
    func bigU32(_ at: Int) -> UInt32? { u32(at)?.byteSwapped }

    func slice(_ at: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard at >= 0, length >= 0, at <= bytes.count, length <= bytes.count - at else { return nil }
        let start = bytes.startIndex + at
        return bytes[start..<(start + length)]
    }

    /// Four printable characters, or nil.
    func fourCC(_ at: Int) -> String? {
        guard let four = slice(at, 4), four.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: four, as: UTF8.self)
    }

    /// A fixed-width text field: up to the first NUL, UTF-8 if valid, else Latin-1; control characters other than line
    /// breaks and tabs removed, surrounding white space trimmed.
    func text(_ at: Int, _ length: Int) -> String {
        let end = min(bytes.count, max(at, 0) + max(length, 0))
        guard at >= 0, at < end else { return "" }
        return ByteReader.text(bytes[(bytes.startIndex + at)..<(bytes.startIndex + end)])
    }

    static func text(_ raw: some Sequence<UInt8>) -> String {
        let field = Array(raw.prefix { $0 != 0 })
        let decoded: String
        if let utf8 = String(validating: field, as: UTF8.self) {
            decoded = utf8
        } else {
            decoded = String(String.UnicodeScalarView(field.map { Unicode.Scalar($0) }))
        }
        let kept = decoded.unicodeScalars.filter {
            $0 == "\n" || $0 == "\t" || !($0.value < 0x20 || ($0.value >= 0x7F && $0.value < 0xA0))
        }
        var start = kept.startIndex
        var end = kept.endIndex
        while start < end, kept[start].properties.isWhitespace { start = kept.index(after: start) }
        while end > start, kept[kept.index(before: end)].properties.isWhitespace { end = kept.index(before: end) }
        return String(String.UnicodeScalarView(kept[start..<end]))
    }
}
