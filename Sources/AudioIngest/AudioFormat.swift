import CSndFile
import Signal

/// What a file holds and how: container, encoding, rate, channels, length.
public struct AudioFormat: Codable, Hashable, Sendable {
    /// Most channels that are accepted; more means a damaged header.
    public static let mostChannels = 64
    /// Lowest sampling frequency that is accepted, in hertz; no recorder goes below a telephone's 8000.
    public static let lowestRate = 2_000
    /// Highest sampling frequency that is accepted, in hertz; more means a damaged header.
    public static let highestRate = 1_000_000

    /// "WAV", "RF64", "W64", "FLAC", "AIFF", "CAF", "Ogg", "MP3" …
    public var container: String
    /// "PCM", "float", "A-law", "µ-law", "IMA ADPCM", "Microsoft ADPCM", "FLAC", "Vorbis", "Opus", "MP3" …
    public var encoding: String
    /// Resolution of a sample; nil for lossy encodings.
    public var bitsPerSample: Int?
    public var rate: SampleRate
    public var channels: Int
    /// Samples per channel.
    public var frames: Int
    /// Whether the encoding throws part of the sound away.
    public var isLossy: Bool
    /// Whether samples can be NaN, infinite or beyond full scale.
    public var isFloat: Bool

    public var seconds: Double { rate.seconds(frames) }

    /// For example "WAV, PCM 16 bit, 44100 Hz, 2 channels, 1:02:03.5".
    public var description: String {
        var parts = [container]
        let bits = bitsPerSample.map { " \($0) bit" } ?? ""
        if encoding != container || !bits.isEmpty { parts.append((encoding == container ? "" : encoding) + bits) }
        parts.append("\(rate.hertz) Hz")
        parts.append(channels == 1 ? "mono" : "\(channels) channels")
        parts.append(AudioFormat.clock(seconds))
        return parts.map { $0.first == " " ? String($0.dropFirst()) : $0 }.joined(separator: ", ")
    }

    /// A duration as "h:mm:ss.s", or "m:ss.s" under an hour.
    public static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "unknown" }
        let tenths = Int((seconds * 10).rounded())
        let (minutes, rest) = (tenths / 600, tenths % 600)
        let tail = (rest < 100 ? "0" : "") + "\(rest / 10).\(rest % 10)"
        if minutes < 60 { return "\(minutes):\(tail)" }
        return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):\(tail)"
    }
}

extension AudioFormat: CustomStringConvertible {}

extension AudioFormat {
    /// The format of an opened libsndfile handle, or nil for a container that no recorder writes (libsndfile also takes
    /// sample dumps and matrices, which arbitrary bytes can resemble).
    init?(_ info: SF_INFO, containerName: String?) {
        let type = info.format & Int32(SF_FORMAT_TYPEMASK)
        let sub = info.format & Int32(SF_FORMAT_SUBMASK)
        let names: [Int: String] = [
            SF_FORMAT_WAV: "WAV", SF_FORMAT_WAVEX: "WAV", SF_FORMAT_RF64: "RF64", SF_FORMAT_W64: "W64",
            SF_FORMAT_AIFF: "AIFF", SF_FORMAT_AU: "AU", SF_FORMAT_CAF: "CAF", SF_FORMAT_FLAC: "FLAC",
            SF_FORMAT_OGG: "Ogg", SF_FORMAT_MPEG: "MP3", SF_FORMAT_NIST: "NIST SPHERE", SF_FORMAT_RAW: "WAV",
        ]
        guard let name = names[Int(type)], let coding = AudioFormat.encodings[Int(sub)] else { return nil }
        container = containerName ?? name
        // PCM in an Ogg stream is what libsndfile calls FLAC in Ogg.
        let isFLAC = type == Int32(SF_FORMAT_FLAC) || (type == Int32(SF_FORMAT_OGG) && coding.name == "PCM")
        encoding = isFLAC ? "FLAC" : coding.name
        isLossy = coding.lossy
        isFloat = coding.name == "float"
        bitsPerSample = coding.lossy ? nil : coding.bits
        rate = SampleRate(max(1, Int(info.samplerate)))
        channels = Int(info.channels)
        frames = Int(clamping: info.frames)
    }

    private struct Encoding {
        var name: String
        var bits: Int?
        var lossy: Bool
    }

    private static let encodings: [Int: Encoding] = [
        SF_FORMAT_PCM_S8: Encoding(name: "PCM", bits: 8, lossy: false),
        SF_FORMAT_PCM_U8: Encoding(name: "PCM", bits: 8, lossy: false),
        SF_FORMAT_PCM_16: Encoding(name: "PCM", bits: 16, lossy: false),
        SF_FORMAT_PCM_24: Encoding(name: "PCM", bits: 24, lossy: false),
        SF_FORMAT_PCM_32: Encoding(name: "PCM", bits: 32, lossy: false),
        SF_FORMAT_FLOAT: Encoding(name: "float", bits: 32, lossy: false),
        SF_FORMAT_DOUBLE: Encoding(name: "float", bits: 64, lossy: false),
        SF_FORMAT_ALAW: Encoding(name: "A-law", bits: nil, lossy: true),
        SF_FORMAT_ULAW: Encoding(name: "µ-law", bits: nil, lossy: true),
        SF_FORMAT_IMA_ADPCM: Encoding(name: "IMA ADPCM", bits: nil, lossy: true),
        SF_FORMAT_MS_ADPCM: Encoding(name: "Microsoft ADPCM", bits: nil, lossy: true),
        SF_FORMAT_GSM610: Encoding(name: "GSM 6.10", bits: nil, lossy: true),
        SF_FORMAT_G721_32: Encoding(name: "G.721 ADPCM", bits: nil, lossy: true),
        SF_FORMAT_G723_24: Encoding(name: "G.723 ADPCM", bits: nil, lossy: true),
        SF_FORMAT_G723_40: Encoding(name: "G.723 ADPCM", bits: nil, lossy: true),
        SF_FORMAT_ALAC_16: Encoding(name: "ALAC", bits: 16, lossy: false),
        SF_FORMAT_ALAC_20: Encoding(name: "ALAC", bits: 20, lossy: false),
        SF_FORMAT_ALAC_24: Encoding(name: "ALAC", bits: 24, lossy: false),
        SF_FORMAT_ALAC_32: Encoding(name: "ALAC", bits: 32, lossy: false),
        SF_FORMAT_VORBIS: Encoding(name: "Vorbis", bits: nil, lossy: true),
        SF_FORMAT_OPUS: Encoding(name: "Opus", bits: nil, lossy: true),
        SF_FORMAT_MPEG_LAYER_I: Encoding(name: "MPEG layer I", bits: nil, lossy: true),
        SF_FORMAT_MPEG_LAYER_II: Encoding(name: "MPEG layer II", bits: nil, lossy: true),
        SF_FORMAT_MPEG_LAYER_III: Encoding(name: "MP3", bits: nil, lossy: true),
    ]
}
