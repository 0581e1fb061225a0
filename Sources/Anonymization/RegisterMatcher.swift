import Foundation
import Transcript

/// Finds what the register holds in a text: exact, in the genitive, and written as it sounds.
struct RegisterMatcher {
    enum Strength: Int, Comparable, Sendable {
        /// A lower-case ordinary word that is also a registered name (`dag`, `liv`).
        case ambiguous, sound, exact
        static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
    }

    struct Match: Sendable {
        var entry: Int
        var tokens: Range<Int>
        var strength: Strength
    }

    private let register: KeyRegister
    private let ordinary: any OrdinaryWords
    private let lists = NameLists.shared
    /// Folded form (words joined by a space) → entry.
    private var whole: [String: Int] = [:]
    /// One word of a person's name of several → entry.
    private var part: [String: Int] = [:]
    private var sound: [String: Int] = [:]
    /// Names of one word by the first letter of their sound: what one slip of the pen can reach.
    private var near: [Character: [(form: String, sound: String, entry: Int)]] = [:]
    private var longest = 1
    private var digits: [(String, Int)] = []

    private let policy: Policy?

    /// - Parameter policy: what replaces a match (``code(for:)``, ``swept(_:_:)``); nil for the register's codes alone.
    init(_ register: KeyRegister, ordinary: any OrdinaryWords, policy: Policy? = nil) {
        self.register = register
        self.policy = policy
        self.ordinary = ordinary
        for (i, entry) in register.entries.enumerated() {
            for form in entry.forms {
                if form.count >= 5, form.allSatisfy(\.isNumber) { digits.append((form, i)) }
                let words = form.split(separator: " ").map(String.init)
                guard !words.isEmpty, form.contains(where: \.isLetter) else { continue }
                if whole[form] == nil { whole[form] = i }
                longest = max(longest, words.count)
                guard EntityKeys.named.contains(entry.type) else { continue }
                if words.count == 1, entry.type == .person || entry.type == .place || entry.type == .municipality {
                    let key = NameKey.phonetic(form)
                    if form.count >= 4, sound[key] == nil { sound[key] = i }
                    if form.count >= 6, let first = key.first { near[first, default: []].append((form, key, i)) }
                }
                if words.count > 1, entry.type == .person {
                    for word in words where word.count >= 3 && !ContextWords.particles.contains(word) {
                        if part[word] == nil { part[word] = i }
                        let key = NameKey.phonetic(word)
                        if word.count >= 4, sound[key] == nil { sound[key] = i }
                        if word.count >= 6, let first = key.first { near[first, default: []].append((word, key, i)) }
                    }
                }
            }
        }
    }

    private func isOrdinary(_ lower: String) -> Bool {
        if let entry = lists.entries[lower], entry.ambiguity == .never { return false }
        return ordinary.contains(lower) || lists.entries[lower]?.ambiguity == .common || ContextWords.functionWords.contains(lower)
    }

    func matches(_ tokens: [TextToken]) -> [Match] {
        var out: [Match] = []
        var i = 0
        while i < tokens.count {
            var found: Match?
            if tokens[i].kind == .word || tokens[i].kind == .number {
                for count in stride(from: min(longest, tokens.count - i), through: 1, by: -1) {
                    var forms = tokens[i..<(i + count)].map(\.lower)
                    guard let last = forms.popLast() else { continue }
                    for base in NameKey.withoutGenitive(last) {
                        guard let entry = whole[(forms + [base]).joined(separator: " ")] else { continue }
                        let ambiguous = count == 1 && isOrdinary(tokens[i].lower) && (!tokens[i].isCapitalised || tokens[i].isInitial)
                        found = Match(entry: entry, tokens: i..<(i + count), strength: ambiguous ? .ambiguous : .exact)
                        break
                    }
                    if found != nil { break }
                }
                if found == nil, tokens[i].kind == .word { found = single(tokens[i], i) }
            }
            if let found { out.append(found); i = found.tokens.upperBound } else { i += 1 }
        }
        return out
    }

    /// Registered names of several words that a turn's words say, as said and in Bokmål; hesitations between them do not count.
    func phrases(in turn: Turn) -> [TranscriptDetection] {
        guard longest > 1 else { return [] }
        let words = turn.words.filter { !$0.isFiller && !$0.isCutOff }
        var out: [TranscriptDetection] = []
        var taken: Set<Int> = []
        for texts in [words.map(\.bokmal), words.map(\.text)] {
            var tokens: [TextToken] = [], owners: [Int] = []
            for (w, text) in texts.enumerated() {
                let own = TokenizedText(text).tokens.filter { $0.kind != .newline }
                tokens += own
                owners += own.map { _ in w }
            }
            for match in matches(tokens) where match.tokens.count > 1 && match.strength == .exact {
                let entry = register.entries[match.entry]
                guard EntityKeys.named.contains(entry.type) || entry.type == .address else { continue }
                let ids = Set(match.tokens.map { words[owners[$0]].id })
                guard taken.isDisjoint(with: ids) else { continue }
                taken.formUnion(ids)
                let last = tokens[match.tokens.upperBound - 1].lower
                out.append(TranscriptDetection(
                    turn: turn.id, wordIDs: words.map(\.id).filter(ids.contains), type: entry.type, key: entry.key,
                    isGenitive: last.hasSuffix("s") && !entry.forms.contains { $0.hasSuffix(" " + last) }, score: 1, rule: "register"))
            }
        }
        return out
    }

