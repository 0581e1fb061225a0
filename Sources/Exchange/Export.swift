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
    ///   - options: what some formats can do beside the layout.
    ///   - pdf: makes the PDF; the other formats need none.
    /// - Throws: ``ExportFault`` when the PDF has nobody to make it, what `pdf` throws, and an error when memory runs out.
    public static func render(
        _ transcript: AnonymizedTranscript, format: ExportFormat, notation: NotationTable, layout: LayoutOptions = LayoutOptions(),
        options: ExportOptions = ExportOptions(), pdf: (any PDFConverter)? = nil
    ) throws -> ShareableFile {
        let status: ExportStatus = transcript.status == .anonymous ? .anonymous : .deidentified
        let made = try Renderer(
            transcript: transcript.document, status: status, policy: transcript.policy, notation: notation, options: layout, extras: options
        ).render(format, pdf: pdf)
        let name = TextEscaping.fileName(transcript.document.recording.id) + format.suffix
        return ShareableFile(name: name, data: made.data, notes: made.notes)
    }
}

/// Files for those who may hear the recording: raw transcripts for checking and for typing.
public enum ConfidentialExport {
    /// Renders a raw transcript, stamped as confidential. A transcript of turns without words gives a form to type in.
    /// - Parameters:
    ///   - audio: the recording, for formats that can play it; only here, since a voice identifies.
    ///   - pdf: makes the PDF; the other formats need none.
    /// - Throws: as ``ShareableExport/render(_:format:notation:layout:options:pdf:)``.
    public static func render(
        _ transcript: Transcript, format: ExportFormat, notation: NotationTable, layout: LayoutOptions = LayoutOptions(),
        options: ExportOptions = ExportOptions(), audio: AudioReference? = nil, pdf: (any PDFConverter)? = nil
    ) throws -> ConfidentialFile {
        let made = try Renderer(
            transcript: transcript, status: .confidential, policy: nil, notation: notation, options: layout, extras: options, audio: audio
        ).render(format, pdf: pdf)
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
        case (.anonymous, .bokmal): "anonymisert"
        case (.anonymous, .english): "anonymised (anonymisert)"
        }
    }
}
