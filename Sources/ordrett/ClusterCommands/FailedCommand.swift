import ArgumentParser
import Foundation
import Pipeline
import Stages

struct FailedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failed", abstract: "Which recordings of shared work have failed or are missing, and which shares to run again.",
        discussion: """
            Looks at what is stored; changes nothing. A recording that has only to wait for 'ordrett gather' is not listed.

            Examples:
              ordrett failed
              sbatch --array=$(ordrett failed --format array) klynge.sh work
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, array, json }

    @OptionGroup var options: RunOptions
    @Option(help: ArgumentHelp("The list of recordings; by default the study's own.", valueName: "file"), completion: .file()) var manifest: String?
    @Option(help: ArgumentHelp("How many shares there are; by default as many as when they were last run, else one for each recording.", valueName: "n")) var shards: Int?
    @Option(help: "table; array: numbers of shares as 'sbatch --array' takes them; json") var format = Format.table

    func validate() throws {
        if let shards, shards < 1 { throw ValidationError("--shards is at least 1") }
    }

    func run() throws {
        let request = try options.request().request, folders = request.study.folders, list = try ShardManifest.load(manifest, folders)
        let left = try MissingShares(list, request: request, keys: StudyKeys(folders), count: shards)
        switch format {
        case .json: try Talk.json(left.rows)
        case .array: if !left.rows.isEmpty { Talk.data(left.array + "\n") } else { Talk.say("nothing has failed or is missing") }
        case .table:
            guard !left.rows.isEmpty else { return Talk.say("nothing has failed or is missing of \(list.entries.count) recordings") }
            var table = TextTable(header: ["recording", "share", "outcome", "stage", "why"], rightAligned: [1])
            table.rows = left.rows.map { [$0.item, "\($0.shard)/\(left.count)", $0.outcome, $0.stage, $0.message ?? ""] }
            Talk.data(table.text + "\n")
        }
    }
}
