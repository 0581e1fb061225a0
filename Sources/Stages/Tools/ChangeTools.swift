import Bokmal
import Foundation
import Pipeline
import Transcript

/// What the command `changes` does: shows what the Bokmål layer changed in a study, and writes down what the researcher decides.
public struct ChangeTools {
    /// Nil for a folder that `run --out` wrote to, which is no study.
    private let request: RunRequest?
    private let folders: OutputFolders
    private let store: ArtefactStore

    /// - Parameter study: the study's folder, or one that `run --out` wrote to; nil for the study that the current folder lies in.
    /// - Throws: ``StageFault`` when there is none, and what reading the study throws.
    public init(study: String?) throws {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        guard let root = study.map({ URL(fileURLWithPath: $0, isDirectory: true) }) ?? Study.find(from: here) else {
            throw StageFault("there is no study here; stand in its folder, or name it with --study")
        }
        folders = Study.layout(root)
        store = ArtefactStore(folders: folders)
        request = Study.exists(at: root) ? try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]) : nil
        guard request != nil || !store.items().isEmpty else {
            throw StageFault("'\(root.lastPathComponent)' is no study, and nothing has been run into it; check --study")
        }
    }

    private var ids: [String] { request?.all.map(\.id) ?? store.items().sorted() }

    /// Changes over the recordings that have been run.
    /// - Parameter chosen: recordings to look at; empty for all.
    /// - Returns: the report, and what the user should know of it.
    /// - Throws: ``RequestFault`` for a recording that the study has not; ``StageFault`` when nothing has been run.
    public func report(_ chosen: [String], rule: String? = nil, below: Double? = nil) throws -> (report: ChangeReport, notes: [String]) {
        let known = ids
        for id in chosen where !known.contains(id) {
            throw RequestFault("'\(TextFile.name(id))' is no recording of this study; 'ordrett status' shows them")
        }
        let found = transcripts(chosen.isEmpty ? known : chosen)
        guard !found.isEmpty else { throw StageFault("no recording here has been through 'bokmal'; run 'ordrett run' first") }
        let waiting = waiting().filter { chosen.isEmpty || chosen.contains($0) }
        let notes = waiting.isEmpty ? [] : ["\(waiting.joined(separator: ", ")): changed since the last run; 'ordrett run' brings the newest"]
        return (ChangeReport(found.map(\.transcript)).filtered(rule: rule, below: below), notes)
    }

    /// A report for people.
    public struct Table {
        public var headings: [String], rows: [[String]]
        /// One line on all of it.
        public var sum: String
    }

    public static func table(_ report: ChangeReport, english: Bool) -> Table {
        let sum =
            report.rows.isEmpty
            ? english ? "no changes" : "ingen endringer"
            : english
                ? "\(report.rows.count) changes, \(report.times) times in \(report.words) words"
                : "\(report.rows.count) endringer, \(report.times) ganger i \(report.words) ord"
        return Table(headings: ChangeReport.headings(english ? .english : .bokmal), rows: report.rows.map(ChangeReport.cells), sum: sum)
    }

    /// CSV by RFC 4180 with English names, as the other tables for programs have. No cell can be run as a formula.
    public static func csv(_ report: ChangeReport) -> String {
        func cell(_ text: String) -> String {
            let safe = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
            return safe.contains(where: { "\",\n\r".contains($0) }) ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
        }
        let rows = [["said", "written", "rule", "times", "recordings", "confidence", "lowest"]] + report.rows.map(ChangeReport.cells)
        return rows.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    public static func json(_ report: ChangeReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let rows = report.rows.map { row in
            var row = row
            row.confidence = (row.confidence * 1000).rounded() / 1000
            row.lowest = (row.lowest * 1000).rounded() / 1000
            return row
        }
        return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
    }

    private func transcripts(_ ids: [String]) -> [(id: String, transcript: Transcript)] {
        ids.compactMap { id in
            store.latest(item: id, stage: "bokmal").flatMap { try? BokmalTranscript(decoding: $0.data) }.map { (id, $0.transcript) }
        }
    }

    /// Recordings whose Bokmål layer, or something before it, waits to be run.
    private func waiting() -> [String] {
        guard let request, let plan = try? request.runner(options: .init(), observer: { _ in }).plan(request.all) else { return [] }
        return ids.filter { id in
            let own = plan.filter { $0.item == id }
            guard let last = own.lastIndex(where: { $0.stage == "bokmal" }) else { return false }
            return own[...last].contains { if case .run = $0.action { true } else { false } }
        }
    }

    // MARK: Decisions

    public enum Decision: Sendable {
        /// `said=written`: this form is never to be written for this word.
        case veto(String)
        /// The word stays as said.
        case never(String)
        /// `said=written`.
        case always(String)
        /// Whatever has been decided on the word is forgotten.
        case forget(String)
    }

    /// Writes decisions into the study's table.
    /// - Returns: what was done and what it leads to, without quoting a word.
    public func decide(_ decisions: [Decision], remark: String) throws -> [String] {
        var name = StudyWords.fileName
        if let request {
            guard let step = request.definition.steps.first(where: { $0.descriptor.id == BokmalStage.descriptor.id }) else {
                throw StageFault("the study's pipeline has no stage 'bokmal'; there is nothing to decide")
            }
            name = step.settings.text("words")
            guard !name.isEmpty else {
                throw StageFault("the setting 'words' of bokmal is empty: the study has no table of words; set it, or take the setting away")
            }
        }
        var said: [String: Bool] = [:]
        var changes: [(String) throws -> String] = []
        /// Forms ruled out stand beside one another; any other two decisions on a word would be settled by chance.
        func take(_ word: String, isVeto: Bool, _ number: Int, _ change: @escaping (String) throws -> String) throws {
            let key = word.trimmingCharacters(in: .whitespaces).lowercased()
            if let before = said[key], !(before && isVeto) {
                throw StageFault("decision \(number) is on the same word as one before it; give one of them, or two commands")
            }
            said[key] = isVeto
            changes.append { text in
                do { return try change(text) } catch let error as StudyWords.LineError where error.line == 0 {
                    throw StageFault("decision \(number): \(error.message)")
                }
            }
        }
        for (number, decision) in zip(1..., decisions) {
            func pair(_ text: String) throws -> (said: String, written: String) {
                do { return try BokmalChoices.pair(text) } catch { throw StageFault("decision \(number): \(error)") }
            }
            switch decision {
            case .veto(let text):
                let pair = try pair(text)
                try take(pair.said, isVeto: true, number) { try StudyWords.text($0, adding: .veto(pair.written), for: pair.said, remark: remark) }
            case .never(let word):
                try take(word, isVeto: false, number) { try StudyWords.text($0, adding: .never, for: word, remark: remark) }
            case .always(let text):
                let pair = try pair(text)
                try take(pair.said, isVeto: false, number) { try StudyWords.text($0, adding: .write(pair.written), for: pair.said, remark: remark) }
            case .forget(let word):
                try take(word, isVeto: false, number) { try StudyWords.text($0, forgetting: word) }
            }
        }
        let before = try StudyWordsFile.load(name, root: folders.root)
        try StudyWordsFile.edit(name, folders: folders) { try changes.reduce($0) { try $1($0) } }
        let after = try StudyWordsFile.load(name, root: folders.root)
        guard after != before else { return ["the study's words say so already; nothing was changed"] }
        var notes = ["written to \(URL(fileURLWithPath: name).lastPathComponent)"]
        let all = transcripts(ids)
        let touched = all.filter { _, transcript in transcript.turns.contains { $0.words.contains { said[$0.text.lowercased()] != nil } } }.map(\.id)
        if !all.isEmpty {
            notes.append(
                touched.isEmpty
                    ? "nobody says it in the recordings run so far: the Bokmål layer is made again, and the rest stays as it is"
                    : "said in \(touched.joined(separator: ", ")): 'ordrett run' makes the Bokmål layer again, and for these what comes after it")
        }
        return notes
    }
}
