import Anonymization
import Bokmal
import Foundation
import Pipeline
import Testing
import Transcript

@testable import Stages

/// A study's decisions on words, from the table to what is shared.
@Suite(.serialized) struct BokmalStudyTests {
    private static let talk = [
        "P07": "Intervjuer: Hvordan har dere det?\nInformant: Æ veit itj heilt. Dåkker brøkshvalta mæ på møtet, og dåkker snakka ikkje med jentan. (ler)",
        "P09": "Informant: Jenta kasta boka på hytta, og det var bra for alle i kommunen.",
    ]

    /// A study of typed interviews.
    private func study(_ talk: [String: String] = Self.talk, settings: String = "") throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-bokmal-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data(
            """
            name: tekst
            summary: words alone
            stages: [ingest, vad, speakers, words, detect, bokmal, register, anonymize, audit, {export: {formats: [txt], confidential: [txt]}}]
            """.utf8
        ).write(to: root.appendingPathComponent("tekst.yaml"))
        try Data("study: Prøve\npipeline: tekst.yaml\n\(settings)".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for (id, text) in talk {
            try FileManager.default.copyItem(
                at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
        }
        return root
    }

    @discardableResult
    private func run(_ root: URL) async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let report = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(report.failures.isEmpty, "\(report.failures.map(\.message))")
        if !report.held.isEmpty {
            try Signing.signAll(root)
            let again = await request.runner(options: .init(), observer: { _ in }).run(request.all)
            #expect(again.failures.isEmpty && again.held.isEmpty)
        }
        return report
    }

