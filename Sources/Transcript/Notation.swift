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
    public var toneOfVoice: MarkNotation
    public var comment: MarkNotation
    public var emphasis: Emphasis
    public var fillers: FillerHandling
    public var backchannels: BackchannelHandling

    /// How pauses of some durations are written.
    public struct PauseClass: Codable, Sendable, Hashable {
        /// Shortest duration of the class, seconds, inclusive.
        public var from: Double
        /// Duration where the class ends, seconds, exclusive; nil for no end.
        public var to: Double?
        /// Fixed text, or a pattern with `{seconds}`, `{dots}` (a dot a second, at least one).
        public var text: String
        /// Decimals of `{seconds}`, 0 … 3.
        public var decimals: Int
        /// Only pauses with this `Mark.label` (for example `rhetorical`); nil for any.
        public var label: String?

        public init(from: Double, to: Double? = nil, text: String, decimals: Int = 0, label: String? = nil) {
            self.from = from
            self.to = to
            self.text = text
            self.decimals = decimals
            self.label = label
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
        public var style: Style
        /// The lowest `Prominence.level` shown, 1 or 2.
        public var level: Int
        /// How an emphasised word is written where text has no styles; `{word}` stands for it.
        public var plainText: String

        public init(style: Style, level: Int = 2, plainText: String = "{word}") {
            self.style = style
            self.level = level
            self.plainText = plainText
        }
    }

    /// Whether hesitation sounds are written, in each view.
    public struct FillerHandling: Codable, Sendable, Hashable {
        public enum Choice: String, Codable, Sendable, CaseIterable { case keep, drop }
        public var verbatim: Choice
        public var bokmal: Choice
        /// Fillers written in both views all the same, lower case.
        public var always: [String]

        public init(verbatim: Choice = .keep, bokmal: Choice = .drop, always: [String] = []) {
            self.verbatim = verbatim
            self.bokmal = bokmal
            self.always = always
        }

        public func choice(for view: TranscriptView) -> Choice { view == .verbatim ? verbatim : bokmal }
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
    /// Whether a pause of this duration (seconds) and label belongs here.
    public func admits(seconds: Double, label: String?) -> Bool {
        seconds >= from && seconds < (to ?? .infinity) && (self.label == nil || self.label == label)
    }
}

extension NotationTable {
    /// How a pause of known duration is written; nil when it is too short for the table, or its class has no text.
    /// - Parameters:
    ///   - seconds: duration, not negative.
    ///   - label: the pause's finer kind, when it has one.
    public func pause(seconds: Double, label: String? = nil) -> String? {
        guard seconds.isFinite, let found = pauses.first(where: { $0.admits(seconds: seconds, label: label) }) else { return nil }
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
        case .intonation: MarkNotation("")
        case .backchannel: MarkNotation(backchannels.inline)
        }
    }
}

/// `seconds` with a fixed number of decimals, without locale.
func decimal(_ seconds: Double, places: Int, separator: String) -> String {
    let scale = (0..<max(0, min(places, 3))).reduce(1) { value, _ in value * 10 }
    let scaled = Int(min(max(seconds, 0), 1e9) * Double(scale) + 0.5)
    guard scale > 1 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)" + separator + String(repeating: "0", count: min(places, 3) - fraction.count) + fraction
}

extension String {
    /// Replaces each `{name}` of `values`; other text, unknown placeholders included, stays. One pass: a value that
    /// itself looks like a placeholder is not replaced again. Of nested braces the innermost pair counts.
    func filled(_ values: [String: String]) -> String {
        var result = ""
        for piece in bracePieces {
            result += piece.isName ? values[piece.text] ?? "{" + piece.text + "}" : piece.text
        }
        return result
    }

    /// The names between braces, in order.
    var placeholders: [String] { bracePieces.filter(\.isName).map(\.text) }

    private var bracePieces: [(text: String, isName: Bool)] {
        var pieces: [(String, Bool)] = []
        var rest = self[...]
        while let close = rest.firstIndex(of: "}") {
            if let open = rest[..<close].lastIndex(of: "{") {
                pieces.append((String(rest[..<open]), false))
                pieces.append((String(rest[rest.index(after: open)..<close]), true))
            } else {
                pieces.append((String(rest[...close]), false))
            }
            rest = rest[rest.index(after: close)...]
        }
        pieces.append((String(rest), false))
        return pieces
    }
}
