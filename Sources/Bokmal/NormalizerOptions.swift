/// A study's choices for the Bokmål layer.
///
/// ``style`` is for words of dialect and Nynorsk, which are rewritten in any case. The four finer choices are for all
/// words, ordinary Bokmål too, and go before it. With the defaults nothing in ordinary Bokmål changes.
public struct NormalizerOptions: Sendable, Codable, Hashable {
    /// Which of several equal forms dialect and Nynorsk are given.
    public enum Style: String, Sendable, Codable, CaseIterable {
        /// The usual one (`heim` → `hjem`, `veit` → `vet`, `mjølk` → `melk`).
        case moderate
        /// The radical one (`heim`, `veit`, `mjølk`; `boken` → `boka`, `kastet` → `kasta` where the word is rewritten).
        case radical
        /// An accepted form of Bokmål stays as said; what is rewritten gets whatever form the lexicon knows best.
        case asSaid = "as-said"
    }

    /// `jenta` or `jenten`.
    public enum Feminine: String, Sendable, Codable, CaseIterable {
        case asSaid = "as-said", a, en
    }

    /// `kasta` or `kastet`.
    public enum Past: String, Sendable, Codable, CaseIterable {
        case asSaid = "as-said", a, et
    }

    /// Definite plural of neuters: `husa` or `husene`.
    public enum Plural: String, Sendable, Codable, CaseIterable {
        case asSaid = "as-said", a, ene
    }

    /// Words that are spelt in two ways: `hjem` or `heim`.
    public enum Variants: String, Sendable, Codable, CaseIterable {
        case asSaid = "as-said", moderate, radical
    }

    public var style: Style
    public var feminine = Feminine.asSaid
    public var past = Past.asSaid
    public var plural = Plural.asSaid
    public var variants = Variants.asSaid
    /// Words never to touch, in any casing.
    public var untouched: Set<String>
    /// Words to replace, whatever the variety: original (lower case) to replacement.
    public var replacements: [String: String]
    /// Forms that a word must not be given, both in lower case; the next best is, or the word stays as said.
    public var vetoed: [String: Set<String>] = [:]

    public init(style: Style = .moderate, untouched: Set<String> = [], replacements: [String: String] = [:]) {
        self.style = style
        self.untouched = untouched
        self.replacements = replacements
    }

    /// Whether an accepted form of Bokmål stays where a commoner one exists.
    var keepsAcceptedForms: Bool { style != .moderate }
}

/// A word and its Bokmål form.
public struct NormalizedToken: Sendable, Hashable {
    public var original: String
    /// The Bokmål form; the original where nothing changes. More than one word where Bokmål writes several (`i morgen`).
    public var text: String
    /// What decided: `kept`, `veto`, `study`, `dialect.table`, `dialect.attested`, `dialect.ending`, `dialect.letters`,
    /// `dialect.compound`, `dialect.infinitive`, `phonetic.attested`, `phonetic.letters`, `nynorsk.apertium`,
    /// `nynorsk.attested`, `nynorsk.dictionary`, `nynorsk.rule`, `nynorsk.compound`, `nynorsk.letters`,
    /// `nynorsk.letters.unlisted`, `left` (no form of Bokmål was found); for an equal form that the study asked for
    /// `style.feminine`, `style.past`, `style.plural`, `style.variant`, after a `+` where another rule came first.
    public var rule: String
    /// Belief that the form is right, 0 … 1.
    public var confidence: Double
    /// What the word's stretch of talk was taken to be written in.
    public var variety: TurnVariety?
    public var changed: Bool { text != original }

    public init(original: String, text: String, rule: String, confidence: Double, variety: TurnVariety? = nil) {
        self.original = original
        self.text = text
        self.rule = rule
        self.confidence = confidence
        self.variety = variety
    }
}
