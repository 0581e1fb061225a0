import CodingStore
import Exchange
import Transcript

/// How much of each case is coded with each code.
///
/// A case's text is its sources, or in them the turns of its speakers. A coding belongs to a case when it touches words of that text.
/// With subcodes a code counts what is coded with the codes beneath it. Where the store has no cases, each source is one.
public struct CodeByCase: Sendable {
    public enum Measure: String, Sendable, Codable, CaseIterable {
        /// Codings by all coders in all rounds that were asked for.
        case codings
        /// Words with the code, each counted once however many put it there.
        case words
        /// Those words as a part of the case's words.
        case share
    }

    /// Names of the cases, or ids of the sources, in the order of the columns.
    public let cases: [String]
    /// Words of each case.
    public let caseWords: [Int]
    /// Indices into ``CodedStudy/codes``, in the order of the rows: those that are used at all.
    public let codes: [Int]
    private let counts: [Int32]
    private let words: [Int32]
    let study: CodedStudy
    let options: TableOptions

    public func codings(code row: Int, case column: Int) -> Int { Int(counts[codes[row] * cases.count + column]) }
    public func words(code row: Int, case column: Int) -> Int { Int(words[codes[row] * cases.count + column]) }
    /// Nil for a case without words.
    public func share(code row: Int, case column: Int) -> Double? {
        caseWords[column] > 0 ? Double(words(code: row, case: column)) / Double(caseWords[column]) : nil
    }

    /// Heeds ``TableOptions/codes``, ``TableOptions/caseKind`` and ``TableOptions/subcodes``.
    public init(_ study: CodedStudy, options: TableOptions = .init()) throws {
        self.study = study
        self.options = options
        let columns = CaseColumns(study, kind: options.caseKind)
        let width = columns.names.count, codeCount = study.codes.count
        var counts = [Int32](repeating: 0, count: codeCount * width), words = counts
        var caseWords = [Int](repeating: 0, count: width)
        // How far each code's words have been counted in the source at hand; codings come in the order of the text.
        var reach = [Int](repeating: 0, count: codeCount), reached = [Int](repeating: -1, count: codeCount)
        var at = 0
        for source in study.sources.indices {
            let first = at
            while at < study.codings.count, study.codings[at].source == source { at += 1 }
            let parts = columns.parts(of: study.sources[source].id)
            guard !parts.isEmpty else { continue }
            let layout = try study.store.layout(ofVersion: study.sources[source].version), wordCount = layout.starts.count
            // For each case how many of its words stand before each word.
            let before = parts.map { part -> [Int32] in
                var sums = [Int32](repeating: 0, count: wordCount + 1)
                guard !part.speakers.isEmpty else {
                    for index in 0...wordCount { sums[index] = Int32(index) }
                    return sums
                }
                for turn in layout.turns where part.speakers.contains(turn.speaker) {
                    for word in layout.words(in: turn.body..<max(turn.body, turn.last)) { sums[word + 1] = 1 }
                }
                for index in 0..<wordCount { sums[index + 1] += sums[index] }
                return sums
            }
            for (part, sums) in zip(parts, before) { caseWords[part.column] += Int(sums[wordCount]) }
            for coding in study.codings[first..<at] {
                let range = layout.words(in: coding.range)
                var code: Int? = coding.code
                while let row = code {
                    let from = reached[row] == source ? max(range.lowerBound, reach[row]) : range.lowerBound
                    for (part, sums) in zip(parts, before) where sums[range.upperBound] > sums[range.lowerBound] {
                        let cell = row * width + part.column
                        counts[cell] += 1
                        if from < range.upperBound { words[cell] += sums[range.upperBound] - sums[from] }
                    }
                    if from < range.upperBound { (reach[row], reached[row]) = (range.upperBound, source) }
                    code = options.subcodes ? study.codes[row].parent : nil
                }
            }
        }
        (cases, self.caseWords, self.counts, self.words) = (columns.names, caseWords, counts, words)
        codes = try study.chosenCodes(options).filter { row in (0..<width).contains { counts[row * width + $0] > 0 } }
    }

