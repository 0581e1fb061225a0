import Foundation
import Recognition
import Signal
import Transcript

let recording = RecordingReference(id: "P07", digest: "", rate: .analysis, length: 16_000 * 3600, channels: 1)

func draft(_ text: String, name: String = "utkast.txt") throws -> Draft { try Draft(data: Data(text.utf8), name: name) }

extension Draft.Piece {
    /// The words with their punctuation, and marks as typed, in one line.
    var line: String {
        elements.map { element in
            switch element {
            case .word(let word): word.lead + word.text + (word.isCutOff ? "-" : "") + word.trail
            case .mark(let mark): "{\(mark.kind.rawValue)}"
            }
        }.joined(separator: " ")
    }
}

/// A small, repeatable source of chance (xorshift).
struct Dice {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % bound
    }
}
