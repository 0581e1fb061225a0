import Anonymization
import Bokmal
import Exchange
import Foundation
import Pipeline
import Transcript

/// One transcript in one format: what the command `export` does.
public struct ExportTool: Sendable {
    public static let formats = ExportFormat.allCases.map(\.rawValue)
    /// One line a format, for help.
    public static let formatList: [(name: String, summary: String)] = ExportFormat.allCases.map { ($0.rawValue, $0.summary) }
    public static let views = TranscriptView.allCases.map(\.rawValue)
    public static let numberings = LayoutOptions.Numbering.allCases.map(\.rawValue)
    public static let times = ExportOptions.TimePlacement.allCases.map(\.rawValue) + ["none"]
    public static let emphases = ["notation"] + NotationTable.Emphasis.Style.allCases.map(\.rawValue)

    /// One of ``formats``.
    public var format: String
    /// A shipped table or a .yaml file.
    public var notation = "helse"
    /// One of ``views``.
    public var view = "bokmal"
    /// One of ``numberings``.
    public var numbering = "none"
    /// One of ``times``.
    public var times = "inline"
    /// Seconds between times inside a turn; nil for times at turns only.
    public var timesEvery: Double?
    /// One of ``emphases``.
    public var emphasis = "notation"
    public var title: String?
    public var english = false
    /// The recording, for a raw transcript's page and ELAN file to name.
    public var audio: String?
    /// Where the file will lie, so that the recording can be named from there; nil for the current folder.
    public var folder: String?

    public init(format: String) { self.format = format }

    public struct Result: Sendable {
        /// The name the file would have in a study.
        public var name: String
        public var data: Data
        public var isConfidential: Bool
        public var notes: [String]
    }

    /// A sealed transcript gives a shareable file; a raw one a file stamped as confidential.
    /// - Parameter poll: called about twenty times a second while LibreOffice works; throws to end it.
    /// - Throws: ``StageFault`` for choices that do not exist and input that is no transcript, and what rendering throws.
    public func export(_ data: Data, poll: @escaping @Sendable () throws -> Void = {}) throws -> Result {
        let format = try choice(ExportFormat.self, format, "format")
        var table = try NotationTable.load(path: notation)
        if emphasis != "notation" { table.emphasis.style = try choice(NotationTable.Emphasis.Style.self, emphasis, "emphasis") }
        var layout = LayoutOptions()
        layout.view = try choice(TranscriptView.self, view, "view")
        layout.numbering = try choice(LayoutOptions.Numbering.self, numbering, "numbering")
        layout.times = times != "none"
        layout.timesEvery = layout.times ? timesEvery : nil
        layout.title = title
        layout.language = english ? .english : .bokmal
        let options = ExportOptions(timePlacement: times == "none" ? .inline : try choice(ExportOptions.TimePlacement.self, times, "times"))
        let pdf = format == .pdf ? try OfficeConverter.find().polled(poll) : nil
        switch try GivenTranscript(data) {
        case .sealed(let sealed):
            guard audio == nil else {
                throw StageFault("an anonymised transcript's file never names the recording, since a voice identifies; leave --audio out: the page lets its reader choose the recording")
            }
            let file = try ShareableExport.render(sealed, format: format, notation: table, layout: layout, options: options, pdf: pdf)
            return Result(name: file.name, data: file.data, isConfidential: false, notes: file.notes)
        case .raw(let raw):
            let file = try ConfidentialExport.render(
                raw, format: format, notation: table, layout: layout, options: options, audio: try reference(), pdf: pdf)
            let outside = layout.view.isBokmal ? BokmalCheck().turnsOutside(raw).count : 0
            let note = outside == 0 ? [] : ["\(outside) turns are not in Bokmål; put the transcript through 'ordrett bokmal' for that"]
            return Result(name: file.name, data: file.data, isConfidential: true, notes: file.notes + note)
        }
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type, _ value: String, _ name: String) throws -> Choice
    where Choice.RawValue == String {
        guard let found = Choice(rawValue: value) else {
            throw StageFault("'\(value)' is no \(name); allowed: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return found
    }

    private func reference() throws -> AudioReference? {
        guard let audio else { return nil }
        guard FileManager.default.fileExists(atPath: audio) else { throw StageFault("the recording that --audio names is not there; check the path") }
        guard let reference = AudioReference(from: URL(fileURLWithPath: folder ?? ".", isDirectory: true), to: URL(fileURLWithPath: audio)) else {
            throw StageFault("the recording's path cannot stand in a page; move it to a folder with a plain name")
        }
        return reference
    }
}
