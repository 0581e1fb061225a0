import Foundation
import Synchronization

/// Runs a pipeline over items: parallel over items, serial within one, study stages between.
public struct Runner: Sendable {
    public struct Options: Sendable {
        /// Items worked on at the same time, at least 1.
        public var jobs: Int
        /// Whether new items are started after one has failed.
        public var keepGoing: Bool
        /// Stages to run whatever the records say.
        public var forced: Set<String>
        public var part: Part
        /// How items failed where their share was run; of a run of the rest, by item.
        public var failures: [String: ItemFailure] = [:]

        public init(jobs: Int = 1, keepGoing: Bool = true, forced: Set<String> = [], part: Part = .whole) {
            self.jobs = max(1, jobs)
            self.keepGoing = keepGoing
            self.forced = forced
            self.part = part
        }
    }

    /// Which part of a study's work is done here, where several processes do it together.
    public enum Part: Sendable, Hashable {
        case whole
        /// What can be done of an item without the others, and without anything that all write to: no study stage is run, and no stage
        /// that has an effect outside the store of artefacts. It ends where a study stage has to run first.
        case share
        /// What shares leave: study stages, and stages with an effect.
        case rest
    }

    public typealias Observer = @Sendable (RunEvent) -> Void
    /// Words for an error, without quoting any transcript, and whether the fault is the program's own.
    public typealias ErrorWords = @Sendable (any Error) -> (message: String, isInternal: Bool)

    public let definition: PipelineDefinition
    /// Pipelines of single items, by id, where they differ. They have the same study stages as ``definition``.
    let own: [String: PipelineDefinition]
    /// Ids of all items there are now, for study stages whose state is made anew each time; nil for every one ever run.
    let present: Set<String>?
    public let store: ArtefactStore
    let planner: Planner
    let options: Options
    let observer: Observer
    let end = Ending()
    /// The program and its version, for ``Provenance``.
    let program: String

    /// Why the run ends before its time, once something has happened that every item would meet.
    final class Ending: Sendable {
        private let reason = Mutex<String?>(nil)
        var text: String? { reason.withLock { $0 } }
        func begin(_ text: String) { reason.withLock { $0 = $0 ?? text } }
        func forget() { reason.withLock { $0 = nil } }
    }
    let words: ErrorWords

    public init(
        definition: PipelineDefinition, own: [String: PipelineDefinition] = [:], present: Set<String>? = nil,
        folders: OutputFolders, safekeeping: Safekeeping = Safekeeping(),
        digests: DigestMemory, options: Options = Options(), words: @escaping ErrorWords = Runner.plainWords,
        program: String = "ordrett", observer: @escaping Observer = { _ in }
    ) {
        self.definition = definition
        self.own = own
        self.present = present
        var store = ArtefactStore(folders: folders, safekeeping: safekeeping)
        store.memory = StoreMemory(folders: folders, sealing: safekeeping.sealing)
        store.digests = digests
        self.store = store
        self.planner = Planner(store: store, digests: digests, forced: options.forced, words: words)
        self.options = options
        self.words = words
        self.program = program
        self.observer = observer
    }

    /// Errors of this module in their own words; any other only by its type, since its text may hold anything.
    public static func plainWords(_ error: any Error) -> (message: String, isInternal: Bool) {
        switch error {
        case let fault as FileFault: (fault.description, false)
        case let fault as StoreFault: (fault.description, false)
        case let fault as StudyStateFault: (fault.description, false)
        case let fault as DefinitionError: (fault.description, false)
        case let failure as ItemFailure: (failure.message, failure.isInternal)
        case let fault as EngineError: (fault.description, true)
        case is CancellationError: ("stopped", false)
        default: ("internal error of type \(type(of: error))", true)
        }
    }

    /// What stands of one item so far.
    struct State: Sendable {
        var item: Item
        /// Records by artefact kind.
        var records: [String: RunRecord] = [:]
        var ran = 0
        var reused = 0
        var failure: ItemFailure?
        /// The stage that somebody else has to run first.
        var awaits: String?
        /// Another process works on it.
        var isElsewhere = false
        /// The stage and key that was tried or is waited for last.
        var attempt: (stage: String, key: String?)?
        var held: [HeldStage] = []
        /// What this run has stored.
        var written: [RunRecord] = []
    }

    func definition(of item: Item) -> PipelineDefinition { own[item.id] ?? definition }

