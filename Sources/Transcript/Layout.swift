import Signal

/// The language of headings and labels that the document itself adds.
public enum DocumentLanguage: String, Codable, Sendable, CaseIterable { case bokmal, english }

/// What a laid-out transcript shows beside the talk.
public struct LayoutOptions: Codable, Sendable, Hashable {
    public enum Numbering: String, Codable, Sendable, CaseIterable { case none, lines, turns }
    public var view: TranscriptView
    /// `[hh:mm:ss]` at the start of every turn that has a time.
    public var times: Bool
    /// Also inside a turn, at the first word this many seconds after the last time shown; nil for never.
    public var timesEvery: Double?
    public var numbering: Numbering
    public var speakerLabels: Bool
    public var language: DocumentLanguage
    /// Heading; nil for the recording's id.
    public var title: String?
    /// How quotations are cited; nil to say nothing of it.
    public var citation: QuotationStyle?
    /// What the study calls its participants' roles (`leder`), by participant code; for the citation.
    public var roleNames: [String: String] = [:]

    public init(
        view: TranscriptView = .bokmal, times: Bool = true, timesEvery: Double? = nil, numbering: Numbering = .none,
        speakerLabels: Bool = true, language: DocumentLanguage = .bokmal, title: String? = nil
    ) {
        self.view = view
        self.times = times
        self.timesEvery = timesEvery
        self.numbering = numbering
        self.speakerLabels = speakerLabels
        self.language = language
        self.title = title
    }
}

/// A transcript written out for reading: paragraphs of styled text, no longer words and marks, but traceable to both.
public struct LaidOutTranscript: Sendable, Hashable {
    public struct HeaderRow: Sendable, Hashable {
        public enum Kind: String, Sendable, CaseIterable { case recording, date, duration, speakers, notation, view, citation }
        public var kind: Kind
        /// In the document's language.
        public var name: String
        public var value: String
    }

    public struct Run: Sendable, Hashable {
        public enum Style: String, Sendable, CaseIterable {
            case plain
            /// Prominent words: italic, unless the table says otherwise.
            case emphasis
            /// Bold.
            case strong
            case underline
            /// A mark: pause, laughter, comment.
            case mark
            /// A time inside a turn.
            case time
        }
        public var text: String
        public var style: Style
        /// The word this is a part of.
        public var wordID: Int?
        /// Where it is in the sound, at the recording's own rate.
        public var range: SampleRange?

        public init(_ text: String, _ style: Style = .plain, wordID: Int? = nil, range: SampleRange? = nil) {
            self.text = text
            self.style = style
            self.wordID = wordID
            self.range = range
        }
    }

    public struct Paragraph: Sendable, Hashable {
        public var turnID: Int
        /// From 1, in the order shown.
        public var number: Int
        /// Start, seconds from the start of the recording; nil when not known.
        public var time: Double?
        public var range: SampleRange?
        public var speakerID: String
        public var role: Role?
        /// The speaker's label as the document shows it.
        public var speakerLabel: String
        /// How a quotation from this paragraph is cited, when the study says.
        public var citation: String?
        public var runs: [Run]

        /// The text without styles.
        public var text: String { runs.reduce(into: "") { $0 += $1.text } }
    }

    public var title: String
    public var header: [HeaderRow]
    public var paragraphs: [Paragraph]
    public var options: LayoutOptions
    /// How an emphasised word is written where text has no styles; `{word}` stands for it.
    public var plainEmphasis: String
    public var rate: SampleRate

    /// A paragraph's text for formats without styles.
    public func plainText(of paragraph: Paragraph) -> String {
        paragraph.runs.reduce(into: "") { text, run in
            switch run.style {
            case .emphasis, .strong, .underline: text += plainEmphasis.filled(["word": run.text])
            case .plain, .mark, .time: text += run.text
            }
        }
    }
}

extension Double {
    /// `hh:mm:ss` of a time in seconds, rounded down; hours take as many digits as they need.
    public var clock: String {
        let seconds = Int(Swift.min(Swift.max(self.isFinite ? self : 0, 0), 3.6e9))
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
