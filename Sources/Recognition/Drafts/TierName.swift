/// What a tier's name says of it: `Kari - words`, `IV_ord`, `default`, `kommentar`.
struct TierName {
    enum Kind { case talk, words, sounds, other }
    var kind: Kind
    var speaker: String?

    private static let words: Set<String> = ["words", "word", "ord", "tokens", "token"]
    private static let sounds: Set<String> = [
        "phones", "phone", "phonemes", "phoneme", "fon",
        "foner", "fonem", "mau", "kan", "syllables", "syllable", "syll", "stavelser", "segments",
    ]
    private static let others: Set<String> = [
        "notes", "note", "notat", "notater", "comments", "comment", "kommentar", "kommentarer", "translation", "oversettelse", "gloss", "glose", "pos",
        "lemma", "gesture", "gestures", "gest", "gaze", "blikk", "english", "pauses", "pauser", "code", "codes", "koder", "f0", "tobi", "tones",
    ]
    private static let talk: Set<String> = [
        "utterances", "utterance", "utt", "ytring", "ytringer", "transcript", "transcription", "transkripsjon", "tekst", "text", "ort", "ortho",
        "orthography", "sentences", "sentence", "setninger", "default", "tier", "speech", "tale", "talk", "ref", "tx", "txt", "trn", "transkript",
    ]

    init(_ name: String) {
        let parts = name.split { " -_/@:.".contains($0) }.map { $0.lowercased() }
        func speaker(dropping count: Int, last: Bool) -> String? {
            let pieces = name.split { " -_/@:.".contains($0) }
            let rest = last ? pieces.dropLast(count) : pieces.dropFirst(count)
            guard let first = rest.first, let end = rest.last else { return nil }
            return String(name[first.startIndex..<end.endIndex])
        }
        func kind(_ word: String) -> Kind? {
            if Self.words.contains(word) { .words } else if Self.sounds.contains(word) { .sounds } else if Self.others.contains(word) { .other }
            else if Self.talk.contains(word) { .talk } else { nil }
        }
        if let last = parts.last, let found = kind(last) {
            self.kind = found
            self.speaker = speaker(dropping: 1, last: true)
        } else if let first = parts.first, let found = kind(first), parts.count > 1, parts.last?.allSatisfy(\.isNumber) != true {
            // `ort@Kari`, `tx@SP1`
            self.kind = found
            self.speaker = speaker(dropping: 1, last: false)
        } else if let first = parts.first, parts.count == 2, parts[1].allSatisfy(\.isNumber), let found = kind(first),
            found != .talk || first == "tier" || first == "default" {
            self.kind = found
            self.speaker = found == .talk ? name : nil
        } else {
            self.kind = .talk
            let label = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            self.speaker = label.isEmpty ? nil : label
        }
    }
}