    /// Kinds made by steps before `step`, so that inputs of stages the pipeline leaves out are told from unmade ones.
    func kindsMade(before step: PipelineDefinition.Step, in definition: PipelineDefinition) -> Set<String> {
        Set(definition.steps.prefix { $0.descriptor.id != step.descriptor.id }.map(\.descriptor.output))
    }

    /// Runs everything. Never throws: failures are in the report.
    public func run(_ items: [Item]) async -> RunReport {
        end.forget()
        observer(.planned(items: items.count, stages: definition.steps.count))
        store.sealOld()
        var states = items.sorted { $0.id < $1.id }.map { State(item: $0) }
        var report = RunReport()
        let studySteps = definition.studySteps
        for phase in 0...studySteps.count {
            if Task.isCancelled { break }
            states = await runItems(states, phase)
            if options.part == .rest {
                admitFailures(&states)
                report.isRoundOpen = phase > 0 && (report.studyStagesRun.last == studySteps[phase - 1].descriptor.id || isUntouched(states, phase))
            }
            // Codes are not given while some are missing only because the disk was full: the others would get other ones.
            if end.text != nil { break }
            if !options.keepGoing && states.contains(where: { $0.failure != nil }) {
                report.cancelled = true
                break
            }
            if phase < studySteps.count, await !pass(studySteps[phase], &states, &report) { break }
        }
        report.ending = end.text
        if report.ending != nil { report.cancelled = true }
        for state in states {
            report.stagesRun += state.ran
            report.stagesReused += state.reused
            if let failure = state.failure {
                report.failures.append(failure)
            } else if let stage = state.awaits {
                report.awaiting[state.item.id] = stage
            } else if !state.held.isEmpty && !report.cancelled && !Task.isCancelled {
                report.held += state.held
            } else if !report.cancelled && !Task.isCancelled {
                report.done.append(state.item.id)
                observer(.itemDone(item: state.item.id, ran: state.ran, reused: state.reused))
            }
        }
        if Task.isCancelled { report.cancelled = true }
        remember(states)
        return report
    }

    /// Keeps what was found, so that the next run need not look again.
    func remember(_ states: [State]) {
        store.settle(states.flatMap(\.written))
        store.memory?.save()
        planner.digests.save()
    }

    private func runItems(_ states: [State], _ phase: Int) async -> [State] {
        // The largest first, so that the last to finish is a small one.
        var order = states.indices.filter { states[$0].failure == nil && states[$0].awaits == nil }
            .sorted { (-states[$0].item.weight, states[$0].item.id) < (-states[$1].item.weight, states[$1].item.id) }
        var result = states
        await withTaskGroup(of: (Int, State).self) { group in
            // Those that another process works on come last, when there is nothing else to do.
            let first = order.count
            var next = 0, stop = false
            func start() {
                guard next < order.count, !stop, !Task.isCancelled, end.text == nil else { return }
                let index = order[next], state = result[index], patience = next >= first
                next += 1
                let steps = definition(of: state.item).steps(inPhase: phase)
                group.addTask { (index, await runItem(state, steps, patience: patience)) }
            }
            for _ in 0..<min(options.jobs, order.count) { start() }
            for await (index, state) in group {
                result[index] = state
                if state.isElsewhere {
                    result[index] = states[index]
                    order.append(index)
                }
                if state.failure != nil && !options.keepGoing { stop = true }
                start()
            }
        }
        return result
    }

    /// - Parameter patience: wait for an item that another process works on; else it comes back as ``State/isElsewhere``.
    func runItem(_ start: State, _ steps: [PipelineDefinition.Step], patience: Bool = true) async -> State {
        var state = start, lock: FileLock?
        defer { lock?.release() }
        for step in steps {
            do {
                try Task.checkCancellation()
                if end.text != nil { return state }
                try await advance(&state, step, &lock, patience: patience)
                if state.awaits != nil { return state }
            } catch is ItemLocks.Busy {
                state.isElsewhere = true
                return state
            } catch {
                var failure = failure(error, item: state.item.id, stage: step.descriptor.id)
                if let attempt = state.attempt, attempt.stage == failure.stage { failure.key = attempt.key }
                state.failure = failure
                observer(.failed(failure))
                return state
            }
        }
        return state
    }

    /// The failure an error makes; one of the disk ends the run.
    func failure(_ error: any Error, item: String, stage: String) -> ItemFailure {
        let (message, isInternal) = words(error)
        var failure = ItemFailure(item: item, stage: stage, message: message, isInternal: isInternal)
        failure.endsRun = FileFault.isOfDisk(error)
        if failure.endsRun { end.begin(message) }
        return failure
    }

