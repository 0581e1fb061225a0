/// One line of a draft with the typography that may carry meaning, and what the file's format says of it.
struct StyledLine {
    var text: [Character] = []
    /// For each character, whether it stands out (italic, bold or underlined).
    var stands: [Bool] = []
    /// For each character, whether it is bold.
    var bold: [Bool] = []
    /// For each character, the entry of `times` that it belongs to, or -1; empty when the format times no words.
    private(set) var clock: [Int32] = []
    /// The times that the format gives single words.
    private(set) var times: [Draft.Time] = []
    /// A heading or another paragraph that is not talk.
    var isHeading = false
    /// Whether dots in brackets count seconds here.
    var countsDots = false
    /// Seconds, from the format (subtitle cues).
    var start: Double?
    var end: Double?
    /// Speaker, from the format (`<v Name>`).
    var voice: String?

    init(_ text: String = "") { append(text) }

    mutating func append(_ more: String, stands: Bool = false, bold: Bool = false, time: Draft.Time? = nil) {
        if time != nil, clock.isEmpty { clock = Array(repeating: -1, count: text.count) }
        var entry: Int32 = -1
        if let time {
            entry = Int32(times.count)
            times.append(time)
        }
        let isTimed = time != nil || !times.isEmpty
        for character in more {
            text.append(character)
            self.stands.append(stands)
            self.bold.append(bold)
            if isTimed { clock.append(entry) }
        }
    }

    /// Adds another line's characters, their flags and times.
    mutating func append(_ line: StyledLine) {
        if !line.clock.isEmpty || !clock.isEmpty {
            if clock.isEmpty { clock = Array(repeating: -1, count: text.count) }
            let shift = Int32(times.count)
            clock += line.clock.isEmpty ? Array(repeating: -1, count: line.text.count) : line.clock.map { $0 < 0 ? -1 : $0 + shift }
            times += line.times
        }
        text += line.text
        stands += line.stands
        bold += line.bold
    }

    var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

    /// The line without everything before `index` and the white space after it.
    func dropping(to index: Int) -> StyledLine {
        var start = min(index, text.count)
        while start < text.count, text[start].isWhitespace { start += 1 }
        return slice(start..<text.count)
    }

    func slice(_ range: Range<Int>) -> StyledLine {
        var line = self
        line.text = Array(text[range])
        line.stands = Array(stands[range])
        line.bold = Array(bold[range])
        if !clock.isEmpty { line.clock = Array(clock[range]) }
        return line
    }

    /// Whether every letter of it satisfies a flag; false without letters.
    func all(_ flags: KeyPath<StyledLine, [Bool]>) -> Bool {
        var any = false
        for (character, flag) in zip(text, self[keyPath: flags]) where character.isLetter {
            if !flag { return false }
            any = true
        }
        return any
    }

    /// The time of a stretch of characters: from its first timed part to its last; nil when no part is.
    func time(of range: Range<Int>) -> Draft.Time? {
        guard !clock.isEmpty else { return nil }
        var found: Draft.Time?
        var confidences: [Double] = []
        var last: Int32 = -1
        for index in range where clock[index] >= 0 && clock[index] != last {
            // A comma stuck to a word may have a time of its own: only letters and digits are said.
            guard text[index].isLetter || text[index].isNumber || found == nil else { continue }
            last = clock[index]
            let part = times[Int(last)]
            if let confidence = part.confidence { confidences.append(confidence) }
            let whole = found ?? part
            found = Draft.Time(start: whole.start, end: max(whole.end, part.end), confidence: whole.confidence)
        }
        if confidences.count > 1 { found?.confidence = confidences.reduce(0, +) / Double(confidences.count) }
        guard let found, found.end > found.start else { return nil }
        return found
    }
}
