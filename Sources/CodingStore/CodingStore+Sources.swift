import Anonymization
import Crypto
import Foundation
import GRDB
import Transcript

extension CodingStore {
    static func digest(_ document: Data) -> String { SHA256.hash(data: document).map { String(format: "%02x", $0) }.joined() }

    public enum ImportOutcome: Sendable, Hashable {
        /// The very same document is there already.
        case unchanged(version: Int)
        case new
        case newVersion(Int)
    }

    /// Takes a transcript in. The same document twice is one; a changed one becomes a new version, and what was coded
    /// on the old version stands.
    @discardableResult
    public func importTranscript(_ transcript: AnonymizedTranscript, who: String) throws -> ImportOutcome {
        let data = try transcript.encoded()
        let digest = Self.digest(data)
        let document = transcript.document, item = document.recording.id
        return try translating { try pool.write { db in
            var source =
                try SourceRecord.filter(Column("item") == item).fetchOne(db)
                ?? SourceRecord(id: nil, item: item, kind: "transcript")
            if source.id == nil { try source.insert(db) }
            guard let sourceId = source.id else { throw StoreError.unknownSource(item) }
            let versions = SourceVersionRecord.filter(Column("sourceId") == sourceId)
            // The newest version is the current one; an older state that comes back becomes a version of its own.
            let newest = try versions.order(Column("number").desc).fetchOne(db)
            if let newest, newest.digest == digest { return .unchanged(version: newest.number) }
            // The same text whose register has been destroyed since: what was coded on it stays on it.
            if var newest, let stored = try? AnonymizedTranscript(decoding: newest.document), stored.document == document,
                stored.policy == transcript.policy
            {
                newest.digest = digest
                newest.status = transcript.status.rawValue
                newest.document = data
                try newest.update(db)
                try Self.log(
                    db, who: who, "version.status", "source_version \(newest.id ?? 0)", old: stored.status.rawValue, new: newest.status)
                return .unchanged(version: newest.number)
            }
            let number = (newest?.number ?? 0) + 1
            var version = SourceVersionRecord(
                id: nil, sourceId: sourceId, number: number, digest: digest, policy: transcript.policy,
                status: transcript.status.rawValue, importedAt: Self.timestamp(), document: data,
                turnCount: document.turns.count, wordCount: document.wordCount)
            try version.insert(db)
            let labels = Dictionary(document.speakers.map { ($0.id, $0.label) }, uniquingKeysWith: { a, _ in a })
            let rate = document.recording.rate
            for turn in document.turns {
                var record = TurnRecord(
                    id: nil, versionId: version.id ?? 0, number: turn.id, speaker: labels[turn.speaker] ?? turn.speaker,
                    start: turn.range.map { rate.seconds($0.start) }, end: turn.range.map { rate.seconds($0.end) },
                    text: turn.words.map { $0.lead + $0.bokmal + $0.trail }.joined(separator: " "))
                try record.insert(db)
            }
            // A superseded text that nothing was coded on goes: it may hold what a stricter policy has since removed.
            let old = try SourceVersionRecord.fetchAll(
                db,
                sql: """
                    SELECT * FROM source_version WHERE sourceId = ? AND number < ?
                    AND id NOT IN (SELECT versionId FROM coding)
                    """, arguments: [sourceId, number])
            for record in old {
                try record.delete(db)
                try Self.log(db, who: who, "version.remove", "source_version \(record.id ?? 0)", old: "\(item) version \(record.number)")
            }
            try Self.log(
                db, who: who, "import", "source_version \(version.id ?? 0)", new: "\(item) version \(number)")
            return number == 1 ? .new : .newVersion(number)
        } }
    }

    /// Whether a store exists, is sound enough to ask, and has this very document. Opens it for reading only.
    public static func holds(_ item: String, digest: String, at url: URL) -> Bool {
        guard FileManager.default.fileExists(atPath: url.path) else { return false }
        var configuration = Configuration()
        configuration.readonly = true
        let count = try? DatabaseQueue(path: url.path, configuration: configuration).read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FROM source_version JOIN source ON source.id = source_version.sourceId
                    WHERE source.item = ? AND source_version.digest = ?
                    AND source_version.number = (SELECT MAX(number) FROM source_version WHERE sourceId = source.id)
                    """, arguments: [item, digest])
        }
        return (count ?? 0) > 0
    }

    public func sources() throws -> [SourceRecord] {
        try pool.read { try SourceRecord.order(Column("item")).fetchAll($0) }
    }

    public func versions(of item: String) throws -> [SourceVersionRecord] {
        try pool.read { db in
            try SourceVersionRecord.fetchAll(
                db,
                sql: """
                    SELECT source_version.* FROM source_version JOIN source ON source.id = source_version.sourceId
                    WHERE source.item = ? ORDER BY number
                    """, arguments: [item])
        }
    }

    public func turns(ofVersion id: Int64) throws -> [TurnRecord] {
        try pool.read { try TurnRecord.filter(Column("versionId") == id).order(Column("number")).fetchAll($0) }
    }
}
