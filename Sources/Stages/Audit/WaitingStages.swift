import Foundation
import Pipeline

/// The stages of a study that would run again, as far as the audit: until they have, nobody can stand for what is stored.
struct WaitingStages {
    private struct Step {
        var stage: String
        var reason: Reason
        /// Only files for people are gone or changed; what is stored is as it would be made again.
        var isAboutFiles: Bool {
            switch reason {
            case .productMissing, .productStale: true
            default: false
            }
        }
    }

    /// All recordings of the study that may be worked on.
    let items: [String]
    private var steps: [String: [Step]] = [:]

    /// - Throws: what keeps a study from being planned: a study file that cannot be read, keys that are not there.
    init(root: URL) throws {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        items = request.all.map(\.id).sorted()
        for step in try request.runner(options: .init(), observer: { _ in }).plan(request.all) {
            // What comes after the audit may wait for the signature itself.
            let stages = (request.own[step.item] ?? request.definition).steps.map(\.descriptor.id)
            guard let audit = stages.lastIndex(of: "audit") ?? stages.lastIndex(of: "anonymize"), let own = stages.firstIndex(of: step.stage), own <= audit,
                case .run(let reason) = step.action
            else { continue }
            steps[step.item, default: []].append(Step(stage: step.stage, reason: reason))
        }
    }

    /// The first stage that a recording waits for; nil when none.
    func first(_ item: String) -> String? { (steps[item]?.first ?? steps[Runner.studyItem]?.first)?.stage }

    /// Why what is stored of a recording is out of date, and what to do; nil when it is not, or when the study cannot tell any
    /// more: a recording that is gone will not run again.
    func outdated(_ item: String) -> String? {
        guard items.contains(item) else { return nil }
        let own = (steps[item] ?? []) + (steps[Runner.studyItem] ?? [])
        let real = own.filter { !$0.isAboutFiles }
        // What has a reason of its own says more than what waits for it.
        guard let first = real.first(where: { if case .waitsFor = $0.reason { false } else { true } }) ?? real.first else { return nil }
        var cause = "'\(first.stage)' would run again: \(first.reason)"
        if case .waitsFor = first.reason {
            let others = items.filter { other in steps[other]?.contains { if case .waitsFor = $0.reason { false } else { !$0.isAboutFiles } } ?? false }
            if !others.isEmpty { cause = "'\(first.stage)' would run again, after \(others.joined(separator: ", "))" }
        }
        return "'\(item)' is out of date (\(cause)), and nothing goes into deling/ from that: run 'ordrett run', read its audit and sign it if the text has changed, and give the command again"
    }
}
