import Foundation
import Transcript

/// The verdict on an anonymised transcript, with what it rests on. It never holds the text it speaks of.
public struct AuditReport: Codable, Sendable, Hashable {
    public enum Severity: String, Codable, Sendable, Comparable {
        case note, review, error
        private var rank: Int { self == .note ? 0 : self == .review ? 1 : 2 }
        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    }

    public enum Verdict: String, Codable, Sendable { case clean, review, leak }

    public struct Item: Codable, Sendable, Hashable {
        /// `leak`, `leak-sound`, `registered-word`, `residual`, `quasi-combination`, `small-group`, `dialect`, `dialect-kept`,
        /// `dialect-unsure`, `not-bokmal`, `typed-remark`, `dialect-in-remark`, `participant-code`, `near-findings`, `rare-word`,
        /// `repeated-phrase`, `decision-lost`, `decision-denied`.
        public var code: String
        public var severity: Severity
        /// 0 for the speakers' labels and the recording's id.
        public var turn: Int
        public var words: [Int]
        public var types: [EntityType]
        public var rule: String

        public init(code: String, severity: Severity, turn: Int, words: [Int], types: [EntityType], rule: String) {
            self.code = code
            self.severity = severity
            self.turn = turn
            self.words = words
            self.types = types
            self.rule = rule
        }
    }

    /// What one rule found of one type, and what became of it.
    public struct Replacement: Codable, Sendable, Hashable {
        public var type: EntityType
        public var rule: String
        public var action: String
        /// Places in the talk, marks and labels.
        public var places: Int
        /// Different persons, places, numbers, … among them.
        public var entities: Int
    }

    public struct Count: Codable, Sendable, Hashable {
        public var type: EntityType
        public var action: String
        public var entities: Int
    }

    public var recording: String
    public var policy: String
    public var status: AnonymizedTranscript.Status
    public var turns: Int
    public var words: Int
    /// Entities of the recording, by type and what became of them; of the study's register where only that was given.
    public var counts: [Count]
    /// Every replacement in the recording, by type and rule; nil where nobody said what was detected.
    public var replacements: [Replacement]?
    public var items: [Item]
    /// Findings that a person has decided on: they weigh nothing in the verdict.
    public var decided: [Item]?
    public var verdict: Verdict

    public func items(_ severity: Severity) -> [Item] { items.filter { $0.severity == severity } }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(self)
        data.append(0x0A)
        return data
    }
}

/// Looks at an anonymised transcript as a stranger would who has the register.
public struct Audit: Sendable {
    public init() {}

