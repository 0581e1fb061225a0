import Foundation
import Testing
@testable import Pipeline

@Suite struct RunnerTests {
    @Test func runsOnceAndThenReuses() async throws {
        let study = try ToyStudy(["one", "two", "three"])
        let first = try await study.runner().run(study.items)
        #expect(first.failures.isEmpty)
        #expect(first.done.count == 3)
        #expect(first.stagesRun == 3 * 3 + 1)
        #expect((0..<3).map { study.shared($0) } == ["0", "1", "2"])
        for index in 0..<3 { #expect(study.tally("read", index) == 1) }

        let second = try await study.runner().run(study.items)
        #expect(second.stagesRun == 0)
        #expect(second.done == first.done)
        for index in 0..<3 { #expect(study.tally("read", index) == 0) }
    }

    @Test func aChangedSettingRunsOnlyWhatDependsOnIt() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        _ = (study.tally("read", 0), study.tally("shout", 0), study.tally("report", 0))
        let changed = toyYAML.replacingOccurrences(of: "'!'", with: "'?'")
        let plan = try study.runner(changed).plan(study.items)
        #expect(plan.first { $0.stage == "read" }.map { if case .reuse = $0.action { true } else { false } } == true)
        guard case .run(.changed(let changes, let same))? = plan.first(where: { $0.stage == "shout" })?.action else {
            Issue.record("shout should be planned with its change")
            return
        }
        #expect(changes == [Reason.Change(name: "setting.mark", old: "!", new: "?")])
        #expect(same == 1 && Reason.changed(changes, sameInputs: same).description == "config.mark !→?; 1 input same")
        _ = try await study.runner(changed).run(study.items)
        #expect(study.tally("read", 0) == 0)
        #expect(study.tally("shout", 0) == 1)
    }

    @Test func sameBytesStopTheCascade() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        _ = (study.tally("read", 0), study.tally("shout", 0), study.tally("report", 0))
        // Another setting of the first stage that leaves its result as it was.
        let changed = toyYAML.replacingOccurrences(of: "- read", with: "- read: {keep: 50}")
        let report = try await study.runner(changed).run(study.items)
        #expect(report.stagesRun == 1)
        #expect(study.tally("read", 0) == 1)
        #expect(study.tally("shout", 0) == 0)
    }

    @Test func oneBadItemDoesNotStopTheOthers() async throws {
        let study = try ToyStudy(["one", "bad", "three"])
        for jobs in [1, 3] {
            let report = try await study.runner(options: .init(jobs: jobs)).run(study.items)
            #expect(report.failures.map(\.message) == ["the toy broke"])
            #expect(report.failures.map(\.stage) == ["read"])
            #expect(report.done.count == 2)
        }
        #expect(study.shared(2) == "1")
    }

    @Test func withoutKeepGoingNothingNewIsStarted() async throws {
        let study = try ToyStudy(["the longest goes first", "bad enough", "x"])
        try study.set("\(study.prefix)-0", "bad")
        let report = try await study.runner(options: .init(jobs: 1, keepGoing: false)).run(study.items)
        #expect(report.failures.count == 1)
        #expect(report.done.isEmpty)
        #expect(study.tally("read", 2) == 0)
    }

