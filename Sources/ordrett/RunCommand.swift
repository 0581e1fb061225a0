import ArgumentParser
import Foundation
import Pipeline
import Stages

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Process recordings; only what must run, runs.",
        discussion: """
            In a study folder without arguments: everything that is new or changed. Elsewhere: name a pipeline and
            files or folders, and where the results go.

            Examples:
              ordrett run
              ordrett run --item P07 --until align
              ordrett run --dry-run
              ordrett run fokusgruppe opptak/gruppe1.flac
              ordrett run Pipelines/intervju.yaml SampleAudio --out DIR --jobs 2
              ordrett run --set prosody.pause_min=0.3

            Files for sharing wait until somebody has signed the audit ('ordrett audit sign'); until then the exit code is 3.
            """)

    @Argument(help: "A pipeline (a shipped name or a .yaml file), then recordings or folders.", completion: .file())
    var arguments: [String] = []
    @Option(help: ArgumentHelp("Folder for results when not in a study.", valueName: "dir"))
    var out: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir"))
    var study: String?
    @Flag(help: "Show what would run and why; change nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Stop after this stage.", valueName: "stage")) var until: String?
    @Option(help: ArgumentHelp("Only this recording; may be repeated.", valueName: "id")) var item: [String] = []
    @Option(name: [.short, .long], help: ArgumentHelp("Recordings at the same time; by default one per core.", valueName: "n"))
    var jobs: Int?
    @Flag(inversion: .prefixedNo, help: "Go on with the other recordings when one fails.") var keepGoing = true
    @Option(help: ArgumentHelp("Run this stage again whatever is stored; may be repeated.", valueName: "stage"))
    var force: [String] = []
    @Option(help: ArgumentHelp("A setting that wins over the pipeline's: stage.name=value.", valueName: "setting"))
    var set: [String] = []
    @OptionGroup var passphrase: PassphraseOptions
    @Flag(help: "The closing report (or the plan) as JSON on stdout.") var json = false
    @Flag(name: [.short, .long], help: "No progress.") var quiet = false

    func validate() throws {
        if study != nil && out != nil { throw ValidationError("give --study or --out, not both: a study's results lie in the study") }
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
        for text in set where !text.contains("=") || !text.prefix(while: { $0 != "=" }).contains(".") {
            throw ValidationError("--set expects stage.name=value, for example prosody.pause_min=0.3")
        }
    }

    func run() async throws {
        var request = try RunRequest.make(
            arguments: arguments, study: study, out: out, settings: try overrides())
        request.passphrase = passphrase.source()
        request.select(items: item)
        if let hold = request.study.held.first(where: { item.contains($0.id) }) { throw CommandFailure.badInput("\(hold.id): \(hold.reason)") }
        if !item.isEmpty, let unknown = item.first(where: { id in !request.all.contains { $0.id == id } }) {
            throw CommandFailure.usage(
                "there is no recording '\(unknown)'; there are: \(request.all.map(\.id).joined(separator: ", "))")
        }
        if let until {
            guard request.definition.steps.contains(where: { $0.descriptor.id == until }) else {
                throw CommandFailure.usage(
                    "the pipeline has no stage '\(until)'; it has: "
                        + request.definition.steps.map(\.descriptor.id).joined(separator: ", "))
            }
            request.stop(after: until)
        }
        for stage in force where !request.definition.steps.contains(where: { $0.descriptor.id == stage }) {
            throw CommandFailure.usage(
                "the pipeline has no stage '\(stage)' to force; it has: "
                    + request.definition.steps.map(\.descriptor.id).joined(separator: ", "))
        }
        // Named recordings are the user's choice; what is held matters to a run of the whole study.
        let held = arguments.isEmpty && item.isEmpty ? request.study.held : []
        for hold in held { Talk.say("held: \(hold.id): \(hold.reason)") }
        for reminder in RetentionReminder.lines(request.study) { Talk.say("note: \(reminder)") }
        guard !request.selected.isEmpty else {
            if !held.isEmpty { throw ExitCode(held.allSatisfy(\.isExpected) ? 0 : Exit.someFailed) }
            throw CommandFailure.badInput("no recordings found; put WAV or FLAC files in the folder, or name them")
        }
        if !quiet { for note in request.study.notes { Talk.say("note: \(note)") } }
        if dryRun { return try showPlan(request) }

        let lock = try StudyLock(folder: request.study.folders.cache)
        defer { lock.release() }
        let folders = request.study.folders
        try SafeFile.narrow([folders.confidential, folders.sharing, folders.cache])
        Leftovers.sweep(folders)
        let keys = try request.openedKeys()
        let display = ProgressDisplay(
            items: request.selected, stages: request.definition.steps.count, quiet: quiet)
        let runner = request.runner(
            options: .init(
                jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, keepGoing: keepGoing, forced: Set(force)),
            keys: keys, observer: { display.show($0) })
        let selected = request.selected
        let report = await Interruption.guarding { await runner.run(selected) }
        display.end()
        // The study-wide report follows what the run has changed; that it cannot be written must not hide how the run ended.
        if report.stagesRun > 0, until == nil {
            do { try StudyAudit.write(root: folders.root) } catch { Talk.say("note: the study-wide audit was not written: \(ErrorWords.describe(error).message)") }
        }
        try close(report, request)
        if held.contains(where: { !$0.isExpected }) { throw ExitCode(Exit.someFailed) }
    }

    private func overrides() throws -> [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let names = parts[0].split(separator: ".", maxSplits: 1)
            guard names.count == 2 else { throw CommandFailure.usage("--set expects stage.name=value") }
            result[String(names[0]), default: [:]][String(names[1])] = String(parts[1])
        }
        return result
    }

    private func showPlan(_ request: RunRequest) throws {
        struct Row: Encodable { var item: String, stage: String, action: String, reason: String? }
        let plan = try request.runner(options: .init(forced: Set(force)), observer: { _ in }).plan(request.selected)
        let rows = plan.map { step -> Row in
            if let held = step.held { return Row(item: step.item, stage: step.stage, action: "held", reason: held) }
            if case .run(let reason) = step.action {
                return Row(item: step.item, stage: step.stage, action: "run", reason: reason.description)
            }
            return Row(item: step.item, stage: step.stage, action: "reuse", reason: nil)
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
    }

    private func close(_ report: RunReport, _ request: RunRequest) throws {
        let summary = RunSummary(report: report, request: request)
        if json { try Talk.json(summary) } else if !quiet || !report.failures.isEmpty || !report.held.isEmpty { Talk.say(Self.text(summary)) }
        if report.cancelled && report.failures.allSatisfy({ $0.message == "stopped" }) && Interruption.happened {
            throw ExitCode(Exit.stopped)
        }
        if report.failures.contains(where: \.isInternal) { throw ExitCode(Exit.internalFault) }
        if summary.failed > 0 { throw ExitCode(report.done.isEmpty && request.selected.count == 1 ? Exit.badInput : Exit.someFailed) }
        if summary.held > 0 { throw ExitCode(Exit.gate) }
    }

    static func text(_ summary: RunSummary) -> String {
        if summary.stagesRun == 0 && summary.failed == 0 && summary.stopped == 0 && summary.held == 0 {
            return "nothing to do: \(summary.recordings.count) recordings are up to date in \(summary.out)"
        }
        var table = TextTable(
            header: ["recording", "duration", "speakers", "interviewer", "words", "remarks", "findings", "outcome"], rightAligned: [1, 2, 4, 5, 6])
        for row in summary.recordings {
            table.rows.append([
                row.id, row.seconds.map(clockText) ?? "-", row.speakers.map(String.init) ?? "-",
                row.interviewerText ?? "-", row.words.map(String.init) ?? "-", row.remarks.map(String.init) ?? "-", row.findings.map(String.init) ?? "-",
                row.outcome,
            ])
        }
        return table.text + "\n" + RunSummary.legend
            + "\n" + summary.recordings.compactMap { row in row.reason.map { "\(row.id): \($0)\n" } }.joined()
            + "\(summary.done) done, \(summary.held > 0 ? "\(summary.held) waiting for a signature, " : "")\(summary.failed) failed\(summary.stopped > 0 ? ", \(summary.stopped) stopped" : ""); \(summary.stagesRun) stages run, \(summary.stagesReused) reused; results in \(summary.out)"
    }
}
