import ArgumentParser
import Foundation
import Pipeline
import Stages

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Which words, marks and replacements two stored runs of a recording say differently.",
        discussion: """
            Without runs: what the newest result of each stage says differently from the one before it. 'ordrett explain ITEM STAGE'
            lists the stored runs; the beginning of a key names one. What 'ordrett gc' has erased cannot be compared any more.

            Examples:
              ordrett diff P07
              ordrett diff P07 --stage anonymize             replacements alone; nothing raw is shown
              ordrett diff P07 4f0c21 a91b07 --stage bokmal
              ordrett diff P07 --json > endringer.json

            Stages before 'anonymize' show words as they were said: that is confidential.
            """)

    @Argument(help: "The recording's id.") var recording: String
    @Argument(help: "Two stored runs, the earlier first, by the beginning of their keys.") var runs: [String] = []
    @Option(help: ArgumentHelp("One stage: \(RunDifference.stages.joined(separator: ", ")).", valueName: "stage")) var stage: String?
    @Option(help: ArgumentHelp("The study folder, or one that 'run --out' wrote to; by default the one you stand in.", valueName: "dir")) var study: String?
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        guard runs.isEmpty || runs.count == 2 else { throw ValidationError("name two runs, or none") }
        guard runs.allSatisfy({ $0.count >= 4 }) else { throw ValidationError("give at least four digits of a run's key") }
    }

    struct Row: Encodable { var stage: String, before: String, after: String, rows: [RunDifference.Row] }

    func run() throws {
        let store = try StudyStore.open(study)
        let found = try RunDifference.find(recording, stage: stage, runs: runs, store: store)
        if found.contains(where: { $0.isConfidential && !$0.rows.isEmpty }) { Talk.say("note: words as they were said; confidential") }
        if json { return try Talk.json(found.map { Row(stage: $0.stage, before: $0.before.key, after: $0.after.key, rows: $0.rows) }) }
        if found.isEmpty { return Talk.say("nothing to compare: \(recording) has no two stored runs with different results") }
        for difference in found {
            func run(_ record: RunRecord) -> String { "\(record.key.prefix(12)) (\(ExplainCommand.time(record.finished)))" }
            Talk.data("\(difference.stage) \(difference.item): \(run(difference.before)) → \(run(difference.after))\n")
            guard !difference.rows.isEmpty else {
                Talk.data("the same words, marks and forms; times, findings or evidence differ\n\n")
                continue
            }
            var table = TextTable(header: ["time", "speaker", "what", "before", "after"], rightAligned: [0])
            for row in difference.rows { table.rows.append([row.seconds.map(clockText) ?? "-", row.speaker, row.what, row.before, row.after]) }
            Talk.data(table.text + "\n\n")
        }
    }
}
