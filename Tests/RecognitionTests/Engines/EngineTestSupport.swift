import Foundation
import Signal
import Transcript

@testable import Recognition

/// A folder that goes with the test.
final class TestFolder: Sendable {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    func file(_ name: String) -> String { url.appendingPathComponent(name).path }
    func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
        return file(name)
    }
    func script(_ text: String, _ name: String = "program") throws -> String {
        let path = try write("#!/bin/sh\n" + text, name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }
    func read(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }
    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Descriptors open in this process.
func openDescriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

/// Runs until the condition holds, at most `seconds`; says whether it did.
func eventually(_ seconds: Double = 600, _ condition: () -> Bool) async -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if condition() { return true }
        try? await Task.sleep(nanoseconds: 20_000_000)
    }
    return condition()
}

/// One piece of sound for engines: silence in a WAV of the given length.
struct TestPiece {
    let folder: TestFolder
    let piece: PieceFile

    init(seconds: Double = 10, language: RecognizerLanguage = .norwegian) throws {
        folder = try TestFolder()
        let name = "stykke" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
        let path = folder.file(name + ".wav")
        try WaveFile.write([Float](repeating: 0, count: Int(seconds * 16_000))[...], to: path)
        piece = PieceFile(path: path, folder: folder.url.path, name: name, seconds: seconds, language: language)
    }
}

/// A request for a recording of noise where there is speech and silence elsewhere.
func soundRequest(
    seconds: Double, speech: [(Double, Double)], turns: [(Double, Double, String)] = [], rate: Int = 16_000, language: String = "nb", id: String = "P07"
) -> WordRequest {
    var samples = [Float](repeating: 0, count: Int(seconds * 16_000))
    var dice = Dice(7)
    for (start, end) in speech {
        for index in Int(start * 16_000)..<min(samples.count, Int(end * 16_000)) { samples[index] = Float(dice.next(2000) - 1000) / 4000 }
    }
    let sound = samples, own = SampleRate(rate)
    func range(_ start: Double, _ end: Double) -> SampleRange { SampleRange(own.position(seconds: start), own.position(seconds: end)) }
    return WordRequest(
        recording: RecordingReference(id: id, digest: "", rate: own, length: Int(seconds * Double(rate)), channels: 1),
        sound: { ArraySource(sound, rate: .analysis, blockLength: 7_001) },
        turns: turns.map { LabeledSegment(range: range($0.0, $0.1), label: $0.2) }, language: language,
        speech: speech.map { range($0.0, $0.1) })
}

/// An engine that says what it is told to, by the piece's number.
struct ScriptedEngine: RecognizerEngine {
    let name = "scripted"
    var longestPiece: Double? = 28
    var language: String? = "no"
    var answer: @Sendable (PieceFile) throws -> [EngineWord]
    func identity() async throws -> RecognizerIdentity { RecognizerIdentity(engine: name, version: "1", model: "") }
    func recognize(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        try progress(0.5)
        return EngineResult(words: try answer(piece), language: language)
    }
}
