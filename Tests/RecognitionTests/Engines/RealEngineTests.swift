import Foundation
import Signal
import Testing
import Transcript

@testable import Recognition

/// Engines that are really there, with models of random weights from Scripts/reference/make_tiny_whisper.py:
///
///     ORDRETT_FASTER_WHISPER_PYTHON   a Python with faster-whisper, and ORDRETT_TINY_CT2 the model's folder
///     ORDRETT_WHISPER_CLI             whisper.cpp's program, and ORDRETT_TINY_GGML the model's file
///     ORDRETT_WHEELS                  a folder of wheels of faster-whisper and what it needs, for the installer
private func setting(_ name: String) -> String { ProcessInfo.processInfo.environment[name] ?? "" }

private func noiseRequest(id: String = "P07") -> WordRequest {
    soundRequest(seconds: 24, speech: [(1, 6), (12, 20)], turns: [(0, 8, "A"), (11, 24, "B")], rate: 48_000, id: id)
}

@Suite(.serialized, .enabled(if: !setting("ORDRETT_FASTER_WHISPER_PYTHON").isEmpty)) struct RealFasterWhisperTests {
    private func engine(_ options: FasterWhisperEngine.Options = .init(threads: 1, beam: 2, limit: 120)) -> FasterWhisperEngine {
        FasterWhisperEngine(python: setting("ORDRETT_FASTER_WHISPER_PYTHON"), model: setting("ORDRETT_TINY_CT2"), options: options)
    }

    @Test func wholeRecordingTwiceTheSame() async throws {
        let engine = engine()
        let identity = try await engine.identity()
        #expect(identity.engine == "faster-whisper" && identity.version.contains("ctranslate2") && identity.model.count == 64)
        let first = try await RecognizerSource(engine: engine).words(for: noiseRequest())
        let second = try await RecognizerSource(engine: engine).words(for: noiseRequest())
        #expect(try first.encoded() == second.encoded())
        for word in first.turns.flatMap(\.words) {
            let range = try #require(word.range)
            // Inside one of the two pieces, margins included.
            let seconds = (Double(range.start) / 48_000, Double(range.end) / 48_000)
            #expect(seconds.0 >= 0.69 && seconds.1 <= 6.31 || seconds.0 >= 11.69 && seconds.1 <= 20.31)
            #expect(!word.text.contains(" "))
        }
        #expect(!first.findings.contains { $0.code == "other-language" && $0.severity == .warning })
        await engine.close()
    }

    @Test func aCrashFailsOneItemOnly() async throws {
        let engine = engine(), piece = try TestPiece(seconds: 3)
        _ = try await engine.recognize(piece.piece, progress: { _ in })
        let bad = PieceFile(path: "/no/such.wav", folder: "/no", name: "such", seconds: 3, language: .norwegian)
        await #expect(throws: RecognizerError.self) { try await engine.recognize(bad, progress: { _ in }) }
        struct Enough: Error {}
        await #expect(throws: Enough.self) { try await engine.recognize(piece.piece, progress: { _ in throw Enough() }) }
        _ = try await engine.recognize(piece.piece, progress: { _ in })
        await engine.close()
    }
}

@Suite(.enabled(if: !setting("ORDRETT_WHISPER_CLI").isEmpty)) struct RealWhisperCppTests {
    @Test func wholeRecording() async throws {
        let engine = WhisperCppEngine(
            program: setting("ORDRETT_WHISPER_CLI"), model: setting("ORDRETT_TINY_GGML"), options: .init(threads: 1, beam: 2, limit: 120, more: ["-nf"]))
        let transcript = try await RecognizerSource(engine: engine).words(for: noiseRequest())
        #expect(try await transcript.encoded() == RecognizerSource(engine: engine).words(for: noiseRequest()).encoded())
        let words = transcript.turns.flatMap(\.words)
        #expect(!words.isEmpty)
        for (a, b) in zip(words, words.dropFirst()) { #expect(try #require(a.range).end <= #require(b.range).start) }
    }

    @Test func anUnknownOptionIsAnErrorAllTheSame() async throws {
        let engine = WhisperCppEngine(
            program: setting("ORDRETT_WHISPER_CLI"), model: setting("ORDRETT_TINY_GGML"), options: .init(threads: 1, limit: 120, more: ["--no-such-option"]))
        let piece = try TestPiece(seconds: 2)
        await #expect(throws: RecognizerError.self) { try await engine.recognize(piece.piece, progress: { _ in }) }
    }
}

@Suite(.enabled(if: !setting("ORDRETT_WHEELS").isEmpty)) struct RealInstallationTests {
    @Test func offlineFromAFolderOfWheels() async throws {
        let folder = try TestFolder()
        let place = folder.url.appendingPathComponent("env")
        #expect(RecognizerInstaller.installed(in: place) == nil)
        let record = try await RecognizerInstaller(folder: place, packages: URL(fileURLWithPath: setting("ORDRETT_WHEELS"))).install()
        #expect(record.version.contains(RecognizerInstaller.fasterWhisperVersion))
        #expect(RecognizerInstaller.installed(in: place) == record)
    }
}
