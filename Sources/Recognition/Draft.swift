import Foundation
import Signal
import Transcript

/// A typed transcript as it was read: turns with labels and time hints, not yet tied to a recording.
public struct Draft: Sendable, Hashable {
    public enum Format: String, Codable, Sendable, CaseIterable { case text = "txt", word = "docx", webVTT = "vtt", subRip = "srt" }

    /// Something the reader of the draft decided or left out. It never quotes the draft.
    public struct Note: Sendable, Hashable {
        /// A stable code, for example `lines-before-first-speaker`.
        public var code: String
        public var message: String
        /// How many times.
        public var count: Int
    }

    public struct Piece: Sendable, Hashable {
        /// As typed; nil where the draft does not say who speaks.
        public var label: String?
        /// Seconds from the start of the recording, when the draft says.
        public var start: Double?
        public var end: Double?
        /// Words have id 0 until the draft becomes a transcript.
        public var elements: [Element]

        public init(label: String?, start: Double? = nil, end: Double? = nil, elements: [Element] = []) {
            self.label = label
            self.start = start
            self.end = end
            self.elements = elements
        }
    }

    public var format: Format
    /// How the bytes stood for letters; nil for Word documents, which say so themselves.
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

    /// Most bytes a draft may have, packed.
    public static let sizeLimit = 64 << 20

    /// Reads a draft. What the bytes are decides, not the name; the name only tells `.txt` from `.vtt` and `.srt` where
    /// the text does not.
    /// - Parameters:
    ///   - data: the file.
    ///   - name: the file's name; only its extension is used.
    /// - Throws: ``DraftError``.
    public init(data: Data, name: String) throws(DraftError) {
        guard !data.isEmpty else { throw .empty }
        guard data.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        let head = [UInt8](data.prefix(8))
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            // Office locks a document by wrapping it in an OLE file with a stream of this name.
            let stream = Data("EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
            if data.range(of: stream) != nil { throw .passwordProtected }
            throw .notSupported(kind: "in the old Word format (.doc)")
        }
        if head.starts(with: Array("PK".utf8)) {
            let lines = try DocxReader.lines(data)
            self = try DraftBuilder.draft(lines: lines, format: .word, encoding: nil)
            return
        }
        if head.starts(with: Array("%PDF".utf8)) { throw .notSupported(kind: "a PDF") }
        if head.starts(with: Array("{\\rtf".utf8)) { throw .notSupported(kind: "in rich text format (.rtf)") }
        if name.lowercased().hasSuffix(".docx") { throw .notWordDocument }
        let (text, encoding) = try TextEncoding.decode([UInt8](data))
        let suffix = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
        if text.hasPrefix("WEBVTT") || suffix == "vtt" || suffix == "srt" {
            let format: Format = text.hasPrefix("WEBVTT") || suffix == "vtt" ? .webVTT : .subRip
            self = try DraftBuilder.draft(lines: try SubtitleReader.lines(text), format: format, encoding: encoding)
        } else {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { StyledLine(String($0)) }
            self = try DraftBuilder.draft(lines: lines, format: .text, encoding: encoding)
        }
    }
}

extension Draft {
    /// What an unlabelled speaker is called.
    static let unknownLabel = "Ukjent"

    /// The draft as a transcript of a recording: words numbered from 1, turns from 1, speakers `S1`, `S2`, … in the
    /// order they first speak, with labels as typed.
    ///
    /// Time codes become `Turn.range`; words get no times. A turn without an end ends where the next coded turn begins,
    /// or, with uncoded turns between, at its share of that stretch by letters. Codes outside the recording, or that run
    /// backwards, are left out and noted as a finding.
    public func transcript(recording: RecordingReference, language: String = "nb") -> Transcript {
        var speakers: [Speaker] = [], keys: [String: String] = [:]
        var turns: [Turn] = []
        var nextWord = 1
        for piece in pieces {
            let label = piece.label ?? Self.unknownLabel
            let key = label.lowercased()
            let id: String
            if let known = keys[key] {
                id = known
            } else {
                id = "S\(speakers.count + 1)"
                keys[key] = id
                speakers.append(Speaker(id: id, label: label, role: SpeakerLabel.role(of: label)))
            }
            let elements = piece.elements.map { element -> Element in
                guard case .word(var word) = element else { return element }
                word.id = nextWord
                nextWord += 1
                return .word(word)
            }
            turns.append(Turn(id: turns.count + 1, speaker: id, elements: elements))
        }
        var findings = notes.map {
            Finding(stage: "draft", code: $0.code, severity: .note, message: $0.count > 1 ? "\($0.message) (\($0.count))" : $0.message)
        }
        let dropped = placeHints(in: &turns, recording: recording)
        if dropped > 0 {
            findings.append(
                Finding(
                    stage: "draft", code: "time-codes-left-out", severity: .review,
                    message: "\(dropped) time codes run backwards or lie outside the recording and are not used"))
        }
        resolveBackchannels(in: &turns, speakers: speakers)
        return Transcript(recording: recording, language: language, speakers: speakers, turns: turns, findings: findings)
    }

    /// Gives turns their stretches; returns how many codes were left out.
    private func placeHints(in turns: inout [Turn], recording: RecordingReference) -> Int {
        let length = recording.seconds, rate = recording.rate
        var dropped = 0, latest = 0.0
        var starts = pieces.map(\.start)
        // Paragraphs that end with a code (f4, ATLAS.ti): the first began at the start.
        if starts.first == .some(nil), pieces.first?.end != nil { starts[0] = 0 }
        for index in starts.indices {
            guard let start = starts[index] else { continue }
            if start < latest || start > length {
                starts[index] = nil
                dropped += 1
            } else {
                latest = start
            }
        }
        for index in turns.indices {
            guard let start = starts[index] else { continue }
            let next = starts[(index + 1)...].firstIndex { $0 != nil }
            var limit = next.flatMap { starts[$0] } ?? length
            if let end = pieces[index].end, end >= start {
                // Subtitle cues may overlap what follows them: their own ends stand.
                limit = min(end, length)
            } else if let last = next ?? Optional(turns.count), last > index + 1 {
                let sizes = turns[index..<last].map { max(1, $0.words.reduce(0) { $0 + $1.text.count }) }
                limit = start + (limit - start) * Double(sizes[0]) / Double(sizes.reduce(0, +))
            }
            turns[index].range = SampleRange(rate.position(seconds: start), min(rate.position(seconds: limit), recording.length))
        }
        return dropped
    }

    /// Names the listener of a typed `(I: mm)`.
    private func resolveBackchannels(in turns: inout [Turn], speakers: [Speaker]) {
        var ids: [String: String] = [:]
        for speaker in speakers {
            ids[speaker.label.lowercased()] = ids[speaker.label.lowercased()] ?? speaker.id
            let initials = speaker.label.split(separator: " ").map { $0.first?.isNumber == true ? String($0) : String($0.prefix(1)) }
            let short = initials.joined().lowercased()
            ids[short] = ids[short] ?? speaker.id
        }
        for turn in turns.indices {
            for index in turns[turn].elements.indices {
                guard case .mark(var mark) = turns[turn].elements[index], mark.kind == .backchannel else { continue }
                guard let colon = mark.text.firstIndex(of: ":") else { continue }
                let name = mark.text[..<colon].drop { "([{/".contains($0) }.lowercased()
                guard let id = ids[name] else { continue }
                mark.label = id
                turns[turn].elements[index] = .mark(mark)
            }
        }
    }
}
