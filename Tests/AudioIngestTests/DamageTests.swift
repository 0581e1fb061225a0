import CSndFile
import Foundation
import Signal
import Testing

@testable import AudioIngest

struct DamageTests {
    // MARK: What each fault is called

    private func code(_ scratch: Scratch, _ name: String, _ bytes: [UInt8]) -> IngestError.Code? {
        let path = scratch.file(name, bytes)
        let error = thrown { _ = try collect(Recording(path: path).nativeSource()) }
        if let error {
            #expect(error.message.contains(name))
            #expect(!error.message.contains(scratch.path))
            #expect(!error.advice.isEmpty)
        }
        return error?.code
    }

    @Test func namesEveryFault() throws {
        let scratch = try Scratch()
        #expect(thrown { _ = try Recording(path: scratch.path("no.wav")) }?.code == .missing)
        #expect(thrown { _ = try Recording(path: scratch.path) }?.code == .isDirectory)
        #expect(thrown { _ = try Recording(path: "/dev/null") }?.code == .notAFile)
        #expect(thrown { _ = try Recording(path: "") }?.code == .missing)
        #expect(code(scratch, "empty.wav", []) == .empty)
        #expect(code(scratch, "text.wav", ascii("Intervju med informant 4, 12. mars\n")) == .notAudio)
        #expect(code(scratch, "pdf.wav", ascii("%PDF-1.7\n") + [0, 1, 2, 3]) == .notAudio)
        #expect(code(scratch, "zeros.wav", [UInt8](repeating: 0, count: 4_096)) == .notAudio)
        #expect(code(scratch, "x.m4a", [0, 0, 0, 0x20] + ascii("ftypM4A ") + [0, 0, 0, 0]) == .unsupportedFormat)
        #expect(code(scratch, "x.3gp", [0, 0, 0, 0x20] + ascii("ftyp3gp4") + [0, 0, 0, 0]) == .unsupportedFormat)
        #expect(code(scratch, "x.amr", ascii("#!AMR\n") + [1, 2, 3]) == .unsupportedFormat)
        #expect(code(scratch, "x.ds2", [3] + ascii("ds2") + [1, 2, 3]) == .unsupportedFormat)
        #expect(code(scratch, "x.dss", [2] + ascii("dss") + [1, 2, 3]) == .unsupportedFormat)
        #expect(code(scratch, "x.wma", [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) == .unsupportedFormat)
        #expect(code(scratch, "none.wav", wave16([])) == .noSamples)
        #expect(code(scratch, "none2.wav", wave16([], after: chunk("LIST", ascii("INFO")))) == .noSamples)

        let good = wave16(sine(300, rate: 16_000, count: 4_000))
        #expect(code(scratch, "head.wav", Array(good[..<30])) == .cutOff)
        #expect(code(scratch, "head2.wav", Array(good[..<44])) == .cutOff)
        var bad = good
        bad.replaceSubrange(24..<28, with: le(UInt32(0)))
        #expect(code(scratch, "rate.wav", bad) == .absurdHeader)
        // One sample a second would grow 16,000 times on its way to the analysis.
        bad.replaceSubrange(24..<28, with: le(UInt32(1)))
        #expect(code(scratch, "rate1.wav", bad) == .absurdHeader)
        bad = good
        bad.replaceSubrange(22..<24, with: le(UInt16(0)))
        #expect(code(scratch, "channels0.wav", bad) == .absurdHeader)
        bad.replaceSubrange(22..<24, with: le(UInt16(200)))
        #expect(code(scratch, "channels200.wav", bad) == .absurdHeader)
        // TrueSpeech in a WAV coat.
        bad = good
        bad.replaceSubrange(20..<22, with: le(UInt16(0x22)))
        #expect(code(scratch, "codec.wav", bad) == .unsupportedFormat)
    }

    @Test(.disabled(if: getuid() == 0, "the superuser may read everything")) func respectsPermissions() throws {
        let scratch = try Scratch()
        let path = scratch.file("secret.wav", wave16([0.1]))
        chmod(path, 0)
        #expect(thrown { _ = try Recording(path: path) }?.code == .noPermission)
    }

    // MARK: What can still be used

