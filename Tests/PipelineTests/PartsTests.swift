import Foundation
import Synchronization
import Testing
@testable import Pipeline

/// A stage that leaves a line in a file all share: only one process may write it.
struct LedgerStage: ItemStage {
    static let descriptor = StageDescriptor(id: "ledger", version: 1, summary: "enters", inputs: [Shouted.self, Roster.self], output: Entered.self)
    init(settings: Settings) {}
    static let hasEffect = true
    static func file(_ folders: OutputFolders) -> URL { folders.root.appendingPathComponent("ledger") }
    static func lines(_ folders: OutputFolders) -> [String] {
        ((try? String(contentsOf: file(folders), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
    func run(_ context: ItemContext) throws -> Entered {
        let lines = Self.lines(context.folders).filter { $0 != context.item.id } + [context.item.id]
        try Data(lines.joined(separator: "\n").utf8).write(to: Self.file(context.folders))
        return Entered(item: context.item.id)
    }
    func stillHolds(_ output: Entered, item: Item, in folders: OutputFolders) -> Bool { Self.lines(folders).contains(output.item) }
}

struct Entered: Artefact, Codable, Equatable {
    static let kind = "entered", sensitivity = Sensitivity.confidential
    var item: String
}

/// One study, done by several processes together.
@Suite struct PartsTests {
    static let catalogue = StageCatalogue([ReadStage.self, ShoutStage.self, RosterStage.self, LedgerStage.self, ReportStage.self])
    static let yaml = "name: toy\nstages:\n  - read\n  - shout\n  - roster\n  - ledger\n  - report\n"

    func runner(_ study: ToyStudy, _ part: Runner.Part, failures: [String: ItemFailure] = [:], jobs: Int = 1) throws -> Runner {
        var options = Runner.Options(jobs: jobs, part: part)
        options.failures = failures
        return Runner(
            definition: try PipelineDefinition(yaml: Self.yaml, file: "toy.yaml", catalogue: Self.catalogue), folders: study.folders,
            digests: DigestMemory(file: nil), options: options, words: { ($0 is ToyError ? "the toy broke" : Runner.plainWords($0).message, false) })
    }

    @Test func sharesAndGatheringDoWhatOneRunDoes() async throws {
        let texts = ["one", "two", "three", "four", "five"]
        let whole = try ToyStudy(texts), parts = try ToyStudy(texts)
        #expect(await try runner(whole, .whole).run(whole.items).done.count == 5)
        let shares = [Array(parts.items[..<2]), Array(parts.items[2...])]

        for share in shares {
            let report = await try runner(parts, .share).run(share)
            #expect(report.failures.isEmpty && report.done.isEmpty)
            #expect(report.awaiting == Dictionary(uniqueKeysWithValues: share.map { ($0.id, "roster") }))
        }
        #expect((0..<5).allSatisfy { parts.shared($0) == nil } && LedgerStage.lines(parts.folders).isEmpty)
        let first = await try runner(parts, .rest).run(parts.items)
        #expect(first.studyStagesRun == ["roster"] && first.isRoundOpen && first.awaiting.count == 5)

        // What all write to is left to the gathering: a share goes past it.
        try FileManager.default.removeItem(at: LedgerStage.file(parts.folders))
        for share in shares { #expect(await try runner(parts, .share).run(share).done.count == share.count) }
        #expect(LedgerStage.lines(parts.folders).isEmpty)
        let last = await try runner(parts, .rest).run(parts.items)
        #expect(last.done.count == 5 && last.awaiting.isEmpty && last.studyStagesRun.isEmpty)
        #expect(LedgerStage.lines(parts.folders).sorted() == parts.items.map(\.id).sorted())
        // Names differ by the study's prefix, numbers of the roster do not.
        #expect((0..<5).map { parts.shared($0) } == (0..<5).map { whole.shared($0) })
        let again = await try runner(parts, .rest).run(parts.items)
        #expect(again.stagesRun == 0 && again.done.count == 5)
        let plan = try runner(parts, .whole).plan(parts.items)
        #expect(plan.allSatisfy { $0.reason == nil })
    }

    @Test func aMissingShareKeepsTheStudyStageFromRunningAndAFailedItemDoesNot() async throws {
        let study = try ToyStudy(["one", "bad", "three"])
        let ids = study.items.map(\.id)
        _ = await try runner(study, .share).run([study.items[0]])
        let missing = await try runner(study, .rest).run(study.items)
        #expect(!missing.isRoundOpen && missing.studyStagesRun.isEmpty && missing.awaiting == [ids[0]: "roster", ids[1]: "read", ids[2]: "read"])
        let failed = await try runner(study, .share).run(Array(study.items[1...]))
        let failures = Dictionary(uniqueKeysWithValues: failed.failures.map { ($0.item, $0) })
        #expect(failures[ids[1]]?.message == "the toy broke" && failures.count == 1)
        let found = await try runner(study, .rest, failures: failures).run(study.items)
        #expect(found.studyStagesRun == ["roster"] && found.failures.map(\.item) == [ids[1]])
        #expect(Set(found.awaiting.keys) == [ids[0], ids[2]] && found.isRoundOpen)
        // A gathering that was cut off behind its study stage is no reason to stop: the shares go on.
        let again = await try runner(study, .rest, failures: failures).run(study.items)
        #expect(again.studyStagesRun.isEmpty && again.isRoundOpen && again.awaiting.count == 2)
        // What was mended since is missing, not failed.
        try study.set(ids[1], "mended")
        let mended = await try runner(study, .rest, failures: failures).run(study.items)
        #expect(mended.awaiting[ids[1]] == "read" && mended.failures.isEmpty && !mended.isRoundOpen)
        try study.set(ids[1], "bad")
        // What failed at another stage than the one that is waited for is no excuse.
        let other = [ids[1]: ItemFailure(item: ids[1], stage: "shout", message: "old")]
        #expect(await try runner(study, .rest, failures: other).run(study.items).awaiting[ids[1]] == "read")
    }

    @Test func runsAtTheSameTimeShareTheItemsAndMakeNothingTwice() async throws {
        let study = try ToyStudy((0..<40).map { "text \($0)" })
        try await withThrowingTaskGroup(of: RunReport.self) { group in
            for _ in 0..<3 {
                let runner = try study.runner(options: .init(jobs: 2)), items = study.items
                group.addTask { await runner.run(items) }
            }
            for try await report in group { #expect(report.done.count == 40 && report.failures.isEmpty) }
        }
        for index in 0..<40 {
            #expect(study.tally("read", index) == 1)
            #expect(study.tally("shout", index) == 1)
            #expect(study.tally("report", index) == 1)
        }
    }

    @Test func anItemThatAnotherProcessWorksOnIsWaitedFor() async throws {
        let study = try ToyStudy(["one", "two"])
        let store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping()), url = try store.lockFile(of: study.items[0].id)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        let lock = try FileLock(url), runner = try study.runner(), items = study.items
        #expect(try FileLock(ifFree: url) == nil)
        let order = OrderKeeper()
        let watched = try study.runner(observer: { if case .started(let item, "read", _, _) = $0 { order.add(item) } })
        let run = Task { await watched.run(items) }
        while order.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        lock.release()
        #expect(await run.value.done.count == 2 && order.all == [items[1].id, items[0].id])
        #expect(await runner.run(items).stagesRun == 0)
        store.removeLock(of: items[0].id)
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }

    @Test func waitingForAnItemCanBeStopped() async throws {
        let study = try ToyStudy(["one"])
        let store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping()), url = try store.lockFile(of: study.items[0].id)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        let lock = try FileLock(url), runner = try study.runner(), items = study.items
        let run = Task { await runner.run(items) }
        try await Task.sleep(for: .milliseconds(50))
        run.cancel()
        let report = await run.value
        #expect(report.cancelled && report.done.isEmpty)
        lock.release()
    }
}

final class OrderKeeper: Sendable {
    private let items = Mutex<[String]>([])
    var all: [String] { items.withLock { $0 } }
    func add(_ item: String) { items.withLock { $0.append(item) } }
}
