import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeUnitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unit", abstract: "Meaning units: mark, list, condense, move, drop.",
        discussion: """
            Examples:
              ordrett code unit add --in P07 --time 1:05-1:12 --condensed 'ingen vet hvem som har ansvaret'
              ordrett code unit list --in P07
              ordrett code unit condense 1a2b3c4d 'ingen vet hvem som har ansvaret'
              ordrett code unit move 1a2b3c4d --turn 9
              ordrett code unit edges 1a2b3c4d --start -2 --end 3
            """, subcommands: [Add.self, List.self, Condense.self, Move.self, Edges.self, Drop.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Mark a meaning unit before anybody knows what to call it.",
            discussion: "Example:\n  ordrett code unit add --in P07 --text 'hvem som skal gjøre hva' --extent sentence --condensed 'uklart ansvar'")

        @OptionGroup var place: PlaceOptions
        @Option(name: .customLong("in"), help: ArgumentHelp("The source.", valueName: "source")) var source: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "The condensed meaning unit.") var condensed = ""
        @Option(help: "A name for it.") var name = ""
        @Option(help: ArgumentHelp("The round; by default the open one.", valueName: "number")) var round: Int?

        func run() throws {
            let desk = try self.desk.open(), rows = try place.places(in: [source]).find(in: desk.store), who = try desk.who()
            let made = try rows.map { try desk.store.markUnit(.characters($0.range), of: $0.source, condensed: condensed, name: name, coder: who, round: round) }
            if self.desk.json { return try Talk.json(made.map { Change(done: "marked", guid: $0.guid, name: nil) }) }
            for unit in made { Talk.data(CodingDesk.short(unit.guid) + "\n") }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Meaning units with their codes, coded or not.",
            discussion: """
                Examples:
                  ordrett code unit list --in P07
                  ordrett code unit list --uncoded
                  ordrett code unit list --by AB --round 2 --json
                """)

        @OptionGroup var scope: ScopeOptions
        @OptionGroup var hands: HandOptions
        @OptionGroup var desk: DeskOptions
        @Flag(help: "Only those that no code is on.") var uncoded = false
        @Flag(help: "Only those that are not condensed yet.") var uncondensed = false

        func run() throws {
            let desk = try self.desk.open()
            var quotes = CodingQuotes()
            quotes.query.scope = try scope.scope()
            quotes.query.coders = hands.coders
            quotes.query.rounds = hands.round
            quotes.query.withUncoded = true
            let rows = try quotes.rows(desk.store).filter { (!uncoded || $0.codes.isEmpty) && (!uncondensed || $0.condensed.isEmpty) }
            if self.desk.json { return try Talk.json(rows) }
            var table = TextTable(header: ["unit", "source", "turn", "time", "text", "condensed", "codes"], rightAligned: [3])
            for row in rows {
                table.rows.append([
                    CodingDesk.short(row.unit), row.source, row.turns.first.map(String.init) ?? "-", row.start.map(CodingPlaces.clock) ?? "-",
                    shortened(row.text, 50), shortened(row.condensed, 40), shortened(row.codes.joined(separator: "; "), 50) + (row.isLost ? " (lost)" : ""),
                ])
            }
            if rows.isEmpty { Talk.say("no meaning units fit") } else { Talk.data(table.text + "\n") }
        }
    }

    struct Condense: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "condense", abstract: "Write the condensed meaning unit.",
            discussion: """
                Examples:
                  ordrett code unit condense 1a2b3c4d 'ingen vet hvem som har ansvaret'
                  ordrett code unit condense 1a2b3c4d ''                   take it away
                """)

        @Argument(help: "The unit, by the beginning of its identifier.") var unit: String
        @Argument(help: "What it says, in short.") var text: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "A name for it, too.") var name: String?

        func run() throws {
            let desk = try self.desk.open(), made = try desk.store.change(desk.unit(unit), condensed: text, name: name, who: desk.who())
            try self.desk.tell(Change(done: "condensed", guid: made.guid, name: nil)) { "" }
        }
    }

    struct Move: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Put a unit on another place of its source: one whose words are gone, for example.",
            discussion: """
                Examples:
                  ordrett code unit move 1a2b3c4d --turn 9
                  ordrett code unit move 1a2b3c4d --text 'hvem som gjør hva'
                  ordrett code unit move 1a2b3c4d --suggestion 1              as 'code lost' suggests
                """)

        @Argument(help: "The unit, by the beginning of its identifier.") var unit: String
        @OptionGroup var place: PlaceOptions
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The n-th suggestion of 'code lost'.", valueName: "n")) var suggestion: Int?

        func run() throws {
            let desk = try self.desk.open(), found = try desk.unit(unit), target: CodingStore.Place
            if let suggestion {
                guard let lost = try desk.store.lost().first(where: { $0.unit.guid == found.guid }) else { throw CommandFailure.usage("this unit's words are not gone; say where with --text, --time, --words, --turn or --characters") }
                guard lost.suggestions.indices.contains(suggestion - 1) else { throw CommandFailure.usage("there are \(lost.suggestions.count) suggestions for this unit; 'ordrett code lost' shows them") }
                target = .characters(lost.suggestions[suggestion - 1].range)
            } else {
                let source = try CodingTree.source(of: found, desk.store)
                let rows = try place.places(in: [source]).find(in: desk.store)
                guard rows.count == 1 else { throw CommandFailure.usage("a unit has one place; say which with --nth") }
                target = .characters(rows[0].range)
            }
            let made = try desk.store.move(found, to: target, who: desk.who())
            try self.desk.tell(Change(done: "moved", guid: made.guid, name: nil)) { "" }
        }
    }

    struct Edges: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edges", abstract: "Move a unit's edges by words.",
            discussion: """
                Examples:
                  ordrett code unit edges 1a2b3c4d --end 3              three words more at its end
                  ordrett code unit edges 1a2b3c4d --start -2 --end -1  two more at the beginning, one fewer at the end
                """)

        @Argument(help: "The unit, by the beginning of its identifier.") var unit: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("Words that the beginning moves: -2 takes in two more.", valueName: "words")) var start = 0
        @Option(help: ArgumentHelp("Words that the end moves: 3 takes in three more.", valueName: "words")) var end = 0

        func run() throws {
            let desk = try self.desk.open(), found = try desk.unit(unit)
            let made = try desk.store.move(found, to: .characters(CodingTree.edges(of: found, start: start, end: end, desk.store)), who: desk.who())
            try self.desk.tell(Change(done: "moved", guid: made.guid, name: nil)) { "" }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Remove a unit with all that is on it; 'code undo' brings it back.", discussion: "Example:\n  ordrett code unit drop 1a2b3c4d")

        @Argument(help: "The unit, by the beginning of its identifier.") var unit: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), found = try desk.unit(unit)
            try desk.store.drop(found, who: desk.who())
            try self.desk.tell(Change(done: "dropped", guid: found.guid, name: nil)) { "" }
        }
    }
}

