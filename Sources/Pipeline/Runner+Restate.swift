import Foundation

/// Work on what is stored of items, whether or not their own files are still there.
extension Runner {
    /// An item as its newest records show it, for one whose files are gone.
    private func remembered(_ id: String) -> Item {
        var facts: [String: String] = [:]
        for step in definition.steps {
            for (name, value) in store.records(item: id, stage: step.descriptor.id).first?.components ?? [:] where name.hasPrefix("fact.") {
                facts[String(name.dropFirst("fact.".count))] = value
            }
        }
        facts["item"] = nil
        return Item(id: id, facts: facts)
    }

    /// The newest record of every stage.
    private func standing(_ item: Item) -> State {
        var state = State(item: item)
        for step in definition(of: item).steps {
            let id = step.type is any StudyStage.Type ? Self.studyItem : item.id
            if let record = store.records(item: id, stage: step.descriptor.id).first { state.records[step.descriptor.output] = record }
        }
        return state
    }

    /// Every item that has records: as given, or as remembered.
    private func all(_ items: [Item]) -> [Item] {
        store.items().map { id in items.first { $0.id == id } ?? remembered(id) }
    }

    /// Changes one kind of stored result of every item that has it, and runs the stages after it up to one of them.
    ///
    /// - Parameters:
    ///   - component: put on the new records' keys, so that a run for which the stage says the same of itself finds them.
    ///   - last: the stage to stop after.
    ///   - change: the new result; nil to leave it.
    public func restate<A: Artefact>(
        _ type: A.Type, items: [Item], component: (name: String, value: String), through last: String, change: (A) throws -> A?
    ) async -> RunReport {
        var report = RunReport()
        for item in all(items) {
            var state = standing(item)
            guard let old = state.records[A.kind] else { continue }
            do {
                let data = try store.load(old)
                if let new = try change(A(decoding: data))?.encoded() {
                    var components = old.components
                    components[component.name] = component.value
                    let key = RunKey(components: components)
                    var record = old
                    record.key = key.digest
                    record.components = components
                    record.output = Digest.sha256(new)
                    record.finished = Date().timeIntervalSince1970
                    try store.save(record, output: new)
                    state.records[A.kind] = record
                }
            } catch {
                let (message, isInternal) = words(error)
                report.failures.append(ItemFailure(item: item.id, stage: old.stage, message: message, isInternal: isInternal))
                continue
            }
            let steps = later(than: A.kind, item)
            let count = steps.firstIndex { $0.descriptor.id == last }.map { $0 + 1 } ?? 0
            close(await runItem(state, Array(steps.prefix(count))), &report)
        }
        remember([])
        return report
    }

    /// Runs the stages after the one that makes `type`, on what is stored of every item.
    public func complete<A: Artefact>(after type: A.Type, items: [Item]) async -> RunReport {
        var report = RunReport()
        for item in all(items) {
            let state = standing(item)
            guard state.records[A.kind] != nil else { continue }
            close(await runItem(state, later(than: A.kind, item)), &report)
        }
        remember([])
        return report
    }

    private func later(than kind: String, _ item: Item) -> [PipelineDefinition.Step] {
        let steps = definition(of: item).steps
        guard let maker = steps.firstIndex(where: { $0.descriptor.output == kind }) else { return [] }
        return steps[(maker + 1)...].filter { !($0.type is any StudyStage.Type) }
    }

    private func close(_ state: State, _ report: inout RunReport) {
        report.stagesRun += state.ran
        report.stagesReused += state.reused
        report.held += state.held
        if let failure = state.failure { report.failures.append(failure) } else { report.done.append(state.item.id) }
    }
}
