import Foundation

/// Equal forms of Bokmål, `style.bin`: endings that may be exchanged (jenta, jenten) and words spelt in two ways (heim, hjem).
///
/// A form that can be a verb and a noun is settled by the word before or after it, else by what talk nearly always has; where
/// neither tells, it has no class, and stays.
final class EqualForms: @unchecked Sendable {
    enum Ending: UInt8 { case feminine = 1, past = 2, plural = 4 }

    private static let other: UInt8 = 8, mostlyNoun: UInt8 = 16, mostlyVerb: UInt8 = 32

    private let sections: MappedSections
    private let starts: UnsafeBufferPointer<UInt32>
    private let entries: UnsafeBufferPointer<UInt32>
    private let beforeVerb: Set<String>, beforeNoun: Set<String>, afterNoun: Set<String>
    /// Radical form to moderate, and back.
    private(set) var moderate: [String: String] = [:]
    private(set) var radical: [String: String] = [:]
    /// Radical forms whose moderate form edited Bokmål plainly prefers.
    private(set) var unusual: Set<String> = []

    static let shared: EqualForms = {
        do {
            return try EqualForms(contentsOf: Resources.url("style.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// Opens a table written by Scripts/lexicon/style.py.
    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        starts = try sections.integers("starts", count: 4097)
        entries = try sections.integers("entries")
        try sections.check(starts, into: entries)
        beforeVerb = Set(try sections.stringList("b-verb"))
        beforeNoun = Set(try sections.stringList("b-noun"))
        afterNoun = Set(try sections.stringList("a-noun"))
        for pair in try sections.stringList("pairs") {
            let fields = pair.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { throw sections.failure("section pairs") }
            if fields[2].contains("m") { moderate[fields[0]] = fields[1] }
            if fields[2].contains("r") { radical[fields[1]] = fields[0] }
            if fields[2].contains("u") { unusual.insert(fields[0]) }
        }
    }

    /// What ending a form has, and how surely, 0 … 1; nil when it has none that may be exchanged, or nobody can tell.
    /// All words in lower case; `before` and `after` are empty at the edge of a sentence.
    /// - Parameter words: tells a word that the lexicon has, and that only happens to end so, from a compound it has not.
    func ending(
        of form: String, before: String, after: String, words: WordForms
    ) -> (ending: Ending, confidence: Double)? {
        var bits = attributes(form)
        if bits == 0, !words.contains(form) { bits = attributes(ofCompound: form, words) }
        let classes = bits & 7
        guard classes != 0 else { return nil }
        if let only = Ending(rawValue: classes), bits & Self.other == 0 { return (only, 0.97) }
        let noun = Ending(rawValue: classes & 5)
        if bits & Self.mostlyNoun == 0, classes & Ending.past.rawValue != 0, beforeVerb.contains(before) { return (.past, 0.9) }
        if beforeNoun.contains(before) || afterNoun.contains(after) {
            // "den leken": an adjective may stand there, too.
            return bits & Self.other == 0 ? noun.map { ($0, 0.9) } : nil
        }
        if bits & Self.mostlyVerb != 0 { return (.past, 0.85) }
        if bits & Self.mostlyNoun != 0, bits & Self.other == 0, let noun { return (noun, 0.85) }
        return nil
    }

    /// Those of the last part of an unlisted compound (`sykehusavdelinga`): of nouns alone.
    private func attributes(ofCompound form: String, _ words: WordForms) -> UInt8 {
        let letters = Array(form)
        guard (9...40).contains(letters.count) else { return 0 }
        for split in 3...(letters.count - 5) {
            let bits = attributes(String(letters[split...]))
            guard bits == Ending.feminine.rawValue || bits == Ending.plural.rawValue else { continue }
            let head = String(letters[..<split])
            if words.contains(head) || split > 3 && "se".contains(letters[split - 1]) && words.contains(String(head.dropLast())) { return bits }
        }
        return 0
    }

    private func attributes(_ form: String) -> UInt8 {
        let key = LexiconHash.text(form) &>> 28
        let fingerprint = UInt32(truncatingIfNeeded: key & 0xFF_FFFF)
        let bucket = Int(key &>> 24)
        for index in Int(starts[bucket])..<Int(starts[bucket + 1]) where entries[index] &>> 8 == fingerprint {
            return UInt8(truncatingIfNeeded: entries[index])
        }
        return 0
    }
}
