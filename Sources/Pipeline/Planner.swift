import Foundation

/// What is to be done with one stage of one item.
public struct PlannedStep: Sendable {
    public enum Action: Sendable {
        case reuse
        case run(Reason)
    }
    public var item: String
    public var stage: String
    public var action: Action
    /// Nil while an earlier stage has to run first.
    public var key: RunKey?
    public var record: RunRecord?

    /// Why it holds back what it would share, where nothing else is to be done; nil when it does not.
    public var held: String? { if case .reuse = action { record?.held } else { nil } }
}

/// Decides, for dry runs and real ones alike, what must run and why.
struct Planner: Sendable {
    let store: ArtefactStore
    let digests: DigestMemory
    /// Stages to run whatever the records say.
    let forced: Set<String>

    /// - Parameter inputs: digest by artefact kind; nil for one that an earlier stage has yet to make.
    /// For an item's stage.
    func decide<S: Stage>(
        _ stage: S, _ step: PipelineDefinition.Step, item: Item, inputs: [String: String?]
    ) throws -> PlannedStep {
        var planned = try decide(step, resources: stage.resources(for: item, in: store.folders), item: item, inputs: inputs)
        if case .reuse = planned.action, let record = planned.record {
            let output = try? S.Output(decoding: store.load(record))
            if output.map({ !stage.stillHolds($0, item: item, in: store.folders) }) ?? true { planned.action = .run(.effectMissing) }
        }
        return planned
    }

    private func decide(
        _ step: PipelineDefinition.Step, resources: [String: String], item: Item, inputs: [String: String?]
    ) throws -> PlannedStep {
        let descriptor = step.descriptor
        var known: [String: String] = [:]
        for kind in descriptor.inputs + descriptor.optionalInputs {
            guard let digest = inputs[kind] else { continue }  // no such stage in this pipeline
            guard let digest else {
                return PlannedStep(
                    item: item.id, stage: descriptor.id, action: .run(.waitsFor(kind)), key: nil, record: nil)
            }
            known[kind] = digest
        }
        var files: [String: String] = [:]
        for role in descriptor.files {
            let urls = item.files[role] ?? []
            if urls.isEmpty { continue }
            // A file that cannot be read gets no record to reuse: the stage runs, and says what is wrong with it.
            let parts = urls.map { (try? digests.digest(of: $0)) ?? "unreadable" }
            files[role] = parts.contains("unreadable") ? "unreadable" : Digest.sha256(Data(parts.joined(separator: "\n").utf8))
        }
        var facts: [String: String] = [:]
        for name in descriptor.facts { if let fact = item.facts[name] { facts[name] = fact } }
        facts["item"] = item.id
        let key = RunKey.make(
            stage: descriptor, settings: step.settings, resources: resources, inputs: known, files: files, facts: facts)
        return decide(key: key, item: item.id, stage: descriptor.id)
    }

    func decide(key: RunKey, item: String, stage: String) -> PlannedStep {
        func planned(_ action: PlannedStep.Action, _ record: RunRecord? = nil) -> PlannedStep {
            PlannedStep(item: item, stage: stage, action: action, key: key, record: record)
        }
        if let record = store.record(item: item, stage: stage, key: key.digest) {
            if forced.contains(stage) { return planned(.run(.forced), record) }
            if let fault = store.fault(in: record) { return planned(.run(fault), record) }
            return planned(.reuse, record)
        }
        guard let latest = store.records(item: item, stage: stage).first else { return planned(.run(.firstRun)) }
        let names = Set(latest.components.keys).union(key.components.keys).sorted()
        let changes = names.filter { latest.components[$0] != key.components[$0] }
            .map { Reason.Change(name: $0, old: latest.components[$0], new: key.components[$0]) }
        return planned(.run(.changed(changes)), latest)
    }
}
