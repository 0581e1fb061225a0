import Foundation

/// The shapes a transcript can leave in. `docs/formats/README.md` says what each holds.
public enum ExportFormat: String, CaseIterable, Codable, Sendable {
    /// Word document with styles.
    case docx
    /// OpenDocument text with styles.
    case odt
    /// Made of the OpenDocument text by a ``PDFConverter``.
    case pdf
    /// One self-contained page that follows the recording.
    case html
    case vtt
    case srt
    /// Plain text for reading.
    case txt
    case txtMaxqda = "txt-maxqda"
    case txtNvivo = "txt-nvivo"
    case txtAtlasti = "txt-atlasti"
    case txtQualcoder = "txt-qualcoder"
    /// Praat.
    case textGrid = "textgrid"
    /// ELAN.
    case eaf
    /// Words with times and confidence.
    case ctm
    /// A row a word; see `docs/formats/tables.md`.
    case csvWords = "csv-words"
    /// A row a pause; see `docs/formats/tables.md`.
    case csvPauses = "csv-pauses"
    /// See `docs/formats/transcript-json.md`.
    case json
    /// Who spoke when.
    case rttm

    public var fileExtension: String { suffix.split(separator: ".").last.map(String.init) ?? rawValue }

    /// What tells the file's name from the other formats' with the same extension.
    var suffix: String {
        switch self {
        case .txtMaxqda: ".maxqda.txt"
        case .txtNvivo: ".nvivo.txt"
        case .txtAtlasti: ".atlasti.txt"
        case .txtQualcoder: ".qualcoder.txt"
        case .textGrid: ".TextGrid"
        case .csvWords: ".words.csv"
        case .csvPauses: ".pauses.csv"
        default: "." + rawValue
        }
    }

    /// One line for a person choosing.
    public var summary: String {
        switch self {
        case .docx: "Word document with styles, header, line or turn numbers"
        case .odt: "the same for LibreOffice (OpenDocument)"
        case .pdf: "the same, printed; needs LibreOffice"
        case .html: "a page with a player: the word being said is lit, a click plays from there"
        case .vtt: "subtitles with speakers (WebVTT)"
        case .srt: "subtitles (SubRip)"
        case .txt: "plain text for reading"
        case .txtMaxqda: "text with time codes for MAXQDA"
        case .txtNvivo: "table of spans for NVivo"
        case .txtAtlasti: "text with time codes for ATLAS.ti"
        case .txtQualcoder: "text with time codes for QualCoder"
        case .textGrid: "Praat: turns, words, pauses, prominence and marks in tiers"
        case .eaf: "ELAN: the same in linked tiers"
        case .ctm: "words with times and confidence (NIST)"
        case .csvWords: "table, a row a word"
        case .csvPauses: "table, a row a pause"
        case .json: "the transcript for programs"
        case .rttm: "who spoke when (NIST)"
        }
    }
}

/// A file made of an anonymised transcript. Only this module can make one, so nothing raw can be taken for it.
public struct ShareableFile: Sendable, Hashable {
    /// A file name without folders.
    public let name: String
    public let data: Data
    /// What the format could not hold, in general words.
    public let notes: [String]

    init(name: String, data: Data, notes: [String]) {
        self.name = name
        self.data = data
        self.notes = notes
    }
}

/// A file made of a raw transcript: it holds personal data and says so inside, where the format has a place for it.
public struct ConfidentialFile: Sendable, Hashable {
    /// A file name without folders, marked `fortrolig`.
    public let name: String
    public let data: Data
    /// What the format could not hold, in general words.
    public let notes: [String]

    init(name: String, data: Data, notes: [String]) {
        self.name = name
        self.data = data
        self.notes = notes
    }
}