struct CodeLostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lost", abstract: "Units whose words are gone from the newest version, and where they may belong now.",
        discussion: """
            Examples:
              ordrett code lost
              ordrett code unit move 1a2b3c4d --suggestion 1

            Such units stand on the version they were made on, with their codes, until somebody moves or drops them.
            """)

    @OptionGroup var desk: DeskOptions

    struct Row: Encodable {
        struct Suggestion: Encodable { var start: Int, end: Int, turn: Int, seconds: Double?, share: Double?, text: String }
        var unit: String, source: String, version: Int, codes: [String], condensed: String, text: String, suggestions: [Suggestion]
    }

    func run() throws {
        let lost = try desk.open().store.lost()
        let rows = lost.map { unit in
            Row(
                unit: unit.unit.guid, source: unit.source, version: unit.version, codes: unit.codes, condensed: unit.unit.condensed, text: unit.text,
                suggestions: unit.suggestions.map {
                    .init(start: $0.range.lowerBound, end: $0.range.upperBound, turn: $0.turn, seconds: $0.milliseconds.map { Double($0.lowerBound) / 1000 }, share: $0.share, text: $0.text)
                })
        }
        try desk.tell(rows) {
            rows.map { row in
                var lines = ["\(CodingDesk.short(row.unit))  \(row.source), version \(row.version)  \(row.codes.joined(separator: "; "))", "    was: \(shortened(row.text, 100))"]
                for (index, suggestion) in row.suggestions.enumerated() {
                    let share = suggestion.share.map { "\(Int(($0 * 100).rounded())) % of its words" } ?? "between the words that stood beside it"
                    lines.append("    \(index + 1): turn \(suggestion.turn)\(suggestion.seconds.map { ", " + CodingPlaces.clock($0) } ?? ""), \(share): \(shortened(suggestion.text, 80))")
                }
                if row.suggestions.isEmpty { lines.append("    no place is like it; 'ordrett code unit move' or 'ordrett code unit drop'") }
                return lines.joined(separator: "\n")
            }.joined(separator: "\n\n")
        }
        if rows.isEmpty, !desk.json { Talk.say("no unit has lost its words") }
    }
}
