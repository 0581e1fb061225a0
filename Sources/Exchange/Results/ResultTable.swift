import Anonymization
import Foundation
import Transcript

/// A table of results of the analysis, before it has a shape: title, columns, rows, notes.
///
/// Only modules that work on the coding store make one, and the store takes nothing but anonymised text; that is why its files are
/// ``ShareableFile``s. Every shape says how far the material is from the people in it.
public struct ResultTable: Sendable, Hashable {
    public enum Cell: Sendable, Hashable {
        /// Line breaks are kept where the shape can show them.
        case text(String)
        /// Nil for a missing value.
        case whole(Int?)
        /// With this many decimals, 0 … 6; nil for a missing value.
        case number(Double?, places: Int = 3)
        /// A part of a whole, 0 … 1, shown in per cent; nil for a missing value.
        case share(Double?)

        public var isEmpty: Bool {
            switch self {
            case .text(let text): text.isEmpty
            case .whole(let value): value == nil
            case .number(let value, _): value == nil
            case .share(let value): value == nil
            }
        }
    }

    public struct Column: Sendable, Hashable {
        /// The column's name for programs: English, lower case, `_` between words, the unit last.
        public var key: String
        /// What people read.
        public var title: String
        /// How wide, in letters.
        public var width: Double

        package init(_ key: String, _ title: String, width: Double = 14) {
            self.key = key
            self.title = title
            self.width = width
        }
    }

    /// The stem of its files' names: `datamatrise`.
    public var name: String
    public var title: String
    public var columns: [Column]
    /// As many cells as there are columns.
    public var rows: [[Cell]]
    /// What a reader must know: how it was counted, what was left out.
    public var notes: [String]
    public var status: AnonymizedTranscript.Status
    public var language: DocumentLanguage
    /// How many columns from the left say again what the row above says: shown once where the shape can.
    public var grouped: Int

    package init(
        name: String, title: String, columns: [Column], rows: [[Cell]] = [], notes: [String] = [], status: AnonymizedTranscript.Status,
        language: DocumentLanguage, grouped: Int = 0
    ) {
        self.name = name
        self.title = title
        self.columns = columns
        self.rows = rows
        self.notes = notes
        self.status = status
        self.language = language
        self.grouped = min(grouped, columns.count)
    }

    /// `avidentifisert` or `anonymisert`, as people read it.
    public var stamp: String { ExportStatus(status).text(language) }

    /// How many rows from `row` on the cell stands for, itself included; 0 where it only repeats the one above.
    func span(row: Int, column: Int) -> Int {
        guard column < grouped else { return 1 }
        func isSame(_ a: Int, _ b: Int) -> Bool { (0...column).allSatisfy { rows[a][$0] == rows[b][$0] } }
        if row > 0, isSame(row, row - 1) { return 0 }
        var end = row + 1
        while end < rows.count, isSame(row, end) { end += 1 }
        return end - row
    }

    /// What people read: the language's decimal mark, nothing for a missing value.
    func shown(_ cell: Cell) -> String {
        let mark = language == .english ? "." : ","
        switch cell {
        case .text(let text): return text
        case .whole(let value): return value.map(String.init) ?? ""
        case .number(let value, let places): return value.filter(\.isFinite).map { Decimals.text($0, places, mark: mark) } ?? ""
        case .share(let value):
            return value.filter(\.isFinite).map { Decimals.text($0 * 100, 1, mark: mark) + (language == .english ? "%" : " %") } ?? ""
        }
    }
}

/// The shapes that results leave in.
public enum ResultFormat: String, CaseIterable, Codable, Sendable {
    case docx, xlsx, csv, html, json

    /// One line for a person choosing.
    public var summary: String {
        switch self {
        case .docx: "a table in a Word document"
        case .xlsx: "a spreadsheet, with what must be known of it in a second sheet"
        case .csv: "comma-separated, for R, pandas and SPSS"
        case .html: "one page that needs nothing from anywhere else"
        case .json: "the table for programs"
        }
    }
}

extension ResultTable {
    /// - Throws: an error when memory runs out.
    public func render(_ format: ResultFormat) throws -> ShareableFile {
        let data: Data =
            switch format {
            case .docx: try ResultDocx(table: self).data()
            case .xlsx: try ResultXlsx(table: self).data()
            case .csv: Data(csv().utf8)
            case .html: Data(ResultPage(table: self).text().utf8)
            case .json: try json()
            }
        return ShareableFile(name: TextEscaping.fileName(name) + "." + format.rawValue, data: data, notes: notes + (format == .xlsx ? ResultXlsx(table: self).cutNotes : []))
    }
}

extension ExportStatus {
    init(_ status: AnonymizedTranscript.Status) { self = status == .anonymous ? .anonymous : .deidentified }
}

extension Optional {
    /// Nil where the value does not meet the condition.
    func filter(_ holds: (Wrapped) -> Bool) -> Wrapped? { flatMap { holds($0) ? $0 : nil } }
}