    /// - Parameters:
    ///   - policy: the policy it was made with, to tell what was kept on purpose from what slipped through.
    ///   - decisions: what people have decided on the recording.
    ///   - detections: what was found in it before anything was replaced, for the list of replacements.
    public func audit(
        _ anonymized: AnonymizedTranscript, register: KeyRegister, detector: Detector, policy: Policy? = nil, decisions: AppliedDecisions? = nil,
        detections: [TranscriptDetection]? = nil
    ) -> AuditReport {
        let document = anonymized.document
        let matcher = RegisterMatcher(register, ordinary: detector.words)
        var items: [AuditReport.Item] = []
        var safe: Set<String> = []
        // A code set by hand that is somebody else's name hides nobody.
        let forms = Set(register.entries.filter { EntityKeys.named.contains($0.type) && policy?.action(for: $0.type) != .keep }.flatMap(\.forms))
        let codes = register.entries.filter { !$0.isUserSet || !forms.contains(NameKey.fold($0.code)) }.map(\.code)
        for text in codes + (policy?.literals ?? ["XXXX"]) + Array(Generalisation.unknown.values) {
            safe.insert(text)
            safe.insert(text + "s")
        }
        func isSafe(_ text: String) -> Bool {
            safe.contains(text) || text.range(of: "^((person(en|er|ene)? )?(i \\d0-årene|under 10 år|over 90 år)|(19|20)\\d\\d)$", options: .regularExpression) != nil
        }

        // 1. What the register holds.
        func leaks(_ text: String, turn: Int, words: [Int]) {
            let tokenized = TokenizedText(text)
            for match in matcher.matches(tokenized.tokens) {
                let entry = register.entries[match.entry]
                let (code, severity): (String, AuditReport.Severity) =
                    match.strength == .exact ? ("leak", .error) : match.strength == .sound ? ("leak-sound", .error) : ("registered-word", .review)
                items.append(.init(code: code, severity: severity, turn: turn, words: words, types: [entry.type], rule: "register"))
            }
            for entry in matcher.numberMatches(text) {
                items.append(.init(code: "leak", severity: .error, turn: turn, words: words, types: [register.entries[entry].type], rule: "register"))
            }
        }
        let labelWords = Set(document.speakers.flatMap { TokenizedText($0.label).tokens.filter { $0.kind == .word }.map(\.lower) })
        for turn in document.turns {
            // Runs of words between replacements: a code next to a word must not make a name with it.
            var run: [Word] = []
            func flush() {
                if !run.isEmpty { locate(run, matcher, register, turn.id, &items) }
                run = []
            }
            for word in turn.words {
                if isSafe(word.text) { flush() } else { run.append(word) }
            }
            flush()
            for mark in turn.marks where !mark.text.isEmpty && !isSafe(mark.text) {
                var plain = mark
                plain.text = Self.without(safe, mark.text)
                leaks(plain.text, turn: turn.id, words: [])
                let reading = RemarkReading(plain, detector: detector, labels: labelWords)
                if reading.needsReader {
                    items.append(.init(
                        code: reading.isDialect ? "dialect-in-remark" : "typed-remark", severity: .review, turn: turn.id, words: [],
                        types: [], rule: "remark"))
                }
            }
        }
        let identities = AuditedIdentities(register: register, detector: detector, policy: policy)
        for (text, turn) in AuditedIdentities.texts(of: document) where !isSafe(text) {
            leaks(text.replacingOccurrences(of: "_", with: " "), turn: turn, words: [])
            items += identities.items(Self.without(safe, text), turn: turn)
        }
        leaks(document.recording.id.replacingOccurrences(of: "_", with: " ").replacingOccurrences(of: "-", with: " "), turn: 0, words: [])

        // What stands instead of something detected: the policy wrote it, however many words it has.
        let written = Set((detections ?? []).filter { $0.field == .words && policy?.action(for: $0.type) != .keep }.flatMap(\.wordIDs))

        // 2. What the detector still finds. Replacements become a lower-case word that means nothing.
        var neutral = document
        // Labels and ids have been looked at above, each by itself.
        neutral.speakers = []
        neutral.recording.id = "r"
        for t in neutral.turns.indices {
            neutral.turns[t].speaker = "S1"
            neutral.turns[t].elements = neutral.turns[t].elements.map { element in
                switch element {
                case .word(var word):
                    if isSafe(word.text) || written.contains(word.id) { word.text = "det" }
                    return .word(word)
                case .mark(var mark):
                    mark.text = Self.without(safe, mark.text)
                    return .mark(mark)
                }
            }
        }
        let residual = detector.detect(transcript: neutral)
        var quasi: [Int: Set<EntityType>] = [:]
        for d in residual {
            let kept = policy.map { $0.action(for: d.type) == .keep } ?? false
            if d.type.identifier == .quasi { quasi[d.turn, default: []].insert(d.type) }
            if kept && d.type.identifier == .quasi { continue }
            let severity: AuditReport.Severity = kept ? .note : d.type.identifier == .direct && d.score >= 0.8 ? .error : d.score >= 0.4 ? .review : .note
            items.append(.init(code: "residual", severity: severity, turn: d.turn, words: d.wordIDs, types: [d.type], rule: d.rule))
        }
        // Generalised values count in combination too.
        for d in detections ?? [] where d.field == .words && d.type.identifier == .quasi {
            if case .generalise = policy?.action(for: d.type) { quasi[d.turn, default: []].insert(d.type) }
        }
        for turn in document.turns {
            for word in turn.words where word.text.hasSuffix("-årene") { quasi[turn.id, default: []].insert(.age) }
        }

        // 3. Combinations.
        for turn in quasi.keys.sorted() {
            let types = (quasi[turn] ?? []).sorted()
            let geographic = types.contains { [.place, .municipality, .county, .organisation, .healthUnit, .school].contains($0) }
            if types.count >= 3 || geographic && types.contains(.jobTitle) && types.contains(.age) {
                items.append(.init(code: "quasi-combination", severity: .review, turn: turn, words: [], types: types, rule: "three-in-a-turn"))
            }
            if types.contains(.relationFact) || geographic && types.contains(.jobTitle) {
                items.append(.init(code: "small-group", severity: .review, turn: turn, words: [], types: types, rule: "five-or-fewer"))
            }
        }
        items += Self.nearFindings(document, quasi)
        items += ResidualRisks(document, isSafe: { isSafe($0.text) || written.contains($0.id) }, detector: detector).items
        items += Self.dialect(document.findings)

        for _ in document.findings.filter({ $0.code == Anonymizer.speakingCode }) {
            items.append(.init(code: "participant-code", severity: .review, turn: 0, words: [], types: [.person], rule: "left-out"))
        }

        var seen: Set<AuditReport.Item> = []
        items = items.filter { seen.insert($0).inserted }
        var decided: [AuditReport.Item]?
        if let decisions { (items, decided) = Self.decided(items, decisions) }
        let worst = items.map(\.severity).max() ?? .note
        return AuditReport(
            recording: document.recording.id, policy: anonymized.policy, status: anonymized.status, turns: document.turns.count,
            words: document.wordCount, counts: detections.map { Self.counts($0, policy) } ?? Self.counts(register, policy),
            replacements: detections.map { Self.replacements($0, policy, swept: Self.swept(document, register, $0)) }, items: items, decided: decided,
            verdict: worst == .error ? .leak : worst == .review ? .review : .clean)
    }

