/// Reads the cues of WebVTT (W3C) and SubRip files.
enum SubtitleReader {
    /// One line a voice in a cue, in the file's order.
    static func lines(_ text: String) throws(DraftError) -> [StyledLine] {
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var lines: [StyledLine] = []
        var index = 0
        while index < rows.count {
            guard let (start, end) = timing(rows[index]) else {
                // Headers, notes, styles and cue names are skipped line by line.
                index += 1
                continue
            }
            index += 1
            var payload: [String] = []
            while index < rows.count, !rows[index].allSatisfy(\.isWhitespace), timing(rows[index]) == nil {
                payload.append(rows[index])
                index += 1
            }
            lines += voices(payload.joined(separator: " "), start: start, end: max(start, end))
        }
        guard !lines.isEmpty else { throw .noCues }
        return lines
    }

    /// Whether a text that does not say so is a subtitle file: cues stand near its start.
    static func recognizes(_ text: String) -> Bool {
        text.split(separator: "\n").prefix(12).contains { timing(String($0.prefix(80))) != nil }
    }

    private static func timing(_ row: String) -> (Double, Double)? {
        guard let arrow = row.firstRange(of: "-->") else { return nil }
        let left = row[..<arrow.lowerBound].drop(while: \.isWhitespace), right = row[arrow.upperBound...].drop(while: \.isWhitespace)
        guard left.count < 40, let start = TimeCode.clock(Array(left), at: 0), let end = TimeCode.clock(Array(right), at: 0) else { return nil }
        return (start.seconds, end.seconds)
    }

    private static func voices(_ payload: String, start: Double, end: Double) -> [StyledLine] {
        var lines: [StyledLine] = []
        var line = StyledLine(), text = "", depth = 0
        func flush() {
            line.append(HTMLMarkup.unescaped(text), stands: depth > 0)
            text = ""
        }
        func finish() {
            flush()
            if !line.isBlank {
                line.start = start
                line.end = end
                lines.append(line)
            }
            line = StyledLine()
        }
        var rest = payload[...]
        while let first = rest.first {
            guard first == "<", let close = rest.prefix(200).firstIndex(of: ">") else {
                text.append(first)
                rest = rest.dropFirst()
                continue
            }
            let tag = rest[rest.index(after: rest.startIndex)..<close]
            rest = rest[rest.index(after: close)...]
            if tag == "v" || tag.hasPrefix("v ") || tag.hasPrefix("v.") {
                finish()
                let name = tag.drop { !$0.isWhitespace }.drop { $0.isWhitespace }
                // noScribe marks whoever talks over another with slashes.
                let label = HTMLMarkup.unescaped(String(name.drop { $0 == "/" }))
                line.voice = label.isEmpty ? nil : label
            } else if tag == "/v" {
                finish()
            } else if ["i", "b", "u"].contains(tag) {
                flush()
                depth += 1
            } else if ["/i", "/b", "/u"].contains(tag) {
                flush()
                depth = max(0, depth - 1)
            }
        }
        finish()
        return lines
    }
}
