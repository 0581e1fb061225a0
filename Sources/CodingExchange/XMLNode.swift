import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An XML element with what is in it. Prefixes are taken away: programs differ in them, and the names alone are unambiguous.
final class XMLNode {
    let name: String
    private(set) var attributes: [String: String]
    fileprivate(set) var children: [XMLNode] = []
    fileprivate(set) var text = ""

    fileprivate init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    subscript(_ key: String) -> String? { attributes[key] }

    /// Children of a name, whatever case it is written in.
    func all(_ name: String) -> [XMLNode] { children.filter { $0.name.caseInsensitiveCompare(name) == .orderedSame } }
    func first(_ name: String) -> XMLNode? { children.first { $0.name.caseInsensitiveCompare(name) == .orderedSame } }
    func text(_ name: String) -> String? { first(name)?.text }

    /// - Throws: ``ExchangeError/unreadable(file:reason:)`` for what is no XML, breaks off, or declares entities.
    static func parse(_ data: Data, file: String) throws -> XMLNode {
        // Entities can grow without end, or read files; no program needs them here.
        guard data.range(of: Data("<!ENTITY".utf8)) == nil, data.range(of: Data("<!ENTITY".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })) == nil,
            data.range(of: Data("<!ENTITY".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })) == nil
        else {
            throw ExchangeError.unreadable(file: file, reason: "it declares entities, which no such project needs")
        }
        let builder = Builder(), parser = XMLParser(data: data)
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        guard parser.parse(), let root = builder.root, builder.stack.isEmpty else {
            throw ExchangeError.unreadable(file: file, reason: "its XML is not whole (line \(parser.lineNumber)); export it again from the other program")
        }
        return root
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: XMLNode?
        var stack: [XMLNode] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
        ) {
            let local = name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
            let node = XMLNode(name: local, attributes: attributes)
            if let parent = stack.last { parent.children.append(node) } else { root = node }
            stack.append(node)
            if stack.count > 1_000 { parser.abortParsing() }
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) { stack.removeLast() }
        func parser(_ parser: XMLParser, foundCharacters string: String) { stack.last?.text += string }
        func parser(_ parser: XMLParser, foundCDATA data: Data) { stack.last?.text += String(decoding: data, as: UTF8.self) }
    }
}
