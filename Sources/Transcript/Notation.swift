/// How a transcript writes what is not plain words: pauses, laughter, overlap, emphasis.
///
/// Every convention is a choice of the study, so a table is data: the shipped ones are YAML files among this
/// module's resources, and a study may write its own (see ``NotationTable/load(path:)``).
public struct NotationTable: Codable, Sendable, Hashable {
    /// Short name, used in configurations and file headers: `helse`.
    public var name: String
    /// One line for a person choosing between tables.
    public var title: String
    /// Pause classes. The first whose duration limits and label fit is used; a pause that fits none is not written.
    public var pauses: [PauseClass]
    /// A pause of unknown duration: placeholders as in ``MarkNotation``.
    public var untimedPause: MarkNotation
    /// Between whole and decimal seconds in a pause: `.` or `,`.
    public var decimalSeparator: String
    public var trailingOff: MarkNotation
    /// Written straight after a word that was broken off.
    public var cutOff: String
    public var laughter: MarkNotation
    public var breath: MarkNotation
    public var cough: MarkNotation
    /// A stretch nobody could make out.
    public var unclear: MarkNotation
    /// A word heard with doubt; `{word}` stands for it.
    public var unclearWord: String
    public var overlapStart: MarkNotation
    public var overlapEnd: MarkNotation
    /// A tone of voice that ``tones`` has no signs for, or whose end is not known.
    public var toneOfVoice: MarkNotation
    /// Signs around a stretch with a tone of voice, by `Mark.label`.
    public var tones: [String: ToneNotation]
    /// Signs for the melody of an ending, by `Mark.label`; written straight after the last word.
    public var intonation: [String: String]
    public var comment: MarkNotation
    public var emphasis: Emphasis
    public var fillers: FillerHandling
    public var backchannels: BackchannelHandling

    /// How pauses of some durations are written.
    public struct PauseClass: Codable, Sendable, Hashable {
        /// What durations are counted in.
        public enum Unit: String, Codable, Sendable, CaseIterable {
            case seconds
            /// The speaker's own mean syllable (a mark's evidence `beats`): the same silence is longer in fast talk.
            case beats
        }
        /// Shortest duration of the class, in ``unit``, inclusive.
        public var from: Double
        /// Duration where the class ends, in ``unit``, exclusive; nil for no end.
        public var to: Double?
        /// Fixed text, or a pattern with `{seconds}`, `{dots}` (a dot a second, at least one).
        public var text: String
        /// Decimals of `{seconds}`, 0 … 3.
        public var decimals: Int
        /// Only pauses with this `Mark.label` (for example `rhetorical`); nil for any.
        public var label: String?
        /// A class in beats takes only pauses whose beats are known.
        public var unit: Unit

        public init(
            from: Double, to: Double? = nil, text: String, decimals: Int = 0, label: String? = nil, unit: Unit = .seconds
        ) {
            self.from = from
            self.to = to
            self.text = text
            self.decimals = decimals
            self.label = label
            self.unit = unit
        }
    }

    /// How a mark is written: one way when only its kind is known, another when the draft or the analysis says more.
    ///
    /// Placeholders of `described`: `{raw}` the mark as typed, brackets and all; `{text}` the same without its outer
    /// brackets; `{label}` the finer kind. An empty string leaves the mark out.
    public struct MarkNotation: Codable, Sendable, Hashable {
        public var plain: String
        public var described: String?

        public init(_ plain: String, described: String? = nil) {
            self.plain = plain
            self.described = described
        }
    }

    public struct Emphasis: Codable, Sendable, Hashable {
        public enum Style: String, Codable, Sendable, CaseIterable { case none, capitals, italic, bold, underline }
        /// How much of a word stands in capitals.
        public enum Unit: String, Codable, Sendable, CaseIterable { case word, syllable }
        public var style: Style
        /// For capitals: the whole word, or its stressed syllable (see ``StressedSyllable``).
        public var unit: Unit
        /// The lowest `Prominence.level` shown, 1 or 2.
        public var level: Int
        /// How an emphasised word is written where text has no styles; `{word}` stands for it.
        public var plainText: String

