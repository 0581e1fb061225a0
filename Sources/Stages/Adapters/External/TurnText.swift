import Exchange
import Foundation
import Transcript

/// A transcript's words as text for other programs: a line a turn, in order, words with their punctuation and single spaces between.
struct TurnText {
    struct Word: Hashable {
        var id: Int
        /// Unicode code points of the word in the text, without its punctuation.
        var range: Range<Int>
    }

    struct Line: Hashable {
        /// The turn's id.
        var turn: Int
        /// Code points of the line in the text, without its end.
        var range: Range<Int>
        var words: [Word]
    }

    /// Each line ends with a line feed.
    private(set) var text = ""
    private(set) var lines: [Line] = []
    /// Code points.
    private(set) var length = 0

    /// Turns without words have no line.
    init(_ transcript: Transcript) {
        var scalars = String.UnicodeScalarView(), count = 0
        func put(_ text: String) -> Range<Int> {
            let start = count
            for scalar in text.unicodeScalars {
                // A line end inside a word would break the line in two.
                scalars.append(scalar.properties.isWhitespace ? " " : scalar)
                count += 1
            }
            return start..<count
        }
        for turn in transcript.turns where !turn.words.isEmpty {
            var line = Line(turn: turn.id, range: count..<count, words: [])
            for word in turn.words {
                if !line.words.isEmpty { _ = put(" ") }
                _ = put(word.lead)
                line.words.append(Word(id: word.id, range: put(word.text)))
                if word.isCutOff, !word.text.hasSuffix("-") { _ = put("-") }
                _ = put(word.trail)
            }
            line.range = line.range.lowerBound..<count
            lines.append(line)
            scalars.append("\n")
            count += 1
        }
        text = String(scalars)
        length = count
    }

    /// The transcript as Ordrett's JSON for programs, words as said.
    static func json(_ transcript: Transcript) throws -> Data {
        var layout = LayoutOptions()
        layout.view = .verbatim
        return try ConfidentialExport.render(transcript, format: .json, notation: NotationTable.named("helse"), layout: layout).data
    }
}
