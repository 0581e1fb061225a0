/// Time codes as typists and transcription programs write them.
enum TimeCode {
    struct Found: Equatable {
        /// Seconds.
        var start: Double
        /// Seconds; only when the code is a span.
        var end: Double?
        /// Index after the code.
        var next: Int
    }

    private static let closing: [Character: Character] = ["[": "]", "(": ")", "{": "}", "#": "#", "<": ">"]

    /// A bracketed code at `index`: `[00:01:02]`, `#00:01:02-3#`, `(00:01:02)`, `{00:01:02.5}`, `[1:02]`,
    /// `[00:00:01.000 --> 00:00:05.000]`.
    /// - Parameter strict: ask for hours, as in `(00:01:02)`, where `(10:30)` may be the time of day.
    static func bracketed(_ text: [Character], at index: Int, strict: Bool) -> Found? {
        guard index < text.count, let close = closing[text[index]] else { return nil }
        let isRound = text[index] == "("
        var cursor = index + 1
        while cursor < text.count, text[cursor] == " " { cursor += 1 }
        guard let first = clock(text, at: cursor) else { return nil }
        if strict && isRound && first.parts < 3 { return nil }
        cursor = first.next
        var end: Double?
        if let second = spanEnd(text, at: cursor) {
            end = second.seconds
            cursor = second.next
        }
        while cursor < text.count, text[cursor] == " " { cursor += 1 }
        guard cursor < text.count, text[cursor] == close else { return nil }
        return Found(start: first.seconds, end: end, next: cursor + 1)
    }

    /// A code without brackets at the start of a line: `00:01:02 `, `0:02:00.0-0:10:00.0⇥`.
    static func bare(_ text: [Character], at index: Int = 0, parts: Int = 3) -> Found? {
        guard let first = clock(text, at: index), first.parts >= parts else { return nil }
        var found = Found(start: first.seconds, next: first.next)
        if let second = spanEnd(text, at: first.next) {
            found.end = second.seconds
            found.next = second.next
        }
        guard found.next == text.count || text[found.next].isWhitespace else { return nil }
        return found
    }

    private static func spanEnd(_ text: [Character], at index: Int) -> (seconds: Double, next: Int)? {
        var cursor = index
        while cursor < text.count, " ->–".contains(text[cursor]) { cursor += 1 }
        guard cursor > index, let second = clock(text, at: cursor) else { return nil }
        return (second.seconds, second.next)
    }

    /// `h:mm:ss`, `mm:ss`, with `.d…`, `,d…` or `-d` (tenths) after it.
    static func clock(_ text: [Character], at index: Int) -> (seconds: Double, parts: Int, next: Int)? {
        var cursor = index
        var fields: [Int] = []
        while true {
            var value = 0, digits = 0
            while cursor < text.count, digits < 4, text[cursor].isASCII, let digit = text[cursor].wholeNumberValue {
                value = value * 10 + digit
                digits += 1
                cursor += 1
            }
            guard digits > 0, fields.isEmpty ? digits <= 3 : digits == 2 && value < 60 else { return nil }
            fields.append(value)
            guard fields.count < 3, cursor < text.count, text[cursor] == ":" else { break }
            cursor += 1
        }
        guard fields.count >= 2 else { return nil }
        var seconds = fields.reduce(0.0) { $0 * 60 + Double($1) }
        if cursor + 1 < text.count, ".,-".contains(text[cursor]), text[cursor + 1].isASCII, text[cursor + 1].isNumber {
            var scale = 0.1, probe = cursor + 1, digits = 0
            var fraction = 0.0
            while probe < text.count, digits < 6, text[probe].isASCII, let digit = text[probe].wholeNumberValue {
                fraction += Double(digit) * scale
                scale /= 10
                digits += 1
                probe += 1
            }
            // `0:02:00-0:10:00` is a span, not tenths.
            if !(text[cursor] == "-" && probe < text.count && text[probe] == ":") && !(text[cursor] == "-" && digits > 1) {
                seconds += fraction
                cursor = probe
            }
        }
        return (seconds, fields.count, cursor)
    }
}
