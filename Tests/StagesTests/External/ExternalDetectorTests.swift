import Anonymization
import Foundation
import Testing
import Transcript
@testable import Stages

@Suite struct ExternalDetectorTests {
    // Line 2 begins at 19: "Eg heiter Kari og kjem ikkje frå Bø."
    private let talk = ProgramBench.talk()

    private func spans(_ script: String, _ arguments: [String] = [], labels: [String] = [], timeout: Double = 120) throws -> [String] {
        let bench = try ProgramBench(script)
        let detector = try ExternalDetector(command: ["./program"] + arguments, labels: labels, timeout: timeout, base: bench.root)
        let found = try detector.spans(talk, complaints: bench.complaints, progress: { _ in })
        let words = Dictionary(uniqueKeysWithValues: talk.turns.flatMap(\.words).map { ($0.id, $0.text) })
        return found.map { span in "\(span.turn) \(span.type.rawValue) " + span.wordIDs.compactMap { words[$0] }.joined(separator: " ") }
    }

    private static let found = ["2 person Kari", "2 place Bø", "4 age 45 år"]

    /// A program that looks for words by itself, counted in code points, in each of the formats.
    @Test(arguments: ["brat", "json", "jsonl", "conll"])
    func everyFormatGivesTheSameSpans(_ format: String) throws {
        let script = """
            exec python3 -c '
            import sys, json, re
            text = sys.stdin.read() if len(sys.argv) < 2 else open(sys.argv[1], encoding="utf-8").read()
            spans = [(text.index(w), text.index(w) + len(w), l, w) for w, l in [("Kari", "PER"), ("Bø", "GPE_LOC"), ("45 år", "AGE")]]
            form = "\(format)"
            if form == "brat": print("\\n".join("T%d\\t%s %d %d\\t%s" % (i + 1, l, a, b, w) for i, (a, b, l, w) in enumerate(spans)) + "\\nR1\\tx Arg1:T1 Arg2:T2")
            if form == "json": print(json.dumps({"entities": [dict(start=a, end=b, label=l, text=w) for a, b, l, w in spans]}))
            if form == "jsonl": print("\\n".join(json.dumps(dict(start=a, end=b, entity_type=l, score=0.7)) for a, b, l, w in spans))
            if form == "conll":
                for line in text.splitlines():
                    for m in re.finditer(r"\\w+|[^\\w\\s]", line):
                        at = m.start() + text.index(line)
                        tag = next((("B-" if a == at else "I-") + l for a, b, l, w in spans if a <= at < b), "O")
                        print(m.group() + "\\t" + tag)
                    print()
            ' "$@"
            """
        #expect(try spans(script) == Self.found)
        #expect(try spans(script + " > \"$2\"", ["{text}", "{result}"]) == Self.found)
    }

    @Test func nothingIsAnAnswerAndLabelsCanBeGivenAMeaning() throws {
        #expect(try spans("cat > /dev/null") == [])
        #expect(try spans("printf 'T1\\tSKOLE 29 33\\tKari\\n'", labels: ["SKOLE=school"]) == ["2 school Kari"])
    }

    @Test func faultsAreToldWithoutTheTalk() throws {
        func fault(_ script: String, labels: [String] = [], timeout: Double = 120) -> String { ProgramBench.fault { _ = try spans(script, labels: labels, timeout: timeout) } }
        #expect(fault("printf 'T1\\tHEMMELIGKari 29 33\\tKari\\n'").contains("label that is not known (line 1)"))
        // Counted in bytes, or of another text.
        #expect(fault("printf 'T1\\tLOC 53 55\\tBø\\n'").contains("counted in Unicode code points"))
        #expect(fault("printf 'T1\\tPER 0 9999\\tKari\\n'").contains("place that the text does not have"))
        #expect(fault("printf 'T1\\tPER 9 9\\tKari\\n'").contains("place that the text does not have"))
        #expect(fault("printf 'T1\\tPER 29\\tKari\\n'").contains("line 1"))
        #expect(fault("echo '[{\"start\": 1}]'").contains("item 1"))
        #expect(fault("echo '{\"start\": -4, \"end\": 3, \"label\": \"PER\"}'").contains("place that the text does not have"))
        #expect(fault("printf 'Hei\\tO\\nhemmelig\\tO\\n'").contains("line 2 whose token is not what comes there"))
        #expect(fault("printf 'Hei\\tO\\n,\\tO\\n'").contains("breaks off"))
        #expect(fault("printf 'Hei\\tPER\\n'").contains("tag"))
        #expect(fault("printf '\\377'").contains("not text in UTF-8"))
        #expect(fault("exit 7").contains("exit code 7"))
        #expect(fault("exec sleep 60", timeout: 1).contains("not done after 1 s"))
        #expect(fault("true", labels: ["PER=hemmelig"]).contains("LABEL=person"))
    }

    // MARK: With what is found here

    private func detect(_ given: [GivenSpan], own: Bool = true, options: Detector.Options = .init()) -> [TranscriptDetection] {
        Detector(options: options).detect(transcript: talk, given: given, ownWords: own)
    }

    @Test func whatOthersFindIsAddedAndTakesNothingAway() throws {
        let alone = detect([])
        let name = try #require(alone.first { $0.type == .person && $0.field == .words })
        // A word nobody here would take for a name, and one that is found already, as something else.
        let both = detect([GivenSpan(turn: 1, wordIDs: [2], type: .organisation, score: 0.8), GivenSpan(turn: 2, wordIDs: name.wordIDs, type: .place, score: 0.9)])
        for own in alone { #expect(both.contains { $0.wordIDs == own.wordIDs && $0.type == own.type && $0.field == own.field }) }
        let added = both.filter { $0.rule == GivenSpan.rule }
        #expect(added.map(\.wordIDs) == [[2]] && added[0].type == .organisation && added[0].key == "hva")
        #expect(both.filter { $0.field == .words }.map { $0.wordIDs[0] } == both.filter { $0.field == .words }.map { $0.wordIDs[0] }.sorted())
    }

    @Test func aloneItFindsWhatItFindsAndWhatThePolicyDenies() {
        #expect(detect([], own: false).filter { $0.field == .words }.isEmpty)
        let one = detect([GivenSpan(turn: 1, wordIDs: [2], type: .other, score: 0.8)], own: false, options: .init(deny: ["Kari"]))
        #expect(one.filter { $0.field == .words }.map(\.wordIDs) == [[2], [7]])
        // What the researcher lets stand stands, whoever finds it.
        #expect(detect([GivenSpan(turn: 1, wordIDs: [2], type: .other, score: 0.8)], own: false, options: .init(allow: ["hva"])).filter { $0.field == .words }.isEmpty)
    }
}
