import Foundation
import Pipeline
import Stages

/// One run of a request: the study's lock, progress, the log, and what follows a run.
struct BatchRun {
    var request: RunRequest
    var forced: Set<String> = []
    /// Nil for the cores that this process may use.
    var jobs: Int?
    var keepGoing = true
    /// Waits for another run of the study.
    var waits = true
    var quiet = false
    /// Whether the study-wide report is written, which belongs to a run to the end.
    var writesAudit = true
    var part = Runner.Part.whole
    /// Done in the study before the run begins and after it has ended, while nobody else can be alone in it. The first says how recordings
    /// failed where their share was run.
    var beginning: () throws -> [String: ItemFailure] = { [:] }
    var ending: (RunReport) throws -> Void = { _ in }
    /// Whether the summary's figures are for somebody, even when there was nothing to do.
    var showsFigures = true
    /// Whether signals stop the run here; not where whoever calls sees to that.
    var guards = true

    func run() async throws -> (report: RunReport, summary: RunSummary) {
        let folders = request.study.folders, stamp = request.stamp, lock = try hold(folders)
        defer { lock.release() }
        try SafeFile.narrow([folders.confidential, folders.sharing, folders.cache])
        if lock.wasLeft || lock.others == nil && Leftovers.isDue(folders) { Leftovers.sweep(folders) }
        lock.swept()
        try lock.share()
        try request.check(stamp: stamp)
        let failures = try beginning()
        let keys = StudyKeys(request.study.folders, passphrase: request.passphrase)
        let display = ProgressDisplay(items: request.selected, stages: request.definition.steps.count, quiet: quiet)
        let jobs = jobs ?? AllowedCores.count, recorder = RunRecorder(request, keys: keys, jobs: jobs)
        let audit = DueAudit(folders)
        var options = Runner.Options(jobs: jobs, keepGoing: keepGoing, forced: forced, part: part)
        options.failures = failures
        let runner = request.runner(
            options: options, keys: keys,
            observer: { event in
                if case .started = event { audit.begin() }
                recorder.note(event)
                display.show(event)
            })
        let selected = request.selected
        try request.open(keys) { try runner.plan(selected, keeps: true) }
        let report = guards ? await Interruption.guarding { await runner.run(selected) } : await runner.run(selected)
        display.end()
        try ending(report)
        // That the log or the study-wide report cannot be written must not hide how the run ended.
        do { try recorder.close(report) } catch { Talk.say("note: the log of runs was not written: \(ErrorWords.describe(error).message)") }
        if report.stagesRun > 0 || StudyAudit.isDue(folders), writesAudit, report.ending == nil {
            do { try StudyAudit.follow(folders) } catch { Talk.say("note: the study-wide audit was not written: \(ErrorWords.describe(error).message)") }
        }
        let isUneventful = report.stagesRun == 0 && report.failures.isEmpty && report.held.isEmpty && report.awaiting.isEmpty && !report.cancelled
        return (report, RunSummary(report: report, request: request, runner: runner, figures: showsFigures || !isUneventful))
    }

    /// Runs share a study; what is left of shares is done alone.
    private func hold(_ folders: OutputFolders) throws -> StudyLock {
        let mode = part == .rest ? StudyLock.Mode.alone : .shared
        let lock = try waits
            ? StudyLock.wait(folder: folders.cache, mode) { busy in
                if let busy { Talk.say("somebody else is at work in this study (\(busy.who)); waiting for it to end. Ctrl-C stops the waiting, --no-wait refuses at once") }
            } : StudyLock(folder: folders.cache, mode)
        if let others = lock.others, part == .whole, !quiet { Talk.say("note: another run works in this study (\(others.who)); this one takes the recordings that nobody works on") }
        return lock
    }
}

/// Marks the study-wide report as due while a run does something: again, when another run has taken the mark away.
private struct DueAudit: Sendable {
    let folders: OutputFolders
    init(_ folders: OutputFolders) { self.folders = folders }
    func begin() { if !StudyAudit.isDue(folders) { StudyAudit.markDue(folders) } }
}