    @Test func usesWhatIsLeftOfACutOffFile() throws {
        let scratch = try Scratch()
        let samples = sine(300, rate: 16_000, count: 16_000)
        let good = wave16(samples)
        let recording = try Recording(path: scratch.file("cut.wav", Array(good[..<(44 + 20_001)])))
        #expect(recording.warnings.map(\.code) == [.cutOff])
        #expect(recording.length == 10_000)
        let read = try collect(recording.nativeSource())
        #expect(zip(read, samples).allSatisfy { abs($0 - $1) < 1e-4 } && read.count == 10_000)
    }

    @Test func tellsOfCutOffFilesOfEveryContainer() throws {
        let scratch = try Scratch()
        let formats = [
            ("a.aiff", SF_FORMAT_AIFF), ("a.au", SF_FORMAT_AU), ("a.w64", SF_FORMAT_W64), ("a.rf64", SF_FORMAT_RF64),
        ]
        for (name, format) in formats {
            let path = scratch.path(name)
            try writeSound(
                path, sine(300, rate: 16_000, count: 8_000), rate: 16_000, channels: 1, format: format | SF_FORMAT_PCM_16)
            let whole = bytes(path)
            #expect(try Recording(path: path).warnings.isEmpty, "\(name)")
            let cut = try Recording(path: scratch.file("cut-" + name, Array(whole[..<(whole.count - 8_000)])))
            #expect(cut.warnings.map(\.code) == [.cutOff], "\(name)")
            // At most the fact of a padded end chunk lies between the two.
            #expect((3_990...4_100).contains(cut.length), "\(name)")
        }
    }

