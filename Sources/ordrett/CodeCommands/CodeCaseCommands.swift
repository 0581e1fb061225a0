import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeCaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Cases: participants, municipalities, groups, and what belongs to them.",
        discussion: """
            Examples:
              ordrett code case list
              ordrett code case add 'Kommune A' --kind municipality
              ordrett code case assign P07 --to 'Kommune A'
              ordrett code case set 'Kommune A' innbyggere 4200
            """, subcommands: [Add.self, List.self, Assign.self, Unassign.self, Set.self, Drop.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a case. Participants of ordrett.yaml are added when their transcripts are stored.",
            discussion: "Example:\n  ordrett code case add 'Kommune A' --kind municipality --description 'Kystkommune'")

        @Argument(help: "Its name: a code or a letter, nobody's own name.") var name: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "participant, municipality, group, or the study's own word.") var kind = "participant"
        @Option(help: "What it is.") var description = ""

        func run() throws {
            let desk = try self.desk.open(), made = try desk.store.addCase(name, kind: kind, description: description, who: desk.who())
            try self.desk.tell(Change(done: "added", guid: made.guid, name: made.name)) { "" }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Cases with their traits and sources.", discussion: "Examples:\n  ordrett code case list\n  ordrett code case list --kind municipality --json")

        @OptionGroup var desk: DeskOptions
        @Option(help: "Only cases of this kind.") var kind: String?

        func run() throws {
            let desk = try self.desk.open(), rows = try CodingCases.rows(desk.store).filter { kind == nil || $0.kind == kind }
            if self.desk.json { return try Talk.json(rows) }
            guard !rows.isEmpty else { return Talk.say("there are no cases; 'ordrett code case add NAME'") }
            let traits = Swift.Set(rows.flatMap { $0.traits.map(\.name) }).sorted()
            var table = TextTable(header: ["case", "kind", "sources"] + traits)
            for row in rows {
                table.rows.append(
                    [row.name, row.kind, row.sources.map { $0.speaker.isEmpty ? $0.source : "\($0.source) (\($0.speaker))" }.joined(separator: ", ")]
                        + traits.map { trait in
                            row.traits.filter { $0.name == trait }.map { $0.wave.isEmpty ? $0.value : "\($0.value) (\($0.wave))" }.joined(separator: ", ")
                        })
            }
            Talk.data(table.text + "\n")
        }
    }

    struct Assign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "assign", abstract: "Say that a source, or one speaker's turns in it, belong to a case.",
            discussion: "Examples:\n  ordrett code case assign P07 --to 'Kommune A'\n  ordrett code case assign F01 --speaker B --to 'Leder B'")

        @Argument(help: "The source.") var source: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The case.", valueName: "case")) var to: String
        @Option(help: ArgumentHelp("Only this speaker's turns, by label.", valueName: "label")) var speaker = ""

        func run() throws {
            let desk = try self.desk.open(), item = try desk.source(source).item
            try CodingCases.expectSpeaker(speaker, in: item, desk.store)
            try desk.store.assign(item, speaker: speaker, to: desk.store.study(case: to), who: desk.who())
            try self.desk.tell(Change(done: "assigned", guid: nil, name: to)) { "" }
        }
    }

    struct Unassign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unassign", abstract: "Take that back.", discussion: "Example:\n  ordrett code case unassign P07 --from 'Kommune A'")

        @Argument(help: "The source.") var source: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The case.", valueName: "case")) var from: String
        @Option(help: ArgumentHelp("Only this speaker's turns, by label.", valueName: "label")) var speaker = ""

        func run() throws {
            let desk = try self.desk.open()
            try desk.store.unassign(desk.source(source).item, speaker: speaker, from: desk.store.study(case: from), who: desk.who())
            try self.desk.tell(Change(done: "unassigned", guid: nil, name: from)) { "" }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Give a case a trait; an empty value takes it away.",
            discussion: """
                Examples:
                  ordrett code case set I4 stilling leder
                  ordrett code case set 'Kommune A' innbyggere 4200 --wave 2003
                  ordrett code case set I4 stilling ''
                """)

        @Argument(help: "The case.") var name: String
        @Argument(help: "The trait; made when there is none, of the type that the value looks like.") var trait: String
        @Argument(help: "Its value.") var value: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("In this wave alone.", valueName: "name")) var wave = ""

        func run() throws {
            let desk = try self.desk.open()
            try desk.store.set(trait, to: value, of: .study(desk.store.study(case: name)), wave: wave, who: desk.who())
            try self.desk.tell(Change(done: "set", guid: nil, name: name)) { "" }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Remove a case with its traits; its sources and codings stay.", discussion: "Example:\n  ordrett code case drop 'Kommune A'")

        @Argument(help: "The case.") var name: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), found = try desk.store.study(case: name)
            try desk.store.drop(found, who: desk.who())
            try self.desk.tell(Change(done: "dropped", guid: found.guid, name: found.name)) { "" }
        }
    }
}

