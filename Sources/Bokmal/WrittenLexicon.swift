import Foundation

/// How dialect is written: attested spellings, the choice between them in context, rewriting for the rest, and how
/// frequent Bokmål forms are. One file, `written.bin`, compiled by Scripts/lexicon/written_dialect.py.
struct WrittenLexicon: Sendable {
    let model: VarietyModel
    private let frequencies: FeatureTable

    static let shared: WrittenLexicon = {
        do {
            return try WrittenLexicon(contentsOf: Resources.url("written.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        model = try VarietyModel(contentsOf: url)
        frequencies = try FeatureTable(MappedSections(contentsOf: url), "freq")
    }

    /// How much likelier than the rarest listed word a form of Bokmål is, in natural logs: 0 when not listed, at most 11.
    func frequency(_ lowercasedForm: String) -> Double {
        Double(frequencies.weight(LexiconHash.text(lowercasedForm))) / 100
    }
}
