import Signal
import Testing
import Transcript
@testable import Bokmal

@Suite struct TranscriptNormalizationTests {
    func transcript(_ turns: [(speaker: String, text: String)]) -> Transcript {
        var id = 0
        var result: [Turn] = []
        for (index, turn) in turns.enumerated() {
            var elements: [Element] = []
            for piece in words(turn.text) {
                if piece == "." {
                    guard case .word(var word)? = elements.popLast() else { continue }
                    word.trail = "."
                    elements.append(.word(word))
                } else {
                    id += 1
                    let isCutOff = piece.hasSuffix("-")
                    elements.append(.word(Word(id: id, text: isCutOff ? String(piece.dropLast()) : piece, isCutOff: isCutOff, isFiller: piece == "eh")))
                }
            }
            elements.append(.mark(Mark(kind: .laughter, source: .draft)))
            result.append(Turn(id: index + 1, speaker: turn.speaker, elements: elements))
        }
        let recording = RecordingReference(id: "P01", digest: "0", rate: SampleRate(16_000), length: 16_000, channels: 1)
        return Transcript(recording: recording, turns: result)
    }

    @Test func onlyChangedWordsAreSet() throws {
        let source = transcript([
            ("S1", "Hva tenker du om samarbeidet med de ansatte i kommunen ."),
            ("S2", "Æ veit itj ka æ ska si . Dokker må spør eh Kåre . Korsen ikk- ikkje ."),
        ])
        let result = try Normalizer().normalize(transcript: source)
        #expect(result.turns[0] == source.turns[0])
        let second = result.turns[1].words
        #expect(second.prefix(3).map(\.bokmal) == ["Jeg", "vet", "ikke"])
        #expect(second.first { $0.text == "Dokker" }?.bokmal == "Dere")
        for text in ["Kåre", "eh", "ikk"] { #expect(second.first { $0.text == text }?.normalized == nil) }
        #expect(second.map(\.text) == source.turns[1].words.map(\.text))
        #expect(result.turns[1].marks == source.turns[1].marks)
        #expect(second.allSatisfy { $0.normalized.map { !$0.rule.isEmpty && (0...1).contains($0.confidence) } ?? true })
        // Running again changes nothing.
        #expect(try Normalizer().normalize(transcript: result) == result)
    }

    /// A short turn is read as its speaker's talk is.
    @Test func shortTurnsFollowTheirSpeaker() throws {
        let source = transcript([
            ("S2", "æ veit itj korsen æ skal si det , men dokker trur ikkje på mæ ."), ("S2", "ka då ."), ("S1", "ka ."),
        ])
        let result = try Normalizer().normalize(transcript: source)
        #expect(result.turns[1].words.map(\.bokmal) == ["hva", "da"])
    }

    @Test func unknownDialectIsReported() throws {
        let source = transcript([("S1", "æ veit itj korsen dokker brøkshvalta dæ på møtet ikkje sant .")])
        let result = try Normalizer().normalize(transcript: source, variety: .writtenDialect)
        let finding = try #require(result.findings.first)
        #expect(finding.code == "dialect-left")
        #expect(finding.turn == 1)
        #expect(finding.words == [6])
        #expect(!finding.message.contains("brøkshvalta"))
    }

    @Test func cancellation() {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try Normalizer().normalize(transcript: transcript([("S1", "ja .")])) { _ in throw Stop() }
        }
    }

    @Test func tokenStreamKeepsLines() {
        let lines = ["æ", "veit", "itj", "", "", "Han\tPRON", "bor", "her", ""]
        for source in SourceVariety.allCases {
            let out = Normalizer().normalizeTokenStream(lines, from: source)
            #expect(out.count == lines.count)
            #expect(zip(lines, out).allSatisfy { $0.isEmpty == $1.isEmpty })
            #expect(out[5...7] == ["Han", "bor", "her"])
        }
        #expect(Normalizer().normalizeTokenStream(lines)[0...2] == ["jeg", "vet", "ikke"])
        #expect(Normalizer().normalizeTokenStream([]).isEmpty)
    }
}

@Suite struct TurnClassifierTests {
    let classifier = TurnClassifier()

    @Test(arguments: [
        ("Jeg vet ikke hva de skal gjøre med det , men vi får se .", TurnVariety.bokmal),
        ("Eg veit ikkje kva dei skal gjere med det , men vi får sjå .", .nynorsk),
        ("Æ veit itj ka dæm skal gjør med det , men vi får se .", .writtenDialect),
        ("æ væit ittje ka dæmm ska jør me de menn vi får sjå", .phonetic),
        ("the quixotic zebras wandered aimlessly throughout yonder windswept meadows", .other),
        ("12 … #", .other),
    ])
    func varieties(_ sentence: String, _ expected: TurnVariety) {
        let result = classifier.classify(tokens: words(sentence))
        #expect(result.variety == expected)
        #expect((0...1).contains(result.confidence))
    }
}