    private func single(_ token: TextToken, _ i: Int) -> Match? {
        let weak = isOrdinary(token.lower) && (!token.isCapitalised || token.isInitial)
        for base in NameKey.withoutGenitive(token.lower) {
            if let entry = part[base] { return Match(entry: entry, tokens: i..<(i + 1), strength: weak ? .ambiguous : .exact) }
        }
        guard !ordinary.contains(token.lower), !isOrdinary(token.lower) else { return nil }
        for base in NameKey.withoutGenitive(token.lower) where base.count >= 4 {
            if let entry = sound[NameKey.phonetic(base)] { return Match(entry: entry, tokens: i..<(i + 1), strength: .sound) }
        }
        // A registered name inside a hyphenated word.
        let pieces = token.lower.split(separator: "-").map(String.init)
        if pieces.count > 1 {
            for piece in pieces {
                if let entry = whole[piece] ?? part[piece], !isOrdinary(piece) { return Match(entry: entry, tokens: i..<(i + 1), strength: .exact) }
            }
        }
        return compound(token.lower, i) ?? slip(token.lower, i)
    }

    /// A registered name in front of an ordinary word: "bodøsykehuset", "tromsøfolk".
    private func compound(_ lower: String, _ i: Int) -> Match? {
        guard lower.count >= 7, lists.entries[lower] == nil else { return nil }
        let letters = Array(lower)
        for cut in stride(from: letters.count - 3, through: 4, by: -1) {
            let head = String(letters[..<cut])
            guard let entry = whole[head] ?? (head.hasSuffix("s") ? whole[String(head.dropLast())] : nil), !isOrdinary(head),
                EntityKeys.named.contains(register.entries[entry].type) else { continue }
            let tail = String(letters[cut...])
            if ordinary.contains(tail) || ["ing", "inger", "ingen", "væring", "væringer", "væringen"].contains(tail) {
                return Match(entry: entry, tokens: i..<(i + 1), strength: .sound)
            }
        }
        return nil
    }

    /// One letter too many, too few or another, in a longer word that is nobody else's name.
    private func slip(_ lower: String, _ i: Int) -> Match? {
        guard lower.count >= 6, !lists.isKnownGivenName(lower) else { return nil }
        for base in NameKey.withoutGenitive(lower) where base.count >= 6 && lists.entries[base] == nil {
            let key = NameKey.phonetic(base)
            guard let first = key.first else { continue }
            if let hit = near[first]?.first(where: { NameKey.distance($0.sound, key, limit: 1) <= 1 }) {
                return Match(entry: hit.entry, tokens: i..<(i + 1), strength: .sound)
            }
        }
        return nil
    }

    /// Registered numbers that stand in a text, however they are grouped.
    func numberMatches(_ text: String) -> [Int] {
        guard !digits.isEmpty else { return [] }
        let compact = String(text.unicodeScalars.filter(TextToken.isDigit).map(Character.init))
        guard compact.count >= 5 else { return [] }
        return digits.filter { compact.contains($0.0) }.map(\.1)
    }

    /// The code for a word that is a registered name and was not detected where it stands; nil for ordinary words.
    /// - Parameter exactly: leave out what only sounds like a name.
    func code(for text: String, exactly: Bool = false) -> String? {
        let tokens = TokenizedText(text).tokens
        guard tokens.count == 1, tokens[0].kind == .word, let match = matches(tokens).first, match.strength != .ambiguous,
            !exactly || match.strength == .exact
        else { return nil }
        let code = replacement(match.entry, text)
        return NameKey.fold(code) == tokens[0].lower ? nil : code
    }

    private func replacement(_ index: Int, _ original: String) -> String {
        let entry = register.entries[index]
        return policy?.text(for: entry.type, entry: entry, original: original, lists: lists) ?? entry.code
    }

    /// A free text with every registered name replaced.
    func swept(_ text: String, _ always: Bool) -> String {
        let tokenized = TokenizedText(text)
        let found = matches(tokenized.tokens).filter { $0.strength != .ambiguous || always && $0.strength == .exact }
        guard !found.isEmpty else { return text }
        var out = ""
        var position = 0
        for match in found {
            let start = tokenized.tokens[match.tokens.lowerBound].start, end = tokenized.tokens[match.tokens.upperBound - 1].end
            let entry = register.entries[match.entry]
            out += tokenized.string(position, start)
            let original = tokenized.string(start, end), code = replacement(match.entry, original)
            out += entry.forms.contains(NameKey.fold(code)) ? original : code
            position = end
        }
        return out + tokenized.string(position, tokenized.scalars.count)
    }
}
