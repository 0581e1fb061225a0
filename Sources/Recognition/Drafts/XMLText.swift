import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A delegate that knows whether its document was whole.
protocol StrictReader: XMLParserDelegate {
    var failed: Bool { get }
}

/// Runs XML through a reader, with no way out of the file and no room for entity bombs.
enum XMLText {
    static func parse(_ data: Data, with delegate: any StrictReader, part: String) throws(DraftError) {
        var data = data
        let head = [UInt8](data.prefix(4))
        if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) || head.contains(0) {
            // One form only, so that what is looked for below is found.
            data = Data(undeclared(try TextEncoding.decode([UInt8](data)).text).utf8)
        }
        // Transcription programs write no document type; one is only good for entity bombs.
        if data.range(of: Data("<!DOCTYPE".utf8)) != nil { throw .damaged(part: part) }
        let parser = XMLParser(data: data)
        parser.shouldResolveExternalEntities = false
        parser.delegate = delegate
        // On Linux `parse` may say yes to a document that breaks off: the delegate hears of it.
        guard parser.parse(), parser.parserError == nil, !delegate.failed else { throw .damaged(part: part) }
    }

    static func parse(_ text: String, with delegate: any StrictReader, part: String) throws(DraftError) {
        try parse(Data(undeclared(text).utf8), with: delegate, part: part)
    }

    /// The text without its declaration, whose encoding is no longer true.
    static func undeclared(_ text: String) -> String {
        let trimmed = text.drop(while: \.isWhitespace)
        guard trimmed.hasPrefix("<?xml"), let end = trimmed.firstRange(of: "?>") else { return String(trimmed) }
        return String(trimmed[end.upperBound...])
    }
}
