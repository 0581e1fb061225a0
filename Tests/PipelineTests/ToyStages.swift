import Foundation
import Synchronization
@testable import Pipeline

/// Toy stages: count letters, gather over the study, write a file. They know nothing of speech.
struct Letters: Artefact, Codable, Equatable {
    static let kind = "letters", sensitivity = Sensitivity.plain
    var text: String
}

struct Shouted: Artefact, Codable, Equatable {
    static let kind = "shouted", sensitivity = Sensitivity.confidential
    var text: String
}

struct Roster: Artefact, Codable, Equatable {
    static let kind = "roster", sensitivity = Sensitivity.confidential
    var names: [String]
}

struct Report: Artefact, Codable, Equatable {
    static let kind = "report", sensitivity = Sensitivity.shareable
    var line: String
}

struct ToyError: Error, CustomStringConvertible { var description: String { "the toy broke" } }

/// How many times each stage ran, by stage and item.
final class Tally: Sendable {
    static let shared = Tally()
    private let counts = Mutex<[String: Int]>([:])
    func add(_ key: String) { counts.withLock { $0[key, default: 0] += 1 } }
    func take(_ key: String) -> Int { counts.withLock { $0.removeValue(forKey: key) ?? 0 } }
}

struct ReadStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "read", version: 1, summary: "reads", output: Letters.self, files: ["text"],
        settings: [Setting("keep", .integer(1...100), default: .integer(100), "letters kept")])
    let settings: Settings
    init(settings: Settings) { self.settings = settings }
    func run(_ context: ItemContext) throws -> Letters {
        Tally.shared.add("read.\(context.item.id)")
        let text = try String(contentsOf: context.files("text")[0], encoding: .utf8)
        if text == "bad" { throw ToyError() }
        try context.progress(0.5)
        return Letters(text: String(text.prefix(settings.integer("keep")!)))
    }
}

struct ShoutStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "shout", version: 1, summary: "shouts", inputs: [Letters.self], output: Shouted.self,
        settings: [
            Setting("mark", .choice(["!", "?"]), default: .text("!"), "the mark"),
            Setting("pauses.min", .number(0.05...5, unit: "s"), default: .number(0.25), "a number"),
        ])
    let settings: Settings
    init(settings: Settings) { self.settings = settings }
    func run(_ context: ItemContext) throws -> Shouted {
        Tally.shared.add("shout.\(context.item.id)")
        return Shouted(text: try context.input(Letters.self).text.uppercased() + settings.text("mark"))
    }
}

struct RosterStage: StudyStage {
    static let stateFile = "roster.json"
    static let descriptor = StageDescriptor(
        id: "roster", version: 1, summary: "numbers the texts", inputs: [Shouted.self], output: Roster.self)
    init(settings: Settings) {}
    func run(_ context: StudyContext<Roster>) throws -> Roster {
        Tally.shared.add("roster")
        var names = context.previous?.names ?? []
        for index in context.items.indices {
            let text = try context.input(Shouted.self, of: index).text
            if !names.contains(text) { names.append(text) }
        }
        return Roster(names: names)
    }
}

struct ReportStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "report", version: 1, summary: "writes", inputs: [Shouted.self, Roster.self], output: Report.self)
    init(settings: Settings) {}
    func run(_ context: ItemContext) throws -> Report {
        Tally.shared.add("report.\(context.item.id)")
        let number = try context.input(Roster.self).names.firstIndex(of: context.input(Shouted.self).text) ?? -1
        let line = "\(number)"
        try context.publish("\(context.item.id).txt", Data(line.utf8), in: .sharing)
        return Report(line: line)
    }
}

let toyCatalogue = StageCatalogue([ReadStage.self, ShoutStage.self, RosterStage.self, ReportStage.self])
let toyYAML = "name: toy\nstages:\n  - read\n  - shout: {mark: '!'}\n  - roster\n  - report\n"

/// A study of toy texts in a fresh temporary folder, removed at the end.
final class ToyStudy {
    let root: URL
    var folders: OutputFolders {
        OutputFolders(
            root: root, sharing: root.appendingPathComponent("deling"),
            confidential: root.appendingPathComponent("fortrolig"), cache: root.appendingPathComponent("cache"))
    }
    private(set) var items: [Item] = []
    /// A name of this study's own, so that tallies of tests that run at the same time do not mix.
    let prefix = UUID().uuidString.prefix(8)

    init(_ texts: [String]) throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("toy-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for (index, text) in texts.enumerated() { try set("\(prefix)-\(index)", text) }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func set(_ id: String, _ text: String) throws {
        let url = root.appendingPathComponent(id + ".input")
        try Data(text.utf8).write(to: url)
        if !items.contains(where: { $0.id == id }) {
            items.append(Item(id: id, files: ["text": [url]], weight: text.utf8.count))
        }
    }

    func runner(
        _ yaml: String = toyYAML, options: Runner.Options = .init(), own: [String: String] = [:],
        observer: @escaping Runner.Observer = { _ in }
    ) throws -> Runner {
        Runner(
            definition: try PipelineDefinition(yaml: yaml, file: "toy.yaml", catalogue: toyCatalogue),
            own: try own.mapValues { try PipelineDefinition(yaml: $0, file: "own.yaml", catalogue: toyCatalogue) },
            folders: folders,
            digests: DigestMemory(file: folders.cache.appendingPathComponent("digests.json")), options: options,
            words: { error in
                error is ToyError ? ("the toy broke", false) : Runner.plainWords(error)
            }, observer: observer)
    }

    func tally(_ stage: String, _ index: Int) -> Int { Tally.shared.take("\(stage).\(prefix)-\(index)") }
    func shared(_ index: Int) -> String? {
        try? String(contentsOf: folders.sharing.appendingPathComponent("\(prefix)-\(index).txt"), encoding: .utf8)
    }
}
