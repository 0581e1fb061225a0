import ArgumentParser
import Foundation
import Pipeline
import Stages

struct GatherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gather", abstract: "Do what shares of a study leave: stages that look at all recordings, and the coding store.",
        discussion: """
            Checks first that every recording of the list is done as far as it can be, or has failed: codes are not given while a share is
            missing. Ends with 0 when all is done or the shares can go on, 1 when recordings have failed, 3 when files for sharing wait
            for a signature, and 75 when shares are missing: 'ordrett failed' says which.

            Between the stages that look at all recordings, the shares run again: with the pipeline 'intervju' that is three rounds of
            shares, and a gathering after each. What is done is not done again.

            Examples:
              for i in 1 2 3; do ordrett run --manifest fortrolig/klynge.tsv --shard $i/3; done; ordrett gather
              ordrett gather --json
            """)

    @OptionGroup var options: RunOptions
    @Option(help: ArgumentHelp("The list of recordings; by default the study's own.", valueName: "file"), completion: .file()) var manifest: String?
    @Flag(inversion: .prefixedNo, help: "Wait while others work in the study.") var wait = true
    @Flag(help: "What was found, as JSON on stdout.") var json = false
    @Flag(name: [.short, .long], help: "No progress.") var quiet = false

    func validate() throws {
        if !options.item.isEmpty || !options.force.isEmpty || options.from != nil || options.out != nil { throw ValidationError("all recordings of the list are gathered: without --item, --from, --force and --out") }
    }

    struct Result: Encodable {
        var expected: Int, done: Int, failed: Int, waitingForSignature: Int
        /// Recordings whose share has to be run (again) before anything can go on.
        var missing: [String]
        /// Recordings whose shares can go on now.
        var goOn: [String]
        var studyStagesRun: [String]
        /// Whether all is done that can be.
        var finished: Bool
        var failures: [RunSummary.Row]
    }

    func run() async throws {
        var request = try options.request().request
        let folders = request.study.folders, list = try ShardManifest.load(manifest, folders)
        request.selected = try list.items(of: request)
        guard !request.selected.isEmpty else { throw CommandFailure.badInput("the manifest lists no recording of this study") }
        let others = request.all.count - request.selected.count
        if others > 0 { Talk.say("note: \(others) recordings of the study are not on the list; make it again with 'ordrett cluster manifest' if they should be") }
        // One at a time: recordings come into the store in the same order whoever shared the work.
        var batch = BatchRun(request: request, jobs: 1, waits: wait, quiet: quiet, part: .rest)
        batch.beginning = { ShardReports(folders, keys: StudyKeys(folders)).failures(of: list) }
        batch.writesAudit = options.until == nil
        let (report, summary) = try await batch.run()
        let waiting = report.awaiting.keys.sorted(), studyStages = Set(request.definition.studySteps.map(\.descriptor.id))
        // Those that wait for a stage over all recordings have done their part.
        let missing = waiting.filter { !studyStages.contains(report.awaiting[$0] ?? "") }
        let result = Result(
            expected: request.selected.count, done: summary.done, failed: summary.failed, waitingForSignature: summary.held,
            missing: report.isRoundOpen ? [] : missing, goOn: report.isRoundOpen ? waiting : [], studyStagesRun: report.studyStagesRun,
            finished: waiting.isEmpty && !report.cancelled, failures: summary.recordings.filter { $0.outcome.hasPrefix("failed") })
        if json { try Talk.json(result) } else { Talk.say(text(result, list, request)) }
        if report.cancelled { return try RunCommand.end(report, summary, selected: request.selected.count) }
        if !result.missing.isEmpty { throw ExitCode(Exit.incomplete) }
        if !result.goOn.isEmpty { throw ExitCode(summary.failed > 0 ? Exit.someFailed : 0) }
        try RunCommand.end(report, summary, selected: 0)
    }

    private func text(_ result: Result, _ list: ShardManifest, _ request: RunRequest) -> String {
        var lines = ShareRun.isJob ? [] : result.failures.map { "\($0.id): \($0.outcome): \($0.reason ?? "")" }
        if !result.studyStagesRun.isEmpty { lines.append("run over all recordings: \(result.studyStagesRun.joined(separator: ", "))") }
        let parts = [
            (result.done, "done"), (result.waitingForSignature, "waiting for a signature"), (result.goOn.count, "to go on"), (result.failed, "failed"),
            (result.missing.count, "missing"),
            (result.finished ? 0 : result.expected - result.done - result.waitingForSignature - result.goOn.count - result.failed - result.missing.count, "waiting for those"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        lines.append("\(result.expected) expected: \(parts.joined(separator: ", "))")
        if !result.goOn.isEmpty { lines.append("run the shares again; they go on from here") }
        if !result.missing.isEmpty { lines.append("nothing that looks at all recordings was done; run the missing shares again ('ordrett failed' names them), then gather") }
        return lines.joined(separator: "\n")
    }
}
