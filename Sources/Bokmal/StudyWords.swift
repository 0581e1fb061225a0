import Foundation

/// What a researcher has decided on single words, for a whole study: a table that is edited by hand or by command.
///
/// One decision a line: the word as said, a tab, what to write, and, after another tab, any remark. `=` leaves the word
/// alone, `!form` rules out one form of it (the next best is written, else the word as said), anything else is written
/// instead of it. Casing does not count. Empty lines and lines that begin with `#` are the researcher's own.
public struct StudyWords: Sendable, Hashable {
    public enum Decision: Sendable, Hashable {
        case never
        case veto(String)
        case write(String)
    }

    /// The name of a study's table.
    public static let fileName = "bokmal-ord.tsv"

    /// Decisions by word, lower case; of one word either a single `never` or `write`, beside any number of vetoes.
    public private(set) var decisions: [String: [Decision]] = [:]

    public init() {}

    /// What is wrong with a line. It never quotes the line.
    public struct LineError: Error, Sendable, Hashable, CustomStringConvertible {
        /// From 1.
        public var line: Int
        public var message: String
        public var description: String { "line \(line): \(message)" }
    }

    /// - Throws: ``LineError``.
    public init(parsing text: String) throws {
        var places: [String: Int] = [:]
        for (number, line) in Self.lines(text) {
            guard let (said, decision) = try Self.read(line, number) else { continue }
            let known = decisions[said] ?? []
            if known.contains(decision) { continue }
            if known.contains(where: { Self.clash($0, decision) }) {
                throw LineError(line: number, message: "says otherwise of the word on line \(places[said] ?? 0); take one of the two lines away")
            }
            decisions[said, default: []].append(decision)
            if places[said] == nil { places[said] = number }
        }
    }

    /// The choices with these decisions added; where both speak of a word, the table's are the later.
    public func applied(to options: NormalizerOptions) -> NormalizerOptions {
        var options = options
        for (said, own) in decisions {
            for decision in own {
                switch decision {
                case .never:
                    options.untouched.insert(said)
                    options.replacements[said] = nil
                case .write(let text):
                    options.untouched = options.untouched.filter { $0.lowercased() != said }
                    options.replacements[said] = text
                case .veto(let text): options.vetoed[said, default: []].insert(text.lowercased())
                }
            }
        }
        return options
    }

    /// One spelling for one set of decisions, whatever their order and the remarks: what a run is known by.
    public var canonical: String {
        decisions.keys.sorted().flatMap { said in
            (decisions[said] ?? []).map { said + "\t" + Self.written($0) }.sorted()
        }.joined(separator: "\n")
    }

    // MARK: Editing

    /// The table's text with a decision added. Lines that say otherwise of the word go; all else stays as it is.
    /// - Throws: ``LineError`` for a text that cannot be read, or, with line 0, a decision that cannot stand.
    public static func text(_ text: String, adding decision: Decision, for said: String, remark: String = "") throws -> String {
        guard ![said, written(decision), remark].contains(where: { $0.contains { $0.isNewline || $0 == "\t" } }) else {
            throw LineError(line: 0, message: "a word, a form or a remark cannot hold a tab or a line end")
        }
        let line = said.trimmingCharacters(in: .whitespaces) + "\t" + written(decision) + (remark.isEmpty ? "" : "\t" + remark)
        guard let (word, parsed) = try read(Substring(line), 0) else { throw LineError(line: 0, message: "a word cannot begin with #") }
        if case .write(let form) = decision, form.hasPrefix("!") || form.hasPrefix("=") {
            throw LineError(line: 0, message: "what to write cannot begin with ! or =; to rule a form out, use the veto")
        }
        let decision = parsed
        var lines: [Substring] = [], isThere = false
        for (number, line) in Self.lines(text) {
            guard let (other, known) = try read(line, number), other == word else {
                lines.append(line)
                continue
            }
            if known == decision { isThere = true }
            if known == decision || !clash(known, decision) { lines.append(line) }
        }
        if !isThere { lines.append(Substring(line)) }
        return (lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n")
    }

    /// The table's text without any line on the word.
    public static func text(_ text: String, forgetting said: String) throws -> String {
        let word = said.trimmingCharacters(in: .whitespaces).lowercased()
        let kept = try lines(text).filter { number, line in try read(line, number).map { $0.said != word } ?? true }.map(\.line)
        return kept.isEmpty ? "" : kept.joined(separator: "\n") + "\n"
    }

    // MARK: Lines

    private static func lines(_ text: String) -> [(number: Int, line: Substring)] {
        var lines = text.replacing("\r\n", with: "\n").replacing("\u{FEFF}", with: "").split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.enumerated().map { ($0.offset + 1, Substring(String($0.element))) }
    }

    private static func written(_ decision: Decision) -> String {
        switch decision {
        case .never: "="
        case .veto(let text): "!" + text
        case .write(let text): text
        }
    }

    private static func read(_ line: Substring, _ number: Int) throws -> (said: String, decision: Decision)? {
        if line.allSatisfy(\.isWhitespace) || line.first == "#" { return nil }
        func fault(_ message: String) -> LineError { LineError(line: number, message: message) }
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
        guard fields.count >= 2 else { throw fault("expected the word as said, a tab, and what to write") }
        let said = fields[0].lowercased()
        guard !said.isEmpty else { throw fault("the word as said is missing before the first tab") }
        guard !said.contains(where: \.isWhitespace) else { throw fault("the word as said holds a space; give one word a line") }
        guard TokenShape.isWord(said) else { throw fault("what stands before the tab is no word: it needs letters, and no digits or signs") }
        let text = fields[1]
        if text == "=" || text.lowercased() == said { return (said, .never) }
        if text.hasPrefix("!") {
            let form = text.dropFirst().trimmingCharacters(in: .whitespaces)
            guard form.contains(where: \.isLetter) else { throw fault("after ! comes the form that is not to be written") }
            guard form.lowercased() != said else { throw fault("the form after ! is the word itself; write another form, or name one instead") }
            return (said, .veto(form.lowercased()))
        }
        guard text.contains(where: \.isLetter), !text.hasPrefix("=") else {
            throw fault("after the tab comes what to write: a word, = to leave the word alone, or ! and a form to rule out")
        }
        return (said, .write(text))
    }

    private static func clash(_ one: Decision, _ other: Decision) -> Bool {
        switch (one, other) {
        case (.veto(let form), .write(let text)), (.write(let text), .veto(let form)): form == text.lowercased()
        case (.veto, _), (_, .veto): false
        default: one != other
        }
    }
}
