/// What the first bytes of a file say that it is, whatever its name says.
enum FileSniffer {
    enum Kind: Equatable {
        /// A container that the decoder library reads.
        case decodable
        /// Sound in a format that needs a converter.
        case foreignAudio(String)
        /// Not sound.
        case other(String)
        /// No known signature.
        case unknown
    }

    /// Files with none of these endings are not tried as MP3 without a proper frame header.
    static let audioExtensions: Set<String> = [
        "wav", "wave", "bwf", "rf64", "w64", "flac", "aif", "aiff", "aifc", "caf", "ogg", "oga", "opus", "mp3", "mp2",
        "au", "snd", "sph", "nist",
    ]
    /// Endings of sound files that only a converter opens.
    static let foreignExtensions: Set<String> = [
        "m4a", "m4b", "mp4", "aac", "3gp", "3ga", "amr", "awb", "wma", "asf", "ds2", "dss", "dvf", "msv", "webm", "mka",
        "mkv", "mov", "avi", "ra", "rm", "ac3",
    ]

    static func kind(head: [UInt8]) -> Kind {
        let reader = ByteReader(head)
        func starts(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
            reader.slice(offset, bytes.count).map { Array($0) == bytes } ?? false
        }
        func starts(_ text: String, at offset: Int = 0) -> Bool { starts(Array(text.utf8), at: offset) }

        if starts("RIFF") || starts("RIFX") || starts("RF64") || starts("BW64") {
            if starts("AVI ", at: 8) { return .foreignAudio("an AVI video") }
            if starts("WEBP", at: 8) { return .other("an image (WebP)") }
            return .decodable
        }
        if starts([0x72, 0x69, 0x66, 0x66, 0x2E, 0x91]) || starts("fLaC") || starts("OggS") || starts("caff")
            || starts("FORM") || starts(".snd") || starts("NIST_1A") || starts("ID3")
        { return .decodable }
        if starts("ftyp", at: 4) {
            if starts("3g", at: 8) { return .foreignAudio("3GPP (phone recording, AAC or AMR)") }
            return .foreignAudio("MPEG-4 audio (M4A/AAC)")
        }
        if starts("#!AMR") { return .foreignAudio("AMR (phone recording)") }
        if starts([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66]) { return .foreignAudio("Windows Media Audio (WMA)") }
        if starts("dss", at: 1) { return .foreignAudio("Olympus/Philips dictation (DSS)") }
        if starts("ds2", at: 1) { return .foreignAudio("Olympus/Philips dictation (DS2)") }
        if starts("MS_VOICE") { return .foreignAudio("Sony dictation (DVF/MSV)") }
        if starts([0x1A, 0x45, 0xDF, 0xA3]) { return .foreignAudio("Matroska/WebM") }
        if starts(".RMF") || starts([0x2E, 0x72, 0x61, 0xFD]) { return .foreignAudio("RealAudio") }
        if starts("ADIF") { return .foreignAudio("AAC") }
        if starts([0x0B, 0x77]) { return .foreignAudio("Dolby AC-3") }
        if starts([0xFF]), let second = reader.u8(1), second & 0xE0 == 0xE0 {
            if second & 0xF6 == 0xF0 { return .foreignAudio("AAC") }
            // Layer, bit rate and sampling frequency must not be the reserved values.
            if let third = reader.u8(2), second & 0x18 != 0x08, second & 0x06 != 0, third & 0xF0 != 0xF0,
                third & 0x0C != 0x0C
            { return .decodable }
        }
        if starts("%PDF") { return .other("a PDF document") }
        if starts("PK\u{3}\u{4}") { return .other("a zip archive or an Office document") }
        if starts([0xD0, 0xCF, 0x11, 0xE0]) { return .other("an old Office document") }
        if starts([0x89, 0x50, 0x4E, 0x47]) || starts([0xFF, 0xD8, 0xFF]) || starts("GIF8") { return .other("an image") }
        if starts([0x7F, 0x45, 0x4C, 0x46]) || starts("MZ") { return .other("a program") }
        if starts([0x1F, 0x8B]) || starts("7z\u{BC}") || starts("Rar!") { return .other("a compressed archive") }
        if !head.isEmpty, head.allSatisfy({ $0 == 0 }) { return .other("nothing but zero bytes, as after a failed copy") }
        if looksLikeText(head) {
            let lower = ByteReader.text(head.prefix(512)).lowercased()
            if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") { return .other("a web page (HTML)") }
            if lower.hasPrefix("<?xml") { return .other("an XML document") }
            return .other("plain text")
        }
        return .unknown
    }

    /// Encrypted dictation files start like DSS/DS2 too; text is anything without control bytes.
    private static func looksLikeText(_ head: [UInt8]) -> Bool {
        guard !head.isEmpty else { return false }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return true }
        return head.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 || $0 == 10 || $0 == 13 || $0 == 12 }
    }
}

extension IngestError {
    static func notAudio(_ name: String, _ looksLike: String) -> IngestError {
        IngestError(
            .notAudio, "“\(name)” is not a sound file: it looks like \(looksLike).",
            advice: "Check that the right file was copied from the recorder; copy it again if the original is a recording.")
    }

    static func unsupported(_ name: String, _ kind: String) -> IngestError {
        IngestError(
            .unsupportedFormat, "“\(name)” is \(kind), which cannot be read directly.",
            advice: "Install ffmpeg, and ordrett converts it by itself; or convert it with "
                + "the recorder's own software to WAV or FLAC. Encrypted dictation files must be decrypted first.")
    }
}
