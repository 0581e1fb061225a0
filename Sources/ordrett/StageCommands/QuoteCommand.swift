import ArgumentParser
import Foundation
import Stages

struct QuoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote", abstract: "Somebody's words as an article quotes them: written Bokmål with its citation.",
        discussion: """
            Examples:
              ordrett quote P07 --from 00:01:05 --to 00:01:12
              ordrett quote P07.anonym.json --from 65 --to 72 --citation "({date:dd.MM.yy}. {role})"
              ordrett quote P07.anonym.json --from 65 --to 72 --citation "{code}:"

            Hesitations, repetitions and cut-offs are left out as in the view 'written'; (…) stands where words were passed over.
            """)

    @Argument(help: "A recording of the study, or a sealed or raw transcript's file; - for stdin.", completion: .file()) var file: String
    @OptionGroup var source: TranscriptSource
    @Option(help: ArgumentHelp("First time, hh:mm:ss or seconds.", valueName: "time")) var from: String
    @Option(help: ArgumentHelp("Last time.", valueName: "time")) var to: String
    @Option(help: "How the study cites: {label}, {code}, {role}, {recording}, {date:dd.MM.yy}.") var citation = "({label})"
    @Option(help: "A notation table, shipped or a .yaml file.") var notation = "helse"

    private static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0.replacing(",", with: ".")) }
        guard (1...3).contains(parts.count), parts.allSatisfy({ ($0 ?? -1) >= 0 && $0?.isFinite == true }) else { return nil }
        // After hours or minutes come at most 59 of the next.
        guard parts.dropFirst().allSatisfy({ ($0 ?? 60) < 60 }) else { return nil }
        return parts.reduce(0) { $0 * 60 + ($1 ?? 0) }
    }

    func validate() throws {
        for (name, value) in [("--from", from), ("--to", to)] where Self.seconds(value) == nil {
            throw ValidationError("\(name): '\(value)' is no time; write 00:01:05, 1:05 or 65")
        }
        if let first = Self.seconds(from), let last = Self.seconds(to), last < first { throw ValidationError("--to lies before --from") }
    }

    func run() throws {
        let found = try QuoteTool.quote(
            source.bytes(file), from: Self.seconds(from) ?? 0, to: Self.seconds(to) ?? 0, pattern: citation, notation: notation)
        if !found.missing.isEmpty { Talk.say("note: the transcript does not say \(found.missing.joined(separator: ", ")); cited by label") }
        for code in ConsentTool.notToBeQuoted(found.participants, study: source.study) {
            Talk.say("warning: \(code) has not consented to being quoted; see 'ordrett consent \(code)'")
        }
        if found.isConfidential { Talk.say("note: a raw transcript; do not share the quotation") }
        Talk.data(found.text + "\n")
    }
}
