import Transcript

/// A speaker's name or code at the start of a line, as far as the line alone can tell.
struct LabelCandidate {
    enum Strength {
        /// A role word or a code: a label wherever it stands.
        case strong
        /// Looks like a name: needs support from the rest of the document.
        case weak
    }
    var label: String
    var strength: Strength
    /// Index where the talk begins.
    var next: Int
    var isBold: Bool
    /// Set apart by a tab or a line of its own, without a colon.
    var lacksColon: Bool
    var time: TimeCode.Found?

    /// `SPEAKER_00`, which no typist writes: a label also when it comes once, without a colon.
    var isMachineMade: Bool {
        let upper = label.uppercased()
        return upper.hasPrefix("SPEAKER_") && upper.dropFirst(8).allSatisfy(\.isNumber) || upper == "SPEAKER UNDEFINED"
    }

    /// The same speaker however the typist capitalised the label.
    var key: String { label.lowercased() }
}

enum SpeakerLabel {
    private static let interviewers: Set<String> = [
        "intervjuer", "intervjueren", "interviewer", "interviewar", "intervjuar", "i", "int", "forsker", "forskeren", "spørsmål", "spm",
    ]
    private static let moderators: Set<String> = ["moderator", "moderatoren", "mod", "m", "ordstyrer", "ordstyreren"]
    private static let participants: Set<String> = [
        "informant", "informanten", "deltaker", "deltakeren", "deltager", "deltakar", "respondent", "respondenten", "participant", "inf",
        "ip", "svar", "pasient", "pasienten", "bruker", "brukeren",
    ]
    private static let others: Set<String> = [
        "taler", "person", "speaker", "observatør", "observatøren", "observer", "ukjent", "unknown", "alle", "flere", "mann", "kvinne",
        "leder", "lederen", "sykepleier", "lege", "pårørende", "mor", "far", "assistent", "comoderator", "co-moderator", "bisitter", "tolk",
        "tolken",
    ]
    /// Words that open a sentence or a heading before a colon, and are nobody's name.
    private static let notNames: Set<String> = [
        "husk", "merk", "obs", "nb", "ps", "eksempel", "poenget", "poeng", "altså", "ja", "nei", "men", "og", "så", "da", "klokka",
        "klokken", "kl", "tema", "dato", "sted", "tid", "varighet", "opptak", "intervju", "prosjekt", "kilde", "konklusjon", "punkt",
        "først", "for det første", "note", "notat", "tittel", "deltakere", "talere", "transkribert", "transkribert av", "fil", "filnavn",
        "date", "duration", "recording", "title", "speakers", "notation", "notasjon", "visning", "view", "status", "ting", "resultat",
        "svaret", "spørsmålet", "problemet", "saken", "saken er", "kort sagt", "tilstede", "til stede", "transkripsjon", "lengde",
        "fokusgruppe", "lydfil", "versjon", "innledning", "bakgrunn", "hei", "jo", "ok", "vel", "for eksempel", "dvs",
    ]

    /// The role that a label's first word or letter suggests.
    static func role(of label: String) -> Role? {
        let word = label.lowercased().split(whereSeparator: { !$0.isLetter }).first.map(String.init) ?? ""
        if interviewers.contains(word) { return label.contains(where: \.isNumber) && word == "i" ? nil : .interviewer }
        if moderators.contains(word) { return .moderator }
        if participants.contains(word) { return .participant }
        return nil
    }

    /// Lines that say something of the document instead of the talk.
    static func isNotName(_ label: String) -> Bool { notNames.contains(label.lowercased()) }

    /// The label at the start of a line whose time code is already taken off.
    static func candidate(in line: StyledLine) -> LabelCandidate? {
        bracketed(in: line) ?? marked(in: line) ?? clocked(in: line) ?? bold(in: line)
    }

