import Anonymization
import CodingStore
import Exchange
import Foundation
import Pipeline
import Transcript

/// Quotations for an article, with where they come from: what `code quotes` does.
public struct CodingQuotes: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        case text, json, csv, docx, html
        public var ending: String { self == .text ? "txt" : rawValue }
    }

    public struct Row: Codable, Sendable, Hashable {
        public var unit: String
        public var source: String
        public var wave: String
        public var cases: [String]
        public var speakers: [String]
        public var turns: [Int]
        /// Seconds from the start of the recording.
        public var start: Double?
        public var end: Double?
        public var codes: [String]
        public var coders: [String]
        public var rounds: [Int]
        public var before: String
        public var text: String
        public var after: String
        public var condensed: String
        public var citation: String
        /// Its words are gone from the newest version.
        public var isLost: Bool
    }

    public var query = RetrievalQuery()
    public var citation = "({label})"
    /// As an article quotes: hesitations, repetitions and cut-offs left out.
    public var isWritten = false
    public var isEnglish = false

    public init() {}

    /// - Throws: ``StoreError``; ``NotationError`` for a citation's pattern.
    public func rows(_ store: CodingStore) throws -> [Row] {
        let style = try QuotationStyle(citation), extracts = try store.retrieve(query)
        var documents: [Int64: Transcript?] = [:]
        let table = try NotationTable.named("helse")
        func document(_ extract: CodedExtract) throws -> Transcript? {
            let id = extract.unit.versionId
            if let known = documents[id] { return known }
            let data = try store.versions(of: extract.source).first { $0.id == id }?.document
            let made = data.flatMap { try? AnonymizedTranscript(decoding: $0) }?.document
            documents[id] = made
            return made
        }
        return try extracts.map { extract in
            var row = Row(
                unit: extract.unit.guid, source: extract.source, wave: extract.wave, cases: extract.cases, speakers: extract.people.map(\.label),
                turns: extract.turns, start: extract.milliseconds.map { Double($0.lowerBound) / 1000 }, end: extract.milliseconds.map { Double($0.upperBound) / 1000 },
                codes: Set(extract.codes.map(\.path)).sorted(), coders: Set(extract.codes.map(\.coder)).sorted(), rounds: Set(extract.codes.map(\.round)).sorted(),
                before: extract.before, text: extract.text, after: extract.after, condensed: extract.unit.condensed, citation: Self.cite(extract, style),
                isLost: extract.unit.isLost)
            if isWritten, let document = try document(extract) {
                let words = try store.sourceText(ofVersion: extract.unit.versionId)
                let ids = words.words[words.words(in: extract.unit.start..<extract.unit.end)].map(\.id)
                if let quotation = Quotation(of: ids, in: document, style: style, notation: table) {
                    row.text = quotation.text
                    row.citation = quotation.citation
                }
            }
            return row
        }
    }

    /// Those who speak are cited, and not who asks; a note or document by its name.
    static func cite(_ extract: CodedExtract, _ style: QuotationStyle) -> String {
        cite(extract.people, source: extract.source, recordedAt: extract.recordedAt, style)
    }

    public static func cite(_ people: [Speaker], source: String, recordedAt: String?, _ style: QuotationStyle) -> String {
        let reference = RecordingReference(id: source, digest: "", rate: .analysis, length: 0, channels: 1, recordedAt: recordedAt)
        let others = people.filter { $0.role != .interviewer && $0.role != .moderator }
        guard !people.isEmpty else { return "(\(source))" }
        return (others.isEmpty ? people : others).map { person in
            let citation = style.citation(of: person, in: reference)
            return citation.missing.isEmpty ? citation.text : style.citesFirst ? person.label + ":" : "(\(person.label))"
        }.joined(separator: " ")
    }

    // MARK: - files

    public func render(_ rows: [Row], _ format: Format, title: String) throws -> Data {
        switch format {
        case .text: return Data(Self.text(rows).utf8)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            return try encoder.encode(rows) + Data("\n".utf8)
        case .csv: return Data(Self.csv(rows).utf8)
        case .docx: return try page(rows, title).docx()
        case .html: return Data(page(rows, title).html.utf8)
        }
    }

    /// Lines and labels in the middle of a stretch, on one line.
    static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " / ").trimmingCharacters(in: .whitespaces) }

    private static func quotation(_ row: Row) -> String {
        let cited = row.citation.hasSuffix(":") ? row.citation + " " + row.text : row.text + " " + row.citation
        return cited.trimmingCharacters(in: .whitespaces)
    }

    private static func text(_ rows: [Row]) -> String {
        rows.map { row in
            var lines: [String] = []
            if !row.before.isEmpty { lines.append("… " + line(row.before)) }
            lines.append(contentsOf: quotation(row).split(whereSeparator: \.isNewline).map { "    " + $0 })
            if !row.after.isEmpty { lines.append(line(row.after) + " …") }
            let place = [row.source, row.start.map(CodingPlaces.clock), row.wave.isEmpty ? nil : row.wave, row.cases.isEmpty ? nil : row.cases.joined(separator: ", ")]
                .compactMap { $0 }.joined(separator: ", ")
            lines.append("    [\(place)] \(row.codes.joined(separator: "; "))" + (row.isLost ? " (words gone from the newest version)" : ""))
            if !row.condensed.isEmpty { lines.append("    → " + line(row.condensed)) }
            return lines.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private static func csv(_ rows: [Row]) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.3f", locale: Locale(identifier: "en_US_POSIX"), $0) } ?? "" }
        let head = [
            "unit", "source", "wave", "cases", "speakers", "turns", "start_s", "end_s", "codes", "coders", "rounds", "before", "text", "after", "condensed", "citation", "lost",
        ]
        return DelimitedText.write([head] + rows.map { row in
            [
                row.unit, row.source, row.wave, row.cases.joined(separator: "; "), row.speakers.joined(separator: "; "), row.turns.map(String.init).joined(separator: "; "),
                number(row.start), number(row.end), row.codes.joined(separator: "; "), row.coders.joined(separator: "; "),
                row.rounds.map(String.init).joined(separator: "; "), row.before, row.text, row.after, row.condensed, row.citation, row.isLost ? "true" : "false",
            ]
        })
    }

    private func page(_ rows: [Row], _ title: String) -> ReportPage {
        // Two stars would be taken for bold.
        func plain(_ text: String) -> String { text.replacing("**", with: "*\u{200B}*") }
        var blocks: [ReportPage.Block] = []
        for (codes, own) in Dictionary(grouping: rows, by: { $0.codes.joined(separator: "; ") }).sorted(by: { $0.key < $1.key }) {
            blocks.append(.heading(codes.isEmpty ? (isEnglish ? "Without a code" : "Uten kode") : codes))
            blocks.append(
                .table(
                    head: isEnglish ? ["Quotation", "Where", "Condensed"] : ["Sitat", "Hvor", "Kondensert"],
                    rows: own.map { row in
                        let context = row.before.isEmpty && row.after.isEmpty
                            ? plain(Self.line(Self.quotation(row)))
                            : plain(Self.line(row.before)) + " **" + plain(Self.line(row.text)) + "** " + plain(Self.line(row.after)) + " " + plain(row.citation)
                        let place = [row.source, row.start.map(CodingPlaces.clock), row.wave.isEmpty ? nil : row.wave].compactMap { $0 }.joined(separator: ", ")
                        return [context.trimmingCharacters(in: .whitespaces), plain(place), plain(Self.line(row.condensed))]
                    }, right: []))
        }
        return ReportPage(title: title, isEnglish: isEnglish, blocks: blocks)
    }
}
