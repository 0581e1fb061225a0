import Transcript

/// Dialect that may still show in a Bokmål transcript, as findings: they point at words and quote none.
struct DialectFindings {
    /// No Bokmål form was found.
    static let left = "dialect-left"
    /// A form was found, but with a confidence below ``doubtful``.
    static let unsure = "dialect-unsure"
    /// The study keeps the word, has ruled its Bokmål form out, or writes another form outside Bokmål.
    static let kept = "dialect-kept"
    static let codes: Set<String> = [left, unsure, kept]

    /// Below this a change is as likely wrong as right.
    static let doubtful = 0.5

    let options: NormalizerOptions
    let forms: WordForms

    /// What the normalised words themselves tell; words left for want of a form are reported where they are met.
    func findings(in transcript: Transcript) -> [Finding] {
        let isKept = !(options.untouched.isEmpty && options.vetoed.isEmpty && options.replacements.isEmpty)
        let untouched = Set(options.untouched.map { $0.lowercased() })
        let told = Set(transcript.findings.filter { $0.code == Self.left }.flatMap(\.words))
        var result: [Finding] = []
        for turn in transcript.turns {
            var unsure: [Int] = [], kept: [Int] = []
            for word in turn.words where !word.isCutOff && !told.contains(word.id) {
                if let normalized = word.normalized, normalized.text != word.text {
                    if normalized.confidence < Self.doubtful { unsure.append(word.id) }
                    if normalized.rule == "study", isOutsideBokmal(normalized.text) { kept.append(word.id) }
                } else if isKept, !word.isFiller {
                    let lower = word.text.lowercased()
                    if untouched.contains(lower) || options.vetoed[lower] != nil, isOutsideBokmal(word.text) { kept.append(word.id) }
                }
                // Bokmål has the spelling, but hardly the word: in a turn of Bokmål it stands, and tells all the same.
                if word.normalized == nil, !word.isFiller, Self.telling.contains(word.text.lowercased()), !kept.contains(word.id) {
                    unsure.append(word.id)
                }
            }
            if !unsure.isEmpty {
                result.append(Finding(
                    stage: Normalizer.stage, code: Self.unsure, severity: .note,
                    message: "The Bokmål form of some words here is a guess: see that it is right, or write another in the study's words.",
                    range: turn.range, turn: turn.id, words: unsure))
            }
            if !kept.isEmpty {
                result.append(Finding(
                    stage: Normalizer.stage, code: Self.kept, severity: .review,
                    message: "Words outside Bokmål stand here because the study keeps them. Dialect can identify a speaker.",
                    range: turn.range, turn: turn.id, words: kept))
            }
        }
        return result
    }

    /// Pronouns of dialect that Norsk ordbank has as something else: letters, docks, hulls.
    private static let telling: Set = ["æ", "hu", "ho", "dokker", "mæ", "dæ", "sæ", "e", "me"]

    /// A name is no dialect.
    private func isOutsideBokmal(_ text: String) -> Bool {
        text.split(separator: " ").contains { part in
            let word = String(part), lower = word.lowercased()
            if Self.telling.contains(lower) { return true }
            return TokenShape.isWord(word) && !forms.contains(lower) && !forms.isName(lower)
        }
    }
}
