import Foundation

/// Bokmål of Nynorsk word forms by themselves, from Apertium's dictionaries (Scripts/lexicon/nynorsk_lexicon.py).
///
/// Forms are known by 32 bits of their hash: about one unknown word in 50,000 is taken for one of them, and then gets an
/// ending that hardly ever makes a form of Bokmål.
final class NynorskDictionary: Sendable {
    static let shared: NynorskDictionary = {
        do {
            return try NynorskDictionary(contentsOf: Resources.url("nynorsk.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    private let sections: MappedSections
    private nonisolated(unsafe) let keys: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let endingOf: UnsafeBufferPointer<UInt32>
    private let endings: StringTable

    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        keys = try sections.integers("lexkeys")
        endingOf = try sections.integers("lexends", count: keys.count)
        endings = try sections.strings("endings")
        guard endingOf.allSatisfy({ $0 < endings.count }) else { throw sections.failure("endings") }
    }

    /// The Bokmål form, or nil for a form that the dictionaries lack or Bokmål shares.
    func bokmal(of lower: String, forms: WordForms) -> String? {
        let key = UInt32(truncatingIfNeeded: LexiconHash.text(lower) &>> 32)
        var low = 0, high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        guard low < keys.count, keys[low] == key else { return nil }
        let ending = endings[Int(endingOf[low])].unicodeScalars
        // The first character says how many letters go.
        guard let first = ending.first, first.value >= 48, Int(first.value) - 48 <= lower.unicodeScalars.count else { return nil }
        var result = String.UnicodeScalarView(lower.unicodeScalars.dropLast(Int(first.value) - 48))
        result.append(contentsOf: ending.dropFirst())
        let form = String(result)
        return forms.contains(form) ? form : nil
    }
}
