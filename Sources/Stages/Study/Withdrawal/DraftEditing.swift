import Foundation
import Pipeline
import Recognition
import Transcript

/// Takes one person's turns out of a draft, or puts codes for names, and leaves everything else as it was typed.
enum DraftEditing {
    static func byHand(_ path: String, _ what: String) -> StageFault {
        StageFault("the draft '\((path as NSString).lastPathComponent)' cannot be changed safely by program; \(what) by hand, and run 'ordrett withdraw --resume'")
    }

    // MARK: Names

    /// The file's content with codes for names; nil when nothing was to change, or the file holds no text that can be changed.
    static func replacing(_ names: [WithdrawalPlan.Replacement], in url: URL) throws -> Data? {
        guard !names.isEmpty, let data = FileManager.default.contents(atPath: url.path) else { return nil }
        if data.starts(with: [0x50, 0x4B, 3, 4]) {
            var parts = try PackedParts.read(url), changed = false
            for index in parts.indices {
                guard let text = String(data: parts[index].data, encoding: .utf8) else { continue }
                let after = replacing(names, in: text, isMarkup: true)
                if after != text {
                    parts[index].data = Data(after.utf8)
                    changed = true
                }
            }
            return changed ? try packed(parts, beside: url) : nil
        }
        guard let (text, encoding) = read(data) else { return nil }
        let after = replacing(names, in: text, isMarkup: false)
        return after == text ? nil : write(after, encoding, like: data)
    }

