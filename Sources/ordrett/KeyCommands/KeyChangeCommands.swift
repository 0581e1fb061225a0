import ArgumentParser
import Foundation
import Pipeline
import Stages

struct KeyRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Close the register with another passphrase.",
        discussion: """
            Examples:
              ordrett key rotate                                  asks for the new passphrase, twice
              ordrett key rotate --forget                         and keeps it nowhere: you type it from then on
              ordrett key rotate --new-passphrase-file ny.txt
              ordrett key rotate --random                         one made at random, remembered in the key folder

            The register is closed anew under a fresh salt, and the earlier copy beside it, which the old passphrase opens, is
            erased. Copies made with 'ordrett key export' still open with the old one.
            """)

    @OptionGroup var options: KeyOptions
    @Option(help: ArgumentHelp("A file whose first line is the new passphrase.", valueName: "file"), completion: .file()) var newPassphraseFile: String?
    @Flag(help: "Make one at random and remember it.") var random = false
    @Flag(help: "Remember the new passphrase nowhere.") var forget = false
    @Option(help: ArgumentHelp("Who does this.", valueName: "name")) var by: String?

    func validate() throws {
        if random && (forget || newPassphraseFile != nil) { throw ValidationError("--random makes the passphrase and remembers it; leave --forget and --new-passphrase-file out") }
    }

    func run() throws {
        let tools = try options.tools()
        let isRemembered = try tools.rememberedPassphrase() != nil
        let notes = try tools.rotate(to: random ? nil : try fresh(), remembers: isRemembered && !forget, by: by ?? NSUserName())
        for note in notes { Talk.say(note) }
    }

    private func fresh() throws -> String {
        if let newPassphraseFile {
            return try PassphraseSource.line(of: newPassphraseFile)
        }
        guard let ask = PassphrasePrompt.standard else {
            throw CommandFailure.usage("give the new passphrase with --new-passphrase-file FILE, or run in a terminal and type it")
        }
        guard let first = try ask("New passphrase: "), let second = try ask("Once more: ") else { throw CommandFailure.badInput("no passphrase was typed; nothing was changed") }
        guard first == second else { throw CommandFailure.badInput("the two are not the same; nothing was changed") }
        return first
    }
}

struct KeyDestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy", abstract: "Destroy the register for good: the material is anonymised from then on.",
        discussion: """
            Examples:
              ordrett key destroy --by "A. Forsker"                 asks for the study's title
              ordrett key destroy --by "A. Forsker" --yes
              ordrett key destroy --by "A. Forsker" --cache         and closes the stored drafts and findings for good

            Erases the register, the copy before it, the remembered passphrase and the copies that 'ordrett key export' made, where
            they can be reached. Transcripts, audits, the coding store and the files of deling/ are made anew and say
            "anonymisert"; a file that somebody has edited is set aside under another name and not changed. Backups that others
            made of the key folder are theirs to delete. Recordings, drafts and fortrolig/ still name people until they are deleted.
            """)

    @OptionGroup var options: KeyOptions
    @Option(help: ArgumentHelp("Who does this; kept in the study.", valueName: "name")) var by: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Destroy the key of the stored drafts and findings, too; files are then only read, not made anew.") var cache = false
    @Flag(help: "Destroy although some transcript could not be made anew.") var force = false

    func run() async throws {
        let tools = try options.tools()
        let (title, waiting) = try tools.beforeDestruction()
        if !waiting.isEmpty {
            Talk.say("warning: changed since the last run: \(waiting.joined(separator: ", ")); without the register they cannot be made anew. Run 'ordrett run' first to have them in.")
        }
        if !yes {
            guard isatty(STDIN_FILENO) == 1 else { throw CommandFailure.usage("nobody is there to be asked; say --yes to destroy the register") }
            Talk.say(raw: "This cannot be undone. Type the study's title (\(title)) to destroy its key register: ")
            guard readLine()?.trimmingCharacters(in: .whitespaces) == title else { throw CommandFailure.badInput("that is not the title; nothing was changed") }
        }
        let result = try await tools.destroy(by: by, force: force, cache: cache)
        for note in result.notes { Talk.say(note) }
        for failure in result.failures { Talk.say("\(failure.item): \(failure.stage): \(failure.message)") }
        if case .destroyed = try tools.keys.status {
            Talk.say("the key register is destroyed: the material is anonymised (anonymisert); \(result.restated.count) transcripts and their files say so")
            if !result.failures.isEmpty { Talk.say("'ordrett run', or this command again, makes the rest anew") }
        }
        if !result.failures.isEmpty { throw ExitCode(Exit.someFailed) }
    }
}

struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin another register after one was destroyed.",
        discussion: """
            Example:
              ordrett key new --by "A. Forsker" --yes

            The next run gives everybody new codes: transcripts that were shared before cannot be compared with later ones by code.
            """)

    @OptionGroup var options: KeyOptions
    @Option(help: ArgumentHelp("Who does this; kept in the access log.", valueName: "name")) var by: String
    @Flag(help: "Do not ask.") var yes = false

    func run() throws {
        let tools = try options.tools()
        if !yes { throw CommandFailure.usage("everybody gets new codes, and the material is de-identified again, not anonymous; say --yes to do it") }
        try tools.beginAnew(by: by)
        Talk.say("'ordrett run' begins another register; the material is de-identified (avidentifisert) again")
    }
}