        public init(style: Style, level: Int = 2, plainText: String = "{word}", unit: Unit = .word) {
            self.style = style
            self.unit = unit
            self.level = level
            self.plainText = plainText
        }
    }

    /// Signs where a stretch with a tone of voice begins and ends.
    public struct ToneNotation: Codable, Sendable, Hashable {
        /// Straight before the first word: `°`, `<<p> `.
        public var start: String
        /// Straight after the last word and its punctuation.
        public var end: String
        /// The words stand in capitals instead of between signs.
        public var capitals: Bool

        public init(start: String = "", end: String = "", capitals: Bool = false) {
            self.start = start
            self.end = end
            self.capitals = capitals
        }
    }

    /// Whether hesitation sounds are written, in each view. The cleaned and the written view have none but ``always``.
    public struct FillerHandling: Codable, Sendable, Hashable {
        public enum Choice: String, Codable, Sendable, CaseIterable { case keep, drop }
        public var verbatim: Choice
        public var bokmal: Choice
        /// Fillers written in every view all the same, lower case.
        public var always: [String]

        public init(verbatim: Choice = .keep, bokmal: Choice = .drop, always: [String] = []) {
            self.verbatim = verbatim
            self.bokmal = bokmal
            self.always = always
        }

        public func choice(for view: TranscriptView) -> Choice {
            switch view {
            case .verbatim: verbatim
            case .bokmal: bokmal
            case .cleaned, .written: .drop
            }
        }
    }

    public struct BackchannelHandling: Codable, Sendable, Hashable {
        public enum Placement: String, Codable, Sendable, CaseIterable {
            /// A paragraph of its own.
            case ownTurn = "own-turn"
            /// Inside the turn it accompanies.
            case inline
            case dropped
        }
        public var placement: Placement
        /// The inline form, with `{speaker}` (the label, shortened) and `{text}`.
        public var inline: String

        public init(placement: Placement, inline: String = "({speaker}: {text})") {
            self.placement = placement
            self.inline = inline
        }
    }
}

extension NotationTable.PauseClass {
    /// Whether a pause of this duration and label belongs here.
    /// - Parameters:
    ///   - seconds: duration, seconds.
    ///   - beats: the same in the speaker's own mean syllables, when known.
    public func admits(seconds: Double, label: String?, beats: Double? = nil) -> Bool {
        guard let length = unit == .seconds ? seconds : beats else { return false }
        // A hesitation that was heard is no silence, however long: only a class of its own takes it.
        guard self.label == label || self.label == nil && label != "filled" else { return false }
        return length >= from && length < (to ?? .infinity)
    }
}

extension NotationTable {
    /// How a pause of known duration is written; nil when it is too short for the table, or its class has no text.
    /// - Parameters:
    ///   - seconds: duration, not negative.
    ///   - label: the pause's finer kind, when it has one.
    ///   - beats: duration in the speaker's own mean syllables, when known.
    public func pause(seconds: Double, label: String? = nil, beats: Double? = nil) -> String? {
        guard seconds.isFinite, let found = pauses.first(where: { $0.admits(seconds: seconds, label: label, beats: beats) }) else {
            return nil
        }
        let number = decimal(seconds, places: found.decimals, separator: decimalSeparator)
        let dots = String(repeating: ".", count: Int(min(max(seconds.rounded(), 1), 60)))
        let text = found.text.filled(["seconds": number, "dots": dots])
        return text.isEmpty ? nil : text
    }

    func notation(for kind: Mark.Kind) -> MarkNotation {
        switch kind {
        case .pause: untimedPause
        case .trailingOff: trailingOff
        case .laughter: laughter
        case .breath: breath
        case .cough: cough
        case .unclear: unclear
        case .overlapStart: overlapStart
        case .overlapEnd: overlapEnd
        case .toneOfVoice: toneOfVoice
        case .comment: comment
        // Written with its word.
        case .intonation: MarkNotation("")
        case .backchannel: MarkNotation(backchannels.inline)
        }
    }
}
