import Foundation

/// A study stage's state cannot be read. It is never started over by itself: people would get new codes.
public struct StudyStateFault: Error, Sendable, CustomStringConvertible {
    let file: String
    /// The state is gone although the stage has run before.
    var isGone = false

    public var description: String {
        isGone
            ? "'\(file)' is gone, but the study has used it before: with a new one the same people would get new codes; restore it from a copy"
            : "'\(file)' cannot be read; nothing was changed; restore it from a copy"
    }
}

extension Runner {
    /// The name under which a study stage's records and events go.
    public static let studyItem = "_studie"

    func runStudy(_ step: PipelineDefinition.Step, _ states: inout [State], _ report: inout RunReport) async {
        do {
            try Task.checkCancellation()
            let stage = try step.type.init(settings: step.settings)
            guard let studyStage = stage as? any StudyStage else { return }
            let (record, ran) = try await advanceStudy(step, studyStage, states)
            if ran { report.stagesRun += 1 } else { report.stagesReused += 1 }
            if ran { report.studyStagesRun.append(step.descriptor.id) }
            for index in states.indices where states[index].failure == nil {
                states[index].records[step.descriptor.output] = record
            }
        } catch {
            fail(states.indices.filter { states[$0].failure == nil }, of: &states, error, stage: step.descriptor.id)
        }
    }

    /// Records of every item a study stage looks at: those of this run, and the newest of all others that were ever run
    /// in this study. An item that failed now still counts with what it gave before: its names stay names.
    /// - Parameter isRenewable: the stage keeps nothing of its own from run to run; items that are gone, or have another id
    ///   now, do not count.
    func studyInputs(
        _ descriptor: StageDescriptor, _ states: [State], isRenewable: Bool
    ) -> [(id: String, records: [String: RunRecord])] {
        let makers = Dictionary(
            definition.steps.map { ($0.descriptor.output, $0.descriptor.id) }, uniquingKeysWith: { first, _ in first })
        var inputs: [(id: String, records: [String: RunRecord])] = []
        for state in states where state.failure == nil {
            let needed = state.records.filter { descriptor.inputs.contains($0.key) }
            if needed.count == descriptor.inputs.count { inputs.append((state.item.id, needed)) }
        }
        let counted = Set(inputs.map(\.id))
        for id in store.items(except: counted) {
            if isRenewable, let present, !present.contains(id) { continue }
            var needed: [String: RunRecord] = [:]
            for kind in descriptor.inputs {
                if let maker = makers[kind], let record = store.usable(item: id, stage: maker) { needed[kind] = record }
            }
            if needed.count == descriptor.inputs.count { inputs.append((id, needed)) }
        }
        return inputs.sorted { $0.id < $1.id }
    }

    func studyKey(
        _ step: PipelineDefinition.Step, resources: [String: String],
        inputs: [(id: String, records: [String: RunRecord])], state: String?
    ) -> RunKey {
        var digests: [String: String] = [:]
        for input in inputs {
            for (kind, record) in input.records { digests["\(kind).\(input.id)"] = record.output }
        }
        return RunKey.make(step.components, resources: resources, inputs: digests, files: [:], facts: ["state": state ?? "none"])
    }

    private func advanceStudy<S: StudyStage>(
        _ step: PipelineDefinition.Step, _ stage: S, _ states: [State]
    ) async throws -> (RunRecord, ran: Bool) {
        let descriptor = step.descriptor, store = store
        let state = store.state(S.stateFile)
        try SafeFile.makeFolder(state.lock.deletingLastPathComponent(), confidential: true)
        let lock = try FileLock(state.lock)
        defer { lock.release() }
        for note in try state.prepare() { observer(.note(note)) }
        let mark = try stateMark(state, S.stateFile, of: descriptor.id, isRenewable: S.stateIsRenewable)
        let inputs = studyInputs(descriptor, states, isRenewable: S.stateIsRenewable)
        let resources = try planner.resources(stage, step, isFresh: true)
        let key = studyKey(step, resources: resources, inputs: inputs, state: mark)
        let plan = planner.decide(key: key, item: Self.studyItem, stage: descriptor.id)
        if case .reuse = plan.action, let record = plan.record {
            observer(.finished(item: Self.studyItem, stage: descriptor.id, outcome: .reused))
            return (record, false)
        }
        guard case .run(let reason) = plan.action else { throw EngineError.notAFixedPoint(stage: descriptor.id) }
        observer(.started(item: Self.studyItem, stage: descriptor.id, reason: reason, expected: plan.record?.seconds))
        let items = inputs.map { input in
            (
                id: input.id,
                load: { @Sendable (kind: String) throws -> Data in
                    guard let record = input.records[kind] else { throw EngineError.undeclaredInput(kind) }
                    return try store.load(record)
                }
            )
        }
        let clock = ContinuousClock(), begin = clock.now
        let before = try mark.map { _ in try state.read() }
        let previous: S.Output?
        do { previous = try before.map { try S.Output(decoding: $0) } } catch {
            guard S.stateIsRenewable else { throw StudyStateFault(file: S.stateFile) }
            previous = nil
        }
        let output = try await stage.run(StudyContext(settings: step.settings, folders: store.folders, items: items, previous: previous))
        let data = try output.encoded()
        let again = try await stage.run(StudyContext(settings: step.settings, folders: store.folders, items: items, previous: output)).encoded()
        guard again == data else { throw EngineError.notAFixedPoint(stage: descriptor.id) }
        var settledMark = mark
        if data != before {
            for note in try state.write(data) { observer(.note(note)) }
            settledMark = try state.fingerprint()
        }
        let seconds = Double((clock.now - begin) / .seconds(1))
        // Recorded under the key with the new state: that is what the next run will ask for.
        let settled = studyKey(step, resources: resources, inputs: inputs, state: settledMark)
        let record = RunRecord(
            key: settled.digest, stage: descriptor.id, item: Self.studyItem, components: settled.components,
            output: Digest.sha256(data), sensitivity: descriptor.sensitivity, products: [], stateFile: S.stateFile,
            stateFingerprint: settledMark, seconds: (seconds * 1000).rounded() / 1000, finished: Date().timeIntervalSince1970)
        try store.saveRecord(record)
        observer(
            .finished(
                item: Self.studyItem, stage: descriptor.id,
                outcome: .ran(seconds: seconds, sameBytes: data == before)))
        return (record, true)
    }

    /// What tells the stage's own last output from others; nil when there is none. One that cannot be read is an error, never
    /// "none": starting over would give people new codes. Only a state that can be made anew may be gone.
    func stateMark(_ state: any StudyState, _ name: String, of stage: String, isRenewable: Bool) throws -> String? {
        if let mark = try state.fingerprint() { return mark }
        if !isRenewable, !store.records(item: Self.studyItem, stage: stage).isEmpty { throw StudyStateFault(file: name, isGone: true) }
        return nil
    }
}
