import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Where a transcript comes from: a file, stdin, or a study's own run.
struct TranscriptSource: ParsableArguments {
    @Option(help: ArgumentHelp("The study that a recording's id is looked up in; by default the one you stand in.", valueName: "dir")) var study: String?

    func bytes(_ name: String) throws -> Data {
        if name == "-" || FileManager.default.fileExists(atPath: name) { return try TextFile.bytes(name) }
        let found = try StudyTranscripts.sealed(name, study: study)
        for note in found.notes { Talk.say("note: \(note)") }
        return found.data
    }
}

struct FigureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figure", abstract: "A picture of a talk: lanes, pauses, laughter, emphasis, pitch and loudness (SVG or PNG).",
        discussion: """
            Examples:
              ordrett figure P07 --audio opptak/P07.wav --out P07.svg                in a study's folder
              ordrett figure P07.anonym.json --picture pauser --png --out P07.png
              ordrett figure P07.json --audio opptak/P07.wav --out fortrolig/       raw: stamped, with pitch in hertz

            A picture of a sealed transcript shows no word, and pitch and loudness relative to each speaker: it may be shared.
            """)

    @Argument(help: "A recording of the study, or a sealed or raw transcript's file; - for stdin.", completion: .file()) var file: String
    @OptionGroup var source: TranscriptSource
    @Option(help: "forlop: the talk over time; pauser: lengths of pauses and latencies.", completion: .list(FigureTools.pictures)) var picture = "forlop"
    @Option(help: ArgumentHelp("The recording, for the curves.", valueName: "file"), completion: .file()) var audio: String?
    @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout.", valueName: "path"), completion: .file()) var out: String?
    @Option(help: ArgumentHelp("Length of a row; by default what suits the recording.", valueName: "seconds")) var row: Double?
    @Option(help: "Heading; by default the recording's id.") var title: String?
    @Flag(help: "PNG instead of SVG; needs rsvg-convert.") var png = false
    @Flag(help: "Headings in English.") var english = false

    func validate() throws {
        guard FigureTools.pictures.contains(picture) else {
            throw ValidationError("'\(picture)' does not fit; expected \(FigureTools.pictures.joined(separator: ", "))")
        }
        if let row, !(10...3600).contains(row) { throw ValidationError("--row is in seconds, from 10 to 3600") }
    }

    func run() async throws {
        let line = ProgressLine("figure")
        let data = try source.bytes(file)
        let (picture, audio, png, row, title, english) = (picture, audio, png, row, title, english)
        let result = try await Interruption.guarding {
            Result {
                try FigureTools.figure(
                    data, picture: picture, audio: audio, png: png, rowSeconds: row, title: title, english: english, progress: line.report)
            }
        }.get()
        line.end()
        try OutputFile.deliver(result, to: out, inputs: [file, audio])
    }
}

struct StatisticsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics", abstract: "Talk time, turns, pauses, latencies and speech rate of each speaker.",
        discussion: """
            Examples:
              ordrett statistics P07 --format html --out P07.html
              ordrett statistics *.anonym.json --out tall/      a row a recording and speaker, and a table by role; the folder is made

            docs/formats/talk-statistics.md tells what each column is.
            """)

    @Argument(help: "Recordings of the study, or sealed or raw transcripts' files.", completion: .file()) var files: [String]
    @OptionGroup var source: TranscriptSource
    @Option(help: ArgumentHelp(stringLiteral: FigureTools.statisticsFormats.joined(separator: ", ") + "."), completion: .list(FigureTools.statisticsFormats))
    var format = "csv"
    @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout.", valueName: "path"), completion: .file()) var out: String?
    @Flag(help: "Headings in English.") var english = false

    func validate() throws {
        guard FigureTools.statisticsFormats.contains(format) else {
            throw ValidationError("'\(format)' does not fit; expected \(FigureTools.statisticsFormats.joined(separator: ", "))")
        }
    }

    func run() throws {
        let results = try FigureTools.statistics(files.map { try source.bytes($0) }, format: format, english: english)
        let goesInto = out.map(OutputTarget.isFolder) ?? false
        // To one file or to stdout goes the table itself; the table by role has a place in a folder only.
        for (index, result) in (goesInto ? results : Array(results.prefix(1))).enumerated() {
            try OutputFile.deliver(result, to: out, inputs: files, tells: index == 0)
        }
        if results.count > 1 && !goesInto { Talk.say("note: the table by role is left out; name a folder with --out to get both") }
    }
}

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
        let found = try FigureTools.quote(
            source.bytes(file), from: Self.seconds(from) ?? 0, to: Self.seconds(to) ?? 0, pattern: citation, notation: notation)
        if !found.missing.isEmpty { Talk.say("note: the transcript does not say \(found.missing.joined(separator: ", ")); cited by label") }
        if found.isConfidential { Talk.say("note: a raw transcript; do not share the quotation") }
        Talk.data(found.text + "\n")
    }
}

struct NotationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notation", abstract: "Notation tables: list them, show one, check a study's own.",
        discussion: """
            Examples:
              ordrett notation                      the shipped tables
              ordrett notation helse                what it writes
              ordrett notation min-notasjon.yaml    checked, with what cannot be read back

            docs/formats/notation.md tells how to make one.
            """)

    @Argument(help: "A shipped table or a .yaml file.", completion: .file()) var table: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws { Talk.data(try NotationTools.describe(table, json: json)) }
}
