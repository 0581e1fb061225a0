import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A source's text with its codes in the margin.",
        discussion: """
            Examples:
              ordrett code show P07 | less
              ordrett code show P07 --by AB --round 2
              ordrett code show                          which sources there are
            """)

    @Argument(help: "The source; without one, all are listed.") var source: String?
    @OptionGroup var hands: HandOptions
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("Columns for the text.", valueName: "columns")) var width = 72
    @Flag(inversion: .prefixedNo, help: "Times at turns.") var times = true

    struct Listed: Encodable { var source: String, kind: String, wave: String, version: Int, turns: Int, words: Int, units: Int, status: String }
    struct Shown: Encodable {
        struct Turn: Encodable { var number: Int, speaker: String, start: Int, end: Int, seconds: Double?, text: String }
        var source: String, text: String, turns: [Turn], units: [CodingQuotes.Row]
    }

    func validate() throws { if !(20...500).contains(width) { throw ValidationError("--width is from 20 to 500") } }

    func run() throws {
        let desk = try self.desk.open(), store = desk.store
        guard let source else { return try list(store) }
        let item = try desk.source(source).item
        if self.desk.json {
            let text = try store.text(of: item).text, points = CodePoints(text.text)
            var quotes = CodingQuotes()
            quotes.query.scope.sources = [item]
            quotes.query.coders = hands.coders
            quotes.query.rounds = hands.round
            quotes.query.withUncoded = true
            return try Talk.json(
                Shown(
                    source: item, text: text.text,
                    turns: text.turns.map { .init(number: $0.number, speaker: $0.speaker, start: $0.start, end: $0.end, seconds: $0.time?.lowerBound, text: points[$0.body..<$0.end]) },
                    units: try quotes.rows(store)))
        }
        var margin = CodingMargin()
        margin.width = width
        margin.coders = hands.coders
        margin.rounds = hands.round
        margin.withTimes = times
        Talk.data(try margin.text(of: item, in: store))
    }

    private func list(_ store: CodingStore) throws {
        let rows = try store.overview().map { Listed(source: $0.item, kind: $0.kind, wave: $0.wave, version: $0.version, turns: $0.turns, words: $0.words, units: $0.units, status: $0.status) }
        if desk.json { return try Talk.json(rows) }
        guard !rows.isEmpty else { return Talk.say("the store has no sources; 'ordrett run' or 'ordrett store' puts transcripts in") }
        var table = TextTable(header: ["source", "kind", "wave", "version", "turns", "words", "units", "status"], rightAligned: [3, 4, 5, 6])
        for row in rows { table.rows.append([row.source, row.kind, row.wave, "\(row.version)", "\(row.turns)", "\(row.words)", "\(row.units)", row.status]) }
        Talk.data(table.text + "\n")
    }
}

