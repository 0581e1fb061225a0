import Foundation

/// One variety's compiled model (phonetic dialect spelling, or Nynorsk): words with their attested Bokmål forms, weights
/// that choose between them in context, and letter rewriting for words never attested.
final class VarietyModel: Sendable {
    private let sections: MappedSections
    let words: StringTable
    let forms: StringTable
    private nonisolated(unsafe) let starts: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let entries: UnsafeBufferPointer<UInt32>
    let context: FeatureTable
    let rewriting: RewriteModel

    static let phonetic = shipped("phonetic.bin")
    static let nynorsk = shipped("nynorsk.bin")

    private static func shipped(_ name: String) -> VarietyModel {
        do {
            return try VarietyModel(contentsOf: Resources.url(name))
        } catch {
            preconditionFailure("\(error)")
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
        var last: UInt32 = 0
        for start in starts {
            guard start >= last else { throw sections.failure("candidates out of order") }
            last = start
        }
        guard Int(last) == entries.count, entries.allSatisfy({ $0 &>> 12 < forms.count }) else {
            throw sections.failure("candidates")
        }
    }

    /// The attested forms of a word of this table, commonest first: form and −log of its share, in steps of 1/256.
    func candidates(word: Int) -> some Collection<(form: Int, cost: Int32)> {
        entries[Int(starts[word])..<Int(starts[word + 1])].lazy.map { (Int($0 &>> 12), Int32($0 & 0xFFF)) }
    }

    /// The id of a form or word in context features: 1 when unknown; 0 is the edge of the utterance.
    func formID(_ text: String) -> UInt32 { forms.id(of: text).map { UInt32($0 + 2) } ?? 1 }
    func wordID(_ text: String) -> UInt32 { words.id(of: text).map { UInt32($0 + 2) } ?? 1 }
}