    /// libsndfile refuses a CAF file that is shorter than its header says.
    @Test func namesACutOffCAF() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.caf")
        try writeSound(
            path, sine(300, rate: 16_000, count: 8_000), rate: 16_000, channels: 1, format: SF_FORMAT_CAF | SF_FORMAT_PCM_16)
        #expect(code(scratch, "cut.caf", Array(bytes(path).dropLast(8_000))) == .cutOff)
    }

    /// A recorder that loses power leaves 0 (or all ones) where the size should be.
    @Test(arguments: [UInt32(0), .max]) func readsAnUnfinishedHeader(_ size: UInt32) throws {
        let scratch = try Scratch()
        var bytes = wave16(sine(300, rate: 16_000, count: 16_000))
        bytes.replaceSubrange(40..<44, with: le(size))
        bytes.replaceSubrange(4..<8, with: le(size))
        let recording = try Recording(path: scratch.file("power.wav", bytes))
        #expect(recording.length == 16_000)
        #expect(recording.warnings.map(\.code) == [.unfinishedHeader])
        #expect(try collect(recording.nativeSource()).count == 16_000)
    }

    @Test func readsTheRestOfCutOffCompressedFiles() throws {
        let scratch = try Scratch()
        var generator = Seeded(3)
        let noise = (0..<88_200).map { _ in generator.noise() * 0.3 }
        let formats = [
            ("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16), ("a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS),
            ("a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III),
        ]
        for (name, format) in formats {
            let path = scratch.path(name)
            try writeSound(path, noise, rate: 44_100, channels: 1, format: format)
            let whole = bytes(path)
            let recording = try Recording(path: scratch.file("cut-" + name, Array(whole[..<(whole.count * 6 / 10)])))
            #expect(recording.length > 20_000 && recording.length < 60_000, "\(name)")
            #expect(!recording.warnings.isEmpty, "\(name)")
            #expect(try collect(recording.nativeSource()).count == recording.length, "\(name)")
        }
    }

    @Test func reportsDamageInTheMiddle() throws {
        let scratch = try Scratch()
        var generator = Seeded(4)
        let path = scratch.path("a.flac")
        try writeSound(
            path, (0..<88_200).map { _ in generator.noise() }, rate: 44_100, channels: 1,
            format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        var damaged = bytes(path)
        for index in (damaged.count / 2)..<(damaged.count / 2 + 3_000) { damaged[index] = 0x55 }
        let recording = try Recording(path: scratch.file("b.flac", damaged))
        let error = thrown { _ = try collect(recording.nativeSource()) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("0:00.9") == true || error?.message.contains("0:01.0") == true)
    }

    /// Over 4 GiB the 32-bit size of a plain WAV starts again from 0. The file is sparse: it takes no space.
    @Test func readsFilesOver4GiB() throws {
        let scratch = try Scratch()
        let path = scratch.file("big.wav", Array(wave16([0.5, 0.5]).prefix(44)))
        let dataSize = Int64(5) << 30
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.truncate(atOffset: UInt64(44 + dataSize))
        try handle.seek(toOffset: 40)
        try handle.write(contentsOf: le(UInt32(truncatingIfNeeded: dataSize)))
        try handle.close()
        let recording = try Recording(path: path)
        #expect(recording.length == Int(dataSize / 2))
        #expect(recording.warnings.map(\.code) == [.unfinishedHeader])

        // RF64 says it in 64 bits.
        let sizes = le(UInt64(dataSize + 72)) + le(UInt64(dataSize)) + le(UInt64(dataSize / 2)) + le(UInt32(0))
        let fmt = Array(wave16([0])[12..<36])
        let head = ascii("RF64") + le(UInt32.max) + ascii("WAVE") + chunk("ds64", sizes) + fmt + ascii("data") + le(UInt32.max)
        let rf = scratch.file("rf.wav", head)
        let sparse = try #require(FileHandle(forUpdatingAtPath: rf))
        try sparse.truncate(atOffset: UInt64(Int64(head.count) + dataSize))
        try sparse.close()
        let second = try Recording(path: rf)
        #expect(second.format.container == "RF64")
        #expect(second.length == Int(dataSize / 2))
        #expect(second.warnings.isEmpty)
    }

    // MARK: Whatever comes

    /// Opens, streams and inspects; the outcome is samples or an `IngestError` with message and advice.
    private func survive(_ path: String, _ what: String) {
        do {
            let recording = try Recording(path: path)
            #expect(recording.length > 0, "\(what)")
            let source = try recording.analysisSource()
            var count = 0
            while let block = try source.nextBlock() {
                count += block.samples.count
                let finite = block.samples.allSatisfy { $0.isFinite }
                #expect(finite, "\(what)")
            }
            #expect(abs(count - (source.expectedCount ?? -9)) <= 1, "\(what)")
            _ = try RecordingInspection(of: recording)
        } catch let error as IngestError {
            #expect(!error.message.isEmpty && !error.advice.isEmpty, "\(what)")
        } catch {
            Issue.record("\(what): \(error)")
        }
    }

    static let originals: [(String, Int)] = [
        ("s16.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16), ("f32.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT),
        ("ima.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM), ("ms.wav", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM),
        ("x.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16), ("x.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16),
        ("x.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16), ("x.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16),
        ("x.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16), ("x.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS),
        ("x.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III), ("x.au", SF_FORMAT_AU | SF_FORMAT_PCM_16),
    ]

    @Test func survivesDamagedFiles() throws {
        let scratch = try Scratch()
        var generator = Seeded(2_024)
        let tone = sine(440, rate: 16_000, count: 3_000)
        var originals: [(String, [UInt8])] = [("full.wav", MetadataTests.full())]
        for (name, format) in DamageTests.originals {
            let path = scratch.path("good-" + name)
            try writeSound(path, interleave([tone, tone]), rate: 16_000, channels: 2, format: format)
            originals.append((name, bytes(path)))
        }
        var tried = 0
        func attempt(_ name: String, _ variant: [UInt8], _ what: String) {
            tried += 1
            survive(scratch.file("bad-" + name, variant), "\(name) \(what)")
        }
        for (name, good) in originals {
            for cut in [1, 4, 11, 12, 20, 36, 43, 44, 45, 60, 128, good.count / 2, good.count - 1] where cut < good.count {
                attempt(name, Array(good[..<cut]), "cut to \(cut)")
            }
            for round in 0..<10 {
                // Headers are where flipped bytes hurt; every other round hits them.
                var bad = good
                let reach = round % 2 == 0 ? min(120, good.count) : good.count
                for _ in 0...(Int(generator.next() % 4)) {
                    bad[Int(generator.next() % UInt64(reach))] = UInt8(truncatingIfNeeded: generator.next())
                }
                attempt(name, bad, "flip \(round)")
            }
            for at in [4, 16, 40] where at + 4 <= good.count {
                for value in [UInt32(0), 1, 0x7FFF_FFFF, 0xFFFF_FFF0] {
                    var bad = good
                    bad.replaceSubrange(at..<(at + 4), with: le(value))
                    attempt(name, bad, "size \(value) at \(at)")
                }
            }
        }
        #expect(tried >= 200)
    }
}
