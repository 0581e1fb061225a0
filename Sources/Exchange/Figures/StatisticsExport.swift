import Anonymization
import Foundation
import Transcript

/// The shapes that talk statistics leave in.
public enum StatisticsFormat: String, CaseIterable, Codable, Sendable {
    /// A row a speaker, for R, SPSS and spreadsheets: comma between, dot before decimals, UTF-8.
    case csv
    case json
    /// A table to read, in one self-contained page.
    case html
    /// The same table as Markdown.
    case md
}

/// Talk statistics of anonymised transcripts: labels as anonymisation gave them.
public enum ShareableStatistics {
    /// One recording: `P07.samtaletall.csv`.
    public static func render(
        _ transcript: AnonymizedTranscript, format: StatisticsFormat, language: DocumentLanguage = .bokmal
    ) throws -> ShareableFile {
        let sheet = StatisticsSheet(
            study: StudyStatistics([transcript.document]), status: .of(transcript), isStudy: false, language: language)
        let name = TextEscaping.fileName(transcript.document.recording.id) + ".samtaletall." + format.rawValue
        return ShareableFile(name: name, data: try sheet.data(format), notes: [])
    }

    /// A whole study: `studie.samtaletall.csv`, and for `csv` also `studie.samtaletall.roller.csv`, by role.
    /// - Parameter transcripts: in the order of the rows.
    public static func render(
        study transcripts: [AnonymizedTranscript], format: StatisticsFormat, language: DocumentLanguage = .bokmal
    ) throws -> [ShareableFile] {
        // One key register left makes the whole de-identified.
        let status = transcripts.map(ExportStatus.of).contains(.deidentified) ? ExportStatus.deidentified : .anonymous
        let sheet = StatisticsSheet(
            study: StudyStatistics(transcripts.map(\.document)), status: status, isStudy: true, language: language)
        return try sheet.files(format, stem: "studie.samtaletall").map { ShareableFile(name: $0.name, data: $0.data, notes: []) }
    }
}

/// Talk statistics of raw transcripts: they show the speakers as the drafts name them.
public enum ConfidentialStatistics {
    /// One recording: `P07.fortrolig.samtaletall.csv`.
    public static func render(
        _ transcript: Transcript, format: StatisticsFormat, language: DocumentLanguage = .bokmal
    ) throws -> ConfidentialFile {
        let sheet = StatisticsSheet(
            study: StudyStatistics([transcript]), status: .confidential, isStudy: false, language: language)
        let name = TextEscaping.fileName(transcript.recording.id) + ".fortrolig.samtaletall." + format.rawValue
        return ConfidentialFile(name: name, data: try sheet.data(format), notes: [])
    }

    /// A whole study: `studie.fortrolig.samtaletall.csv`, and for `csv` also one by role.
    public static func render(
        study transcripts: [Transcript], format: StatisticsFormat, language: DocumentLanguage = .bokmal
    ) throws -> [ConfidentialFile] {
        let sheet = StatisticsSheet(
            study: StudyStatistics(transcripts), status: .confidential, isStudy: true, language: language)
        return try sheet.files(format, stem: "studie.fortrolig.samtaletall")
            .map { ConfidentialFile(name: $0.name, data: $0.data, notes: []) }
    }
}

extension ExportStatus {
    static func of(_ transcript: AnonymizedTranscript) -> ExportStatus {
        transcript.status == .anonymous ? .anonymous : .deidentified
    }
}
