import ArgumentParser
import Foundation
import Pipeline
import Stages

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What is done in a study, what is not, and what to look at.",
        discussion: """
            Examples:
              ordrett status
              ordrett status --findings P07                 what to look at in one recording, in order of time
              ordrett status --study ~/studie --json

            remarks counts what --findings lists of a recording, notes left out; findings counts what is open in the audit, which
            'ordrett review-findings' goes through.
            """)

    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("List what was found in one recording.", valueName: "recording")) var findings: String?
    @Flag(help: "As JSON on stdout.") var json = false

    struct Row: Encodable {
        var id: String, seconds: Double?, speakers: Int?, words: Int?
        /// As in ``RunSummary/Row``: of the stages, and open in the audit.
        var remarks: Int?, findings: Int?
        var waiting: [String], draft: Bool
        var interviewer: String?, interviewerConfidence: Double?
        /// signed, outdated, unsigned or broken.
        var signature: String, signedAt: String?
        /// Something for sharing waits for it.
        var held: Bool
        /// Nothing waits in this recording, but others do whose stages come before study-wide ones.
        var mayChange: Bool

        var state: String {
            if !waiting.isEmpty { return "to run: " + waiting.joined(separator: ", ") }
            return (held ? "waits for a signature" : "up to date") + (mayChange ? ", may change with the others" : "")
        }
    }

    struct Report: Encodable {
        var study: String, pipeline: String, recordings: [Row], deleteAudioBy: String?, held: [Study.Hold], retention: [String], keyRegister: Bool
        var material: String, notes: [String]
    }

    func run() throws {
        let request = try RunRequest.make(arguments: [], study: study, out: nil, settings: [:])
        let store = ArtefactStore(folders: request.study.folders)
        if let id = findings { return try list(id, request, store) }
        let runner = request.runner(options: .init(), observer: { _ in })
        let plan = try runner.plan(request.all)
        defer { runner.saveMemory() }
        let rows = request.all.map { item -> Row in
            let row = RunSummary.row(item.id, runner: runner)
            let waiting = plan.compactMap { step -> String? in
                if step.item == item.id, case .run = step.action { step.stage } else { nil }
            }
            let signature = AuditSigning.state(item.id, folders: request.study.folders)
            return Row(
                id: item.id, seconds: row.seconds, speakers: row.speakers, words: row.words, remarks: row.remarks, findings: row.findings,
                waiting: waiting, draft: item.files["draft"] != nil, interviewer: row.interviewer,
                interviewerConfidence: row.interviewerConfidence, signature: signature.state.rawValue, signedAt: signature.signed?.signedAt,
                held: plan.contains { $0.item == item.id && $0.held != nil }, mayChange: plan.contains { $0.item == item.id && $0.mayChange })
        }
        let register = try StudyKeys(request.study.folders).status, held = request.study.held
        let ids = Set(request.all.map(\.id) + held.map(\.id))
        let gone = store.items().filter { !ids.contains($0) }.map {
            "\($0): processed before, but no longer in the study; its files in deling/ and its source in the coding store are still there"
        }
        let doubtful = rows.filter { ($0.interviewerConfidence ?? 1) < RunSummary.doubtful }.map {
            "\($0.id): who the interviewer is, is doubtful; if it is not \($0.interviewer ?? "S1"), write 'interviewer:' and the voice for this recording in \(Study.fileName)"
        }
        let report = Report(
            study: request.study.file.title, pipeline: request.definition.name, recordings: rows,
            deleteAudioBy: request.study.file.deleteAudioBy, held: held,
            retention: RetentionReminder.lines(request.study),
            keyRegister: register.isLinkable && register != .none, material: register.isLinkable ? "avidentifisert" : "anonymisert", notes: request.study.notes + gone + doubtful)
        if json { return try Talk.json(report) }
        Talk.data("\(report.study), pipeline \(report.pipeline)\n")
        var table = TextTable(
            header: ["recording", "duration", "draft", "speakers", "interviewer", "words", "remarks", "findings", "signature", "state"], rightAligned: [1, 3, 5, 6, 7])
        for row in rows {
            table.rows.append([
                row.id, row.seconds.map(clockText) ?? "-", row.draft ? "yes" : "no", row.speakers.map(String.init) ?? "-",
                RunSummary.interviewerText(row.interviewer, row.interviewerConfidence) ?? "-", row.words.map(String.init) ?? "-", row.remarks.map(String.init) ?? "-",
                row.findings.map(String.init) ?? "-",
                row.signature, row.state,
            ])
        }
        Talk.data(table.text + "\n" + (rows.isEmpty ? "" : RunSummary.legend + "\n"))
        for hold in report.held { Talk.data("held: \(hold.id): \(hold.reason)\n") }
        for row in rows where row.signature == "outdated" {
            Talk.data("note: \(row.id): has changed since its audit was signed; what lies in deling/ is of the older one\n")
        }
        for note in report.notes { Talk.data("note: \(note)\n") }
        switch register {
        case .none: break
        case .exists: Talk.data("A key register exists: the material is de-identified (avidentifisert), not anonymous.\n")
        case .lost: Talk.data("The key register is not where it should be ('ordrett key show'): the material counts as de-identified (avidentifisert).\n")
        case .unfinished: Talk.data("Destroying the key register is unfinished: run 'ordrett key destroy' again; until then the material counts as de-identified (avidentifisert).\n")
        case .destroyed(let when, _): Talk.data("The key register was destroyed on \(when.prefix(10)): the material is anonymised (anonymisert).\n")
        }
        for line in report.retention { Talk.data(line + "\n") }
        if let date = report.deleteAudioBy, report.retention.isEmpty, date > Retention.today() { Talk.data("The audio is to be deleted by \(date).\n") }
    }

    private func list(_ id: String, _ request: RunRequest, _ store: ArtefactStore) throws {
        guard request.all.contains(where: { $0.id == id }) else {
            throw CommandFailure.usage("'\(id)' is no recording of this study; 'ordrett status' shows them")
        }
        let findings = RunSummary.findings(id, store: store)
        if json { return try Talk.json(findings) }
        var table = TextTable(header: ["time", "weight", "stage", "what"], rightAligned: [0])
        for finding in findings { table.rows.append([finding.seconds.map(clockText) ?? "-", finding.severity, finding.stage, finding.message]) }
        Talk.data(findings.isEmpty ? "nothing to look at\n" : table.text + "\n")
    }
}
