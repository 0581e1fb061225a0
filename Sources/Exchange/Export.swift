import Anonymization
import Foundation
import Transcript

/// Files for people outside the study's inner circle: analysts, archives, appendices.
public enum ShareableExport {
    /// Renders an anonymised transcript.
    /// - Parameters:
    ///   - transcript: only anonymisation can have made it.
    ///   - notation: how marks are written.
    ///   - layout: view, times, numbering and the language of headings.
    public static func render(
        _ transcript: AnonymizedTranscript, format: ExportFormat, notation: NotationTable, layout: LayoutOptions = LayoutOptions()
    ) throws -> ShareableFile {
        let status: ExportStatus = transcript.status == .anonymous ? .anonymous : .deidentified
        let made = try Renderer(
            transcript: transcript.document, status: status, policy: transcript.policy, notation: notation, options: layout
        ).render(format)
        let name = TextEscaping.fileName(transcript.document.recording.id) + format.suffix
        return ShareableFile(name: name, data: made.data, notes: made.notes)
    }
}

/// Files for those who may hear the recording: raw transcripts for checking and for typing.
public enum ConfidentialExport {
    /// Renders a raw transcript, stamped as confidential. A transcript of turns without words gives a form to type in.
    public static func render(
        _ transcript: Transcript, format: ExportFormat, notation: NotationTable, layout: LayoutOptions = LayoutOptions()
    ) throws -> ConfidentialFile {
        let made = try Renderer(transcript: transcript, status: .confidential, policy: nil, notation: notation, options: layout)
            .render(format)
        let name = TextEscaping.fileName(transcript.recording.id) + ".fortrolig" + format.suffix
        return ConfidentialFile(name: name, data: made.data, notes: made.notes)
    }
}

/// How far a document is from the people in it.
enum ExportStatus: String {
    case confidential, deidentified, anonymous

    func text(_ language: DocumentLanguage) -> String {
        switch (self, language) {
        case (.confidential, .bokmal): "FORTROLIG – inneholder personopplysninger"
        case (.confidential, .english): "FORTROLIG – inneholder personopplysninger (CONFIDENTIAL – holds personal data)"
        case (.deidentified, .bokmal): "avidentifisert"
        case (.deidentified, .english): "de-identified (avidentifisert)"
        case (.anonymous, .bokmal): "anonymt"
        case (.anonymous, .english): "anonymous (anonymt)"
        }
    }
}

/// What every format is made from.
struct Renderer {
    struct Made {
        var data: Data
        var notes: [String] = []
    }

    let transcript: Transcript
    let status: ExportStatus
    let policy: String?
    let notation: NotationTable
    let options: LayoutOptions
    let page: LaidOutTranscript

    init(transcript: Transcript, status: ExportStatus, policy: String?, notation: NotationTable, options: LayoutOptions) {
        self.transcript = transcript
        self.status = status
        self.policy = policy
        self.notation = notation
        self.options = options
        self.page = TranscriptLayout(notation: notation, options: options).layOut(transcript)
    }

    /// The table of facts at the head of a document: what the layout knows, and how anonymous it is.
    var facts: [(name: String, value: String)] {
        page.header.map { ($0.name, $0.value) } + [("Status", status.text(options.language))]
    }

    /// A phrase in the document's language.
    func say(_ bokmal: String, _ english: String) -> String { options.language == .english ? english : bokmal }

    func render(_ format: ExportFormat) throws -> Made {
        switch format {
        case .docx: Made(data: try DocxDocument(self).data())
        case .html: Made(data: Data(HTMLDocument(self).text().utf8))
        case .vtt: cues().webVTT(stamp: status == .confidential ? status.text(options.language) : nil)
        case .srt: cues().subRip()
        case .txt: plainText()
        case .txtMaxqda: maxqda()
        case .txtNvivo: nvivo()
        case .json: Made(data: try TranscriptJSON(self).data())
        case .rttm: rttm()
        }
    }
}
