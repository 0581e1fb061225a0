import Anonymization
import Bokmal
import Foundation
import Pipeline
import Transcript

/// What may be chosen of the Bokmål layer, as settings and command lines spell it.
public struct BokmalChoices: Sendable {
    public static let styles = NormalizerOptions.Style.allCases.map(\.rawValue)
    public static let feminines = NormalizerOptions.Feminine.allCases.map(\.rawValue)
    public static let pasts = NormalizerOptions.Past.allCases.map(\.rawValue)
    public static let plurals = NormalizerOptions.Plural.allCases.map(\.rawValue)
    public static let variantSets = NormalizerOptions.Variants.allCases.map(\.rawValue)
    /// What puts Nynorsk into Bokmål.
    public static let engines = NynorskEngine.allCases.map(\.rawValue)
    public static let sources = SourceVariety.allCases.map(\.rawValue)

    /// One of ``sources``.
    public var from = "auto"
    /// One of ``engines``.
    public var nynorsk = "auto"
    public var style = "moderate"
    public var feminine = "as-said", past = "as-said", plural = "as-said", variants = "as-said"
    public var keep: [String] = []
    /// Each `said=written`.
    public var replace: [String] = []
    /// A table of the study's words; nil for none.
    public var words: String?

    public init() {}

    /// As a pipeline's stage has them; without its table of words, whose place the settings do not tell.
    init(_ settings: Settings) {
        from = settings.text("from")
        nynorsk = settings.text("nynorsk")
        style = settings.text("style")
        feminine = settings.text("feminine")
        past = settings.text("past")
        plural = settings.text("plural")
        variants = settings.text("variants")
        keep = settings.list("keep")
        replace = settings.list("replace")
    }

    /// - Throws: ``StageFault`` for a choice that does not exist.
    func options() throws -> NormalizerOptions {
        func choice<Choice: RawRepresentable & CaseIterable>(_ value: String, _ name: String) throws -> Choice where Choice.RawValue == String {
            guard let found = Choice(rawValue: value) else {
                throw StageFault("'\(value)' is no choice for \(name); allowed: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return found
        }
        var options = NormalizerOptions(style: try choice(style, "style"))
        options.feminine = try choice(feminine, "feminine")
        options.past = try choice(past, "past")
        options.plural = try choice(plural, "plural")
        options.variants = try choice(variants, "variants")
        for (index, word) in keep.enumerated() {
            try Self.check(word + "\t=", "keep", index)
            options.untouched.insert(word.lowercased())
        }
        for (index, pair) in replace.enumerated() {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { throw StageFault("replace, number \(index + 1): write it as 'said=written'") }
            try Self.check(parts[0] + "\t" + parts[1], "replace", index)
            options.replacements[parts[0].lowercased()] = parts[1]
        }
        return options
    }

    /// The same is wrong on a command line as in a study's table; the message does not quote it.
    private static func check(_ line: String, _ option: String, _ index: Int) throws {
        guard !line.contains(where: \.isNewline), line.count(where: { $0 == "\t" }) == 1 else {
            throw StageFault("\(option), number \(index + 1): a word or a form cannot hold a tab or a line end")
        }
        do { _ = try StudyWords(parsing: line) } catch let error as StudyWords.LineError {
            throw StageFault("\(option), number \(index + 1): \(error.message)")
        }
    }

    func normalizer() throws -> Normalizer {
        let options = try options()
        guard let words else { return Normalizer(options) }
        return Normalizer(try StudyWordsFile.parse(TextFile.read(words), file: TextFile.name(words)).applied(to: options))
    }

    /// `said=written`; the message does not quote it.
    static func pair(_ text: String) throws -> (said: String, written: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw StageFault("write each as 'said=written'") }
        return (parts[0], parts[1])
    }

    /// What a whole transcript is said to be written in; nil to find out.
    static func variety(_ from: String) -> TurnVariety? {
        switch from {
        case "dialect": .writtenDialect
        case "phonetic": .phonetic
        case "nynorsk": .nynorsk
        case "bokmaal": .bokmal
        default: nil
        }
    }
}

/// What the command `bokmal` does.
public struct BokmalTool: Sendable {
    /// How a word and its Bokmål form are shown.
    public enum Detail: Sendable { case text, explained, json }

