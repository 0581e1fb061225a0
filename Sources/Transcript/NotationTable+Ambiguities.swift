extension NotationTable {
    /// Something that a table writes so that it cannot be read back for certain, or does not write at all.
    public struct Ambiguity: Sendable, Hashable, CustomStringConvertible {
        public enum Severity: String, Sendable, CaseIterable {
            /// Not written: it does not come back, and nothing else is mistaken for it.
            case absent
            /// Written like something else, and told apart by a rule (place, order, the words inside).
            case resolved
            /// Written like something else, and taken for that.
            case lost
        }
        public var severity: Severity
        /// What is meant: keys of the table, `pauses`, `trailing_off`, `tones.soft`.
        public var keys: [String]
        /// The sign in question; empty when there is none.
        public var sign: String
        /// What happens to it.
        public var outcome: String

        public var description: String {
            keys.joined(separator: ", ") + (sign.isEmpty ? "" : " '\(sign)'") + ": " + outcome
        }
    }

    /// What a text in this notation cannot say for certain, in a fixed order. Nothing here stops a table from being used: a study
    /// that wants its edited transcripts read back should have no ``Ambiguity/Severity/lost`` ones.
    public var ambiguities: [Ambiguity] { absent + capitals + sharedMarks + sharedTones + sharedEdges }

    private var marks: [(key: String, kind: Mark.Kind)] {
        [
            ("trailing_off", .trailingOff), ("laughter", .laughter), ("breath", .breath), ("cough", .cough), ("unclear", .unclear),
            ("overlap_start", .overlapStart), ("overlap_end", .overlapEnd), ("tone_of_voice", .toneOfVoice), ("comment", .comment),
        ]
    }

    private var absent: [Ambiguity] {
        func none(_ key: String, _ what: String) -> Ambiguity { .init(severity: .absent, keys: [key], sign: "", outcome: what) }
        var found: [Ambiguity] = []
        for (key, kind) in marks {
            let notation = notation(for: kind)
            if notation.plain.isEmpty && notation.described == nil { found.append(none(key, "not written")) }
            if notation.plain.isEmpty && notation.described != nil && kind != .comment {
                found.append(none(key, "written only when the draft or the analysis says more than that it is there"))
            }
        }
        if cutOff.isEmpty { found.append(none("cut_off", "not written")) }
        if NotationSigns.Frame(unclearWord, "word") == nil { found.append(none("unclear_word", "a doubtful word is written as any other")) }
        if emphasis.style == .none {
            found.append(none("emphasis", "not written"))
        } else if emphasis.style != .capitals, NotationSigns.Frame(emphasis.plainText, "word") == nil {
            found.append(none("emphasis.plain_text", "not seen where text has no styles"))
        }
        if tones.isEmpty { found.append(none("tones", "a tone of voice is said where it begins; where it ends is not written")) }
        if intonation.isEmpty { found.append(none("intonation", "not written")) }
        if backchannels.placement == .dropped { found.append(none("backchannels", "not written")) }
        let floor = pauses.filter { $0.label == nil && !$0.text.isEmpty }.map(\.from).min()
        if let floor, floor > 0 {
            found.append(none("pauses", "shorter ones than \(floor) \(pauses.contains { $0.unit == .beats } ? "seconds or beats" : "s") are not written"))
        } else if floor == nil {
            found.append(none("pauses", "not written"))
        }
        return found
    }

    private var capitals: [Ambiguity] {
        let loud = tones.filter(\.value.capitals).keys.sorted().map { "tones." + $0 }
        var found: [Ambiguity] = []
        let keys = (emphasis.style == .capitals ? ["emphasis"] : []) + loud
        if keys.count > 1 {
            found.append(.init(severity: .lost, keys: keys, sign: "", outcome: "both are capitals: read as \(keys[0])"))
        }
        if !keys.isEmpty {
            found.append(
                .init(
                    severity: .resolved, keys: [keys[0]], sign: "",
                    outcome: "words that are capitals anyway (NAV, I) need a backslash; a word in capitals comes back in lower case"))
        }
        return found
    }

    /// Marks that are written alike.
    private var sharedMarks: [Ambiguity] {
        var owners: [(sign: String, keys: [String])] = []
        func add(_ key: String, _ sign: String) {
            guard !sign.isEmpty else { return }
            if let place = owners.firstIndex(where: { $0.sign == sign }) {
                if !owners[place].keys.contains(key) { owners[place].keys.append(key) }
            } else {
                owners.append((sign, [key]))
            }
        }
        for item in pauses where item.text.placeholders.isEmpty { add("pauses", item.text) }
        add("untimed_pause", untimedPause.plain)
        for (key, kind) in marks { add(key, notation(for: kind).plain) }
        var found = owners.filter { $0.keys.count > 1 }.map { owner -> Ambiguity in
            let keys = owner.keys
            if keys == ["overlap_start", "overlap_end"] {
                return .init(severity: .resolved, keys: keys, sign: owner.sign, outcome: "told apart by order: the first in a turn opens, the second closes")
            }
            if keys == ["pauses", "trailing_off"] {
                return .init(
                    severity: .resolved, keys: keys, sign: owner.sign, outcome: "told apart by place: straight after a word it trails off, apart it is a pause")
            }
            if keys == ["pauses", "untimed_pause"] {
                return .init(severity: .lost, keys: keys, sign: owner.sign, outcome: "a pause of unknown length is read as one of that class")
            }
            return .init(severity: .lost, keys: keys, sign: owner.sign, outcome: "read as \(keys[0])")
        }
        // Marks with words in them that stand in the same brackets.
        let described = NotationSigns(self).described.filter { $0.kind != .unclear }
        let brackets = described.filter { item in described.contains { $0.kind != item.kind && ($0.frame == item.frame || $0.frame == nil || item.frame == nil) } }
        if brackets.count > 1 {
            let keys = brackets.map { item in item.kind == .pause ? "untimed_pause" : marks.first { $0.kind == item.kind }?.key ?? item.kind.rawValue }
            found.append(
                .init(severity: .resolved, keys: keys, sign: "", outcome: "in the same brackets: told apart by words such as ler, sukker, hoster, hvisker; else a comment"))
        }
        return found
    }

    private var sharedTones: [Ambiguity] {
        let signed = tones.filter { !$0.value.capitals }.sorted { $0.key < $1.key }
        var found: [Ambiguity] = []
        for (place, tone) in signed.enumerated() {
            let same = signed[(place + 1)...].filter { $0.value.start == tone.value.start }
            if !same.isEmpty {
                found.append(
                    .init(
                        severity: .lost, keys: ([tone] + same).map { "tones." + $0.key }, sign: tone.value.start,
                        outcome: "begin with the same sign: read as tones.\(NotationSigns(self).toneStarts.first { String($0.sign) == tone.value.start }?.label ?? tone.key)"))
            }
        }
        let ends = signed.map(\.value.end)
        if Set(ends).count < ends.count {
            found.append(
                .init(
                    severity: .resolved, keys: ["tones"], sign: "",
                    outcome: "some end with the same sign: an end closes what began last, and stretches that cross are written in parts"))
        }
        return found
    }

    /// Signs of words and stretches that are also marks of their own.
    private var sharedEdges: [Ambiguity] {
        var found: [Ambiguity] = []
        let signs = NotationSigns(self)
        let fixed = Dictionary(signs.fixed.map { (String($0.text), $0.meaning) }, uniquingKeysWith: { first, _ in first })
        for (label, sign) in signs.toneStarts where fixed[String(sign)] != nil {
            found.append(.init(severity: .resolved, keys: ["tones." + label], sign: String(sign), outcome: "straight before a word a tone, by itself a mark"))
        }
        for (key, sign) in [("overlap_start", signs.overlapStart), ("overlap_end", signs.overlapEnd)] where !sign.isEmpty {
            if let tone = signs.toneStarts.first(where: { $0.sign == sign }) ?? signs.toneEnds.first(where: { $0.value == sign }).map({ ($0.key, $0.value) }) {
                found.append(.init(severity: .lost, keys: [key, "tones." + tone.label], sign: String(sign), outcome: "read as \(key)"))
            }
        }
        for (label, sign) in signs.intonation where sign.allSatisfy({ Punctuation.closing.contains($0) }) {
            found.append(
                .init(severity: .resolved, keys: ["intonation." + label], sign: String(sign), outcome: "a sign that was typed as punctuation is read as the melody"))
        }
        if let emphasis = signs.emphasis, emphasis == signs.unclear {
            found.append(.init(severity: .lost, keys: ["emphasis.plain_text", "unclear_word"], sign: String(emphasis.before), outcome: "read as emphasis"))
        }
        return found
    }
}
