/// One word that a format times, before it is part of a line.
struct TimedWord {
    /// As written, with a space before it where the format glues words by leaving it out.
    var text: String
    var time: Draft.Time?
    var voice: String?
}

/// Makes lines of words that come one by one.
enum TimedWords {
    /// The words as one line.
    ///
    /// Whisper's words carry the space before them, so that `-kontoret` belongs to `NAV`; other programs' carry none.
    static func line(_ words: some Collection<TimedWord>) -> StyledLine {
        var line = StyledLine()
        let glued = words.contains { $0.text.first?.isWhitespace == true }
        for word in words {
            let clean = LineCollector.clean(word.text)
            let text = clean.drop { $0 == " " }
            guard !text.isEmpty else { continue }
            if !line.text.isEmpty, !glued || clean.first == " " { line.append(" ") }
            line.append(String(text), time: word.time)
        }
        return line
    }

    /// The words as lines of one voice each, parted at long silences.
    /// - Parameter gap: seconds of silence that part two lines.
    static func utterances(_ words: [TimedWord], gap: Double = 1) -> [StyledLine] {
        var groups: [[TimedWord]] = []
        var end: Double?
        for word in words {
            let isNear = if let end, let start = word.time?.start { start - end <= gap && start >= end - 1 } else { true }
            // Cut talk that never pauses where a sentence ends, so that no line becomes a whole interview.
            let isFull = groups.last.map { $0.count >= 40 && $0.last?.text.last.map { ".?!".contains($0) } == true || $0.count >= 400 } ?? true
            if isNear, !isFull, groups[groups.count - 1].last?.voice == word.voice {
                groups[groups.count - 1].append(word)
            } else {
                groups.append([word])
            }
            end = word.time?.end ?? end
        }
        return groups.map { group in
            var line = line(group)
            line.voice = group[0].voice
            line.start = group.lazy.compactMap(\.time?.start).first
            line.end = group.lazy.reversed().compactMap(\.time?.end).first
            return line
        }
    }

    /// A stretch of talk whose words may be known: the times go to its own text where the two agree.
    /// - Returns: the line, and whether the words are the text's; without words there is nothing to disagree.
    static func line(text: String, words: [TimedWord]) -> (line: StyledLine, agrees: Bool) {
        let own = line(words), plain = StyledLine(String(LineCollector.clean(text)))
        if letters(own) == letters(plain) { return (own, true) }
        return (plain, words.isEmpty)
    }

    private static func letters(_ line: StyledLine) -> [Character] { line.text.filter { !$0.isWhitespace } }
}
