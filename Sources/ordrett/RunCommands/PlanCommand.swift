import ArgumentParser
import Foundation
import Pipeline
import Stages

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What 'ordrett run' would do, and why; changes nothing.",
        discussion: """
            Takes the options of 'ordrett run'. A stage that waits for an earlier one need not run when that one gives the same bytes
            as before.

            Examples:
              ordrett plan
              ordrett plan --item P07 --set prosody.pause_min=0.3
              ordrett plan --json | jq '.[] | select(.action == "run")'
            """)

    @OptionGroup var options: RunOptions
    @Flag(help: "As JSON on stdout, with what is reused and what is held.") var json = false

    func run() throws {
        let (request, forced) = try options.request()
        guard !request.selected.isEmpty else { throw CommandFailure.badInput("no recordings found; put WAV or FLAC files in the folder, or name them") }
        try Self.show(request, forced: forced, json: json)
    }

    struct Row: Encodable {
        var item: String, stage: String
        /// run, reuse, or held.
        var action: String
        var reason: String?
        /// Other recordings wait for stages that a study-wide one before this looks at.
        var mayChange: Bool
    }

    static func show(_ request: RunRequest, forced: Set<String>, json: Bool) throws {
        let plan = try request.runner(options: .init(forced: forced), observer: { _ in }).plan(request.selected)
        let rows = plan.map { step -> Row in
            let action = step.held != nil ? "held" : step.reason != nil ? "run" : "reuse"
            return Row(item: step.item, stage: step.stage, action: action, reason: step.held ?? step.reason?.description, mayChange: step.mayChange)
        }
        if json { return try Talk.json(rows) }
        let toRun = rows.filter { $0.action == "run" }
        for row in rows where row.action == "held" { Talk.say("\(row.item): \(row.stage): \(row.reason ?? "")") }
        if toRun.isEmpty {
            let waiting = Set(rows.filter { $0.action == "held" }.map(\.item)).count
            return Talk.say("nothing to run: \(request.selected.count) recordings are up to date" + (waiting == 0 ? "" : "; files for sharing of \(waiting) wait for a signature"))
        }
        var table = TextTable(header: ["recording", "stage", "would run because"])
        table.rows = toRun.map { [$0.item, $0.stage, $0.reason ?? ""] }
        Talk.data(table.text + "\n")
        let open = Set(rows.filter(\.mayChange).map(\.item)).sorted()
        if !open.isEmpty { Talk.say("note: up to date now, but may change when the study-wide stages have run: \(open.joined(separator: ", "))") }
    }
}
