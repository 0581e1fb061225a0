import Foundation

/// What a word form can be.
public struct PartsOfSpeech: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let noun = PartsOfSpeech(rawValue: 1)
    public static let verb = PartsOfSpeech(rawValue: 2)
    public static let adjective = PartsOfSpeech(rawValue: 4)
    public static let adverb = PartsOfSpeech(rawValue: 8)
    /// A word of Bokmål with no class in Norsk ordbank's open classes: pronouns, conjunctions, numerals, genitives.
    public static let other = PartsOfSpeech(rawValue: 16)
    /// A proper name, or part of one.
    public static let properName = PartsOfSpeech(rawValue: 32)
}

/// Every accepted word form of Bokmål (Norsk ordbank, Apertium), the forms of Nynorsk up to 10 letters, and the names
/// that Apertium knows.
///
/// A hashed set: 16 bits of a form's 64-bit hash pick a bucket and 24 more are compared, so about one string in
/// 700,000 that is no form is taken for one. Forms are asked for in lower case. A lookup takes about 0.1 µs; opening
/// maps 5 MB and reads nothing.
public final class WordForms: @unchecked Sendable {
    private let sections: MappedSections
    private let starts: UnsafeBufferPointer<UInt32>
    private let entries: UnsafeBufferPointer<UInt32>

    /// The forms shipped with the program. A program without its resource bundle stops here, as it does for any
    /// other resource of a Swift package; use `init(contentsOf:)` to handle the error.
    public static let shared: WordForms = {
        do {
            return try WordForms(contentsOf: Resources.url("wordforms.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// Opens a table written by Scripts/lexicon/word_forms.py.
    /// - Throws: `LexiconError`.
    public init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        starts = try sections.integers("starts", count: 65_537)
        entries = try sections.integers("entries")
        try sections.check(starts, into: entries)
    }

    /// The number of forms.
    public var count: Int { entries.count }

    /// Whether the form is an accepted form of Bokmål (not only a name).
    public func contains(_ lowercasedForm: String) -> Bool { attributes(lowercasedForm) & Self.bokmal != 0 }

    /// Whether the form is known as a proper name or part of one, and as no ordinary word of Bokmål.
    public func isNameOnly(_ lowercasedForm: String) -> Bool {
        let bits = attributes(lowercasedForm)
        return bits & PartsOfSpeech.properName.rawValue != 0 && bits & Self.bokmal == 0
    }

    /// Whether the form is known as a proper name or part of one, whatever else it may be (`finn`, `liv`).
    public func isName(_ lowercasedForm: String) -> Bool {
        attributes(lowercasedForm) & PartsOfSpeech.properName.rawValue != 0
    }

    /// Whether the form is an accepted form of Nynorsk. Forms of Nynorsk alone over 10 letters are not listed.
    public func isNynorsk(_ lowercasedForm: String) -> Bool { attributes(lowercasedForm) & Self.nynorsk != 0 }

    /// What the form can be in Bokmål, and whether it can be a name; empty for an unknown word.
    public func partsOfSpeech(_ lowercasedForm: String) -> PartsOfSpeech {
        PartsOfSpeech(rawValue: attributes(lowercasedForm) & 0x3F)
    }

    /// Whether an unlisted form reads as a compound of two forms of Bokmål (`samarbeidsmøtet`, `hjemmesykepleier`), with or
    /// without a joining s or e. The last part is a noun or an adjective of four letters or more, the first of three or more.
    public func isCompound(_ lowercasedForm: String) -> Bool {
        // By bytes: the question is put for every rewriting of every unknown word.
        let bytes = Array(lowercasedForm.utf8)
        let ends = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
        let letters = ends.count - 1
        guard letters >= 7, letters <= 40 else { return false }
        for split in 3...(letters - 4) {
            let tail = attributes(bytes[ends[split]...])
            guard tail & Self.bokmal != 0, tail & 0b101 != 0 else { continue }
            let head = bytes[..<ends[split]]
            if attributes(head) & Self.bokmal != 0 { return true }
            let last = head[head.endIndex - 1]
            if split > 3, last == UInt8(ascii: "s") || last == UInt8(ascii: "e"), attributes(head.dropLast()) & Self.bokmal != 0 {
                return true
            }
        }
        return false
    }

    static let name = PartsOfSpeech.properName.rawValue
    static let bokmal: UInt8 = 64
    static let nynorsk: UInt8 = 128

    /// All eight attribute bits at once; 0 for an unknown form.
    package func attributes(_ form: String) -> UInt8 { attributes(hash: LexiconHash.text(form)) }

    private func attributes(_ bytes: ArraySlice<UInt8>) -> UInt8 { attributes(hash: LexiconHash.bytes(bytes)) }

    private func attributes(hash: UInt64) -> UInt8 {
        let key = hash &>> 24
        let fingerprint = UInt32(truncatingIfNeeded: key & 0xFF_FFFF)
        let bucket = Int(key &>> 24)
        var index = Int(starts[bucket])
        let end = Int(starts[bucket + 1])
        while index < end {
            let entry = entries[index]
            if entry &>> 8 == fingerprint { return UInt8(truncatingIfNeeded: entry) }
            if entry &>> 8 > fingerprint { return 0 }
            index += 1
        }
        return 0
    }
}

/// Where this module's data files lie.
enum Resources {
    /// On Linux a bundle's `resourceURL` is already its `Resources` folder; on macOS that folder lies within it.
    static let folder: URL = {
        let own = Bundle.module.bundleURL.appendingPathComponent("Resources")
        if FileManager.default.fileExists(atPath: own.path) { return own }
        let resources = Bundle.module.resourceURL ?? Bundle.module.bundleURL
        let nested = resources.appendingPathComponent("Resources")
        return FileManager.default.fileExists(atPath: nested.path) ? nested : resources
    }()

    static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
