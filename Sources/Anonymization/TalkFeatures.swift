import Bokmal

/// What the talk tagger sees of a text: the columns of `NameFeatures`, then what the rules and the name tagger found there, where in
/// its clause the word stands, and which fields of meaning stand near.
///
/// Scripts/training/talk_features.py computes the same; the two must agree bit for bit, or the weights mean nothing.
struct TalkFeatures {
    /// The order of the columns is that of ATTRIBUTES in the script; they follow those of `NameFeatures`.
    enum Column: Int, CaseIterable {
        case rule, ruleType, tag, ruleScore, sentence, clauseFirst, clauseSecond, clausePlace, clauseEnd, field, clauseFields, sentenceFields
        var index: Int { NameFeatures.columns + rawValue }
    }
    static let columns = NameFeatures.columns + Column.allCases.count

    /// [token × column], row by row; 0 where there is nothing to say.
    private(set) var values: [UInt64]
    private let tokens: [TextToken]

    /// - Parameters:
    ///   - names: `NameFeatures.values` of the tokens.
    ///   - rules: what the rules found, in order, not overlapping.
    ///   - tags: the name tagger's best reading, in order.
    init(_ tokens: [TextToken], names: [UInt64], rules: [Detection], tags: [(range: Range<Int>, tag: String)], fields: TalkFields = .shared) {
        self.tokens = tokens
        let own = NameFeatures.columns
        values = []
        values.reserveCapacity(tokens.count * Self.columns)
        let none = [UInt64](repeating: 0, count: Self.columns - own)
        for i in tokens.indices {
            values.append(contentsOf: names[(i * own)..<((i + 1) * own)])
            values.append(contentsOf: none)
        }
        for (i, (n, isFirst)) in Self.owners(tokens, rules.map { $0.start..<$0.end }).enumerated() where tokens[i].kind != .newline {
            guard n >= 0 else {
                for column in [Column.rule, .ruleType, .ruleScore] { self[i, column] = 1 }
                continue
            }
            let place = isFirst ? "B" : "I"
            self[i, .rule] = LexiconHash.text(place + rules[n].rule)
            self[i, .ruleType] = LexiconHash.text(place + rules[n].type.rawValue)
            self[i, .ruleScore] = LexiconHash.text("\(rules[n].type.rawValue)\(Int(rules[n].score * 5))")
        }
        for (i, (n, isFirst)) in Self.owners(tokens, tags.map(\.range)).enumerated() where tokens[i].kind != .newline {
            self[i, .tag] = n < 0 ? 1 : LexiconHash.text((isFirst ? "B" : "I") + tags[n].tag)
        }
        var known: [String: UInt8] = [:]
        for (i, token) in tokens.enumerated() where token.kind == .word {
            let field = known[token.lower] ?? fields.number(token.lower)
            known[token.lower] = field
            self[i, .field] = UInt64(field)
        }
        for range in NameFeatures.sequences(tokens) { clauses(range, fields) }
    }

    private subscript(token: Int, column: Column) -> UInt64 {
        get { values[token * Self.columns + column.index] }
        set { values[token * Self.columns + column.index] = newValue }
    }

    /// For each token the range of code points that it lies in, or -1, and whether it is the first token there.
    private static func owners(_ tokens: [TextToken], _ ranges: [Range<Int>]) -> [(range: Int, isFirst: Bool)] {
        var out: [(range: Int, isFirst: Bool)] = []
        out.reserveCapacity(tokens.count)
        var next = 0
        for token in tokens {
            while next < ranges.count, ranges[next].upperBound <= token.start { next += 1 }
            let isInside = next < ranges.count && ranges[next].lowerBound < token.end && token.start < ranges[next].upperBound
            out.append((isInside ? next : -1, isInside && out.last?.range != next))
        }
        return out
    }

    private static let stops: Set<String> = [".", "!", "?", "…", ";", ":"]

    /// Distances in steps that grow.
    private static func step(_ n: Int) -> UInt64 { n < 4 ? UInt64(n) : n < 6 ? 4 : n < 9 ? 5 : n < 13 ? 6 : 7 }

    /// Clauses end at every mark of punctuation, sentences at some.
    private mutating func clauses(_ range: Range<Int>, _ fields: TalkFields) {
        var sentence: UInt64 = 1, sentenceStart = range.lowerBound, inSentence: UInt64 = 0
        var i = range.lowerBound
        while i < range.upperBound {
            var end = i
            var inClause: UInt64 = 0
            while end < range.upperBound, tokens[end].kind != .punctuation {
                inClause |= fields.strong & 1 &<< self[end, .field]
                end += 1
            }
            inSentence |= inClause
            for k in i..<end {
                self[k, .sentence] = sentence
                self[k, .clauseFirst] = values[i * Self.columns + NameFeatures.Column.lower.rawValue]
                if i + 1 < end { self[k, .clauseSecond] = values[(i + 1) * Self.columns + NameFeatures.Column.lower.rawValue] }
                self[k, .clausePlace] = 1 + Self.step(k - i)
                self[k, .clauseEnd] = 1 + Self.step(end - 1 - k)
                self[k, .clauseFields] = 1 + inClause
            }
            let stops = end < range.upperBound && Self.stops.contains(tokens[end].text)
            if end < range.upperBound {
                self[end, .sentence] = sentence
                self[end, .clausePlace] = 20
            }
            if stops || end + 1 >= range.upperBound {
                for k in sentenceStart..<min(end + 1, range.upperBound) { self[k, .sentenceFields] = 1 + inSentence }
                sentence += 1
                sentenceStart = end + 1
                inSentence = 0
            }
            i = end + 1
        }
    }

    /// The hashed feature of one template for one token; 0 where it has nothing to say.
    @inline(__always)
    static func feature(
        _ template: TalkModel.Template, _ parts: [(attribute: Int, offset: Int)], _ values: UnsafeBufferPointer<UInt64>, _ i: Int, _ range: Range<Int>
    ) -> UInt64 {
        var hash = template.seed
        for p in template.parts {
            let part = parts[p]
            let j = i + part.offset
            let isWithin = j >= range.lowerBound && j < range.upperBound
            if template.staysInSentence {
                guard isWithin, values[j * columns + Column.sentence.index] == values[i * columns + Column.sentence.index] else { return 0 }
            }
            let value = isWithin ? values[j * columns + part.attribute] : NameFeatures.outside
            if value == 0 { return 0 }
            hash = NameFeatures.mix(hash &+ value)
        }
        return hash
    }
}
