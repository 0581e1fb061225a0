import Bokmal

/// What the name tagger sees of a text: numbers for each token, which `NameModel`'s templates combine into hashed features.
///
/// Scripts/training/name_features.py computes the same; the two must agree bit for bit, or the weights mean nothing.
struct NameFeatures {
    /// The order of the columns is that of ATTRIBUTES in the script.
    enum Column: Int, CaseIterable {
        case text, lower, prefix1, prefix2, prefix3, prefix4, prefix5, suffix1, suffix2, suffix3, suffix4, suffix5
        case shape, listed, kinds, forms, coarse, fine, place, phrase, documentCase, documentContext
        case beforeRun, afterRun, runFirst, runLast, runPlace, quoted, suffix6, base
    }
    static let columns = Column.allCases.count
    static let outside = LexiconHash.text("outside")
    /// Tokens whose words are one document; a longer text is taken in such pieces.
    static let piece = 2000
    /// The longest run of tokens that is tagged at once.
    static let longest = 256

    let tokens: [TextToken]
    let lists: NameLists
    let clusters: (UInt64) -> (coarse: UInt64, fine: UInt64)
    /// [token × column], row by row; 0 where there is nothing to say.
    private(set) var values: [UInt64]
    /// A number for each spelling: tokens with the same one have the same values in the columns of the spelling.
    private(set) var spellings: [Int32] = []
    private var kinds: [NameKinds] = []

    /// Whether a column says what a word's spelling alone decides.
    static func isSpelling(_ column: Int) -> Bool {
        switch Column(rawValue: column) {
        case nil, .place, .phrase, .documentCase, .documentContext, .beforeRun, .afterRun, .runFirst, .runLast, .runPlace, .quoted: false
        default: true
        }
    }

    init(_ tokens: [TextToken], lists: NameLists, forms: WordForms = .shared, clusters: @escaping (UInt64) -> (coarse: UInt64, fine: UInt64)) {
        self.tokens = tokens
        self.lists = lists
        self.clusters = clusters
        values = []
        values.reserveCapacity(tokens.count * Self.columns)
        kinds.reserveCapacity(tokens.count)
        spellings.reserveCapacity(tokens.count)
        var rows: [String: (number: Int32, row: [UInt64], kinds: NameKinds)] = [:]
        for token in tokens {
            if let known = rows[token.text] {
                values.append(contentsOf: known.row)
                kinds.append(known.kinds)
                spellings.append(known.number)
                continue
            }
            let (row, found) = row(token, forms)
            spellings.append(Int32(rows.count))
            rows[token.text] = (Int32(rows.count), row, found)
            values.append(contentsOf: row)
            kinds.append(found)
        }
        for (i, token) in tokens.enumerated() {
            switch token.kind {
            case .word:
                self[i, .place] = 1 + (token.isInitial ? 1 : 0) + (token.isCapitalised ? 2 : 0) + (token.isAllCapitals ? 4 : 0)
            case .number: self[i, .place] = 17
            case .punctuation: self[i, .place] = 18
            case .newline: break
            }
        }
        markPhrases()
        for start in stride(from: 0, to: tokens.count, by: Self.piece) { markDocument(start..<min(start + Self.piece, tokens.count)) }
        for range in Self.sequences(tokens) { markRuns(range) }
    }

    subscript(token: Int, column: Column) -> UInt64 {
        get { values[token * Self.columns + column.rawValue] }
        set { values[token * Self.columns + column.rawValue] = newValue }
    }

    /// Ranges of tokens that are tagged together: the lines, long ones in pieces.
    static func sequences(_ tokens: [TextToken]) -> [Range<Int>] {
        var out: [Range<Int>] = []
        var start = 0
        for (i, token) in tokens.enumerated() {
            if token.kind == .newline {
                if i > start { out.append(start..<i) }
                start = i + 1
            } else if i - start == longest {
                out.append(start..<i)
                start = i
            }
        }
        if tokens.count > start { out.append(start..<tokens.count) }
        return out
    }

