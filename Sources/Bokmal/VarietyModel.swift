import Foundation

/// One variety's compiled model (phonetic dialect spelling, written dialect, or Nynorsk): words with their attested Bokmål forms, letter
/// rewriting for words never attested, and where it was trained the choice in context.
final class VarietyModel: Sendable {
    private let sections: MappedSections
    let words: StringTable
    let forms: StringTable
    private nonisolated(unsafe) let starts: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let entries: UnsafeBufferPointer<UInt32>
    let rewriting: RewriteModel
    /// Weights of words and forms around.
    let context: FeatureTable
    /// Where the choice is a network's; `context` is then part of it.
    let ranker: RankerWeights?

    static let phonetic = shipped("phonetic.bin")
    static let nynorsk = shipped("nynorsk.bin")

    private static func shipped(_ name: String) -> VarietyModel {
        do {
            return try VarietyModel(contentsOf: Resources.url(name))
        } catch {
            fatalError("\(error)")
        }
    }

    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        words = try sections.strings("words")
        forms = try sections.strings("forms")
        starts = try sections.integers("starts", count: words.count + 1)
        entries = try sections.integers("cands")
        context = try FeatureTable(sections, "context")
        rewriting = try RewriteModel(sections)
        ranker =
            sections.contains("known")
            ? try RankerWeights(sections, words: words.count, forms: forms.count, entries: entries.count) : nil
        try sections.check(starts, into: entries)
        guard entries.allSatisfy({ $0 &>> 12 < forms.count }) else {
            throw sections.failure("candidates")
        }
    }

    /// The attested forms of a word of this table, commonest first: entry number, form and −log of its share, in steps of
    /// 1/256.
    func candidates(word: Int) -> some Collection<(entry: Int, form: Int, cost: Int32)> {
        (Int(starts[word])..<Int(starts[word + 1])).lazy.map { [entries] in
            ($0, Int(entries[$0] &>> 12), Int32(entries[$0] & 0xFFF))
        }
    }

    /// The id of a form among the attested ones, in whatever casing they have it.
    func formID(_ text: String, _ lower: String) -> Int? {
        forms.id(of: lower) ?? (text == lower ? nil : forms.id(of: text))
    }

    /// The number of a form in context features and the ranker's tables: 0 is the edge of the utterance, 1 what is unknown.
    func formRow(_ text: String, _ lower: String) -> UInt32 {
        guard let ranker else { return forms.id(of: text).map { UInt32($0 + 2) } ?? 1 }
        return formID(text, lower).map(ranker.row(form:)) ?? 1
    }

    /// The number of a word, likewise.
    func wordRow(_ word: String) -> UInt32 {
        guard let id = words.id(of: word) else { return 1 }
        return ranker?.row(word: id) ?? UInt32(id + 2)
    }
}