    /// A row a code, a column a case: `kode-kasus`.
    public func table(_ measure: Measure = .codings) -> ResultTable {
        let say = ResultWords(options.language)
        let title: String =
            switch measure {
            case .codings: say.say("Koder og kasus: kodinger", "Codes and cases: codings")
            case .words: say.say("Koder og kasus: ord", "Codes and cases: words")
            case .share: say.say("Koder og kasus: andel av teksten", "Codes and cases: share of the text")
            }
        var columns = [ResultTable.Column("code", say.say("Kode", "Code"), width: 36)]
        for name in cases { columns.append(.init(name, name, width: 10)) }
        let rows = codes.indices.map { row -> [ResultTable.Cell] in
            [.text(study.codes[codes[row]].path)] + cases.indices.map { column in
                switch measure {
                case .codings: .whole(codings(code: row, case: column))
                case .words: .whole(words(code: row, case: column))
                case .share: .share(share(code: row, case: column))
                }
            }
        }
        return ResultTable(
            name: "kode-kasus-" + (measure == .codings ? "kodinger" : measure == .words ? "ord" : "andel"), title: title, columns: columns, rows: rows,
            notes: notes(say), status: study.status, language: options.language)
    }

    /// A row a code and case that has it, with all three measures, for statistics programs: `kode-kasus`.
    public func longTable() -> ResultTable {
        let say = ResultWords(options.language)
        var rows: [[ResultTable.Cell]] = []
        for row in codes.indices {
            for column in cases.indices where codings(code: row, case: column) > 0 {
                rows.append([
                    .text(study.codes[codes[row]].path), .text(cases[column]), .whole(codings(code: row, case: column)),
                    .whole(words(code: row, case: column)), .whole(caseWords[column]), .share(share(code: row, case: column)),
                ])
            }
        }
        return ResultTable(
            name: "kode-kasus", title: say.say("Koder og kasus", "Codes and cases"),
            columns: [
                .init("code", say.say("Kode", "Code"), width: 36), .init("case", say.say("Kasus", "Case"), width: 18),
                .init("codings", say.say("Kodinger", "Codings"), width: 10), .init("words", say.say("Ord", "Words"), width: 10),
                .init("case_words", say.say("Ord i alt", "Words in all"), width: 10), .init("share", say.say("Andel", "Share"), width: 10),
            ], rows: rows, notes: notes(say), status: study.status, language: options.language, grouped: 1)
    }

    private func notes(_ say: ResultWords) -> [String] {
        var notes = [
            options.subcodes
                ? say.say("En kode teller også det som er kodet med kodene under den.", "A code counts what is coded with the codes beneath it, too.")
                : say.say("Hver kode teller bare for seg selv.", "Each code counts for itself alone."),
            say.say(
                "Kodinger: alle koderes. Ord: hvert ord én gang. Andel: av ordene i kasusets tekst.",
                "Codings: all coders'. Words: each word once. Share: of the words of the case's text."),
        ]
        if study.cases.isEmpty { notes.append(say.say("Uten kasus i studien er hver kilde ett.", "The study has no cases: each source is one.")) }
        return notes + study.leftOut(say)
    }
}

/// Which cases make the columns, and which text of a source each of them has.
struct CaseColumns {
    struct Part {
        var column: Int
        /// Labels; empty for the whole source.
        var speakers: Set<String>
    }

    let names: [String]
    /// Indices into the study's cases; empty where sources stand in for them.
    let cases: [Int]
    private var bySource: [Int64: [Part]] = [:]

    init(_ study: CodedStudy, kind: String?) {
        guard !study.cases.isEmpty else {
            names = study.sources.map(\.item)
            cases = []
            for (column, source) in study.sources.enumerated() { bySource[source.id] = [Part(column: column, speakers: [])] }
            return
        }
        let there = Set(study.sources.map(\.id))
        let links = study.caseSources.filter { there.contains($0.sourceId) }
        let used = Set(links.map(\.caseId))
        cases = study.cases.indices.filter { used.contains(study.cases[$0].id ?? 0) && (kind == nil || study.cases[$0].kind == kind) }
        names = cases.map { study.cases[$0].name }
        let column = Dictionary(uniqueKeysWithValues: cases.enumerated().map { (study.cases[$1].id ?? 0, $0) })
        for link in links {
            guard let column = column[link.caseId] else { continue }
            var parts = bySource[link.sourceId] ?? []
            if let index = parts.firstIndex(where: { $0.column == column }) {
                // The whole source beside one of its speakers is the whole source.
                if link.speaker.isEmpty || parts[index].speakers.isEmpty { parts[index].speakers = [] } else { parts[index].speakers.insert(link.speaker) }
            } else {
                parts.append(Part(column: column, speakers: link.speaker.isEmpty ? [] : [link.speaker]))
            }
            bySource[link.sourceId] = parts
        }
    }

    func parts(of source: Int64) -> [Part] { bySource[source] ?? [] }
}
