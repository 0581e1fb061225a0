import Foundation
import Synchronization
import Testing
@testable import Pipeline

/// A stage that keeps what it is told of how its result comes about.
private struct TellStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "tell", version: 7, summary: "tells", inputs: [Shouted.self], output: Report.self, files: ["text"], facts: ["who"],
        settings: [
            Setting("prompt", .text(hint: "words"), default: .text(""), "words to expect", isPrivate: true),
            Setting("table", .text(hint: "a path"), default: .text("plain"), "a table"),
        ])
    static let told = Mutex<[String: Provenance]>([:])
    static let privateResources: Set = ["words"]
    init(settings: Settings) {}
    func resources(in folders: OutputFolders) -> [String: String] { ["words": Digest.sha256(Data("Kari".utf8)), "model": "m1"] }
    func resources(of item: Item, in folders: OutputFolders) -> [String: String] { ["signature": "by Kari"] }
    func run(_ context: ItemContext) throws -> Report {
        let provenance = context.provenance()
        Self.told.withLock { $0[context.item.id] = provenance }
        return Report(line: "")
    }
}

@Suite struct ProvenanceTests {
    @Test func itTellsHowAndNotWho() async throws {
        let study = try ToyStudy(["Gunnhild"])
        var item = study.items[0]
        item.facts["who"] = "Kari Nordmann"
        let yaml = "name: toy\nstages:\n  - read: {keep: 50}\n  - shout: {mark: '?'}\n  - roster\n  - tell: {prompt: Kari, table: /home/kari/own.yaml}\n"
        let runner = Runner(
            definition: try PipelineDefinition(yaml: yaml, file: "toy.yaml", catalogue: StageCatalogue([ReadStage.self, ShoutStage.self, RosterStage.self, TellStage.self])),
            folders: study.folders, digests: DigestMemory(file: nil), program: "toy 1")
        #expect(await runner.run([item]).failures.isEmpty)
        let told = try #require(TellStage.told.withLock { $0[item.id] })
        #expect(told.program == "toy 1" && told.pipeline == "toy")
        #expect(told.files == ["text": Digest.sha256(Data(Digest.sha256(Data("Gunnhild".utf8)).utf8))])
        #expect(told.stages.map(\.stage) == ["read", "shout", "roster", "tell"])
        #expect(told.stages[0].settings == ["keep": "50"])
        #expect(told.stages[1].settings == ["mark": "?", "pauses.min": "0.25"])
        #expect(told.stages[3].version == "7")
        #expect(told.stages[3].data == ["words": "the study's own", "model": "m1"])
        #expect(told.stages.allSatisfy { $0.output == nil }, "results that may not be shared are not told by their digests, either")
        let text = String(decoding: try told.encoded(), as: UTF8.self)
        for secret in ["Kari", "kari", "Gunnhild", "GUNNHILD", item.id, Digest.sha256(Data("Kari".utf8))] { #expect(!text.contains(secret), "\(secret)") }
        #expect(told.stages[3].settings["prompt"] == "the study's own" && told.stages[3].settings["table"] == "…/own.yaml")
    }
}
