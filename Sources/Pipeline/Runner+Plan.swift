import Foundation

extension Runner {
    /// What a run of these items would do now, by the same planner that a run uses.
    ///
    /// A study-wide stage looks at other items, too. While one of them has yet to run what that stage looks at, what comes of it is
    /// not known; the items that are ready are planned with what the others gave before, as in a run of theirs alone, and
    /// marked (``PlannedStep/mayChange``).
    /// - Parameter keeps: the run of this runner that comes at once takes over what is found to be reusable, and does not look again.
    public func plan(_ items: [Item], keeps: Bool = false) throws -> [PlannedStep] {
        var plan: [PlannedStep] = []
        var states = items.sorted { $0.id < $1.id }.map { State(item: $0) }
        /// Kinds that some item has yet to make, and study-wide ones that wait for them.
        var waiting: Set<String> = [], open: Set<String> = []
        let studySteps = definition.studySteps
        for phase in 0...studySteps.count {
            for index in states.indices {
                for step in definition(of: states[index].item).steps(inPhase: phase) {
                    var planned = try self.planned(step, states[index], keeps: keeps)
                    if case .reuse = planned.action {
                        states[index].records[step.descriptor.output] = planned.record
                        planned.mayChange = (step.descriptor.inputs + step.descriptor.optionalInputs).contains { open.contains($0 + " " + states[index].item.id) }
                        if planned.mayChange { open.insert(step.descriptor.output + " " + states[index].item.id) }
                    } else {
                        waiting.insert(step.descriptor.output)
                    }
                    plan.append(planned)
                }
            }
            guard phase < studySteps.count else { break }
            let step = studySteps[phase], stage = try step.type.init(settings: step.settings)
            guard let studyStage = stage as? any StudyStage else { continue }
            let output = step.descriptor.output
            let pending = step.descriptor.inputs.first { kind in waiting.contains(kind) || states.contains { open.contains(kind + " " + $0.item.id) } }
            var planned = try planStudy(step, studyStage, states)
            if case .reuse = planned.action {
                for index in states.indices { states[index].records[output] = planned.record }
            } else {
                waiting.insert(output)
            }
            if let pending {
                for state in states { open.insert(output + " " + state.item.id) }
                planned.action = .run(.waitsFor(pending))
                planned.key = nil
                planned.record = nil
            }
            plan.append(planned)
        }
        store.memory?.save()
        planner.digests.save()
        return plan
    }

    /// An item's step, given the records of the steps before it.
    func planned(_ step: PipelineDefinition.Step, _ state: State, keeps: Bool = false) throws -> PlannedStep {
        let stage = try step.type.init(settings: step.settings)
        let inputs = inputs(of: step, state)
        let planned = try planner.decide(stage, step, item: state.item, inputs: inputs)
        if keeps { planner.keep(planned, step, inputs: inputs) }
        return planned
    }

    /// Digests of what a step takes, by kind: nil for what is yet to be made; kinds that the pipeline does not make are left out.
    func inputs(of step: PipelineDefinition.Step, _ state: State) -> [String: String?] {
        let made = kindsMade(before: step, in: definition(of: state.item))
        var inputs: [String: String?] = [:]
        for kind in step.descriptor.inputs + step.descriptor.optionalInputs where made.contains(kind) {
            inputs[kind] = .some(state.records[kind]?.output)
        }
        return inputs
    }

    func planStudy<S: StudyStage>(_ step: PipelineDefinition.Step, _ stage: S, _ states: [State]) throws -> PlannedStep {
        let descriptor = step.descriptor
        let mark = try stateMark(store.state(S.stateFile), S.stateFile, of: descriptor.id, isRenewable: S.stateIsRenewable)
        let inputs = studyInputs(descriptor, states, isRenewable: S.stateIsRenewable)
        let key = studyKey(step, resources: try planner.resources(stage, step), inputs: inputs, state: mark)
        return planner.decide(key: key, item: Self.studyItem, stage: descriptor.id)
    }
}
