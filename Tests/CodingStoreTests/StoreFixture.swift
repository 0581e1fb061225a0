import Foundation
import Signal
import Transcript
@testable import Anonymization
@testable import CodingStore

/// Numbers that are the same on every run.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

enum StoreFixture {
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A sealed transcript of turns of words, each word a tenth of a second.
    static func transcript(_ turns: [String], item: String = "P01", speakers: [String] = ["Informant 4", "Intervjuer"]) -> AnonymizedTranscript {
        var id = 0, number = 0
        let made = turns.map { text -> Turn in
            number += 1
            let start = id * 100 + 100
            let elements = text.split(separator: " ").map { part -> Element in
                id += 1
                return .word(Word(id: id, text: String(part), range: SampleRange(id * 100, id * 100 + 80)))
            }
            return Turn(id: number, speaker: "S\((number - 1) % speakers.count + 1)", range: SampleRange(start, id * 100 + 80), elements: elements)
        }
        let document = Transcript(
            recording: .init(id: item, digest: "d", rate: SampleRate(1_000), length: 9_000_000, channels: 1),
            speakers: speakers.enumerated().map { Speaker(id: "S\($0.offset + 1)", label: $0.element) }, turns: made)
        return AnonymizedTranscript(document: document, policy: "standard", status: .deidentified)
    }
}
