import ArgumentParser
import Foundation
import Pipeline
import Stages

struct ReviewFindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review-findings", abstract: "Go through what the audit found, and decide: accept, mask or keep.",
        discussion: """
            Examples:
              ordrett review-findings P07 --by "Kari Forsker"          one by one, with the line of the anonymised transcript
              ordrett review-findings P07 --list                       what is open
              ordrett review-findings P07 --list --all                 with notes, and what has been decided on
              ordrett review-findings P07 --list --replacements        what was replaced, to say what was wrongly masked
              ordrett review-findings --decide 3fa20b1c mask --type place --after 1 --by "Kari Forsker" --why "gårdsnavn"
              ordrett review-findings --decided --json
              ordrett review-findings --undo 3fa20b1c

            accept: it is fine. mask: replace it too (--type says as what; --before and --after take more words of the turn along).
            keep: it was wrongly replaced, let it stand; the policy's deny list wins over it. What is decided is in force from the next
            'ordrett run', also when the draft has changed around it; a decision whose place is gone is reported, not forgotten. Decisions
            are kept in fortrolig/avgjorelser.forseglet without the words they are about. The list quotes nothing; the lines that the
            interactive review shows stay on your screen.
            """)

    @Argument(help: "A recording of the study; by default all of them.") var item: String?
    @Option(help: ArgumentHelp("The study folder, or one that 'run --out' wrote to; by default the one you stand in.", valueName: "dir")) var study: String?
    @Flag(help: "List what is open; decide nothing.") var list = false
    @Flag(help: "With --list: notes, too, and what has been decided on.") var all = false
    @Flag(help: "What was replaced instead of what was found.") var replacements = false
    @Flag(help: "List what has been decided, and what became of it.") var decided = false
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Decide on one: its id, then accept, mask or keep.", valueName: "id verdict")) var decide: [String] = []
    @Option(help: ArgumentHelp("Take the decision on this id back.", valueName: "id")) var undo: String?
    @Option(help: ArgumentHelp("Who decides.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("Why.", valueName: "text")) var why = ""
    @Option(help: ArgumentHelp(stringLiteral: "mask: as what: \(IdentifierType.allCases.map(\.rawValue).joined(separator: ", ")).")) var type: String?
    @Option(help: ArgumentHelp("mask, keep: so many words of the turn before, too.", valueName: "n")) var before = 0
    @Option(help: ArgumentHelp("mask, keep: so many words of the turn after, too.", valueName: "n")) var after = 0
    @Flag(help: "As JSON on stdout, with --list or --decided.") var json = false

    func validate() throws {
        if !decide.isEmpty {
            guard decide.count == 2, ReviewVerdict(rawValue: decide[1]) != nil else { throw ValidationError("--decide takes an id and accept, mask or keep") }
            if by == nil { throw ValidationError("say who decides: --by NAME") }
        }
        if let type, IdentifierType(rawValue: type) == nil { throw ValidationError("--type is one of \(IdentifierType.allCases.map(\.rawValue).joined(separator: ", "))") }
        if [list, decided, undo != nil, !decide.isEmpty].count(where: { $0 }) > 1 { throw ValidationError("--list, --decided, --decide and --undo do not go together") }
        if all && !(list || json) { throw ValidationError("--all goes with --list") }
        if !(0...20).contains(before) || !(0...20).contains(after) { throw ValidationError("--before and --after are from 0 to 20") }
    }

    func run() throws {
        let review = try FindingsReview(study: study)
        if let undo {
            let gone = try review.undo(undo)
            return Talk.say("\(gone.item): '\(gone.verdict.rawValue)' on \(undo) is taken back; run 'ordrett run'")
        }
        if let id = decide.first, let verdict = decide.last.flatMap(ReviewVerdict.init(rawValue:)) {
            let made = try review.decide(id, verdict, by: by ?? "", why: why, type: type.flatMap(IdentifierType.init(rawValue:)), extend: (before, after))
            return Talk.say("\(made.item): \(made.verdict.rawValue)\(made.type.map { " as \($0.rawValue)" } ?? ""); in force from the next 'ordrett run'")
        }
        if decided { return try show(review.decided(item)) }
        let items = item.map { [$0] } ?? review.items
        let entries = try items.flatMap { try review.entries($0, replacements: replacements) }
        if list || json { return try show(all || replacements ? entries : entries.filter(\.isOpen), of: entries.count) }
        guard isatty(STDIN_FILENO) == 1 else { throw CommandFailure.usage("the review asks on a terminal; give --list or --decide in scripts") }
        try ask(review, entries.filter { replacements ? $0.decision == nil : $0.isOpen })
    }

    private func show(_ entries: [FindingsReview.Entry], of count: Int) throws {
        if json { return try Talk.json(entries) }
        if entries.count < count { Talk.say("\(count - entries.count) more are notes or decided on: --all lists them, too") }
        var table = TextTable(header: ["id", "recording", "weight", "what", "type", "turn", "time", "rule", "decided"], rightAligned: [5, 6])
        for entry in entries {
            table.rows.append([
                entry.id, entry.item, entry.severity.rawValue, entry.code, entry.types.map(\.rawValue).joined(separator: ","), entry.turn == 0 ? "-" : String(entry.turn),
                entry.seconds.map(clockText) ?? "-", entry.rule, entry.decision?.rawValue ?? "-",
            ])
        }
        Talk.data(entries.isEmpty ? "nothing open to decide on\n" : table.text + "\n")
    }

    private func show(_ decisions: [FindingsReview.Decided]) throws {
        if json { return try Talk.json(decisions) }
        var table = TextTable(header: ["id", "recording", "what", "verdict", "by", "when", "state", "why"])
        for one in decisions {
            table.rows.append([one.id, one.item, one.code, one.verdict.rawValue + (one.type.map { " " + $0.rawValue } ?? ""), one.by, String(one.at.prefix(10)), one.state.rawValue, one.why])
        }
        Talk.data(decisions.isEmpty ? "nothing has been decided\n" : table.text + "\n")
    }

    /// One by one on the terminal. The lines shown are of the anonymised transcript.
    private func ask(_ review: FindingsReview, _ entries: [FindingsReview.Entry]) throws {
        guard !entries.isEmpty else { return Talk.say("nothing open to decide on") }
        var name = by ?? ""
        while name.trimmingCharacters(in: .whitespaces).isEmpty {
            Talk.say(raw: "Who decides? ")
            guard let line = readLine() else { return }
            name = line
        }
        var made = 0
        for (number, entry) in entries.enumerated() {
            var extend = (before: 0, after: 0)
            asking: while true {
                Talk.say("\n\(number + 1) of \(entries.count)  \(entry.item)  \(entry.code) \(entry.types.map(\.rawValue).joined(separator: ", "))  [\(entry.rule)]  turn \(entry.turn)\(entry.seconds.map { " at " + clockText($0) } ?? "")")
                if let context = review.context(entry) {
                    Talk.say("  \(context.speaker): " + context.words.map { $0.isFound ? "\u{1B}[7m\($0.text)\u{1B}[0m" : $0.text }.joined(separator: " "))
                }
                if extend != (0, 0) { Talk.say("  and \(extend.before) words before, \(extend.after) after") }
                Talk.say(raw: "[a]ccept  [m]ask (m place: as what)  [k]eep  [e]xtend BEFORE AFTER  [s]kip  [q]uit: ")
                guard let line = readLine() else { return finish(made) }
                let parts = line.lowercased().split(separator: " ").map(String.init)
                do {
                    switch parts.first?.prefix(1) {
                    case "a": try review.decide(entry.id, .accept, by: name, why: reason())
                    case "m":
                        let kind = try parts.dropFirst().first.map { text -> IdentifierType in
                            guard let kind = IdentifierType.allCases.first(where: { $0.rawValue.lowercased() == text }) else {
                                throw CommandFailure.usage("types: \(IdentifierType.allCases.map(\.rawValue).joined(separator: ", "))")
                            }
                            return kind
                        }
                        try review.decide(entry.id, .mask, by: name, why: reason(), type: kind, extend: extend)
                    case "k": try review.decide(entry.id, .keep, by: name, why: reason(), extend: extend)
                    case "e":
                        let numbers = parts.dropFirst().compactMap { Int($0) }.map { min(20, max(0, $0)) }
                        extend = (numbers.first ?? 0, numbers.dropFirst().first ?? 0)
                        continue asking
                    case "s": break asking
                    case "q": return finish(made)
                    default: continue asking
                    }
                    made += 1
                    break asking
                } catch let fault as RequestFault { Talk.say("  \(fault)") } catch let failure as CommandFailure { Talk.say("  \(failure.message)") }
            }
        }
        finish(made)
    }

    private func reason() -> String {
        Talk.say(raw: "  Why? (may be empty) ")
        return readLine() ?? ""
    }

    private func finish(_ made: Int) { Talk.say(made == 0 ? "nothing decided" : "\(made) decided; run 'ordrett run' to put them in force") }
}
