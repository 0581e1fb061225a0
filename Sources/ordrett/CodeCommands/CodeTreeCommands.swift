import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a code, and what is missing above it.",
        discussion: """
            Examples:
              ordrett code add samarbeid
              ordrett code add samarbeid/ansvar --definition 'Hvem som har ansvaret' --color '#1f77b4'
              ordrett code add 'drift/og vedlikehold' --whole        a name with a slash in it
            """)

    @Argument(help: "The code's path from the top: samarbeid/ansvar.") var path: String
    @OptionGroup var desk: DeskOptions
    @Option(help: "What it means.") var definition = ""
    @Option(help: "Typical passages or words.") var examples = ""
    @Option(help: ArgumentHelp("Its colour.", valueName: "#rrggbb")) var color: String?
    @Flag(help: "The whole argument is the name: a slash parts nothing.") var whole = false

    func run() throws {
        let desk = try self.desk.open(), who = try desk.who()
        let made = try CodingTree.add(path, isWhole: whole, definition: definition, examples: examples, color: color, desk: desk, who: who)
        try self.desk.tell(Change(done: "added", guid: made.guid, name: try desk.store.paths()[made.id ?? 0])) { "" }
        if !self.desk.json { Talk.say("added '\(try desk.store.paths()[made.id ?? 0] ?? made.name)'") }
    }
}

struct CodeListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The codes as a tree, with how often each is used.",
        discussion: """
            Examples:
              ordrett code list
              ordrett code list samarbeid --definitions
              ordrett code list --json
            """)

    @Argument(help: "Only this code and what is under it.") var code: String?
    @OptionGroup var desk: DeskOptions
    @Flag(help: "With definitions.") var definitions = false
    @Flag(help: "Only codes that nothing is coded with.") var unused = false

    func run() throws {
        let desk = try self.desk.open(), rows = try CodingTree.rows(desk.store, under: code).filter { !unused || $0.unitsWithSubcodes == 0 }
        if self.desk.json { return try Talk.json(rows) }
        guard !rows.isEmpty else { return Talk.say("there are no codes; begin with 'ordrett code add NAME'") }
        var table = TextTable(header: ["code", "units", "sources", "coders"] + (definitions ? ["definition"] : []), rightAligned: [1, 2, 3])
        for row in rows {
            table.rows.append(
                [String(repeating: "  ", count: row.depth) + row.name + (row.isCodable ? "" : " (heading)"), "\(row.units)", "\(row.sources)", "\(row.coders)"]
                    + (definitions ? [shortened(row.definition, 80)] : []))
        }
        Talk.data(table.text + "\n")
    }
}

struct CodeRenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a code another name; what is coded with it stays.",
        discussion: "Example:\n  ordrett code rename samarbeid/ansvar ansvarsfordeling")

    @Argument(help: "The code.") var code: String
    @Argument(help: "Its new name, without what is above it.") var name: String
    @OptionGroup var desk: DeskOptions

    func run() throws {
        let desk = try self.desk.open(), made = try desk.store.change(desk.store.code(code), .init(name: name), who: desk.who())
        try self.desk.tell(Change(done: "renamed", guid: made.guid, name: try desk.store.paths()[made.id ?? 0])) { "" }
    }
}

