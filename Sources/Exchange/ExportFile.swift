import Foundation

/// The shapes a transcript can leave in.
public enum ExportFormat: String, CaseIterable, Codable, Sendable {
    /// Word document with styles.
    case docx
    /// One self-contained page.
    case html
    case vtt
    case srt
    /// Plain text for reading.
    case txt
    case txtMaxqda = "txt-maxqda"
    case txtNvivo = "txt-nvivo"
    /// See `docs/formats/transcript-json.md`.
    case json
    /// Who spoke when.
    case rttm

    public var fileExtension: String {
        switch self {
        case .txtMaxqda, .txtNvivo: "txt"
        default: rawValue
        }
    }

    /// What tells the file's name from the other formats' with the same extension.
    var suffix: String {
        switch self {
        case .txtMaxqda: ".maxqda.txt"
        case .txtNvivo: ".nvivo.txt"
        default: "." + rawValue
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
