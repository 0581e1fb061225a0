/// What the words beside an ambiguous word of written dialect say of it: `me` before a verb is *vi*, `å` before an
/// infinitive is *å*, and after a modal verb an infinitive has its -e again (apocope: `ska spill` is *skal spille*). The
/// weights learnt know frequent words; these know the word class.
enum WrittenContext {
    /// What a fitting reading gains, in steps of 1/256 of a natural log.
    private static let gain: Int32 = 512

    static func adjust(_ sets: inout [CandidateSet], tokens: [String], forms: WordForms) {
        for index in sets.indices.dropLast() where sets[index].candidates.count > 1 {
            let readings = sets[index].candidates
            switch tokens[index].lowercased() {
            case "me", "mi", "mø", "mæ":
                if isFinite(sets[index + 1], forms) { favour("vi", in: &sets[index], readings) }
            case "e", "æ", "i":
                if isFinite(sets[index + 1], forms) {
                    favour("jeg", in: &sets[index], readings)
                } else if index > 0, isSubject(sets[index - 1].candidates[0].text, forms) {
                    favour("er", in: &sets[index], readings)
                }
            case "å":
                favour(isInfinitive(sets[index + 1], forms) ? "å" : "og", in: &sets[index], readings)
            default: break
            }
        }
    }

    /// Infinitives cut short after a modal verb, with a pronoun between them or not.
    static func completeInfinitives(_ sets: inout [CandidateSet], model: VarietyModel, forms: WordForms) {
        for index in sets.indices.dropFirst() {
            let before = sets[index - 1].candidates[0].text.lowercased()
            let isAfterModal =
                modals.contains(before)
                || (index > 1 && pronouns.contains(before) && modals.contains(sets[index - 2].candidates[0].text.lowercased()))
            // What the study has settled is no verb to complete.
            guard isAfterModal, !["veto", "study"].contains(sets[index].candidates[0].rule), let infinitive = infinitive(of: sets[index].candidates[0].text, forms) else { continue }
            let least = sets[index].candidates.map(\.cost).min() ?? 0
            if let place = sets[index].candidates.firstIndex(where: { $0.text == infinitive }) {
                sets[index].candidates[place].cost = least - 2 * gain
            } else {
                sets[index].candidates.append(Candidate(
                    text: infinitive, form: model.formRow(infinitive, infinitive), cost: least - 2 * gain, rule: "dialect.infinitive"))
            }
        }
    }

    private static let modals: Set = [
        "skal", "skulle", "vil", "ville", "kan", "kunne", "må", "måtte", "bør", "burde", "tør",
    ]
    private static let pronouns: Set = ["jeg", "du", "han", "hun", "det", "vi", "dere", "de", "man", "ikke", "dem"]
    private static let irregular = ["gjør": "gjøre", "spør": "spørre", "sier": "si", "smør": "smøre"]

    /// The infinitive of a verb that stands as its bare stem.
    private static func infinitive(of text: String, _ forms: WordForms) -> String? {
        if let form = irregular[text] { return form }
        let kinds = forms.partsOfSpeech(text)
        guard text.count > 2, text.last != "e", !auxiliaries.contains(text), !shortInfinitives.contains(text),
            kinds.contains(.verb), kinds.isSubset(of: [.verb, .noun, .properName])
        else { return nil }
        let infinitive = text + "e"
        guard forms.partsOfSpeech(infinitive).contains(.verb),
            WrittenLexicon.shared.frequency(infinitive) > 0.5 * WrittenLexicon.shared.frequency(text)
        else { return nil }
        return infinitive
    }

    private static func favour(_ text: String, in set: inout CandidateSet, _ readings: [Candidate]) {
        guard let place = readings.firstIndex(where: { $0.text.lowercased() == text }) else { return }
        set.candidates[place].cost -= gain
    }

    /// Whether a verb is what to expect after the word: a subject or a question word. A name, too: it has a capital and is no other word.
    private static func isSubject(_ text: String, _ forms: WordForms) -> Bool {
        if subjects.contains(text.lowercased()) { return true }
        let lower = text.lowercased()
        return text.first?.isUppercase == true && forms.isName(lower) && !forms.contains(lower)
    }

    private static let subjects: Set = [
        "jeg", "du", "han", "hun", "det", "den", "vi", "dere", "de", "dem", "hvor", "hva", "hvem", "hvordan", "hvorfor", "hvilken", "dette",
        "som",
    ]

    private static let auxiliaries: Set = [
        "er", "var", "har", "hadde", "skal", "skulle", "vil", "ville", "kan", "kunne", "må", "måtte", "får", "fikk", "ble",
        "blir", "gjør", "gjorde", "vet", "visste", "så", "sa", "kom", "tok", "gikk", "burde", "bør",
    ]

    private static func isFinite(_ set: CandidateSet, _ forms: WordForms) -> Bool {
        let text = set.candidates[0].text
        if auxiliaries.contains(text) { return true }
        // The present tense; a noun in -er looks like it, so words that can be a noun are left out.
        return text.hasSuffix("er") && text.count > 3 && forms.partsOfSpeech(text) == .verb
    }

    private static let shortInfinitives: Set = [
        "gå", "få", "stå", "se", "gi", "ta", "ha", "bli", "dra", "slå", "si", "be", "le", "dø", "bo", "tro", "snu", "sy", "nå",
        "flå", "spå", "ro", "gro", "sno", "fly", "ri", "bre", "la", "te",
    ]

    private static func isInfinitive(_ set: CandidateSet, _ forms: WordForms) -> Bool {
        set.candidates.contains { candidate in
            if shortInfinitives.contains(candidate.text) { return true }
            return candidate.text.hasSuffix("e") && !auxiliaries.contains(candidate.text)
                && forms.partsOfSpeech(candidate.text).contains(.verb)
        }
    }
}
