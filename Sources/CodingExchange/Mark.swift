/// What a format has no place for, as a last line of a description: `[ordrett level=theme parent=…]`.
///
/// Other programs show it as text and hand it back; nothing of it is needed to understand the rest.
struct Mark: Hashable {
    var pairs: [(key: String, value: String)]

    init(_ pairs: [(String, String?)]) { self.pairs = pairs.compactMap { key, value in value.map { (key, $0) } } }

    static func == (a: Mark, b: Mark) -> Bool { a.text == b.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

    func all(_ key: String) -> [String] { pairs.filter { $0.key == key }.map(\.value) }

    var text: String { "[ordrett " + pairs.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: " ") + "]" }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.:#".unicodeScalars.contains($0)) }
        if isPlain { return value }
        var out = "\""
        for scalar in LineEnds.plain(value).unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Reads one line; nil when it is no mark.
    init?(line: String) {
        let scalars = Array(line.unicodeScalars), open = Array("[ordrett ".unicodeScalars)
        guard scalars.starts(with: open), scalars.last == "]" else { return nil }
        var pairs: [(String, String)] = [], at = open.count
        let end = scalars.count - 1
        while at < end {
            if scalars[at] == " " { at += 1; continue }
            var key = String.UnicodeScalarView()
            while at < end, scalars[at] != "=" { key.append(scalars[at]); at += 1 }
            guard at < end else { return nil }
            at += 1
            var value = String.UnicodeScalarView()
            if at < end, scalars[at] == "\"" {
                at += 1
                while at < end, scalars[at] != "\"" {
                    if scalars[at] == "\\", at + 1 < end {
                        at += 1
                        value.append(scalars[at] == "n" ? "\n" : scalars[at])
                    } else {
                        value.append(scalars[at])
                    }
                    at += 1
                }
                guard at < end else { return nil }
                at += 1
            } else {
                while at < end, scalars[at] != " " { value.append(scalars[at]); at += 1 }
            }
            pairs.append((String(key), String(value)))
        }
        self.pairs = pairs
    }

    /// A description with marks after it; nil for nothing at all.
    static func describe(_ text: String, _ marks: [Mark]) -> String? {
        let marks = marks.filter { !$0.pairs.isEmpty }
        let kept = text.isEmpty ? "" : LineEnds.plain(text).split(separator: "\n", omittingEmptySubsequences: false).map { escaped($0) }.joined(separator: "\n")
        if kept.isEmpty, marks.isEmpty { return nil }
        return (kept.isEmpty ? [] : [kept]).joined() + (kept.isEmpty || marks.isEmpty ? "" : "\n") + marks.map(\.text).joined(separator: "\n")
    }

    /// A line that would read as a mark gets a backslash before it.
    private static func escaped(_ line: Substring) -> String { readsAsMark(line) ? "\\" + line : String(line) }

    /// By code points: a combining mark after the space makes another character of it, and no other line.
    private static func readsAsMark(_ line: some StringProtocol) -> Bool { line.utf8.drop { $0 == 0x5C }.starts(with: "[ordrett ".utf8) }

    /// Takes a description apart again.
    static func read(_ description: String) -> (text: String, marks: [Mark]) {
        guard description.contains("[ordrett ") else { return (description, []) }
        var lines = description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), marks: [Mark] = []
        while let last = lines.last, let mark = Mark(line: last) {
            marks.insert(mark, at: 0)
            lines.removeLast()
        }
        return (lines.map { readsAsMark($0) && $0.utf8.first == 0x5C ? String($0.unicodeScalars.dropFirst()) : $0 }.joined(separator: "\n"), marks)
    }
}

/// Line ends as LF.
enum LineEnds {
    static func plain(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var out = String.UnicodeScalarView(), previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\r" { out.append("\n") } else if scalar != "\n" || previous != "\r" { out.append(scalar) }
            previous = scalar
        }
        return String(out)
    }
}
