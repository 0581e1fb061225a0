import Transcript

/// What a table of the analysis may be asked to do otherwise. Each table's comment says which of these it heeds.
public struct TableOptions: Sendable, Hashable {
    /// What stands in the cells of tables that gather statements.
    public enum Statements: String, Sendable, Codable, CaseIterable {
        /// The condensed meaning unit; the words themselves where nobody has condensed them.
        case condensed
        case quoted
    }

    /// Of headings and notes.
    public var language: DocumentLanguage
    /// Paths, names or GUIDs: only these codes, each with all beneath it. Nil for all.
    public var codes: [String]?
    /// Only cases of this kind (`municipality`); nil for all kinds.
    public var caseKind: String?
    /// A code counts what is coded with the codes beneath it, too.
    public var subcodes: Bool
    public var statements: Statements
    /// Letters before a quotation is cut with `(…)`; nil for whole ones.
    public var quoteLimit: Int?
    /// The traits that hold the date of an interview and the role of who spoke; nil for the usual names.
    public var dateAttribute: String?
    public var roleAttribute: String?
    /// The sources' ids in the order in which they were analysed; nil for by date where known, then by id.
    public var order: [String]?
    /// At most so many rows where a table is a ranking; nil for all.
    public var limit: Int?

    public init(
        language: DocumentLanguage = .bokmal, codes: [String]? = nil, caseKind: String? = nil, subcodes: Bool = true, statements: Statements = .condensed,
        quoteLimit: Int? = nil, dateAttribute: String? = nil, roleAttribute: String? = nil, order: [String]? = nil, limit: Int? = nil
    ) {
        self.language = language
        self.codes = codes
        self.caseKind = caseKind
        self.subcodes = subcodes
        self.statements = statements
        self.quoteLimit = quoteLimit
        self.dateAttribute = dateAttribute
        self.roleAttribute = roleAttribute
        self.order = order
        self.limit = limit
    }
}

extension CodedStudy {
    /// The codes that the options choose, as indices in the order of the tree.
    func chosenCodes(_ options: TableOptions) throws -> [Int] {
        guard let paths = options.codes else { return Array(codes.indices) }
        return try Set(paths.flatMap { try subtree(of: code($0)) }).sorted()
    }
}
