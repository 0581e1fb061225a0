import Anonymization
import Bokmal
import Foundation
import Testing
import Transcript
@testable import Stages

@Suite struct ExternalTranslatorTests {
    private let talk = ProgramBench.talk()

    private func translate(_ script: String, _ arguments: [String] = [], timeout: Double = 120, shell: String = "/bin/sh") throws -> [[String]] {
        let bench = try ProgramBench(script, shell: shell)
        let translator = try ExternalTranslator(command: ["./program"] + arguments, timeout: timeout, base: bench.root)
        return try translator.translate(talk, options: .init(), complaints: bench.complaints, progress: { _ in }).turns.map { $0.words.map(\.bokmal) }
    }

    private static let sed = "sed -e 's/Eg/Jeg/g; s/heiter/heter/; s/kjem/kommer/; s/ikkje/ikke/'"
    private static let written = [["Hei", "hva", "heter", "du"], ["Jeg", "heter", "Kari", "og", "kommer", "ikke", "frå", "Bø"], ["mm"], ["Jeg", "er", "45", "år"]]

    @Test func linesGoThroughPipesOrFiles() throws {
        #expect(try translate(Self.sed) == Self.written)
        #expect(try translate(Self.sed + " \"$1\" > \"$2\"", ["{text}", "{result}"]) == Self.written)
        #expect(try translate(Self.sed + " | sed 's/$/\\r/'") == Self.written, "line ends of another system")
    }

    @Test func faultsAreToldWithoutTheTalk() throws {
        func fault(_ script: String, timeout: Double = 120) -> String { ProgramBench.fault { _ = try translate(script, timeout: timeout) } }
        #expect(fault("head -n 2").contains("2 lines back for 4"))
        #expect(fault("cat; echo hemmelig").contains("5 lines back for 4"))
        #expect(fault("sed 's/.*//'").contains("left out most of the words of line 2"))
        #expect(fault("while read -r line; do for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do printf '%s hemmelig ' \"$line\"; done; echo; done").contains("several times as long"))
        #expect(fault("yes hemmelig").contains("without end"))
        #expect(fault("printf '\\377\\n\\n\\n\\n'").contains("not text in UTF-8"))
        #expect(fault("cat > /dev/null; exit 3").contains("exit code 3"))
        #expect(fault("cat > /dev/null; exec sleep 60", timeout: 1).contains("not done after 1 s"))
    }

    /// A translator that moves a name to another word must not smuggle it past what was found.
    @Test func aMovedNamePutsItsTurnBack() throws {
        let transcript = ProgramBench.talk([("S1", "Kari kjem i dag"), ("S1", "eg veit ikkje Kari")])
        let made = try TurnTranslation(transcript, options: .init()).applied(["I dag kommer Kari", "jeg vet ikke Kari"])
        #expect(made.turns[0].words[3].bokmal == "dag kommer kari", "the danger is there")
        let found = [
            TranscriptDetection(turn: 1, wordIDs: [1], type: .person, key: "kari", score: 1, rule: "name"),
            TranscriptDetection(turn: 2, wordIDs: [8], type: .person, key: "kari", score: 1, rule: "name"),
        ]
        let held = MovedIdentifiers.held(made, found)
        #expect(held.turns[0].words.map(\.bokmal) == ["Kari", "kjem", "i", "dag"])
        #expect(held.turns[1].words.map(\.bokmal) == ["jeg", "vet", "ikke", "Kari"], "a turn that is as it should be stays")
        #expect(held.findings.filter { $0.code == MovedIdentifiers.code }.map(\.turn) == [1])
    }

    /// Apertium, where it is installed, as anybody's program.
    @Test(.enabled(if: ApertiumTranslator.find() != nil)) func apertiumAsTheProgram() throws {
        let translator = try ExternalTranslator(command: ["apertium", "-f", "line", "nno-nob"], timeout: 120, base: URL(fileURLWithPath: "/"))
        let result = try translator.translate(talk, options: .init(), complaints: nil, progress: { _ in })
        #expect(result.turns[1].words.map(\.bokmal).prefix(6) == ["Jeg", "heter", "Kari", "og", "kommer", "ikke"])
    }
}