    /// `[SPEAKER_00]: Hei`, as WhisperX writes.
    private static func bracketed(in line: StyledLine) -> LabelCandidate? {
        let text = line.text
        guard text.first == "[", let close = text.prefix(43).firstIndex(of: "]"), close + 1 < text.count, text[close + 1] == ":" else { return nil }
        let label = String(text[1..<close]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let strength = strength(of: label) else { return nil }
        var next = close + 2
        while next < text.count, text[next].isWhitespace { next += 1 }
        return LabelCandidate(label: label, strength: strength, next: next, isBold: false, lacksColon: false)
    }

    /// `Kari Nordmann   0:03` on a line of its own, as meeting programs write.
    private static func clocked(in line: StyledLine) -> LabelCandidate? {
        let text = line.text
        guard text.count <= 60, let space = text.lastIndex(where: \.isWhitespace), space > 0, let time = TimeCode.bare(text, at: space + 1, parts: 2),
            time.next == text.count, time.end == nil
        else { return nil }
        let label = String(text[..<space]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let strength = strength(of: label) else { return nil }
        return LabelCandidate(label: label, strength: strength, next: text.count, isBold: false, lacksColon: true, time: time)
    }

    /// `**Intervjuer** Hvordan …`: told from the talk by bold type only.
    private static func bold(in line: StyledLine) -> LabelCandidate? {
        guard let end = line.text.indices.first(where: { !line.bold[$0] && !line.text[$0].isWhitespace }), (1...40).contains(end) else { return nil }
        let label = String(line.text[0..<end]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let strength = strength(of: label) else { return nil }
        return LabelCandidate(label: label, strength: strength, next: end, isBold: true, lacksColon: true)
    }

    /// A label with a colon, a tab, a time code or a line of its own.
    private static func marked(in line: StyledLine) -> LabelCandidate? {
        let text = line.text
        let limit = min(text.count, 60)
        var end: Int?
        var next = 0
        var lacksColon = false
        var time: TimeCode.Found?
        var index = 0
        scan: while index < limit {
            switch text[index] {
            case ":":
                guard index + 1 == text.count || text[index + 1].isWhitespace || text[index + 1] == "*" else { return nil }
                end = end ?? index
                next = index + 1
                break scan
            case "\t":
                end = end ?? index
                next = index + 1
                lacksColon = true
                break scan
            case "[", "(", "{", "#":
                guard time == nil, index > 0 else { return nil }
                guard let found = TimeCode.bracketed(text, at: index, strict: false) else {
                    // `Intervjuer (KN): `
                    guard text[index] == "(", end == nil, let close = text[index...].prefix(16).firstIndex(of: ")"),
                        text[(close + 1)...].first(where: { $0 != " " }) == ":"
                    else { return nil }
                    index = close + 1
                    continue scan
                }
                time = found
                end = index
                index = found.next
                next = index
                continue scan
            case ".", "?", "!", ",", ";", "…", "«", "\"": return nil
            default:
                if time != nil {
                    if text[index].isWhitespace { break }
                    // Talk straight after `Name [00:01:02]`.
                    lacksColon = true
                    break scan
                }
            }
            index += 1
        }
        if end == nil {
            guard text.count <= 40, index == text.count else { return nil }
            end = text.count
            next = text.count
            lacksColon = true
        } else if index == text.count, time != nil, next == index {
            lacksColon = true
        }
        guard let end, end > 0 else { return nil }
        let raw = text[0..<end].filter { $0 != "*" }
        let label = String(raw).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // What stands in parentheses after a name does not make it less of one.
        let bare = label.firstIndex(of: "(").map { String(label[..<$0].split(separator: " ").joined(separator: " ")) } ?? label
        guard let strength = strength(of: bare) else { return nil }
        while next < text.count, text[next].isWhitespace || text[next] == "*" && raw.count < end { next += 1 }
        return LabelCandidate(
            label: label, strength: strength, next: next, isBold: line.slice(0..<end).all(\.bold) || raw.count < end,
            lacksColon: lacksColon, time: time)
    }

    private static func strength(of label: String) -> LabelCandidate.Strength? {
        guard !label.isEmpty, label.count <= 40, label.contains(where: \.isLetter) else { return nil }
        let words = label.split(separator: " ")
        guard words.count <= 4 else { return nil }
        guard label.allSatisfy({ $0.isLetter || $0.isNumber || " _-'’./&+".contains($0) }) else { return nil }
        if isNotName(label) { return nil }
        let first = words[0].lowercased().prefix { $0.isLetter || $0 == "-" }
        let rest = words.dropFirst()
        let isRole = [interviewers, moderators, participants, others].contains { $0.contains(String(first)) } && first.count > 2
        let numbered = rest.allSatisfy { $0.allSatisfy(\.isNumber) || $0.count <= 2 && $0.allSatisfy { $0.isUppercase || $0.isNumber } }
        if label.lowercased() == "speaker undefined" { return .strong }
        if isRole, numbered, words[0].dropFirst(first.count).allSatisfy({ $0.isNumber || $0 == "_" || $0 == "-" }) { return .strong }
        let letters = label.filter(\.isLetter).count, digits = label.filter(\.isNumber).count
        if words.count <= 2, label.filter(\.isLetter).allSatisfy(\.isUppercase), label.first?.isLetter == true {
            if letters <= 2 && digits <= 3 || letters <= 4 && digits > 0 { return .strong }
            if label.uppercased().hasPrefix("SPEAKER") || ["INT", "MOD", "INF"].contains(label) { return .strong }
        }
        if label.count <= 2, words.count == 1 { return .weak }
        return words.allSatisfy { $0.first?.isUppercase == true || $0.allSatisfy(\.isNumber) } ? .weak : nil
    }
}
