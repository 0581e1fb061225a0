/// Compounds never seen whole: the last part, which alone is inflected, by its own attested form, and the part before it by its
/// own. `fadderveka` is `fadder` and `veka`, so `fadderuka`; letter rewriting does not know the gender of the last part.
enum NynorskCompound {
    /// The form with the longest attested last part, or nil.
    static func bokmal(of word: String, forms: WordForms, readings: NynorskReadings = .shared) -> String? {
        let letters = Array(word)
        guard letters.count >= 7, letters.count <= 40, letters.allSatisfy(\.isLetter) else { return nil }
        for split in 3...(letters.count - 4) {
            guard let tail = usual(String(letters[split...]), forms, readings),
                !forms.partsOfSpeech(tail).isDisjoint(with: [.noun, .adjective])
            else { continue }
            let head = String(letters[..<split])
            if let first = part(head, forms, readings) { return first + tail }
            if split > 3, let joint = head.last, joint == "s" || joint == "e", let first = part(String(head.dropLast()), forms, readings) {
                return first + String(joint) + tail
            }
        }
        return nil
    }

    /// A part that is not the last: by its attested form, else as a form of Bokmål.
    private static func part(_ head: String, _ forms: WordForms, _ readings: NynorskReadings) -> String? {
        guard head.count >= 3 else { return nil }
        if let usual = usual(head, forms, readings) { return usual }
        return forms.contains(head) ? head : nil
    }

    private static func usual(_ word: String, _ forms: WordForms, _ readings: NynorskReadings) -> String? {
        if let best = readings.readings(of: word)?.readings.first { return best.text.contains(" ") ? nil : best.text }
        return NynorskDictionary.shared.bokmal(of: word, forms: forms)
    }
}
