/// Reads what the whisper programs write: whisper.cpp (`-oj`, `-ojf`), openai-whisper, faster-whisper, WhisperX, aTrain
/// and transformers' pipelines. Field names are those of the programs' own writers.
struct WhisperReader {
    private var lines: [StyledLine] = []
    private var size = 0
    private var disagreeing = 0

    var notes: [Draft.Note] {
        guard disagreeing > 0 else { return [] }
        let message = "segments whose words are others than their text; their words get a share of the segment's time"
        return [.init(code: "word-times-not-matching", message: message, count: disagreeing)]
    }

    /// - Throws: ``DraftError/empty`` when nothing was said, ``DraftError/tooLarge(limit:)``.
    func finished() throws(DraftError) -> [StyledLine] {
        guard size <= Draft.textLimit else { throw .tooLarge(limit: Draft.textLimit) }
        guard lines.contains(where: { !$0.isBlank }) else { throw .empty }
        return lines
    }

    private mutating func add(_ line: StyledLine) {
        size += line.text.count
        guard !line.isBlank, size <= Draft.textLimit else { return }
        lines.append(line.dropping(to: 0))
    }

    // MARK: whisper.cpp

    /// The `transcription` of whisper.cpp: offsets in milliseconds; tokens, whose bytes may be parts of letters.
    mutating func readCpp(_ items: [JSONValue]) {
        let segments = items.map { item in
            (item: item, text: item["text"]?.string ?? "", time: Self.offsets(item), voice: Self.voice(item["speaker"]))
        }
        // `-ml 1` makes a segment of every word.
        let single = segments.count { $0.text.split(separator: " ").count <= 1 }
        if segments.count > 4, single * 10 >= segments.count * 9 {
            let words = segments.filter { !$0.text.allSatisfy(\.isWhitespace) }.map {
                var time = $0.time
                let sure = Self.tokens($0.item).compactMap(\.probability)
                if !sure.isEmpty { time?.confidence = sure.reduce(0, +) / Double(sure.count) }
                return TimedWord(text: $0.text, time: time, voice: $0.voice)
            }
            for line in TimedWords.utterances(words) { add(line) }
            return
        }
        for segment in segments {
            var (line, agrees) = Self.timed(segment.text, tokens: Self.tokens(segment.item))
            if !agrees { disagreeing += 1 }
            line.start = segment.time?.start
            line.end = segment.time?.end
            line.voice = segment.voice
            add(line)
        }
    }

    private struct Token {
        var bytes: [UInt8]
        var time: Draft.Time?
        var probability: Double?
    }

    private static func tokens(_ item: JSONValue) -> [Token] {
        (item["tokens"]?.array ?? []).compactMap { token in
            // `[_BEG_]`, `[_TT_150]`: no talk.
            guard let bytes = token["text"]?.bytes, !bytes.starts(with: Array("[_".utf8)), !bytes.starts(with: Array("<|".utf8)) else { return nil }
            let sure = token["p"]?.number
            var time = offsets(token)
            time?.confidence = sure
            return Token(bytes: bytes, time: time, probability: sure)
        }
    }

    /// The segment's text with its tokens' times, when the tokens together are the text.
    private static func timed(_ text: String, tokens: [Token]) -> (StyledLine, agrees: Bool) {
        guard let whole = String(validating: tokens.flatMap(\.bytes), as: UTF8.self),
            whole.filter({ !$0.isWhitespace }) == text.filter({ !$0.isWhitespace }), !tokens.isEmpty
        else { return (StyledLine(LineCollector.clean(text)), tokens.isEmpty) }
        var line = StyledLine()
        var owner: [Int] = []
        for (index, token) in tokens.enumerated() { owner += Array(repeating: index, count: token.bytes.count) }
        var byte = 0, current = 0, last = 0
        var pending = ""
        func flush() {
            // A letter that was cut belongs to the tokens of all its bytes.
            var time = tokens[current].time
            if let end = tokens[last].time?.end, end > time?.end ?? end { time?.end = end }
            line.append(LineCollector.clean(pending), time: time.flatMap { $0.end > $0.start ? $0 : nil })
            pending = ""
        }
        for character in whole {
            if owner[byte] != current, !pending.isEmpty { flush() }
            if pending.isEmpty { current = owner[byte] }
            pending.append(character)
            byte += character.utf8.count
            last = owner[byte - 1]
        }
        flush()
        return (line, true)
    }

    /// A time in seconds; nil for one that no recording has, whatever the file says: 1,000,000 s are eleven days.
    /// - Parameter unit: how many of the value's units make a second.
    private static func seconds(_ value: JSONValue?, unit: Double = 1) -> Double? {
        guard let number = value?.number else { return nil }
        let time = number / unit
        return abs(time) < 1e6 ? time : nil
    }

