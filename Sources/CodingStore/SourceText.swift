import Foundation
import Transcript

/// What is coded: plain text, a line a turn, with where each word and turn stands in it and in the sound.
///
/// Positions count Unicode code points from 0, end exclusive, as REFI-QDA does; lines end with LF.
public struct SourceText: Sendable, Hashable {
    public struct Word: Sendable, Hashable {
        /// `Word.id` of the transcript; the word's number in other texts.
        public var id: Int
        public var start: Int
        public var end: Int
        /// Milliseconds from the start of the recording; nil when not placed in the sound.
        public var milliseconds: Range<Int>?
    }

    public struct Turn: Sendable, Hashable {
        public var number: Int
        /// The speaker's label; empty in notes and documents.
        public var speaker: String
        /// The whole line, its end excluded.
        public var start: Int
        /// Where what was said begins, after the label.
        public var body: Int
        public var end: Int
        /// Seconds from the start of the recording.
        public var time: Range<Double>?
    }

    public private(set) var text: String
    public private(set) var words: [Word]
    public private(set) var turns: [Turn]

    /// Lays an anonymised document out for coding: Bokmål, pauses and laughter as the table writes them, no times.
    public init(_ document: Transcript, notation: NotationTable? = nil) throws {
        let table = try notation ?? NotationTable.named("helse")
        let page = TranscriptLayout(notation: table, options: LayoutOptions(view: .bokmal, times: false)).layOut(document)
        let rate = document.recording.rate
        var ranges: [Int: Range<Int>] = [:]
        for word in document.turns.lazy.flatMap(\.elements).compactMap(\.word) {
            guard let range = word.range else { continue }
            let start = max(0, Int((rate.seconds(range.start) * 1000).rounded()))
            ranges[word.id] = start..<max(start, Int((rate.seconds(range.end) * 1000).rounded()))
        }
        var text = String.UnicodeScalarView(), length = 0
        words = []
        turns = []
        func add(_ piece: String) {
            for scalar in piece.unicodeScalars {
                // A line end inside a turn would make two of it.
                text.append(Self.lineEnds.contains(scalar.value) ? " " : scalar)
                length += 1
            }
        }
        for paragraph in page.paragraphs {
            let start = length, label = paragraph.speakerLabel
            if !label.isEmpty { add(label + ": ") }
            let body = length
            for run in paragraph.runs {
                let from = length
                add(run.text)
                guard let id = run.wordID, length > from else { continue }
                if let last = words.last, last.id == id, last.end == from {
                    words[words.count - 1].end = length
                } else {
                    words.append(Word(id: id, start: from, end: length, milliseconds: ranges[id]))
                }
            }
            turns.append(
                Turn(
                    number: paragraph.turnID, speaker: label, start: start, body: body, end: length,
                    time: paragraph.range.map { rate.seconds($0.start)..<max(rate.seconds($0.start), rate.seconds($0.end)) }))
            text.append("\n")
            length += 1
        }
        self.text = String(text)
        trimWords()
    }

    /// A note or document: each line a turn without a speaker, each stretch without spaces a word.
    public init(plain: String) {
        var text = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in plain.unicodeScalars where scalar != "\u{FEFF}" {
            if scalar == "\r" { text.append("\n") } else if scalar != "\n" || previous != "\r" { text.append(scalar) }
            previous = scalar
        }
        self.init(exactly: String(text))
    }

