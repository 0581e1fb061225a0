import ArgumentParser
import Foundation
import Pipeline
import Stages

struct AnonymizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anonymize", abstract: "Find identifiers in a text, or anonymise a transcript.",
        discussion: """
            Examples:
              ordrett anonymize --detect notat.txt > funn.jsonl
              ordrett bokmal P07.json | ordrett anonymize - --register nokkel.ordrettkey > P07.anonym.json

            --detect prints one JSON object a line: start and end in code points, length, type, direct or quasi, score and
            rule; never the text. Without it the input is a transcript in Ordrett's JSON, and a sealed one goes to stdout. Words become
            what their Bokmål forms say where 'ordrett bokmal' has set them; else dialect stays, and the audit says so.

            A new register is encrypted, with the passphrase of --passphrase-file or ORDRETT_PASSPHRASE, else with one made at
            random and remembered in the key folder. --plain-register leaves a new one in the open; one that exists stays as it is.
            """)

    @Flag(help: "Only find; print JSON lines.") var detect = false
    @Flag(help: ArgumentHelp("Only the statistical tagger's names with their NorNE classes, for measuring it.", visibility: .hidden))
    var tags = false
    @Flag(help: ArgumentHelp("Only what is found without the talk tagger, for training it.", visibility: .hidden)) var rules = false
    @Argument(help: "A text file (--detect) or a transcript; - for stdin.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("A shipped policy or a .yaml file; by default the register's, else standard.", valueName: "policy"))
    var policy: String?
    @Option(help: ArgumentHelp("The key register, made when missing (encrypted, 0600).", valueName: "file")) var register: String?
    @Flag(help: "A register that is made now is left in the open, as JSON.") var plainRegister = false
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        if !detect && !tags && !rules && register == nil { throw ValidationError("say where the key register is: --register FILE") }
    }

    func run() throws {
        if rules { return Talk.data(try TextTools.rules(TextFile.read(file))) }
        if tags { return Talk.data(TextTools.tags(try TextFile.read(file))) }
        if detect { return Talk.data(try TextTools.detect(TextFile.read(file), policy: policy ?? "standard")) }
        let result = try TextTools.anonymize(TextFile.bytes(file), policy: policy, register: register ?? "", passphrase: passphrase.source(), plain: plainRegister)
        for note in result.notes { Talk.say("note: \(note)") }
        Talk.say("\(result.added) new codes in the key register")
        if result.outsideBokmal > 0 {
            Talk.say("note: \(result.outsideBokmal) turns are not in Bokmål, and dialect can identify; put the transcript through 'ordrett bokmal' first")
        }
        Talk.data(String(decoding: result.sealed, as: UTF8.self))
    }
}

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Put an anonymised transcript into a coding store.",
        discussion: """
            Example:
              ordrett store P07.anonym.json --into koding.sqlite

            Takes sealed transcripts only. The same transcript twice is one; a changed one becomes a new version.
            """)

    @Argument(help: "A sealed transcript; - for stdin.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("The store, made when missing (0600).", valueName: "file")) var into: String
    @Option(help: "Who does this, for the history.") var who = "ordrett"

    func run() throws { Talk.say(try TextTools.store(TextFile.bytes(file), into: into, who: who)) }
}
