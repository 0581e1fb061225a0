import Foundation

/// Work on one study that several processes do together: each its share of the items, and one of them what is left.
extension Runner {
    /// Takes all items past a study stage.
    /// - Returns: whether there is more to do here.
    func pass(_ step: PipelineDefinition.Step, _ states: inout [State], _ report: inout RunReport) async -> Bool {
        switch options.part {
        case .whole:
            await runStudy(step, &states, &report)
        case .share:
            do {
                guard let stage = try step.type.init(settings: step.settings) as? any StudyStage else { return true }
                let planned = try planStudy(step, stage, states)
                guard case .reuse = planned.action, let record = planned.record else {
                    for index in states.indices where states[index].failure == nil { states[index].awaits = step.descriptor.id }
                    return false
                }
                for index in states.indices where states[index].failure == nil { states[index].records[step.descriptor.output] = record }
                report.stagesReused += 1
            } catch {
                fail(states.indices.filter { states[$0].failure == nil }, of: &states, error, stage: step.descriptor.id)
            }
        case .rest:
            // A stage that looks at all would have to be run again for those that are still missing, and codes stay as they are given.
            if states.contains(where: { $0.awaits != nil }) {
                for index in states.indices where states[index].failure == nil && states[index].awaits == nil { states[index].awaits = step.descriptor.id }
                return false
            }
            await runStudy(step, &states, &report)
        }
        return true
    }

    func fail(_ indices: [Int], of states: inout [State], _ error: any Error, stage: String) {
        for index in indices {
            let failure = failure(error, item: states[index].item.id, stage: stage)
            states[index].failure = failure
            observer(.failed(failure))
        }
    }

    /// Whether nobody has begun what comes after a study stage.
    func isUntouched(_ states: [State], _ phase: Int) -> Bool {
        states.allSatisfy { state in
            let first = definition(of: state.item).steps(inPhase: phase).first { !$0.type.hasEffect }
            return state.failure != nil || state.awaits == first?.descriptor.id
        }
    }

    /// Items that wait for a stage which failed where their share was run, on the same input: they are not missing.
    func admitFailures(_ states: inout [State]) {
        for index in states.indices {
            guard let stage = states[index].awaits, let failure = options.failures[states[index].item.id], failure.stage == stage, failure.key == states[index].attempt?.key else { continue }
            states[index].awaits = nil
            states[index].failure = failure
            observer(.failed(failure))
        }
    }
}
