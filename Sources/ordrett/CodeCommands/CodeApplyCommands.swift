import ArgumentParser
import CodingStore
import Foundation
import Stages

/// Where in a source.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Words that stand together; case and marks do not count.", valueName: "words")) var text: String?
    @Flag(help: "--text letter by letter, marks included.") var exact = false
    @Option(help: ArgumentHelp("The n-th of the places with these words.", valueName: "n")) var nth: Int?
    @Flag(help: "Every place with these words.") var all = false
    @Option(help: ArgumentHelp("A stretch of time: 1:05-1:12.", valueName: "mm:ss-mm:ss")) var time: String?
    @Option(help: ArgumentHelp("Words by their numbers: 12-30.", valueName: "first-last")) var words: String?
    @Option(help: ArgumentHelp("A turn, or several: 7-9.", valueName: "number")) var turn: String?
    @Option(help: ArgumentHelp("Code points of the text, end exclusive: 120-340.", valueName: "start-end")) var characters: String?
    @Option(help: ArgumentHelp("How much around a match: match, sentence or turn.", valueName: "extent"), completion: .list(Extent.allCases.map(\.rawValue))) var extent = "match"

    func places(in sources: [String], search: SearchQuery? = nil) throws -> CodingPlaces {
        var places = CodingPlaces()
        guard let extent = Extent(rawValue: extent) else { throw ValidationError("--extent is match, sentence or turn") }
        places.sources = sources
        places.phrase = text
        places.isExact = exact
        places.nth = nth
        places.takesAll = all
        places.time = time
        places.words = words
        places.turns = turn
        places.characters = characters
        places.search = search
        places.extent = extent
        return places
    }

    var isEmpty: Bool { text == nil && time == nil && words == nil && turn == nil && characters == nil }
}

/// Options of a search, for commands that work on its results.
struct SearchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("On what a search finds, as 'code search' takes it.", valueName: "words")) var search: String?
    @Option(name: .customLong("with"), help: ArgumentHelp("Only where this code is already; may be repeated.", valueName: "code")) var codes: [String] = []
    @Option(help: ArgumentHelp("Only at marks of this kind: pause, laughter, …; may be repeated.", valueName: "kind")) var mark: [String] = []
    @OptionGroup var scope: ScopeOptions

    var isGiven: Bool { search != nil || !mark.isEmpty || !codes.isEmpty }

    func query() throws -> SearchQuery {
        var query = SearchQuery(search ?? "")
        query.scope = try scope.scope()
        query.codes = codes
        query.marks = try mark.map { try CodingSearch.mark($0) }
        return query
    }
}

struct CodeApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put a code on words, a time, a turn, or all that a search finds.",
        discussion: """
            Examples:
              ordrett code apply samarbeid/ansvar --in P07 --text 'hvem som skal gjøre hva'
              ordrett code apply samarbeid/ansvar --in P07 --text ansvar --nth 2 --extent sentence
              ordrett code apply samarbeid/ansvar --in P07 --time 1:05-1:12
              ordrett code apply samarbeid/ansvar --in P07 --turn 7
              ordrett code apply latter --mark laughter --extent turn              shows what would be coded
              ordrett code apply ansvar --search 'ansvar*' --speaker 'Informant 4' --extent sentence --yes

            The same place is one meaning unit, however many codes it gets. What a search finds is shown first; --yes codes it.
            """)

    @Argument(help: "The code.") var code: String
    @OptionGroup var place: PlaceOptions
    @OptionGroup var search: SearchOptions
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("The round; by default the open one.", valueName: "number")) var round: Int?
    @Flag(help: "Code what the search finds, without showing it first.") var yes = false
    @Flag(help: "Only show what would be coded.") var dryRun = false

    func run() throws {
        let desk = try self.desk.open()
        let isSearch = search.isGiven
        let places = try place.places(in: search.scope.sources, search: isSearch ? search.query() : nil)
        let isTrial = dryRun || (isSearch && !yes)
        let done = try CodingHands.apply(code, to: places, desk: desk, round: round, isTrial: isTrial)
        if self.desk.json { return try Talk.json(done) }
        if isTrial {
            var table = TextTable(header: ["source", "turn", "time", "speaker", "text"], rightAligned: [1, 2])
            for row in done.places { table.rows.append([row.source, "\(row.turn)", row.seconds.map(CodingPlaces.clock) ?? "-", row.speaker, shortened(row.text, 70)]) }
            if !done.places.isEmpty { Talk.data(table.text + "\n") }
            let count = done.places.count
            Talk.say("\(count) place\(count == 1 ? "" : "s") would be coded '\(done.code)'" + (count == 0 || dryRun ? "" : "; run again with --yes"))
        } else {
            let known = done.places.count - done.added
            Talk.say("\(done.added) place\(done.added == 1 ? "" : "s") coded '\(done.code)'" + (known > 0 ? "; \(known) had it already" : ""))
            if let backup = done.backup { Talk.say("the store as it was before: \(backup)") }
        }
    }
}

struct CodeRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a code off the places where you put it.",
        discussion: """
            Examples:
              ordrett code remove samarbeid/ansvar --in P07 --text 'hvem som skal gjøre hva'
              ordrett code remove samarbeid/ansvar --in P07 --turn 7
              ordrett code remove samarbeid/ansvar --in P07 --everywhere             all of P07
              ordrett code remove ansvar --search 'ansvarlig*' --yes
              ordrett code remove samarbeid/ansvar --in P07 --turn 7 --of-all        other coders', too

            Goes for every meaning unit that the place touches; 'code undo' brings it back.
            """)

    @Argument(help: "The code.") var code: String
    @OptionGroup var place: PlaceOptions
    @OptionGroup var search: SearchOptions
    @OptionGroup var desk: DeskOptions
    @Flag(help: "Everything in the sources that --in names, or in all.") var everywhere = false
    @Flag(help: "Other coders' codings, too.") var ofAll = false
    @Flag(help: "Do it without showing first: a search, or everywhere.") var yes = false
    @Flag(help: "Only say what would go.") var dryRun = false

    func run() throws {
        let desk = try self.desk.open(), isSearch = search.isGiven
        guard everywhere || isSearch || !place.isEmpty else {
            throw CommandFailure.usage("where? --text, --time, --words, --turn, --characters or --search; or --everywhere")
        }
        guard !everywhere || (place.isEmpty && !isSearch) else { throw CommandFailure.usage("--everywhere stands alone, or with --in") }
        let places = everywhere ? nil : try place.places(in: search.scope.sources, search: isSearch ? search.query() : nil)
        let isTrial = dryRun || ((isSearch || everywhere) && !yes)
        let done = try CodingHands.remove(code, from: places, sources: search.scope.sources, desk: desk, ofAll: ofAll, isTrial: isTrial)
        if self.desk.json { return try Talk.json(done) }
        let what = "\(done.codings) coding\(done.codings == 1 ? "" : "s") of '\(done.code)'" + (done.sources.isEmpty ? "" : " in \(done.sources.joined(separator: ", "))")
        Talk.say(isTrial ? "\(what) would go" + (done.codings == 0 || dryRun ? "" : "; run again with --yes") : "\(what) removed")
        if let backup = done.backup { Talk.say("the store as it was before: \(backup)") }
    }
}
