import Foundation

/// Fills the placeholders of a `generalise` text.
enum Generalisation {
    static let unknown: [String: String] = [
        "{county}": "fylket", "{region}": "landsdelen", "{year}": "(dato)", "{month}": "(dato)", "{decade}": "(alder)",
    ]

    /// - Parameter original: the words that are replaced; nothing of them but the coarser value comes back.
    static func text(_ template: String, type: EntityType, original: String, lists: NameLists) -> String {
        var out = template
        for (placeholder, fallback) in unknown.sorted(by: { $0.key < $1.key }) where out.contains(placeholder) {
            out = out.replacingOccurrences(of: placeholder, with: value(placeholder, type, original, lists) ?? fallback)
        }
        return out
    }

    private static func value(_ placeholder: String, _ type: EntityType, _ original: String, _ lists: NameLists) -> String? {
        let folded = NameKey.fold(original)
        var place = folded
        for word in EntityKeys.municipalWords where place.hasSuffix(" " + word) { place.removeLast(word.count + 1) }
        let municipality = NameKey.withoutGenitive(place).lazy.compactMap { lists.municipalityByName[$0] ?? lists.municipalityOfPlace[$0] }.first
        switch placeholder {
        case "{county}": return municipality?.county
        case "{region}":
            return municipality?.region ?? NameKey.withoutGenitive(folded).lazy.compactMap { lists.regionByCounty[$0] }.first
        case "{year}": return year(folded)
        case "{month}":
            guard let year = year(folded), let month = months.first(where: { folded.contains($0) }) else { return year(folded) }
            return "\(month) \(year)"
        case "{decade}": return decade(folded)
        default: return nil
        }
    }

    private static let months = [
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember",
    ]

    private static func year(_ text: String) -> String? {
        let numbers = text.split { !$0.isNumber }.map(String.init)
        if let full = numbers.first(where: { $0.count == 4 && ("1800"..."2099").contains($0) }) { return full }
        if numbers.count == 3, let last = numbers.last, last.count == 2, let value = Int(last) {
            return String(value > 40 ? 1900 + value : 2000 + value)
        }
        return nil
    }

    /// "43 år" → "i 40-årene". Under ten: "under 10 år"; from ninety: "over 90 år".
    private static func decade(_ text: String) -> String? {
        if text.contains("måned") || text.contains("uke") { return "under 10 år" }
        for part in text.split(whereSeparator: { " -–,()".contains($0) }).map(String.init) {
            var found = Int(part) ?? SpokenNumbers.values[part]
            if found == nil {
                // "førtiåra", "tolvåring", "70-årene".
                for cut in ["års", "åri", "åra", "åre", "årg"] {
                    if let range = part.range(of: cut), range.lowerBound > part.startIndex {
                        found = SpokenNumbers.value(String(part[..<range.lowerBound]))
                        if found != nil { break }
                    }
                }
            }
            guard let age = found, age < 130 else { continue }
            // Nouns and adjectives made of an age: "førtiåringen", "43-årig", "sekstiårsdag".
            if text.contains("årig") || text.contains("årsdag") { return nil }
            if let noun = people.first(where: { text.hasSuffix($0.0) }) { return "\(noun.1) \(span(age))" }
            return span(age)
        }
        return nil
    }

    private static let people = [("åringer", "personer"), ("åringene", "personene"), ("åringen", "personen"), ("åring", "person")]

    private static func span(_ age: Int) -> String {
        if age < 10 { return "under 10 år" }
        return age >= 90 ? "over 90 år" : "i \(age / 10 * 10)-årene"
    }
}
