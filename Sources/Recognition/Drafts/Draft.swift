import Foundation
import Signal
import Transcript

/// A typed transcript as it was read: turns with labels and time hints, not yet tied to a recording.
public struct Draft: Sendable, Hashable {
    /// Something the reader of the draft decided or left out. It never quotes the draft.
    public struct Note: Sendable, Hashable {
        /// A stable code, for example `lines-before-first-speaker`.
        public var code: String
        public var message: String
        /// How many times.
        public var count: Int
    }

    /// When a word or mark was said, in seconds from the start of the recording.
    public struct Time: Sendable, Hashable {
        public var start: Double
        public var end: Double
        /// The tool's belief in the word, 0 … 1, when it states one.
        public var confidence: Double?
        /// Whether the draft times this very word; else its cue's time is spread over the words by their letters.
        public var isExact: Bool

        public init(start: Double, end: Double, confidence: Double? = nil, isExact: Bool = true) {
            self.start = start
            self.end = end
            self.confidence = confidence
            self.isExact = isExact
        }
    }

    public struct Piece: Sendable, Hashable {
        /// As typed; nil where the draft does not say who speaks.
        public var label: String?
        /// Seconds from the start of the recording, when the draft says.
        public var start: Double?
        public var end: Double?
        /// Words have id 0 until the draft becomes a transcript.
        public var elements: [Element]
        /// When the elements were said, one entry for each, nil where the draft does not say; empty when it says it of none.
        public var times: [Time?]

        public init(label: String?, start: Double? = nil, end: Double? = nil, elements: [Element] = [], times: [Time?] = []) {
            self.label = label
            self.start = start
            self.end = end
            self.elements = elements
            self.times = times
        }

        /// Adds talk, and what is known of its times.
        mutating func append(_ more: [Element], times known: [Time?]) {
            if !known.isEmpty || !times.isEmpty {
                times += Array(repeating: nil, count: elements.count - times.count)
                times += known.isEmpty ? Array(repeating: nil, count: more.count) : known
            }
            elements += more
        }
    }

    public var format: Format
    /// How the bytes stood for letters; nil for formats that say so themselves (packed documents, RTF, JSON).
    public var encoding: TextEncoding?
    public var pieces: [Piece]
    /// Lines before the first speaker and headings, kept out of the talk.
    public var preamble: [String]
    public var notes: [Note]

    public init(format: Format, encoding: TextEncoding? = nil, pieces: [Piece], preamble: [String] = [], notes: [Note] = []) {
        self.format = format
        self.encoding = encoding
        self.pieces = pieces
        self.preamble = preamble
        self.notes = notes
    }
}
