import Foundation

/// How often each Nynorsk word stood for each Bokmål form in translated texts, and how much likelier a form is beside
/// certain neighbours (Scripts/lexicon/nynorsk_neighbours.py).
final class NynorskReadings: Sendable {
    struct Reading: Sendable {
        var text: String
        /// The form's number, for `weight`.
        var form: UInt32
        var count: UInt32
    }

    /// Where a neighbour stands; also what Apertium proposes.
    enum Side: UInt64 {
        case left = 60, right, proposed
    }

    static let shared: NynorskReadings = {
        do {
            return try NynorskReadings(contentsOf: Resources.url("nynorsk.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    private let sections: MappedSections
    private let words: StringTable
    private let forms: StringTable
    private let frequent: StringTable
    private nonisolated(unsafe) let starts: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let entries: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let counts: UnsafeBufferPointer<UInt32>
    private let beside: FeatureTable

    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        words = try sections.strings("words")
        forms = try sections.strings("forms")
        frequent = try sections.strings("frequent")
        starts = try sections.integers("starts", count: words.count + 1)
        entries = try sections.integers("cands")
        counts = try sections.integers("counts", count: entries.count)
        beside = try FeatureTable(sections, "beside")
        try sections.check(starts, into: entries)
        guard entries.allSatisfy({ $0 &>> 12 < forms.count }) else {
            throw sections.failure("candidates")
        }
    }

    /// The word's number and its readings, commonest first; nil for a word never seen.
    func readings(of lower: String) -> (word: UInt32, readings: [Reading])? {
        guard let id = words.id(of: lower) else { return nil }
        let readings = (Int(starts[id])..<Int(starts[id + 1])).map { index in
            let form = entries[index] &>> 12
            return Reading(text: forms[Int(form)], form: form + 2, count: counts[index])
        }
        return readings.isEmpty ? nil : (UInt32(id + 2), readings)
    }

    /// The number of a form of Bokmål; 1 for one never seen.
    func form(_ text: String) -> UInt32 { forms.id(of: text).map { UInt32($0 + 2) } ?? 1 }

    /// The number of a neighbour: 0 for the edge of the utterance, 1 for a word that is not among the commonest.
    func neighbour(_ lower: String?) -> UInt32 {
        guard let lower else { return 0 }
        return frequent.id(of: lower).map { UInt32($0 + 2) } ?? 1
    }

    /// What a neighbour adds to the log likelihood of a form (`form` 1: one never seen).
    func weight(_ side: Side, word: UInt32, neighbour: UInt32, form: UInt32) -> Double {
        var weight = form == 1 ? 0 : beside.weight(LexiconHash.feature(side.rawValue, word, neighbour, form))
        // No form was seen beside this neighbour often enough to say more than that.
        if weight == 0 { weight = beside.weight(LexiconHash.feature(side.rawValue, word, neighbour, 1)) }
        return Double(weight) / 256
    }
}
