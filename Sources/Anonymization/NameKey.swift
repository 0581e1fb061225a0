import Foundation

/// One spelling for the many ways of writing a name.
public enum NameKey {
    /// Lower case, composed, typographic apostrophes and hyphens made plain.
    public static func fold(_ text: String) -> String { plainLower(text) ?? foldAny(text) }

    /// Letters of Norwegian and its neighbours alone, which is nearly every word, need no tables of Unicode.
    private static func plainLower(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var isPlain = true, i = 0
            while i < bytes.count {
                let b = bytes[i]
                if b < 0x80, b != 0x60 { i += 1; continue }
                // Two bytes, U+00C0 … U+00FF.
                if b == 0xC3, i + 1 < bytes.count { i += 2; continue }
                isPlain = false
                break
            }
            guard isPlain else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { out in
                var i = 0
                while i < bytes.count {
                    let b = bytes[i]
                    if b == 0xC3 {
                        let next = bytes[i + 1]
                        out[i] = b
                        out[i + 1] = next >= 0x80 && next <= 0x9E && next != 0x97 ? next + 0x20 : next
                        i += 2
                    } else {
                        out[i] = b >= 65 && b <= 90 ? b + 32 : b
                        i += 1
                    }
                }
                return bytes.count
            }
        }
    }

    private static func foldAny(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.lowercased().precomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "’", "‘", "´", "`": out.append("'")
            case "\u{2010}", "\u{2011}", "–": out.append("-")
            case "\u{AD}", "\u{200B}", "\u{200D}", "\u{FEFF}": continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// The forms a written word may stand for: itself, and without a genitive ending; the likeliest first.
    public static func withoutGenitive(_ lower: String) -> [String] {
        if lower.hasSuffix("'s") && lower.count > 3 { return [String(lower.dropLast(2))] }
        // The article of the spoken language: "Kåre'n".
        if lower.hasSuffix("'n") && lower.count > 3 { return [lower, String(lower.dropLast(2))] }
        if lower.hasSuffix("'") && lower.count > 2 { return [String(lower.dropLast())] }
        if lower.hasSuffix("s") && lower.count > 3 { return [lower, String(lower.dropLast())] }
        return [lower]
    }

    /// How a name sounds, roughly, in Norwegian: Kari, Cari and Karri share a key, as do Kristin and Christin.
    ///
    /// A rule table in the spirit of Soundex that keeps the vowels: Norwegian names that differ in them are different.
    public static func phonetic(_ lower: String) -> String {
        var s = lower.decomposedKeepingNordicLetters
        for (from, to) in replacements { s = s.replacingOccurrences(of: from, with: to) }
        var out: [Character] = []
        let letters = Array(s)
        for (i, c) in letters.enumerated() {
            if c == "c" { out.append(i + 1 < letters.count && "eiyæ".contains(letters[i + 1]) ? "s" : "k"); continue }
            // h is silent except before a vowel at the start of a word or part.
            if c == "h" && i > 0 && letters[i - 1] != " " && letters[i - 1] != "-" { continue }
            if c == "-" || c == "'" { out.append(" "); continue }
            out.append(c)
        }
        var squeezed: [Character] = []
        for c in out where squeezed.last != c { squeezed.append(c) }
        return String(squeezed)
    }

    private static let replacements: [(String, String)] = [
        ("sch", "sk"), ("ch", "k"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("aa", "å"), ("ä", "æ"), ("ö", "ø"), ("w", "v"),
        ("x", "ks"), ("z", "s"), ("q", "k"), ("hj", "j"), ("gj", "j"), ("ij", "i"), ("y", "i"), ("ou", "u"), ("dt", "t"),
    ]

    /// Optimal string alignment distance, counted no further than `limit` + 1.
    public static func distance(_ a: String, _ b: String, limit: Int = 2) -> Int {
        let x = Array(a), y = Array(b)
        if abs(x.count - y.count) > limit { return limit + 1 }
        var before = [Int](), last = Array(0...y.count)
        for i in 0..<x.count {
            var row = [i + 1]
            for j in 0..<y.count {
                var d = min(last[j] + (x[i] == y[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x[i] == y[j - 1], x[i - 1] == y[j] { d = min(d, before[j - 1] + 1) }
                row.append(d)
            }
            before = last
            last = row
        }
        return last[y.count]
    }

    /// Whether a spelling stands for the same name: the same sound, or one slip in a longer word that is not itself a known name.
    public static func sameName(_ a: String, _ b: String, lists: NameLists = .shared) -> Bool {
        if a == b { return true }
        let pa = phonetic(a), pb = phonetic(b)
        if pa == pb { return true }
        guard min(a.count, b.count) >= 5, a.first == b.first || pa.first == pb.first else { return false }
        if lists.isKnownGivenName(a) && lists.isKnownGivenName(b) { return false }
        return distance(pa, pb, limit: 1) <= 1
    }
}

extension String {
    /// Accents off, æ ø å kept.
    fileprivate var decomposedKeepingNordicLetters: String {
        var out = ""
        for c in self {
            if "æøåäö".contains(c) { out.append(c); continue }
            if c.isASCII { out.append(c); continue }
            if let base = String(c).decomposedStringWithCanonicalMapping.unicodeScalars.first { out.unicodeScalars.append(base) }
        }
        return out
    }
}
