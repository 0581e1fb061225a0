/// A line of an RTTM or UEM file that cannot be read.
///
/// The message names the line and the field, never the field's content: a label may be a person's name.
public struct AnnotationFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// "RTTM" or "UEM".
    public let format: String
    /// Line in the file, counted from 1.
    public let line: Int
    /// What is wrong with the line.
    public let problem: String

    public init(format: String, line: Int, problem: String) {
        self.format = format
        self.line = line
        self.problem = problem
    }

    public var description: String {
        "\(format) line \(line): \(problem). Correct the line, or remove it, and try again."
    }
}

/// What the line-oriented annotation formats have in common: comments, fields, and seconds with three decimals.
enum AnnotationLine {
    /// The fields of each line that is not blank or a comment, with its line number.
    ///
    /// `;;` starts a comment anywhere, as in the NIST formats; a line may also start with `#` or a single `;`.
    static func parse(_ text: String) -> [(number: Int, fields: [Substring])] {
        var lines: [(number: Int, fields: [Substring])] = []
        var number = 0
        // "\r\n" is one Character in Swift, so newlines are recognised by property and not by comparison with "\n".
        for rawLine in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            var line = rawLine
            if number == 1, line.unicodeScalars.first == "\u{FEFF}" {
                line = Substring(line.unicodeScalars.dropFirst())
            }
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first, !first.hasPrefix(";"), !first.hasPrefix("#") else { continue }
            let comment = fields.firstIndex { $0.hasPrefix(";;") } ?? fields.endIndex
            lines.append((number, Array(fields[..<comment])))
        }
        return lines
    }

    /// A finite number of seconds within ±10⁹, or nil. The limit keeps sample positions far inside `Int`.
    static func seconds(_ field: Substring) -> Double? {
        guard let value = Double(field), value.isFinite, abs(value) <= 1e9 else { return nil }
        return value
    }

    /// A channel number; files that leave the field out write `<NA>`, which means the first channel.
    static func channel(_ field: Substring) -> Int? {
        if field == "<NA>" || field == "NA" { return 1 }
        guard let value = Int(field), value >= 0 else { return nil }
        return value
    }

    /// Milliseconds nearest to a time in seconds.
    static func milliseconds(_ seconds: Double) -> Int {
        guard seconds.isFinite, abs(seconds) <= 1e12 else { return 0 }
        return Int((seconds * 1_000).rounded())
    }

    /// `12_345` → `12.345`, without a formatter so that the bytes never depend on a locale.
    static func format(milliseconds: Int) -> String {
        let magnitude = milliseconds.magnitude
        let fraction = String(magnitude % 1_000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        return (milliseconds < 0 ? "-" : "") + "\(magnitude / 1_000).\(padded)"
    }

    /// A field without white space; an empty one becomes `<NA>`.
    static func field(_ text: String) -> String {
        if text.isEmpty { return "<NA>" }
        return String(text.map { $0.isWhitespace ? "_" : $0 })
    }
}
