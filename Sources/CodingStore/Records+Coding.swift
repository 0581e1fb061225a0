import GRDB

/// A code in the tree.
public struct CodeRecord: StoreRecord {
    public static let databaseTableName = "code"
    public var id: Int64?
    public var guid: String
    public var parentId: Int64?
    public var name: String
    public var definition: String
    /// `#rrggbb`.
    public var color: String?
    /// Typical passages or words, free text.
    public var examples: String = ""
    /// Place among its siblings; equal places go by name.
    public var position: Int = 0
    /// False for a heading that is not itself put on text.
    public var isCodable: Bool = true
}

/// A meaning unit: a stretch of one version's text that says one thing, with or without codes.
public struct UnitRecord: StoreRecord {
    public static let databaseTableName = "unit"
    public var id: Int64?
    public var guid: String
    public var versionId: Int64
    /// Code points of the version's text, end exclusive.
    public var start: Int
    public var end: Int
    /// The condensed meaning unit; empty until somebody writes it.
    public var condensed: String = ""
    public var name: String = ""
    /// Who marked it, in which round.
    public var coderId: Int64
    public var round: Int = 1
    /// ISO 8601, UTC.
    public var createdAt: String
    /// Marked for its own sake: it stays when its last code is taken away.
    public var isMarked: Bool = false
    /// Its words are gone from newer versions; it stands on the old one until somebody decides.
    public var isLost: Bool = false
}

/// A code on a meaning unit, by one coder in one round.
public struct CodingRecord: StoreRecord {
    public static let databaseTableName = "coding"
    public var id: Int64?
    public var guid: String
    public var codeId: Int64
    public var unitId: Int64
    public var coderId: Int64
    public var round: Int
    public var createdAt: String
}

/// A round of coding.
public struct RoundRecord: StoreRecord {
    public static let databaseTableName = "round"
    public var id: Int64?
    public var guid: String
    /// 1, 2, …; unique.
    public var number: Int
    public var name: String
    public var startedAt: String
    public var finishedAt: String?
}

/// What codes are gathered under: code group, category, sub-theme, theme, main theme, latent theme; or a plain set.
public struct ThemeRecord: StoreRecord {
    public enum Level: String, Codable, Sendable, CaseIterable {
        case group, category, subtheme, theme, maintheme, latent, set
    }
    public static let databaseTableName = "theme"
    public var id: Int64?
    public var guid: String
    public var parentId: Int64?
    public var level: Level
    public var name: String
    public var definition: String = ""
    public var color: String?
    public var position: Int = 0
}

/// A code, source, meaning unit or memo under a theme, by its GUID.
public struct ThemeMemberRecord: StoreRecord {
    public enum Kind: String, Codable, Sendable, CaseIterable { case code, source, unit, memo }
    public static let databaseTableName = "theme_member"
    public var id: Int64?
    public var themeId: Int64
    public var kind: Kind
    public var member: String
}

/// A memo on anything that has a GUID, or on the study as a whole.
public struct MemoRecord: StoreRecord {
    public static let databaseTableName = "memo"
    public var id: Int64?
    public var guid: String
    /// GUID of what it is about; nil for the study.
    public var target: String?
    public var title: String
    public var text: String
    public var coderId: Int64
    public var createdAt: String
}

/// A named connexion between two things (`leads to`).
public struct LinkRecord: StoreRecord {
    public enum Direction: String, Codable, Sendable, CaseIterable { case associative, oneWay, bidirectional }
    public static let databaseTableName = "link"
    public var id: Int64?
    public var guid: String
    public var name: String
    public var direction: Direction
    public var color: String?
    public var origin: String
    public var target: String
}

/// A drawing of codes and themes with places.
public struct GraphRecord: StoreRecord {
    public static let databaseTableName = "graph"
    public var id: Int64?
    public var guid: String
    public var name: String
    /// Vertices and edges as JSON (``Graph``).
    public var content: String
}
