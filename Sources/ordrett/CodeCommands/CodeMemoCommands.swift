import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeMemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memo", abstract: "Memos on codes, cases, sources, meaning units, themes, or the study.",
        discussion: """
            Examples:
              ordrett code memo add --on code:samarbeid/ansvar --text 'Skiller de mellom ansvar og plikt?'
              ordrett code memo add --on study --title 'Etter runde 1' < notat.txt
              ordrett code memo add --on unit:1a2b3c4d                opens $EDITOR
              ordrett code memo list --on code:samarbeid
            """, subcommands: [Add.self, List.self, Edit.self, Drop.self])

    struct Row: Encodable { var guid: String, on: String, title: String, text: String, coder: String, createdAt: String }

    /// --text, stdin, or what somebody writes in $EDITOR.
    static func text(_ given: String?, before: String = "") throws -> String {
        if let given { return given }
        if isatty(STDIN_FILENO) == 0 {
            guard let text = String(data: try TextFile.bytes("-"), encoding: .utf8) else { throw CommandFailure.badInput("the memo is not UTF-8 text") }
            return text.trimmingCharacters(in: .newlines)
        }
        return try MemoEditor.edit(before)
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Write a memo: --text, stdin, or $EDITOR.",
            discussion: "Examples:\n  ordrett code memo add --on code:ansvar --text 'Egen kode for delt ansvar?'\n  ordrett code memo add --on study < notat.txt")
        @Option(help: ArgumentHelp("code:NAME, case:NAME, source:NAME, unit:ID, theme:NAME, memo:ID, round:NUMBER or study.", valueName: "what")) var on = "study"
        @OptionGroup var desk: DeskOptions
        @Option(help: "Its heading.") var title = ""
        @Option(help: "What it says.") var text: String?

        func run() throws {
            let desk = try self.desk.open(), target = try desk.target(on), who = try desk.who()
            let words = try CodeMemoCommand.text(text)
            guard !words.isEmpty else { throw CommandFailure.usage("the memo is empty; nothing was written") }
            let made = try desk.store.addMemo(words, title: title, on: target, who: who)
            try self.desk.tell(Change(done: "added", guid: made.guid, name: nil)) { CodingDesk.short(made.guid) }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Memos.", discussion: "Examples:\n  ordrett code memo list\n  ordrett code memo list --on case:I4 --json")
        @Option(help: ArgumentHelp("Only on this: code:NAME, …, or study.", valueName: "what")) var on: String?
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), names = try desk.targetNames(), target = try on.map { try desk.target($0) }
            let coders = Dictionary(uniqueKeysWithValues: try desk.store.coders().map { ($0.id ?? 0, $0.name) })
            let rows = try desk.store.memos().filter { memo in target.map { $0 == memo.target } ?? true }.map {
                Row(guid: $0.guid, on: $0.target.map { names[$0] ?? $0 } ?? "study", title: $0.title, text: $0.text, coder: coders[$0.coderId] ?? "", createdAt: $0.createdAt)
            }
            try self.desk.tell(rows) {
                rows.map { row in
                    "\(CodingDesk.short(row.guid))  \(row.createdAt.prefix(10))  \(row.coder)  \(row.on)\(row.title.isEmpty ? "" : "  \(row.title)")\n"
                        + row.text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n")
                }.joined(separator: "\n\n")
            }
            if rows.isEmpty, !self.desk.json { Talk.say("there are no memos") }
        }
    }

    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change a memo: --text, stdin, or $EDITOR.", discussion: "Examples:\n  ordrett code memo edit 1a2b3c4d\n  ordrett code memo edit 1a2b3c4d --title 'Etter runde 2' --keep-text")
        @Argument(help: "The memo, by the beginning of its identifier.") var memo: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "Its heading.") var title: String?
        @Option(help: "What it says.") var text: String?
        @Flag(help: "Only the heading changes.") var keepText = false

        func run() throws {
            let desk = try self.desk.open(), found = try desk.memo(memo), who = try desk.who()
            let words = keepText ? found.text : try CodeMemoCommand.text(text, before: found.text)
            guard !words.isEmpty else { throw CommandFailure.usage("the memo would be empty; 'ordrett code memo drop' removes it") }
            try desk.store.change(found, title: title, text: words, who: who)
            try self.desk.tell(Change(done: "changed", guid: found.guid, name: nil)) { "" }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "drop", abstract: "Remove a memo; 'code undo' brings it back.", discussion: "Example:\n  ordrett code memo drop 1a2b3c4d")
        @Argument(help: "The memo, by the beginning of its identifier.") var memo: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), found = try desk.memo(memo)
            try desk.store.drop(found, who: desk.who())
            try self.desk.tell(Change(done: "dropped", guid: found.guid, name: nil)) { "" }
        }
    }
}

