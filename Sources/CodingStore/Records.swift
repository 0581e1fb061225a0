import Foundation
import GRDB

/// A transcript, field note or document that the analysis reads.
public struct SourceRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "source"
    public var id: Int64?
    /// The recording's id in the study; unique.
    public var item: String
    /// `transcript`, later also `note` and `document`.
    public var kind: String

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// One state of a source. A new state is a new row: codings on the old one stand.
public struct SourceVersionRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "source_version"
    public var id: Int64?
    public var sourceId: Int64
    /// 1, 2, … within the source.
    public var number: Int
    /// SHA-256 of the sealed document.
    public var digest: String
    public var policy: String
    /// `deidentified` or `anonymous`.
    public var status: String
    /// ISO 8601, UTC.
    public var importedAt: String
    /// The sealed anonymised transcript, as `AnonymizedTranscript.encoded()` gives it.
    public var document: Data
    public var turnCount: Int
    public var wordCount: Int

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// One turn of a version, in plain text, for search and reading.
public struct TurnRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "turn"
    public var id: Int64?
    public var versionId: Int64
    /// `Turn.id` of the transcript.
    public var number: Int
    public var speaker: String
    /// Seconds from the start of the recording; nil for talk not placed in the sound.
    public var start: Double?
    public var end: Double?
    public var text: String

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// A code in the tree.
public struct CodeRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "code"
    public var id: Int64?
    /// Stable between exports.
    public var guid: String
    public var parentId: Int64?
    public var name: String
    public var definition: String
    /// `#rrggbb`.
    public var color: String?

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// A code on a stretch of words of one version.
public struct CodingRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "coding"
    public var id: Int64?
    public var guid: String
    public var codeId: Int64
    public var versionId: Int64
    /// `Word.id` of the first and the last word, both included.
    public var firstWord: Int
    public var lastWord: Int
    public var coder: String
    public var round: Int
    public var createdAt: String

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// One line of the append-only history.
public struct HistoryRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "history"
    public var id: Int64?
    public var at: String
    public var who: String
    /// `import`, `code.add`, `coding.add`, …
    public var action: String
    /// Table and row: `source_version 3`.
    public var target: String
    public var old: String?
    public var new: String?

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}
