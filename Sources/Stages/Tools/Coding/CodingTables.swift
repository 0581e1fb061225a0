import CodingAnalysis
import CodingStore
import Exchange
import Foundation
import Pipeline
import Transcript

/// Tables of the analysis and agreement between coders, as files: what `code table` and `code agreement` do.
public enum CodingTables {
    public static let formats = ResultFormat.allCases.map(\.rawValue) + pictures
    public static let formatList: [(name: String, summary: String)] = ResultFormat.allCases.map { ($0.rawValue, $0.summary) }
    public static let kinds: [(name: String, summary: String)] = StudyTable.allCases.map { ($0.rawValue, $0.summary) } + [(mapKind, "themes with their codes, as a drawing (svg)")]
    static let mapKind = "thematic-map"
    static let pictures = ["svg", "png"]

    public struct Made: Sendable {
        public var name: String
        public var data: Data
        public var notes: [String]
        /// Whose words or figures it shows.
        public var sources: [String]
    }

    /// - Throws: ``RequestFault`` for a kind or format that is not there; ``AnalysisError``, ``StoreError``.
    public static func table(_ kind: String, scope: AnalysisScope, options: TableOptions, format: String, store: CodingStore) throws -> Made {
        guard let table = StudyTable(rawValue: kind) ?? (kind == mapKind ? .categories : nil) else {
            throw RequestFault("'\(kind)' is no table; allowed: \(kinds.map(\.name).joined(separator: ", "))")
        }
        let study = try CodedStudy(store, scope: scope)
        if kind == mapKind || pictures.contains(format) {
            guard pictures.contains(format) else { throw RequestFault("a thematic map is a drawing: --format svg or png") }
            guard kind == mapKind || table == .saturation else { throw RequestFault("only \(mapKind) and saturation are drawn; choose another format for '\(kind)'") }
            let drawing = try kind == mapKind ? study.thematicMap(options) : Saturation(study, options: options).picture()
            let file = drawing.render()
            if format == "png" {
                guard let converter = PictureConverter() else { throw StageFault(PictureConverter.missing) }
                return Made(name: (file.name as NSString).deletingPathExtension + ".png", data: try converter.png(file.data), notes: file.notes, sources: study.sources.map(\.item))
            }
            return Made(name: file.name, data: file.data, notes: file.notes, sources: study.sources.map(\.item))
        }
        return try made(table.make(study, options: options), format, study)
    }

    /// Which part of the answer on agreement.
    public enum AgreementPart: String, Sendable, CaseIterable { case codes, pairs, disagreements }

    public static func agreement(
        _ part: AgreementPart, scope: AnalysisScope, options: Agreement.Options, minimumWords: Int, table: TableOptions, format: String, store: CodingStore
    ) throws -> Made {
        let study = try CodedStudy(store, scope: scope)
        switch part {
        case .codes: return try made(Agreement(study, options: options).table(language: table.language), format, study)
        case .pairs: return try made(Agreement(study, options: options).pairTable(language: table.language), format, study)
        case .disagreements: return try made(Disagreements(study, options: options, minimumWords: minimumWords).table(table), format, study)
        }
    }

    private static func made(_ table: ResultTable, _ format: String, _ study: CodedStudy) throws -> Made {
        guard let kind = ResultFormat(rawValue: format) else { throw RequestFault("'\(format)' is no format; allowed: \(formats.joined(separator: ", "))") }
        let file = try table.render(kind)
        return Made(name: file.name, data: file.data, notes: file.notes, sources: study.sources.map(\.item))
    }

    /// A format's name from a file's; nil where it tells none.
    public static func format(ofFile path: String) -> String? {
        let ending = (path as NSString).pathExtension.lowercased()
        return formats.contains(ending) ? ending : nil
    }
}
