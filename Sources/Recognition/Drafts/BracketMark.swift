import Transcript

/// What a typed bracket means.
enum BracketMark {
    private static let unclear: Set<String> = [
        "uhørbart", "uhørbar", "uhørlig", "uhøyrleg", "utydelig", "utydeleg", "uklart", "uforståelig", "inaudible", "unclear", "?", "??", "???",
        "xxx", "xx", "xxxx",
    ]

    /// The mark that a bracketed text stands for; nil when it reads like talk in parentheses.
    /// - Parameters:
    ///   - raw: with its brackets.
    ///   - countsDots: whether dots in brackets count seconds, so that `(...)` is a pause and no cut.
    static func mark(_ raw: String, countsDots: Bool = false) -> Mark? {
        var inner = raw[...]
        while inner.count >= 2, let first = inner.first, "([{<".contains(first) {
            inner = inner.dropFirst().dropLast()
        }
        let words = inner.split(whereSeparator: \.isWhitespace)
        let said = words.joined(separator: " ")
        let low = said.lowercased()
        func mark(_ kind: Mark.Kind, label: String? = nil, evidence: [String: Double] = [:]) -> Mark {
            Mark(kind: kind, source: .draft, text: raw, label: label, evidence: evidence)
        }
        if low.isEmpty { return raw.count > 2 ? mark(.unclear) : nil }
        if low == "…" || low == "..." && !countsDots { return mark(.trailingOff, label: "cut") }
        if low.allSatisfy({ $0 == "." }) {
            // One dot is a moment; noScribe writes a dot a second.
            return low.count == 1 ? mark(.pause, label: "short") : mark(.pause, evidence: ["duration_s": Double(min(low.count, 60))])
        }
        if low.allSatisfy({ $0 == "-" || $0 == "–" }) { return mark(.pause, label: low.count > 1 ? nil : "short") }
        if let pause = pause(low, round: raw.first == "(") {
            return mark(.pause, label: pause.label, evidence: pause.seconds.map { ["duration_s": $0] } ?? [:])
        }
        if unclear.contains(low) || words.first.map({ unclear.contains($0.lowercased().filter(\.isLetter)) }) == true {
            return mark(.unclear)
        }
        if let colon = said.firstIndex(of: ":"), words.count <= 5 {
            let who = said[..<colon], what = said[said.index(after: colon)...]
            if (1...14).contains(who.count), who.contains(where: \.isLetter), what.contains(where: \.isLetter) { return mark(.backchannel) }
        }
        if raw.first == "(", MarkVocabulary.listening.contains(low) || Tokens.isFiller(low) { return mark(.backchannel) }
        let parts = low.split(whereSeparator: { !$0.isLetter }).map(String.init)
        if parts.count <= 5 {
            if parts.contains(where: MarkVocabulary.laughter.contains) { return mark(.laughter) }
            if parts.contains(where: MarkVocabulary.breath.contains) { return mark(.breath) }
            if parts.contains(where: MarkVocabulary.cough.contains) { return mark(.cough) }
            if let tone = parts.compactMap({ MarkVocabulary.tones[$0] }).first { return mark(.toneOfVoice, label: tone) }
            if parts.contains("stemme") { return mark(.toneOfVoice) }
        }
        guard parts.count <= 10, said.contains(where: \.isLetter) else { return nil }
        return mark(.comment)
    }

    private static let pauseWords: Set<String> = [
        "pause", "pauser", "lang", "kort", "tenkepause", "kunstpause", "stillhet", "stille", "tenker", "tenkjer", "lengre", "liten", "silence",
        "long", "short",
    ]
    private static let units: Set<String> = ["s", "s.", "sek", "sek.", "sekund", "sekunder", "sec", "seconds", "second", "min", "ca", "ca."]

    /// `pause`, `lang pause`, `pause 4 s`, `4 sek`, `0.8`, `12 sekunder pause`.
    private static func pause(_ text: String, round: Bool) -> (seconds: Double?, label: String?)? {
        var seconds: Double?
        var named = false, unit = false, label: String?
        for part in text.split(whereSeparator: { $0.isWhitespace || $0 == ":" }) {
            var piece = String(part)
            while let last = piece.last, last == "," { piece.removeLast() }
            if seconds == nil, let value = number(piece) {
                seconds = value
            } else if seconds == nil, let last = piece.last, last == "s", let value = number(String(piece.dropLast())) {
                seconds = value
                unit = true
            } else if units.contains(piece) {
                unit = true
                if piece == "min" { seconds = seconds.map { $0 * 60 } }
            } else if pauseWords.contains(piece) {
                if ["pause", "pauser", "tenkepause", "kunstpause", "stillhet", "silence", "tenker", "tenkjer"].contains(piece) { named = true }
                if ["lang", "long", "lengre"].contains(piece) { label = "long" }
                if ["kort", "short", "liten"].contains(piece) { label = "short" }
                if piece == "kunstpause" { label = "rhetorical" }
            } else {
                return nil
            }
        }
        if named { return (seconds, label) }
        // A bare number is a pause with decimals or a unit only: `(0.8)`, `(4 s)`.
        guard let value = seconds, value <= 600, unit || round && text.contains(where: { ".,".contains($0) }) else { return nil }
        return (value, label)
    }

    private static func number(_ text: String) -> Double? {
        let plain = text.replacing(",", with: ".")
        guard plain.first?.isNumber == true, plain.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(plain),
            value <= 3600
        else { return nil }
        return value
    }
}