    private let choices: BokmalChoices
    private var normalizer: Normalizer
    private let detail: Detail

    /// - Throws: ``StageFault``, ``DefinitionError`` for choices that cannot be.
    public init(_ choices: BokmalChoices, detail: Detail = .text) throws {
        self.choices = choices
        self.detail = detail
        normalizer = try choices.normalizer()
    }

    /// Asks Apertium about all that is Nynorsk in the lines, when the choice is for it and there is any.
    /// - Parameter warn: told when Apertium is there and does not work; quotes no text.
    /// - Throws: ``StageFault`` when Apertium is chosen and missing or failing.
    public mutating func consult(lines: [String], tokens: Bool, warn: (String) -> Void) async throws {
        let tool = self
        try await consult(warn) { normalizer in
            let taker = BokmalTool(tool, normalizer)
            _ = tokens ? taker.tokens(lines) : taker.text(lines)
        }
    }

    /// The same for a raw transcript.
    public mutating func consult(transcript data: Data, warn: (String) -> Void) async throws {
        let transcript = try Self.raw(data), variety = BokmalChoices.variety(choices.from)
        try await consult(warn) { _ = try $0.normalize(transcript: transcript, variety: variety) }
    }

    private mutating func consult(_ warn: (String) -> Void, _ run: (Normalizer) throws -> Void) async throws {
        let engine = NynorskEngine(rawValue: choices.nynorsk) ?? .auto
        normalizer.proposals = try await engine.proposals(for: normalizer, using: engine.translator(), warn: warn, in: run)
    }

    private init(_ other: BokmalTool, _ normalizer: Normalizer) {
        choices = other.choices
        detail = other.detail
        self.normalizer = normalizer
    }

    private var source: SourceVariety { SourceVariety(rawValue: choices.from) ?? .auto }

    /// Words, one a line in, one a line out. As JSON, blank lines go and each object says its line, from 1.
    public func tokens(_ lines: [String]) -> [String] {
        switch detail {
        case .text: normalizer.normalizeTokenStream(lines, from: source)
        case .explained: normalizer.explainTokenStream(lines, from: source).map { $0.map(Self.columns) ?? "" }
        case .json:
            normalizer.explainTokenStream(lines, from: source).enumerated().compactMap { index, token in
                token.map { Self.json(ExplainedWord($0, line: index + 1)) }
            }
        }
    }

    /// Running text: each line is an utterance; spaces and punctuation stay where they are. Explained, a word a line and a blank
    /// line after each utterance.
    public func text(_ lines: [String]) -> [String] {
        // One stream for all lines: the neighbours help to tell what a line is written in.
        let pieces = lines.map(Self.split), streams = pieces.map(Self.stream)
        var explained = normalizer.explainTokenStream(streams.flatMap { $0.map(\.text) + [""] }, from: source)[...]
        return pieces.indices.flatMap { number -> [String] in
            let stream = streams[number]
            let tokens = zip(stream, explained).compactMap { $0.isWord ? $1 : nil }
            explained = explained.dropFirst(stream.count + 1)
            switch detail {
            case .text:
                var words = tokens.makeIterator()
                return [pieces[number].map { $0.isWord ? words.next()?.text ?? $0.text : $0.text }.joined()]
            case .explained: return tokens.map(Self.columns) + [""]
            case .json: return tokens.map { Self.json(ExplainedWord($0, line: number + 1)) }
            }
        }
    }

    /// What each utterance is written in, one line each: variety, confidence and, where it mixes several, its stretches as
    /// token ranges (`0-6:bokmal 7-12:writtenDialect`, from 0, ends included).
    public func varieties(_ lines: [String], tokens: Bool) -> [String] {
        let stream = tokens ? lines : lines.flatMap { Self.stream(Self.split($0)).map(\.text) + [""] }
        return normalizer.classifyTokenStream(stream, from: source).map { found in
            let stretches = found.stretches.count < 2 ? [] : found.stretches.map {
                "\($0.tokens.lowerBound)-\($0.tokens.upperBound - 1):\($0.variety.rawValue)"
            }
            return ([found.variety.rawValue, Decimal3.text(found.confidence, places: 2)] + [stretches.joined(separator: " ")])
                .filter { !$0.isEmpty }.joined(separator: "\t")
        }
    }

