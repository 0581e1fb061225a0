import Transcript

/// A transcript's turns as lines for a translator that knows nothing of transcripts, and its lines put back on the words.
///
/// A translator moves, joins and splits words; the words' times, ids and marks are not its business. Each of its words is laid on a
/// word as said, in order, so that what cannot be laid there cannot come in: names, numbers, masks and pieces of words stay as
/// said, casing stays, and only words of letters are taken.
public struct TurnTranslation: Sendable {
    /// What ``Normalization/rule`` says of a form that came so.
    public static let rule = "program"

    /// A turn with words, and its line.
    public struct Line: Sendable, Hashable {
        /// Index among the transcript's turns.
        public var turn: Int
        /// The words with their punctuation, single spaces between them; no line end inside.
        public var text: String
    }

    /// What is wrong with the lines that came back. It never quotes them.
    public enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case lineCount(given: Int, back: Int)
        /// 1-based.
        case lost(line: Int)
        case tooLong(line: Int)

        public var description: String {
            switch self {
            case .lineCount(let given, let back): "gave \(back) lines back for \(given); it must write one line for each, an empty one too"
            case .lost(let line): "left out most of the words of line \(line)"
            case .tooLong(let line): "made line \(line) several times as long as it was"
            }
        }
    }

    public let lines: [Line]
    private let transcript: Transcript
    private let options: NormalizerOptions

    /// - Parameter options: what the study has settled on single words goes before what a translator says; the rest is not asked.
    public init(_ transcript: Transcript, options: NormalizerOptions) {
        self.transcript = transcript
        self.options = options
        lines = transcript.turns.indices.compactMap { index in
            let words = transcript.turns[index].words
            guard !words.isEmpty else { return nil }
            let text = words.map { $0.lead + $0.text + ($0.isCutOff && !$0.text.hasSuffix("-") ? "-" : "") + $0.trail }.joined(separator: " ")
            return Line(turn: index, text: text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
    }

    /// The transcript with the translator's forms in `Word.normalized`; forms and findings of an earlier run are replaced.
    /// - Parameter translated: a line for each of ``lines``, in their order.
    /// - Throws: ``Fault``; what `progress` throws.
    public func applied(_ translated: [String], progress: (Double) throws -> Void = { _ in }) throws -> Transcript {
        guard translated.count == lines.count else { throw Fault.lineCount(given: lines.count, back: translated.count) }
        var result = transcript
        result.findings.removeAll { $0.stage == Normalizer.stage && DialectFindings.codes.contains($0.code) }
        for (number, line) in lines.enumerated() {
            try progress(Double(number) / Double(lines.count))
            guard translated[number].utf8.count <= 4 * line.text.utf8.count + 200 else { throw Fault.tooLong(line: number + 1) }
            try apply(translated[number], to: &result.turns[line.turn], number + 1)
        }
        result.findings += DialectFindings(options: options, forms: .shared).findings(in: result)
        return result
    }

    /// Words beyond which a turn that loses more than half of them was not translated.
    private static let leastWords = 6

    private func apply(_ translated: String, to turn: inout Turn, _ line: Int) throws {
        let places = turn.elements.indices.filter { turn.elements[$0].word != nil }
        let words = places.compactMap { turn.elements[$0].word }
        let own = translated.split(whereSeparator: \.isWhitespace).map(Self.bare).filter { !$0.isEmpty }
        let laid = WordLaying.lay(own.map { $0.lowercased() }, on: words.map { $0.text.lowercased() })
        var isFirst = true, lost = 0
        var forms: [(isOpen: Bool, form: Normalization?)] = []
        for (index, word) in words.enumerated() {
            forms.append(form(of: word, laid[index].map { own[$0] }, isFirst: isFirst || word.lead.contains(where: { "«\"“„".contains($0) })))
            isFirst = word.trail.contains { ".?!:…".contains($0) }
        }
        for (index, var word) in words.enumerated() {
            word.normalized = forms[index].form
            if word.normalized?.text.isEmpty == true {
                // Gone into a neighbour, unless that one would not take it.
                let neighbours = [words[..<index].indices.last { !laid[$0].isEmpty }, words.indices.dropFirst(index + 1).first { !laid[$0].isEmpty }]
                if neighbours.contains(where: { $0.map { !forms[$0].isOpen } ?? false }) { word.normalized = nil } else { lost += 1 }
            }
            turn.elements[places[index]] = .word(word)
        }
        guard words.count < Self.leastWords || 2 * lost <= words.count else { throw Fault.lost(line: line) }
    }

    /// What a word becomes, nil where it stands as said; and whether it takes what a translator says.
    private func form(of word: Word, _ own: [String], isFirst: Bool) -> (isOpen: Bool, form: Normalization?) {
        let said = word.text.lowercased(), casing = TokenShape.casing(word.text)
        func made(_ text: String, _ rule: String, _ confidence: Double) -> Normalization? {
            let text = TokenShape.recased(text, as: casing)
            return text == word.text ? nil : Normalization(text: text, rule: rule, confidence: confidence)
        }
        if let settled = options.replacements[said] { return (false, made(settled, "study", 1)) }
        let lower = own.joined(separator: " ").lowercased()
        // A capital inside a sentence is a name's: no translator writes it over.
        guard !word.isCutOff, !word.isFiller, TokenShape.isWord(word.text), casing != .mixed, casing == .lower || isFirst,
            !options.untouched.contains(where: { $0.lowercased() == said }), own.allSatisfy(Self.isPlain), !options.forbids(lower, for: word.text)
        else { return (false, nil) }
        return (true, made(lower, Self.rule, 0.5))
    }

    /// Without the punctuation around it.
    private static func bare(_ token: Substring) -> String {
        let isInner = { (character: Character) in character.isLetter || character.isNumber }
        guard let first = token.firstIndex(where: isInner), let last = token.lastIndex(where: isInner) else { return "" }
        return TokenShape.composed(String(token[first...last]))
    }

    /// Only letters, and what stands inside words: no mark or number comes in from outside.
    private static func isPlain(_ token: String) -> Bool { token.allSatisfy { $0.isLetter || "-'’".contains($0) } }
}
