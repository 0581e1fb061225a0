import Bokmal
import Foundation

/// Tells ordinary words from names.
public protocol OrdinaryWords: Sendable {
    /// Whether a lower-case form is an ordinary Bokmål word form.
    func contains(_ lowercasedForm: String) -> Bool
}

extension WordForms: OrdinaryWords {}

/// Knows no ordinary words: every unlisted word at the start of a sentence is then taken for a possible name.
public struct NoOrdinaryWords: OrdinaryWords {
    public init() {}
    public func contains(_ lowercasedForm: String) -> Bool { false }
}

/// Finds what identifies people in Norwegian text: recall first.
///
/// Six sources, united: numbers with their check digits, patterns (contact, addresses, dates, ages), names by lists, capitals
/// and context, a statistical tagger of names, everything once taken for a name found again in all its spellings through the
/// document, and a second tagger that reads all this beside the words and adds what identifies in talk.
public struct Detector: Sendable {
    public struct Options: Sendable, Hashable {
        /// Detections under this belief are dropped, 0 … 1. Lower finds more.
        public var minimumScore: Double
        /// Capitalised words inside a sentence that no list knows.
        public var findsUnknownProperNouns: Bool
        /// Job titles, ethnicity, religion and facts that identify in combination.
        public var findsQuasiIdentifiers: Bool
        /// Strings that never identify, and strings that always do; compared without case.
        public var allow: [String]
        public var deny: [String]

        public init(
            minimumScore: Double = 0.3, findsUnknownProperNouns: Bool = true, findsQuasiIdentifiers: Bool = true,
            allow: [String] = [], deny: [String] = []
        ) {
            self.minimumScore = minimumScore
            self.findsUnknownProperNouns = findsUnknownProperNouns
            self.findsQuasiIdentifiers = findsQuasiIdentifiers
            self.allow = allow
            self.deny = deny
        }
    }

    public let options: Options
    let lists: NameLists
    let words: any OrdinaryWords
    let tagger: NameTagger?
    let talkTagger: TalkTagger?

    /// - Parameters:
    ///   - ordinaryWords: the Bokmål word forms.
    ///   - tagger: the statistical tagger of names; nil to do with rules and lists alone.
    ///   - talkTagger: the tagger of what identifies in talk, which needs the other; nil to do without.
    public init(
        options: Options = Options(), ordinaryWords: any OrdinaryWords = WordForms.shared, tagger: NameTagger? = .shared,
        talkTagger: TalkTagger? = .shared
    ) {
        self.options = options
        self.lists = .shared
        self.words = ordinaryWords
        self.tagger = tagger
        self.talkTagger = talkTagger
    }

    /// Identifying stretches in order, not overlapping.
    public func detect(text: String) -> [Detection] { detect(TokenizedText(text)).map(\.detection) }

    /// A detection on its way, with the names in it.
    struct Candidate: Sendable {
        var detection: Detection
        var start: Int { detection.start }
        var end: Int { detection.end }
    }

    /// - Parameter remarks: code points of typed remarks, in order.
    func detect(_ text: TokenizedText, knownNames: Set<String> = [], remarks: [Range<Int>] = []) -> [Candidate] {
        let rules = RuleText(text, lists: lists)
        var found: [Detection] = []
        for (rule, range) in PatternScan.matches(rules) {
            if !options.findsQuasiIdentifiers && rule.type == .relationFact { continue }
            let d = Detection(start: range.lowerBound, end: range.upperBound, type: rule.type, score: rule.score, rule: rule.name)
            if isLookalike(d, rules) || rule.type == .date && isHoliday(rules, range) { continue }
            found.append(d)
        }
        found += numbers(rules, dates: found.filter { $0.type == .date && $0.score > 0.9 || $0.type == .caseNumber || $0.rule == "ip" || $0.rule.hasPrefix("coordinates") })
        found += spokenNumbers(rules)
        let tagging = tagging(text.tokens)
        let named = names(text, knownNames: knownNames, remarks: remarks, tagging: tagging)
        found += named
        found += titled(rules, named)
        let tokens = NamedTokens(rules, named)
        found.removeAll { ($0.rule == "date.year" || $0.rule == "date.years") && !isPersonal($0, rules, tokens) }
        found += ages(rules, people: tokens.peopleEnds)
        found += partialDates(rules)
        found += units(rules, names: tokens)
        if options.findsQuasiIdentifiers { found += facts(rules, names: tokens) }
        found += neighbours(rules, of: found)
        if let tagging { found += talk(text, Self.united(found.filter { $0.score >= 0.3 }), tagging, remarks: remarks) }
        found += denied(text)
        let allowed = Set(options.allow.map(NameKey.fold))
        found = found.filter { d in
            guard d.score >= options.minimumScore else { return false }
            // A number whose check digits are right identifies whatever a list says.
            return allowed.isEmpty || d.rule.hasPrefix("checkdigit") || d.type == .nationalID
                || !allowed.contains(NameKey.fold(text.string(d.start, d.end)))
        }
        return fullNames(rules, Self.united(found)).map { Candidate(detection: $0) }
    }

    /// Overlapping detections become one over all that they cover, with the type of the weightiest.
    static func united(_ found: [Detection]) -> [Detection] {
        let sorted = found.filter { $0.end > $0.start }.sorted { ($0.start, -$0.end, $0.type, $0.rule) < ($1.start, -$1.end, $1.type, $1.rule) }
        var out: [Detection] = []
        for d in sorted {
            guard let last = out.last, d.start < last.end else { out.append(d); continue }
            var winner = weight(d) > weight(last) ? d : last
            // A fact that says more than the place in it stays a fact.
            if last.type == .relationFact, d.end < last.end || d.end == last.end, d.type.identifier == .quasi { winner = last }
            winner.start = last.start
            winner.end = max(last.end, d.end)
            out[out.count - 1] = winner
        }
        return out
    }

    /// Direct identifiers first, then belief, then length.
    private static func weight(_ d: Detection) -> Double {
        let rank: Double =
            switch d.type {
            case .nationalID, .email, .url, .iban, .card, .account, .phone, .caseNumber, .plate: 4
            case .address, .postcode: 3.5
            case .healthUnit, .school: 2.5
            case .person, .place, .municipality, .county, .country, .organisation: 2
            case .age, .date: 1.5
            default: 1
            }
        return rank * 10 + d.score + Double(min(d.length, 90)) / 100
    }

    private func denied(_ text: TokenizedText) -> [Detection] {
        guard !options.deny.isEmpty else { return [] }
        var out: [Detection] = []
        let words = text.tokens.filter { $0.kind == .word || $0.kind == .number }
        for phrase in options.deny {
            let parts = TokenizedText(phrase).tokens.map(\.lower)
            guard !parts.isEmpty, parts.count <= words.count else { continue }
            for i in 0...(words.count - parts.count) where (0..<parts.count).allSatisfy({
                NameKey.withoutGenitive(words[i + $0].lower).contains(parts[$0]) || words[i + $0].lower == parts[$0]
            }) {
                out.append(Detection(
                    start: words[i].start, end: words[i + parts.count - 1].end, type: .person, score: 1, rule: "deny-list"))
            }
        }
        return out
    }
}