    private func advance(_ state: inout State, _ step: PipelineDefinition.Step, _ lock: inout FileLock?, patience: Bool) async throws {
        let stage = try step.type.init(settings: step.settings)
        guard let itemStage = stage as? any ItemStage else { return }
        try await advance(&state, step, itemStage, &lock, patience: patience)
    }

    private func advance<S: ItemStage>(
        _ state: inout State, _ step: PipelineDefinition.Step, _ stage: S, _ lock: inout FileLock?, patience: Bool
    ) async throws {
        if options.part == .share && S.hasEffect { return }
        let descriptor = step.descriptor, inputs = inputs(of: step, state)
        var plan = try planner.decide(stage, step, item: state.item, inputs: inputs)
        if case .run = plan.action {
            state.attempt = (descriptor.id, plan.key?.digest)
            if options.part == .rest && !S.hasEffect {
                state.awaits = descriptor.id
                return
            }
            // What another process has made in the meantime is not made twice.
            if lock == nil, plan.key != nil {
                lock = try await ItemLocks(store: store).take(state.item.id, patience: patience)
                if plan.reason != .forced { plan = try planner.decide(stage, step, item: state.item, inputs: inputs) }
                state.attempt = (descriptor.id, plan.key?.digest)
            }
        }
        guard let key = plan.key else { throw EngineError.undeclaredInput(descriptor.inputs.joined(separator: ", ")) }
        if case .reuse = plan.action, let record = plan.record {
            store.makeCurrent(record)
            state.records[descriptor.output] = record
            state.reused += 1
            note(record.held, in: &state, descriptor.id, outcome: .reused)
            return
        }
        guard case .run(let reason) = plan.action else { return }
        let item = state.item, observer = observer, store = store
        observer(.started(item: item.id, stage: descriptor.id, reason: reason, expected: plan.record?.seconds))
        let known = store.written(item: item.id, stage: descriptor.id)
        let collector = ProductCollector(item: item.id, known: known)
        let loaders = state.records.filter { inputs[$0.key] != nil }
            .mapValues { record in { @Sendable () throws -> Data in try store.load(record) } }
        let context = ItemContext(
            item: item, settings: step.settings, folders: store.folders,
            progress: { fraction in
                try Task.checkCancellation()
                observer(.progress(item: item.id, stage: descriptor.id, fraction: fraction))
            },
            hasRunBefore: plan.record != nil, provenance: provenance(of: step, key, state), inputs: loaders, published: collector)
        let clock = ContinuousClock(), begin = clock.now
        let output = try await stage.run(context).encoded()
        let seconds = Double((clock.now - begin) / .seconds(1))
        let record = RunRecord(
            key: key.digest, stage: descriptor.id, item: item.id, components: key.components,
            output: Digest.sha256(output), sensitivity: descriptor.sensitivity, products: collector.products, held: collector.held,
            seconds: (seconds * 1000).rounded() / 1000, finished: Date().timeIntervalSince1970)
        try store.save(record, output: output)
        if record.held == nil { store.removeStale(known, keeping: collector.products) }
        state.records[descriptor.output] = record
        state.written.append(record)
        state.ran += 1
        note(
            record.held, in: &state, descriptor.id,
            outcome: .ran(seconds: seconds, sameBytes: plan.record?.output == record.output))
    }

    private func provenance(of step: PipelineDefinition.Step, _ key: RunKey, _ state: State) -> @Sendable () -> Provenance {
        let definition = definition(of: state.item), records = state.records, store = store, program = program
        return {
            // What puts results elsewhere has no part in how a file was made, and may be done later.
            let before = definition.steps.prefix { $0.descriptor.id != step.descriptor.id }.filter { !$0.type.hasEffect }
            let steps = before.compactMap { earlier -> (PipelineDefinition.Step, [String: String], String?)? in
                guard let record = records[earlier.descriptor.output].flatMap(store.whole) else { return nil }
                return (earlier, record.components, record.output)
            }
            // What waits for a signature is not part of how it was made.
            let own = key.components.filter { !["resource.signature", "resource.withheld"].contains($0.key) }
            return Provenance(program: program, pipeline: definition.name, steps: steps + [(step, own, nil)])
        }
    }

    private func note(_ held: String?, in state: inout State, _ stage: String, outcome: StageOutcome) {
        if let held { state.held.append(HeldStage(item: state.item.id, stage: stage, reason: held)) }
        observer(.finished(item: state.item.id, stage: stage, outcome: held.map { .held($0) } ?? outcome))
    }
}
