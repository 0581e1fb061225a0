/// Makes turns of a draft's lines: takes time codes and speaker labels off, leaves the talk.
struct DraftBuilder {
    let lines: [StyledLine]
    let format: Draft.Format
    private var notes: [Draft.Note]
    private var table: TableHeader?

    private init(lines: [StyledLine], format: Draft.Format, notes: [Draft.Note]) {
        self.lines = lines
        self.format = format
        self.notes = notes
    }

    /// A line taken apart.
    private struct Parsed {
        var line: StyledLine
        var start: Double?
        var end: Double?
        var candidate: LabelCandidate?
        var label: String?
        var hadTime: Bool
    }

    static func draft(lines: [StyledLine], format: Draft.Format, encoding: TextEncoding?, notes: [Draft.Note] = []) throws(DraftError) -> Draft {
        var builder = DraftBuilder(lines: lines, format: format, notes: notes)
        return try builder.draft(encoding: encoding)
    }

    private mutating func draft(encoding: TextEncoding?) throws(DraftError) -> Draft {
        var preamble: [String] = []
        var parsed: [Parsed] = []
        var headings = 0
        let countsDots = format == .noScribe || lines.contains(where: Self.countsDots)
        for var line in lines where !line.isBlank {
            line.countsDots = countsDots
            if !format.hasCues, table == nil, let header = TableHeader(line) {
                table = header
                continue
            }
            if line.isHeading || parsed.isEmpty && headings == 0 && String(line.text.prefix(18)) == "Transcription for " {
                headings += 1
                preamble.append(String(line.text))
            } else {
                parsed.append(parse(line))
            }
        }
        if headings > 0 { note("headings-left-out", "headings and document details are not part of the talk", headings) }
        acceptLabels(&parsed)
        let pieces = format.hasCues ? cues(parsed) : turns(parsed, preamble: &preamble)
        guard pieces.contains(where: { !$0.elements.isEmpty }) || pieces.contains(where: { $0.label != nil }) else { throw .empty }
        let unlabelled = pieces.count { $0.label == nil }
        if unlabelled > 0 { note("turns-without-speaker", "turns without a speaker label; give them one, or run speaker recognition", unlabelled) }
        return Draft(format: format, encoding: encoding, pieces: pieces, preamble: preamble, notes: notes)
    }

    /// `(..)` and `(....)` are written only where a dot is a second, as noScribe does.
    private static func countsDots(_ line: StyledLine) -> Bool {
        var index = line.text.startIndex
        while let open = line.text[index...].firstIndex(of: "(") {
            index = open + 1
            let dots = line.text[index...].prefix(10).prefix { $0 == "." }.count
            if dots == 2 || dots > 3, index + dots < line.text.count, line.text[index + dots] == ")" { return true }
        }
        return false
    }

    private mutating func note(_ code: String, _ message: String, _ count: Int) {
        notes.append(.init(code: code, message: message, count: count))
    }

    // MARK: One line

