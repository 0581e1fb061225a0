/// A study's choices for the Bokmål layer.
public struct NormalizerOptions: Sendable, Codable, Hashable {
    /// How far towards conservative Bokmål.
    public enum Style: String, Sendable, Codable, CaseIterable {
        /// Dialect words get their most usual Bokmål form (`heim` → `hjem`, `veit` → `vet`).
        case moderate
        /// Whatever is an accepted form of Bokmål stays, also where a commoner form exists (`heim`, `veit`, `sjøl`).
        case radical
    }

    /// Accepted forms in -a (`jenta`, `kasta`) stay under both styles.
    public var style: Style
    /// Words never to touch, in any casing.
    public var untouched: Set<String>
    /// Words to replace, whatever the variety: original (lower case) to replacement.
    public var replacements: [String: String]

    public init(style: Style = .moderate, untouched: Set<String> = [], replacements: [String: String] = [:]) {
        self.style = style
        self.untouched = untouched
        self.replacements = replacements
    }
}

/// A word and its Bokmål form.
public struct NormalizedToken: Sendable, Hashable {
    public var original: String
    /// The Bokmål form; the original where nothing changes. More than one word where Bokmål writes several (`i morgen`).
    public var text: String
    /// What decided: `kept`, `veto`, `study`, `dialect.table`, `dialect.ending`, `dialect.letters`, `phonetic.attested`,
    /// `phonetic.letters`, `nynorsk.attested`, `nynorsk.rule`, `nynorsk.letters`, `nynorsk.letters.unlisted`, `left` (no form of Bokmål was found).
    public var rule: String
    /// Belief that the form is right, 0 … 1.
    public var confidence: Double
    public var changed: Bool { text != original }

    public init(original: String, text: String, rule: String, confidence: Double) {
        self.original = original
        self.text = text
        self.rule = rule
        self.confidence = confidence
    }
}
