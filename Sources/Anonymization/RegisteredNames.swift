import Foundation

/// Finds the names and numbers of a key register in any text, in all the ways that they are written.
public struct RegisteredNames: Sendable {
    private let matcher: RegisterMatcher
    private let entries: [KeyRegister.Entry]

    /// - Parameter detector: whose ordinary words are told from names.
    public init(_ register: KeyRegister, detector: Detector) {
        matcher = RegisterMatcher(register, ordinary: detector.words)
        entries = register.entries
    }

    /// In order. Rules are `register` for a name as it is, `register.sound` for one that sounds like it, `register.word` for an ordinary
    /// word that is also a registered name, `register.number` for a number, whose place is the whole text.
    public func find(in text: String) -> [Detection] {
        let tokens = TokenizedText(text).tokens
        var found = matcher.matches(tokens).compactMap { match -> Detection? in
            guard let first = tokens[match.tokens].first, let last = tokens[match.tokens].last else { return nil }
            let (rule, score): (String, Double) =
                switch match.strength {
                case .exact: ("register", 1)
                case .sound: ("register.sound", 0.8)
                case .ambiguous: ("register.word", 0.4)
                }
            return Detection(start: first.start, end: last.end, type: entries[match.entry].type, score: score, rule: rule)
        }
        for entry in matcher.numberMatches(text) {
            found.append(Detection(start: 0, end: text.unicodeScalars.count, type: entries[entry].type, score: 1, rule: "register.number"))
        }
        return found.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }
}
