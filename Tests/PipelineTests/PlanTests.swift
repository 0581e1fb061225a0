import Foundation
import Testing
@testable import Pipeline

@Suite struct PlanTests {
    private func reused(_ plan: [PlannedStep], _ item: String) -> Bool {
        plan.filter { $0.item == item }.allSatisfy { $0.reason == nil }
    }

    @Test func commentsAndOrderRunNothing() async throws {
        let study = try ToyStudy(["one", "two"])
        let plain = "name: toy\nstages:\n  - read: {keep: 50}\n  - shout: {mark: '!', pauses.min: 0.3}\n  - roster\n  - report\n"
        #expect(await (try study.runner(plain)).run(study.items).stagesRun == 7)
        let other = """
            # Another hand wrote this.
            summary: the same
            name: another name

            stages:
              - read:
                  keep: 50   # letters
              - shout:
                  pauses.min: 0.30
                  mark: "!"
              - roster: {}
              - report
            """
        #expect(await (try study.runner(other)).run(study.items).stagesRun == 0)
        #expect(try study.runner(other).plan(study.items).allSatisfy { $0.reason == nil })
    }

    @Test func oneChangedValueRunsExactlyTheStagesAfterIt() async throws {
        let study = try ToyStudy(["one", "two"])
        _ = await (try study.runner()).run(study.items)
        let changed = toyYAML.replacingOccurrences(of: "{mark: '!'}", with: "{mark: '?', pauses.min: 0.3}")
        let plan = try study.runner(changed).plan(study.items)
        for item in study.items {
            let own = plan.filter { $0.item == item.id }
            #expect(own.map { $0.reason != nil } == [false, true, true])
            #expect(own[1].reason?.description == "config.mark !→?, config.pauses.min 0.25→0.3; 1 input same")
            #expect(own[2].reason == .waitsFor("shouted"))
        }
        #expect(plan.first { $0.item == Runner.studyItem }?.reason == .waitsFor("shouted"))
        for index in 0..<2 { for stage in ["read", "shout", "report"] { _ = study.tally(stage, index) } }
        _ = await (try study.runner(changed)).run(study.items)
        for index in 0..<2 { #expect(["read", "shout", "report"].map { study.tally($0, index) } == [0, 1, 1]) }
    }

    @Test func aRunOfOneItemAndThePlanOfAllAgree() async throws {
        let study = try ToyStudy(["one", "two"]), one = study.items[0], two = study.items[1]
        _ = await (try study.runner()).run([one])
        // Two has never run; one is done as far as it goes.
        var plan = try study.runner().plan(study.items)
        #expect(reused(plan, one.id))
        #expect(reused(try study.runner().plan([one]), one.id))
        #expect(plan.filter { $0.item == one.id }.map(\.mayChange) == [false, false, true])
        #expect(!reused(plan, two.id))
        #expect(await (try study.runner()).run([one]).stagesRun == 0)
        _ = await (try study.runner()).run(study.items)
        plan = try study.runner().plan(study.items)
        #expect(plan.allSatisfy { $0.reason == nil && !$0.mayChange })
        // Two changes: one is still done, by itself.
        try study.set(two.id, "three")
        plan = try study.runner().plan(study.items)
        #expect(reused(plan, one.id) && !reused(plan, two.id))
        #expect(await (try study.runner()).run([one]).stagesRun == 0)
        // And what the plan says of all is what a run of all does.
        let report = await (try study.runner()).run(study.items)
        #expect(report.stagesRun == 4 || report.stagesRun == 5)
    }

    @Test func explanationsNameOldAndNew() async throws {
        let study = try ToyStudy(["one"]), id = study.items[0].id
        #expect(try study.runner().explain(id, in: study.items).map { $0.step.reason } == [.firstRun, .waitsFor("letters"), .waitsFor("shouted"), .waitsFor("shouted")])
        _ = await (try study.runner()).run(study.items)
        let changed = toyYAML.replacingOccurrences(of: "'!'", with: "'?'")
        let shout = try #require(try study.runner(changed).explain(id, in: study.items).first { $0.step.stage == "shout" })
        #expect(shout.isKnown && shout.runs.count == 1)
        #expect(shout.components.filter { $0.old != $0.new } == [.init(name: "setting.mark", old: "!", new: "?")])
        #expect(shout.components.contains { $0.name == "input.letters" && $0.old == $0.new && $0.old?.count == 64 })
    }

    @Test func logsGetReasonsWithoutValues() {
        let reason = Reason(from: ["setting.prompt": "Kari", "input.shouted.P07": "a"], to: ["setting.prompt": "Ola", "input.shouted.P07": "b"])
        #expect(reason.nameOnly(isStudy: true) == "inputs, config.prompt changed")
        #expect(Reason.productMissing("Kari.docx").nameOnly(isStudy: false) == "a file is gone")
    }

    @Test func whatIsCollectedIsOldAndKnowsNoFile() async throws {
        let study = try ToyStudy(["one"]), id = study.items[0].id
        for keep in [100, 50, 40, 30] {
            _ = await (try study.runner(toyYAML.replacingOccurrences(of: "- read", with: "- read: {keep: \(keep)}"))).run(study.items)
        }
        let store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping())
        let runs = store.storedRuns(keeping: 2).filter { $0.stage == "read" }
        #expect(runs.map(\.kept) == [.current, .recent, nil, nil])
        #expect(runs.allSatisfy { $0.bytes > 0 })
        // A file that somebody put back from an earlier run is still known as Ordrett's.
        let url = study.folders.sharing.appendingPathComponent("\(id).txt"), first = try Data(contentsOf: url)
        for mark in ["?", "!", "?"] {
            _ = await (try study.runner(toyYAML.replacingOccurrences(of: "'!'", with: "'\(mark)'"))).run(study.items)
        }
        try SafeFile.write(first, to: url, confidential: true)
        let reports = store.storedRuns(keeping: 1).filter { $0.stage == "report" }
        #expect(reports.map(\.kept) == [.current, .knowsFile, nil])
        try store.erase(store.storedRuns(keeping: 1).filter { $0.kept == nil })
        #expect(store.storedRuns(keeping: 1).allSatisfy { $0.kept != nil })
        #expect(store.records(item: id, stage: "read").count == 1)
    }
}