    /// The attributes of a token by itself.
    private func row(_ token: TextToken, _ forms: WordForms) -> (row: [UInt64], kinds: NameKinds) {
        var row = [UInt64](repeating: 0, count: Self.columns)
        func set(_ column: Column, _ value: UInt64) { row[column.rawValue] = value }
        guard token.kind == .word else {
            let value = token.kind == .punctuation ? token.text : token.kind == .number ? String(repeating: "0", count: min(token.end - token.start, 6)) : String(repeating: "0", count: 1)
            let hash = LexiconHash.text(value)
            for column in [Column.text, .lower, .base] { set(column, hash) }
            set(.shape, token.kind == .number ? LexiconHash.text("d") : hash)
            for column in [Column.listed, .kinds, .forms] { set(column, 1) }
            if token.kind == .number { set(.suffix4, LexiconHash.text(token.text)) }
            return (row, [])
        }
        let lower = token.lower
        let hash = LexiconHash.text(lower)
        set(.text, LexiconHash.text(token.text))
        set(.lower, hash)
        let bytes = Array(lower.utf8)
        let starts = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
        for n in 1...5 where starts.count > n {
            row[Column.prefix1.rawValue + n - 1] = LexiconHash.bytes(bytes[..<starts[n]])
            row[Column.suffix1.rawValue + n - 1] = LexiconHash.bytes(bytes[starts[starts.count - n]...])
        }
        if starts.count > 6 { set(.suffix6, LexiconHash.bytes(bytes[starts[starts.count - 6]...])) }
        set(.shape, LexiconHash.text(Self.shape(token.text)))
        var found: NameKinds = []
        if let (entry, base) = lists.lookup(lower) {
            found = entry.kinds
            let bits = UInt64(found.rawValue)
            set(.listed, 2 + (bits | UInt64(entry.ambiguity.rawValue) &<< 10 | (base != lower ? 1 &<< 12 : 0)))
            let groups: [NameKinds] = [.given, .surname, .place, .official, .organisation]
            set(.kinds, 2 + groups.enumerated().reduce(0) { $0 | (found.isDisjoint(with: $1.element) ? 0 : 1 &<< UInt64($1.offset)) })
            set(.base, LexiconHash.text(base))
        } else {
            set(.listed, 1)
            set(.kinds, 1)
            set(.base, LexiconHash.text(NameKey.withoutGenitive(lower).last ?? lower))
        }
        let attributes = forms.attributes(lower)
        let isCompound = attributes & 64 == 0 && row[Column.listed.rawValue] == 1 && forms.isCompound(lower)
        set(.forms, 2 + (UInt64(attributes) | (lists.jobTitles.contains(lower) ? 1 &<< 8 : 0) | (isCompound ? 1 &<< 9 : 0)))
        let cluster = clusters(hash)
        set(.coarse, cluster.coarse)
        set(.fine, cluster.fine)
        return (row, found)
    }

