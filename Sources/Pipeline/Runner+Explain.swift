import Foundation

/// What is known of one step of an item: what would be done, why, and what was done before.
public struct StepExplanation: Sendable {
    /// One thing that the step's result depends on.
    public struct Component: Sendable, Hashable {
        /// `setting.NAME`, `input.KIND`, `file.ROLE`, `resource.NAME`, `fact.NAME`, `stage`, `version` or `format`.
        public var name: String
        /// In the newest stored run; nil where it had none.
        public var old: String?
        /// Now; nil where there is none, and everywhere while an earlier stage has to run first.
        public var new: String?
    }

    public var step: PlannedStep
    /// By name. While an earlier stage has to run first, as they were.
    public var components: [Component]
    /// Stored runs, newest first.
    public var runs: [RunRecord]
    /// Whether ``Component/new`` is known.
    public var isKnown: Bool { step.key != nil }
}

extension Runner {
    /// Every step of one item, study-wide ones among them, as a run of `items` would find them now.
    public func explain(_ id: String, in items: [Item]) throws -> [StepExplanation] {
        try plan(items).filter { $0.item == id || $0.item == Self.studyItem }.map { step in
            let runs = store.records(item: step.item, stage: step.stage)
            let old = (step.record.flatMap(store.whole) ?? runs.first)?.components ?? [:], new = step.key?.components ?? [:]
            let names = Set(old.keys).union(new.keys).sorted()
            return StepExplanation(
                step: step, components: names.map { .init(name: $0, old: old[$0], new: new[$0]) }, runs: runs)
        }
    }

    /// A value that follows from the newest results of some stages, made once while they stay the same.
    /// - Parameters:
    ///   - name: of the value and of its version.
    ///   - results: ids of items and of their stages.
    public func remembered<T: Codable>(_ name: String, from results: [(item: String, stage: String)], make: (ArtefactStore) -> T) -> T {
        let outputs = results.map { "\($0.item)/\($0.stage)=" + (store.newest(item: $0.item, stage: $0.stage)?.output ?? "none") }
        let key = Digest.sha256(Data(([name] + outputs).joined(separator: "\n").utf8))
        if let text = store.memory?.text(key), let value = try? JSONDecoder().decode(T.self, from: Data(text.utf8)) { return value }
        let value = make(store), encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if let data = try? encoder.encode(value) { store.memory?.note(text: String(decoding: data, as: UTF8.self), key) }
        return value
    }

    /// Writes down what ``remembered(_:from:make:)`` has added.
    public func saveMemory() { store.memory?.save() }
}
