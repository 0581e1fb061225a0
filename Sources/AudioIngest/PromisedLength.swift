/// How many bytes of sound the headers of AIFF, AU and CAF files promise, and how many there are. libsndfile shortens such
/// files without a word.
enum PromisedLength {
    struct Found {
        var promised: Int64
        var available: Int64
    }

    /// Nil when the file is none of these, or says nothing.
    static func find(_ file: ReadOnlyFile) throws -> Found? {
        let head = ByteReader(try file.bytes(at: 0, count: 24))
        switch head.fourCC(0) {
        case "FORM": return try walk(file, from: 12, sizeBytes: 4, wanted: "SSND")
        case "caff": return try walk(file, from: 8, sizeBytes: 8, wanted: "data")
        case ".snd":
            guard let start = head.bigU32(4), let size = head.bigU32(8), size != .max else { return nil }
            return Found(promised: Int64(size), available: max(0, min(Int64(size), file.size - Int64(start))))
        default: return nil
        }
    }

    /// Big-endian chunks: AIFF bodies are padded to even lengths, CAF bodies are not; −1 in CAF means "to the end".
    private static func walk(_ file: ReadOnlyFile, from start: Int64, sizeBytes: Int, wanted: String) throws -> Found? {
        var offset = start
        for _ in 0..<1_000 where offset < file.size {
            let header = ByteReader(try file.bytes(at: offset, count: 4 + sizeBytes))
            guard let id = header.fourCC(0) else { return nil }
            var size: Int64?
            if sizeBytes == 4 {
                size = header.bigU32(4).map { Int64($0) }
            } else {
                size = header.u64(4).map { Int64(bitPattern: $0.byteSwapped) }
            }
            guard let size, size >= 0, size < 1 << 60 else { return nil }
            let body = offset + 4 + Int64(sizeBytes)
            if id == wanted { return Found(promised: size, available: max(0, min(size, file.size - body))) }
            offset = body + size + (sizeBytes == 4 ? size & 1 : 0)
        }
        return nil
    }
}