    /// Letters and digits as X, x and d, no more than two alike in a row, at most twelve.
    static func shape(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var last: (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        var count = 0
        for scalar in text.unicodeScalars where count < 12 {
            let kind: Unicode.Scalar =
                TextToken.isDigit(scalar) ? "d" : !TextToken.isLetter(scalar) ? scalar
                : scalar.properties.generalCategory == .lowercaseLetter ? "x" : "X"
            if last.0 == kind, last.1 == kind { continue }
            out.append(kind)
            last = (last.1, kind)
            count += 1
        }
        return String(out)
    }

    /// Names of several words from the lists.
    private mutating func markPhrases() {
        var i = 0
        while i < tokens.count {
            defer { i += 1 }
            guard tokens[i].kind == .word, let longest = lists.phraseStarts[tokens[i].lower], longest > 1 else { continue }
            for count in stride(from: min(longest, tokens.count - i), to: 1, by: -1) {
                let part = tokens[i..<(i + count)]
                guard part.allSatisfy({ $0.kind == .word }) else { continue }
                var forms = part.map(\.lower)
                var entry = lists.entries[forms.joined(separator: " ")]
                if entry == nil, let last = forms.last, let base = NameKey.withoutGenitive(last).last, base != last {
                    forms[count - 1] = base
                    entry = lists.entries[forms.joined(separator: " ")]
                }
                guard let entry else { continue }
                for k in 0..<count {
                    self[i + k, .phrase] = 2 + (UInt64(entry.kinds.rawValue) &<< 2 | (k == 0 ? 0 : k == count - 1 ? 2 : 1))
                }
                i += count - 1
                break
            }
        }
    }

    private static let prepositions: Set<String> = ["i", "på", "fra", "frå", "til", "ved", "mot", "over", "utenfor", "nær", "rundt"]
    private static let company: Set<String> = [
        "as", "asa", "kommune", "kommunes", "kommunen", "fylke", "universitet", "sykehus", "sjukehus", "avis",
    ]

    /// How the same word is written elsewhere in the document, and beside what.
    private mutating func markDocument(_ range: Range<Int>) {
        var counts: [UInt64: SIMD8<Int32>] = [:]
        var own = [SIMD8<Int32>](repeating: .zero, count: range.count)
        for i in range where tokens[i].kind == .word {
            let token = tokens[i]
            let before = i > range.lowerBound && tokens[i - 1].kind == .word ? i - 1 : nil
            let after = i + 1 < range.upperBound && tokens[i + 1].kind == .word ? i + 1 : nil
            var seen = SIMD8<Int32>.zero
            if token.isCapitalised { if !token.isInitial { seen[0] = 1 } } else { seen[1] = 1 }
            if let before {
                let isGiven = !kinds[before].isDisjoint(with: .given)
                if tokens[before].isCapitalised {
                    if isGiven { seen[2] = 1 } else if !tokens[before].isInitial { seen[6] = 1 }
                }
                if Self.prepositions.contains(tokens[before].lower) { seen[4] = 1 }
            }
            if let after {
                if tokens[after].isCapitalised, kinds[after].contains(.surname) { seen[3] = 1 }
                if Self.company.contains(tokens[after].lower) { seen[5] = 1 }
            }
            seen[7] = 1
            own[i - range.lowerBound] = seen
            counts[self[i, .base], default: .zero] &+= seen
        }
        for i in range where tokens[i].kind == .word {
            guard let all = counts[self[i, .base]], all[7] >= 2 else { continue }
            let others = all &- own[i - range.lowerBound]
            self[i, .documentCase] = 1 + UInt64(min(others[0], 2)) * 3 + UInt64(min(others[1], 2))
            self[i, .documentContext] = 1 + (2...6).reduce(0) { $0 | (others[$1] > 0 ? 1 &<< UInt64($1 - 2) : 0) }
        }
    }

    /// The capitalised words that stand together, with what is before and after them; and quotation marks.
    private mutating func markRuns(_ range: Range<Int>) {
        var i = range.lowerBound
        var quoted: UInt64 = 1
        while i < range.upperBound {
            if tokens[i].kind == .punctuation {
                switch tokens[i].text {
                case "\"", "“", "”": quoted = 3 - quoted
                case "«": quoted = 2
                case "»": quoted = 1
                default: break
                }
            }
            self[i, .quoted] = quoted
            guard tokens[i].kind == .word, tokens[i].isCapitalised else { i += 1; continue }
            var end = i + 1
            while end < range.upperBound, tokens[end].kind == .word, tokens[end].isCapitalised { end += 1 }
            let before = i > range.lowerBound ? self[i - 1, .lower] : Self.outside
            let after = end < range.upperBound ? self[end, .lower] : Self.outside
            let first = self[i, .lower], last = self[end - 1, .lower]
            for k in i..<end {
                self[k, .quoted] = quoted
                self[k, .beforeRun] = before
                self[k, .afterRun] = after
                self[k, .runFirst] = first
                self[k, .runLast] = last
                self[k, .runPlace] = 1 + UInt64(min(end - i, 4) * 8 + min(k - i, 3))
            }
            i = end
        }
    }

    /// `LexiconHash.mix`, here so that it is inlined: taggers spend their time in it.
    @inline(__always)
    static func mix(_ input: UInt64) -> UInt64 {
        var value = input
        value ^= value &>> 33
        value = value &* 0xFF51_AFD7_ED55_8CCD
        value ^= value &>> 33
        value = value &* 0xC4CE_B9FE_1A85_EC53
        return value ^ (value &>> 33)
    }

    /// The hashed features of one token; 0 where a template has nothing to say. `range` is the token's sequence.
    @inline(__always)
    static func feature(
        _ template: Int, _ parts: ArraySlice<(attribute: Int, offset: Int)>, _ values: UnsafeBufferPointer<UInt64>, _ i: Int, _ range: Range<Int>
    ) -> UInt64 {
        feature(seed: seed(template), parts, values, i, range)
    }

    /// Where the hash of a template's features starts.
    static func seed(_ template: Int) -> UInt64 { mix(UInt64(template + 1) &* 0x9E37_79B9_7F4A_7C15) }

    @inline(__always)
    static func feature(
        seed: UInt64, _ parts: ArraySlice<(attribute: Int, offset: Int)>, _ values: UnsafeBufferPointer<UInt64>, _ i: Int, _ range: Range<Int>
    ) -> UInt64 {
        var hash = seed
        for part in parts {
            let j = i + part.offset
            let value = j < range.lowerBound || j >= range.upperBound ? outside : values[j * columns + part.attribute]
            if value == 0 { return 0 }
            hash = mix(hash &+ value)
        }
        return hash
    }
}
