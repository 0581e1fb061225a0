import ArgumentParser
import Foundation
import Pipeline
import Stages

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "A transcript for Word, LibreOffice, a browser, MAXQDA, NVivo, ATLAS.ti, QualCoder, ELAN, Praat, R.",
        discussion: """
            Examples:
              ordrett export P07 --format docx --out P07.docx                              in a study's folder
              ordrett export P07.anonym.json --format pdf --times margin --numbering lines --out P07.pdf
              ordrett export P07.anonym.json --format html --out deling/                   named as in a study
              ordrett export P07.anonym.json --format txt-nvivo > P07.txt
              ordrett export P07.anonym.json --format csv-words --view verbatim > P07.csv
              ordrett export P07 --format docx --view written --out P07.docx               hesitations and false starts left out
              ordrett export P07.json --format html --audio opptak/P07.wav --out P07.html  raw: stamped as confidential

            Formats:
            \(formats)

            A sealed transcript gives a file for sharing, a raw one a file stamped as confidential. Of a sealed one the view verbatim
            keeps fillers and repetitions but not the dialect forms, which anonymisation takes away.
            docs/formats/README.md says what each format holds and what it cannot.
            """)

    private static let formats: String = {
        let widest = ExportTool.formatList.map(\.name.count).max() ?? 0
        return ExportTool.formatList.map { "  " + $0.name + String(repeating: " ", count: widest - $0.name.count + 2) + $0.summary }.joined(separator: "\n")
    }()

    @Argument(help: "A recording of the study, or a sealed or raw transcript's file; - for stdin.", completion: .file()) var file: String
    @OptionGroup var source: TranscriptSource
    @Option(help: ArgumentHelp("One of the formats above.", valueName: "format"), completion: .list(ExportTool.formats)) var format: String
    @Option(help: ArgumentHelp("Where to write, a file or a folder/; by default stdout.", valueName: "path"), completion: .file()) var out: String?
    @Option(help: "A notation table, shipped or a .yaml file.") var notation = "helse"
    @Option(help: ArgumentHelp(stringLiteral: ExportTool.views.joined(separator: ", ") + "."), completion: .list(ExportTool.views)) var view = "bokmal"
    @Option(help: "none, lines or turns.", completion: .list(ExportTool.numberings)) var numbering = "none"
    @Option(help: "inline: before the speaker; margin: in the page's margin (docx, odt, pdf); none.", completion: .list(ExportTool.times)) var times = "inline"
    @Option(help: ArgumentHelp("A time inside a turn, too, every so many seconds.", valueName: "seconds")) var timesEvery: Double?
    @Option(help: ArgumentHelp(stringLiteral: "How emphasised words look: \(ExportTool.emphases.joined(separator: ", "))."), completion: .list(ExportTool.emphases))
    var emphasis = "notation"
    @Option(help: "Heading; by default the recording's id.") var title: String?
    @Option(help: ArgumentHelp("The recording that a raw transcript's html or eaf names.", valueName: "file"), completion: .file()) var audio: String?
    @Flag(help: "Headings in English.") var english = false

    func validate() throws {
        for (value, allowed) in [
            (format, ExportTool.formats), (view, ExportTool.views), (numbering, ExportTool.numberings), (times, ExportTool.times), (emphasis, ExportTool.emphases),
        ] where !allowed.contains(value) {
            throw ValidationError("'\(value)' does not fit; expected \(allowed.joined(separator: ", "))")
        }
        if let timesEvery, !(timesEvery >= 1) { throw ValidationError("--times-every is in seconds, at least 1") }
    }

    func run() async throws {
        var tool = ExportTool(format: format)
        tool.notation = notation
        tool.view = view
        tool.numbering = numbering
        tool.times = times
        tool.timesEvery = timesEvery
        tool.emphasis = emphasis
        tool.title = title
        tool.english = english
        tool.audio = audio
        tool.folder = out.map { OutputTarget.isFolder($0) ? $0 : URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        let data = try source.bytes(file)
        // LibreOffice takes seconds; Ctrl-C meanwhile must end it and take the document's copy away.
        let result = try await Interruption.guarding { [tool] in Result { try tool.export(data, poll: { try Task<Never, Never>.checkCancellation() }) } }.get()
        try OutputFile.deliver(result, to: out, inputs: [file, audio, notation], transcripts: [data])
    }
}
