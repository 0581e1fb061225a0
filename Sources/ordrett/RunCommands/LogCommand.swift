import ArgumentParser
import Foundation
import Pipeline
import Stages

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What ran in a study: when, what, why, how long, and what failed.",
        discussion: """
            The log lies in fortrolig/\(RunLog.name), closed to others. It holds no names and no text; recordings stand in it by keyed digests
            that this command turns back into ids while they are in the study.

            Examples:
              ordrett log
              ordrett log --last 3 --steps                   every stage that ran
              ordrett log --json
            """)

    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("Only the last so many runs.", valueName: "n")) var last: Int?
    @Flag(help: "With every stage that ran.") var steps = false
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last is at least 1") }
    }

    func run() throws {
        let request = try RunRequest.make(arguments: [], study: study, out: nil, settings: [:])
        let ids = RunLog.ids(request)
        var runs = RunLog(request.study.folders).entries()
        if let last { runs = runs.suffix(last) }
        func known(_ step: RunLog.Step) -> RunLog.Step {
            var step = step
            step.item = step.item == Runner.studyItem ? "(study)" : ids[step.item] ?? "(gone)"
            return step
        }
        runs = runs.map { run in
            var run = run
            run.steps = run.steps?.map(known)
            return run
        }
        if json { return try Talk.json(runs) }
        guard !runs.isEmpty else { return Talk.say("nothing has run in this study yet") }
        var table = TextTable(header: ["run", "began", "took", "by", "pipeline", "recordings", "stages run", "reused", "failed", "outcome"], rightAligned: [2, 5, 6, 7, 8])
        for run in runs {
            let steps = run.steps ?? []
            table.rows.append([
                String(run.run.prefix(8)), run.began, run.seconds.map { $0 < 60 ? String(format: "%.1f s", $0) : clockText($0) } ?? "-", "\(run.by)@\(run.host)", run.pipeline, String(run.recordings),
                String(steps.count { $0.outcome != "failed" }), run.reused.map(String.init) ?? "-", String(steps.count { $0.outcome == "failed" }), run.outcome ?? "did not end",
            ])
            guard self.steps else { continue }
            for step in steps {
                table.rows.append(["", "  \(step.item) \(step.stage)", step.seconds.map { String(format: "%.1f s", $0) } ?? "-", "", step.reason, "", "", "", "", step.outcome])
            }
        }
        Talk.data(table.text + "\n")
    }
}
