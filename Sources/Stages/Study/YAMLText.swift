import Foundation
import Pipeline
import Yams

/// A YAML text, and where in it things stand, so that one thing can be changed and every other byte, comments among them,
/// stays as it was.
///
/// Positions are Unicode scalars from 0. Only what the study file needs is understood; what cannot be placed for certain is
/// refused, never guessed.
struct YAMLText {
    /// The place cannot be told; a person has to make the change.
    struct Unclear: Error {}

    private(set) var scalars: [Unicode.Scalar]
    /// Where each line begins.
    private var lineStarts: [Int] = []
    let root: Node?

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// - Throws: `YamlError` when the text is no YAML.
    init(_ text: String) throws {
        scalars = Array(text.unicodeScalars)
        // The parser passes over a byte order mark, and counts from after it.
        let mark = scalars.first == "\u{FEFF}" ? 1 : 0
        lineStarts = [mark]
        var index = mark
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "\r", index < scalars.count, scalars[index] == "\n" { index += 1 }
            if Self.isBreak(scalar) { lineStarts.append(index) }
        }
        root = try Yams.compose(yaml: mark == 1 ? String(text.dropFirst()) : text)
    }

    // MARK: Places

    static func isBreak(_ scalar: Unicode.Scalar) -> Bool { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) }
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// Where a node begins.
    func start(_ node: Node) throws -> Int {
        guard let mark = node.mark, lineStarts.indices.contains(mark.line - 1) else { throw Unclear() }
        let place = lineStarts[mark.line - 1] + mark.column - 1
        guard place <= scalars.count else { throw Unclear() }
        return place
    }

    func line(of place: Int) -> Int { max(0, lineStarts.lastIndex { $0 <= place } ?? 0) }
    /// Where a line's own characters begin and end, its break not counted.
    private func bounds(_ line: Int) -> (start: Int, end: Int) {
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] : scalars.count
        while end > lineStarts[line], Self.isBreak(scalars[end - 1]) { end -= 1 }
        return (lineStarts[line], end)
    }
    private func next(_ line: Int) -> Int { line + 1 < lineStarts.count ? lineStarts[line + 1] : scalars.count }
    private func firstInk(_ line: Int) -> Int? {
        let (start, end) = bounds(line)
        return (start..<end).first { !Self.isSpace(scalars[$0]) }
    }

    /// One past a node's last character, for nodes that say where they end; else its line's end.
    func end(_ node: Node, inFlow: Bool = false) throws -> Int {
        let begin = try start(node)
        guard begin < scalars.count else { return begin }
        switch scalars[begin] {
        case "{", "[": return try endOfFlow(begin)
        case "\"", "'": return try endOfQuoted(begin)
        default: break
        }
        if let mapping = node.mapping {
            var last = begin
            for (key, value) in mapping { last = max(last, try end(key), try end(value)) }
            return last
        }
        if let sequence = node.sequence {
            var last = begin
            for child in sequence { last = max(last, try end(child)) }
            return last
        }
        var place = begin
        while place < scalars.count, !Self.isBreak(scalars[place]) {
            if scalars[place] == "#", place > begin, Self.isSpace(scalars[place - 1]) { break }
            if inFlow, ",]}".unicodeScalars.contains(scalars[place]) { break }
            place += 1
        }
        while place > begin, Self.isSpace(scalars[place - 1]) { place -= 1 }
        return place
    }

    private func endOfQuoted(_ begin: Int) throws -> Int {
        let quote = scalars[begin]
        var place = begin + 1
        while place < scalars.count {
            if quote == "\"", scalars[place] == "\\" { place += 2; continue }
            if scalars[place] == quote {
                if quote == "'", place + 1 < scalars.count, scalars[place + 1] == "'" { place += 2; continue }
                return place + 1
            }
            place += 1
        }
        throw Unclear()
    }

    private func endOfFlow(_ begin: Int) throws -> Int {
        var depth = 0, place = begin
        while place < scalars.count {
            switch scalars[place] {
            case "{", "[": depth += 1
            case "}", "]":
                depth -= 1
                if depth == 0 { return place + 1 }
            case "\"", "'":
                // Inside a plain word a quote is a letter like any other.
                let before = scalars[place - 1]
                if Self.isSpace(before) || Self.isBreak(before) || "{[,:".unicodeScalars.contains(before) {
                    place = try endOfQuoted(place)
                    continue
                }
            case "#" where Self.isSpace(scalars[place - 1]) || Self.isBreak(scalars[place - 1]):
                while place < scalars.count, !Self.isBreak(scalars[place]) { place += 1 }
                continue
            default: break
            }
            place += 1
        }
        throw Unclear()
    }

    // MARK: Lists

    /// The stretch to cut so that one entry of a list is gone.
    func stretch(removing index: Int, from list: Node) throws -> Range<Int> {
        guard let sequence = list.sequence, sequence.indices.contains(index) else { throw Unclear() }
        let begin = try start(list)
        return begin < scalars.count && scalars[begin] == "["
            ? try flowStretch(sequence, index) : try blockStretch(sequence[index])
    }

    private func blockStretch(_ entry: Node) throws -> Range<Int> {
        // The dash before the entry, first on its line.
        var dash = try start(entry) - 1
        while dash >= 0, Self.isSpace(scalars[dash]) || Self.isBreak(scalars[dash]) { dash -= 1 }
        guard dash >= 0, scalars[dash] == "-" else { throw Unclear() }
        let first = line(of: dash)
        guard firstInk(first) == dash else { throw Unclear() }
        let indent = dash - bounds(first).start
        var last = line(of: max(dash, try end(entry) - 1)), next = last + 1
        while next < lineStarts.count {
            guard let ink = firstInk(next) else { next += 1; continue }  // blank: the entry's if more of it follows
            guard ink - bounds(next).start > indent else { break }
            last = next
            next += 1
        }
        return bounds(first).start..<self.next(last)
    }

    private func flowStretch(_ sequence: Node.Sequence, _ index: Int) throws -> Range<Int> {
        let begin = try start(sequence[index])
        var end = try self.end(sequence[index], inFlow: true)
        func skip(_ place: Int) -> Int {
            var place = place
            while place < scalars.count, Self.isSpace(scalars[place]) { place += 1 }
            return place
        }
        if index + 1 < sequence.count {
            end = skip(end)
            guard end < scalars.count, scalars[end] == "," else { throw Unclear() }
            end = skip(end + 1)
            let first = line(of: begin)
            // Alone on its line: the line goes, with the remark behind it.
            if firstInk(first) == begin, end >= bounds(first).end || scalars[end] == "#" { return bounds(first).start..<next(first) }
            return begin..<end
        }
        guard index > 0 else { return begin..<end }
        // The last one goes with the comma before it.
        let before = try self.end(sequence[index - 1], inFlow: true)
        let comma = skip(before)
        guard comma < begin, scalars[comma] == "," else { throw Unclear() }
        let first = line(of: begin)
        if line(of: comma) == first { return before..<end }
        // On a line of its own, the comma before it may stay: YAML allows it.
        if firstInk(first) == begin { return bounds(first).start..<next(line(of: end - 1)) }
        throw Unclear()
    }

    // MARK: Mappings

    /// What to put where so that a mapping has `name: value`. The value is YAML already.
    func edit(setting name: String, to value: String, in mapping: Node) throws -> (Range<Int>, String) {
        guard let fields = mapping.mapping else { throw Unclear() }
        let begin = try start(mapping)
        let isFlow = begin < scalars.count && scalars[begin] == "{"
        if let (key, old) = fields.first(where: { $0.key.string == name }) {
            let place = try start(old), keyStart = try start(key)
            let isQuoted = scalars[keyStart] == "\"" || scalars[keyStart] == "'"
            let keyEnd = isQuoted ? try endOfQuoted(keyStart) : scalars[keyStart...].firstIndex(of: ":") ?? keyStart
            if old.null != nil, place <= keyEnd || place >= scalars.count || Self.isBreak(scalars[place]) || line(of: place) != line(of: keyEnd) {
                // Nothing stands there yet: right after the colon.
                guard let colon = (keyEnd..<scalars.count).first(where: { scalars[$0] == ":" }) else { throw Unclear() }
                return (colon + 1..<colon + 1, " " + value)
            }
            return (place..<(try end(old, inFlow: isFlow)), value)
        }
        if isFlow {
            let close = try endOfFlow(begin) - 1
            var place = close
            while place > begin + 1, Self.isSpace(scalars[place - 1]) { place -= 1 }
            guard !Self.isBreak(scalars[place - 1]) else { throw Unclear() }
            let separator = scalars[place - 1] == "{" ? "" : scalars[place - 1] == "," ? " " : ", "
            return (place..<place, "\(separator)\(name): \(value)")
        }
        // After the first field's line, under its name.
        guard let (key, old) = fields.first else { throw Unclear() }
        let place = try start(key), indent = place - bounds(line(of: place)).start
        let last = line(of: max(place, try end(old) - 1))
        let after = next(last)
        let hasBreak = after > bounds(last).end
        return (after..<after, (hasBreak ? "" : "\n") + String(repeating: " ", count: indent) + "\(name): \(value)" + (hasBreak ? lineBreak : ""))
    }

    /// The break the text uses.
    private var lineBreak: String { scalars.contains("\r") ? "\r\n" : "\n" }

    /// The text with stretches replaced; they must not overlap.
    func replacing(_ edits: [(Range<Int>, String)]) -> String {
        var result = scalars
        for (range, text) in edits.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) { result.replaceSubrange(range, with: Array(text.unicodeScalars)) }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: result)
        return String(view)
    }
}

extension Node {
    func field(_ name: String) -> Node? { mapping?.first { $0.key.string == name }?.value }
}
