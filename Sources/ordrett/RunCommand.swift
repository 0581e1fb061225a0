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
              ordrett run --from bokmal                     that stage and all after it again
              ordrett plan                                  what would run, and why
              ordrett run fokusgruppe opptak/gruppe1.flac
              ordrett run Pipelines/intervju.yaml SampleAudio --out DIR --jobs 2
              ordrett run --set prosody.pause_min=0.3

            A run that is stopped (Ctrl-C, SIGTERM) or killed goes on where it was when it is started again. A second run in one study
            takes the recordings that the first does not work on. A full disk ends the run; what was written before stays whole.

            Several machines divide a study by a list of its recordings ('ordrett cluster'):
              ordrett run --manifest fortrolig/klynge.tsv --shard 2/3     the second of three shares, then 'ordrett gather'

            Files for sharing wait until somebody has signed the audit ('ordrett audit sign'); until then the exit code is 3.
            """)

    @OptionGroup var options: RunOptions
    @Flag(help: "As 'ordrett plan': show what would run and why; change nothing.") var dryRun = false
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Recordings at the same time; by default one for each core that this process may use (SLURM_CPUS_PER_TASK counts).", valueName: "n"))
    var jobs: Int?
    @Flag(inversion: .prefixedNo, help: "Go on with the other recordings when one fails.") var keepGoing = true
    @Flag(inversion: .prefixedNo, help: "Wait while another run works in the study.") var wait = true
    @OptionGroup var share: ShareOptions
    @Flag(help: "The closing report (or the plan) as JSON on stdout.") var json = false
    @Flag(name: [.short, .long], help: "No progress.") var quiet = false

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
        if share.isGiven && (!options.item.isEmpty || !options.force.isEmpty || options.from != nil || options.out != nil || !keepGoing) {
            throw ValidationError("a share is run by itself: without --item, --from, --force, --no-keep-going and --out")
        }
    }

    func run() async throws {
        let (request, forced) = try options.request()
        if share.isGiven { return try await ShareRun(request: request, share: share, jobs: jobs, waits: wait, quiet: quiet, dryRun: dryRun, json: json).run() }
        // Named recordings are the user's choice; what is held matters to a run of the whole study.
        let held = options.arguments.isEmpty && options.item.isEmpty ? request.study.held : []
        for hold in held { Talk.say("held: \(hold.id): \(hold.reason)") }
        for reminder in RetentionReminder.lines(request.study) { Talk.say("note: \(reminder)") }
        guard !request.selected.isEmpty else {
            if !held.isEmpty { throw ExitCode(held.allSatisfy(\.isExpected) ? 0 : Exit.someFailed) }
            throw CommandFailure.badInput("no recordings found; put WAV or FLAC files in the folder, or name them")
        }
        if !quiet { for note in request.study.notes { Talk.say("note: \(note)") } }
        if dryRun { return try PlanCommand.show(request, forced: forced, json: json) }
        let (report, summary) = try await BatchRun(request: request, forced: forced, jobs: jobs, keepGoing: keepGoing, waits: wait, quiet: quiet, writesAudit: options.until == nil, showsFigures: json).run()
        if json { try Talk.json(summary) } else if !quiet || !report.failures.isEmpty || !report.held.isEmpty { Talk.say(Self.text(summary)) }
        try Self.end(report, summary, selected: request.selected.count)
        if held.contains(where: { !$0.isExpected }) { throw ExitCode(Exit.someFailed) }
    }

    /// Ends with the code that fits, if that is not 0.
    static func end(_ report: RunReport, _ summary: RunSummary, selected: Int) throws {
        if let ending = report.ending { throw CommandFailure.badInput("the run ended: \(ending)") }
        if report.cancelled && Interruption.happened { throw ExitCode(Exit.stopped) }
        if report.failures.contains(where: \.isInternal) { throw ExitCode(Exit.internalFault) }
        if summary.failed > 0 { throw ExitCode(report.done.isEmpty && selected == 1 ? Exit.badInput : Exit.someFailed) }
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
