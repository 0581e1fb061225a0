import Foundation
import Testing

@testable import Pipeline

/// Gives its text away only when a file `leave-ITEM` says so; writes a closed copy whatever it says.
private struct GatedStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "gated", version: 1, summary: "waits for leave", inputs: [Letters.self], output: Report.self,
        settings: [Setting("cheats", .bool, default: .bool(false), "shares all the same")])
    let cheats: Bool
    init(settings: Settings) { cheats = settings.bool("cheats") }

    private static func leave(_ item: String, _ folders: OutputFolders) -> String? {
        try? String(contentsOf: folders.root.appendingPathComponent("leave-" + item), encoding: .utf8)
    }

    func resources(of item: Item, in folders: OutputFolders) -> [String: String] { ["leave": Self.leave(item.id, folders) ?? "none"] }

    func run(_ context: ItemContext) throws -> Report {
        let text = try context.input(Letters.self).text
        let isFree = Self.leave(context.item.id, context.folders) == text
        if !isFree { context.hold("waits for leave") }
        if isFree || cheats { try context.publish("\(context.item.id).txt", Data(text.utf8), in: .sharing) }
        try context.publish("\(context.item.id).closed.txt", Data(text.utf8), in: .confidential)
        return Report(line: isFree ? text : "")
    }
}

@Suite struct HoldTests {
    private let catalogue = StageCatalogue([ReadStage.self, GatedStage.self])

    private func runner(_ study: ToyStudy, cheats: Bool = false) throws -> Runner {
        Runner(
            definition: try PipelineDefinition(
                yaml: "name: held\nstages:\n  - read\n  - gated: {cheats: \(cheats)}\n", file: "held.yaml", catalogue: catalogue),
            folders: study.folders, digests: DigestMemory(file: nil))
    }

    private func allow(_ study: ToyStudy, _ index: Int, _ text: String) throws {
        try Data(text.utf8).write(to: study.root.appendingPathComponent("leave-\(study.prefix)-\(index)"))
    }

    private func closed(_ study: ToyStudy, _ index: Int) -> String? {
        try? String(contentsOf: study.folders.confidential.appendingPathComponent("\(study.prefix)-\(index).closed.txt"), encoding: .utf8)
    }

    @Test func whatIsHeldIsSaidEveryTimeAndGoesOutOnce() async throws {
        let study = try ToyStudy(["a", "b"])
        try allow(study, 0, "a")
        let first = try await runner(study).run(study.items)
        #expect(first.done == ["\(study.prefix)-0"] && first.failures.isEmpty)
        #expect(first.held == [HeldStage(item: "\(study.prefix)-1", stage: "gated", reason: "waits for leave")])
        #expect(study.shared(0) == "a" && study.shared(1) == nil)
        #expect(closed(study, 1) == "b", "what is not shared is written all the same")

        // Nothing to do, and it still waits; a plan says so, too.
        let second = try await runner(study).run(study.items)
        #expect(second.stagesRun == 0 && second.held == first.held)
        let plan = try runner(study).plan(study.items)
        #expect(plan.compactMap(\.held) == ["waits for leave"])

        try allow(study, 1, "b")
        let third = try await runner(study).run(study.items)
        #expect(third.stagesRun == 1 && third.held.isEmpty && third.done.count == 2)
        #expect(study.shared(1) == "b")
    }

    @Test func whatWasSharedBeforeStaysWhenSomethingIsHeld() async throws {
        let study = try ToyStudy(["a"])
        try allow(study, 0, "a")
        _ = try await runner(study).run(study.items)
        try study.set("\(study.prefix)-0", "changed")
        let report = try await runner(study).run(study.items)
        #expect(report.held.count == 1 && report.done.isEmpty)
        #expect(study.shared(0) == "a")
        #expect(closed(study, 0) == "changed")
        try allow(study, 0, "changed")
        #expect(try await runner(study).run(study.items).held.isEmpty)
        #expect(study.shared(0) == "changed")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: study.folders.confidential.path).allSatisfy { !$0.contains("endret") },
            "its own files are not taken for somebody's edits")
    }

    @Test func aStageCannotShareWhatItHolds() async throws {
        let study = try ToyStudy(["a"])
        let report = try await runner(study, cheats: true).run(study.items)
        #expect(report.failures.count == 1 && report.failures.first?.isInternal == true)
        #expect(study.shared(0) == nil)
    }
}
