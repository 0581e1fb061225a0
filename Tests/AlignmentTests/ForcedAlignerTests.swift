import Foundation
import Signal
import Testing
import Transcript

@testable import Alignment

@Suite struct ForcedAlignerTests {
    let sentences = SyntheticRecording.sentences

    func align(_ words: [AlignableWord], _ recording: SyntheticRecording, language: String = "nb") throws -> [AlignedWord] {
        var source = ArraySource(recording.samples, rate: .analysis)
        return try ForcedAligner(options: .init(language: language)).align(words: words, source: &source, speech: recording.speech)
    }

    func expectInOrder(_ words: [AlignedWord], within length: Int) {
        var edge = 0
        for word in words {
            guard let range = word.range else { continue }
            #expect(range.start >= edge && range.end <= length)
            #expect((0...1).contains(word.confidence))
            edge = range.end
        }
    }

    @Test(arguments: [
        (voice: "nb+f2", speed: 150, gain: Float(0.4), noise: Float(0.001)), (voice: "nb+m3", speed: 220, gain: 0.02, noise: 0.0002),
        (voice: "nb", speed: 120, gain: 0.8, noise: 0.01),
    ])
    func findsWordsOfAnotherVoice(voice: String, speed: Int, gain: Float, noise: Float) throws {
        let recording = try SyntheticRecording(
            sentences, silences: [0.5, 1.5, 0.3, 4, 0.8], voice: voice, speed: speed, gain: gain, noise: noise)
        let found = try align(SyntheticRecording.alignable(sentences), recording)
        expectInOrder(found, within: recording.samples.count)
        #expect(found.allSatisfy { $0.placement != .unplaced && $0.range != nil })
        #expect(found.count { $0.placement != .aligned } <= 1)
        let errors = startErrors(found, recording.words)
        #expect(errors[errors.count / 2] <= 0.03)
        #expect(Double(errors.count { $0 <= 0.1 }) >= 0.9 * Double(errors.count))
    }

    @Test func noWordStretchesOverASilence() throws {
        let recording = try SyntheticRecording(sentences, silences: [0.5, 2, 1, 3, 1, 2])
        let found = try align(SyntheticRecording.alignable(sentences), recording)
        // A soft beginning may lie a little before the speech that was detected, a fading end a little after it.
        for word in found.compactMap(\.range) {
            #expect(recording.speech.contains { SampleRange($0.start - 800, $0.end + 800).intersection(word) == word })
        }
        var first = 0
        for sentence in sentences {
            #expect(abs((found[first].range?.start ?? 0) - recording.words[first].start) <= 320)
            first += sentence.count
        }
    }

