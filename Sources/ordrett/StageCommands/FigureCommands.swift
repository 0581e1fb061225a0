import ArgumentParser
import Foundation
import Pipeline
import Stages

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
        try OutputFile.deliver(result, to: out, inputs: [file, audio], transcripts: [data])
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
        let transcripts = try files.map { try source.bytes($0) }
        let results = try FigureTools.statistics(transcripts, format: format, english: english)
        let goesInto = out.map(OutputTarget.isFolder) ?? false
        // To one file or to stdout goes the table itself; the table by role has a place in a folder only.
        for (index, result) in (goesInto ? results : Array(results.prefix(1))).enumerated() {
            try OutputFile.deliver(result, to: out, inputs: files, transcripts: transcripts, tells: index == 0)
        }
        if results.count > 1 && !goesInto { Talk.say("note: the table by role is left out; name a folder with --out to get both") }
    }
}
