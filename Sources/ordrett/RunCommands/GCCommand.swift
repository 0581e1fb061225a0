import ArgumentParser
import Foundation
import Pipeline
import Stages

struct GCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "What a study's store of results holds, by stage and age; erases old runs when told to.",
        discussion: """
            The newest run of every stage of every recording stays, and so do the last few and those by which Ordrett tells its own files
            from edited ones. Going back to a setting whose run was erased costs a run, nothing else.

            Examples:
              ordrett gc                        what is there, and what would go
              ordrett gc --keep 1 --apply       erase all but what is current
            """)

    @Option(help: ArgumentHelp("The study folder, or one that 'run --out' wrote to; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("Runs to keep of every stage of a recording.", valueName: "n")) var keep = 3
    @Flag(help: "Erase what would go (overwritten, then removed).") var apply = false
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        if keep < 1 { throw ValidationError("--keep is at least 1: the newest run always stays") }
    }

    struct Row: Encodable { var stage: String, runs: Int, bytes: Int, oldest: String, goes: Int, bytesThatGo: Int }
    struct Report: Encodable { var stages: [Row], runs: Int, bytes: Int, goes: Int, bytesThatGo: Int, erased: Bool }

    func run() throws {
        let store = try StudyStore.open(study)
        let lock = apply ? try StudyLock(folder: store.folders.cache) : nil
        defer { lock?.release() }
        let all = store.storedRuns(keeping: keep), going = all.filter { $0.kept == nil }
        func bytes(_ runs: [StoredRun]) -> Int { runs.reduce(0) { $0 + $1.bytes } }
        let rows = Dictionary(grouping: all, by: \.stage).map { stage, runs -> Row in
            let goes = runs.filter { $0.kept == nil }
            return Row(
                stage: stage, runs: runs.count, bytes: bytes(runs), oldest: ExplainCommand.time(runs.map(\.finished).min() ?? 0), goes: goes.count, bytesThatGo: bytes(goes))
        }.sorted { ($0.bytes, $1.stage) > ($1.bytes, $0.stage) }
        if apply { try store.erase(going) }
        if json {
            return try Talk.json(Report(stages: rows, runs: all.count, bytes: bytes(all), goes: going.count, bytesThatGo: bytes(going), erased: apply))
        }
        guard !all.isEmpty else { return Talk.say("nothing is stored yet") }
        var table = TextTable(header: ["stage", "runs", "size", "oldest", apply ? "erased" : "would go", "size"], rightAligned: [1, 2, 4, 5])
        for row in rows { table.rows.append([row.stage, String(row.runs), Self.size(row.bytes), row.oldest, String(row.goes), Self.size(row.bytesThatGo)]) }
        Talk.data(table.text + "\n")
        Talk.say("\(all.count) runs, \(Self.size(bytes(all))); " + (apply ? "erased \(going.count), \(Self.size(bytes(going)))" : going.isEmpty ? "nothing to erase" : "\(going.count) would go, \(Self.size(bytes(going))): 'ordrett gc --apply' erases them"))
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1_000_000 ? "\((bytes + 999) / 1000) kB" : String(format: "%.1f MB", Double(bytes) / 1_000_000)
    }
}
