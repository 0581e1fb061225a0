import ArgumentParser
import Foundation
import Stages

struct ChangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "What the Bokmål layer changed in a study, by frequency; rule a change out, keep or replace a word.",
        discussion: """
            Examples:
              ordrett changes                                    all changes of the study, commonest first
              ordrett changes P07 --below 0.7                    doubtful ones of one recording
              ordrett changes --rule phonetic.letters --csv > endringer.csv
              ordrett changes --rule left                        words for which no Bokmål form was found
              ordrett changes --veto "dåkker=dere"               never this form for this word; the next best, or the word as said
              ordrett changes --never Heimatt                    leave the word alone
              ordrett changes --always "heimen=hjemmet" --remark "sykehjemmet, jf. P07"
              ordrett changes --forget heimen                    take back what was decided on the word

            The list shows words as they were said: it is confidential. Decisions are for the whole study. They are lines of its
            table bokmal-ord.tsv, which may be edited by hand: said, tab, what to write (= leaves the word alone, !form rules a form
            out), tab, a remark. 'ordrett run' brings them into the transcripts.
            """)

    @Argument(help: "Recordings to look at; by default all.") var recordings: [String] = []
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("Only changes by this rule, or by rules that begin with it (style).", valueName: "rule")) var rule: String?
    @Option(help: ArgumentHelp("Only changes with a confidence below this, 0 to 1.", valueName: "number")) var below: Double?
    @Flag(help: "Headings in English.") var english = false
    @Flag(help: "As CSV.") var csv = false
    @Flag(help: "As JSON.") var json = false
    @Option(help: ArgumentHelp("A file for the list (0600), never in deling/; by default stdout.", valueName: "file"), completion: .file()) var out: String?
    @Option(help: ArgumentHelp("Rule out one form of a word; may be given again.", valueName: "said=written")) var veto: [String] = []
    @Option(help: ArgumentHelp("Leave a word alone; may be given again.", valueName: "word")) var never: [String] = []
    @Option(help: ArgumentHelp("Write this for a word; may be given again.", valueName: "said=written")) var always: [String] = []
    @Option(help: ArgumentHelp("Forget what was decided on a word; may be given again.", valueName: "word")) var forget: [String] = []
    @Option(help: ArgumentHelp("Why, for the table.", valueName: "text")) var remark: String?

    private var decisions: [ChangeTools.Decision] {
        forget.map { .forget($0) } + veto.map { .veto($0) } + never.map { .never($0) } + always.map { .always($0) }
    }

    func validate() throws {
        if let below, !(0...1).contains(below) { throw ValidationError("--below is a number from 0 to 1") }
        if csv && json { throw ValidationError("--csv and --json: one of the two") }
        let shows = rule != nil || below != nil || csv || json || english || out != nil || !recordings.isEmpty
        if !decisions.isEmpty && shows { throw ValidationError("a decision is for the whole study, and goes without recordings and options of the list") }
        if decisions.isEmpty && remark != nil { throw ValidationError("--remark goes with --veto, --never or --always") }
        if remark?.contains(where: \.isNewline) == true { throw ValidationError("--remark is one line") }
    }

    func run() throws {
        let tools = try ChangeTools(study: study)
        if !decisions.isEmpty {
            for note in try tools.decide(decisions, remark: remark ?? "") { Talk.say(note) }
            return
        }
        let (report, notes) = try tools.report(recordings, rule: rule, below: below)
        for note in notes { Talk.say("note: \(note)") }
        let text = json ? try ChangeTools.json(report) : csv ? ChangeTools.csv(report) : Self.table(ChangeTools.table(report, english: english))
        if let out { try OutputFile.write(Data(text.utf8), to: out, holding: .wordsAsSaid, inputs: []) }
        Talk.say("note: words as they were said; confidential")
        if out == nil { Talk.data(text) }
    }

    private static func table(_ content: ChangeTools.Table) -> String {
        guard !content.rows.isEmpty else { return content.sum + "\n" }
        var table = TextTable(header: content.headings, rightAligned: [3, 4, 5, 6])
        table.rows = content.rows
        return table.text + "\n\n" + content.sum + "\n"
    }
}
