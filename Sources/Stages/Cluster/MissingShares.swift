import Foundation
import Pipeline

/// What is left to be done of a manifest's recordings by those who have a share in it.
public struct MissingShares: Sendable {
    public struct Row: Codable, Sendable, Hashable {
        public var item: String
        /// From 1.
        public var shard: Int
        /// `failed`, or `missing`: never begun, killed, stopped, or changed since.
        public var outcome: String
        public var stage: String
        public var message: String?
    }

    /// In order of ids.
    public let rows: [Row]
    public let count: Int

    /// - Parameters:
    ///   - count: of shares; nil for that of the newest report, else one for each recording.
    public init(_ manifest: ShardManifest, request: RunRequest, keys: StudyKeys, count given: Int?) throws {
        let reports = ShardReports(request.study.folders, keys: keys), items = try manifest.items(of: request)
        let count = given ?? reports.all(of: manifest).last?.count ?? max(1, manifest.entries.count)
        var shard: [String: Int] = [:]
        for (index, ids) in manifest.shares(count).enumerated() { for id in ids { shard[id] = index + 1 } }
        let failures = reports.failures(of: manifest)
        let plan = Dictionary(grouping: try request.runner(options: .init(), keys: keys, observer: { _ in }).plan(items), by: \.item)
        rows = items.compactMap { item in
            let definition = request.own[item.id] ?? request.definition
            let studyKinds = Set(definition.studySteps.map(\.descriptor.output))
            let effects = Set(definition.steps.filter { $0.type.hasEffect }.map(\.descriptor.id))
            guard let step = plan[item.id]?.first(where: { $0.reason != nil && !effects.contains($0.stage) }) else { return nil }
            // It has done what it could: a study stage comes first.
            if case .waitsFor(let kind)? = step.reason, studyKinds.contains(kind) { return nil }
            let failure = failures[item.id].flatMap { $0.stage == step.stage && $0.key == step.key?.digest ? $0 : nil }
            return Row(item: item.id, shard: shard[item.id] ?? 1, outcome: failure == nil ? "missing" : "failed", stage: step.stage, message: failure?.message)
        }
        self.count = count
    }

    /// Shares to run again: `3,7-9,12`, as `sbatch --array` takes it; empty when none.
    public var array: String {
        let numbers = Set(rows.map(\.shard)).sorted()
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound + 1 == number { runs[runs.count - 1] = last.lowerBound...number } else { runs.append(number...number) }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
