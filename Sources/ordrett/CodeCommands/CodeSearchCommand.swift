import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeSearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find words, codes and marks in the transcripts, with context, citation and time.",
        discussion: """
            Examples:
              ordrett code search ansvar
              ordrett code search '"hvem som skal"' --speaker 'Informant 4'       words that stand together
              ordrett code search 'ansvar*|plikt* -ansatt'                          beginnings, either, and not that
              ordrett code search --code samarbeid --code ansvar --wave 2006        where both codes are
              ordrett code search 'vet ikke' --mark pause --trait stilling=leder    in turns with a pause
              ordrett code search --mark laughter --in P07
              ordrett code search ansvar --uncoded                                  what nobody has coded

            All words must be in the same turn. Case, accents and ways of writing letters do not count (aa is å), but o is not ø. Marks:
            \(CodingSearch.markKinds.joined(separator: ", ")).
            What a search finds can be coded: 'ordrett code apply CODE --search …'.
            """)

    @Argument(help: "Words; none for all talk that fits the conditions.") var words: [String] = []
    @OptionGroup var scope: ScopeOptions
    @Option(name: .customLong("code"), help: ArgumentHelp("Only where this code is; repeated: where all are.", valueName: "code")) var codes: [String] = []
    @Flag(help: "Only the codes themselves, not those under them.") var exactCode = false
    @Flag(help: "Only where no code is.") var uncoded = false
    @OptionGroup var hands: HandOptions
    @Option(help: ArgumentHelp("Only at marks of this kind; may be repeated.", valueName: "kind"), completion: .list(CodingSearch.markKinds)) var mark: [String] = []
    @Option(help: ArgumentHelp("A finer kind of mark: rhetorical, loud.", valueName: "label")) var markLabel: String?
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("Words before and after; -1 for whole turns.", valueName: "words")) var context = 12
    @Option(help: ArgumentHelp("Turns that are shown; 0 for all.", valueName: "number")) var limit = 50
    @Option(help: "How the study cites: {label}, {code}, {role}, {recording}, {date:dd.MM.yy}.") var citation = "({label})"
    @Flag(help: "Only how many turns fit.") var count = false

    struct Answer: Encodable { var count: Int, hits: [CodingSearch.Row] }

    func run() throws {
        var query = SearchQuery(words.joined(separator: " "))
        query.scope = try scope.scope()
        query.codes = codes
        query.withSubcodes = !exactCode
        query.isUncoded = uncoded
        query.coders = hands.coders
        query.rounds = hands.round
        query.marks = try mark.map { try CodingSearch.mark($0) }
        query.markLabel = markLabel
        query.limit = count ? 0 : limit <= 0 ? Int.max : limit
        guard !words.isEmpty || query.scope != Scope() || !codes.isEmpty || uncoded || !mark.isEmpty || !hands.coders.isEmpty || !hands.round.isEmpty else {
            throw CommandFailure.usage("what for? give words, or a condition such as --code or --mark")
        }
        let result = try desk.open().store.search(query)
        let rows = try CodingSearch.rows(result, context: context, citation: citation)
        if desk.json { return try Talk.json(Answer(count: result.count, hits: rows)) }
        if count { return Talk.data("\(result.count)\n") }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        for row in rows {
            let text = row.pieces.map { $0.isMatch && isTerminal ? "\u{1B}[1m\($0.text)\u{1B}[0m" : $0.text }.joined()
            Talk.data("\(row.source)  \(row.turn)  \(row.seconds.map(CodingPlaces.clock) ?? "-")  \(row.citation)  \(text.split(whereSeparator: \.isNewline).joined(separator: " / "))\n")
        }
        if result.count > rows.count { Talk.say("\(rows.count) of \(result.count) turns; --limit 0 shows all") }
        if result.count == 0 { Talk.say("nothing found") }
    }
}
