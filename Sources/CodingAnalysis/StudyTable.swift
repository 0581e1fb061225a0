import Exchange
import Transcript

/// The tables that an analysis can print, by the names that a command gives them.
public enum StudyTable: String, Sendable, CaseIterable, Codable {
    case dataMatrix = "data-matrix"
    case contentAnalysis = "content-analysis"
    case analystRounds = "analyst-rounds"
    case extracts
    case categories
    case codeGroups = "code-groups"
    case caseTraits = "cases"
    case waveComparison = "waves"
    case citations
    case meaningUnits = "meaning-units"
    case framework
    case codeByCase = "code-by-case"
    case codeByCaseWords = "code-by-case-words"
    case codeByCaseShare = "code-by-case-share"
    /// A row a code and case, all measures: for statistics programs.
    case codeByCaseLong = "code-by-case-long"
    case cooccurrence = "co-occurrence"
    case saturation
    case frequencies

    /// One line for a person choosing.
    public var summary: String {
        switch self {
        case .dataMatrix: "main theme, theme, meaning-bearing statement, informant"
        case .contentAnalysis: "meaning unit, condensed unit, code, sub-theme, theme, latent theme"
        case .analystRounds: "what each analyst called each meaning unit, round by round"
        case .extracts: "participant, data extract, code"
        case .categories: "category, code, meaning unit"
        case .codeGroups: "code groups and themes with their numbers of codes"
        case .caseTraits: "cases and their traits"
        case .waveComparison: "case by wave: what each says of each theme, and the change"
        case .citations: "quotations cited by date and role"
        case .meaningUnits: "meaning units in the order of the texts"
        case .framework: "case by theme or code, with condensed or quoted text"
        case .codeByCase: "code by case: codings"
        case .codeByCaseWords: "code by case: words"
        case .codeByCaseShare: "code by case: share of the text"
        case .codeByCaseLong: "a row a code and case, for statistics programs"
        case .cooccurrence: "codes that stand on the same text"
        case .saturation: "new codes with each interview"
        case .frequencies: "use of each code by coder and round"
        }
    }

    /// - Throws: ``AnalysisError`` and ``StoreError``.
    public func make(_ study: CodedStudy, options: TableOptions = .init()) throws -> ResultTable {
        switch self {
        case .dataMatrix: try study.dataMatrix(options)
        case .contentAnalysis: try study.contentAnalysis(options)
        case .analystRounds: try study.analystRounds(options)
        case .extracts: try study.extracts(options)
        case .categories: try study.categories(options)
        case .codeGroups: try study.codeGroups(options)
        case .caseTraits: try study.caseTraits(options)
        case .waveComparison: try study.waveComparison(options)
        case .citations: try study.citations(options)
        case .meaningUnits: try study.meaningUnits(options)
        case .framework: try study.framework(options)
        case .codeByCase: try CodeByCase(study, options: options).table(.codings)
        case .codeByCaseWords: try CodeByCase(study, options: options).table(.words)
        case .codeByCaseShare: try CodeByCase(study, options: options).table(.share)
        case .codeByCaseLong: try CodeByCase(study, options: options).longTable()
        case .cooccurrence: try Cooccurrence(study, options: options).table()
        case .saturation: try Saturation(study, options: options).table()
        case .frequencies: try study.frequencies(options)
        }
    }
}
