import ArgumentParser
import CodingExchange
import CodingStore
import Foundation
import Stages

struct CodeExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "The whole analysis for NVivo, MAXQDA, ATLAS.ti, QualCoder, R.",
        discussion: """
            Examples:
              ordrett code export qdpx                                a project, into koding/
              ordrett code export qdpx --sound included --out ~/analyse.qdpx
              ordrett code export qdc --out kodebok.qdc
              ordrett code export csv --out tabeller

            Formats:
            \(list)

            Layouts of a project: beside (codings on text, sound beside it; every program reads it), transcript (codings on the sound's
            transcript), text (no sound). Only redacted sound goes along.
            """)

    private static let list = CodingExchangeTools.exportFormats.map { "  \($0.name)\(String(repeating: " ", count: max(1, 6 - $0.name.count)))\($0.summary)" }.joined(separator: "\n")

    @Argument(help: "qdpx, qdc or csv; by default qdpx.", completion: .list(CodingExchangeTools.exportFormats.map(\.name))) var kind: String?
    @OptionGroup var desk: DeskOptions
    @Option(help: "The same, as an option.", completion: .list(CodingExchangeTools.exportFormats.map(\.name))) var format: String?
    @Option(help: ArgumentHelp("Where to write; by default koding/.", valueName: "path"), completion: .file()) var out: String?
    @Option(help: "beside, transcript or text.", completion: .list(ProjectExportOptions.Layout.allCases.map(\.rawValue))) var layout = "beside"
    @Option(help: "reference, included or none.", completion: .list(ProjectExportOptions.Sound.allCases.map(\.rawValue))) var sound = "reference"
    @Flag(help: "The report in English.") var english = false

    func run() throws {
        guard let layout = ProjectExportOptions.Layout(rawValue: layout) else { throw CommandFailure.usage("--layout is beside, transcript or text") }
        guard let sound = ProjectExportOptions.Sound(rawValue: sound) else { throw CommandFailure.usage("--sound is reference, included or none") }
        guard kind == nil || format == nil || kind == format else { throw CommandFailure.usage("one format at a time") }
        let desk = try self.desk.open()
        let made = try Interruption.endingAtOnce {
            try CodingExchangeTools.export(kind ?? format ?? "qdpx", to: out, options: .init(layout: layout, sound: sound), desk: desk) { _ in }
        }
        if self.desk.json { return try Talk.json(made.report) }
        Talk.say("written to \(out == nil ? "koding/" : "")\(made.url.lastPathComponent)")
        let report = made.report.render(english ? .english : .bokmal)
        if !report.isEmpty { Talk.say(report) }
    }
}

struct CodeImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in an analysis from NVivo, MAXQDA, ATLAS.ti (REFI-QDA), Taguette or QualCoder.",
        discussion: """
            Examples:
              ordrett code import analyse.qdpx
              ordrett code import kodebok.qdc
              ordrett code import prosjekt.sqlite3                     Taguette
              ordrett code import prosjekt.qda                         QualCoder's folder
              ordrett code import analyse.qdpx --vouch 'Navnene er pseudonymer'

            What is here already, by its identifier, stands. Texts that are not this study's own transcripts are looked through: with what looks
            like names or numbers in them nothing is taken in, unless --vouch says why they identify nobody. A copy of the store is made before
            texts are taken in.
            """)

    @Argument(help: "A project's file or folder.", completion: .file()) var file: String
    @OptionGroup var desk: DeskOptions
    @Option(help: ArgumentHelp(stringLiteral: CodingExchangeTools.importFormats.joined(separator: ", ") + "; by default what the file is."), completion: .list(CodingExchangeTools.importFormats)) var format: String?
    @Option(help: ArgumentHelp("Why what looks like direct identifiers identifies nobody; you answer for it.", valueName: "reason")) var vouch: String?
    @Flag(help: "The report in English.") var english = false

    func run() throws {
        let desk = try self.desk.open()
        let report = try Interruption.endingAtOnce { try CodingExchangeTools.take(file, as: format, vouch: vouch, desk: desk) { _ in } }
        if self.desk.json { return try Talk.json(report) }
        Talk.say(report.render(english ? .english : .bokmal))
        if let backup = report.backup { Talk.say("the store as it was before: \(backup)") }
    }
}
