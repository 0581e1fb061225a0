/// The chunks of a RIFF, RF64, BW64 or Sony Wave64 file, found by walking the file without trusting its sizes.
///
/// Sources: Microsoft/IBM RIFF (1991), EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64), Sonic Foundry Wave64.
struct RIFFChunks {
    enum Container: String { case riff = "RIFF", rf64 = "RF64", bw64 = "BW64", wave64 = "W64" }

    struct Chunk {
        var id: String
        /// Offset of the chunk's body in the file.
        var offset: Int64
        /// Size that the header promises, in bytes.
        var promised: Int64
        /// Bytes of the body that the file really holds.
        var available: Int64
    }

    var container: Container
    var chunks: [Chunk] = []
    /// Whether the walk reached the end of the file with every byte inside a chunk.
    var endsCleanly = false
    /// First byte after the last chunk that could be followed.
    var end: Int64 = 0

    func first(_ id: String) -> Chunk? { chunks.first { $0.id == id } }

    /// More chunks than any recorder writes: a file made to waste time.
    static let mostChunks = 10_000

    /// The chunks, or nil when the file is none of these containers or holds no WAVE form.
    static func walk(_ file: ReadOnlyFile) throws -> RIFFChunks? {
        let head = ByteReader(try file.bytes(at: 0, count: 40))
        guard let magic = head.fourCC(0) else { return nil }
        if magic == "riff" { return try walkWave64(file, head) }
        guard let container = Container(rawValue: magic), container != .wave64, head.fourCC(8) == "WAVE" else { return nil }
        return try walkRIFF(file, container)
    }

    /// Whether every byte from `offset` to the end of the file is inside plausible chunks.
    static func isChunkList(_ file: ReadOnlyFile, from offset: Int64) throws -> Bool {
        var walker = RIFFChunks(container: .riff)
        try walker.follow(file, from: offset, ds64: nil)
        return walker.endsCleanly && !walker.chunks.isEmpty
    }

    private static func walkRIFF(_ file: ReadOnlyFile, _ container: Container) throws -> RIFFChunks {
        var result = RIFFChunks(container: container)
        var ds64: ByteReader?
        if container != .riff {
            let header = ByteReader(try file.bytes(at: 12, count: 8 + 28))
            if header.fourCC(0) == "ds64" {
                let table = Int(min(header.u32(4) ?? 0, 65_536))
                ds64 = ByteReader(try file.bytes(at: 20, count: max(28, table)))
            }
        }
        try result.follow(file, from: 12, ds64: ds64)
        return result
    }

    private mutating func follow(_ file: ReadOnlyFile, from start: Int64, ds64: ByteReader?) throws {
        var offset = start
        while chunks.count < RIFFChunks.mostChunks {
            if offset >= file.size {
                endsCleanly = true
                break
            }
            let header = ByteReader(try file.bytes(at: offset, count: 8))
            guard let id = header.fourCC(0), let size32 = header.u32(4) else {
                // A lone padding byte at the very end is common and harmless.
                endsCleanly = file.size - offset <= 1
                break
            }
            var promised = Int64(size32)
            if size32 == .max, let ds64 { promised = RIFFChunks.size64(id, in: ds64) ?? promised }
            let body = offset + 8
            let available = max(0, min(promised, file.size - body))
            chunks.append(Chunk(id: id, offset: body, promised: promised, available: available))
            if promised > available {
                offset = file.size
                break
            }
            offset = body + promised + (promised & 1)
        }
        end = min(offset, file.size)
    }

    /// The 64-bit size of a chunk: `data` from its own field, others from the table behind it.
    private static func size64(_ id: String, in ds64: ByteReader) -> Int64? {
        if id == "data" { return ds64.u64(8).flatMap { Int64(exactly: $0) } }
        guard let entries = ds64.u32(24) else { return nil }
        for index in 0..<min(Int(entries), 1_000) where ds64.fourCC(28 + 12 * index) == id {
            return ds64.u64(32 + 12 * index).flatMap { Int64(exactly: $0) }
        }
        return nil
    }

    /// Wave64 chunks: a 16-byte GUID whose first four bytes spell the RIFF name, a 64-bit size that counts its own
    /// 24-byte header, bodies padded to 8 bytes.
    private static func walkWave64(_ file: ReadOnlyFile, _ head: ByteReader) throws -> RIFFChunks? {
        guard let first = head.slice(4, 4), Array(first) == [0x2E, 0x91, 0xCF, 0x11] else { return nil }
        var result = RIFFChunks(container: .wave64)
        var offset: Int64 = 40
        while result.chunks.count < mostChunks {
            if offset >= file.size {
                result.endsCleanly = true
                break
            }
            let header = ByteReader(try file.bytes(at: offset, count: 24))
            guard let id = header.fourCC(0), let size = header.u64(16), let promised = Int64(exactly: size),
                promised >= 24
            else {
                result.endsCleanly = file.size - offset < 8
                break
            }
            let body = offset + 24
            let available = max(0, min(promised - 24, file.size - body))
            result.chunks.append(Chunk(id: id, offset: body, promised: promised - 24, available: available))
            if promised - 24 > available {
                offset = file.size
                break
            }
            offset = (offset + promised + 7) & ~7
        }
        result.end = min(offset, file.size)
        return result
    }
}
