import ArgumentParser
import Stages

struct NotationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notation", abstract: "Notation tables: list them, show one, check a study's own.",
        discussion: """
            Examples:
              ordrett notation                      the shipped tables
              ordrett notation helse                what it writes
              ordrett notation min-notasjon.yaml    checked, with what cannot be read back

            docs/formats/notation.md tells how to make one.
            """)

    @Argument(help: "A shipped table or a .yaml file.", completion: .file()) var table: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws { Talk.data(try NotationTools.describe(table, json: json)) }
}