    private func shared(_ root: URL, _ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("deling/\(name)"), encoding: .utf8)
    }

    private func confidential(_ root: URL, _ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("fortrolig/\(name)"), encoding: .utf8)
    }

    private func mode(_ url: URL) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func aVetoHoldsForTheWholeStudyAndRunsNoMoreThanItMust() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        #expect(throws: StageFault.self) { try ChangeTools(study: root.path).report([]) }
        #expect(throws: StageFault.self) { try ChangeTools(study: root.appendingPathComponent("opptak").path) }
        try await run(root)
        let tools = try ChangeTools(study: root.path)
        let before = try tools.report([])
        #expect(before.notes.isEmpty)
        #expect(before.report.rows.contains { $0.said == "dåkker" && $0.written == "dere" && $0.times == 2 && $0.recordings == ["P07"] })
        #expect(try tools.report(["P09"]).report.rows.isEmpty)
        #expect(throws: RequestFault.self) { try tools.report(["P08"]) }
        #expect(try shared(root, "P07.txt").contains("og dere snakka ikke med jentene"))
        #expect(try confidential(root, "P07.revisjon.md").contains("dialekt kan stå igjen"))

        // The list of changes lies with the raw transcripts, closed to others.
        let list = root.appendingPathComponent("fortrolig/P07.fortrolig.bokmal.tsv")
        #expect(try String(contentsOf: list, encoding: .utf8).contains("dåkker\tdere\t"))
        #expect(try mode(list) == 0o600)

        let notes = try tools.decide([.veto("dåkker=dere"), .always("jentan=kvinnene")], remark: "fra Bergen")
        #expect(notes.contains { $0.contains("P07") && !$0.contains("P09") })
        #expect(notes.allSatisfy { !$0.contains("dåkker") && !$0.contains("jentan") })
        let table = root.appendingPathComponent("bokmal-ord.tsv")
        #expect(try mode(table) == 0o600)
        #expect(try String(contentsOf: table, encoding: .utf8).contains("dåkker\t!dere\tfra Bergen\n"))
        #expect(try tools.report([]).notes.count == 1, "it waits to be run")

        // Both recordings' Bokmål is made again; what comes after it only where it changed.
        let again = try await run(root)
        let own = ["bokmal", "anonymize", "audit", "export"]
        #expect(again.stagesRun == own.count + 1, "P09's Bokmål came out as it was")
        let text = try shared(root, "P07.txt")
        #expect(text.contains("dåkker snakka ikke med kvinnene"))
        #expect(try confidential(root, "P07.revisjon.md").contains("fordi studien beholder dem"))
        #expect(try !confidential(root, "P07.revisjon.md").lowercased().contains("dåkker"))

        // A remark, or the same said again, runs nothing.
        try Data(("# en merknad\n" + String(contentsOf: table, encoding: .utf8)).utf8).write(to: table)
        #expect(try tools.decide([.veto("DÅKKER = dere")], remark: "").count == 1)
        #expect(try await run(root).stagesRun == 0)
        _ = try tools.decide([.forget("dåkker"), .forget("jentan")], remark: "")
        try await run(root)
        #expect(try shared(root, "P07.txt").contains("og dere snakka ikke med jentene"))
        #expect(try String(contentsOf: table, encoding: .utf8).contains("# en merknad\n"))
    }

    @Test func aTableThatCannotBeReadStopsTheRunWithItsLine() throws {
        let root = try study(["P09": "Informant: Ja."])
        defer { try? FileManager.default.removeItem(at: root) }
        try Data("ka\thva\nhemmelig uten tabulator\n".utf8).write(to: root.appendingPathComponent("bokmal-ord.tsv"))
        let error = #expect(throws: DefinitionError.self) { try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]) }
        #expect(error?.description.contains("bokmal-ord.tsv:2") == true && error?.description.contains("hemmelig") == false)
        // One that was named must be there.
        try FileManager.default.removeItem(at: root.appendingPathComponent("bokmal-ord.tsv"))
        #expect(throws: StageFault.self) { try RunRequest.make(arguments: [], study: root.path, out: nil, settings: ["bokmal": ["words": "mine.tsv"]]) }
        try Data([0xFF, 0xFE, 0x6B, 0x00]).write(to: root.appendingPathComponent("mine.tsv"))
        #expect(throws: StageFault.self) { try RunRequest.make(arguments: [], study: root.path, out: nil, settings: ["bokmal": ["words": "mine.tsv"]]) }
    }

    @Test func aStudysStyleIsForOrdinaryBokmalToo() async throws {
        let root = try study(["P09": Self.talk["P09"] ?? ""], settings: "settings:\n  bokmal: {feminine: en, past: et, keep: [hytta]}\n")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        #expect(try shared(root, "P09.txt").contains("Jenten kastet boken på hytta"))
        // The command takes a recording by its id, with the study's own choices.
        let data = try StudyTranscripts.beforeBokmal("P09", study: root.path)
        let tool = try BokmalTool(StudyTranscripts.bokmalChoices(study: root.path), detail: .explained)
        let lines = try tool.transcript(data).split(separator: "\n")
        #expect(lines.first == "Jenten\tJenta\tstyle.feminine\t0.97\tbokmal\t1\t1")
        #expect(lines.count == 13)
        #expect(throws: StageFault.self) { try StudyTranscripts.beforeBokmal("P08", study: root.path) }
    }

    /// Without the stage dialect goes through, and both the file and the audit say so.
    @Test func whatIsNotInBokmalSaysSo() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-bokmal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let draft = folder.appendingPathComponent("P07.txt"), register = folder.appendingPathComponent("k.json").path
        try Data((Self.talk["P07"] ?? "").utf8).write(to: draft)
        let raw = try WordTools.words(draft.path, audio: WholePipelineTests.sample("intervju_stereo.wav").path).json
        let plain = try TextTools.anonymize(raw, policy: nil, register: register)
        #expect(plain.outsideBokmal == 1)
        var tool = ExportTool(format: "txt")
        for (view, head) in [("verbatim", "ordrett (men 1 replikk er ikke på bokmål)"), ("bokmal", "bokmål (men 1 replikk er ikke på bokmål)")] {
            tool.view = view
            #expect(String(decoding: try tool.export(plain.sealed).data, as: UTF8.self).contains(head))
        }
        let audit = try TextTools.audit(plain.sealed, register: register, policy: nil, english: false, json: false)
        #expect(audit.text.contains("replikken er ikke på bokmål, replikk 2") && audit.text.contains("må leses av et menneske"))

        let normalized = Data(try BokmalTool(BokmalChoices()).transcript(raw).utf8)
        let sealed = try TextTools.anonymize(normalized, policy: nil, register: register)
        #expect(sealed.outsideBokmal == 0)
        tool.view = "verbatim"
        #expect(String(decoding: try tool.export(sealed.sealed).data, as: UTF8.self).contains("ordrett (på bokmål)"))
        // The raw one is not called Bokmål without a word on it; and back again it is what it was.
        tool.view = "written"
        #expect(try tool.export(raw).notes.contains { $0.contains("not in Bokmål") } && !tool.export(normalized).notes.contains { $0.contains("not in Bokmål") })
        #expect(try Data(BokmalTool.undone(normalized).utf8) == raw)
        #expect(throws: StageFault.self) { try BokmalTool(BokmalChoices()).transcript(sealed.sealed) }
    }

    @Test func runningTextKeepsItsPunctuation() throws {
        let lines = ["«Æ veit itj,» sa ho. Korsen har dåkker det?", "", "Jenta – kasta boka …"]
        #expect(try BokmalTool(BokmalChoices()).text(lines) == ["«Jeg vet ikke,» sa hun. Hvordan har dere det?", "", "Jenta – kasta boka …"])
        var choices = BokmalChoices()
        choices.replace = ["dåkker=folk"]
        choices.keep = ["Æ"]
        #expect(try BokmalTool(choices).text(lines)[0] == "«Æ vet ikke,» sa hun. Hvordan har folk det?")
        let explained = try BokmalTool(choices, detail: .explained).text(lines)
        #expect(explained[0] == "Æ\tÆ\tveto\t1.00\twrittenDialect" && explained.last == "")
        let json = try BokmalTool(choices, detail: .json).text(lines)
        #expect(json.count == 12 && json[0].contains(#""line":1"#) && json[11].contains(#""line":3"#))
        choices.replace = ["uten likhetstegn"]
        #expect(throws: StageFault.self) { try BokmalTool(choices) }
        choices.replace = []
        choices.feminine = "o"
        #expect(throws: StageFault.self) { try BokmalTool(choices) }
    }

    @Test func tablesForProgramsAreSafe() {
        var report = ChangeReport([])
        #expect(ChangeTools.csv(report) == "said,written,rule,times,recordings,confidence,lowest\r\n")
        var turn = Turn(id: 1, speaker: "S1")
        turn.elements = [.word(Word(id: 1, text: "=cmd", normalized: Normalization(text: "a,\"b", rule: "study", confidence: 1)))]
        report = ChangeReport([
            Transcript(recording: .init(id: "P", digest: "", rate: .analysis, length: 1, channels: 1), turns: [turn])
        ])
        #expect(ChangeTools.csv(report).contains("'=cmd,\"a,\"\"b\",study,1,1,1.00,1.00\r\n"))
        #expect(ChangeTools.table(report, english: false).headings.first == "sagt")
    }
}
