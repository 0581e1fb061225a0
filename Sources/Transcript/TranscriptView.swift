/// Which reading of the words a document shows. All are readings of one time-aligned transcript: ``ViewedTranscript`` says
/// where each word of a view comes from, and why a word is not in it.
public enum TranscriptView: String, Codable, Sendable, CaseIterable {
    /// As said, word for word.
    case verbatim
    /// As said, without hesitation sounds, listeners' tokens, repetitions and cut-offs (see ``Cleaning``).
    case cleaned
    /// In Bokmål.
    case bokmal
    /// For quotation: Bokmål, cleaned, with sentence capitals and full stops and without marks of the talk. The order of the
    /// words is left as it is.
    case written

    /// Words in their Bokmål form; else as said, dialect and all.
    public var isBokmal: Bool { self == .bokmal || self == .written }
    /// Repetitions, cut-offs, hesitation sounds and listeners' tokens are left out.
    public var isCleaned: Bool { self == .cleaned || self == .written }

    /// What the view shows of a word, before punctuation and signs; empty when it shows nothing.
    public func text(of word: Word) -> String { isBokmal ? word.bokmal : word.text }

    /// What a document calls the view.
    func name(in language: DocumentLanguage) -> String {
        switch (self, language) {
        case (.verbatim, .bokmal): "ordrett"
        case (.verbatim, .english): "verbatim"
        case (.cleaned, .bokmal): "ordrett, renset"
        case (.cleaned, .english): "verbatim, cleaned"
        case (.bokmal, .bokmal): "bokmål"
        case (.bokmal, .english): "in Bokmål"
        case (.written, .bokmal): "skriftnær bokmål"
        case (.written, .english): "in written Bokmål"
        }
    }
}
