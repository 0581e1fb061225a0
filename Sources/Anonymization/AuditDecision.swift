import Foundation

/// What a person decided on a finding of the audit, or on something that was replaced. It holds no word of the talk.
public struct AuditDecision: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable, CaseIterable {
        /// It is fine as it stands: the finding is silenced.
        case accept
        /// It identifies: replaced as an identifier of ``AuditDecision/type``.
        case mask
        /// It was wrongly replaced: the words stand as they were said.
        case keep
    }

    /// The id of the finding it was made on.
    public var id: String
    /// The recording's id in the study.
    public var item: String
    public var verdict: Verdict
    /// The finding's code.
    public var code: String
    /// What the words are, for `mask`.
    public var type: EntityType?
    public var by: String
    /// UTC, ISO 8601.
    public var at: String
    public var why: String
    public var anchor: DecisionAnchor

    public init(
        id: String, item: String, verdict: Verdict, code: String, type: EntityType? = nil, by: String, at: String, why: String, anchor: DecisionAnchor
    ) {
        self.id = id
        self.item = item
        self.verdict = verdict
        self.code = code
        self.type = type
        self.by = by
        self.at = at
        self.why = why
        self.anchor = anchor
    }
}

/// Where a decision belongs, so that it is found again when words are put in or taken out around it.
///
/// Words stand as keyed digests, so that the place can be found without the words being written down.
public struct DecisionAnchor: Codable, Sendable, Hashable {
    /// The turn's id when it was decided; 0 for labels and the recording's id.
    public var turn: Int
    /// Ids of the words then; empty for a finding on a whole turn.
    public var words: [Int]
    /// Digests of the words themselves; for a whole turn, of all its words and remarks; for turn 0, of the labels.
    public var target: [String]
    /// Digests of up to ``reach`` words before, nearest last, across turns.
    public var before: [String]
    /// Digests of up to ``reach`` words after.
    public var after: [String]

    public static let reach = 8
}

/// What has become of a recording's decisions on a transcript as it is now.
public struct AppliedDecisions: Codable, Sendable, Hashable {
    public struct Place: Codable, Sendable, Hashable {
        public var id: String
        public var code: String
        public var turn: Int
        public var words: [Int]
    }

    /// Findings that a person has accepted.
    public var accepted: [Place] = []
    /// Words that stand because a person decided so.
    public var standing: [Place] = []
    /// Words that are replaced because a person decided so.
    public var masked: [Place] = []
    /// Decisions whose place is not in the transcript any more, or is there more than once.
    public var lost: [Place] = []
    /// `keep` on a word that the policy denies: the policy wins.
    public var denied: [Place] = []

    public init() {}

    public var standingWords: Set<Int> { Set(standing.flatMap(\.words)) }
}
