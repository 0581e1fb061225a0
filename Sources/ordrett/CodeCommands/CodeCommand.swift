import ArgumentParser
import CodingStore
import Foundation
import Stages

struct CodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "Code the anonymised transcripts: from meaning units to themes, by many hands, with history.",
        discussion: """
            Examples:
              ordrett code add samarbeid/ansvar --definition 'Hvem som har ansvaret når flere samarbeider'
              ordrett code search 'ansvar*' --speaker 'Informant 4'
              ordrett code apply samarbeid/ansvar --in P07 --text 'hvem som skal gjøre hva'
              ordrett code show P07
              ordrett code quotes samarbeid --context 20
              ordrett code undo

            The store is koding.sqlite of the study you stand in (or --study, or --store). Who codes is said by --coder, by ORDRETT_CODER,
            or by 'coder:' in ordrett.yaml. docs/coding.md is the guide.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Codes",
                subcommands: [
                    CodeBookCommand.self, CodeAddCommand.self, CodeListCommand.self, CodeRenameCommand.self, CodeDefineCommand.self, CodeMoveCommand.self,
                    CodeMergeCodesCommand.self, CodeSplitCommand.self, CodeDropCommand.self,
                ]),
            CommandGroup(
                name: "Text", subcommands: [CodeApplyCommand.self, CodeRemoveCommand.self, CodeUnitCommand.self, CodeLostCommand.self, CodeShowCommand.self]),
            CommandGroup(name: "Find", subcommands: [CodeSearchCommand.self, CodeQuotesCommand.self, CodeCooccurCommand.self, CodeStatsCommand.self]),
            CommandGroup(name: "Analyse", subcommands: [CodeAgreementCommand.self, CodeTableCommand.self]),
            CommandGroup(
                name: "Describe", subcommands: [CodeCaseCommand.self, CodeAttributeCommand.self, CodeWaveCommand.self, CodeThemeCommand.self, CodeMemoCommand.self, CodeLinkCommand.self]),
            CommandGroup(name: "Rounds and history", subcommands: [CodeRoundCommand.self, CodeHistoryCommand.self, CodeUndoCommand.self, CodeRedoCommand.self]),
            CommandGroup(name: "Store", subcommands: [CodeExportCommand.self, CodeImportCommand.self, CodeJoinCommand.self, CodeBackupCommand.self, CodeCheckCommand.self]),
        ])
}

/// Which store, who works, and how the answer looks: the same for every command.
struct DeskOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The coding store; by default the study's.", valueName: "file"), completion: .file()) var store: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir"), completion: .directory) var study: String?
    @Option(help: ArgumentHelp("Who codes, for the history: initials will do.", valueName: "name")) var coder: String?
    @Flag(help: "As JSON on stdout.") var json = false

    func open() throws -> CodingDesk { try CodingDesk(store: store, study: study, coder: coder) }

    /// JSON when asked for, else words.
    func tell<T: Encodable>(_ value: T, _ words: () -> String) throws {
        if json { try Talk.json(value) } else {
            let text = words()
            if !text.isEmpty { Talk.data(text.hasSuffix("\n") ? text : text + "\n") }
        }
    }
}

/// Which talk a question is about.
struct ScopeOptions: ParsableArguments {
    @Option(name: .customLong("in"), help: ArgumentHelp("Only this source; may be repeated.", valueName: "source")) var sources: [String] = []
    @Option(help: ArgumentHelp("Only what this speaker says, by label or code; may be repeated.", valueName: "label")) var speaker: [String] = []
    @Option(name: .customLong("case"), help: ArgumentHelp("Only what belongs to this case; may be repeated.", valueName: "name")) var cases: [String] = []
    @Option(help: ArgumentHelp("Only sources of this wave; may be repeated.", valueName: "name")) var wave: [String] = []
    @Option(help: ArgumentHelp("Only where the case or source has this trait: stilling=leder, 'innbyggere>=5000'; all must hold.", valueName: "condition")) var trait: [String] = []
    @Option(help: ArgumentHelp("Only recorded on this day or later: 2006, 2006-12 or 2006-12-06.", valueName: "date")) var from: String?
    @Option(help: ArgumentHelp("Only recorded on this day or before.", valueName: "date")) var until: String?

    func validate() throws {
        for (name, value) in [("--from", from), ("--until", until)] {
            if let value, value.wholeMatch(of: #/\d{4}(-\d{2}(-\d{2})?)?/#) == nil { throw ValidationError("\(name): '\(value)' is no date; write 2006, 2006-12 or 2006-12-06") }
        }
    }

    func scope() throws -> Scope {
        var scope = Scope()
        scope.sources = sources
        scope.speakers = speaker
        scope.cases = cases
        scope.waves = wave
        scope.traits = try trait.map { try TraitCondition($0) }
        scope.from = from
        scope.until = until
        return scope
    }
}

/// Whose codings, of which rounds.
struct HandOptions: ParsableArguments {
    @Option(name: .customLong("by"), help: ArgumentHelp("Only this coder's; may be repeated.", valueName: "coder")) var coders: [String] = []
    @Option(help: ArgumentHelp("Only of this round; may be repeated.", valueName: "number")) var round: [Int] = []
}

/// What a change did, where there is not more to say.
struct Change: Encodable {
    var done: String
    var guid: String?
    var name: String?
}

/// One line of a text, cut to a width.
func shortened(_ text: String, _ width: Int) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
    return line.count > width ? line.prefix(max(1, width - 1)) + "…" : line
}
