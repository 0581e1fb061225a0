import Foundation
import Recognition

/// Files that are text: plain, tables, subtitles, web pages, JSON, rich text.
enum TextReaders {
    static func text(_ data: Data) throws(ReadingFault) -> String {
        if data.isEmpty { return "" }
        do { return try TextEncoding.decode([UInt8](data)).text } catch DraftError.empty { return "" } catch { throw ReadingFault(.unknownEncoding) }
    }

    static func plain(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        let text = try text(data)
        if text.contains(where: { !$0.isWhitespace }) { content.texts.append(FoundText("", text, .body, countsLines: true)) }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where OfficeReader.isUserPath(String(line)) {
            content.note(.userPath, "line \(number + 1)")
        }
    }

    /// A page's words, and what a browser does not show: comments, attributes, scripts.
    static func html(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        let source = Array(try text(data).unicodeScalars)
        var visible = String.UnicodeScalarView(), line = 1, index = 0, raw: String?
        func starts(_ text: String, at position: Int) -> Bool {
            let wanted = Array(text.unicodeScalars)
            guard position + wanted.count <= source.count else { return false }
            return zip(wanted, source[position...]).allSatisfy { $0.properties.lowercaseMapping == $1.properties.lowercaseMapping }
        }
        func slice(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(source[range])) }
        func end(of text: String, from position: Int) -> Int {
            var at = position
            while at < source.count, !starts(text, at: at) { at += 1 }
            return at
        }
        while index < source.count {
            let scalar = source[index]
            if scalar == "\n" { line += 1 }
            if let name = raw {
                let close = end(of: "</" + name, from: index), body = slice(index..<close)
                if name == "script" || name == "style" { if name == "script" { content.add("line \(line) script", body, .hidden) } }
                line += body.count { $0 == "\n" }
                visible.append(contentsOf: String(repeating: "\n", count: body.count { $0 == "\n" }).unicodeScalars)
                index = close
                raw = nil
                continue
            }
            if starts("<!--", at: index) {
                let close = end(of: "-->", from: index + 4), body = slice(index + 4..<close)
                content.add("line \(line) comment", body, .comment)
                if body.contains(where: { !$0.isWhitespace }) { content.note(.comment, "line \(line)") }
                let breaks = body.count { $0 == "\n" }
                line += breaks
                visible.append(contentsOf: String(repeating: "\n", count: breaks).unicodeScalars)
                index = min(source.count, close + 3)
            } else if scalar == "<", index + 1 < source.count, source[index + 1].properties.isAlphabetic || source[index + 1] == "/" || source[index + 1] == "!" {
                var close = index + 1, quote: Unicode.Scalar?
                while close < source.count {
                    if let open = quote { if source[close] == open { quote = nil } } else if source[close] == "\"" || source[close] == "'" { quote = source[close] } else if source[close] == ">" { break }
                    close += 1
                }
                let tag = slice(index + 1..<close), name = tag.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }.lowercased()
                attributes(tag, line: line, into: &content)
                if name == "script" || name == "style" { raw = name }
                let breaks = tag.count { $0 == "\n" }
                line += breaks
                visible.append(contentsOf: String(repeating: "\n", count: breaks).unicodeScalars)
                // Words on both sides of a border between blocks are no phrase.
                if !["b", "i", "em", "strong", "span", "a", "u", "mark", "sub", "sup"].contains(name.drop { $0 == "/" }) { visible.append("\t") }
                index = min(source.count, close + 1)
            } else {
                visible.append(scalar)
                index += 1
            }
        }
        let text = entities(String(visible))
        if text.contains(where: { !$0.isWhitespace }) { content.texts.append(FoundText("", text, .body, countsLines: true)) }
    }

    private static func attributes(_ tag: String, line: Int, into content: inout FileContent) {
        for match in tag.matches(of: /([A-Za-z-]+)\s*=\s*("([^"]*)"|'([^']*)')/) {
            let name = match.1.lowercased(), value = entities(String(match.3 ?? match.4 ?? ""))
            switch name {
            case "href", "src", "action", "data":
                if value.hasPrefix("data:") { continue }
                if !value.hasPrefix("#") { OfficeReader.link(value, "line \(line) link", into: &content) }
            case "alt", "title", "aria-label", "summary", "placeholder": content.add("line \(line) \(name)", value, .altText)
            case "content", "value": content.add("line \(line) \(name)", value, .metadata)
            case _ where name.hasPrefix("data-"): content.add("line \(line) \(name)", value, .hidden)
            default: break
            }
        }
        if let match = tag.firstMatch(of: /(?i)^meta\s.*name\s*=\s*["']?(author|creator|generator)["']?/), match.1.lowercased() != "generator" { content.note(.author, "line \(line)") }
    }

    static func entities(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let names = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "aelig": "æ", "oslash": "ø", "aring": "å", "AElig": "Æ", "Oslash": "Ø", "Aring": "Å", "eacute": "é", "ouml": "ö", "auml": "ä", "shy": ""]
        return text.replacing(/&(#[xX]?[0-9A-Fa-f]+|[A-Za-z]+);/) { match in
            let name = String(match.1)
            guard name.hasPrefix("#") else { return names[name] ?? String(match.0) }
            let value = name.dropFirst().first.map { $0 == "x" || $0 == "X" } == true ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            return value.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(match.0)
        }
    }

    /// Every string of a JSON document, keys as well, with its path. Lines of JSON count as documents.
    static func json(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        let text = try text(data)
        var pieces: [(String, String)] = []
        func walk(_ value: Any, _ path: String, _ depth: Int) {
            guard depth < 200 else { return }
            switch value {
            case let text as String: pieces.append((path, text))
            case let list as [Any]: for (index, value) in list.enumerated() { walk(value, "\(path)[\(index)]", depth + 1) }
            case let map as [String: Any]:
                for (key, value) in map.sorted(by: { $0.key < $1.key }) {
                    if key.contains(" ") || key.contains("@") { pieces.append((path + " key", key)) }
                    walk(value, path.isEmpty ? key : "\(path).\(key)", depth + 1)
                }
            case let number as NSNumber: if "\(number)".count >= 5 { pieces.append((path, "\(number)")) }
            default: break
            }
        }
        if let whole = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]) { walk(whole, "", 0) } else {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() where line.contains(where: { !$0.isWhitespace }) {
                guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8), options: [.fragmentsAllowed]) else { return try plain(data, into: &content) }
                walk(value, "line \(number + 1)", 0)
            }
        }
        // Words one by one, as in a transcript, are read as they follow each other.
        var run: [(String, String)] = []
        func flush() {
            guard let first = run.first, let last = run.last else { return }
            content.add(run.count == 1 ? first.0 : "\(first.0) – \(last.0)", run.map(\.1).joined(separator: " "))
            run = []
        }
        for (path, text) in pieces {
            let isWord = path.hasSuffix(".text") && text.count < 40
            if !isWord || run.count >= 40 { flush() }
            if isWord { run.append((path, text)) } else { content.add(path, text) }
            if OfficeReader.isUserPath(text) { content.note(.userPath, path) }
        }
        flush()
    }
}