struct CodeDefineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "define", abstract: "Write what a code means; without options, show it.",
        discussion: """
            Examples:
              ordrett code define samarbeid/ansvar
              ordrett code define samarbeid/ansvar --definition 'Hvem som har ansvaret' --examples 'hvem skal ringe?'
              ordrett code define samarbeid --codable no             a heading that is not put on text
              ordrett code define samarbeid --color ''               no colour
            """)

    enum Answer: String, ExpressibleByArgument, CaseIterable { case yes, no }

    @Argument(help: "The code.") var code: String
    @OptionGroup var desk: DeskOptions
    @Option(help: "What it means.") var definition: String?
    @Option(help: "Typical passages or words.") var examples: String?
    @Option(help: ArgumentHelp("Its colour; empty for none.", valueName: "#rrggbb")) var color: String?
    @Option(help: "Whether it is put on text.") var codable: Answer?
    @Option(help: ArgumentHelp("Its place among its siblings, from 1.", valueName: "number")) var position: Int?

    func run() throws {
        let desk = try self.desk.open(), found = try desk.store.code(code)
        if definition != nil || examples != nil || color != nil || codable != nil || position != nil {
            try desk.store.change(
                found, .init(definition: definition, examples: examples, color: color, position: position, isCodable: codable.map { $0 == .yes }), who: desk.who())
        }
        let row = try CodingTree.rows(desk.store, under: found.guid)[0]
        try self.desk.tell(row) {
            var lines = [row.path]
            if !row.definition.isEmpty { lines.append("definition: " + row.definition) }
            if !row.examples.isEmpty { lines.append("examples: " + row.examples) }
            if let color = row.color { lines.append("colour: " + color) }
            if !row.isCodable { lines.append("a heading: it is not put on text") }
            lines.append("\(row.units) units in \(row.sources) sources by \(row.coders) coders")
            lines += row.memos.map { "memo" + ($0.title.isEmpty ? ": " : " '\($0.title)': ") + $0.text }
            return lines.joined(separator: "\n")
        }
    }
}

struct CodeMoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move a code, with all under it, under another.",
        discussion: """
            Examples:
              ordrett code move ansvar --under samarbeid
              ordrett code move samarbeid/ansvar --top
            """)

    @Argument(help: "The code.") var code: String
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("Its new parent.", valueName: "code")) var under: String?
    @Flag(help: "To the top of the tree.") var top = false

    func validate() throws { if (under == nil) != top { throw ValidationError("where to? --under CODE, or --top") } }

    func run() throws {
        let desk = try self.desk.open(), store = desk.store
        let made = try store.move(store.code(code), under: under.map { try store.code($0) }, who: desk.who())
        try self.desk.tell(Change(done: "moved", guid: made.guid, name: try store.paths()[made.id ?? 0])) { "" }
    }
}

struct CodeMergeCodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Put what is coded with some codes under one of them; or take in another copy of the store.",
        discussion: """
            Examples:
              ordrett code merge ansvar ansvarsfordeling --into samarbeid/ansvar      codes into a code
              ordrett code merge ../kopi/koding.sqlite                                another coder's copy of the store ('code join')

            Definitions, examples and memos of the codes are added to the one that stays; codes under them move along.
            """)

    @Argument(help: "Codes that go; or a coding store's file.") var codes: [String]
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("The code that stays.", valueName: "code")) var into: String?

    func run() throws {
        guard let into else {
            guard codes.count == 1, FileManager.default.fileExists(atPath: codes[0]) else {
                throw CommandFailure.usage("into which code? --into CODE; or give one file, another copy of the coding store")
            }
            return try CodeJoinCommand.join(codes[0], desk)
        }
        let desk = try self.desk.open(), store = desk.store
        let target = try store.code(into), going = try codes.map { try store.code($0) }
        try store.merge(going, into: target, who: desk.who())
        try self.desk.tell(Change(done: "merged", guid: target.guid, name: try store.paths()[target.id ?? 0])) { "" }
    }
}

struct CodeSplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Move some of a code's codings to a new code beside it.",
        discussion: """
            Examples:
              ordrett code split ansvar --to 'eget ansvar' --in P07 --in P08
              ordrett code split ansvar --to 'lederes ansvar' --trait stilling=leder --dry-run
              ordrett code split ansvar --to 'delt ansvar' --unit 1a2b3c4d --unit 5e6f7a8b
              ordrett code split ansvar --to 'ansvar for andre' --matching 'andre|de'
            """)

    @Argument(help: "The code.") var code: String
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp("The new code's name.", valueName: "name")) var to: String
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var hands: HandOptions
    @Option(help: ArgumentHelp("This meaning unit; may be repeated.", valueName: "id")) var unit: [String] = []
    @Option(help: ArgumentHelp("Units whose words fit, as in 'code search'.", valueName: "words")) var matching: String?
    @Flag(help: "Only say what would be moved.") var dryRun = false

    func run() throws {
        let desk = try self.desk.open()
        var query = RetrievalQuery()
        query.scope = try scope.scope()
        query.coders = hands.coders
        query.rounds = hands.round
        let result = try CodingTree.split(code, to: to, query: query, units: unit, matching: matching, isTrial: dryRun, desk: desk)
        try self.desk.tell(result) { "" }
        if !self.desk.json { Talk.say("\(result.codings) codings \(dryRun ? "would be moved" : "moved") to '\(to)'; \(result.left) stay") }
    }
}

