import ArgumentParser
import Foundation
import Stages

struct DiscloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclose", abstract: "A participant's own data, on request (innsyn).",
        discussion: """
            Examples:
              ordrett disclose I4 --out ~/innsyn-I4 --reason 'brev 12.3.2026'
              ordrett disclose I4 --out ~/innsyn-I4 --reason 'brev' --names navn.txt --with-recordings

            Writes a page for people (innsyn.html) and the same for programs (innsyn.json): code, traits, consent, how long what is
            kept, the person's own turns as they were written down, what is stored of the recordings, the register's entries for
            the person's names, and codes on the person's words. What others said is left out. The sound is given only where no
            other participant speaks. The files hold personal data: 0600, and never in deling/. The look is written into the
            study's access log.
            """)

    @Argument(help: "The participant's code, or the id of a recording that lists nobody.") var participant: String
    @Option(help: ArgumentHelp("A folder to make.", valueName: "dir"), completion: .directory) var out: String
    @Option(help: ArgumentHelp("Why, for the access log.", valueName: "text")) var reason: String
    @Option(help: ArgumentHelp("A name of the person, to look up in the key register; may be repeated.", valueName: "name")) var name: [String] = []
    @Option(help: ArgumentHelp("A file of names, one a line.", valueName: "file"), completion: .file()) var names: String?
    @OptionGroup var passphrase: PassphraseOptions
    @Flag(help: "Copy the recordings, too, where no other participant speaks.") var withRecordings = false
    @Option(help: ArgumentHelp("Who does it, for the access log.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: "Language of the page.") var language: ErasureReceipt.Language = .bokmal

    func run() throws {
        let fromFile = try names.map { try String(decoding: TextFile.bytes($0), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init) } ?? []
        let written = try DisclosureTool.disclose(
            participant, names: (name + fromFile).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }, reason: reason,
            by: by ?? NSUserName(), out: out, givesSound: withRecordings, study: study, language: language, passphrase: passphrase.source())
        for url in written { Talk.data(url.path + "\n") }
        Talk.say("read it through before you hand it over; what the participant said of others is in it")
    }
}
