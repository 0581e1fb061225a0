import Foundation
import Recognition
import Signal
import Testing
import Transcript

@Suite("JSON of the whisper programs")
struct WhisperJSONTests {
    private func read(_ text: String) throws -> Draft { try Draft(data: Data(text.utf8), name: "a.json") }
    private func timed(_ piece: Draft.Piece) -> [String] {
        zip(piece.elements, piece.times).map { element, time in
            (element.word?.text ?? element.mark?.text ?? "") + (time.map { " \($0.start) \($0.end)" + ($0.isExact ? "" : " ~") } ?? "")
        }
    }

    @Test("whisper.cpp: offsets in milliseconds; words from tokens, of which some are parts of words and of letters")
    func cpp() throws {
        func token(_ text: [UInt8], _ from: Int, _ to: Int, _ p: Double) -> [UInt8] {
            Array("{\"text\":\"".utf8) + text + Array("\",\"timestamps\":{\"from\":\"x\",\"to\":\"y\"},\"offsets\":{\"from\":\(from),\"to\":\(to)},\"id\":7,\"p\":\(p),\"t_dtw\":-1}".utf8)
        }
        // `blå` with its last letter cut between two tokens.
        let tokens = [
            token(Array("[_BEG_]".utf8), 0, 0, 0.9), token(Array(" Det".utf8), 500, 700, 0.9), token(Array(" bl".utf8), 700, 900, 0.8), token([0xC3], 900, 950, 0.4),
            token([0xA5], 950, 1000, 0.6), token(Array(".".utf8), 1000, 1400, 1), token(Array("[_TT_70]".utf8), 1400, 1400, 0.1),
        ]
        let json = Array("{\"systeminfo\":\"x\",\"result\":{\"language\":\"no\"},\"transcription\":[{\"timestamps\":{\"from\":\"00:00:00,500\",\"to\":\"00:00:01,400\"},\"offsets\":{\"from\":500,\"to\":1400},\"text\":\" Det blå.\",\"tokens\":[".utf8)
            + Array(tokens.joined(separator: [UInt8(ascii: ",")])) + Array("]},{\"offsets\":{\"from\":1500,\"to\":2500},\"text\":\" Ja (ler).\"}]}".utf8)
        let made = try Draft(data: Data(json), name: "a.json")
        #expect(made.format == .whisperJSON)
        #expect(made.pieces.map(\.line) == ["Det blå.", "Ja {laughter}"] || made.pieces.map(\.line) == ["Det blå.", "Ja. {laughter}"])
        #expect(timed(made.pieces[0]) == ["Det 0.5 0.7", "blå 0.7 1.0"])
        let sure = try #require(made.pieces[0].times[1]?.confidence)
        #expect(sure > 0.55 && sure < 0.85)
        #expect(made.pieces.map(\.start) == [0.5, 1.5] && made.pieces.map(\.end) == [1.4, 2.5])
        #expect(made.pieces[1].times.compactMap { $0?.isExact } == [false])
    }

    @Test("whisper.cpp with a segment a word: words become turns again")
    func singleWords() throws {
        let words = [(" Jeg", 0, 300), (" vet", 300, 500), (" ikke", 500, 900), (" helt.", 900, 1300), (" Ja", 5000, 5200), (" vel", 5200, 5500)]
        let items = words.map { "{\"offsets\":{\"from\":\($0.1),\"to\":\($0.2)},\"text\":\"\($0.0)\"}" }.joined(separator: ",")
        let made = try read("{\"transcription\":[\(items)]}")
        #expect(made.pieces.map(\.line) == ["Jeg vet ikke helt.", "Ja vel"])
        #expect(timed(made.pieces[1]) == ["Ja 5.0 5.2", "vel 5.2 5.5"])
    }

