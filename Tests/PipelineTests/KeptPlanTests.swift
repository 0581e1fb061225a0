import Foundation
import Synchronization
import Testing
@testable import Pipeline

/// What a plan hands to the run that follows it, and what is asked of things outside the store.
@Suite struct KeptPlanTests {
    @Test func aRunAfterAPlanDoesWhatItWouldHaveDoneWithout() async throws {
        let study = try ToyStudy(["a", "b", "c"])
        _ = await (try study.runner()).run(study.items)
        try study.set(study.items[1].id, "changed")
        let runner = try study.runner(), plan = try runner.plan(study.items, keeps: true)
        #expect(plan.contains { $0.reason != nil })
        for index in 0..<3 { for stage in ["read", "shout", "report"] { _ = study.tally(stage, index) } }
        let report = await runner.run(study.items)
        #expect(study.tally("read", 1) == 1 && study.tally("shout", 1) == 1 && study.tally("report", 1) == 1)
        #expect(study.tally("read", 0) == 0 && study.tally("read", 2) == 0)
        // Codes are given anew, so that the reports of the others are looked at again and stay.
        #expect(report.failures.isEmpty && report.done.count == 3)
        #expect(study.shared(1) == "3", "the text that was there before keeps its number")
    }

    @Test func whatAPlanFoundIsTakenOnce() async throws {
        let study = try ToyStudy(["a"])
        let runner = try study.runner()
        _ = await runner.run(study.items)
        #expect(try runner.plan(study.items, keeps: true).allSatisfy { $0.reason == nil })
        #expect(await runner.run(study.items).stagesRun == 0)
        let files = FileManager.default.enumerator(at: study.root, includingPropertiesForKeys: nil)!.compactMap { $0 as? URL }
        let artefact = try #require(files.first { $0.pathExtension == "out" && $0.path.contains("/shout/") })
        try FileManager.default.removeItem(at: artefact)
        try FileManager.default.removeItem(at: study.folders.sharing.appendingPathComponent(study.items[0].id + ".txt"))
        #expect(await runner.run(study.items).stagesRun == 2, "the same runner looks again")
    }

    @Test func aPlanThatKeepsNothingBindsNobody() async throws {
        let study = try ToyStudy(["a"])
        let runner = try study.runner()
        _ = await runner.run(study.items)
        #expect(try runner.plan(study.items).allSatisfy { $0.reason == nil })
        try FileManager.default.removeItem(at: study.folders.sharing.appendingPathComponent(study.items[0].id + ".txt"))
        #expect(await runner.run(study.items).stagesRun == 1)
    }

    /// Leaves a row elsewhere, of which a test says how it is.
    struct RowStage: ItemStage {
        enum Row { case there, gone, closed }
        static let row = Mutex<[String: Row]>([:])
        static let descriptor = StageDescriptor(id: "row", version: 1, summary: "a row elsewhere", inputs: [Letters.self], output: Report.self)
        static let hasEffect = true
        init(settings: Settings) {}
        func run(_ context: ItemContext) throws -> Report {
            guard Self.row.withLock({ $0[context.item.id] }) != .closed else { throw ToyError() }
            return Report(line: "row")
        }
        func stillHolds(_ output: Report, item: Item, in folders: OutputFolders) throws -> Bool {
            switch Self.row.withLock({ $0[item.id] ?? .there }) {
            case .there: true
            case .gone: false
            case .closed: throw ToyError()
            }
        }
    }

    @Test func whatCannotBeLookedAtIsNotTakenForGone() async throws {
        let study = try ToyStudy(["a"]), id = study.items[0].id
        func runner() throws -> Runner {
            Runner(
                definition: try PipelineDefinition(yaml: "name: toy\nstages: [read, row]\n", file: "toy.yaml", catalogue: StageCatalogue([ReadStage.self, RowStage.self])),
                folders: study.folders, digests: DigestMemory(file: nil), words: { error in (error is ToyError ? "the toy broke" : "other", false) })
        }
        _ = await (try runner()).run(study.items)
        #expect(try runner().plan(study.items).allSatisfy { $0.reason == nil })
        RowStage.row.withLock { $0[id] = .gone }
        #expect(try runner().plan(study.items).last?.reason == .effectMissing)
        RowStage.row.withLock { $0[id] = .closed }
        let reason = try #require(try runner().plan(study.items).last?.reason)
        #expect(reason == .effectUnknown("the toy broke"))
        #expect(reason.nameOnly(isStudy: false) == "what it stored elsewhere could not be looked at")
        // The run says what is wrong there, and keeps what it had.
        let report = await (try runner()).run(study.items)
        #expect(report.failures.map(\.message) == ["the toy broke"])
        RowStage.row.withLock { $0[id] = .there }
        #expect(await (try runner()).run(study.items).stagesRun == 0)
    }

