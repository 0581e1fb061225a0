/// The `fmt ` chunk of a WAVE file.
struct WaveFormatChunk {
    var tag: UInt16
    var channels: Int
    var rate: Int
    var blockAlign: Int
    var bits: Int
    /// Samples per channel in a block of a block codec (ADPCM); 0 when not given.
    var samplesPerBlock: Int

    init?(_ bytes: [UInt8]) {
        let reader = ByteReader(bytes)
        guard let tag = reader.u16(0), let channels = reader.u16(2), let rate = reader.u32(4),
            let align = reader.u16(12), let bits = reader.u16(14)
        else { return nil }
        // WAVE_FORMAT_EXTENSIBLE keeps the real tag in the first two bytes of the sub-format GUID.
        self.tag = tag == 0xFFFE ? (reader.u16(24) ?? tag) : tag
        self.channels = Int(channels)
        self.rate = Int(rate)
        blockAlign = Int(align)
        self.bits = Int(bits)
        samplesPerBlock = Int(reader.u16(18) ?? 0)
    }

    /// Bytes of one sample of one channel when every frame has the same size; nil for block codecs.
    var bytesPerSample: Int? {
        switch tag {
        case 1, 3:
            guard channels > 0, blockAlign % channels == 0 else { return nil }
            let bytes = blockAlign / channels
            return (tag == 1 ? [1, 2, 3, 4] : [4, 8]).contains(bytes) ? bytes : nil
        case 6, 7: return channels > 0 && blockAlign == channels ? 1 : nil
        default: return nil
        }
    }

    /// Name of the encoding, for messages. Tags as registered in RFC 2361.
    var name: String {
        switch tag {
        case 0x01: "PCM"
        case 0x02: "Microsoft ADPCM"
        case 0x03: "IEEE float"
        case 0x06: "A-law"
        case 0x07: "µ-law"
        case 0x11: "IMA ADPCM"
        case 0x16, 0x40, 0x45, 0x64, 0x65: "G.721/G.723/G.726 ADPCM"
        case 0x22: "TrueSpeech"
        case 0x31: "GSM 6.10"
        case 0x42: "G.723.1"
        case 0x50: "MPEG layer I/II"
        case 0x55: "MP3"
        case 0x130: "Sipro ACELP (dictation)"
        case 0x160...0x163: "Windows Media Audio"
        case 0x270: "Sony ATRAC3"
        case 0xFF, 0x1600, 0x1601, 0x1602, 0x1610: "AAC"
        default: "unknown (tag 0x\(String(tag, radix: 16)))"
        }
    }

    /// Whether libsndfile has a decoder for the encoding.
    var isDecodable: Bool { [0x01, 0x02, 0x03, 0x06, 0x07, 0x11, 0x31, 0x40, 0x45, 0x50, 0x55, 0x64].contains(tag) }

    /// What is impossible about the header, or nil. Checked before a decoder allocates anything from it.
    var absurdity: String? {
        if channels == 0 { return "it says that there are 0 channels" }
        if channels > AudioFormat.mostChannels { return "it says that there are \(channels) channels" }
        if rate < AudioFormat.lowestRate || rate > AudioFormat.highestRate { return "it says that the sampling frequency is \(rate) Hz" }
        switch tag {
        case 1, 3, 6, 7:
            if blockAlign == 0 { return "it says that a frame takes 0 bytes" }
            if bits > 64 || (tag == 1 && bits == 0) { return "it says that a sample has \(bits) bits" }
        case 0x02:
            if blockAlign < 7 * channels { return "its ADPCM blocks are too short" }
            let most = (blockAlign - 7 * channels) * 2 / channels + 2
            if samplesPerBlock > most { return "its ADPCM blocks cannot hold what they promise" }
        case 0x11:
            if blockAlign < 4 * channels { return "its ADPCM blocks are too short" }
            let most = (blockAlign - 4 * channels) * 2 / channels + 1
            if samplesPerBlock > most { return "its ADPCM blocks cannot hold what they promise" }
        default: break
        }
        return nil
    }
}