struct CodeQuotesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quotes", abstract: "What is coded, word for word, with context and citation.",
        discussion: """
            Examples:
              ordrett code quotes samarbeid/ansvar
              ordrett code quotes samarbeid --context 20 --case I4
              ordrett code quotes --theme 'Å stå alene' --format docx                into koding/
              ordrett code quotes ansvar --written --citation '({date:dd.MM.yy}. {role})'
              ordrett code quotes --format csv --out koding/alt.csv                  everything that is coded

            Codes under a code count, unless --exact. Into deling/ goes nothing whose transcript nobody has signed.
            """)

    @Argument(help: "Codes; none for all.") var codes: [String] = []
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var hands: HandOptions
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("Only what is gathered under this theme; may be repeated.", valueName: "name")) var theme: [String] = []
    @Flag(help: "Only the codes themselves, not those under them.") var exact = false
    @Option(help: ArgumentHelp("Words before and after.", valueName: "words")) var context = 0
    @Flag(help: "As an article quotes: hesitations, repetitions and cut-offs left out.") var written = false
    @Option(help: "How the study cites: {label}, {code}, {role}, {recording}, {date:dd.MM.yy}.") var citation = "({label})"
    @Option(help: "text, json, csv, docx or html.", completion: .list(CodingQuotes.Format.allCases.map(\.rawValue))) var format: String?
    @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout, and koding/ for docx and html.", valueName: "path"), completion: .file()) var out: String?
    @Option(help: "Heading of docx and html.") var title: String?
    @Flag(help: "Headings in English.") var english = false

    func run() throws {
        let ending = out.map { ($0 as NSString).pathExtension.lowercased() } ?? ""
        guard let format = format.map({ CodingQuotes.Format(rawValue: $0) }) ?? (desk.json ? .json : CodingQuotes.Format.allCases.first { $0.ending == ending } ?? .text) else {
            throw CommandFailure.usage("--format is one of \(CodingQuotes.Format.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let desk = try self.desk.open()
        var quotes = CodingQuotes()
        quotes.query.codes = codes
        quotes.query.withSubcodes = !exact
        quotes.query.themes = theme
        quotes.query.scope = try scope.scope()
        quotes.query.coders = hands.coders
        quotes.query.rounds = hands.round
        quotes.query.context = max(0, context)
        quotes.citation = citation
        quotes.isWritten = written
        quotes.isEnglish = english
        let rows = try quotes.rows(desk.store)
        for name in ConsentTool.notToBeQuoted(Set(rows.flatMap(\.cases)), study: desk.root?.path) {
            Talk.say("warning: \(name) has not consented to being quoted; see 'ordrett consent \(name)'")
        }
        let heading = title ?? ((english ? "Quotations" : "Sitater") + ((codes + theme).isEmpty ? "" : ": " + (codes + theme).joined(separator: ", ")))
        let data = try quotes.render(rows, format, title: heading)
        if rows.isEmpty { Talk.say("nothing that is coded fits") }
        if out == nil, format != .docx, format != .html { return Talk.bytes(data) }
        let name = CodingOutput.fileName([english ? "quotations" : "sitater"] + codes + theme, ending: format.ending)
        let url = try CodingOutput.write(data, to: out, named: name, desk: desk, sources: rows.map(\.source))
        Talk.say("\(rows.count) quotations written to \(out == nil ? "koding/" : "")\(url.lastPathComponent)")
    }
}

struct CodeCooccurCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cooccur", abstract: "Which codes are together, and how often.",
        discussion: """
            Examples:
              ordrett code cooccur
              ordrett code cooccur samarbeid                         what is with samarbeid
              ordrett code cooccur samarbeid ansvar tid --within turn --subcodes

            Together means stretches that overlap, or the same meaning unit, turn or source. The coefficient is Jaccard's: together
            divided by all with the one or the other.
            """)

    @Argument(help: "Codes: with one, its pairs; with more, those among them.") var codes: [String] = []
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var hands: HandOptions
    @OptionGroup var desk: DeskOptions
    @Option(help: "overlap, unit, turn or source.", completion: .list(Togetherness.allCases.map(\.rawValue))) var within = "overlap"
    @Flag(help: "The codes stand for those under them, too.") var subcodes = false
    @Option(help: ArgumentHelp("Pairs that are shown; 0 for all.", valueName: "number")) var limit = 50

    func run() throws {
        guard let within = Togetherness(rawValue: within) else { throw CommandFailure.usage("--within is overlap, unit, turn or source") }
        var pairs = try desk.open().store.cooccurrence(
            of: codes, within: within, withSubcodes: subcodes, scope: scope.scope(), coders: hands.coders, rounds: hands.round)
        if desk.json { return try Talk.json(pairs) }
        guard !pairs.isEmpty else { return Talk.say("no codes are together") }
        let all = pairs.count
        if limit > 0 { pairs = Array(pairs.prefix(limit)) }
        var table = TextTable(header: ["code", "and", "together", "code", "and", "coefficient"], rightAligned: [2, 3, 4, 5])
        for pair in pairs {
            table.rows.append([
                pair.first, pair.second, "\(pair.together)", "\(pair.firstCount)", "\(pair.secondCount)",
                String(format: "%.2f", locale: Locale(identifier: "en_US_POSIX"), pair.coefficient),
            ])
        }
        Talk.data(table.text + "\n")
        if all > pairs.count { Talk.say("\(pairs.count) of \(all) pairs; --limit 0 shows all") }
    }
}

struct CodeStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "How much is coded, with what, by whom.",
        discussion: "Examples:\n  ordrett code stats\n  ordrett code stats --by AB --wave 2006 --json")

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var hands: HandOptions
    @OptionGroup var desk: DeskOptions

    func run() throws {
        let figures = try desk.open().store.statistics(scope: scope.scope(), coders: hands.coders, rounds: hands.round)
        try desk.tell(figures) {
            let share = figures.words == 0 ? 0 : Int((Double(figures.codedWords) / Double(figures.words) * 100).rounded())
            var table = TextTable(header: ["what", "number"], rightAligned: [1])
            table.rows = [
                ["sources", "\(figures.sources)"], ["cases", "\(figures.cases)"], ["turns", "\(figures.turns)"], ["words", "\(figures.words)"],
                ["words under a code", "\(figures.codedWords) (\(share) %)"], ["codes", "\(figures.codes)"], ["codes not used", "\(figures.unusedCodes)"],
                ["meaning units", "\(figures.units)"], ["  condensed", "\(figures.condensed)"], ["  whose words are gone", "\(figures.lost)"], ["codings", "\(figures.codings)"],
            ]
            table.rows += figures.coders.sorted { $0.key < $1.key }.map { ["  by \($0.key)", "\($0.value)"] }
            table.rows += figures.rounds.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.map { ["  in round \($0.key)", "\($0.value)"] }
            table.rows += [["themes", "\(figures.themes)"], ["memos", "\(figures.memos)"]]
            var codes = TextTable(header: ["code", "units", "with subcodes", "sources", "coders", "words"], rightAligned: [1, 2, 3, 4, 5])
            codes.rows = figures.perCode.map { [$0.path, "\($0.units)", "\($0.unitsWithSubcodes)", "\($0.sources)", "\($0.coders)", "\($0.words)"] }
            return table.text + (codes.rows.isEmpty ? "" : "\n\n" + codes.text)
        }
    }
}
