import Anonymization
import Foundation
import Signal
import Transcript

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
    let extras: ExportOptions
    /// Only ever set for a raw transcript.
    let audio: AudioReference?
    let page: LaidOutTranscript
    private let wordsOnPage: Set<Int>
    /// What the page writes for marks, by turn.
    private let marksOnPage: [Int: [String]]

    init(
        transcript: Transcript, status: ExportStatus, policy: String?, notation: NotationTable, options: LayoutOptions,
        extras: ExportOptions = ExportOptions(), audio: AudioReference? = nil
    ) {
        self.transcript = transcript
        self.status = status
        self.policy = policy
        self.notation = notation
        self.options = options
        self.extras = extras
        self.audio = audio
        var page = TranscriptLayout(notation: notation, options: options).layOut(transcript)
        if status != .confidential, let note = Self.note(transcript, options) {
            for index in page.header.indices where page.header[index].kind == .view { page.header[index].value += " (\(note))" }
        }
        self.page = page
        self.wordsOnPage = Set(page.paragraphs.lazy.flatMap(\.runs).compactMap(\.wordID))
        self.marksOnPage = Dictionary(page.paragraphs.map { ($0.turnID, $0.runs.lazy.filter { $0.style == .mark }.map(\.text)) }) { $0 + $1 }
    }

    /// What an anonymised text is in, where the view's name does not say it or says more than is true.
    private static func note(_ transcript: Transcript, _ options: LayoutOptions) -> String? {
        let english = options.language == .english
        let outside = transcript.findings.count { $0.code == AnonymizedTranscript.notBokmal }
        switch outside {
        case 0:
            // Anonymisation takes the dialect forms away: the file must not say that they are there.
            guard !options.view.isBokmal, !transcript.language.hasPrefix("en") else { return nil }
            return english ? "in Bokmål" : "på bokmål"
        case 1: return english ? "but 1 turn is not in Bokmål" : "men 1 replikk er ikke på bokmål"
        default: return english ? "but \(outside) turns are not in Bokmål" : "men \(outside) replikker er ikke på bokmål"
        }
    }

    /// The table of facts at the head of a document: what the layout knows, and how anonymous it is.
    var facts: [(name: String, value: String)] {
        page.header.map { ($0.name, $0.value) } + [("Status", status.text(options.language))]
    }

    /// The line at the top of every page.
    var runningHead: String {
        let facts = page.header.filter { [.recording, .date, .duration, .notation].contains($0.kind) }.map(\.value)
        return (facts + [status.text(options.language)]).joined(separator: " · ")
    }

    /// What a raw transcript's file says of itself; nil for files that may be shared.
    var stamp: String? { status == .confidential ? status.text(options.language) : nil }

    /// A phrase in the document's language.
    func say(_ bokmal: String, _ english: String) -> String { options.language == .english ? english : bokmal }

    func render(_ format: ExportFormat, pdf: (any PDFConverter)? = nil) throws -> Made {
        switch format {
        case .docx: return Made(data: try DocxDocument(self).data())
        case .odt: return Made(data: try OpenDocument(self).data())
        case .pdf:
            guard let pdf else { throw ExportFault.noConverter }
            return Made(data: try PDFStamps.fixed(pdf.pdf(ofOpenDocument: OpenDocument(self).data())))
        case .html: return Made(data: Data(HTMLDocument(self).text().utf8))
        case .vtt: return cues().webVTT(stamp: stamp)
        case .srt: return cues().subRip(stamp: stamp)
        case .txt: return plainText()
        case .txtMaxqda: return maxqda()
        case .txtNvivo: return nvivo()
        case .txtAtlasti: return atlasti()
        case .txtQualcoder: return qualcoder()
        case .textGrid: return textGrid()
        case .eaf: return eaf()
        case .ctm: return ctm()
        case .csvWords: return wordTable()
        case .csvPauses: return pauseTable()
        case .json: return Made(data: try TranscriptJSON(self).data())
        case .rttm: return rttm()
        }
    }
}

// MARK: Words in the view

extension Renderer {
    /// Whether the view shows words as they were said, dialect and all. In any other, dialect would identify.
    var showsSpeech: Bool { !options.view.isBokmal }

    /// The word in the file's view, without punctuation; empty where the view leaves it out.
    func text(of word: Word) -> String {
        // Views that clean the talk say by the page what is left of it.
        guard [.verbatim, .bokmal].contains(options.view) || wordsOnPage.contains(word.id) else { return "" }
        return showsSpeech ? word.text : word.bokmal
    }

    /// What is typed in a mark; nil for nothing, and, in views that do not show speech, for what the page does not show: a typed
    /// remark may quote what was said, dialect and all.
    func text(of mark: Mark, in turn: Turn) -> String? {
        if mark.text.isEmpty || showsSpeech { return mark.text.isEmpty ? nil : mark.text }
        // A listener's token stands on the page with its speaker in the notation's own form.
        let said = mark.kind == .backchannel ? mark.text.split(separator: ":").last.map(String.init) ?? mark.text : mark.text
        let core = said.trimmingCharacters(in: Self.brackets)
        let isShown = marksOnPage[turn.id]?.contains { $0.contains(core.isEmpty ? said : core) } ?? false
        return isShown ? mark.text : nil
    }

    private static let brackets = CharacterSet(charactersIn: "()[]{}<>").union(.whitespaces)

    /// A speaker's label on one line, never empty.
    func label(of speaker: String) -> String {
        let label = TextEscaping.line(transcript.speaker(speaker)?.label ?? speaker)
        if !label.isEmpty { return label }
        let id = TextEscaping.line(speaker)
        return id.isEmpty ? "S" : id
    }

    /// A pause's length in seconds, when it is known.
    func seconds(ofPause mark: Mark) -> Double? {
        let seconds = mark.range?.seconds(at: transcript.recording.rate) ?? mark.evidence["duration_s"]
        return seconds.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
}

/// Seconds with three decimals and a dot, whatever the machine's language.
enum Seconds {
    /// Whole milliseconds, 0 … 3.6e12.
    static func milliseconds(_ seconds: Double) -> Int { Int((min(max(seconds.isFinite ? seconds : 0, 0), 3.6e9) * 1000).rounded()) }

    static func text(_ seconds: Double) -> String { text(milliseconds: milliseconds(seconds)) }

    static func text(milliseconds: Int) -> String {
        "\(milliseconds / 1000)." + String(1000 + milliseconds % 1000).dropFirst()
    }

    /// A number with a fixed count of decimals, 0 … 6; empty when it is none.
    static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "" }
        let scale = (0..<places).reduce(1) { product, _ in product * 10 }
        let whole = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole) }
        return sign + "\(whole / scale)." + String(scale + whole % scale).dropFirst()
    }
}
