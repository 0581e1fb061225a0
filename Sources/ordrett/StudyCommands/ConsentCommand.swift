import ArgumentParser
import Foundation
import Stages

struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "What participants have said yes to: list it, or write it down.",
        discussion: """
            Examples:
              ordrett consent                                     who has said yes to what
              ordrett consent I4 --given 2026-01-10 --quotes yes --sharing no
              ordrett consent I4 --form 'skjema 12, arkivskap B'
              ordrett consent --json

            Consent is kept in ordrett.yaml, under the participant; the rest of the file stays as it is. With
            'consent: {required: true}' there, recordings of participants without consent are not worked on. Where somebody
            who speaks has said no to sharing, a recording gives no files in deling/; with 'required_for_sharing: true', not until all
            have said yes.
            Somebody who withdraws: 'ordrett withdraw' erases; --withdrawn alone only stops the work.
            """)

    enum Answer: String, ExpressibleByArgument, CaseIterable { case yes, no }

    @Argument(help: "A participant's code; without one, all are listed.") var participant: String?
    @Option(help: ArgumentHelp("The day consent was given, 2026-01-10.", valueName: "date")) var given: String?
    @Option(help: ArgumentHelp("Which form it stands on: a reference.", valueName: "text")) var form: String?
    @Option(help: "To be recorded.") var recording: Answer?
    @Option(help: "To be quoted under the code.") var quotes: Answer?
    @Option(help: "To have the anonymised transcript shared.") var sharing: Answer?
    @Option(help: "To have it archived.") var archive: Answer?
    @Option(help: ArgumentHelp("The day consent was withdrawn.", valueName: "date")) var withdrawn: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Flag(help: "As JSON on stdout.") var json = false

    private var answers: [(name: String, value: Bool)] {
        [("recording", recording), ("quotes", quotes), ("sharing", sharing), ("archive", archive)].compactMap { name, answer in
            answer.map { (name, $0 == .yes) }
        }
    }

    func validate() throws {
        let sets = given != nil || form != nil || withdrawn != nil || !answers.isEmpty
        if participant == nil && sets { throw ValidationError("whose consent? give a participant's code") }
    }

    func run() throws {
        if let participant, given != nil || form != nil || withdrawn != nil || !answers.isEmpty {
            try ConsentTool.set(participant, given: given, form: form, withdrawn: withdrawn, answers: answers, study: study)
            if withdrawn != nil { Talk.say("to erase what the study has of this participant: ordrett withdraw \(participant)") }
        }
        var report = try ConsentTool.report(study: study)
        if let participant {
            report.participants = report.participants.filter { $0.code == participant }
            guard !report.participants.isEmpty else { throw CommandFailure.usage("'\(participant)' is not among the participants of ordrett.yaml") }
            let recordings = Set(report.participants[0].recordings)
            report.held = report.held.filter { recordings.contains($0.id) }
            report.withheld = report.withheld.filter(recordings.contains)
        }
        if json { return try Talk.json(report) }
        guard !report.participants.isEmpty else { return Talk.say("ordrett.yaml lists no participants; write them under 'participants:'") }
        var table = TextTable(header: ["participant", "role", "given"] + Consent.answers + ["withdrawn", "form", "recordings", "missing"])
        for row in report.participants {
            let answers = Consent.answers.map { name in row.consent?.answer(name).map { $0 ? "yes" : "no" } ?? "-" }
            table.rows.append(
                [row.code, row.role, row.consent?.given ?? "-"] + answers + [
                    row.consent?.withdrawn ?? "-", row.consent?.form ?? "-", row.recordings.isEmpty ? "-" : row.recordings.joined(separator: ", "),
                    row.missing.isEmpty ? "" : row.missing.joined(separator: ", "),
                ])
        }
        Talk.data(table.text + "\n")
        for hold in report.held { Talk.data("held: \(hold.id): \(hold.reason)\n") }
        for id in report.withheld { Talk.data("not shared: \(id): somebody who speaks has not said yes to sharing\n") }
    }
}
