import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeThemeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "theme", abstract: "Code groups, categories, sub-themes, themes: gather codes and meaning units under them.",
        discussion: """
            Examples:
              ordrett code theme add 'Å stå alene' --level theme
              ordrett code theme add 'Ingen å spørre' --level subtheme --under 'Å stå alene'
              ordrett code theme gather samarbeid/ansvar unit:1a2b3c4d --under 'Ingen å spørre'
              ordrett code theme list

            Levels: \(CodingThemes.levels.joined(separator: ", ")).
            """, subcommands: [Add.self, List.self, Gather.self, Release.self, Rename.self, Move.self, Drop.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a theme.", discussion: "Example:\n  ordrett code theme add 'Ingen å spørre' --level subtheme --under 'Å stå alene'")
        @Argument(help: "Its name.") var name: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp(stringLiteral: CodingThemes.levels.joined(separator: ", ") + "."), completion: .list(CodingThemes.levels)) var level = "theme"
        @Option(help: ArgumentHelp("The theme above it.", valueName: "theme")) var under: String?
        @Option(help: "What it says.") var definition = ""
        @Option(help: ArgumentHelp("Its colour.", valueName: "#rrggbb")) var color: String?

        func run() throws {
            let desk = try self.desk.open(), store = desk.store
            let made = try store.addTheme(
                name, level: CodingThemes.level(level), definition: definition, under: under.map { try store.theme($0) }, color: color, who: desk.who())
            try self.desk.tell(Change(done: "added", guid: made.guid, name: made.name)) { "" }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Themes as a tree, with what is under them.", discussion: "Example:\n  ordrett code theme list --json")
        @OptionGroup var desk: DeskOptions
        @Flag(help: "Codes that no theme has, too.") var ungathered = false

        func run() throws {
            let desk = try self.desk.open(), rows = try CodingThemes.rows(desk)
            if self.desk.json { return try Talk.json(rows) }
            for row in rows {
                let margin = String(repeating: "  ", count: row.depth)
                Talk.data("\(margin)\(row.name) (\(row.level))\n")
                for member in row.members { Talk.data("\(margin)  - \(member)\n") }
            }
            if ungathered {
                let gathered = Set(rows.flatMap(\.members))
                let left = try CodingTree.rows(desk.store, under: nil).map { "code:" + $0.path }.filter { !gathered.contains($0) }
                Talk.data("under no theme:\n" + left.map { "  - \($0)\n" }.joined())
            } else if rows.isEmpty { Talk.say("there are no themes; 'ordrett code theme add NAME'") }
        }
    }

    struct Gather: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gather", abstract: "Put codes, meaning units, sources or memos under a theme.",
            discussion: "Examples:\n  ordrett code theme gather ansvar samarbeid --under 'Å stå alene'\n  ordrett code theme gather unit:1a2b3c4d --under 'Å stå alene'")
        @Argument(help: "Codes, or unit:ID, source:NAME, memo:ID.") var members: [String]
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The theme.", valueName: "theme")) var under: String

        func run() throws {
            let desk = try self.desk.open(), found = try CodingThemes.members(members, desk)
            try desk.store.gather(found, under: desk.store.theme(under), who: desk.who())
            try self.desk.tell(Change(done: "gathered", guid: nil, name: under)) { "" }
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Take them out again.", discussion: "Example:\n  ordrett code theme release ansvar --from 'Å stå alene'")
        @Argument(help: "Codes, or unit:ID, source:NAME, memo:ID.") var members: [String]
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The theme.", valueName: "theme")) var from: String

        func run() throws {
            let desk = try self.desk.open(), found = try CodingThemes.members(members, desk)
            try desk.store.release(found.map(\.guid), from: desk.store.theme(from), who: desk.who())
            try self.desk.tell(Change(done: "released", guid: nil, name: from)) { "" }
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "change", abstract: "Give a theme another name, level or definition.",
            discussion: "Example:\n  ordrett code theme change 'Å stå alene' --name 'Å være alene om det' --level maintheme")
        @Argument(help: "The theme.") var theme: String
        @OptionGroup var desk: DeskOptions
        @Option(help: "Its new name.") var name: String?
        @Option(help: ArgumentHelp(stringLiteral: CodingThemes.levels.joined(separator: ", ") + ".")) var level: String?
        @Option(help: "What it says.") var definition: String?

        func run() throws {
            let desk = try self.desk.open(), found = try desk.store.theme(theme)
            try desk.store.change(found, name: name, level: level.map { try CodingThemes.level($0) }, definition: definition, who: desk.who())
            try self.desk.tell(Change(done: "changed", guid: found.guid, name: name ?? found.name)) { "" }
        }
    }

    struct Move: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Put a theme under another.", discussion: "Examples:\n  ordrett code theme move 'Ingen å spørre' --under 'Å stå alene'\n  ordrett code theme move 'Ingen å spørre' --top")
        @Argument(help: "The theme.") var theme: String
        @OptionGroup var desk: DeskOptions
        @Option(help: ArgumentHelp("The theme above it.", valueName: "theme")) var under: String?
        @Flag(help: "To the top.") var top = false

        func validate() throws { if (under == nil) != top { throw ValidationError("where to? --under THEME, or --top") } }

        func run() throws {
            let desk = try self.desk.open(), store = desk.store, found = try store.theme(theme)
            try store.move(found, under: under.map { try store.theme($0) }, who: desk.who())
            try self.desk.tell(Change(done: "moved", guid: found.guid, name: found.name)) { "" }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Remove a theme; what lies under it comes under the one above, and codes stay.", discussion: "Example:\n  ordrett code theme drop 'Å stå alene'")
        @Argument(help: "The theme.") var theme: String
        @OptionGroup var desk: DeskOptions

        func run() throws {
            let desk = try self.desk.open(), found = try desk.store.theme(theme)
            try desk.store.drop(found, who: desk.who())
            try self.desk.tell(Change(done: "dropped", guid: found.guid, name: found.name)) { "" }
        }
    }
}
