import Foundation
import Pipeline

/// How one share of a study's work went. Sealed, since it names recordings.
public struct ShardReport: Codable, Sendable, Hashable {
    public struct Row: Codable, Sendable, Hashable {
        public var item: String
        /// `running` (or killed while it did), `done`, `waits` (for a study stage or a signature), `failed` or `stopped`.
        public var outcome: String
        /// The stage that failed or waits.
        public var stage: String?
        /// What is wrong, and what to do; no text of the talk.
        public var message: String?
        public var isInternal = false
        /// The run key's digest of what failed: of other input it is no failure.
        public var key: String?
    }

    /// Digest of the manifest.
    public var manifest: String
    /// From 1.
    public var shard: Int
    public var count: Int
    /// Seconds since 1970.
    public var began: Double
    public var rows: [Row]

    public init(manifest: String, shard: Int, count: Int, items: [String]) {
        self.manifest = manifest
        self.shard = shard
        self.count = count
        began = Date().timeIntervalSince1970
        rows = items.map { Row(item: $0, outcome: "running") }
    }

    public mutating func close(_ report: RunReport) {
        for index in rows.indices {
            let id = rows[index].item
            if let failure = report.failures.first(where: { $0.item == id }) {
                let isStopped = failure.message == "stopped"
                // A full disk says nothing of the recording: it is missing, and nobody is given a code without it.
                rows[index] = Row(
                    item: id, outcome: isStopped || failure.endsRun ? "stopped" : "failed", stage: failure.stage, message: isStopped ? nil : failure.message,
                    isInternal: failure.isInternal, key: failure.key)
            } else if let stage = report.awaiting[id] ?? report.held.first(where: { $0.item == id })?.stage {
                rows[index] = Row(item: id, outcome: "waits", stage: stage)
            } else {
                rows[index].outcome = report.done.contains(id) ? "done" : "stopped"
            }
        }
    }
}

/// The reports of a study's shares, in the folder of the engine's own files.
public struct ShardReports: Sendable {
    private let folder: URL
    private let keys: any SealerSource

    public init(_ folders: OutputFolders, keys: any SealerSource) {
        folder = Self.folder(folders)
        self.keys = keys
    }

    static let folderName = "andeler"
    static func folder(_ folders: OutputFolders) -> URL { folders.confidential.appendingPathComponent(".mellomlager").appendingPathComponent(folderName) }

    private static func place(_ name: String) -> String { "shard/" + name }

    public func write(_ report: ShardReport) throws {
        let name = "\(report.shard)-\(report.count)", encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SafeFile.write(keys.forWriting().seal(encoder.encode(report), at: Self.place(name)), to: folder.appendingPathComponent(name), confidential: true)
    }

    /// Those of a manifest, the oldest first.
    public func all(of manifest: ShardManifest) -> [ShardReport] {
        guard let sealer = (try? keys.existing()).flatMap({ $0 }) else { return [] }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
        let reports = names.compactMap { name -> ShardReport? in
            guard let data = try? sealer.open(Data(contentsOf: folder.appendingPathComponent(name)), at: Self.place(name)) else { return nil }
            return try? JSONDecoder().decode(ShardReport.self, from: data)
        }
        return reports.filter { $0.manifest == manifest.digest }.sorted { ($0.began, $0.shard) < ($1.began, $1.shard) }
    }

    /// What the newest report of each recording says.
    public func rows(of manifest: ShardManifest) -> [String: ShardReport.Row] {
        var rows: [String: ShardReport.Row] = [:]
        for report in all(of: manifest) { for row in report.rows { rows[row.item] = row } }
        return rows
    }

    /// How recordings failed, for a run of the rest.
    public func failures(of manifest: ShardManifest) -> [String: ItemFailure] {
        rows(of: manifest).compactMapValues { row in
            guard row.outcome == "failed", let stage = row.stage else { return nil }
            var failure = ItemFailure(item: row.item, stage: stage, message: row.message ?? "", isInternal: row.isInternal)
            failure.key = row.key
            return failure
        }
    }
}
