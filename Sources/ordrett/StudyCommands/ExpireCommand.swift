import ArgumentParser
import Foundation
import Stages

struct ExpireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire", abstract: "Erase what the study's retention dates say is to be gone by now.",
        discussion: """
            Examples:
              ordrett expire --dry-run          what would go today; changes nothing
              ordrett expire                    shows it, and asks
              ordrett expire --yes              for a script that runs every night

            In ordrett.yaml:
              retention:
                recordings: 2027-06-30          the sound, and how voices sound
                key: 2027-12-31                 the key register: what is left is anonymous
                confidential: 2027-12-31        drafts, raw transcripts and stored results
                everything: 2032-12-31          the whole study, but for receipts
            'ordrett run' and 'ordrett status' remind of a date thirty days ahead.
            """)

    @OptionGroup var passphrase: PassphraseOptions
    @Option(help: ArgumentHelp("Who does it, for the receipt.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: "Language of the receipt.") var language: ErasureReceipt.Language = .bokmal
    @Flag(help: "Show what would go; change nothing.") var dryRun = false
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "As JSON on stdout.") var json = false

    func run() async throws {
        let preview = try ExpiryTool.preview(study: study)
        if dryRun || preview.demands.isEmpty {
            if json { return try Talk.json(preview) }
            return Talk.data(Self.text(preview))
        }
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure.usage("nobody is there to confirm; look with --dry-run first, and give --yes")
        }
        let outcome = try await ExpiryTool.run(study: study, who: by ?? NSUserName(), language: language, passphrase: passphrase.source()) { preview in
            if yes {
                for loss in preview.demands.compactMap(\.loss) { Talk.say("note: \(loss)") }
                return true
            }
            Talk.say(Self.text(preview))
            Talk.say("This cannot be undone. Type 'slett' to erase all of it: ")
            return readLine() == "slett"
        }
        guard let outcome else {
            Talk.say("not confirmed; nothing was changed")
            throw ExitCode(Exit.stopped)
        }
        if json { try Talk.json(outcome) } else { Talk.data("receipt \(outcome.receipt.number)\n\(outcome.path)\n") }
        for path in outcome.linked { Talk.say("has another name outside the study, and lives on there: \(path)") }
        for failure in outcome.failures { Talk.say("not made anew: \(failure)") }
        Talk.say("beyond this program's reach: the dictaphone, backups, cloud copies, mails and printouts; old blocks on solid-state disks. See to them by hand.")
        for note in outcome.notes { Talk.say("note: \(note)") }
        if outcome.receipt.placesLeft > 0 { Talk.say("\(outcome.receipt.placesLeft) files are still there; run 'ordrett expire' again") }
        if !outcome.failures.isEmpty || outcome.receipt.placesLeft > 0 { throw ExitCode(Exit.someFailed) }
    }

    static func text(_ preview: ExpiryTool.Preview) -> String {
        var lines: [String] = []
        for demand in preview.demands {
            lines.append("\(demand.part), by \(demand.date): \(demand.files.count) files\(demand.takesRegister ? " and the key register" : "")")
            if let loss = demand.loss { lines.append("  note: \(loss)") }
            // Stored results are many, and their names say nothing.
            lines += demand.files.filter { !$0.hasPrefix("fortrolig/.mellomlager") && !$0.hasPrefix(".ordrett") }.map { "  " + $0 }
        }
        if lines.isEmpty { lines.append("nothing is to be erased by today") }
        lines += preview.coming.map { "soon: " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }
}
