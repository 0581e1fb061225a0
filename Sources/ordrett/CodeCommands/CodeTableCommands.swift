import ArgumentParser
import CodingAnalysis
import CodingStore
import Foundation
import Stages

/// Which part of the store a table looks at, and where it goes.
struct TableFileOptions: ParsableArguments {
    @Option(name: .customLong("in"), help: ArgumentHelp("Only this source; may be repeated.", valueName: "source")) var sources: [String] = []
    @Option(help: ArgumentHelp("Only sources of this wave; may be repeated.", valueName: "name")) var wave: [String] = []
    @OptionGroup var hands: HandOptions
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp(stringLiteral: CodingTables.formats.joined(separator: ", ") + "; by default as --out ends, or csv."), completion: .list(CodingTables.formats)) var format: String?
    @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout, and koding/ for docx, xlsx and png.", valueName: "path"), completion: .file()) var out: String?
    @Flag(help: "Headings in English.") var english = false

    var scope: AnalysisScope {
        func set<T: Hashable>(_ values: [T]) -> Set<T>? { values.isEmpty ? nil : Set(values) }
        return AnalysisScope(coders: set(hands.coders), rounds: set(hands.round), items: set(sources), waves: set(wave))
    }

    var chosen: String { format ?? (desk.json ? "json" : out.flatMap { CodingTables.format(ofFile: $0) } ?? "csv") }

    func deliver(_ made: CodingTables.Made, desk: CodingDesk) throws {
        for note in made.notes { Talk.say("note: \(note)") }
        if out == nil, !["docx", "xlsx", "png"].contains(chosen) { return Talk.bytes(made.data) }
        let url = try CodingOutput.write(made.data, to: out, named: made.name, desk: desk, sources: made.sources)
        Talk.say("written to \(out == nil ? "koding/" : "")\(url.lastPathComponent)")
    }
}

struct CodeTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Tables as the studies print them: data matrix, content analysis, code by case, and more.",
        discussion: """
            Examples:
              ordrett code table data-matrix --format docx                  into koding/
              ordrett code table content-analysis --quoted --out tabell2.docx
              ordrett code table code-by-case --kind municipality --format csv
              ordrett code table waves --format xlsx
              ordrett code table saturation --json
              ordrett code table thematic-map --out temakart.svg

            Tables:
            \(list)
            """)

    private static let list: String = {
        let widest = CodingTables.kinds.map(\.name.count).max() ?? 0
        return CodingTables.kinds.map { "  " + $0.name + String(repeating: " ", count: widest - $0.name.count + 2) + $0.summary }.joined(separator: "\n")
    }()

    @Argument(help: "One of the tables below.", completion: .list(CodingTables.kinds.map(\.name))) var table: String
    @OptionGroup var file: TableFileOptions
    @Option(name: .customLong("code"), help: ArgumentHelp("Only this code and what is under it; may be repeated.", valueName: "code")) var codes: [String] = []
    @Option(help: ArgumentHelp("Only cases of this kind: participant, municipality, …", valueName: "kind")) var kind: String?
    @Flag(inversion: .prefixedNo, help: "A code counts what is under it, too.") var subcodes = true
    @Flag(help: "What was said, not the condensed meaning units.") var quoted = false
    @Option(help: ArgumentHelp("Letters before a quotation is cut.", valueName: "number")) var quoteLimit: Int?
    @Option(help: ArgumentHelp("The trait that holds an interview's date.", valueName: "name")) var dateTrait: String?
    @Option(help: ArgumentHelp("The trait that holds the role of who speaks.", valueName: "name")) var roleTrait: String?
    @Option(help: ArgumentHelp("Sources in the order in which they were analysed: P03,P01,P02.", valueName: "list")) var order: String?
    @Option(help: ArgumentHelp("At most so many rows of a ranking.", valueName: "number")) var limit: Int?

    func run() throws {
        let desk = try file.desk.open()
        let options = TableOptions(
            language: file.english ? .english : .bokmal, codes: codes.isEmpty ? nil : codes, caseKind: kind, subcodes: subcodes, statements: quoted ? .quoted : .condensed,
            quoteLimit: quoteLimit, dateAttribute: dateTrait, roleAttribute: roleTrait,
            order: order.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }, limit: limit)
        let format = table == "thematic-map" && file.format == nil ? "svg" : file.chosen
        try file.deliver(CodingTables.table(table, scope: file.scope, options: options, format: format, store: desk.store), desk: desk)
    }
}

struct CodeAgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "How far coders agree, code by code: percent, Cohen's kappa, Krippendorff's alpha; and where they do not.",
        discussion: """
            Examples:
              ordrett code agreement
              ordrett code agreement --unit character --by AB --by CD --round 2
              ordrett code agreement --show disagreements --format docx       to talk over
              ordrett code agreement --show pairs --json
              ordrett code agreement --in P07 --in P08                         which all have read

            Only sources in which all coders have coded anything count, unless --in names those that all have read. An interval is had by drawing
            turns anew; the same numbers come out every time.
            """)

    @OptionGroup var file: TableFileOptions
    @Option(help: "word, character or meaning-unit.", completion: .list(Agreement.Unit.allCases.map(\.rawValue))) var unit = "word"
    @Option(help: "codes, pairs or disagreements.", completion: .list(CodingTables.AgreementPart.allCases.map(\.rawValue))) var show = "codes"
    @Flag(help: "Sources that at least two have coded count; others are missing there.") var missing = false
    @Flag(inversion: .prefixedNo, help: "Codes with all under them, too.") var tree = true
    @Option(help: ArgumentHelp("How often turns are drawn anew; 0 for no interval.", valueName: "number")) var resamples = 1000
    @Option(help: ArgumentHelp("Of disagreements, only those of so many words.", valueName: "number")) var minimumWords = 1

    func run() throws {
        guard let unit = Agreement.Unit(rawValue: unit) else { throw CommandFailure.usage("--unit is word, character or meaning-unit") }
        guard let part = CodingTables.AgreementPart(rawValue: show) else { throw CommandFailure.usage("--show is codes, pairs or disagreements") }
        let desk = try file.desk.open()
        let options = Agreement.Options(
            unit: unit, coders: file.hands.coders.isEmpty ? nil : file.hands.coders, rounds: file.hands.round.isEmpty ? nil : Set(file.hands.round),
            sources: file.sources.isEmpty ? (missing ? .codedByTwo : .codedByAll) : .given(Set(file.sources)), tree: tree, resamples: resamples)
        try file.deliver(
            CodingTables.agreement(
                part, scope: file.scope, options: options, minimumWords: minimumWords, table: TableOptions(language: file.english ? .english : .bokmal),
                format: file.chosen, store: desk.store), desk: desk)
    }
}
