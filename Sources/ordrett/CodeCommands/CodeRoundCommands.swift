import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeRoundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "round", abstract: "Rounds of coding: start, finish, list.",
        discussion: """
            Examples:
              ordrett code round start 'Etter samtale om kodeboka'
              ordrett code round finish
              ordrett code round list

            What is coded belongs to the open round. What was coded before rounds were counted is round 1.
            """, subcommands: [Start.self, Finish.self, List.self])

    struct Row: Encodable { var number: Int, name: String, startedAt: String, finishedAt: String?, codings: Int }

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a round.", discussion: "Example:\n  ordrett code round start 'Runde 2'")
        @Argument(help: "Its name.") var name = ""
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), made = try desk.store.startRound(name, who: desk.who())
            try self.desk.tell(Change(done: "started", guid: made.guid, name: "\(made.number)")) { "" }
            if !self.desk.json { Talk.say("round \(made.number) is open") }
        }
    }

    struct Finish: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "finish", abstract: "Finish the open round.", discussion: "Example:\n  ordrett code round finish")
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), done = try desk.store.finishRound(who: desk.who())
            try self.desk.tell(Change(done: "finished", guid: done.guid, name: "\(done.number)")) { "" }
            if !self.desk.json { Talk.say("round \(done.number) is finished") }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Rounds and how much was coded in each.", discussion: "Example:\n  ordrett code round list --json")
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let store = try desk.open().store, counts = try store.statistics().rounds
            let rows = try store.rounds().map { Row(number: $0.number, name: $0.name, startedAt: $0.startedAt, finishedAt: $0.finishedAt, codings: counts["\($0.number)"] ?? 0) }
            if desk.json { return try Talk.json(rows) }
            guard !rows.isEmpty else { return Talk.say("no round has been started: all that is coded is round 1") }
            var table = TextTable(header: ["round", "name", "started", "finished", "codings"], rightAligned: [0, 4])
            for row in rows { table.rows.append(["\(row.number)", row.name, String(row.startedAt.prefix(10)), row.finishedAt.map { String($0.prefix(10)) } ?? "open", "\(row.codings)"]) }
            Talk.data(table.text + "\n")
        }
    }
}

struct CodeHistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who did what, when, and what was there before.",
        discussion: """
            Examples:
              ordrett code history
              ordrett code history --by AB --from 2026-03 --action coding
              ordrett code history --about samarbeid/ansvar --limit 0          all that was done to a code
              ordrett code history --json
            """)

    @OptionGroup var desk: DeskOptions
    @Option(name: .customLong("by"), help: ArgumentHelp("Only what this coder did; may be repeated.", valueName: "coder")) var who: [String] = []
    @Option(help: ArgumentHelp("Only such operations: code, coding.add; may be repeated.", valueName: "name")) var action: [String] = []
    @Option(help: ArgumentHelp("First day: 2026-03-12, or less of it.", valueName: "date")) var from: String?
    @Option(help: ArgumentHelp("Last day.", valueName: "date")) var until: String?
    @Option(help: ArgumentHelp("Only what was done to this: a code, code:NAME, case:NAME, unit:ID, …", valueName: "what")) var about: String?
    @Option(help: ArgumentHelp("Only this operation.", valueName: "number")) var operation: Int64?
    @Option(help: ArgumentHelp("The newest so many lines; 0 for all.", valueName: "number")) var limit = 50

    func run() throws {
        let desk = try self.desk.open()
        var filter = CodingHistory.Filter()
        filter.who = who
        filter.actions = action
        filter.from = from
        filter.until = until
        // A code that is gone is looked for by what was written of it.
        filter.about = about.map { text in (try? desk.target(text)) ?? (try? desk.store.code(text).guid) ?? text }
        filter.operation = operation
        filter.limit = limit > 0 ? limit : nil
        let rows = try CodingHistory.rows(desk.store, filter)
        if self.desk.json { return try Talk.json(rows) }
        guard !rows.isEmpty else { return Talk.say("nothing has been done that fits") }
        var table = TextTable(header: ["no.", "when", "who", "what", "where", "change"], rightAligned: [0])
        for row in rows {
            table.rows.append([
                row.operation.map(String.init) ?? "-", String(row.at.prefix(16)).replacing("T", with: " "), row.who, row.action + (row.undoes.map { " (of \($0))" } ?? ""), row.target,
                CodingHistory.summary(row),
            ])
        }
        Talk.data(table.text + "\n")
    }
}

struct CodeUndoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back what you did last, from this session or any before it.",
        discussion: """
            Examples:
              ordrett code undo
              ordrett code undo --steps 3

            Only your own operations; what others have changed since must be taken back first. Imports of texts and merged stores cannot be
            taken back: a copy of the store as it was lies beside it.
            """)
    @OptionGroup var desk: DeskOptions
    @Option(help: "How many operations.") var steps = 1

    func validate() throws { if steps < 1 { throw ValidationError("--steps is at least 1") } }
    func run() throws { try reverse(desk, steps, "taken back") { try $0.undo(who: $1) } }
}

struct CodeRedoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redo", abstract: "Do again what you took back.", discussion: "Examples:\n  ordrett code redo\n  ordrett code redo --steps 3")
    @OptionGroup var desk: DeskOptions
    @Option(help: "How many operations.") var steps = 1

    func validate() throws { if steps < 1 { throw ValidationError("--steps is at least 1") } }
    func run() throws { try reverse(desk, steps, "done again") { try $0.redo(who: $1) } }
}

private func reverse(_ options: DeskOptions, _ steps: Int, _ word: String, _ step: (CodingStore, String) throws -> OperationRecord) throws {
    struct Row: Encodable { var operation: Int64, action: String, at: String }
    let desk = try options.open(), who = try desk.who()
    var rows: [Row] = []
    for number in 1...steps {
        do {
            let done = try step(desk.store, who)
            rows.append(Row(operation: done.id ?? 0, action: done.action, at: done.at))
        } catch let error as StoreError where number > 1 && (error == .nothingToUndo || error == .nothingToRedo) { break }
    }
    try options.tell(rows) { "" }
    if !options.json { for row in rows { Talk.say("\(word): \(row.action) of \(row.at.prefix(16).replacing("T", with: " "))") } }
}
