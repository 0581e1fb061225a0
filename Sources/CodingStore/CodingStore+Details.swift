import Anonymization
import Foundation
import GRDB
import Transcript

/// What the store reads from sealed documents once, so that no search has to open them.
struct VersionDetails: Sendable {
    struct MarkPlace: Sendable, Hashable {
        var turn: Int
        var kind: Mark.Kind
        var label: String?
        /// Code points: what stands between the words beside it, or the words it covers.
        var range: Range<Int>
    }

    var recordedAt: String?
    var speakers: [Speaker] = []
    var marks: [MarkPlace] = []

    init() {}

    init(_ document: Transcript, _ text: SourceText) {
        recordedAt = document.recording.recordedAt
        speakers = document.speakers
        let places = text.places, lines = Dictionary(text.turns.map { ($0.number, $0) }, uniquingKeysWith: { a, _ in a })
        for turn in document.turns {
            guard let line = lines[turn.id], line.body < line.end else { continue }
            for (index, element) in turn.elements.enumerated() {
                guard let mark = element.mark else { continue }
                let next = turn.elements[index...].lazy.compactMap { $0.word.flatMap { places[$0.id] } }.first
                var range: Range<Int>
                if let until = mark.until.flatMap({ places[$0] }), let next, next.lowerBound < until.upperBound {
                    range = next.lowerBound..<until.upperBound
                } else {
                    let before = turn.elements[..<index].lazy.reversed().compactMap { $0.word.flatMap { places[$0.id] } }.first
                    let from = before?.upperBound ?? line.body, to = next?.lowerBound ?? line.end
                    range = from < to ? from..<to : min(from, line.end - 1)..<min(from, line.end - 1) + 1
                }
                range = range.clamped(to: line.body..<line.end)
                if range.isEmpty { range = line.body..<line.end }
                marks.append(MarkPlace(turn: turn.id, kind: mark.kind, label: mark.label, range: range))
            }
        }
    }
}

extension CodingStore {
    /// Reads what is not yet read of the newest versions' documents.
    /// - Returns: how many were read.
    @discardableResult
    public func readDetails() throws -> Int {
        let missing = try translating {
            try pool.read { db in
                try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM source_version AS v WHERE number = (SELECT MAX(number) FROM source_version WHERE sourceId = v.sourceId)
                        AND id NOT IN (SELECT versionId FROM version_detail) ORDER BY id
                        """)
            }
        }
        for id in missing {
            try translating {
                // Decoded before the store is locked: others may write meanwhile.
                let (document, text) = try pool.read { db in
                    (try Data.fetchOne(db, sql: "SELECT document FROM source_version WHERE id = ?", arguments: [id]), try Self.text(ofVersion: id, db))
                }
                let sealed = document.flatMap { try? AnonymizedTranscript(decoding: $0) }
                try write(sealed.map { VersionDetails($0.document, text) } ?? VersionDetails(), of: id)
            }
        }
        return missing.count
    }

    private func write(_ details: VersionDetails, of version: Int64) throws {
        try pool.write { db in
            guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM source_version WHERE id = ?)", arguments: [version]) == true,
                try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM version_detail WHERE versionId = ?)", arguments: [version]) == false
            else { return }
            try db.execute(sql: "INSERT INTO version_detail (versionId, recordedAt) VALUES (?, ?)", arguments: [version, details.recordedAt])
            for speaker in details.speakers {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO version_speaker (versionId, label, role, participant) VALUES (?, ?, ?, ?)",
                    arguments: [version, speaker.label.isEmpty ? speaker.id : speaker.label, speaker.role?.rawValue, speaker.participant])
            }
            for mark in details.marks {
                try db.execute(
                    sql: "INSERT INTO version_mark (versionId, turn, kind, label, start, \"end\") VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [version, mark.turn, mark.kind.rawValue, mark.label, mark.range.lowerBound, mark.range.upperBound])
            }
        }
    }

    /// Those who speak in a version, as its document says.
    static func speakers(ofVersion id: Int64, _ db: Database) throws -> [Speaker] {
        try Row.fetchAll(db, sql: "SELECT label, role, participant FROM version_speaker WHERE versionId = ? ORDER BY rowid", arguments: [id]).map { row in
            Speaker(id: row["label"], label: row["label"], role: (row["role"] as String?).flatMap(Role.init(rawValue:)), participant: row["participant"])
        }
    }
}
