/// Makes written tokens fit for a synthesiser: one token in, one token out.
///
/// Numbers and signs go as they are, since the voice reads them; quotation marks and brackets would only add pauses;
/// abbreviations that the Norwegian voice spells out letter by letter are written in full.
public enum Pronunciation {
    /// - Parameters:
    ///   - text: a word as typed.
    ///   - trail: punctuation after it.
    ///   - language: BCP 47 tag.
    /// - Returns: the token to say, without white space; empty when there is nothing to say.
    public static func spoken(_ text: String, trail: String = "", language: String) -> String {
        let norwegian = ["nb", "nn", "no"].contains { language.lowercased().hasPrefix($0) }
        var core = String(text.unicodeScalars.filter { keeps($0) }.map(Character.init))
        if norwegian, let full = abbreviations[core.lowercased()] { core = full }
        core = String(core.drop { !isSpoken($0) && $0 != "-" && $0 != "+" })
        while let last = core.last, last == "-" || last == "'" || last == "/" { core.removeLast() }
        // Every letter must be one the voice may know; a token without any letter, digit or sign says nothing.
        guard core.contains(where: isSpoken) else { return "" }
        if core.first == "-", core.dropFirst().first?.isNumber != true { core.removeFirst() }
        if let mark = trail.first(where: { ".,;:?!…–—".contains($0) }) {
            let pause: Character = "?!.".contains(mark) ? mark : ","
            if let last = core.last, last != pause { core.append(pause) }
        }
        return core
    }

    private static func keeps(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isWhitespace { return false }
        switch scalar {
        case "<", ">", "[", "]", "(", ")", "{", "}", "«", "»", "\"", "“", "”", "„", "*", "_", "#", "|", "\\", "…", "–", "—":
            return false
        default:
            return !(scalar.properties.isEmojiPresentation || scalar.properties.generalCategory == .control)
        }
    }

    private static func isSpoken(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "%&@€£$§+=".contains(character)
    }

    /// Common written short forms. They stand for several words but have no spaces: the voice needs one token.
    private static let abbreviations: [String: String] = [
        "bl.a": "blant-annet", "bl.a.": "blant-annet", "f.eks": "for-eksempel", "f.eks.": "for-eksempel",
        "osv": "og-så-videre", "osv.": "og-så-videre", "dvs": "det-vil-si", "dvs.": "det-vil-si",
        "mht": "med-hensyn-til", "mht.": "med-hensyn-til", "ca": "cirka", "ca.": "cirka", "nr": "nummer",
        "nr.": "nummer", "kr": "kroner", "kr.": "kroner", "kl": "klokka", "kl.": "klokka", "evt": "eventuelt",
        "evt.": "eventuelt", "pga": "på-grunn-av", "pga.": "på-grunn-av", "p.g.a.": "på-grunn-av",
        "iht": "i-henhold-til", "iht.": "i-henhold-til", "jf": "jamfør", "jf.": "jamfør", "m.m": "med-mer",
        "m.m.": "med-mer", "o.l": "og-lignende", "o.l.": "og-lignende", "mrd": "milliarder", "mill": "millioner",
        "tlf": "telefon", "tlf.": "telefon", "dr": "doktor", "dr.": "doktor",
    ]
}
