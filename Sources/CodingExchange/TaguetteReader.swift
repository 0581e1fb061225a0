import CodingStore
import Foundation
import GRDB

/// Reads a Taguette project (its SQLite file, as "export project" and the desktop program write it).
///
/// Highlights are counted in bytes of UTF-8 over the text of an HTML document, tags not counted; they are counted anew over plain text with
/// a line a paragraph.
enum TaguetteReader {
    static func read(_ url: URL) throws -> ForeignProject {
        try SQLiteCopy.read(url) { db in
            guard try db.tableExists("highlights"), try db.tableExists("tags"), let project = try Row.fetchOne(db, sql: "SELECT * FROM projects ORDER BY id LIMIT 1") else {
                throw ExchangeError.unknownFormat(file: url.lastPathComponent)
            }
            let id: Int64 = project["id"], name: String = project["name"] ?? ""
            let space = "taguette \(name) \((project["created"] as String?) ?? "")"
            var out = ForeignProject()
            out.report.origin = "Taguette"
            out.report.note(.leftOut, .projects, try Int.fetchOne(db, sql: "SELECT COUNT(*) - 1 FROM projects") ?? 0)
            out.content.study = (GUID.named(space), name, LineEnds.plain(project["description"] ?? ""))
            for tag in try Row.fetchAll(db, sql: "SELECT id, path, description FROM tags WHERE project_id = ? ORDER BY path, id", arguments: [id]) {
                var code = ProjectContent.Code(guid: GUID.named("\(space) tag \(tag["id"] as Int64)"), name: tag["path"] ?? "")
                code.definition = LineEnds.plain(tag["description"] ?? "")
                out.content.codes.append(code)
            }
            let made = try whoMade(db, project: id)
            for login in Set(made.values.map(\.who)).sorted() { out.content.coders.append(.init(guid: GUID.named("coder " + login), name: login)) }
            for document in try Row.fetchAll(db, sql: "SELECT id, name, description, created, contents FROM documents WHERE project_id = ? ORDER BY id", arguments: [id]) {
                let documentId: Int64 = document["id"]
                var source = ProjectContent.Source(guid: GUID.named("\(space) document \(documentId)"), name: document["name"] ?? "")
                source.description = LineEnds.plain(document["description"] ?? "")
                source.createdAt = SQLiteCopy.time(document["created"])
                let page = HTMLText(document["contents"] ?? "")
                out.texts[source.guid] = page.text
                if page.isChanged { out.report.note(.adjusted, .overlappingHTML) }
                for highlight in try Row.fetchAll(
                    db, sql: "SELECT id, start_offset, end_offset FROM highlights WHERE document_id = ? ORDER BY start_offset, end_offset, id", arguments: [documentId])
                {
                    let highlightId: Int64 = highlight["id"], range = page.range(bytes: highlight["start_offset"], highlight["end_offset"])
                    var unit = ProjectContent.Unit(guid: GUID.named("\(space) highlight \(highlightId)"), start: range?.lowerBound ?? 0, end: range?.upperBound ?? 0)
                    if range == nil { out.report.note(.adjusted, .placesOutside, 1, source.name) }
                    unit.coder = made[highlightId].map { GUID.named("coder " + $0.who) }
                    unit.createdAt = made[highlightId]?.at
                    for tag in try Int64.fetchAll(db, sql: "SELECT tag_id FROM highlight_tags WHERE highlight_id = ? ORDER BY tag_id", arguments: [highlightId]) {
                        unit.codings.append(
                            .init(
                                guid: GUID.named("\(space) coding \(highlightId) \(tag)"), code: GUID.named("\(space) tag \(tag)"), coder: unit.coder, createdAt: unit.createdAt))
                    }
                    source.units.append(unit)
                }
                out.content.sources.append(source)
            }
            out.report.counts = [
                "codes": out.content.codes.count, "sources": out.content.sources.count, "units": out.content.sources.reduce(0) { $0 + $1.units.count },
                "codings": out.content.sources.reduce(0) { $0 + $1.units.reduce(0) { $0 + $1.codings.count } },
            ]
            return out
        }
    }

    /// Who made each highlight, and when: the program keeps it in the commands that it was told.
    private static func whoMade(_ db: Database, project: Int64) throws -> [Int64: (who: String, at: String?)] {
        guard try db.tableExists("commands") else { return [:] }
        struct Payload: Decodable {
            var type: String
            var highlight_id: Int64?
            var id: Int64?
        }
        var out: [Int64: (who: String, at: String?)] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT date, user_login, payload FROM commands WHERE project_id = ? ORDER BY id", arguments: [project])
        while let row = try rows.next() {
            guard let text: String = row["payload"], let payload = try? JSONDecoder().decode(Payload.self, from: Data(text.utf8)), payload.type == "highlight_add",
                let id = payload.highlight_id, out[id] == nil, let who: String = row["user_login"]
            else { continue }
            out[id] = (who, SQLiteCopy.time(row["date"]))
        }
        return out
    }
}

/// The words of an HTML document, a line a paragraph, and where each byte of them stands.
struct HTMLText {
    private(set) var text = ""
    /// Whether the words stand otherwise than in the document.
    private(set) var isChanged = false
    /// Code point of the text for each byte of the document's words.
    private var places: [Int] = []
    private var length = 0