    /// Whole words only; a name's genitive s stays.
    static func replacing(_ names: [WithdrawalPlan.Replacement], in text: String, isMarkup: Bool) -> String {
        var result = text
        for name in names {
            let words = name.text.split(separator: " ").map { NSRegularExpression.escapedPattern(for: String($0)) }
            // Between the words of a name may stand line breaks, or the tags of a word processor.
            let gap = isMarkup ? #"(?:\s|<[^>]*>)+"# : #"\s+"#
            guard let pattern = try? NSRegularExpression(pattern: #"(?<![\p{L}\p{N}])"# + words.joined(separator: gap) + #"(?=s?(?![\p{L}\p{N}]))"#, options: [.caseInsensitive])
            else { continue }
            let source = result as NSString
            var out = "", last = 0
            for match in pattern.matches(in: result, range: NSRange(location: 0, length: source.length)) {
                out += source.substring(with: NSRange(location: last, length: match.range.location - last)) + name.code
                // Tags inside the name stay, so that the document stays whole.
                if isMarkup { out += source.substring(with: match.range).matches(of: /<[^>]*>/).map { String($0.output) }.joined() }
                last = match.range.location + match.range.length
            }
            result = out + source.substring(from: last)
        }
        return result
    }

    // MARK: Turns

    /// The draft without the turns under some labels, checked by reading it: what is left is what was there before, and nothing
    /// of the person.
    /// - Throws: ``StageFault`` when the draft has to be edited by hand.
    static func removing(_ labels: [String], from url: URL, path: String) throws -> Data? {
        guard let data = FileManager.default.contents(atPath: url.path) else { return nil }
        let keys = Set(labels.map { $0.lowercased() })
        let before = try WordsStage.read(url)
        func isOwn(_ piece: Draft.Piece) -> Bool { piece.label.map { keys.contains($0.lowercased()) } ?? false }
        guard before.pieces.contains(where: isOwn) else { return nil }
        let all = Set(before.pieces.compactMap { $0.label?.lowercased() })
        let result: Data
        if data.starts(with: [0x50, 0x4B, 3, 4]) {
            var parts = try PackedParts.read(url)
            guard let main = parts.firstIndex(where: { $0.name == "word/document.xml" || $0.name == "content.xml" }),
                let text = String(data: parts[main].data, encoding: .utf8)
            else { throw byHand(path, "take the person's turns out") }
            let tag = parts[main].name == "content.xml" ? "text:p" : "w:p"
            parts[main].data = Data(removingParagraphs(keys, all, from: text, tag: tag).utf8)
            result = try packed(parts, beside: url)
        } else if let (text, encoding) = read(data) {
            result = write(removingLines(keys, all, from: text), encoding, like: data)
        } else {
            throw byHand(path, "take the person's turns out")
        }
        let after = try? Draft(data: result, name: url.lastPathComponent)
        let kept = words(before.pieces.filter { !isOwn($0) })
        guard let after, words(after.pieces) == kept else { throw byHand(path, "take the person's turns out") }
        return result
    }

    /// Who says what, whatever the cutting into turns.
    private static func words(_ pieces: [Draft.Piece]) -> [String] {
        pieces.flatMap { piece in piece.elements.compactMap(\.word).map { "\(piece.label?.lowercased() ?? "")\t\($0.text)" } }
    }

    /// The label a line begins with, if it is one of the draft's: after a time code or a list mark, before a colon, a tab, or `>`.
    private static func label(of line: some StringProtocol, among labels: Set<String>) -> String? {
        let lower = line.lowercased()
        for label in labels.sorted(by: { $0.count > $1.count }) {
            let escaped = NSRegularExpression.escapedPattern(for: label)
            let pattern = #"^\s*(?:[\[\(\{#<]?[\d:.,\-]+[\]\)\}#>]?\s*-?\s*)?(?:<v\s+)?"# + escaped + #"\s*(?::|\t|>|$)"#
            if lower.range(of: pattern, options: .regularExpression) != nil { return label }
        }
        return nil
    }

    private static func removingLines(_ keys: Set<String>, _ all: Set<String>, from text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // Subtitles go cue by cue: number, times, text, empty line.
        if text.contains("-->") {
            let blocks = text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
            var current: String?
            return blocks.filter { block in
                guard let times = block.range(of: "-->"), let end = block[times.upperBound...].firstIndex(of: "\n") else { return true }
                current = label(of: block[block.index(after: end)...], among: all) ?? current
                return !(current.map(keys.contains) ?? false)
            }.joined(separator: "\n\n")
        }
        var isGone = false
        return lines.filter { line in
            if let found = label(of: line, among: all) { isGone = keys.contains(found) }
            return !isGone || line.allSatisfy { $0 == "\r" }
        }.joined(separator: "\n")
    }

    private static func removingParagraphs(_ keys: Set<String>, _ all: Set<String>, from text: String, tag: String) -> String {
        guard let pattern = try? NSRegularExpression(pattern: "<\(tag)(?:\\s[^>]*)?>.*?</\(tag)>", options: [.dotMatchesLineSeparators]) else { return text }
        let source = text as NSString
        var out = "", last = 0, isGone = false
        for match in pattern.matches(in: text, range: NSRange(location: 0, length: source.length)) {
            let paragraph = source.substring(with: match.range)
            out += source.substring(with: NSRange(location: last, length: match.range.location - last))
            last = match.range.location + match.range.length
            let tabbed = paragraph.replacingOccurrences(of: "<w:tab/>", with: "\t").replacingOccurrences(of: "<text:tab/>", with: "\t")
            if let found = label(of: StudySearch.withoutTags(tabbed), among: all) { isGone = keys.contains(found) }
            if !isGone { out += paragraph }
        }
        return out + source.substring(from: last)
    }

    // MARK: Bytes

    private static func read(_ data: Data) -> (String, String.Encoding)? {
        if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) { return String(data: data, encoding: .utf16).map { ($0, .utf16) } }
        if let text = String(data: data, encoding: .utf8) { return (text, .utf8) }
        guard !data.contains(0) else { return nil }
        return String(data: data, encoding: .windowsCP1252).map { ($0, .windowsCP1252) }
    }

    private static func write(_ text: String, _ encoding: String.Encoding, like data: Data) -> Data {
        switch encoding {
        case .utf16:
            let isLittle = data.first == 0xFF
            var out = Data(isLittle ? [0xFF, 0xFE] : [0xFE, 0xFF])
            for unit in text.utf16 where unit != 0xFEFF || !out.isEmpty {
                out.append(contentsOf: isLittle ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)])
            }
            return out
        default: return text.data(using: encoding, allowLossyConversion: true) ?? Data(text.utf8)
        }
    }

    private static func packed(_ parts: [PackedParts.Part], beside url: URL) throws -> Data {
        let temporary = url.deletingLastPathComponent().appendingPathComponent(".\(UInt32.random(in: 0 ... .max)).pakket.tmp")
        defer { _ = try? FileErasure.erase(temporary) }
        do {
            try PackedParts.write(parts, to: temporary)
            return try Data(contentsOf: temporary)
        } catch { throw byHand(url.lastPathComponent, "make the change") }
    }
}
