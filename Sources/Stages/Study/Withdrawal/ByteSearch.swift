import Foundation

/// Looks for texts in files' bytes: as UTF-8 and UTF-16 of both byte orders, in four casings.
///
/// A term is found where no letter or digit stands beside it (`Informant 1` is not in `Informant 12`, nor Anders in Andersen);
/// a name also with the s of the genitive. One of fewer than five letters is not looked for in sound, where any few bytes occur
/// by chance.
struct ByteSearch: Sendable {
    struct Term: Codable, Sendable, Hashable {
        enum Kind: String, Codable, Sendable, CaseIterable { case name, code, item, word, phrase }
        var text: String
        var kind: Kind
    }

    private struct Pattern: Sendable {
        var bytes: [UInt8]
        var term: Int
        /// Bytes of one letter: 1 for UTF-8, 2 for UTF-16.
        var unit: Int
        var isLittle: Bool
        var isShort: Bool
        var isName: Bool
    }

    let terms: [Term]
    private let patterns: [Pattern]
    /// Patterns by their first four bytes, or two where they have no more.
    private let heads: [UInt32: [Int]]
    private let shortHeads: [UInt32: [Int]]
    /// Whether any pattern begins with two bytes.
    private let filter: [Bool]

    /// Letters from which a term means something wherever it stands.
    static let plainLength = 5

    init(_ terms: [Term]) {
        self.terms = terms
        var patterns: [Pattern] = [], heads: [UInt32: [Int]] = [:], shortHeads: [UInt32: [Int]] = [:], filter = [Bool](repeating: false, count: 65_536)
        for (index, term) in terms.enumerated() {
            let composed = term.text.precomposedStringWithCanonicalMapping
            var forms: Set<String> = [composed]
            // A code is what it is; a name or a word may stand in any casing, and in a Mac's letters apart.
            if term.kind != .code || composed.count >= Self.plainLength {
                forms.formUnion([composed.lowercased(), composed.uppercased(), composed.capitalized, composed.prefix(1).uppercased() + composed.dropFirst()])
            }
            // By bytes, since Swift takes composed and decomposed letters for equal.
            var known: Set<[UInt8]> = []
            for form in forms.sorted().flatMap({ [$0, $0.decomposedStringWithCanonicalMapping] }) where form.utf8.count >= 2 {
                guard known.insert(Array(form.utf8)).inserted else { continue }
                let isShort = composed.count < Self.plainLength
                var writings: [(bytes: [UInt8], unit: Int, isLittle: Bool)] = [(Array(form.utf8), 1, true)]
                // JSON writers may escape: \u00e5.
                if form.utf8.contains(where: { $0 >= 0x80 }) { writings.append((Array(Self.escaped(form).utf8), 1, true)) }
                writings.append((form.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, 2, true))
                writings.append((form.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, 2, false))
                for writing in writings {
                    let bytes = writing.bytes, head = UInt32(bytes[0]) << 8 | UInt32(bytes[1])
                    if bytes.count < 4 { shortHeads[head, default: []].append(patterns.count) } else {
                        heads[head << 16 | UInt32(bytes[2]) << 8 | UInt32(bytes[3]), default: []].append(patterns.count)
                    }
                    filter[Int(head)] = true
                    patterns.append(Pattern(bytes: writing.bytes, term: index, unit: writing.unit, isLittle: writing.isLittle, isShort: isShort, isName: term.kind == .name))
                }
            }
        }
        self.patterns = patterns
        self.heads = heads
        self.shortHeads = shortHeads
        self.filter = filter
    }

    private static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            if unit < 0x80 { return String(UnicodeScalar(UInt8(unit))) }
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    var longest: Int { patterns.map(\.bytes.count).max() ?? 0 }

    /// Indices of the terms that occur.
    /// - Parameter shortToo: also terms of few letters; not inside sound, where few bytes mean nothing.
    func find(in data: Data, shortToo: Bool = true) -> Set<Int> {
        guard !patterns.isEmpty, data.count >= 2 else { return [] }
        var found: Set<Int> = []
        data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
            let bytes = raw.bindMemory(to: UInt8.self)
            filter.withUnsafeBufferPointer { filter in
                for place in 0..<bytes.count - 1 {
                    let head = UInt32(bytes[place]) << 8 | UInt32(bytes[place + 1])
                    guard filter[Int(head)] else { continue }
                    for index in shortHeads[head] ?? [] { check(index, at: place, in: bytes, shortToo, &found) }
                    guard place + 3 < bytes.count else { continue }
                    for index in heads[head << 16 | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3])] ?? [] {
                        check(index, at: place, in: bytes, shortToo, &found)
                    }
                }
            }
        }
        return found
    }

    private func check(_ index: Int, at place: Int, in bytes: UnsafeBufferPointer<UInt8>, _ shortToo: Bool, _ found: inout Set<Int>) {
        let pattern = patterns[index], end = place + pattern.bytes.count
        guard !found.contains(pattern.term), shortToo || !pattern.isShort, end <= bytes.count else { return }
        for offset in 2..<max(2, pattern.bytes.count) where bytes[place + offset] != pattern.bytes[offset] { return }
        if Self.isLetter(bytes, before: place, pattern) { return }
        if Self.isLetter(bytes, at: end, pattern) {
            guard pattern.isName, Self.isGenitive(bytes, end, pattern), !Self.isLetter(bytes, at: end + pattern.unit, pattern) else { return }
        }
        found.insert(pattern.term)
    }

    private static func isGenitive(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ pattern: Pattern) -> Bool {
        let letter = bytes[pattern.unit == 2 && !pattern.isLittle ? place + 1 : place]
        return letter == UInt8(ascii: "s") || letter == UInt8(ascii: "S")
    }

    /// Whether a letter or digit ends just before a place.
    private static func isLetter(_ bytes: UnsafeBufferPointer<UInt8>, before place: Int, _ pattern: Pattern) -> Bool {
        guard pattern.unit == 1 else { return isLetter(bytes, at: place - 2, pattern) }
        var start = place - 1
        while start > max(0, place - 4), bytes[start] & 0xC0 == 0x80 { start -= 1 }
        // The n of a line break that JSON writes as two signs is no letter.
        if start >= 1, bytes[start - 1] == UInt8(ascii: "\\"), "nrtbf".utf8.contains(bytes[start]) { return false }
        return isLetter(bytes, at: start, pattern)
    }

    /// Whether a letter or digit stands at a place. What is no text has none.
    private static func isLetter(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ pattern: Pattern) -> Bool {
        guard place >= 0, place + pattern.unit <= bytes.count else { return false }
        let scalar: Unicode.Scalar?
        if pattern.unit == 2 {
            let unit = pattern.isLittle ? UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 : UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
            scalar = Unicode.Scalar(UInt32(unit))
        } else {
            let first = bytes[place], count = first < 0x80 ? 1 : first & 0xE0 == 0xC0 ? 2 : first & 0xF0 == 0xE0 ? 3 : first & 0xF8 == 0xF0 ? 4 : 0
            guard count > 0, place + count <= bytes.count else { return false }
            var value = count == 1 ? UInt32(first) : UInt32(first & (0xFF >> UInt8(count + 1)))
            for offset in 1..<max(1, count) {
                guard bytes[place + offset] & 0xC0 == 0x80 else { return false }
                value = value << 6 | UInt32(bytes[place + offset] & 0x3F)
            }
            scalar = Unicode.Scalar(value)
        }
        // An accent that stands apart belongs to its letter.
        return scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil || $0.properties.canonicalCombiningClass != .notReordered } ?? false
    }
}
