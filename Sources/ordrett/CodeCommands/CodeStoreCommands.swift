import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeJoinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Take in what other coders did on a copy of the store; also 'code merge FILE'.",
        discussion: """
            Examples:
              ordrett code join ../fra-BC/koding.sqlite
              ordrett code merge ../fra-BC/koding.sqlite

            Each coder works on a copy; the copies are joined here. Nothing that was coded is lost: what both have is one, what one took away
            does not come back, and where both changed the same thing differently, it is told and ours stands. A copy is made first.
            """)
    @Argument(help: "Another copy of the study's store.", completion: .file()) var file: String
    @OptionGroup var desk: DeskOptions

    func run() throws { try Self.join(file, desk) }

    static func join(_ file: String, _ options: DeskOptions) throws {
        let desk = try options.open(), who = try desk.who()
        guard FileManager.default.fileExists(atPath: file) else { throw CommandFailure.badInput("there is no file '\((file as NSString).lastPathComponent)'; check the path") }
        let report = try desk.store.merge(from: URL(fileURLWithPath: file), who: who)
        if options.json { return try Talk.json(report) }
        if report.isEmpty { return Talk.say("the other store has nothing that is not here") }
        for (table, count) in report.added.sorted(by: { $0.key < $1.key }) { Talk.say("added: \(count) \(table)") }
        if report.removed > 0 { Talk.say("removed, as there: \(report.removed)") }
        if !report.changed.isEmpty { Talk.say("\(report.changed.count) meaning units have changed words; look at them") }
        if !report.lost.isEmpty { Talk.say("\(report.lost.count) meaning units have lost their words: 'ordrett code lost'") }
        for difference in report.differing { Talk.say("differs: \(difference.table) '\(difference.name)', \(difference.column): ours stands") }
        if !report.droppedThere.isEmpty { Talk.say("dropped there and kept here: \(report.droppedThere.count)") }
    }
}

struct CodeBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make a copy of the store beside it, or list the copies.",
        discussion: """
            Examples:
              ordrett code backup
              ordrett code backup --list

            A copy is also made before every merge, import and bulk change; of those the newest \(CodingStore.automaticBackups) are kept. To go back, put a
            copy in the store's place while nobody works on it.
            """)
    @OptionGroup var desk: DeskOptions
    @Flag(help: "Only list the copies.") var list = false

    func run() throws {
        let store = try desk.open().store
        if !list {
            let copy = try store.backUp()
            if !desk.json { return Talk.data(copy.path + "\n") }
        }
        let copies = store.backups()
        try desk.tell(copies) {
            guard !copies.isEmpty else { return "" }
            var table = TextTable(header: ["copy", "made", "MB"], rightAligned: [2])
            table.rows = copies.map { [$0.name, $0.isAutomatic ? "before a change" : "by hand or an update", String(format: "%.1f", locale: Locale(identifier: "en_US_POSIX"), Double($0.bytes) / 1e6)] }
            return table.text
        }
    }
}

struct CodeCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Whether the store is whole, and what in it waits for somebody.",
        discussion: "Examples:\n  ordrett code check\n  ordrett code check --json\n\nExit code 65 when the file is damaged.")
    @OptionGroup var desk: DeskOptions

    func run() throws {
        let store = try desk.open().store
        let report = try CodingCheck.run(store)
        try desk.tell(report) { "the store is whole: \(report.sources) sources, \(report.units) meaning units, \(report.codings) codings" }
        if desk.json { return }
        for note in report.notes { Talk.say("note: \(note)") }
    }
}