    @Test func lostAndDamagedResultsAreMisses() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        let store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping())
        let outputs = FileManager.default.enumerator(at: study.root, includingPropertiesForKeys: nil)!
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "out" && $0.path.contains("/shout/") }
        #expect(outputs.count == 1)
        try Data("tampered".utf8).write(to: outputs[0])
        #expect(store.latest(item: study.items[0].id, stage: "shout") == nil)
        guard case .run(.outputDamaged)? = try study.runner().plan(study.items).first(where: { $0.stage == "shout" })?.action
        else { Issue.record("a damaged result must be a miss"); return }
        _ = try await study.runner().run(study.items)
        try FileManager.default.removeItem(at: study.folders.sharing.appendingPathComponent("\(study.items[0].id).txt"))
        let report = try await study.runner().run(study.items)
        #expect(report.stagesRun == 1)
        #expect(study.shared(0) == "0")
    }

    @Test func goingBackToAnEarlierSettingBringsItsFilesBack() async throws {
        let study = try ToyStudy(["one", "two"])
        let other = toyYAML.replacingOccurrences(of: "'!'", with: "'?'")
        _ = try await study.runner().run(study.items)
        let first = [study.shared(0), study.shared(1)]
        _ = try await study.runner(other).run(study.items)
        #expect([study.shared(0), study.shared(1)] == ["2", "3"])
        _ = try await study.runner().run(study.items)
        #expect([study.shared(0), study.shared(1)] == first)
        #expect(try await study.runner().run(study.items).stagesRun == 0)
        #expect(ArtefactStore(folders: study.folders, safekeeping: Safekeeping()).latest(item: study.items[0].id, stage: "shout").map { String(decoding: $0.data, as: UTF8.self) }?.contains("ONE!") == true)
    }

    @Test func editedProductsAreKept() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        let url = study.folders.sharing.appendingPathComponent("\(study.items[0].id).txt")
        try Data("the researcher's own work".utf8).write(to: url)
        #expect(try await study.runner().run(study.items).stagesRun == 0)
        #expect(study.shared(0) == "the researcher's own work")
        _ = try await study.runner(options: .init(forced: ["report"])).run(study.items)
        #expect(study.shared(0) == "0")
        let aside = study.folders.confidential.appendingPathComponent("\(study.items[0].id).endret-1.txt")
        #expect(try String(contentsOf: aside, encoding: .utf8) == "the researcher's own work")
    }

    @Test func codesStayWhenItemsAreAdded() async throws {
        let study = try ToyStudy(["m", "z"])
        _ = try await study.runner().run(study.items)
        #expect([study.shared(0), study.shared(1)] == ["0", "1"])
        // Sorts before the others, and still gets the next number; the others are not run again beyond the last stage.
        try study.set("\(study.prefix)--1", "a")
        let report = try await study.runner().run(study.items)
        #expect(report.failures.isEmpty)
        #expect([study.shared(0), study.shared(1), study.shared(-1)] == ["0", "1", "2"])
        // One item alone still counts those not run this time.
        try study.set("\(study.prefix)-9", "q")
        let alone = study.items.filter { $0.id.hasSuffix("-9") }
        _ = try await study.runner().run(alone)
        #expect(study.shared(9) == "3")
    }

    @Test func itemsWithPipelinesOfTheirOwnShareTheStudyStage() async throws {
        let study = try ToyStudy(["a", "b"])
        let second = study.items[1].id
        let own = [second: toyYAML.replacingOccurrences(of: "'!'", with: "'?'")]
        let report = try await study.runner(own: own).run(study.items)
        #expect(report.failures.isEmpty)
        let roster = try Roster(decoding: Data(contentsOf: study.folders.confidential.appendingPathComponent("roster.json")))
        #expect(roster.names == ["A!", "B?"])
        #expect([study.shared(0), study.shared(1)] == ["0", "1"])
        #expect(try await study.runner(own: own).run(study.items).stagesRun == 0)
        #expect(try study.runner(own: own).plan(study.items).allSatisfy { if case .reuse = $0.action { true } else { false } })
    }

    @Test func aBrokenStateIsAnErrorAndIsNotOverwritten() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        let state = study.folders.confidential.appendingPathComponent("roster.json")
        try Data("{".utf8).write(to: state)
        let report = try await study.runner().run(study.items)
        #expect(report.failures.count == 1)
        #expect(try Data(contentsOf: state) == Data("{".utf8))
    }

    @Test func parallelAndSerialGiveTheSameBytes() async throws {
        let texts = (0..<12).map { "text \($0 * 7 % 12)" }
        let a = try ToyStudy(texts), b = try ToyStudy(texts)
        _ = try await a.runner(options: .init(jobs: 1)).run(a.items)
        _ = try await b.runner(options: .init(jobs: 8)).run(b.items)
        #expect((0..<12).map { a.shared($0) } == (0..<12).map { b.shared($0) })
    }

    @Test func confidentialResultsAreClosedToOthers() async throws {
        let study = try ToyStudy(["one"])
        _ = try await study.runner().run(study.items)
        let attributes = { (url: URL) in
            (try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue
        }
        #expect(try attributes(study.folders.confidential) == 0o700)
        #expect(try attributes(study.folders.confidential.appendingPathComponent("roster.json")) == 0o600)
        // No text of an item in the cache.
        let cache = FileManager.default.enumerator(at: study.folders.cache, includingPropertiesForKeys: nil)!
            .compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }
        for url in cache where url.pathExtension != "out" {
            #expect(!(try String(contentsOf: url, encoding: .utf8)).contains("ONE"))
        }
    }

    @Test func cancellationLeavesAResumableState() async throws {
        let study = try ToyStudy(["one", "two"])
        let runner = try study.runner()
        let items = study.items
        let task = Task { await runner.run(items) }
        task.cancel()
        let report = await task.value
        #expect(report.cancelled)
        #expect(try await study.runner().run(study.items).done.count == 2)
    }
}
