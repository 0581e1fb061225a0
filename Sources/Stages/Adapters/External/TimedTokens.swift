import Foundation
import Recognition

/// Words with times that an aligner wrote, in the order it wrote them.
///
/// Formats: NIST's CTM, Praat's TextGrid, WebVTT, and JSON as WhisperX, Gentle and others write it.
struct TimedTokens {
    enum Format: String, CaseIterable { case auto, ctm, textgrid, vtt, json, table }

    struct Token: Hashable {
        var text: String
        /// Seconds; nil where the aligner says that it did not find the word.
        var time: (start: Double, end: Double)?
        /// 0 … 1.
        var confidence: Double?

        static func == (a: Token, b: Token) -> Bool {
            a.text == b.text && a.time?.start == b.time?.start && a.time?.end == b.time?.end && a.confidence == b.confidence
        }
        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    /// One list; of a TextGrid with a tier of words for each speaker, one for each.
    let lists: [[Token]]

    /// - Parameter fault: makes the error of what is wrong, in words that quote nothing.
    init(_ text: String, format: Format, fault: (String) -> StageFault) throws {
        switch format == .auto ? Self.format(of: text) : format {
        case .json: lists = [try Self.json(text, fault)]
        case .table: lists = [try Self.table(text, fault)]
        case .vtt: lists = [try Self.vtt(text, fault)]
        case .textgrid: lists = try Self.textGrid(text, fault)
        default: lists = [try Self.ctm(text, fault)]
        }
    }

    private static func format(of text: String) -> Format {
        let head = text.prefix(400)
        if head.hasPrefix("WEBVTT") { return .vtt }
        if head.contains("ooTextFile") { return .textgrid }
        if head.first(where: { !$0.isWhitespace }).map({ $0 == "{" || $0 == "[" }) == true { return .json }
        let fields = head.split(whereSeparator: \.isNewline).first?.split(separator: "\t") ?? []
        return fields.count >= 3 && (fields[0] == "-" || Double(fields[0]) != nil) ? .table : .ctm
    }

    // MARK: Formats

    /// NIST's CTM: recording, channel, start, duration, word, confidence.
    private static func ctm(_ text: String, _ fault: (String) -> StageFault) throws -> [Token] {
        var tokens: [Token] = [], recording: Substring?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            if fields.isEmpty || line.hasPrefix(";;") { continue }
            guard fields.count >= 5, let start = Double(fields[2]), let length = Double(fields[3]) else {
                throw fault("wrote a line \(index + 1) that is not CTM: recording, channel, start, duration and word")
            }
            guard recording == nil || recording == fields[0] else { throw fault("wrote the CTM of several recordings; it was given one") }
            recording = fields[0]
            tokens.append(Token(text: String(fields[4]), time: (start, start + length), confidence: fields.count > 5 ? Double(fields[5]) : nil))
        }
        return tokens
    }

    /// What `ordrett align` writes: start, end, word, with tabs between; `-` for the times of a word that was not found.
    private static func table(_ text: String, _ fault: (String) -> StageFault) throws -> [Token] {
        try text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap { index, line in
            if line.allSatisfy(\.isWhitespace) { return nil }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count >= 3 else { throw fault("wrote a line \(index + 1) that is not start, end and word with tabs between") }
            if fields[0] == "-", fields[1] == "-" { return Token(text: fields[2], time: nil, confidence: nil) }
            guard let start = Double(fields[0]), let end = Double(fields[1]) else { throw fault("wrote a line \(index + 1) whose start and end are no seconds") }
            return Token(text: fields[2], time: (start, end), confidence: nil)
        }
    }

    /// Praat's TextGrid: the interval tiers of words.
    private static func textGrid(_ text: String, _ fault: (String) -> StageFault) throws -> [[Token]] {
        let grid: TextGridTiers
        do { grid = try TextGridTiers(text) } catch { throw fault("wrote a TextGrid that cannot be read: \(error)") }
        let named = grid.tiers.filter { tier in
            let name = tier.name.lowercased()
            return ["word", "words", "ord"].contains { name == $0 || name.hasSuffix(" \($0)") || name.hasSuffix("-\($0)") }
        }
        let tiers = named.isEmpty && grid.tiers.count == 1 ? grid.tiers : named
        guard !tiers.isEmpty else { throw fault("wrote a TextGrid without a tier of words; name the interval tier words") }
        return tiers.map { tier in
            tier.intervals.filter { $0.text.contains { !$0.isWhitespace } }.map { Token(text: $0.text, time: ($0.start, $0.end), confidence: nil) }
        }
    }