struct CodeAttributeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attribute", abstract: "Traits of cases and sources: list, add with a type, set for a source.",
        discussion: """
            Examples:
              ordrett code attribute list
              ordrett code attribute add innbyggere --kind Integer --description 'Per 1. januar'
              ordrett code attribute set P07 varighet 42
            """, subcommands: [List.self, Add.self, Set.self])

    struct Row: Encodable { var name: String, kind: String, description: String, guid: String, cases: Int, sources: Int, values: [String] }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Traits with their types and values.", discussion: "Example:\n  ordrett code attribute list --json")
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let store = try desk.open().store, values = Dictionary(grouping: try store.attributeValues(), by: \.attributeId)
            let rows = try store.attributes().map { attribute in
                let own = values[attribute.id ?? 0] ?? []
                return Row(
                    name: attribute.name, kind: attribute.kind.rawValue, description: attribute.description, guid: attribute.guid,
                    cases: own.count { $0.caseId != nil }, sources: own.count { $0.sourceId != nil }, values: Swift.Set(own.map(\.value)).sorted())
            }
            if desk.json { return try Talk.json(rows) }
            guard !rows.isEmpty else { return Talk.say("there are no traits; 'ordrett code case set' makes them") }
            var table = TextTable(header: ["trait", "type", "cases", "sources", "values"], rightAligned: [2, 3])
            for row in rows { table.rows.append([row.name, row.kind, "\(row.cases)", "\(row.sources)", shortened(row.values.joined(separator: ", "), 70)]) }
            Talk.data(table.text + "\n")
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a trait with its type.", discussion: "Example:\n  ordrett code attribute add innbyggere --kind Integer")
        @Argument(help: "Its name.") var name: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp(stringLiteral: AttributeRecord.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")) var kind = "Text"
        @Option(help: "What it is.") var description = ""

        func run() throws {
            guard let type = AttributeRecord.Kind.allCases.first(where: { $0.rawValue.lowercased() == kind.lowercased() }) else {
                throw CommandFailure.usage("--kind is one of \(AttributeRecord.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let desk = try self.desk.open(), made = try desk.store.addAttribute(name, kind: type, description: description, who: desk.who())
            try self.desk.tell(Change(done: "added", guid: made.guid, name: made.name)) { "" }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Give a source a trait; an empty value takes it away.", discussion: "Example:\n  ordrett code attribute set P07 varighet 42")
        @Argument(help: "The source.") var source: String
        @Argument(help: "The trait.") var trait: String
        @Argument(help: "Its value.") var value: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), item = try desk.source(source).item
            try desk.store.set(trait, to: value, of: .source(item), who: desk.who())
            try self.desk.tell(Change(done: "set", guid: nil, name: item)) { "" }
        }
    }
}

struct CodeWaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wave", abstract: "Say in which wave sources were collected; without a wave, list them.",
        discussion: """
            Examples:
              ordrett code wave
              ordrett code wave 2006 P07 P08
              ordrett code wave '' P07                 in none
            """)

    @Argument(help: "The wave's name.") var wave: String?
    @Argument(help: "Sources.") var sources: [String] = []
    @OptionGroup var desk: DeskOptions

    struct Row: Encodable { var wave: String, sources: [String] }

    func run() throws {
        let desk = try self.desk.open()
        if let wave {
            guard !sources.isEmpty else { throw CommandFailure.usage("which sources? ordrett code wave \(wave) P07 P08") }
            let items = try sources.map { try desk.source($0).item }, who = try desk.who()
            for item in items { try desk.store.setWave(wave, of: item, who: who) }
        }
        let rows = Dictionary(grouping: try desk.store.sources(), by: \.wave).map { Row(wave: $0.key, sources: $0.value.map(\.item).sorted()) }.sorted { $0.wave < $1.wave }
        try self.desk.tell(rows) {
            var table = TextTable(header: ["wave", "sources"])
            table.rows = rows.map { [$0.wave.isEmpty ? "-" : $0.wave, $0.sources.joined(separator: ", ")] }
            return table.text
        }
    }
}
