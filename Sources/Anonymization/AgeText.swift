/// An age as it was said, and its coarser forms.
struct AgeText {
    /// Years; nil for "noen måneder" and the like, which are under one.
    let years: Int?
    private let folded: String

    /// - Returns: nil when no age can be read.
    init?(_ folded: String) {
        self.folded = folded
        if folded.contains("måned") || folded.contains("uke") || folded.contains("mnd") {
            years = nil
            return
        }
        for part in folded.split(whereSeparator: { " -–,()".contains($0) }).map(String.init) {
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
            years = age
            return
        }
        return nil
    }

    private static let people = [("åringer", "personer"), ("åringene", "personene"), ("åringen", "personen"), ("åring", "person")]

    /// Words made of an age take the band's place only where a noun can carry it: "førtiåringen" → "personen …".
    private func banded(_ band: (Int) -> String) -> String? {
        guard let years else { return band(0) }
        if folded.contains("årig") || folded.contains("årsdag") { return nil }
        if let noun = Self.people.first(where: { folded.hasSuffix($0.0) }) { return "\(noun.1) \(band(years))" }
        return band(years)
    }

    /// "43 år" → "i 40-årene". Under ten: "under 10 år"; from ninety: "over 90 år".
    var decade: String? {
        banded { age in age < 10 ? "under 10 år" : age >= 90 ? "over 90 år" : "i \(age / 10 * 10)-årene" }
    }

    /// "43 år" → "40–44 år". Under five and from ninety open, as in Statistics Norway's tables. A decade said is no finer than it was.
    var fiveYears: String? {
        if folded.contains("årene") || folded.hasSuffix("åra") { return decade }
        return banded { age in age < 5 ? "under 5 år" : age >= 90 ? "over 90 år" : "\(age / 5 * 5)–\(age / 5 * 5 + 4) år" }
    }

    /// Child, youth, young grown-up, grown-up, elderly.
    var stageOfLife: String? {
        banded { age in
            switch age {
            case ..<13: "i barneårene"
            case ..<18: "i ungdomsårene"
            case ..<30: "ung voksen"
            case ..<67: "voksen"
            default: "i pensjonsalder"
            }
        }
    }
}
