import Foundation
import Recognition

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Goes through an XML document and tells of what it meets. Nothing outside the document is read, and no entities are made.
final class XMLWalk: NSObject, XMLParserDelegate {
    struct Element {
        /// With its prefix as written: `w:p`.
        var name: String
        var attributes: [String: String]
        /// The name without its prefix.
        var local: String { name.split(separator: ":").last.map(String.init) ?? name }

        /// An attribute by its local name.
        func attribute(_ local: String) -> String? {
            attributes[local] ?? attributes.first { $0.key.hasSuffix(":" + local) }?.value
        }
    }

    private(set) var path: [Element] = []
    private let start: (Element, XMLWalk) -> Void
    private let end: (Element, XMLWalk) -> Void
    private let text: (String, XMLWalk) -> Void
    private let comment: (String, XMLWalk) -> Void
    private(set) var line = 0
    private var failed = false
    /// Elements deeper than this are no document.
    private static let deepest = 1_000

    private init(
        start: @escaping (Element, XMLWalk) -> Void, end: @escaping (Element, XMLWalk) -> Void, text: @escaping (String, XMLWalk) -> Void,
        comment: @escaping (String, XMLWalk) -> Void
    ) {
        self.start = start
        self.end = end
        self.text = text
        self.comment = comment
    }

    func isInside(_ names: String...) -> Bool { path.contains { names.contains($0.name) } }

    /// - Throws: ``ReadingFault`` for a document that breaks off or declares entities.
    static func run(
        _ data: Data, start: @escaping (Element, XMLWalk) -> Void = { _, _ in }, end: @escaping (Element, XMLWalk) -> Void = { _, _ in },
        text: @escaping (String, XMLWalk) -> Void = { _, _ in }, comment: @escaping (String, XMLWalk) -> Void = { _, _ in }
    ) throws(ReadingFault) {
        let broken = ReadingFault(.notXML)
        guard let decoded = try? TextEncoding.decode([UInt8](data)).text else { throw broken }
        var plain = decoded.drop(while: \.isWhitespace)
        // The declaration's encoding is no longer true.
        if plain.hasPrefix("<?xml"), let end = plain.firstRange(of: "?>") { plain = plain[end.upperBound...] }
        if let type = plain.firstRange(of: "<!DOCTYPE") {
            guard let close = plain[type.lowerBound...].firstIndex(of: ">"), !plain[type.lowerBound..<close].contains("["), !plain.contains("<!ENTITY") else {
                throw ReadingFault(.entities)
            }
            plain.removeSubrange(type.lowerBound...close)
        }
        guard !plain.contains("<!ENTITY") else { throw ReadingFault(.entities) }
        let walk = XMLWalk(start: start, end: end, text: text, comment: comment)
        let parser = XMLParser(data: Data(plain.utf8))
        parser.shouldResolveExternalEntities = false
        parser.delegate = walk
        guard parser.parse(), parser.parserError == nil, !walk.failed else { throw broken }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        line = parser.lineNumber
        let element = Element(name: name, attributes: attributes)
        path.append(element)
        if path.count > Self.deepest {
            failed = true
            parser.abortParsing()
            return
        }
        start(element, self)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        line = parser.lineNumber
        guard let element = path.last else { return }
        end(element, self)
        path.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        line = parser.lineNumber
        text(string, self)
    }

    func parser(_ parser: XMLParser, foundCDATA data: Data) { text(String(decoding: data, as: UTF8.self), self) }
    func parser(_ parser: XMLParser, foundComment string: String) {
        line = parser.lineNumber
        comment(string, self)
    }
    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }
}

/// Any XML: texts of its elements, values of its attributes, comments.
enum PlainXMLReader {
    /// Attributes that hold no words: ids, times, colours, shapes.
    private static let dumb: Set<String> = [
        "xmlns", "id", "guid", "class", "style", "d", "points", "transform", "viewBox", "fill", "stroke", "x", "y", "width", "height", "cx", "cy", "r",
        "schemaLocation", "noNamespaceSchemaLocation", "version", "encoding", "targetGUID", "TIME_SLOT_ID", "TIME_VALUE", "ANNOTATION_ID", "TIME_SLOT_REF1",
        "TIME_SLOT_REF2", "DATE", "color",
    ]
    private static let whoAttributes: Set<String> = ["name", "author", "AUTHOR", "PARTICIPANT", "ANNOTATOR", "creator"]

    static func read(_ data: Data, into content: inout FileContent, prefix: String = "") throws(ReadingFault) {
        var pieces: [(Int, String, TextOrigin)] = [], run = "", runLine = 0, hasUser = false
        func flush() {
            if run.contains(where: { !$0.isWhitespace }) { pieces.append((runLine, run, .body)) }
            run = ""
        }
        try XMLWalk.run(
            data,
            start: { element, walk in
                flush()
                for (name, value) in element.attributes.sorted(by: { $0.key < $1.key }) where value.contains(where: \.isLetter) || value.count { $0.isNumber } > 4 {
                    let local = name.split(separator: ":").last.map(String.init) ?? name
                    if dumb.contains(local) || name.hasPrefix("xmlns") || isIdentifier(value) || isNamespace(value) { continue }
                    // How a list of literature looks.
                    if element.local == "Sources", ["SelectedStyle", "StyleName", "Version"].contains(local) { continue }
                    let isWho = whoAttributes.contains(local) && (element.local == "User" || local != "name")
                    if isWho { hasUser = true }
                    pieces.append((walk.line, value, isWho ? .metadata : value.contains("/") || value.contains("\\") ? .link : .body))
                }
            },
            end: { _, _ in flush() },
            text: { text, walk in
                if run.isEmpty { runLine = walk.line }
                run += text
            },
            comment: { text, walk in pieces.append((walk.line, text, .comment)) })
        for (line, text, origin) in pieces { content.add(prefix + "line \(line)", text, origin) }
        if hasUser { content.note(.author, prefix) }
    }

    /// Addresses that only name a kind of document: nobody's.
    private static func isNamespace(_ text: String) -> Bool {
        text.prefixMatch(of: #/https?://(schemas\.(openxmlformats|microsoft)\.(org|com)|www\.w3\.org|purl\.(org|oclc\.org)|docs\.oasis-open\.org|ns\.adobe\.com)//#) != nil
    }

    /// GUIDs, hashes, times: figures and no words.
    private static func isIdentifier(_ text: String) -> Bool {
        let bare = text.trimmingCharacters(in: CharacterSet(charactersIn: "{}"))
        return bare.wholeMatch(of: /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32,}|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?/) != nil
    }
}
