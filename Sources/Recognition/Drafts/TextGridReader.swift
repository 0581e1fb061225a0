/// Reads Praat's TextGrid files, long and short.
///
/// Praat takes from such a file only quoted strings, numbers that stand free and flags in angle brackets; all other
/// words are for people. Read so, the long and the short form are the same.
enum TextGridReader {
    static func recognizes(_ head: Substring) -> Bool {
        guard let line = head.split(separator: "\n").first, line.contains("\"ooTextFile\"") else { return false }
        return head.contains("\"TextGrid\"")
    }

    private enum Item {
        case string(String)
        case number(Double)
        case flag(String)
    }

    static func talk(_ text: String) throws(DraftError) -> TierTalk { try TierTalk(tiers: tiers(text)) }

    /// Interval tiers; points have no extent.
    static func tiers(_ text: String) throws(DraftError) -> [Tier] {
        guard text.utf8.count <= Draft.textLimit * 4 else { throw .tooLarge(limit: Draft.textLimit) }
        let items = items(text)
        var index = 0
        let broken = DraftError.damaged(part: "TextGrid")
        func string() throws(DraftError) -> String {
            guard index < items.count, case .string(let value) = items[index] else { throw broken }
            index += 1
            return value
        }
        func number() throws(DraftError) -> Double {
            guard index < items.count, case .number(let value) = items[index], value.isFinite else { throw broken }
            index += 1
            return value
        }
        func count() throws(DraftError) -> Int {
            let value = try number()
            // Every entry takes at least two items: a larger count is a broken file's.
            guard value >= 0, value <= Double(items.count) else { throw broken }
            return Int(value)
        }
        guard try string() == "ooTextFile", try string() == "TextGrid" else { throw broken }
        _ = try number()
        _ = try number()
        guard index < items.count, case .flag(let exists) = items[index] else { throw broken }
        index += 1
        guard exists == "exists" else { throw .empty }
        var tiers: [Tier] = []
        for _ in 0..<(try count()) {
            let kind = try string(), name = try string()
            _ = try number()
            _ = try number()
            var intervals: [Tier.Interval] = []
            for _ in 0..<(try count()) {
                let start = try number()
                if kind == "IntervalTier" {
                    let end = try number()
                    intervals.append(Tier.Interval(start: start, end: end, text: letters(try string())))
                } else {
                    // Points have no extent: they are no talk.
                    _ = try string()
                }
            }
            if kind == "IntervalTier" { tiers.append(Tier(name: letters(name), intervals: intervals)) }
        }
        return tiers
    }

    private static func items(_ text: String) -> [Item] {
        var found: [Item] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte <= 32 {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                index += 1
                var inner: [UInt8] = []
                while index < bytes.count {
                    if bytes[index] == UInt8(ascii: "\"") {
                        // A quotation mark inside is written twice.
                        guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") else { break }
                        index += 1
                    }
                    inner.append(bytes[index])
                    index += 1
                }
                // Without its end it is no string, and the file breaks off.
                guard index < bytes.count else { return found }
                index += 1
                found.append(.string(String(decoding: inner, as: UTF8.self)))
            } else if byte == UInt8(ascii: "!") {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else {
                let start = index
                while index < bytes.count, bytes[index] > 32, bytes[index] != UInt8(ascii: "\"") { index += 1 }
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                if word.first == "<", word.last == ">", word.utf8.count > 2 {
                    found.append(.flag(String(word.dropFirst().dropLast())))
                } else if byte == UInt8(ascii: "-") || (48...57).contains(byte), let value = Double(word.last == "%" ? String(word.dropLast()) : word) {
                    found.append(.number(value))
                }
            }
        }
        return found
    }

    private static let trigraphs = [
        ("\\ae", "æ"), ("\\Ae", "Æ"), ("\\o/", "ø"), ("\\O/", "Ø"), ("\\ao", "å"), ("\\Ao", "Å"), ("\\e'", "é"), ("\\o\"", "ö"), ("\\a\"", "ä"), ("\\u\"", "ü"),
    ]

    /// Praat's backslash letters, which older files have instead of the letters themselves.
    private static func letters(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        return trigraphs.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