    /// In one process espeak-ng's consonants depend a little on what it said before, which can move an edge; the program
    /// gives each recording a process of its own.
    @Test func sameInputGivesTheSamePlaces() throws {
        let recording = try SyntheticRecording(Array(sentences[..<2]), silences: [0.3])
        let words = SyntheticRecording.alignable(Array(sentences[..<2]))
        let first = try align(words, recording)
        _ = try SpeechSynthesizer(voice: "en-us").render(words: ["something", "else"])
        let second = try align(words, recording)
        #expect(first.count == words.count && second.count == words.count)
        let moves = try zip(first, second).map { abs(try #require($0.range).start - (try #require($1.range)).start) }
        #expect(moves.allSatisfy { $0 <= 800 })
        #expect(moves.count { $0 > 320 } <= 1)
    }

    @Test func numbersSignsAndShortFormsKeepTheirTokens() throws {
        let sentence = "det var 50 % av 1 200 i 2019, bl.a. om det – altså ja.".split(separator: " ").map(String.init)
        let recording = try SyntheticRecording([sentence.map { $0 == "bl.a." ? "blant-annet" : $0 == "–" ? "," : $0 }], silences: [0.4])
        let found = try align(sentence.map { AlignableWord(text: $0) }, recording)
        #expect(found.count == sentence.count)
        expectInOrder(found, within: recording.samples.count)
        let dash = try #require(sentence.firstIndex(of: "–"))
        #expect(found[dash].placement == .interpolated && found[dash].range != nil)
        #expect(abs((found.last?.range?.start ?? 0) - (recording.words.last?.start ?? 0)) < 1600)
    }

    @Test func hintsKeepWordsInTheirWindow() throws {
        // The same sentence three times; only the hint says which one the text is.
        let sentence = sentences[0]
        let recording = try SyntheticRecording([sentence, sentence, sentence], silences: [0.5, 3, 3, 0.5])
        var words = SyntheticRecording.alignable([sentence])
        let third = sentence.count * 2
        for index in words.indices { words[index].timeHint = recording.words[third + index] }
        let found = try align(words, recording)
        let errors = startErrors(found, Array(recording.words[third...]))
        #expect(errors[errors.count / 2] <= 0.06)
    }

    @Test func nothingInGivesNothingOut() throws {
        let recording = try SyntheticRecording([sentences[0]], silences: [0.3])
        #expect(try align([], recording).isEmpty)
        var silent = recording
        silent.speech = []
        #expect(try align([AlignableWord(text: "ja")], silent).map(\.placement) == [.unplaced])
        #expect(try align([AlignableWord(text: "…")], recording).map(\.placement) == [.unplaced])
        var empty = recording
        empty.samples = []
        #expect(try align([AlignableWord(text: "ja")], empty).map(\.range) == [nil])
        empty.samples = [Float](repeating: 0.01, count: 700)
        expectInOrder(try align([AlignableWord(text: "ja")], empty), within: 700)
    }

    @Test func moreWordsThanCouldBeSaidStayInOrder() throws {
        let recording = try SyntheticRecording([sentences[0]], silences: [0.3])
        let words = (0..<300).map { AlignableWord(text: ["kommunen", "representant", "og"][$0 % 3]) }
        let found = try align(words, recording)
        #expect(found.count == 300)
        expectInOrder(found, within: recording.samples.count)
    }

    @Test func wordsTypedButNotSaidAreUnplaced() throws {
        let said = sentences + sentences.reversed() + sentences
        let recording = try SyntheticRecording(said, silences: [0.5, 0.2, 0.8])
        var words = SyntheticRecording.alignable(said)
        let place = sentences[0].count + sentences[1].count + 4
        let extra = ["telefonsentralbordet", "forhandlingsutvalget", "konkurransedyktig"]
        words.insert(contentsOf: extra.map { AlignableWord(text: $0, turn: words[place].turn) }, at: place)
        let found = try align(words, recording)
        expectInOrder(found, within: recording.samples.count)
        let unplaced = found.indices.filter { found[$0].placement == .unplaced }
        #expect(unplaced.count >= 2 && unplaced.allSatisfy { (place..<place + 3).contains($0) })
        #expect(unplaced.allSatisfy { found[$0].range == nil && found[$0].confidence == 0 })
        let errors = startErrors(Array(found[..<place] + found[(place + 3)...]), recording.words)
        #expect(errors[errors.count * 9 / 10] <= 0.1)
    }

    @Test(arguments: 1...6)
    func oddInputStaysInOrder(seed: UInt64) throws {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let samples = (0..<random(60_000) + 500).map { _ in Float(random(2000) - 1000) / 4000 }
        // Stretches overlap, are out of order and reach beyond the recording on both sides.
        let speech = (0..<random(6) + 1).map { _ in
            let start = random(80_000) - 10_000
            return SampleRange(start, start + random(30_000))
        }
        let words = (0..<random(40) + 1).map { index in
            let hint = random(3) == 0 ? SampleRange(random(120_000) - 30_000, random(120_000)) : nil
            return AlignableWord(text: ["ja", "…", "50", "%", "kommunen", "", "<b>"][random(7)], turn: index / 5, timeHint: hint)
        }
        var source = ArraySource(samples, rate: .analysis, blockLength: 777)
        let found = try ForcedAligner().align(words: words, source: &source, speech: speech)
        #expect(found.count == words.count)
        expectInOrder(found, within: samples.count)
    }

    @Test func wrongRateIsRefused() {
        var source = ArraySource([0], rate: SampleRate(8000))
        #expect(throws: AlignmentError.wrongRate(found: SampleRate(8000))) {
            _ = try ForcedAligner().align(words: [AlignableWord(text: "ja")], source: &source, speech: [])
        }
    }

    @Test func progressMayCancel() throws {
        let recording = try SyntheticRecording([sentences[0]], silences: [0.3])
        var source = ArraySource(recording.samples, rate: .analysis)
        #expect(throws: CancellationError.self) {
            _ = try ForcedAligner().align(words: [AlignableWord(text: "ja")], source: &source, speech: recording.speech) { _ in
                throw CancellationError()
            }
        }
    }

