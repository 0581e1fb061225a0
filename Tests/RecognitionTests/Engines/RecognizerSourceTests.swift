import Foundation
import Signal
import Testing
import Transcript

@testable import Recognition

struct PiecePlanTests {
    private func range(_ start: Double, _ end: Double) -> SampleRange { SampleRange(Int(start * 16_000), Int(end * 16_000)) }

    /// For many random conversations: no speech is lost, no piece is too long, none overlap, and cuts lie in pauses.
    @Test func allSpeechLiesInPieces() {
        var dice = Dice(3)
        for _ in 0..<200 {
            var speech: [SampleRange] = [], time = Double(dice.next(300)) / 100
            let length = 30 + Double(dice.next(20_000)) / 100
            while time < length {
                let end = min(length, time + 0.05 + Double(dice.next(600)) / 100)
                speech.append(range(time, end))
                time = end + 0.1 + Double(dice.next(500)) / 100
            }
            let plan = PiecePlan(speech: speech, length: Int(length * 16_000)).pieces
            for piece in plan {
                #expect(piece.count <= 28 * 16_000)
                #expect(piece.start >= 0 && piece.end <= Int(length * 16_000) && !piece.isEmpty)
            }
            for (a, b) in zip(plan, plan.dropFirst()) { #expect(a.end <= b.start) }
            for region in speech where !region.isEmpty {
                // Regions here are shorter than a piece: each lies in exactly one.
                #expect(plan.count { $0.start <= region.start && region.end <= $0.end } == 1)
            }
        }
    }

    @Test func longPausesAreLeftOut() {
        let plan = PiecePlan(speech: [range(1, 3), range(20, 22)], length: 30 * 16_000).pieces
        #expect(plan == [range(0.7, 3.3), range(19.7, 22.3)])
    }

    @Test func fullPiecesEndInTheirLongestPause() {
        let plan = PiecePlan(speech: [range(0, 9), range(9.2, 18), range(19.5, 25), range(25.2, 27), range(27.3, 33)], length: 40 * 16_000).pieces
        #expect(plan.count == 2)
        #expect(plan[0] == range(0, 18.3))
        #expect(plan[1] == range(19.2, 33.3))
    }

    /// A minute without a pause is cut where it is quietest.
    @Test func speechWithoutPausesIsCutWhereQuiet() {
        var levels = LevelTrack()
        var samples = [Float](repeating: 0.5, count: 60 * 16_000)
        for dip in [20.0, 41.0] { for index in Int(dip * 16_000)..<Int((dip + 0.3) * 16_000) { samples[index] = 0.01 } }
        levels.add(samples)
        let plan = PiecePlan(speech: [range(0, 60)], length: samples.count, levels: levels).pieces
        #expect(plan.count == 3)
        #expect(abs(plan[0].end - Int(20.15 * 16_000)) < 2400)
        #expect(abs(plan[1].end - Int(41.15 * 16_000)) < 2400)
        #expect(plan[0].end == plan[1].start && plan[1].end == plan[2].start)
        #expect(plan.allSatisfy { $0.count <= 28 * 16_000 })
    }

    @Test func nothingGivesNothing() {
        #expect(PiecePlan(speech: [], length: 16_000).pieces.isEmpty)
        #expect(PiecePlan(speech: [range(0, 5)], length: 0).pieces.isEmpty)
        #expect(PiecePlan(speech: [range(-2, 100)], length: 16_000).pieces == [range(0, 1)])
    }
}

struct TimeRepairTests {
    @Test func timesThatRunBackwards() {
        let words = [EngineWord("a", 1, 2), EngineWord("b", 16.64, 17), EngineWord("c", 13.3, 13.6), EngineWord("d", 14, 15)]
        let (placed, findings) = TimeRepair.place(words, in: SampleRange(160_000, 160_000 + 20 * 16_000))
        #expect(placed.map(\.text) == ["a", "b", "c", "d"])
        #expect(placed.map(\.placement) == [.given, .interpolated, .given, .given])
        #expect(placed[0].range == SampleRange(176_000, 192_000))
        #expect(placed[2].range.start == 160_000 + Int(13.3 * 16_000))
        for (x, y) in zip(placed, placed.dropFirst()) { #expect(x.range.end <= y.range.start) }
        #expect(findings.map(\.code) == ["times-run-backwards"])
        #expect(findings[0].words == [1])
    }

    @Test func wordsPastTheEnd() {
        let words = [EngineWord("a", 1, 12), EngineWord("b", 29, 30), EngineWord("c", .nan, 3)]
        let (placed, findings) = TimeRepair.place(words, in: SampleRange(0, 10 * 16_000))
        #expect(placed.allSatisfy { $0.range.end <= 160_000 })
        #expect(placed.count == 3)
        #expect(findings.map(\.code) == ["words-beyond-sound"])
    }

    /// Whatever an engine says, times come out in order and inside the piece, and no word is lost.
    @Test func anyTimesComeOutInOrder() {
        var dice = Dice(11)
        for _ in 0..<300 {
            let words = (0..<dice.next(40)).map { index in
                EngineWord("ord\(index)", Double(dice.next(4000) - 500) / 100, Double(dice.next(4000) - 500) / 100, probability: Double(dice.next(300) - 100) / 100)
            }
            let piece = SampleRange(dice.next(1_000_000), 1_000_000 + dice.next(480_000))
            let (placed, _) = TimeRepair.place(words, in: piece)
            #expect(placed.map(\.text) == words.map(\.text))
            for word in placed { #expect(word.range.start >= piece.start && word.range.end <= piece.end) }
            for (x, y) in zip(placed, placed.dropFirst()) { #expect(x.range.end <= y.range.start) }
            #expect(placed.allSatisfy { (0...1).contains($0.confidence ?? 0) })
        }
    }

    /// Against the slow way: the longest rising run by looking at all pairs.
    @Test func longestRisingRun() {
        var dice = Dice(5)
        for _ in 0..<200 {
            let values = (0..<dice.next(30)).map { _ in Double(dice.next(12)) }
            let found = TimeRepair.longestRising(values.enumerated().map { ($0.offset, $0.element) })
            var best = [Int](repeating: 1, count: values.count)
            for i in values.indices { for j in 0..<i where values[j] <= values[i] { best[i] = max(best[i], best[j] + 1) } }
            #expect(found.count == best.max() ?? 0)
            for (a, b) in zip(found, found.dropFirst()) { #expect(a < b && values[a] <= values[b]) }
        }
    }
}

struct RecognizerSourceTests {
    /// Words at the same place of each piece land at the pieces' places in the recording, at its own rate.
    @Test func wordsReturnToTheRecordingsTime() async throws {
        let request = soundRequest(
            seconds: 40, speech: [(2, 4), (20, 22), (30, 33)], turns: [(1, 10, "A"), (19, 23, "B"), (29, 34, "A")], rate: 44_100)
        let engine = ScriptedEngine { piece in [EngineWord("Hei,", 0.3, 0.6, probability: 0.8), EngineWord("ord-", 1, piece.seconds - 0.3)] }
        let transcript = try await RecognizerSource(engine: engine).words(for: request)
        let words = transcript.turns.flatMap(\.words)
        #expect(words.map(\.text) == ["Hei", "ord", "Hei", "ord", "Hei", "ord"])
        #expect(words.map(\.trail) == [",", "", ",", "", ",", ""])
        #expect(words.map(\.isCutOff) == [false, true, false, true, false, true])
        #expect(words.map(\.id) == [1, 2, 3, 4, 5, 6])
        let starts = words.compactMap { $0.range.map { Double($0.start) / 44_100 } }
        for (start, truth) in zip(starts, [2, 2.7, 20, 20.7, 30, 30.7]) { #expect(abs(start - truth) < 0.001) }
        #expect(transcript.turns.map { transcript.speaker($0.speaker)?.label } == ["A", "B", "A"])
        #expect(transcript.findings.isEmpty)
        #expect(words.allSatisfy { $0.placement == .given })
        #expect(words[0].confidence == 0.8)
    }

    /// Each piece's sound is that stretch of the recording, to the sample.
    @Test func piecesHoldTheirOwnSound() async throws {
        let sound = (0..<(30 * 16_000)).map { Float($0 % 30_011) / 32_768 }
        let request = WordRequest(
            recording: RecordingReference(id: "P", digest: "", rate: .analysis, length: sound.count, channels: 1),
            sound: { ArraySource(sound, rate: .analysis, blockLength: 4_099) }, speech: [SampleRange(16_000, 48_000), SampleRange(320_000, 400_000)])
        let heard = Heard()
        let engine = ScriptedEngine { piece in
            let data = try Data(contentsOf: URL(fileURLWithPath: piece.path))
            let mode = try FileManager.default.attributesOfItem(atPath: piece.path)[.posixPermissions] as? Int
            let outer = try FileManager.default.attributesOfItem(atPath: piece.folder)[.posixPermissions] as? Int
            heard.add([UInt8](data), modes: [mode ?? 0, outer ?? 0], folder: piece.folder)
            return []
        }
        _ = try await RecognizerSource(engine: engine).words(for: request)
        let starts = [16_000 - 4_800, 320_000 - 4_800], counts = [32_000 + 9_600, 80_000 + 9_600]
        #expect(heard.files.count == 2)
        for (file, (start, count)) in zip(heard.files, zip(starts, counts)) {
            #expect(file.count == 44 + 2 * count)
            for offset in [0, 1, count / 2, count - 1] {
                let value = Int(Int16(bitPattern: UInt16(file[44 + 2 * offset]) | UInt16(file[45 + 2 * offset]) << 8))
                #expect(value == (start + offset) % 30_011)
            }
        }
        #expect(heard.modes == [0o600, 0o700, 0o600, 0o700])
        for folder in heard.folders { #expect(!FileManager.default.fileExists(atPath: folder)) }
    }

    /// A stretch is handed on as it is read: never more than the source's block at a time, and no sample lost or doubled.
    @Test func stretchesAreStreamed() throws {
        let sound = (0..<100_000).map { Float($0) }
        for block in [1_000, 4_099, 200_000] {
            var cutter = PieceCutter(ArraySource(sound, rate: .analysis, blockLength: block))
            for range in [SampleRange(0, 10), SampleRange(10, 9_000), SampleRange(20_000, 20_000), SampleRange(30_001, 99_000), SampleRange(99_500, 120_000), SampleRange(120_000, 130_000)] {
                var got: [Float] = [], most = 0
                try cutter.read(range) {
                    got += $0
                    most = max(most, $0.count)
                }
                #expect(got == Array(sound[min(range.start, 100_000)..<min(range.end, 100_000)]))
                #expect(most <= block)
            }
        }
        // The file's header says what came, not what was asked for.
        let folder = try TestFolder()
        var cutter = PieceCutter(ArraySource([Float](repeating: 0.5, count: 1000), rate: .analysis, blockLength: 300))
        #expect(try cutter.write(SampleRange(100, 5000), to: folder.file("a.wav")) == 900)
        let written = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a.wav"))))
        #expect(Array(written[..<44]) == WaveFile.header(count: 900))
        #expect(written.count == 44 + 1800 && written[44...].enumerated().allSatisfy { $0.element == ($0.offset % 2 == 0 ? 0 : 0x40) })
    }

    final class Heard: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var files: [[UInt8]] = []
        private(set) var modes: [Int] = []
        private(set) var folders: [String] = []
        func add(_ file: [UInt8], modes: [Int], folder: String) {
            lock.withLock {
                files.append(file)
                self.modes += modes
                folders.append(folder)
            }
        }
    }

    @Test func silenceAndSpeechWithoutWords() async throws {
        let none = try await RecognizerSource(engine: ScriptedEngine { _ in throw RecognizerError.noSound })
            .words(for: soundRequest(seconds: 20, speech: []))
        #expect(none.turns.isEmpty && none.findings.isEmpty)
        let mute = try await RecognizerSource(engine: ScriptedEngine { _ in [] })
            .words(for: soundRequest(seconds: 40, speech: [(2, 12), (20, 21)], rate: 48_000))
        #expect(mute.findings.map(\.code) == ["speech-without-words"])
        #expect(mute.findings.first?.range == SampleRange(96_000, 576_000))
        #expect(mute.findings.first?.stage == "words")
    }

    @Test func whatGoesWrongIsTold() async throws {
        let engine = ScriptedEngine(language: "da") { _ in
            [EngineWord("ja", 5, 5.2), EngineWord("og", 1, 1.2), EngineWord("så", 2, 2.2)] + (0..<9).map { EngineWord("da", 3 + Double($0) / 10, 3.1 + Double($0) / 10) }
        }
        let transcript = try await RecognizerSource(engine: engine).words(for: soundRequest(seconds: 10, speech: [(0.5, 8)]))
        let codes = transcript.findings.map(\.code)
        for code in ["times-run-backwards", "other-language", "repetition-loop", "speech-without-words"] { #expect(codes.contains(code)) }
        let loop = try #require(transcript.findings.first { $0.code == "repetition-loop" })
        #expect(loop.words == Array(4...12))
        for finding in transcript.findings { #expect(!finding.message.contains("så")) }
    }

    @Test func languagesAndRates() async throws {
        let engine = ScriptedEngine { piece in [EngineWord(piece.language.rawValue, 0, 1)] }
        for (tag, code) in [("nb", "no"), ("no", "no"), ("nb-NO", "no"), ("nn", "nn"), ("nn_NO", "nn")] {
            let transcript = try await RecognizerSource(engine: engine).words(for: soundRequest(seconds: 2, speech: [(0, 2)], language: tag))
            #expect(transcript.turns.flatMap(\.words).first?.text == code)
            #expect(transcript.language == tag)
        }
        for tag in ["da", "en", "", "nob9"] {
            await #expect(throws: RecognizerError.unsupportedLanguage(tag)) {
                try await RecognizerSource(engine: engine).words(for: soundRequest(seconds: 2, speech: [(0, 2)], language: tag))
            }
        }
        let request = WordRequest(
            recording: RecordingReference(id: "P", digest: "", rate: .analysis, length: 100, channels: 1),
            sound: { ArraySource([0, 0], rate: SampleRate(8_000)) })
        await #expect(throws: RecognizerError.wrongRate(hertz: 8_000)) { try await RecognizerSource(engine: engine).words(for: request) }
    }

    @Test func theSecondPassIsPutIn() async throws {
        let main = ScriptedEngine { _ in [EngineWord("Jeg", 1, 1.3), EngineWord("tror", 2, 2.4), EngineWord("det.", 2.5, 3)] }
        let verbatim = ScriptedEngine { _ in
            [EngineWord("eh", 0.4, 0.8), EngineWord("jeg", 1, 1.3), EngineWord("jeg", 1.4, 1.6), EngineWord("trur", 2, 2.4), EngineWord("det", 2.5, 3)]
        }
        let transcript = try await RecognizerSource(engine: main, verbatim: verbatim).words(for: soundRequest(seconds: 4, speech: [(0, 4)]))
        let words = transcript.turns.flatMap(\.words)
        #expect(words.map(\.text) == ["eh", "Jeg", "jeg", "tror", "det"])
        #expect(words.map(\.isFiller) == [true, false, false, false, false])
        let restored = try #require(transcript.findings.first { $0.code == "verbatim-restored" })
        #expect(restored.words == [1, 3])
        #expect(transcript.findings.first { $0.code == "verbatim-differs" }?.words == [4])
    }
}
