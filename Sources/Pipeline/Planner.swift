import Foundation
import Synchronization

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
    /// The run that is used again, or that it is compared with; perhaps without its components.
    public var record: RunRecord?
    /// Other items wait for stages that a study-wide stage before this one looks at: what is reused now may have to run after them.
    public var mayChange = false

    /// Why it holds back what it would share, where nothing else is to be done; nil when it does not.
    public var held: String? { if case .reuse = action { record?.held } else { nil } }
    /// Why it would run; nil when it would not.
    public var reason: Reason? { if case .run(let reason) = action { reason } else { nil } }
}

/// Decides, for dry runs and real ones alike, what must run and why.
struct Planner: Sendable {
    let store: ArtefactStore
    let digests: DigestMemory
    /// Stages to run whatever the records say.
    let forced: Set<String>
    /// Words for an error, without quoting any transcript.
    let words: Runner.ErrorWords
    private let resources = Resources()
    private let kept = Kept()

    init(store: ArtefactStore, digests: DigestMemory, forced: Set<String>, words: @escaping Runner.ErrorWords = Runner.plainWords) {
        self.store = store
        self.digests = digests
        self.forced = forced
        self.words = words
    }

    /// What stages say of the data they bring, by step, asked once for all items.
    private final class Resources: Sendable {
        let known = Mutex<[String: [String: String]]>([:])
    }

    /// Decisions of a plan for the run that follows it at once, which need not look at everything a second time.
    private final class Kept: Sendable {
        struct Decision { var inputs: [String: String?], planned: PlannedStep, at: ContinuousClock.Instant }
        let decisions = Mutex<[String: Decision]>([:])
    }

    /// How long a decision of the plan is as good as a look of the run's own.
    private static let isFresh = Duration.seconds(5)

    /// Keeps what a plan has found to be reusable for the run that comes next.
    func keep(_ planned: PlannedStep, _ step: PipelineDefinition.Step, inputs: [String: String?]) {
        guard case .reuse = planned.action else { return }
        let decision = Kept.Decision(inputs: inputs, planned: planned, at: .now)
        kept.decisions.withLock { $0[planned.item + "/" + step.identity] = decision }
    }

    /// What a plan kept of the step a moment ago, of the same inputs; once.
    private func taken(_ step: PipelineDefinition.Step, item: String, inputs: [String: String?]) -> PlannedStep? {
        kept.decisions.withLock { decisions in
            guard !decisions.isEmpty, let decision = decisions.removeValue(forKey: item + "/" + step.identity) else { return nil }
            return decision.inputs == inputs && .now - decision.at < Self.isFresh ? decision.planned : nil
        }
    }

    /// - Parameter isFresh: ask the stage again, since it is about to run and would read what is there now.
    func resources<S: Stage>(_ stage: S, _ step: PipelineDefinition.Step, isFresh: Bool = false) throws -> [String: String] {
        if !isFresh, let known = resources.known.withLock({ $0[step.identity] }) { return known }
        let found = try stage.resources(in: store.folders)
        resources.known.withLock { $0[step.identity] = found }
        return found
    }

    /// For an item's stage.
    /// - Parameter inputs: digest by artefact kind; nil for one that an earlier stage has yet to make.
    func decide<S: Stage>(
        _ stage: S, _ step: PipelineDefinition.Step, item: Item, inputs: [String: String?]
    ) throws -> PlannedStep {
        if let planned = taken(step, item: item.id, inputs: inputs) { return planned }
        let known = try resources(stage, step)
        var planned = try decide(stage, step, resources: known, item: item, inputs: inputs)
        // A run of an hour must not go by what a table said at its beginning.
        if case .run = planned.action, planned.key != nil, case let fresh = try resources(stage, step, isFresh: true), fresh != known {
            planned = try decide(stage, step, resources: fresh, item: item, inputs: inputs)
        }
        return planned
    }

    private func decide<S: Stage>(
        _ stage: S, _ step: PipelineDefinition.Step, resources: [String: String], item: Item, inputs: [String: String?]
    ) throws -> PlannedStep {
        let own = try stage.resources(of: item, in: store.folders)
        var planned = decide(step, resources: own.isEmpty ? resources : resources.merging(own) { shared, _ in shared }, item: item, inputs: inputs)
        guard S.hasEffect, case .reuse = planned.action, let record = planned.record else { return planned }
        guard let output = try? S.Output(decoding: store.load(record)) else {
            planned.action = .run(.outputDamaged)
            return planned
        }
        do {
            if try !stage.stillHolds(output, item: item, in: store.folders) { planned.action = .run(.effectMissing) }
        } catch { planned.action = .run(.effectUnknown(words(error).message)) }
        return planned
    }

    private func decide(_ step: PipelineDefinition.Step, resources: [String: String], item: Item, inputs: [String: String?]) -> PlannedStep {
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
            files[role] = parts.contains("unreadable") ? "unreadable" : Digest.sha256(text: parts.joined(separator: "\n"))
        }
        var facts: [String: String] = [:]
        for name in descriptor.facts { if let fact = item.facts[name] { facts[name] = fact } }
        facts["item"] = item.id
        let key = RunKey.make(step.components, resources: resources, inputs: known, files: files, facts: facts)
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
        guard let latest = store.newest(item: item, stage: stage).flatMap(store.whole) else { return planned(.run(.firstRun)) }
        return planned(.run(Reason(from: latest.components, to: key.components)), latest)
    }
}