    /// A text as it is, with no character added or taken away: positions of another program hold.
    public init(exactly text: String) {
        self.text = text
        words = []
        turns = []
        var line = 0, at = 0, word: Int?
        func endWord() {
            if let start = word { words.append(Word(id: words.count + 1, start: start, end: at)) }
            word = nil
        }
        func endLine() { turns.append(Turn(number: turns.count + 1, speaker: "", start: line, body: line, end: at)) }
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace { endWord() } else if word == nil { word = at }
            if scalar == "\n" {
                endLine()
                line = at + 1
            }
            at += 1
        }
        endWord()
        if at > line { endLine() }
        trimWords()
    }

    init(text: String, words: [Word], turns: [Turn]) {
        self.text = text
        self.words = words
        self.turns = turns
    }

    private static let lineEnds: Set<UInt32> = [0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029]

    /// A word is what is left without the spaces and marks around it; one of marks alone stays as it is.
    private mutating func trimWords() {
        let scalars = Array(text.unicodeScalars)
        for i in words.indices {
            var (start, end) = (words[i].start, words[i].end)
            while start < end, !Self.isWordly(scalars[start]) { start += 1 }
            while end > start, !Self.isWordly(scalars[end - 1]) { end -= 1 }
            if start < end { (words[i].start, words[i].end) = (start, end) }
        }
    }

    private static func isWordly(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark
            || scalar.properties.isEmojiPresentation
    }

    // MARK: - storing

    /// Five little-endian 32-bit numbers a word: id, start, end, start and end in milliseconds (-1 for none).
    var packedWords: Data {
        var data = Data(capacity: words.count * 20)
        for word in words {
            for value in [word.id, word.start, word.end, word.milliseconds?.lowerBound ?? -1, word.milliseconds?.upperBound ?? -1] {
                withUnsafeBytes(of: Int32(clamping: value).littleEndian) { data.append(contentsOf: $0) }
            }
        }
        return data
    }

    static func unpackedWords(_ data: Data) -> [Word] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 20).map { index in
                let value = { (k: Int) in Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 20 + k * 4, as: Int32.self))) }
                return Word(
                    id: value(0), start: value(1), end: value(2), milliseconds: value(3) < 0 ? nil : value(3)..<max(value(3), value(4)))
            }
        }
    }

    /// A stored version's text.
    init(text: String, packedWords: Data, turns: [TurnRecord]) {
        self.init(
            text: text, words: Self.unpackedWords(packedWords),
            turns: turns.map { turn in
                Turn(
                    number: turn.number, speaker: turn.speaker, start: turn.first, body: turn.body, end: turn.last,
                    time: turn.start.map { $0..<max($0, turn.end ?? $0) })
            })
    }

    func turnRecords(of version: Int64) -> [TurnRecord] {
        let slicer = CodePoints(text)
        return turns.map { turn in
            TurnRecord(
                versionId: version, number: turn.number, speaker: turn.speaker, start: turn.time?.lowerBound, end: turn.time?.upperBound,
                text: slicer[turn.body..<turn.end], first: turn.start, body: turn.body, last: turn.end)
        }
    }

    /// Where each word stands, by id; the first place of one that stands in several.
    var places: [Int: Range<Int>] { Dictionary(words.map { ($0.id, $0.start..<$0.end) }, uniquingKeysWith: { a, _ in a }) }

    // MARK: - asking

    /// Indices of the words that a stretch touches.
    public func words(in range: Range<Int>) -> Range<Int> {
        func first(_ isPast: (Word) -> Bool) -> Int {
            var low = 0, high = words.count
            while low < high {
                let middle = (low + high) / 2
                if isPast(words[middle]) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let from = first { $0.end > range.lowerBound }
        return from..<max(from, first { $0.start >= range.upperBound })
    }

    /// When a stretch was said, in milliseconds: from its first to its last word that has a time.
    public func milliseconds(of range: Range<Int>) -> Range<Int>? {
        let times = words[words(in: range)].compactMap(\.milliseconds)
        guard let start = times.map(\.lowerBound).min(), let end = times.map(\.upperBound).max() else { return nil }
        return start..<end
    }

    /// The words said within a time, as a stretch of the text; nil when there are none.
    public func range(ofMilliseconds time: Range<Int>) -> Range<Int>? {
        let inside = words.filter { word in
            guard let said = word.milliseconds else { return false }
            // A word belongs to the time that holds its middle.
            return time.contains((said.lowerBound + said.upperBound) / 2)
        }
        guard let start = inside.map(\.start).min(), let end = inside.map(\.end).max() else { return nil }
        return start..<end
    }

    /// The turns that a stretch touches.
    public func turns(in range: Range<Int>) -> ArraySlice<Turn> {
        guard let from = turns.firstIndex(where: { $0.end > range.lowerBound }) else { return [] }
        return turns[from...].prefix { $0.start < range.upperBound }
    }
}

/// Stretches of a text by code point, cut in time that does not grow with where they are.
public struct CodePoints: Sendable {
    private let scalars: [Unicode.Scalar]

    public init(_ text: String) { scalars = Array(text.unicodeScalars) }

    public var count: Int { scalars.count }

    /// - Parameter range: clamped to the text.
    public subscript(range: Range<Int>) -> String {
        var out = String.UnicodeScalarView()
        out.append(contentsOf: scalars[range.clamped(to: 0..<scalars.count)])
        return String(out)
    }
}
