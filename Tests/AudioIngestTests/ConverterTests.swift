import Foundation
import Testing

@testable import AudioIngest

struct ConverterTests {
    /// A stand-in for ffmpeg: the last argument is the output, as with the real one.
    private func program(_ scratch: Scratch, _ script: String) -> ExternalConverter {
        let path = scratch.file("ffmpeg", ascii("#!/bin/sh\nfor last; do :; done\nout=\"${last#file:}\"\n" + script + "\n"))
        chmod(path, 0o700)
        return ExternalConverter(program: path)
    }

    @Test func isFoundInPathOnly() throws {
        let scratch = try Scratch()
        _ = program(scratch, "true")
        #expect(ExternalConverter(path: "/nowhere:" + scratch.path)?.program == scratch.path("ffmpeg"))
        #expect(ExternalConverter(path: "/nowhere") == nil)
        #expect(ExternalConverter(path: "") == nil)
        #expect(ExternalConverter.missing(for: "a.m4a").code == .converterMissing)
    }

    @Test func keepsTheResultPrivate() throws {
        let scratch = try Scratch()
        let wave = scratch.file("template", wave16(sine(300, rate: 16_000, count: 1_000)))
        let input = scratch.file("-my file.m4a", ascii("sound"))
        let converter = program(scratch, "cp '\(wave)' \"$out.x\"; cat \"$out.x\" > \"$out\"; rm \"$out.x\"")
        let output = try converter.convert(input, toWAVIn: scratch.path)
        #expect(output == scratch.path("-my file.wav"))
        let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try Recording(path: output).length == 1_000)
        // A second conversion does not overwrite the first.
        #expect(try converter.convert(input, toWAVIn: scratch.path) == scratch.path("-my file-2.wav"))
    }

    @Test func passesOnWhatWentWrong() throws {
        let scratch = try Scratch()
        let input = scratch.file("a.m4a", ascii("sound"))
        let bad = program(scratch, "echo first >&2; echo \"/secret/place/a.m4a: moov atom not found\" >&2; exit 1")
        let error = thrown { _ = try bad.convert(input, toWAVIn: scratch.path) }
        #expect(error?.code == .conversionFailed)
        #expect(error?.message.contains("moov atom not found") == true)
        #expect(error?.message.contains("secret") == false)
        let full = program(scratch, "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1")
        #expect(thrown { _ = try full.convert(input, toWAVIn: scratch.path) }?.code == .noSpace)
        // Exit status 0 without an output is no success.
        #expect(thrown { _ = try program(scratch, "exit 0").convert(input, toWAVIn: scratch.path) }?.code == .conversionFailed)
        #expect(thrown { _ = try bad.convert(scratch.path("none.m4a"), toWAVIn: scratch.path) }?.code == .missing)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["a.m4a", "ffmpeg"])
    }

    @Test func cancellingStopsTheProgram() throws {
        let scratch = try Scratch()
        let input = scratch.file("a.m4a", ascii("sound"))
        let slow = program(scratch, "echo $$ > '\(scratch.path("pid"))'; exec sleep 60")
        let pidFile = scratch.path("pid")
        #expect(throws: CancellationError.self) {
            _ = try slow.convert(input, toWAVIn: scratch.path) { _ in
                let text = FileManager.default.contents(atPath: pidFile).map { String(decoding: $0, as: UTF8.self) } ?? ""
                if text.hasSuffix("\n") { throw CancellationError() }
            }
        }
        let text = String(decoding: try #require(FileManager.default.contents(atPath: pidFile)), as: UTF8.self)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == -1)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("a.wav")))
    }

    @Test(.enabled(if: ExternalConverter() != nil, "ffmpeg is not installed")) func convertsWithTheRealProgram() throws {
        let scratch = try Scratch()
        let converter = try #require(ExternalConverter())
        let input = scratch.file("a.wav", wave16(sine(300, rate: 44_100, count: 20_000), rate: 44_100))
        let output = try converter.convert(input, toWAVIn: scratch.path)
        #expect(try collect(Recording(path: output).nativeSource()) == collect(Recording(path: input).nativeSource()))
        let junk = scratch.file("junk.m4a", ascii("this is no sound"))
        #expect(thrown { _ = try converter.convert(junk, toWAVIn: scratch.path) }?.code == .conversionFailed)
    }
}
