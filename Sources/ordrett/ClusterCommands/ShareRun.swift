import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Which share of a study's work: the same for whoever runs one.
struct ShareOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The list of recordings that shares are made of ('ordrett cluster manifest'); by default the study's own.", valueName: "file"), completion: .file())
    var manifest: String?
    @Option(help: ArgumentHelp("Run one of n shares, from 1; needs the others and 'ordrett gather' to be complete.", valueName: "i/n"))
    var shard: String?

    var isGiven: Bool { shard != nil || manifest != nil }

    /// (2, 3) for "2/3"; the only one when nothing is said.
    func place() throws -> (number: Int, count: Int) {
        guard let shard else { return (1, 1) }
        let parts = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], count >= 1, count <= 100_000, (1...count).contains(number) else {
            throw CommandFailure.usage("--shard is i/n, for example 2/3 for the second of three shares; it was '\(shard)'")
        }
        return (number, count)
    }
}

/// One share: what can be done of its recordings before somebody gathers them.
struct ShareRun {
    var request: RunRequest
    var share: ShareOptions
    var jobs: Int?
    var waits: Bool
    var quiet: Bool
    var dryRun: Bool
    var json: Bool

    /// Whether what is said goes into a log of Slurm's.
    static var isJob: Bool { ProcessInfo.processInfo.environment["SLURM_JOB_ID"] != nil }

    func run() async throws {
        let (number, count) = try share.place(), folders = request.study.folders
        let manifest = try ShardManifest.load(share.manifest, folders), own = Set(manifest.shares(count)[number - 1])
        guard request.selected.count == request.all.count else { throw CommandFailure.usage("a share is made from the list: name no recordings with --shard") }
        var request = request
        request.selected = try manifest.items(of: request).filter { own.contains($0.id) }
        guard !request.selected.isEmpty else { return Talk.say("share \(number) of \(count) has no recordings: nothing to do") }
        if dryRun { return try PlanCommand.show(request, forced: [], json: json) }
        let reports = ShardReports(folders, keys: StudyKeys(folders))
        let report = ShardReport(manifest: manifest.digest, shard: number, count: count, items: request.selected.map(\.id))
        var batch = BatchRun(request: request, jobs: jobs, waits: waits, quiet: quiet, writesAudit: false, part: .share)
        let opened = report
        batch.beginning = {
            try reports.write(opened)
            return [:]
        }
        batch.ending = { run in
            var closed = opened
            closed.close(run)
            try reports.write(closed)
        }
        let (run, summary) = try await batch.run()
        if json { try Talk.json(summary) } else {
            // A scheduler's log lies anywhere, and ids can name people.
            let isLogged = Self.isJob
            for failure in run.failures where failure.message != "stopped" && !isLogged { Talk.say("\(failure.item): \(failure.stage): \(failure.message)") }
            if isLogged, summary.failed > 0 { Talk.say("'ordrett failed' says which recordings failed, and why") }
            let waiting = Set(run.awaiting.values).sorted().joined(separator: ", ")
            Talk.say(
                "share \(number) of \(count): \(summary.recordings.count) recordings, \(summary.stagesRun) stages run, \(summary.stagesReused) reused, \(summary.failed) failed"
                    + (waiting.isEmpty ? "" : "; goes on when 'ordrett gather' has run '\(waiting)'"))
        }
        // That something waits for a signature is for whoever gathers.
        var ended = summary
        ended.held = 0
        try RunCommand.end(run, ended, selected: request.selected.count)
    }
}
