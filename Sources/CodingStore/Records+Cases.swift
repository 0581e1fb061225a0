import GRDB

/// Who or what the study compares: a participant, a municipality, a group.
public struct CaseRecord: StoreRecord {
    public static let databaseTableName = "case"
    public var id: Int64?
    public var guid: String
    /// The participant's code, the municipality's letter; unique.
    public var name: String
    /// `participant`, `municipality`, `group`, or the study's own word.
    public var kind: String
    public var description: String = ""
}

/// A source, or one speaker's turns in it, that belongs to a case.
public struct CaseSourceRecord: StoreRecord {
    public static let databaseTableName = "case_source"
    public var id: Int64?
    public var caseId: Int64
    public var sourceId: Int64
    /// The speaker's label; empty for the whole source.
    public var speaker: String
}

/// A trait that cases or sources have: age band, role, number of inhabitants.
public struct AttributeRecord: StoreRecord {
    /// REFI-QDA's types.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case text = "Text", boolean = "Boolean", integer = "Integer", float = "Float", date = "Date", dateTime = "DateTime"
    }
    public static let databaseTableName = "attribute"
    public var id: Int64?
    public var guid: String
    /// Unique.
    public var name: String
    public var kind: Kind
    public var description: String = ""
}

/// A trait's value for a case or a source, in one wave.
public struct AttributeValueRecord: StoreRecord {
    public static let databaseTableName = "attribute_value"
    public var id: Int64?
    public var attributeId: Int64
    /// One of the two.
    public var caseId: Int64?
    public var sourceId: Int64?
    /// Empty for no wave.
    public var wave: String
    /// As text in the type's own form: `true`, `42`, `3.5`, `2006-12-06`.
    public var value: String
}