struct CodeDropCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Remove a code and all under it; 'code undo' brings it back.",
        discussion: """
            Examples:
              ordrett code drop diverse
              ordrett code drop diverse --force        also when something is coded with it
            """)

    @Argument(help: "The code.") var code: String
    @OptionGroup var desk: DeskOptions
    @Flag(help: "Also when it is used, or has codes under it.") var force = false

    func run() throws {
        let desk = try self.desk.open(), found = try desk.store.code(code), name = try desk.store.paths()[found.id ?? 0]
        try desk.store.drop(found, force: force, who: desk.who())
        try self.desk.tell(Change(done: "dropped", guid: found.guid, name: name)) { "" }
    }
}

struct CodeBookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "book", abstract: "The codebook as a file: YAML or CSV.", subcommands: [Export.self, Import.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the codebook: names, definitions, examples, colours, memos.",
            discussion: """
                Examples:
                  ordrett code book export > kodebok.yaml
                  ordrett code book export --format csv --out koding/
                """)

        @OptionGroup var desk: DeskOptions
        @Option(help: "yaml or csv; by default as --out ends.") var format: String?
        @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout.", valueName: "path"), completion: .file()) var out: String?

        func run() throws {
            let desk = try self.desk.open(), entries = try desk.store.codebook()
            if self.desk.json { return try Talk.json(CodingTree.rows(desk.store, under: nil)) }
            guard let kind = format.map({ CodebookFile.Format(rawValue: $0) }) ?? out.flatMap({ CodebookFile.format(ofFile: $0) }) ?? .yaml else {
                throw CommandFailure.usage("--format is yaml or csv")
            }
            let data = Data(CodebookFile.write(entries, kind).utf8)
            guard let out else { return Talk.bytes(data) }
            let url = try CodingOutput.write(data, to: out, named: "kodebok.\(kind.rawValue)", desk: desk, sources: [])
            Talk.say("\(entries.count) codes written to \(url.lastPathComponent)")
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take a codebook in: known codes get the file's words, new ones are added, none goes.",
            discussion: """
                Examples:
                  ordrett code book import kodebok.yaml
                  ordrett code book import kodebok.csv --dry-run

                A code is known by its GUID, else by its path. A list made by hand needs a column 'path' (or 'code', with 'parent'), and what
                else it has: definition, examples, color. A copy of the store is made first.
                """)

        @Argument(help: "A codebook as YAML or CSV; - for stdin.", completion: .file()) var file: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "yaml or csv; by default as the file's name ends.") var format: String?
        @Flag(help: "Only say what would be done.") var dryRun = false

        func run() throws {
            let desk = try self.desk.open()
            guard let kind = format.map({ CodebookFile.Format(rawValue: $0) }) ?? CodebookFile.format(ofFile: file) ?? (file == "-" ? .yaml : nil) else {
                throw CommandFailure.usage("is this YAML or CSV? say with --format")
            }
            guard let text = String(data: try TextFile.bytes(file), encoding: .utf8) else { throw CommandFailure.badInput("the codebook is not UTF-8 text; save it as UTF-8") }
            let entries = try CodebookFile.read(text, kind), who = try desk.who()
            if !dryRun { try desk.store.backUpBeforeBulkChange() }
            let report = try desk.store.importCodebook(entries, isTrial: dryRun, who: who)
            if self.desk.json { try Talk.json(report) } else {
                let would = dryRun ? "would be " : ""
                Talk.say("\(report.added.count) codes \(would)added, \(report.changed.count) \(would)changed, \(report.unchanged) as they were")
                for (path, changes) in report.changed.sorted(by: { $0.key < $1.key }) { Talk.say("  \(path): \(changes.joined(separator: ", "))") }
                if !report.onlyInStore.isEmpty { Talk.say("\(report.onlyInStore.count) codes are in the store alone, and stay") }
                for conflict in report.conflicts { Talk.say("warning: \(conflict)") }
            }
            if !report.conflicts.isEmpty { throw ExitCode(Exit.someFailed) }
        }
    }
}
