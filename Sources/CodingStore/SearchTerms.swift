/// What a search asks for, read once: for SQLite's index, and for the places of the words in a text.
///
/// Every word must be in the same turn; `"several words"` stand together; `word*` is its beginnings; `one|other` is either; `-word` must not
/// be there. Letters fold as ``SearchIndex/folded(_:)`` says; marks and spaces between words do not count.
public struct SearchTerms: Sendable, Hashable {
    public struct Phrase: Sendable, Hashable {
        /// Folded.
        public var words: [String]
        /// The last word is the beginning of one.
        public var isPrefix: Bool
    }

    /// Of each group, one phrase must be there.
    public private(set) var groups: [[Phrase]] = []
    public private(set) var without: [Phrase] = []

    /// Nothing that could be found: no letters or digits.
    public var isEmpty: Bool { groups.isEmpty }

    public init(_ query: String) {
        var rest = Substring(query)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
                continue
            }
            var isWithout = false
            if first == "-", let next = rest.dropFirst().first, !next.isWhitespace, next != "-" {
                isWithout = true
                rest.removeFirst()
            }
            var group: [Phrase] = []
            repeat {
                if rest.first == "|" { rest.removeFirst() }
                if let phrase = Self.phrase(&rest) { group.append(phrase) }
            } while rest.first == "|"
            if isWithout { without += group } else if !group.isEmpty { groups.append(group) }
        }
    }

    /// Words that stand together, as they come.
    public init(phrase: String) {
        let words = Self.words(of: phrase).map(\.folded)
        groups = words.isEmpty ? [] : [[Phrase(words: words, isPrefix: false)]]
    }

    private static func phrase(_ rest: inout Substring) -> Phrase? {
        var text = ""
        if rest.first == "\"" {
            rest.removeFirst()
            text = String(rest.prefix { $0 != "\"" })
            rest = rest.dropFirst(text.count).dropFirst()
            if rest.first == "*" {
                text += "*"
                rest.removeFirst()
            }
        } else {
            text = String(rest.prefix { !$0.isWhitespace && $0 != "|" && $0 != "\"" })
            rest = rest.dropFirst(text.count)
        }
        let words = Self.words(of: text).map(\.folded)
        return words.isEmpty ? nil : Phrase(words: words, isPrefix: text.hasSuffix("*"))
    }

    /// The query in FTS5's own form.
    var pattern: String {
        func written(_ phrase: Phrase) -> String { "\"" + phrase.words.joined(separator: " ") + "\"" + (phrase.isPrefix ? " *" : "") }
        let wanted = groups.map { "(" + $0.map(written).joined(separator: " OR ") + ")" }.joined(separator: " AND ")
        return without.isEmpty ? wanted : "(\(wanted)) NOT (" + without.map(written).joined(separator: " OR ") + ")"
    }

    // MARK: - in a text

    /// A text's words as the index takes them: letters and digits in a row, folded, with their code points.
    public static func words(of text: String) -> [(folded: String, range: Range<Int>)] {
        var words: [(String, Range<Int>)] = [], current = String.UnicodeScalarView(), at = 0
        func end() {
            guard !current.isEmpty else { return }
            words.append((SearchIndex.folded(String(current)), (at - current.count)..<at))
            current = .init()
        }
        for scalar in text.unicodeScalars {
            if isWordly(scalar, isInside: !current.isEmpty) { current.append(scalar) } else { end() }
            at += 1
        }
        end()
        return words
    }

    private static func isWordly(_ scalar: Unicode.Scalar, isInside: Bool) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber, .otherNumber, .privateUse:
            return true
        case .nonspacingMark: return isInside
        default: return false
        }
    }

    /// Whether a text fits, and where what was asked for stands in it: code points, in order, touching ones made one.
    public func places(in text: String) -> [Range<Int>]? {
        let words = Self.words(of: text)
        guard without.allSatisfy({ Self.places(of: $0, words).isEmpty }) else { return nil }
        var found: [Range<Int>] = []
        for group in groups {
            let here = group.flatMap { Self.places(of: $0, words) }
            if here.isEmpty { return nil }
            found += here
        }
        return Self.united(found)
    }

    private static func places(of phrase: Phrase, _ words: [(folded: String, range: Range<Int>)]) -> [Range<Int>] {
        let count = phrase.words.count
        guard words.count >= count else { return [] }
        return (0...(words.count - count)).compactMap { start in
            for k in 0..<count {
                let isLast = k == count - 1, word = words[start + k].folded
                guard isLast && phrase.isPrefix ? word.hasPrefix(phrase.words[k]) : word == phrase.words[k] else { return nil }
            }
            return words[start].range.lowerBound..<words[start + count - 1].range.upperBound
        }
    }

    /// Ranges in order, those that overlap made one.
    static func united(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var out: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = out.last, range.lowerBound < last.upperBound {
                out[out.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                out.append(range)
            }
        }
        return out
    }
}