    private func parse(_ original: StyledLine) -> Parsed {
        if let columns = table?.columns(of: original) {
            let label = columns.speaker.map { String($0.text).split(whereSeparator: \.isWhitespace).joined(separator: " ") } ?? ""
            return Parsed(line: columns.talk, start: columns.start, end: columns.end, label: label.isEmpty ? nil : label, hadTime: columns.start != nil)
        }
        var line = original.dropping(to: 0)
        var start = line.start, end = line.end
        var hadTime = false
        func takeTime() {
            guard let found = TimeCode.bracketed(line.text, at: 0, strict: false) ?? TimeCode.bare(line.text) else { return }
            start = found.start
            end = found.end ?? end
            hadTime = true
            line = line.dropping(to: found.next)
            if let first = line.text.first, "-–:".contains(first), line.text.count > 1, line.text[1].isWhitespace { line = line.dropping(to: 1) }
        }
        if let numbered = withoutNumber(line) { line = numbered }
        takeTime()
        // NVivo's table: span, talk, speaker.
        if hadTime, end != nil, let tab = line.text.lastIndex(of: "\t"), tab + 1 < line.text.count, line.text.count - tab <= 41 {
            let label = String(line.text[(tab + 1)...]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let talk = line.slice(0..<tab)
            return Parsed(line: talk, start: start, end: end, label: label.isEmpty ? nil : label, hadTime: true)
        }
        var candidate = line.voice == nil ? SpeakerLabel.candidate(in: line) : nil
        if let time = candidate?.time {
            start = time.start
            end = time.end ?? end
            hadTime = true
        }
        if let next = candidate?.next, next < line.text.count, let found = TimeCode.bracketed(line.text, at: next, strict: false) {
            // `Informant: [00:01:02] - …`
            start = found.start
            end = found.end ?? end
            hadTime = true
            var after = found.next
            while after < line.text.count, line.text[after].isWhitespace || "-–".contains(line.text[after]) { after += 1 }
            candidate?.next = after
        }
        if let own = original.start {
            // The format's own times are finer than what stands in the text.
            start = own
            end = original.end
        }
        return Parsed(line: line, start: start, end: end, candidate: candidate, label: line.voice, hadTime: hadTime)
    }

    /// The line without a line or turn number before a time code or a sure label; nil when there is none.
    private func withoutNumber(_ line: StyledLine) -> StyledLine? {
        let digits = line.text.prefix { $0.isASCII && $0.isNumber }.count
        guard (1...5).contains(digits), digits < line.text.count else { return nil }
        var next = digits
        if ".)".contains(line.text[next]) { next += 1 }
        guard next < line.text.count, line.text[next].isWhitespace else { return nil }
        let rest = line.dropping(to: next)
        if TimeCode.bracketed(rest.text, at: 0, strict: true) != nil { return rest }
        guard let candidate = SpeakerLabel.candidate(in: rest), candidate.strength == .strong, !candidate.lacksColon else { return nil }
        return rest
    }

    // MARK: Labels

    /// Decides which candidates are speakers.
    private mutating func acceptLabels(_ parsed: inout [Parsed]) {
        var counts: [String: Int] = [:], withTalk: [String: Int] = [:]
        for item in parsed {
            guard let candidate = item.candidate else { continue }
            counts[candidate.key, default: 0] += 1
            if !candidate.lacksColon { withTalk[candidate.key, default: 0] += 1 }
        }
        let recurring = parsed.count {
            $0.candidate.map { !$0.lacksColon && ($0.strength == .strong || withTalk[$0.key, default: 0] > 1) } ?? false
        }
        let isLabelled = parsed.count > 2 && recurring * 5 >= parsed.count * 4
        for index in parsed.indices {
            guard let candidate = parsed[index].candidate else { continue }
            let count = counts[candidate.key, default: 0]
            let isLone = candidate.next >= parsed[index].line.text.count
            let accepted: Bool
            if candidate.lacksColon {
                // Without a colon only a pattern over the document makes a label: a role or a bold or coded name, again and again.
                let shaped = candidate.strength == .strong && candidate.label.count > 1 || candidate.isBold || !isLone
                let hasTime = candidate.time != nil || parsed[index].hadTime
                let again = count > 1 && (shaped || isLone && candidate.time != nil)
                let isNew = withTalk[candidate.key, default: 0] == 0 || candidate.strength == .strong
                accepted = again && isNew || candidate.isMachineMade
                    || candidate.strength == .strong && (candidate.time != nil || hasTime && isLone)
            } else if candidate.strength == .strong {
                accepted = true
            } else {
                accepted = count > 1 || candidate.isBold || parsed[index].hadTime || isLabelled
            }
            if accepted {
                parsed[index].label = candidate.label
                parsed[index].line = parsed[index].line.dropping(to: candidate.next)
            }
        }
        if parsed.allSatisfy({ $0.label == nil }) { labelByStyle(&parsed) }
    }

    /// Interviews where the questions are in bold or italics and nobody is named.
    private mutating func labelByStyle(_ parsed: inout [Parsed]) {
        let styled = parsed.count { $0.line.all(\.stands) }
        guard parsed.count >= 4, styled >= 2, styled * 10 >= parsed.count, styled * 10 <= parsed.count * 9 else { return }
        for index in parsed.indices { parsed[index].label = parsed[index].line.all(\.stands) ? "Intervjuer" : "Informant" }
        note("speakers-from-style", "no speaker labels; paragraphs in bold or italics are taken for the interviewer's", styled)
    }

    // MARK: Turns

    private mutating func turns(_ parsed: [Parsed], preamble: inout [String]) -> [Draft.Piece] {
        let hasLabels = parsed.contains { $0.label != nil }
        var pieces: [Draft.Piece] = []
        var label: String?
        var outside = 0
        for item in parsed {
            if item.label == nil, label == nil, hasLabels {
                outside += 1
                preamble.append(String(item.line.text))
                continue
            }
            let starts = item.label != nil || !hasLabels || item.hadTime && pieces.last?.elements.isEmpty == false
            label = item.label ?? label
            if starts { pieces.append(Draft.Piece(label: label, start: item.start, end: item.end)) }
            guard let last = pieces.indices.last else { continue }
            if !starts, item.hadTime, pieces[last].start == nil {
                pieces[last].start = item.start
                pieces[last].end = item.end
            }
            add(item.line, to: &pieces)
        }
        if outside > 0 { note("lines-before-first-speaker", "lines before the first speaker label are not part of the talk", outside) }
        return pieces
    }

    /// Adds a line's talk to the last piece; a time code inside it begins a new piece of the same speaker, one at its
    /// end closes the piece.
    private func add(_ line: StyledLine, to pieces: inout [Draft.Piece]) {
        let text = line.text
        var from = 0, cursor = 0
        while cursor < text.count {
            guard let found = TimeCode.bracketed(text, at: cursor, strict: true) else {
                cursor += 1
                continue
            }
            append(line.slice(from..<cursor), to: &pieces)
            from = found.next
            // `[00:00:03] - …`
            var after = from
            while after < text.count, text[after] == " " { after += 1 }
            if after > from, after + 1 < text.count, "-–".contains(text[after]), text[after + 1] == " " { from = after + 1 }
            cursor = from
            let last = pieces.count - 1
            let next = text[from...].firstIndex { $0.isLetter || $0.isNumber }
            if next == nil {
                if pieces[last].end == nil, found.start >= pieces[last].start ?? 0 { pieces[last].end = found.start }
            } else if pieces[last].elements.isEmpty {
                pieces[last].start = pieces[last].start ?? found.start
            } else {
                pieces.append(Draft.Piece(label: pieces[last].label, start: found.start, end: found.end))
            }
        }
        append(line.slice(from..<text.count), to: &pieces)
    }

    private func append(_ line: StyledLine, to pieces: inout [Draft.Piece]) {
        guard !line.isBlank, let last = pieces.indices.last else { return }
        // A draft that ends its paragraphs with a time code (f4, ATLAS.ti) says by it where the next begins.
        if pieces[last].start == nil, pieces[last].elements.isEmpty, last > 0, let end = pieces[last - 1].end { pieces[last].start = end }
        pieces[last].elements += Tokens.elements(of: line)
    }

    /// Cues of one voice that follow each other closely are one turn.
    private func cues(_ parsed: [Parsed]) -> [Draft.Piece] {
        var pieces: [Draft.Piece] = []
        let hasLabels = parsed.contains { $0.label != nil }
        for item in parsed {
            let (elements, exact) = Tokens.timed(item.line)
            guard !elements.isEmpty else { continue }
            var times: [Draft.Time?] = []
            if let start = item.start, let end = item.end, end > start {
                times = CueTimes.spread(elements, exact: exact, start: start, end: end)
            } else if exact.contains(where: { $0 != nil }) {
                times = exact
            }
            if hasLabels, let last = pieces.last, last.label == item.label, let start = item.start, let end = last.end,
                start >= end - 0.001, start - end <= 2
            {
                pieces[pieces.count - 1].append(elements, times: times)
                pieces[pieces.count - 1].end = item.end ?? last.end
            } else if item.start == nil, item.label == nil, pieces.last?.label != nil {
                // Typed in between by whoever corrected the file.
                pieces[pieces.count - 1].append(elements, times: [])
            } else {
                pieces.append(Draft.Piece(label: item.label, start: item.start, end: item.end, elements: elements, times: times))
            }
        }
        return pieces
    }
}