    @Test("openai-whisper and faster-whisper: segments with words")
    func python() throws {
        let made = try read(
            #"""
            {"text": " Hei på deg. Vi møtes på NAV-kontoret.", "segments": [
             {"id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": " Hei på deg.", "tokens": [1, 2], "avg_logprob": -0.2, "no_speech_prob": 0.01,
              "words": [{"word": " Hei", "start": 0.1, "end": 0.4, "probability": 0.9}, {"word": " på", "start": 0.4, "end": 0.6, "probability": 0.8}, {"word": " deg.", "start": 0.6, "end": 1.1, "probability": 0.7}]},
             {"id": 1, "start": 2.0, "end": 5.0, "text": " Vi møtes på NAV-kontoret.", "words": [
              {"word": " Vi", "start": 2.1, "end": 2.3, "probability": 1}, {"word": " møtes", "start": 2.3, "end": 2.9, "probability": 1}, {"word": " på", "start": 2.9, "end": 3.0, "probability": 1},
              {"word": " NAV", "start": 3.0, "end": 3.5, "probability": 1}, {"word": "-kontoret.", "start": 3.5, "end": 4.2, "probability": NaN}]}
            ], "language": "no"}
            """#)
        #expect(made.pieces.map(\.line) == ["Hei på deg.", "Vi møtes på NAV-kontoret."])
        #expect(timed(made.pieces[0]) == ["Hei 0.1 0.4", "på 0.4 0.6", "deg 0.6 1.1"])
        #expect(timed(made.pieces[1]).last == "NAV-kontoret 3.0 4.2")
        let transcript = made.transcript(recording: recording)
        #expect(transcript.turns[0].words.map(\.range) == [SampleRange(1600, 6400), SampleRange(6400, 9600), SampleRange(9600, 17_600)])
        #expect(transcript.turns[0].words.allSatisfy { $0.placement == .given })
        #expect(transcript.turns[0].words.map(\.confidence) == [0.9, 0.8, 0.7])
    }

    @Test("WhisperX: words with speakers, some without times")
    func whisperX() throws {
        let made = try read(
            #"""
            {"segments": [{"start": 1.0, "end": 4.0, "text": "Er du 42 år? Ja.", "speaker": "SPEAKER_00", "words": [
              {"word": "Er", "start": 1.0, "end": 1.2, "score": 0.9, "speaker": "SPEAKER_00"}, {"word": "du", "start": 1.2, "end": 1.4, "score": 0.9, "speaker": "SPEAKER_00"},
              {"word": "42"}, {"word": "år?", "start": 2.0, "end": 2.4, "score": 0.5, "speaker": "SPEAKER_00"}, {"word": "Ja.", "start": 3.1, "end": 3.5, "score": 0.8, "speaker": "SPEAKER_01"}]}],
             "word_segments": [], "language": "no"}
            """#)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["SPEAKER_00|Er du 42 år?", "SPEAKER_01|Ja."])
        #expect(timed(made.pieces[0]) == ["Er 1.0 1.2", "du 1.2 1.4", "42 1.4 2.0 ~", "år 2.0 2.4"])
        let words = made.transcript(recording: recording).turns[0].words
        #expect(words.map(\.placement) == [.given, .given, .interpolated, .given])
    }

    @Test("aTrain's JSON: segments with speakers, in turns")
    func aTrain() throws {
        let made = try read(
            #"{"segments": [{"start": 0.5, "end": 2.0, "text": " Hei.", "speaker": "SPEAKER_01"}, {"start": 2.2, "end": 3.0, "text": " Du.", "speaker": "SPEAKER_01"}, {"start": 3.5, "end": 5.0, "text": " Hallo \u00e5 … ", "speaker": "SPEAKER_00"}]}"#)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)|\($0.end ?? -1)" } == ["SPEAKER_01|Hei. Du.|0.5|3.0", "SPEAKER_00|Hallo å {trailingOff}|3.5|5.0"])
        // The first cue's words stay inside the first cue.
        #expect(made.pieces[0].times.compactMap { $0 }.map(\.end) == [2.0, 3.0])
    }

    @Test("words that are not the text's do not lend it their times")
    func disagreeing() throws {
        let made = try read(#"{"segments": [{"start": 0, "end": 1, "text": "Vi sa ja", "words": [{"word": "helt", "start": 0.2, "end": 0.4}]}]}"#)
        #expect(made.pieces[0].line == "Vi sa ja")
        #expect(made.notes.contains { $0.code == "word-times-not-matching" })
        #expect(made.pieces[0].times.allSatisfy { $0?.isExact == false })
    }

    @Test("times that run backwards are left out and reported")
    func backwards() throws {
        let made = try read(
            #"{"segments": [{"start": 16.64, "end": 20, "text": "en to", "words": [{"word": "en", "start": 17, "end": 18}, {"word": "to", "start": 16.7, "end": 16.9}]}, {"start": 13.3, "end": 15, "text": "tre"}]}"#
        ).transcript(recording: recording)
        #expect(made.turns.map { $0.range != nil } == [true, false])
        #expect(made.turns[0].words.map { $0.range != nil } == [true, false])
        #expect(Set(made.findings.map(\.code)).isSuperset(of: ["time-codes-left-out", "word-times-left-out"]))
    }

    /// Numbers that no integer can hold, in every place where a program writes a time.
    @Test("times that no recording has are passed over", arguments: [
        #"{"segments": [{"start": 1, "end": 1e300, "text": "hei du", "words": [{"word": "hei", "start": 1, "end": 1e300}, {"word": "du", "start": 1e300, "end": 1e301}]}]}"#,
        #"{"segments": [{"start": -1e300, "end": 1e300, "text": "hei du"}]}"#,
        #"{"segments": [{"start": 1, "end": "1e300", "text": "hei du"}]}"#,
        #"{"transcription": [{"offsets": {"from": 1000, "to": 1e300}, "text": "hei du", "tokens": [{"text": "hei", "offsets": {"from": 1000, "to": 1e300}}, {"text": " du", "offsets": {"from": 1e300, "to": 1e300}}]}]}"#,
        #"{"text": "hei du", "chunks": [{"timestamp": [1.0, 1e300], "text": " hei du"}]}"#,
        #"{"word_segments": [{"word": "hei", "start": 1, "end": 1e300}, {"word": "du", "start": 1e300, "end": 1e301}]}"#,
    ])
    func enormousTimes(text: String) throws {
        let made = try read(text)
        #expect(made.pieces.flatMap(\.times).compactMap { $0 }.allSatisfy { $0.start < 1e6 && $0.end < 1e6 })
        let transcript = made.transcript(recording: recording)
        #expect(transcript.turns.flatMap(\.words).map(\.text) == ["hei", "du"])
        for range in transcript.turns.compactMap(\.range) + transcript.turns.flatMap(\.words).compactMap(\.range) {
            #expect(range.start >= 0 && range.start <= range.end && range.end <= recording.length)
        }
    }

    @Test("a draft made by other code may hold any number", arguments: [1e300, .infinity, .nan, -1e300])
    func enormousTimesOfCode(time: Double) {
        let word = Element.word(Word(id: 1, text: "hei"))
        for (start, end) in [(1, time), (time, 2), (time, time)] {
            var made = Draft(format: .whisperJSON, pieces: [.init(label: nil, start: 0, end: 5, elements: [word], times: [.init(start: start, end: end)])])
            var transcript = made.transcript(recording: recording)
            #expect(transcript.turns[0].words.compactMap(\.range).allSatisfy { $0.end <= recording.length })
            made.pieces[0].start = start
            made.pieces[0].end = end
            transcript = made.transcript(recording: recording)
            #expect(transcript.turns.compactMap(\.range).allSatisfy { $0.start >= 0 && $0.end <= recording.length })
        }
    }

    @Test("other ways of writing the same", arguments: [
        #"[{"start": 1, "end": 2, "text": "hei du", "speaker": "A"}]"#,
        "{\"start\": 1, \"end\": 2, \"text\": \"hei\", \"speaker\": \"A\"}\n{\"start\": 2, \"end\": 3, \"text\": \"du\", \"speaker\": \"A\"}\n",
        #"{"text": "hei du", "chunks": [{"timestamp": [1.0, 2.0], "text": " hei du", "speaker": "A"}]}"#,
        #"{"word_segments": [{"word": "hei", "start": 1, "end": 1.5, "speaker": "A"}, {"word": "du", "start": 1.5, "end": 2, "speaker": "A"}]}"#,
    ])
    func variants(text: String) throws {
        let made = try read(text)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)" } == ["A|hei du|1.0"])
    }

    @Test("what is no transcript, broken or bottomless says so")
    func errors() {
        #expect(throws: DraftError.notTranscript(kind: "JSON of a program whose files are not read")) { try read(#"{"a": 1}"#) }
        #expect(throws: DraftError.damaged(part: "JSON")) { try read(#"{"segments": [{"text": "hei"#) }
        #expect(throws: DraftError.damaged(part: "JSON")) { try read(String(repeating: "[{\"a\":", count: 100_000)) }
        #expect(throws: DraftError.empty) { try read(#"{"transcription": []}"#) }
        #expect(throws: DraftError.empty) { try read(#"{"segments": [{"start": 0, "end": 1, "text": " "}]}"#) }
    }
}
