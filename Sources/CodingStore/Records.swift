import Foundation
import GRDB

/// A row of the store. Everything but the texts themselves is written through a ``Journal``, which keeps what was there before.
public protocol StoreRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    /// Nil until the row is inserted.
    var id: Int64? { get set }
}

extension StoreRecord {
    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// The study that a store belongs to: one row.
public struct StudyRecord: StoreRecord {
    public static let databaseTableName = "study"
    public var id: Int64?
    /// GUIDs throughout: lower-case letters, hyphens, no braces; stable between exports.
    public var guid: String
    public var name: String
    public var description: String
}

/// Somebody who codes.
public struct CoderRecord: StoreRecord {
    public static let databaseTableName = "coder"
    public var id: Int64?
    public var guid: String
    /// Unique in the store.
    public var name: String
}

/// A transcript, field note or document that the analysis reads.
public struct SourceRecord: StoreRecord {
    public enum Kind: String, Codable, Sendable, CaseIterable { case transcript, note, document }
    public static let databaseTableName = "source"
    public var id: Int64?
    public var guid: String
    /// The recording's id in the study, or the document's name; unique.
    public var item: String
    public var kind: Kind
    /// Wave of data collection (`2003`, `T1`); empty for none.
    public var wave: String
    public var description: String
    /// Path of the redacted sound, relative to the study, and its SHA-256; nil for none.
    public var media: String?
    public var mediaDigest: String?
}

/// One state of a source. Codings move to a new state with the words that they are on.
public struct SourceVersionRecord: StoreRecord {
    public static let databaseTableName = "source_version"
    public var id: Int64?
    public var guid: String
    public var sourceId: Int64
    /// 1, 2, … within the source.
    public var number: Int
    /// SHA-256 of the sealed document, or of the text where there is none.
    public var digest: String
    public var policy: String
    /// `deidentified` or `anonymous`.
    public var status: String
    /// ISO 8601, UTC.
    public var importedAt: String
    /// The sealed anonymised transcript, as `AnonymizedTranscript.encoded()` gives it; empty for notes and documents.
    public var document: Data
    public var turnCount: Int
    public var wordCount: Int
    /// What is coded: plain text with LF at line ends, a line a turn. Positions count Unicode code points from 0.
    public var text: String
    /// ``SourceText``'s words, packed.
    public var words: Data
}

/// One turn of a version, or one line of a note or document.
public struct TurnRecord: StoreRecord {
    public static let databaseTableName = "turn"
    public var id: Int64?
    public var versionId: Int64
    /// `Turn.id` of the transcript; the line's number in other texts.
    public var number: Int
    /// Empty in notes and documents.
    public var speaker: String
    /// Seconds from the start of the recording; nil for talk not placed in the sound.
    public var start: Double?
    public var end: Double?
    /// What was said, without the speaker's label.
    public var text: String
    /// Code points of the version's text: the line with its label, and where what was said begins.
    public var first: Int
    public var body: Int
    public var last: Int
}

/// Where the sound and the text of a version meet.
public struct SyncPointRecord: StoreRecord {
    public static let databaseTableName = "sync_point"
    public var id: Int64?
    public var guid: String
    public var versionId: Int64
    /// Milliseconds from the start of the recording.
    public var milliseconds: Int
    /// Code point of the version's text; nil where only the time is known.
    public var position: Int?
}

/// One line of the append-only history: what one operation did to one row.
public struct HistoryRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    public static let databaseTableName = "history"
    public var id: Int64?
    public var at: String
    public var who: String
    /// The operation's name: `import`, `code.add`, `coding.add`, …
    public var action: String
    /// Table and row: `source_version 3`.
    public var target: String
    /// The columns that changed, before and after, as JSON; nil where the row did not exist.
    public var old: String?
    public var new: String?
    /// Nil in lines from before operations were kept.
    public var operationId: Int64?

    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// One thing that somebody did, in one or many rows: what undo takes back.
public struct OperationRecord: StoreRecord {
    public static let databaseTableName = "operation"
    public var id: Int64?
    public var at: String
    public var who: String
    public var action: String
    /// The operation that this one takes back; nil for ordinary ones.
    public var undoes: Int64?
    /// Whether it can be taken back: imports of texts and erasures cannot.
    public var isReversible: Bool
}
