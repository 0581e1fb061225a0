import ArgumentParser
import Foundation
import Stages

struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Erase a participant who withdraws, everywhere in the study.",
        discussion: """
            Examples:
              ordrett withdraw I4 --dry-run                 what would go; changes nothing
              ordrett withdraw I4 --name 'Kari Nordmann'    names by which others may have spoken of the person
              ordrett withdraw B --keep-recordings          a focus group: the turns go, the group's sound stays
              ordrett withdraw --resume                     go on with one that was interrupted

            Erases recordings, drafts, transcripts, stored results, rows of the coding store with their history, entries of the
            key register, files in deling/ and fortrolig/ with copies that were edited, and the entries in ordrett.yaml. Others
            keep their codes and their files. Afterwards the whole folder is searched for the person's names, codes and words,
            and a receipt is written that identifies nobody: its number is shown here alone, for you to give to the participant.
            To keep a name out of the shell's history, put names in a file, one a line: --names FILE.
            Exit code 1: the search found something that you must look at.
            """)

    @Argument(help: "The participant's code in ordrett.yaml, or the id of a recording that lists nobody.") var participant: String?
    @Option(help: ArgumentHelp("A name of the person; may be repeated.", valueName: "name")) var name: [String] = []
    @Option(help: ArgumentHelp("A file of names, one a line; it is erased with the rest when it lies in the study.", valueName: "file"), completion: .file())
    var names: String?
    @Option(help: ArgumentHelp("What a shared recording's draft calls the person; may be repeated.", valueName: "label")) var speaker: [String] = []
    @Flag(help: "Keep recordings in which others speak, without the person's turns.") var keepRecordings = false
    @Flag(help: "Erase recordings in which others speak, too.") var eraseRecordings = false
    @OptionGroup var passphrase: PassphraseOptions
    @Option(help: ArgumentHelp("Who does it, for the receipt.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: "Language of the receipt.") var language: ErasureReceipt.Language = .bokmal
    @Flag(help: "Show what would go; change nothing.") var dryRun = false
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Go on with a withdrawal that was interrupted.") var resume = false
    @Flag(help: "Forget an interrupted withdrawal whose plan cannot be read, and plan again.") var restart = false
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        if resume && participant != nil { throw ValidationError("--resume goes on with the one that was interrupted; give no participant") }
        if !resume && participant == nil { throw ValidationError("who withdraws? give a participant's code") }
        if keepRecordings && eraseRecordings { throw ValidationError("give --keep-recordings or --erase-recordings, not both") }
    }

    func run() throws {
        if resume { return try show(WithdrawalTool.resume(study: study, language: language, passphrase: passphrase.source()), code: nil) }
        guard let participant else { return }
        var request = WithdrawalRequest(participant: participant, who: by ?? NSUserName())
        request.names = name + (try names.map { try String(decoding: TextFile.bytes($0), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init) } ?? [])
        request.names = request.names.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        request.namesFile = names
        request.speakers = speaker
        request.keepsShared = keepRecordings ? true : eraseRecordings ? false : nil
        if dryRun {
            let preview = try WithdrawalTool.preview(request, study: study, passphrase: passphrase.source())
            return json ? try Talk.json(preview) : Talk.data(Self.text(preview))
        }
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure.usage("nobody is there to confirm; look with --dry-run first, and give --yes")
        }
        let outcome = try WithdrawalTool.run(request, study: study, restart: restart, language: language, passphrase: passphrase.source()) { preview in
            if yes { return true }
            Talk.say(Self.text(preview))
            Talk.say("This cannot be undone. Type \(participant) to erase all of it: ")
            return readLine() == participant
        }
        guard let outcome else {
            Talk.say("not confirmed; nothing was changed")
            throw ExitCode(Exit.stopped)
        }
        try show(outcome, code: participant)
    }

    static func text(_ preview: WithdrawalTool.Preview) -> String {
        var lines: [String] = []
        func list(_ title: String, _ entries: [String]) {
            guard !entries.isEmpty else { return }
            lines.append("\(title):")
            lines += entries.map { "  " + $0 }
        }
        list("recordings that go", preview.recordings)
        list("recordings that stay without the person's turns", preview.sharedRecordings)
        list("others' recordings that mention the person: the code stays, the name goes", preview.mentions)
        for (kind, files) in preview.files.sorted(by: { $0.key < $1.key }) where kind != "temporaries" { list("files that go, \(kind)", files) }
        lines.append("stored results that go: \(preview.storedResults)")
        list("files that are changed", preview.edited)
        lines.append("entries of the key register that go: \(preview.registerEntries)")
        list("lines of the study's table of words that go", preview.studyWords)
        lines.append("looked for afterwards: " + preview.terms.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        lines += preview.notes.map { "note: " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    private func show(_ outcome: WithdrawalTool.Outcome, code: String?) throws {
        if json { try Talk.json(outcome) } else {
            Talk.data("receipt \(outcome.receipt.number)\(code.map { " for \($0)" } ?? "")\n\(outcome.path)\n")
            Talk.say("give the number to the participant; the receipt itself does not say whom it is about")
        }
        for left in outcome.left { Talk.say("still there: \(left.path) (\(left.kinds.joined(separator: ", ")))") }
        for path in outcome.unread { Talk.say("not looked into: \(path)") }
        for path in outcome.linked { Talk.say("has another name outside the study, and lives on there: \(path)") }
        for path in outcome.notOverwritten { Talk.say("changed, but its old content could not be written over on this disk, or has another name, and may be recovered: \(path)") }
        Talk.say(
            "beyond this program's reach: the dictaphone, backups, cloud copies, mails and printouts; folders that 'run --out' made; old blocks on solid-state disks. See to them by hand.")
        if !outcome.left.isEmpty { throw ExitCode(Exit.someFailed) }
    }
}

extension ErasureReceipt.Language: ExpressibleByArgument {}
