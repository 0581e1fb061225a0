import ArgumentParser
import Foundation
import Pipeline
import Stages

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a study folder.",
        discussion: """
            Examples:
              ordrett init studie
              ordrett init studie --pipeline studier/k --from ~/opptak

            Makes ordrett.yaml, opptak/, utkast/, fortrolig/ (0700), deling/ and the coding store. An existing study is
            completed, never overwritten. --from lists recordings that lie elsewhere; they are not copied or changed.
            """)

    @Argument(help: "The folder to make, or an existing one.", completion: .directory) var folder: String
    @Option(help: ArgumentHelp("The study's pipeline.", valueName: "name")) var pipeline = "intervju"
    @Option(help: ArgumentHelp("A folder of recordings to list in ordrett.yaml.", valueName: "dir"), completion: .directory)
    var from: String?

    func run() throws {
        _ = try PipelineLibrary.load(pipeline)
        let root = URL(fileURLWithPath: folder).standardizedFileURL
        let made = try StudyMaker.make(
            at: root, pipeline: pipeline, recordings: from.map { URL(fileURLWithPath: $0).standardizedFileURL })
        Talk.say(made.isEmpty ? "the study is complete already; nothing was changed" : "made: " + made.joined(separator: ", "))
        Talk.say("next: put recordings in \(folder)/opptak, drafts in \(folder)/utkast, and type 'ordrett run' in \(folder)")
    }
}
