import Foundation

/// Fills the placeholders of a `generalise` text.
enum Generalisation {
    /// Every placeholder, and what stands for it where nothing can be said. An empty one goes with the space before it.
    static let unknown: [String: String] = [
        "{county}": "fylket", "{region}": "landsdelen", "{size}": "", "{centrality}": "", "{year}": "(dato)", "{month}": "(dato)",
        "{season}": "(dato)", "{decade}": "(alder)", "{age5}": "(alder)", "{life}": "(alder)", "{kind}": "virksomheten", "{title}": "yrkesutøver",
    ]

    static let placeholders = unknown.keys.sorted()

    /// - Parameter original: the words that are replaced; nothing of them but the coarser value comes back.
    static func text(_ template: String, type: EntityType, original: String, lists: NameLists) -> String {
        var out = template
        let coarse = Coarse(type: type, folded: NameKey.fold(original), isCapitalised: original.first?.isUppercase == true, lists: lists)
        let municipal = coarse.municipalWords(used: placeholders.filter(template.contains))
        for placeholder in placeholders where out.contains(placeholder) {
            let value = municipal[placeholder] ?? coarse.value(placeholder) ?? fallback(placeholder, type)
            out = out.replacingOccurrences(of: placeholder, with: value)
        }
        return tidied(out)
    }

    private static func fallback(_ placeholder: String, _ type: EntityType) -> String {
        if placeholder == "{kind}" { return Kinds.fallback[type] ?? unknown[placeholder] ?? "" }
        return unknown[placeholder] ?? ""
    }

    /// Where a placeholder had nothing to say: one space for two, and no comma or space left hanging.
    private static func tidied(_ text: String) -> String {
        var out = text
        for (from, to) in [("  ", " "), (" ,", ","), (",,", ","), ("en, ", "en "), ("et, ", "et ")] {
            while out.contains(from) { out = out.replacingOccurrences(of: from, with: to) }
        }
        return out.trimmingCharacters(in: CharacterSet(charactersIn: " ,"))
    }
}

/// What can be said of one entity in coarser words.
struct Coarse {
    let type: EntityType
    let folded: String
    let isCapitalised: Bool
    let lists: NameLists

    var municipality: NameLists.Municipality? {
        var place = folded
        for word in EntityKeys.municipalWords where place.hasSuffix(" " + word) { place.removeLast(word.count + 1) }
        return NameKey.withoutGenitive(place).lazy.compactMap { lists.municipalityByName[$0] ?? lists.municipalityOfPlace[$0] }.first
    }

    func value(_ placeholder: String) -> String? {
        switch placeholder {
        case "{county}": municipality?.county
        case "{region}": municipality?.region ?? NameKey.withoutGenitive(folded).lazy.compactMap { lists.regionByCounty[$0] }.first
        case "{year}": DateParts(folded).year.map(String.init)
        case "{month}": DateParts(folded).monthText
        case "{season}": DateParts(folded).seasonText
        case "{decade}": AgeText(folded)?.decade
        case "{age5}": AgeText(folded)?.fiveYears
        case "{life}": AgeText(folded)?.stageOfLife
        case "{kind}": Kinds.of(type, folded)
        case "{title}": JobTitleGroups.broader(folded)
        default: nil
        }
    }

    // MARK: Municipalities

    /// Groups of municipalities smaller than this are not named by what they have in common: a group of five or fewer may
    /// point at one (Norwegian guidance on anonymity).
    static let smallestGroup = 6

    /// Statistics Norway's groups: under 5,000 inhabitants, 5,000 to 19,999, 20,000 and more.
    static func size(_ population: Int) -> String { population < 5_000 ? "liten" : population < 20_000 ? "mellomstor" : "stor" }

    /// Statistics Norway's six classes of centrality, two and two.
    static func centrality(_ level: Int) -> String { level <= 2 ? "sentral" : level <= 4 ? "mellomsentral" : "lite sentral" }

    private static func trait(_ key: String, _ m: NameLists.Municipality) -> String {
        switch key {
        case "{county}": m.county
        case "{region}": m.region
        case "{size}": size(m.population)
        case "{centrality}": centrality(m.centrality)
        default: ""
        }
    }

    /// Size and centrality of the municipality, or of the one a place lies in, where each that could stand there is shared by six
    /// municipalities or more.
    ///
    /// A word goes for all municipalities of the coarser group when one finer group is too small: else its absence alone would
    /// point at the small one.
    func municipalWords(used: [String]) -> [String: String] {
        guard used.contains("{size}") || used.contains("{centrality}"), let own = municipality else { return [:] }
        var keys = used.filter { $0 == "{county}" || $0 == "{region}" }
        var out = ["{size}": "", "{centrality}": ""]
        for key in ["{size}", "{centrality}"] where used.contains(key) {
            let alike = lists.municipalities.filter { other in keys.allSatisfy { Self.trait($0, other) == Self.trait($0, own) } }
            let groups = Dictionary(grouping: alike) { Self.trait(key, $0) }
            guard groups.values.allSatisfy({ $0.count >= Self.smallestGroup }) else { continue }
            keys.append(key)
            out[key] = Self.trait(key, own)
        }
        return out
    }
}
