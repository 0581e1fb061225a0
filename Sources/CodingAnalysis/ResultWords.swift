import Transcript

/// Headings and notes in Bokmål or English.
struct ResultWords {
    let language: DocumentLanguage
    init(_ language: DocumentLanguage) { self.language = language }
    func say(_ bokmal: String, _ english: String) -> String { language == .english ? english : bokmal }

    func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + say(" og ", " and ") + last
    }
}
