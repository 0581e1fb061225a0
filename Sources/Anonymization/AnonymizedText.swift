import Foundation
import Transcript

/// Plain text that may be coded and shared: what ``AnonymizedTranscript`` is for text that was not transcribed here.
///
/// It can be made only inside this module, in two ways: it equals the text of a sealed transcript, or somebody or something has looked
/// through it (``TextVouching``). How it came to be is kept with it.
public struct AnonymizedText: Sendable, Hashable {
    public enum Basis: Sendable, Hashable {
        /// The text of this sealed transcript, letter by letter, in one of the shipped notation tables.
        case sealed(AnonymizedTranscript, notation: String)
        /// The detector looked through it; where it found direct identifiers, a named person says that they identify nobody.
        case vouched(Vouching)
    }

    public let text: String
    public let basis: Basis

    init(text: String, basis: Basis) {
        self.text = text
        self.basis = basis
    }

    /// The text of a sealed transcript; nil when it is another, or was changed by a single letter.
    public init?(_ text: String, of transcript: AnonymizedTranscript) {
        for name in NotationTable.shipped {
            guard let table = try? NotationTable.named(name) else { continue }
            if Self.lines(of: transcript.document, table) == text.unicodeScalars.map({ $0 }) {
                self.init(text: text, basis: .sealed(transcript, notation: name))
                return
            }
        }
        return nil
    }

    /// A line a turn: the speaker's label, a colon, what was said.
    private static func lines(of document: Transcript, _ table: NotationTable) -> [Unicode.Scalar] {
        let page = TranscriptLayout(notation: table, options: LayoutOptions(view: .bokmal, times: false)).layOut(document)
        var out: [Unicode.Scalar] = []
        let ends: Set<UInt32> = [0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029]
        for paragraph in page.paragraphs {
            let label = paragraph.speakerLabel.isEmpty ? "" : paragraph.speakerLabel + ": "
            for piece in [label] + paragraph.runs.map(\.text) { out += piece.unicodeScalars.map { ends.contains($0.value) ? " " : $0 } }
            out.append("\n")
        }
        return out
    }
}

/// Who answers for a text, and for what in it. Holds no words of the text.
public struct Vouching: Codable, Sendable, Hashable {
    /// Empty when nothing direct was found and nobody had to answer.
    public var who: String
    /// ISO 8601, UTC.
    public var at: String
    /// Why what was found identifies nobody; empty when nothing direct was found.
    public var reason: String
    /// How many direct identifiers the detector found, by type.
    public var findings: [String: Int]

    public init(who: String, at: String, reason: String, findings: [String: Int]) {
        self.who = who
        self.at = at
        self.reason = reason
        self.findings = findings
    }
}

/// Lets text from elsewhere (another program's project, field notes) through to coding.
///
/// The ``Detector`` looks through it. With direct identifiers in it (names, numbers, addresses …) it is refused, unless a named person
/// answers for it with a reason. The detector leans towards finding too much: pseudonyms and capitalised words are found, too.
public struct TextVouching: Sendable {
    /// A person who has read the text.
    public struct Voucher: Sendable, Hashable {
        public var name: String
        public var reason: String

        /// Nil when either is empty: nobody answers without a name, or for nothing.
        public init?(name: String, reason: String) {
            let name = name.trimmingCharacters(in: .whitespacesAndNewlines), reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !name.isEmpty, !reason.isEmpty else { return nil }
            self.name = name
            self.reason = reason
        }
    }

    /// Direct identifiers stand in the text and nobody answers for them. Tells types and places, never words.
    public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        public struct Place: Codable, Sendable, Hashable {
            public var type: EntityType
            /// The text's line, from 1.
            public var line: Int
            /// Code points of the whole text.
            public var start: Int
            public var end: Int
            public var rule: String
        }

        public var places: [Place]

        public var description: String {
            let types = Dictionary(grouping: places, by: \.type).sorted { $0.key < $1.key }
            let told = types.map { type, found in
                let lines = Set(found.map(\.line)).sorted()
                let shown = lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
                return "\(found.count) \(type.rawValue) (line \(shown))"
            }
            return "what looks like direct identifiers stands in the text: " + told.joined(separator: "; ")
                + ". Take them out, or say who answers for the text and why they identify nobody"
        }
    }

    private let detector: Detector

    public init(detector: Detector = Detector()) { self.detector = detector }

    /// The direct identifiers in a text, by type and place.
    public func directIdentifiers(in text: String) -> [Refusal.Place] {
        let points = Array(text.unicodeScalars)
        let found = detector.detect(text: text).filter { detection in
            var words = String.UnicodeScalarView()
            words.append(contentsOf: points[detection.start..<detection.end])
            return detection.identifier == .direct && !(detection.type == .person && Self.isCode(String(words)))
        }
        guard !found.isEmpty else { return [] }
        var ends: [Int] = []
        for (index, scalar) in text.unicodeScalars.enumerated() where scalar == "\n" { ends.append(index) }
        return found.map { detection in
            var low = 0, high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if ends[middle] < detection.start { low = middle + 1 } else { high = middle }
            }
            return Refusal.Place(type: detection.type, line: low + 1, start: detection.start, end: detection.end, rule: detection.rule)
        }
    }

    /// What stands for a person already: a letter, or a word for a role with or without a number (`Person 4`, `Informant`). Initials are not.
    private static func isCode(_ words: String) -> Bool {
        guard Detector.isCode(label: words) else { return false }
        let parts = words.split { !$0.isLetter }.map { NameKey.fold(String($0)) }
        return parts.count == 1 && parts[0].count == 1 || parts.contains { $0.count >= 4 && Detector.plainLabels.contains($0) }
    }

    /// - Parameters:
    ///   - voucher: who answers for what is found; nil when nobody does.
    ///   - at: when, ISO 8601, UTC.
    /// - Throws: ``Refusal``.
    public func look(through text: String, voucher: Voucher?, at: String) throws -> AnonymizedText {
        let found = directIdentifiers(in: text)
        if !found.isEmpty, voucher == nil { throw Refusal(places: found) }
        var counts: [String: Int] = [:]
        for place in found { counts[place.type.rawValue, default: 0] += 1 }
        return AnonymizedText(
            text: text,
            basis: .vouched(
                Vouching(who: found.isEmpty ? "" : voucher?.name ?? "", at: at, reason: found.isEmpty ? "" : voucher?.reason ?? "", findings: counts)))
    }
}