    /// Dialect that may still show. What a person must look at stops no file, but the verdict says that it is there.
    private static func dialect(_ findings: [Finding]) -> [AuditReport.Item] {
        findings.compactMap { finding in
            let (code, severity): (String, AuditReport.Severity)
            switch finding.code {
            case "dialect-unsure": (code, severity) = (finding.code, .note)
            case "dialect-kept", AnonymizedTranscript.notBokmal: (code, severity) = (finding.code, .review)
            case let other where other.contains("dialect") || other.contains("unknown-form"): (code, severity) = ("dialect", .review)
            default: return nil
            }
            return .init(code: code, severity: severity, turn: finding.turn ?? 0, words: finding.words, types: [], rule: finding.code)
        }
    }

    /// Names the words that a match touches.
    private func locate(_ run: [Word], _ matcher: RegisterMatcher, _ register: KeyRegister, _ turn: Int, _ items: inout [AuditReport.Item]) {
        var text = String.UnicodeScalarView()
        var spans: [(Int, Range<Int>)] = []
        for word in run {
            if !text.isEmpty { text.append(" ") }
            let start = text.count
            text.append(contentsOf: (word.lead + word.text + word.trail).unicodeScalars)
            spans.append((word.id, start..<text.count))
        }
        let tokens = TokenizedText(String(text)).tokens
        for match in matcher.matches(tokens) {
            let range = tokens[match.tokens.lowerBound].start..<tokens[match.tokens.upperBound - 1].end
            let severity: AuditReport.Severity = match.strength == .ambiguous ? .review : .error
            items.append(.init(
                code: match.strength == .exact ? "leak" : match.strength == .sound ? "leak-sound" : "registered-word", severity: severity,
                turn: turn, words: spans.filter { $0.1.overlaps(range) }.map(\.0), types: [register.entries[match.entry].type], rule: "register"))
        }
        for entry in matcher.numberMatches(String(text)) {
            items.append(.init(code: "leak", severity: .error, turn: turn, words: [], types: [register.entries[entry].type], rule: "register"))
        }
    }

    private static func without(_ safe: Set<String>, _ text: String) -> String {
        var out = text
        for phrase in safe.sorted(by: { ($0.count, $0) > ($1.count, $1) }) where phrase.count > 1 { out = out.replacingOccurrences(of: phrase, with: "det") }
        return out
    }

    private static func counts(_ register: KeyRegister, _ policy: Policy?) -> [AuditReport.Count] {
        var table: [EntityType: [String: Int]] = [:]
        for entry in register.entries {
            let action = entry.isUserSet ? "user" : policy?.action(for: entry.type).name ?? (entry.pattern.isEmpty ? "mask" : "code")
            table[entry.type, default: [:]][action, default: 0] += 1
        }
        return table.keys.sorted().flatMap { type in
            (table[type] ?? [:]).sorted { $0.key < $1.key }.map { .init(type: type, action: $0.key, entities: $0.value) }
        }
    }
}

/// How many of the true values still stand in the data, in any case, as text: a check for tests and for the release of files.
///
/// - Returns: indices into `trueValues`, so that a message need not repeat them.
public func leaks(of trueValues: [String], in data: Data) -> [Int] {
    let text = NameKey.fold(String(decoding: data, as: UTF8.self))
    let letters = Array(text.unicodeScalars)
    func isPart(_ i: Int) -> Bool { i >= 0 && i < letters.count && (letters[i].properties.isAlphabetic || TextToken.isDigit(letters[i])) }
    return trueValues.indices.filter { index in
        let value = Array(NameKey.fold(trueValues[index]).unicodeScalars)
        guard !value.isEmpty, value.count <= letters.count else { return false }
        for start in 0...(letters.count - value.count) where letters[start] == value[0] && Array(letters[start..<(start + value.count)]) == value {
            let end = start + value.count
            let genitive = end < letters.count && letters[end] == "s" && !isPart(end + 1)
            if !isPart(start - 1), !isPart(end) || genitive { return true }
        }
        return false
    }
}
