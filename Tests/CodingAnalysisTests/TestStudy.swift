import Foundation
import Signal
import Transcript
@testable import Anonymization
@testable import CodingStore

/// A store to fill in a test.
struct TestStudy {
    let store: CodingStore

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("analysis-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try CodingStore(folder.appendingPathComponent("koding.sqlite"))
    }

    /// Turns as `S: word word word`.
    @discardableResult
    func add(_ item: String, _ turns: (speaker: String, text: String)..., status: AnonymizedTranscript.Status = .deidentified) throws -> String {
        try add(item, turns: turns, status: status)
    }

    @discardableResult
    func add(_ item: String, turns: [(speaker: String, text: String)], status: AnonymizedTranscript.Status = .deidentified) throws -> String {
        var word = 0, labels: [String] = []
        let made = turns.enumerated().map { index, turn -> Turn in
            if !labels.contains(turn.speaker) { labels.append(turn.speaker) }
            let elements = turn.text.split(separator: " ").map { text -> Element in
                word += 1
                return .word(Word(id: word, text: String(text), range: SampleRange(word * 100, word * 100 + 80)))
            }
            return Turn(id: index + 1, speaker: "S\(labels.firstIndex(of: turn.speaker)! + 1)", range: nil, elements: elements)
        }
        let document = Transcript(
            recording: .init(id: item, digest: "d", rate: SampleRate(1_000), length: 1_000_000, channels: 1),
            speakers: labels.enumerated().map { Speaker(id: "S\($0 + 1)", label: $1) }, turns: made)
        try store.importTranscript(AnonymizedTranscript(document: document, policy: "standard", status: status), who: "Anne")
        return try store.text(of: item).text.text
    }

    /// Codes the first place of a stretch of text.
    @discardableResult
    func code(_ code: CodeRecord, _ words: String, in item: String, by coder: String, round: Int? = nil) throws -> CodingRecord {
        try store.apply(code, to: .characters(place(words, in: item)), of: item, coder: coder, round: round)
    }

    func place(_ words: String, in item: String) throws -> Range<Int> {
        let text = try store.text(of: item).text.text
        guard let found = text.range(of: words) else { throw StoreError.noWords }
        let start = text[..<found.lowerBound].unicodeScalars.count
        return start..<start + words.unicodeScalars.count
    }

    func unit(_ words: String, in item: String) throws -> UnitRecord {
        let range = try place(words, in: item), version = try store.text(of: item).version
        guard let unit = try store.units().first(where: { $0.versionId == version && $0.start == range.lowerBound && $0.end == range.upperBound }) else {
            throw StoreError.noWords
        }
        return unit
    }
}