    // MARK: Transcripts

    func transcript(_ sentences: [[String]], _ recording: SyntheticRecording, rate: SampleRate) -> Transcript {
        var id = 0
        let turns = sentences.enumerated().map { number, sentence -> Turn in
            let elements = SyntheticRecording.alignable([sentence]).map { word -> Element in
                id += 1
                return .word(Word(id: id, text: word.text, trail: word.trail))
            }
            return Turn(id: number + 1, speaker: number % 2 == 0 ? "S1" : "S2", elements: elements)
        }
        let reference = RecordingReference(
            id: "T", digest: "", rate: rate, length: SampleRate.analysis.convert(recording.samples.count, to: rate), channels: 1)
        return Transcript(
            recording: reference, speakers: [Speaker(id: "S1", label: "A"), Speaker(id: "S2", label: "B")], turns: turns)
    }

    @Test func transcriptGetsTimesAtItsOwnRate() throws {
        let recording = try SyntheticRecording(sentences, silences: [0.5, 1, 1, 1, 1, 0.5])
        let rate = SampleRate(44_100)
        var draft = transcript(sentences, recording, rate: rate)
        draft.turns[1].elements.insert(.mark(Mark(kind: .laughter, source: .draft, text: "(ler)")), at: 3)
        var source = ArraySource(recording.samples, rate: .analysis)
        let result = try ForcedAligner().align(transcript: draft, source: &source, speech: recording.speech)
        let starts = result.turns.flatMap(\.words).map { rate.seconds($0.range?.start ?? 0) }
        let errors = zip(starts, recording.words).map { abs($0 - SampleRate.analysis.seconds($1.start)) }.sorted()
        #expect(errors[errors.count / 2] <= 0.03)
        #expect(result.findings.isEmpty)
        let mark = try #require(result.turns[1].marks.first?.range)
        #expect(mark.start == result.turns[1].words[2].range?.end && mark.end == result.turns[1].words[3].range?.start)
        for turn in result.turns {
            #expect(turn.range?.start == turn.words.first?.range?.start && turn.range?.end == turn.words.last?.range?.end)
        }
        #expect(result.turns.flatMap(\.words).map(\.text) == draft.turns.flatMap(\.words).map(\.text))
    }

    @Test func turnInTheWrongVoiceIsReported() throws {
        let recording = try SyntheticRecording(sentences, silences: [0.5, 1, 1, 1, 1, 0.5])
        // Voices alternate like the draft's speakers, but for the last turn.
        let segments = recording.speech.enumerated().map { LabeledSegment(range: $1, label: $0 % 2 == 0 && $0 < 4 ? "x" : "y") }
        var source = ArraySource(recording.samples, rate: .analysis)
        let result = try ForcedAligner().align(
            transcript: transcript(sentences, recording, rate: .analysis), source: &source, speech: recording.speech, turnsOf: segments)
        let mismatches = result.findings.filter { $0.code == "speaker-mismatch" }
        #expect(mismatches.map(\.turn) == [5])
        #expect((result.turns[4].confidence ?? 1) < 0.3 && (result.turns[0].confidence ?? 0) > 0.9)
    }

    @Test func speechWithoutWordsIsReported() throws {
        let recording = try SyntheticRecording(sentences, silences: [0.5, 1, 1, 1, 1, 0.5])
        var aligned = transcript(sentences, recording, rate: .analysis)
        var next = 0
        for turn in aligned.turns.indices {
            for element in aligned.turns[turn].elements.indices {
                guard var word = aligned.turns[turn].elements[element].word else { continue }
                word.range = recording.words[next]
                next += 1
                aligned.turns[turn].elements[element] = .word(word)
            }
        }
        #expect(AlignmentFindings(transcript: aligned, speech: recording.speech).speechWithoutWords().isEmpty)
        aligned.turns.remove(at: 2)
        let findings = AlignmentFindings(transcript: aligned, speech: recording.speech).speechWithoutWords()
        #expect(findings.map(\.code) == ["speech-without-words"])
        #expect(findings.first?.range == recording.speech[2])
    }
}
