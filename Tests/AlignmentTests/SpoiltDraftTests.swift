import Signal
import Testing
import Transcript

@testable import Alignment

/// Drafts that are not what was said.
@Suite struct SpoiltDraftTests {
    let said = SyntheticRecording.sentences + SyntheticRecording.sentences.reversed()

    func align(_ words: [AlignableWord], _ recording: SyntheticRecording) throws -> [AlignedWord] {
        var source = ArraySource(recording.samples, rate: .analysis)
        return try ForcedAligner().align(words: words, source: &source, speech: recording.speech)
    }

    @Test func aTurnThatNobodyTypedIsLeftOut() throws {
        let recording = try SyntheticRecording(said, silences: [0.3])
        let lengths = said.map(\.count), start = lengths[..<4].reduce(0, +), end = lengths[..<6].reduce(0, +)
        var words = SyntheticRecording.alignable(said)
        words.removeSubrange(start..<end)
        let found = try align(words, recording)
        let truth = Array(recording.words[..<start] + recording.words[end...])
        let errors = startErrors(found, truth)
        #expect(errors[errors.count * 9 / 10] <= 0.1)
        // The words beside the gap do not reach into it.
        #expect((found[start - 1].range?.end ?? 0) <= truth[start - 1].end + 3200)
        #expect((found[start].range?.start ?? 0) >= truth[start].start - 3200)
    }

    @Test func numbersReadInAnotherWayAreFound() throws {
        var sentences = said
        sentences[2].insert(contentsOf: ["klokka", "halv", "tre"], at: 4)
        let recording = try SyntheticRecording(sentences, silences: [0.3])
        var words = SyntheticRecording.alignable(sentences)
        let at = sentences[0].count + sentences[1].count + 4
        // "halv tre" was said, "14.30" typed.
        words.replaceSubrange(at + 1..<at + 3, with: [AlignableWord(text: "14.30", turn: 2)])
        let found = try align(words, recording)
        #expect(found[at + 1].placement == .aligned)
        // Where it begins is a guess; it holds most of what was said for it, and the text goes on in its place.
        let number = try #require(found[at + 1].range)
        let spoken = recording.words[at + 1].union(recording.words[at + 2])
        #expect((number.intersection(spoken)?.count ?? 0) * 3 >= spoken.count)
        #expect(number.start >= recording.words[at].start - 1600)
        #expect(abs((found[at + 2].range?.start ?? 0) - recording.words[at + 3].start) <= 2400)
    }

    // MARK: Voices

    func transcript(given: Bool) -> Transcript {
        var id = 0
        // Two turns of six words, each word a second long; the sixth word of the first is in the second voice.
        let turns = (0..<2).map { turn in
            Turn(id: turn + 1, speaker: "S\(turn + 1)", elements: (0..<6).map { word in
                id += 1
                let start = (turn * 6 + word) * 16_000
                return .word(Word(id: id, text: "ord", range: SampleRange(start, start + 16_000), placement: given ? .given : .aligned))
            })
        }
        return Transcript(
            recording: RecordingReference(id: "T", digest: "", rate: .analysis, length: 12 * 16_000, channels: 1),
            speakers: [Speaker(id: "S1", label: "A"), Speaker(id: "S2", label: "B")], turns: turns)
    }

    let voices = [
        LabeledSegment(range: SampleRange(0, 5 * 16_000), label: "x"), LabeledSegment(range: SampleRange(5 * 16_000, 12 * 16_000), label: "y"),
    ]

    @Test func recognisedWordsGoToTheirVoice() {
        var turns = transcript(given: true).turns
        let ids = Set(turns.flatMap(\.words).map(\.id))
        let findings = TurnBorders(segments: voices, rate: .analysis).reconcile(&turns, movable: ids)
        #expect(turns.map { $0.words.map(\.id) } == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11, 12]])
        #expect(findings.map(\.code) == ["words-moved"] && findings.first?.words == [6])
        #expect(turns[1].range?.start == 5 * 16_000)
    }

    @Test func typedWordsStayAndAreReported() {
        var turns = transcript(given: false).turns
        let before = turns
        let findings = TurnBorders(segments: voices, rate: .analysis).reconcile(&turns, movable: [])
        #expect(turns == before)
        #expect(findings.map(\.code) == ["speaker-border"] && findings.first?.words == [6] && findings.first?.turn == 2)
        // Voices that agree with the draft leave nothing to say.
        let agreeing = [
            LabeledSegment(range: SampleRange(0, 96_000), label: "x"), LabeledSegment(range: SampleRange(96_000, 192_000), label: "y"),
        ]
        #expect(TurnBorders(segments: agreeing, rate: .analysis).reconcile(&turns, movable: []).isEmpty)
    }
}
