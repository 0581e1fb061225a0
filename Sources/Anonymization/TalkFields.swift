import Bokmal
import Foundation

/// Words by what they tell of a life (death, crime, fame, illness, being the only one …), by stems: what the talk tagger knows of
/// meaning. The file says how; Scripts/training/talk_features.py reads the same.
struct TalkFields: Sendable {
    private var exact: [UInt64: UInt8] = [:]
    private var stems: [UInt64: UInt8] = [:]
    /// Bits of the fields that tell something by themselves, by number.
    private(set) var strong: UInt64 = 0

    static let shared: TalkFields = {
        let url = ShippedFiles.folder.appendingPathComponent("talkfields.txt")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            fatalError("The word fields talkfields.txt cannot be read. Install Ordrett again with its resource bundles beside the program.")
        }
        return TalkFields(text)
    }()

    /// One field a line: its name, with `!` after it where it tells something by itself, then stems, and whole words with `=`
    /// before them. The first line that has a stem keeps it.
    init(_ text: String) {
        var number: UInt8 = 0
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard let name = words.first else { continue }
            number += 1
            if name.hasSuffix("!") { strong |= 1 << UInt64(number) }
            for word in words.dropFirst() {
                if word.hasPrefix("=") {
                    exact[LexiconHash.text(String(word.dropFirst())), default: number] = min(exact[LexiconHash.text(String(word.dropFirst()))] ?? number, number)
                } else {
                    stems[LexiconHash.text(String(word)), default: number] = min(stems[LexiconHash.text(String(word))] ?? number, number)
                }
            }
        }
    }

    /// The field of a lower-case word, from 1; that of its longest stem of three letters and more; 0 for none.
    func number(_ lower: String) -> UInt8 {
        if let field = exact[LexiconHash.text(lower)] { return field }
        let bytes = Array(lower.utf8)
        var found: UInt8 = 0, letters = 0
        for end in bytes.indices.map({ $0 + 1 }) where end == bytes.count || bytes[end] & 0xC0 != 0x80 {
            letters += 1
            if letters >= 3, let field = stems[LexiconHash.bytes(bytes[..<end])] { found = field }
        }
        return found
    }
}
