import CSndFile
import Foundation
import Signal
import Testing

@testable import AudioIngest

struct FormatTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var format: Int
        var container: String
        var encoding: String
        var rate = 16_000
        /// Largest difference from the signal written; nil for codecs that delay or reshape it.
        var tolerance: Float?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "u8.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_U8, container: "WAV", encoding: "PCM", tolerance: 0.01),
        Case(name: "s16.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, container: "WAV", encoding: "PCM", rate: 8_000, tolerance: 1e-4),
        Case(name: "s24.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_24, container: "WAV", encoding: "PCM", rate: 96_000, tolerance: 1e-6),
        Case(name: "s32.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_32, container: "WAV", encoding: "PCM", tolerance: 1e-6),
        Case(name: "f32.wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT, container: "WAV", encoding: "float", tolerance: 1e-7),
        Case(name: "f64.wav", format: SF_FORMAT_WAV | SF_FORMAT_DOUBLE, container: "WAV", encoding: "float", tolerance: 1e-7),
        Case(name: "a.wav", format: SF_FORMAT_WAV | SF_FORMAT_ALAW, container: "WAV", encoding: "A-law", rate: 8_000, tolerance: 0.03),
        Case(name: "u.wav", format: SF_FORMAT_WAV | SF_FORMAT_ULAW, container: "WAV", encoding: "µ-law", rate: 8_000, tolerance: 0.03),
        Case(name: "ima.wav", format: SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, container: "WAV", encoding: "IMA ADPCM", tolerance: 0.1),
        Case(name: "ms.wav", format: SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, container: "WAV", encoding: "Microsoft ADPCM"),
        Case(name: "ext.wav", format: SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, container: "WAV", encoding: "PCM", tolerance: 1e-6),
        Case(name: "rf.wav", format: SF_FORMAT_RF64 | SF_FORMAT_PCM_16, container: "RF64", encoding: "PCM", tolerance: 1e-4),
        Case(name: "w.w64", format: SF_FORMAT_W64 | SF_FORMAT_PCM_16, container: "W64", encoding: "PCM", tolerance: 1e-4),
        Case(name: "x.aiff", format: SF_FORMAT_AIFF | SF_FORMAT_PCM_16, container: "AIFF", encoding: "PCM", tolerance: 1e-4),
        Case(name: "x.caf", format: SF_FORMAT_CAF | SF_FORMAT_PCM_24, container: "CAF", encoding: "PCM", tolerance: 1e-6),
        Case(name: "x.au", format: SF_FORMAT_AU | SF_FORMAT_PCM_16, container: "AU", encoding: "PCM", tolerance: 1e-4),
        Case(name: "x.flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16, container: "FLAC", encoding: "FLAC", tolerance: 1e-4),
        Case(name: "x.ogg", format: SF_FORMAT_OGG | SF_FORMAT_VORBIS, container: "Ogg", encoding: "Vorbis"),
        Case(name: "x.opus", format: SF_FORMAT_OGG | SF_FORMAT_OPUS, container: "Ogg", encoding: "Opus", rate: 48_000),
        Case(name: "x.mp3", format: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, container: "MP3", encoding: "MP3", rate: 44_100),
    ]

    @Test(arguments: cases) func readsWhatWasWritten(_ item: Case) throws {
        let scratch = try Scratch()
        let count = item.rate / 2
        let left = sine(440, rate: item.rate, count: count, amplitude: 0.5)
        let right = sine(1_000, rate: item.rate, count: count, amplitude: 0.25)
        let path = scratch.path(item.name)
        try writeSound(path, interleave([left, right]), rate: item.rate, channels: 2, format: item.format)

        let recording = try Recording(path: path)
        #expect(recording.format.container == item.container)
        #expect(recording.format.encoding == item.encoding)
        #expect(recording.channels == 2)
        #expect(recording.rate.hertz == item.rate)
        #expect(recording.warnings.isEmpty)
        // Block codecs and MP3 may pad the end.
        #expect(recording.length >= count && recording.length <= count + 4_096)

        let samples = try collect(recording.nativeSource(.channel(1)))
        #expect(samples.count == recording.length)
        if let tolerance = item.tolerance {
            // Adaptive codecs need the first moments to find their step size.
            let worst = zip(samples, right).dropFirst(1_000).map { abs($0 - $1) }.max() ?? 1
            #expect(worst <= tolerance)
        } else {
            let power = samples.reduce(0.0) { $0 + Double($1 * $1) } / Double(samples.count)
            #expect(abs(power - 0.03125) < 0.003)
        }
        let analysis = try collect(recording.analysisSource())
        #expect(abs(analysis.count - recording.rate.convert(recording.length, to: .analysis)) <= 1)
    }

    @Test func describesAFormat() throws {
        let scratch = try Scratch()
        let recording = try Recording(path: scratch.file("a.wav", wave16(sine(100, rate: 16_000, count: 24_000))))
        #expect(recording.format.description == "WAV, PCM 16 bit, 16000 Hz, mono, 0:01.5")
        #expect(AudioFormat.clock(3_723.46) == "1:02:03.5")
        #expect(AudioFormat.clock(59.96) == "1:00.0")
        let copy = try JSONDecoder().decode(AudioFormat.self, from: JSONEncoder().encode(recording.format))
        #expect(copy == recording.format)
    }

    @Test func replacesNonFiniteSamples() throws {
        let scratch = try Scratch()
        var samples = sine(200, rate: 16_000, count: 4_000)
        samples[100] = .nan
        samples[3_999] = .infinity
        let path = scratch.path("f.wav")
        try writeSound(path, samples, rate: 16_000, channels: 1, format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
        let source = try Recording(path: path).nativeSource()
        let read = try collect(source)
        samples[100] = 0
        samples[3_999] = 0
        #expect(read == samples)
        #expect(source.warnings.map(\.code) == [.nonFinite])
        #expect(source.warnings.first?.message.contains("2 samples") == true)
    }

    @Test func digestsAreThePublishedOnes() throws {
        let scratch = try Scratch()
        // FIPS 180-2, appendix B.1 and the empty message.
        #expect(
            try ContentDigest.sha256Hex(ofFile: scratch.file("abc", ascii("abc")))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try ContentDigest.sha256Hex(ofFile: scratch.file("none", []))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let million = try ContentDigest.sha256Hex(ofFile: scratch.file("a", [UInt8](repeating: 0x61, count: 1_000_000)))
        #expect(million == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