    /// WebVTT with a cue for each word, or with times before the words of a cue.
    private static func vtt(_ text: String, _ fault: (String) -> StageFault) throws -> [Token] {
        var tokens: [Token] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var index = 0
        while index < lines.count {
            guard let arrow = lines[index].range(of: "-->") else {
                index += 1
                continue
            }
            let end = lines[index][arrow.upperBound...].split(whereSeparator: \.isWhitespace).first.flatMap { seconds($0) }
            guard let start = seconds(lines[index][..<arrow.lowerBound]), let end else { throw fault("wrote a line \(index + 1) whose times are not WebVTT's") }
            index += 1
            var payload = ""
            while index < lines.count, !lines[index].allSatisfy(\.isWhitespace) {
                payload += lines[index] + " "
                index += 1
            }
            var parts: [(start: Double, text: String)] = [(start, "")], rest = Substring(payload)
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
                parts[parts.count - 1].text += rest[..<open]
                if let time = seconds(rest[rest.index(after: open)..<close]) { parts.append((time, "")) }
                rest = rest[rest.index(after: close)...]
            }
            parts[parts.count - 1].text += rest
            for (number, part) in parts.enumerated() where part.text.contains(where: { !$0.isWhitespace }) {
                let text = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " ")].reduce(part.text) { $0.replacing($1.0, with: $1.1) }
                tokens.append(Token(text: text, time: (part.start, number + 1 < parts.count ? parts[number + 1].start : end), confidence: nil))
            }
        }
        return tokens
    }

    /// `00:01:02.345` or `01:02.345`.
    private static func seconds(_ text: Substring) -> Double? {
        let parts = text.trimmingCharacters(in: .whitespaces).split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last, last.contains("."), let seconds = Double(last), seconds < 60 else { return nil }
        let rest = parts.dropLast().map { Int($0) }
        guard !rest.contains(where: { $0 == nil || $0! < 0 }) else { return nil }
        return rest.reduce(0.0) { 60 * $0 + Double($1 ?? 0) } * 60 + seconds
    }

    /// A list of words, alone, under `words` or `word_segments`, or in `segments`; or an object a line. A word has `word` (or `text`),
    /// `start`, `end`, and perhaps `probability`, `confidence` or `score`; without times it was not found.
    private static func json(_ text: String, _ fault: (String) -> StageFault) throws -> [Token] {
        var items: [Any] = []
        if let whole = try? JSONSerialization.jsonObject(with: Data(text.utf8)) {
            items = list(whole) ?? [whole]
        } else {
            for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() where !line.allSatisfy(\.isWhitespace) {
                guard let item = try? JSONSerialization.jsonObject(with: Data(line.utf8)) else { throw fault("wrote a line \(index + 1) that is not JSON") }
                items.append(item)
            }
        }
        return try items.enumerated().map { index, item in
            guard let word = item as? [String: Any], let text = (word["word"] ?? word["text"]) as? String else {
                throw fault("wrote JSON whose item \(index + 1) is no word: each needs word, start and end")
            }
            func number(_ keys: String...) -> Double? { keys.lazy.compactMap { (word[$0] as? NSNumber)?.doubleValue }.first }
            let start = number("start"), end = number("end")
            // A time in quotation marks is no time, and no word that was not found either.
            func isLacking(_ key: String) -> Bool { word[key] == nil || word[key] is NSNull }
            guard start != nil || isLacking("start"), end != nil || isLacking("end"), (start == nil) == (end == nil) else {
                throw fault("wrote JSON whose word \(index + 1) has not both start and end as numbers")
            }
            return Token(text: text, time: start.flatMap { start in end.map { (start, $0) } }, confidence: number("probability", "confidence", "score"))
        }
    }

    private static func list(_ value: Any) -> [Any]? {
        if let list = value as? [Any] { return list }
        guard let object = value as? [String: Any] else { return nil }
        if let segments = object["segments"] as? [[String: Any]], segments.contains(where: { $0["words"] != nil }) { return segments.flatMap { $0["words"] as? [Any] ?? [] } }
        return (object["words"] ?? object["word_segments"]) as? [Any]
    }
}