    @Test func whatWasReadIsReadAgainOnceTheFileIsAnother() throws {
        let study = try ToyStudy(["a"]), url = study.root.appendingPathComponent("read"), beside = url.path + "-more"
        try Data("one".utf8).write(to: url)
        let time = Mutex<Int64>(FileMark.now + 5_000_000_000), reading = FileReading<String>(clock: { time.withLock { $0 } })
        var count = 0
        func value() throws -> String {
            try reading.value(of: [url.path, beside]) {
                count += 1
                return try String(contentsOf: url, encoding: .utf8)
            }
        }
        #expect(try value() == "one" && (try value()) == "one")
        #expect(count == 1)
        try Data("two".utf8).write(to: url, options: .atomic)
        #expect(try value() == "two", "another file of the same size")
        try Data().write(to: URL(fileURLWithPath: beside))
        _ = try value()
        #expect(count == 3, "a file that was not there")
        // Read a moment after it was written: it may have been written again since.
        time.withLock { $0 = FileMark(url.path)!.changed + 1 }
        try Data("six".utf8).write(to: url, options: .atomic)
        time.withLock { $0 = FileMark(url.path)!.changed + 1 }
        _ = try value()
        _ = try value()
        #expect(count == 5)
        try FileManager.default.removeItem(at: url)
        #expect(throws: (any Error).self) { try value() }
    }

    @Test func openingADatabaseIsNoChangeAndWritingIs() throws {
        let study = try ToyStudy(["a"]), base = study.root.appendingPathComponent("base").path, log = base + "-wal"
        for path in [base, log] { try Data("one".utf8).write(to: URL(fileURLWithPath: path)) }
        let reading = FileReading<Int>(clock: { FileMark.now + 5_000_000_000 })
        var count = 0
        func value() -> Int {
            reading.value(of: [base], touched: [log]) {
                // What SQLite does when it opens the file.
                chmod(log, 0o600)
                count += 1
                return count
            }
        }
        #expect(value() == 1 && value() == 1)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try file.seekToEnd()
        try file.write(contentsOf: Data("two".utf8))
        #expect(value() == 2 && value() == 2, "the log has grown")
        try file.seek(toOffset: 0)
        // The clock of a file system goes in steps.
        Thread.sleep(forTimeInterval: 0.05)
        try file.write(contentsOf: Data("six".utf8))
        #expect(value() == 3, "written anew in its old length")
        chmod(base, 0o640)
        #expect(value() == 4, "of the first file every change counts")
    }

    /// Against Foundation's encoder.
    @Test func runKeysAreWrittenAsAnEncoderWrites() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet: [Character] = ["a", "B", "9", ".", "_", "/", "\\", "\"", "\n", "\r", "\t", "\u{8}", "\u{C}", "\u{0}", "\u{1F}", "\u{7F}", "æ", "é", "e\u{301}", "\u{2028}", "日", "😀", " "]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func text() -> String { String((0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random)! }) }
        for _ in 0..<500 {
            var members: [String: String] = [:]
            for _ in 0..<Int.random(in: 0...8, using: &random) { members[text()] = text() }
            #expect(try encoder.encode(members) == Data(CanonicalJSON.object(members)), "\(members)")
        }
        // As keys have been since their format 2.
        let key = RunKey(components: ["stage": "read", "version": "1", "setting.mark": "\"!\"", "fact.item": "P07/æ"])
        #expect(key.digest == Digest.sha256(try encoder.encode(key.components)))
    }
}