    /// `offsets` in milliseconds, else `timestamps` as `00:00:01,500`.
    private static func offsets(_ item: JSONValue) -> Draft.Time? {
        if let start = seconds(item["offsets"]?["from"], unit: 1000), let end = seconds(item["offsets"]?["to"], unit: 1000), start >= 0, end >= start {
            return Draft.Time(start: start, end: end)
        }
        guard let start = item["timestamps"]?["from"]?.string.flatMap({ TimeCode.clock(Array($0), at: 0) }),
            let end = item["timestamps"]?["to"]?.string.flatMap({ TimeCode.clock(Array($0), at: 0) })
        else { return nil }
        return Draft.Time(start: start.seconds, end: max(start.seconds, end.seconds))
    }

    // MARK: Python programs

    /// `segments` of openai-whisper, faster-whisper, WhisperX and aTrain: seconds; words with `probability` or `score`.
    mutating func read(_ items: [JSONValue]) {
        for item in items {
            let voice = Self.voice(item["speaker"]), text = item["text"]?.string ?? ""
            let words = Self.words(item["words"]?.array ?? [], voice: voice)
            var start = Self.seconds(item["start"]), end = Self.seconds(item["end"])
            if words.contains(where: { $0.voice != voice }) {
                // WhisperX labels words: the speaker may change inside a segment.
                var run: [TimedWord] = []
                func flush() {
                    var line = TimedWords.line(run)
                    line.voice = run.first?.voice
                    line.start = run.lazy.compactMap(\.time?.start).first ?? start
                    line.end = run.lazy.reversed().compactMap(\.time?.end).first ?? end
                    add(line)
                    start = line.end
                }
                for word in words {
                    if let last = run.last, last.voice != word.voice {
                        flush()
                        run = []
                    }
                    run.append(word)
                }
                flush()
                continue
            }
            var (line, agrees) = TimedWords.line(text: text.isEmpty ? words.map(\.text).joined(separator: " ") : text, words: words)
            if !agrees { disagreeing += 1 }
            if start == nil { start = words.lazy.compactMap(\.time?.start).first }
            if end == nil { end = words.lazy.reversed().compactMap(\.time?.end).first }
            line.start = start
            line.end = end.map { max($0, start ?? $0) }
            line.voice = voice
            add(line)
        }
    }

    /// WhisperX's `word_segments`, or a bare list of words.
    mutating func readWords(_ items: [JSONValue]) {
        for line in TimedWords.utterances(Self.words(items, voice: nil)) { add(line) }
    }

    /// `chunks` of transformers' pipelines: `timestamp` is a pair of seconds, of a segment or of a word.
    mutating func readChunks(_ items: [JSONValue]) {
        let words = items.map { item in
            let pair = item["timestamp"]?.array ?? []
            let start = Self.seconds(pair.first), end = Self.seconds(pair.dropFirst().first) ?? start
            let time = if let start, let end, end >= start { Draft.Time(start: start, end: end) } else { Draft.Time?.none }
            return TimedWord(text: item["text"]?.string ?? "", time: time, voice: Self.voice(item["speaker"]))
        }
        let single = words.count { $0.text.split(separator: " ").count <= 1 }
        if words.count > 4, single * 10 >= words.count * 9 {
            for line in TimedWords.utterances(words) { add(line) }
        } else {
            for word in words {
                var line = StyledLine(LineCollector.clean(word.text))
                line.start = word.time?.start
                line.end = word.time?.end
                line.voice = word.voice
                add(line)
            }
        }
    }

    private static func words(_ items: [JSONValue], voice: String?) -> [TimedWord] {
        // Words without a label are the last one's: WhisperX leaves those out that it could not align.
        var current = voice
        return items.compactMap { item in
            guard let text = (item["word"] ?? item["text"])?.string else { return nil }
            if let own = self.voice(item["speaker"]) { current = own }
            var time: Draft.Time?
            if let start = seconds(item["start"]), let end = seconds(item["end"]), start >= 0, end > start {
                let sure = (item["probability"] ?? item["score"] ?? item["confidence"])?.number
                time = Draft.Time(start: start, end: end, confidence: sure.map { min(max($0, 0), 1) })
            }
            return TimedWord(text: text, time: time, voice: current)
        }
    }

    /// A speaker's label; whisper.cpp's bare numbers get a word before them.
    private static func voice(_ value: JSONValue?) -> String? {
        let name: String
        switch value {
        case .string(let bytes): name = String(decoding: bytes, as: UTF8.self)
        case .number(let number): name = number >= 0 && number < 1000 ? String(Int(number)) : ""
        default: return nil
        }
        let label = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !label.isEmpty, label != "?", label.count <= 60 else { return nil }
        return label.allSatisfy(\.isNumber) ? "Speaker \(label)" : label
    }
}