struct CodeLinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Named connexions between codes, units, themes, cases: 'leads to', 'contradicts'.",
        discussion: """
            Examples:
              ordrett code link add code:tidspress code:ansvar --name 'fører til'
              ordrett code link add unit:1a2b3c4d unit:5e6f7a8b --name motsier --direction both
              ordrett code link list
            """, subcommands: [Add.self, List.self, Drop.self])

    struct Row: Encodable { var guid: String, name: String, direction: String, from: String, to: String }
    enum Direction: String, ExpressibleByArgument, CaseIterable { case none, to, both }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Link two things.", discussion: "Example:\n  ordrett code link add code:tidspress code:ansvar --name 'fører til'")
        @Argument(help: "From: code:NAME, unit:ID, theme:NAME, case:NAME, source:NAME, memo:ID.") var from: String
        @Argument(help: "To.") var to: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "What the link says.") var name: String
        @Option(help: "to, both, or none.") var direction = Direction.to

        func run() throws {
            let desk = try self.desk.open()
            guard let origin = try desk.target(from), let target = try desk.target(to) else { throw CommandFailure.usage("the study as a whole has no links") }
            guard origin != target else { throw CommandFailure.usage("a thing is not linked with itself") }
            let kind: LinkRecord.Direction = switch direction { case .none: .associative; case .to: .oneWay; case .both: .bidirectional }
            let made = try desk.store.addLink(name, from: origin, to: target, direction: kind, who: desk.who())
            try self.desk.tell(Change(done: "added", guid: made.guid, name: name)) { CodingDesk.short(made.guid) }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All links.", discussion: "Example:\n  ordrett code link list --json")
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), names = try desk.targetNames()
            let rows = try desk.store.links().map {
                Row(guid: $0.guid, name: $0.name, direction: $0.direction.rawValue, from: names[$0.origin] ?? $0.origin, to: names[$0.target] ?? $0.target)
            }
            try self.desk.tell(rows) {
                rows.map { row in
                    let arrow = row.direction == "oneWay" ? "→" : row.direction == "bidirectional" ? "↔" : "–"
                    return "\(CodingDesk.short(row.guid))  \(row.from) \(arrow) \(row.to)  \(row.name)"
                }.joined(separator: "\n")
            }
            if rows.isEmpty, !self.desk.json { Talk.say("there are no links") }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "drop", abstract: "Remove a link.", discussion: "Example:\n  ordrett code link drop 1a2b3c4d")
        @Argument(help: "The link, by the beginning of its identifier.") var link: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), found = try CodingDesk.pick(link, of: desk.store.links(), guid: \.guid, kind: "link")
            try desk.store.drop(found, who: desk.who())
            try self.desk.tell(Change(done: "dropped", guid: found.guid, name: found.name)) { "" }
        }
    }
}

/// A text written in the user's own editor, in a file that nobody else reads and that does not stay.
enum MemoEditor {
    static func edit(_ text: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        guard let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw CommandFailure.usage("what does it say? --text, stdin, or set EDITOR to have one opened")
        }
        var template = Array((FileManager.default.temporaryDirectory.path + "/ordrett-\(getpid())-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CommandFailure(message: "cannot make a folder for the editor's file", code: Exit.badInput) }
        let folder = URL(fileURLWithPath: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self), isDirectory: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("notat.txt")
        guard FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw CommandFailure(message: "cannot make a file for the editor", code: Exit.badInput)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The variable may hold options, as in "code --wait".
        process.arguments = ["-c", "exec \(editor) \"$1\"", "sh", file.path]
        do { try process.run() } catch { throw CommandFailure(message: "the editor that EDITOR names does not start", code: Exit.badInput) }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFailure(message: "the editor ended with a fault; nothing was written", code: Exit.badInput) }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