    /// Words and marks of a line as tokens: marks go along, for where a sentence or a quotation begins, a capital tells nothing.
    private static func stream(_ pieces: [(text: String, isWord: Bool)]) -> [(text: String, isWord: Bool)] {
        pieces.flatMap { piece in
            piece.isWord ? [(text: piece.text, isWord: true)]
                : piece.text.filter { !$0.isWhitespace }.map { (text: String($0), isWord: false) }
        }
    }

    private static func split(_ line: String) -> [(text: String, isWord: Bool)] {
        var pieces: [(text: String, isWord: Bool)] = []
        for character in line {
            let isWord = character.isLetter || character.isNumber || character == "-" || character == "'"
            if let last = pieces.last, last.isWord == isWord {
                pieces[pieces.count - 1].text.append(character)
            } else {
                pieces.append((String(character), isWord))
            }
        }
        return pieces
    }

    /// A raw transcript with Bokmål forms set, or, explained, its words one a line.
    /// - Throws: ``StageFault`` for a sealed transcript, whose words as said are gone.
    public func transcript(_ data: Data) throws -> String {
        let transcript = try Self.raw(data)
        var tokens: [Int: NormalizedToken] = [:]
        let result = try normalizer.normalize(
            transcript: transcript, variety: BokmalChoices.variety(choices.from), explain: { tokens[$0] = $1 })
        guard detail != .text else { return String(decoding: try result.encoded(), as: UTF8.self) }
        var lines: [String] = []
        for turn in result.turns {
            for word in turn.words {
                // What stands is the word's own form, also of a filler, which the layer leaves alone.
                var token = tokens[word.id] ?? NormalizedToken(original: word.text, text: word.text, rule: "kept", confidence: 1)
                token.original = word.text
                token.text = word.bokmal
                if word.normalized == nil, !["left", "veto"].contains(token.rule) { token.rule = "kept" }
                switch detail {
                case .json: lines.append(Self.json(ExplainedWord(token, turn: turn.id, word: word.id)))
                default: lines.append(Self.columns(token) + "\t\(turn.id)\t\(word.id)")
                }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A transcript without its Bokmål layer.
    public static func undone(_ data: Data) throws -> String { String(decoding: try raw(data).asSaid.encoded(), as: UTF8.self) }

    /// Whether the bytes are meant as a transcript of Ordrett's, sealed or not, and be it cut off: then they are no running text.
    public static func isTranscript(_ data: Data) -> Bool {
        let begin = data.lazy.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(2)
        return begin.elementsEqual("{\"".utf8)
    }

    private static func raw(_ data: Data) throws -> Transcript {
        guard case .raw(let transcript) = try GivenTranscript(data) else {
            throw StageFault("an anonymised transcript holds the words in Bokmål alone; give the raw one")
        }
        return transcript
    }

    // MARK: Words

    /// Written, said, rule, confidence and variety, with tabs between.
    private static func columns(_ token: NormalizedToken) -> String {
        [token.text, token.original, token.rule, Decimal3.text(token.confidence, places: 2), token.variety?.rawValue ?? "-"]
            .joined(separator: "\t")
    }

    private struct ExplainedWord: Encodable {
        var said: String, written: String, rule: String, confidence: Double, variety: TurnVariety?
        var line: Int?, turn: Int?, word: Int?

        init(_ token: NormalizedToken, line: Int? = nil, turn: Int? = nil, word: Int? = nil) {
            said = token.original
            written = token.text
            rule = token.rule
            confidence = (token.confidence * 1000).rounded() / 1000
            variety = token.variety
            self.line = line
            self.turn = turn
            self.word = word
        }
    }

    private static func json<Value: Encodable>(_ value: Value) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