    private static let blocks: Set<String> = [
        "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "pre", "section", "article", "header", "footer", "dt", "dd", "hr",
    ]
    /// What names mean that documents use.
    private static let entities: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "aelig": "æ", "oslash": "ø", "aring": "å", "AElig": "Æ", "Oslash": "Ø", "Aring": "Å",
        "eacute": "é", "ouml": "ö", "auml": "ä", "uuml": "ü", "ndash": "–", "mdash": "—", "laquo": "«", "raquo": "»", "hellip": "…", "lsquo": "‘", "rsquo": "’",
        "ldquo": "“", "rdquo": "”", "shy": "\u{AD}",
    ]

    init(_ html: String) {
        let scalars = Array(LineEnds.plain(html).unicodeScalars)
        var out = String.UnicodeScalarView(), at = 0, preformatted = 0, hasBegun = false, isAtLineStart = true, skipping: String?
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\u{0C}" }
        func breakLine() {
            if !isAtLineStart {
                out.append("\n")
                length += 1
                isAtLineStart = true
            }
        }
        func add(_ scalar: Unicode.Scalar) {
            // Spaces before the first element are no part of a document.
            if !hasBegun, isSpace(scalar) { return }
            hasBegun = true
            places.append(contentsOf: repeatElement(length, count: UTF8.width(scalar)))
            if isSpace(scalar), preformatted == 0 {
                if isAtLineStart {
                    isChanged = true
                    return
                }
                if scalar != " " { isChanged = true }
                out.append(" ")
            } else {
                out.append(scalar)
            }
            length += 1
            isAtLineStart = scalar == "\n" && preformatted > 0
        }
        while at < scalars.count {
            let scalar = scalars[at]
            if scalar == "<", at + 1 < scalars.count, let name = Self.tag(scalars, at) {
                isChanged = true
                let end = name.end
                if skipping != nil {
                    if name.isEnd, name.name == skipping { skipping = nil }
                } else if !name.isEnd, ["script", "style", "head", "title"].contains(name.name) {
                    skipping = name.name
                } else {
                    hasBegun = hasBegun || !["html", "body", "!"].contains(name.name)
                    if name.name == "br" || Self.blocks.contains(name.name) { breakLine() }
                    if name.name == "pre" { preformatted = max(0, preformatted + (name.isEnd ? -1 : 1)) }
                }
                at = end
                continue
            }
            if skipping != nil {
                at += 1
                continue
            }
            if scalar == "&", let (meant, end) = Self.entity(scalars, at) {
                isChanged = true
                add(meant)
                at = end
                continue
            }
            add(scalar)
            at += 1
        }
        breakLine()
        text = String(out)
    }

    /// A stretch of the document's words, in code points of the text; nil when it is not in it.
    func range(bytes start: Int, _ end: Int) -> Range<Int>? {
        guard start >= 0, start < end, end <= places.count else { return nil }
        let from = places[start], to = places[end - 1] + 1
        return from < to && to <= length ? from..<to : nil
    }

    private static func tag(_ scalars: [Unicode.Scalar], _ at: Int) -> (name: String, isEnd: Bool, end: Int)? {
        var i = at + 1
        if scalars[i] == "!" {
            if i + 2 < scalars.count, scalars[i + 1] == "-", scalars[i + 2] == "-" {
                var k = i + 3
                while k + 2 < scalars.count, !(scalars[k] == "-" && scalars[k + 1] == "-" && scalars[k + 2] == ">") { k += 1 }
                return ("!", false, min(scalars.count, k + 3))
            }
        }
        let isEnd = scalars[i] == "/"
        if isEnd { i += 1 }
        guard i < scalars.count, scalars[i].properties.isAlphabetic || scalars[i] == "!" else { return nil }
        var name = "", quote: Unicode.Scalar?
        while i < scalars.count, scalars[i] != ">", scalars[i] != " ", scalars[i] != "/", scalars[i] != "\n", scalars[i] != "\t" {
            name.unicodeScalars.append(scalars[i])
            i += 1
        }
        while i < scalars.count {
            if let open = quote { if scalars[i] == open { quote = nil } } else if scalars[i] == "\"" || scalars[i] == "'" { quote = scalars[i] } else if scalars[i] == ">" { break }
            i += 1
        }
        return (name.hasPrefix("!") ? "!" : name.lowercased(), isEnd, min(scalars.count, i + 1))
    }

    private static func entity(_ scalars: [Unicode.Scalar], _ at: Int) -> (Unicode.Scalar, Int)? {
        guard let semicolon = scalars[at...].prefix(12).firstIndex(of: ";"), semicolon > at + 1 else { return nil }
        var name = String(String.UnicodeScalarView(scalars[(at + 1)..<semicolon]))
        if name.hasPrefix("#") {
            name.removeFirst()
            let number = name.lowercased().hasPrefix("x") ? UInt32(name.dropFirst(), radix: 16) : UInt32(name)
            return number.flatMap(Unicode.Scalar.init).map { ($0, semicolon + 1) }
        }
        return entities[name].map { ($0, semicolon + 1) }
    }
}
