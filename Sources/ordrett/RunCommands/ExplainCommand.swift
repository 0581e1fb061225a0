import ArgumentParser
import Foundation
import Pipeline
import Stages

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why a recording's stages would run or not, when they ran, and how an exported file was made.",
        discussion: """
            Examples:
              ordrett explain P07                           a line for every stage
              ordrett explain P07 prosody                   everything that the stage's result depends on, and its stored runs
              ordrett explain P07 --set prosody.pause_min=0.3
              ordrett explain --export deling/P07.docx      recording, pipeline, versions, models, policy and settings of a file
            """)

    @Argument(help: "The recording's id.") var recording: String?
    @Argument(help: "One stage of it.") var stage: String?
    @Option(help: ArgumentHelp("How this exported file was made.", valueName: "file"), completion: .file()) var export: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("Folder that 'run --out' wrote to; name what was run with --input.", valueName: "dir"), completion: .directory) var out: String?
    @Option(help: ArgumentHelp("Recordings or folders of that run, as given to it.", valueName: "path")) var input: [String] = []
    @Option(help: ArgumentHelp("A setting that wins over the pipeline's: stage.name=value.", valueName: "setting")) var set: [String] = []
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        if (recording == nil) == (export == nil) { throw ValidationError("name a recording, or a file with --export") }
        if out != nil && input.isEmpty { throw ValidationError("--out goes with --input: the recordings that were run") }
    }

    struct Component: Encodable { var name: String, old: String?, new: String?, changed: Bool }
    struct Run: Encodable { var key: String, finished: String, seconds: Double, version: String?, held: Bool }
    struct Row: Encodable {
        var item: String, stage: String, action: String, reason: String?, mayChange: Bool
        var lastRun: String?, seconds: Double?, version: String?, inputsSame: Int
        var components: [Component]?, runs: [Run]?
    }

    func run() throws {
        if let export { return try ExportExplanation.show(export, json: json) }
        guard let recording else { return }
        var options = try RunOptions.parse([])
        options.arguments = input
        options.study = study
        options.out = out
        options.set = set
        let (request, _) = try options.request()
        if let hold = request.study.held.first(where: { $0.id == recording }) { throw CommandFailure.badInput("\(hold.id): \(hold.reason)") }
        guard request.all.contains(where: { $0.id == recording }) else {
            throw CommandFailure.usage("there is no recording '\(recording)'; there are: \(request.all.map(\.id).joined(separator: ", "))")
        }
        var steps = try request.runner(options: .init(), observer: { _ in }).explain(recording, in: request.all)
        if let stage {
            let stages = steps.map(\.step.stage)
            steps = steps.filter { $0.step.stage == stage }
            guard !steps.isEmpty else { throw CommandFailure.usage("the pipeline has no stage '\(stage)'; it has: \(stages.joined(separator: ", "))") }
        }
        let rows = steps.map { row($0, isWhole: stage != nil) }
        if json { return try Talk.json(rows) }
        guard let stage, let step = steps.first, let row = rows.first else { return Talk.data(rows.map(Self.line).joined(separator: "\n") + "\n") }
        _ = stage
        Talk.data(Self.line(row) + "\n")
        var table = TextTable(header: ["depends on", "", "last run", "now"])
        for component in row.components ?? [] {
            let state = !step.isKnown ? "" : component.changed ? "changed" : "same"
            table.rows.append([Self.name(component.name), state, Self.short(component.old), step.isKnown ? (component.changed ? Self.short(component.new) : "") : "?"])
        }
        Talk.data("\n" + table.text + "\n")
        var runs = TextTable(header: ["stored run", "ended", "seconds", "version", ""], rightAligned: [2])
        for run in row.runs ?? [] { runs.rows.append([String(run.key.prefix(12)), run.finished, String(run.seconds), run.version ?? "-", run.held ? "held back" : ""]) }
        if !runs.rows.isEmpty { Talk.data("\n" + runs.text + "\n") }
    }

    private func row(_ found: StepExplanation, isWhole: Bool) -> Row {
        let step = found.step, last = found.runs.first
        let same = found.isKnown ? found.components.filter { ($0.name.hasPrefix("input.") || $0.name.hasPrefix("file.")) && $0.old == $0.new }.count : 0
        return Row(
            item: step.item, stage: step.stage, action: step.held != nil ? "held" : step.reason != nil ? "run" : "reuse",
            reason: step.held ?? step.reason?.description, mayChange: step.mayChange, lastRun: last.map { Self.time($0.finished) }, seconds: last?.seconds,
            version: last?.components["version"], inputsSame: same,
            components: isWhole ? found.components.map { Component(name: $0.name, old: $0.old, new: $0.new, changed: found.isKnown && $0.old != $0.new) } : nil,
            runs: isWhole ? found.runs.map { Run(key: $0.key, finished: Self.time($0.finished), seconds: $0.seconds, version: $0.components["version"], held: $0.held != nil) } : nil)
    }

    /// "prosody P07: would run: config.pause_min 0.3→0.25; 4 inputs same".
    private static func line(_ row: Row) -> String {
        var text = "\(row.stage) \(row.item == Runner.studyItem ? "(study)" : row.item): "
        switch row.action {
        case "run": text += "would run: \(row.reason ?? "")"
        case "held": text += "held back: \(row.reason ?? "")"
        default: text += "up to date" + (row.inputsSame > 0 ? "; \(row.inputsSame) input\(row.inputsSame == 1 ? "" : "s") same" : "")
        }
        if row.mayChange { text += "; may change with the other recordings" }
        if let last = row.lastRun, let seconds = row.seconds { text += " (last run \(last), \(seconds) s, version \(row.version ?? "?"))" }
        return text
    }

    private static func name(_ name: String) -> String { name.hasPrefix("setting.") ? "config." + name.dropFirst("setting.".count) : name }

    /// Digests by their beginning.
    private static func short(_ value: String?) -> String {
        guard let value else { return "-" }
        return value.count == 64 && value.allSatisfy(\.isHexDigit) ? String(value.prefix(12)) : value.count > 60 ? value.prefix(59) + "…" : value
    }

    static func time(_ seconds: Double) -> String { Date(timeIntervalSince1970: seconds.rounded()).formatted(.iso8601) }
}
