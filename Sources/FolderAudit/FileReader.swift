import Foundation

/// What kind of file something is, by what it begins with more than by its name.
public enum FileKind: String, Codable, Sendable, CaseIterable {
    case text, html, json, xml, richText = "rtf", office, openDocument = "odf", project = "qdpx", archive = "zip", pdf, image, sound, video, empty, unknown

    private static let texts: Set<String> = ["txt", "md", "markdown", "csv", "tsv", "tab", "srt", "vtt", "textgrid", "rttm", "ctm", "stm", "lab", "log", "yaml", "yml", "r", "py", "tex", "bib", "ini", "sbv"]
    private static let xmls: Set<String> = ["xml", "qde", "qdc", "eaf", "svg", "etf", "pfsx", "exb", "trs", "cha", "opml", "rdf", "xhtml", "fodt", "fods"]
    private static let sounds: Set<String> = ["wav", "bwf", "flac", "mp3", "m4a", "aac", "ogg", "opus", "wma", "aif", "aiff", "amr", "ds2", "dss", "caf", "w64", "rf64", "au"]
    private static let videos: Set<String> = ["mp4", "mov", "avi", "mkv", "webm", "mts", "m2ts", "wmv", "3gp", "m4v"]

    static func of(_ data: Data, name: String, archive: Archive?) -> FileKind {
        let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if data.isEmpty { return .empty }
        func starts(_ text: String) -> Bool { data.starts(with: Array(text.utf8)) }
        if let archive {
            if archive.contains("[Content_Types].xml") { return .office }
            if archive.names.contains(where: { $0.lowercased().hasSuffix(".qde") }) { return .project }
            if archive.contains("content.xml"), archive.contains("mimetype") || archive.contains("META-INF/manifest.xml") { return .openDocument }
            return .archive
        }
        if starts("%PDF") || data.prefix(1_024).range(of: Data("%PDF-".utf8)) != nil { return .pdf }
        if starts("{\\rtf") { return .richText }
        if data.starts(with: [0xFF, 0xD8, 0xFF]) || data.starts(with: [0x89, 0x50, 0x4E, 0x47]) || starts("GIF8") || data.starts(with: [0x49, 0x49, 0x2A, 0]) || data.starts(with: [0x4D, 0x4D, 0, 0x2A]) { return .image }
        if starts("RIFF"), data.count > 12 {
            let form = String(decoding: data[data.startIndex + 8..<data.startIndex + 12], as: UTF8.self)
            return form == "WEBP" ? .image : form == "AVI " ? .video : .sound
        }
        if sounds.contains(suffix) || starts("fLaC") || starts("OggS") || starts("ID3") || starts("RF64") { return .sound }
        if videos.contains(suffix) { return .video }
        if data.starts(with: Array("PK".utf8)) { return .archive }
        if ["docx", "xlsx", "pptx", "docm", "dotx"].contains(suffix) { return .office }
        if ["odt", "ods", "odp", "ott"].contains(suffix) { return .openDocument }
        if suffix == "qdpx" { return .project }
        if suffix == "zip" { return .archive }
        if suffix == "html" || suffix == "htm" { return .html }
        if suffix == "json" || suffix == "jsonl" || suffix == "ipynb" || suffix == "otr" { return .json }
        if xmls.contains(suffix) { return .xml }
        if texts.contains(suffix) { return .text }
        let head = data.prefix(2_048)
        if head.range(of: Data("<?xml".utf8)) != nil { return .xml }
        if head.range(of: Data("<html".utf8)) != nil || head.range(of: Data("<!DOCTYPE html".utf8)) != nil { return .html }
        // A name says nothing: what reads as text is text.
        if suffix.isEmpty || suffix == "dat" || suffix == "bak" || suffix == "old", !head.contains(0), (try? TextReaders.text(Data(head))) != nil { return .text }
        return .unknown
    }
}

/// The pages of a PDF and what it says of itself, from a program that can read it.
public struct PDFText: Sendable {
    public var pages: [String]
    /// `Title`, `Author`, … as the file has them.
    public var properties: [(name: String, value: String)]
    public var attachments: Int

    public init(pages: [String], properties: [(name: String, value: String)], attachments: Int) {
        self.pages = pages
        self.properties = properties
        self.attachments = attachments
    }
}

/// Reads one file of any kind.
struct FileReader {
    /// Nil when no program that reads PDF is installed; throws a text that says why a file could not be read.
    let pdf: (@Sendable (Data) throws -> PDFText)?
    let budget: UnpackBudget

    /// - Parameter path: of a file on disk; nil for one inside another.
    /// - Throws: ``ReadingFault``.
    func read(_ data: Data, name: String, path: String?, depth: Int) throws(ReadingFault) -> (kind: FileKind, content: FileContent) {
        var content = FileContent(), archive: Archive?
        if data.starts(with: [0x50, 0x4B, 3, 4]) || data.starts(with: [0x50, 0x4B, 5, 6]) {
            guard depth <= budget.depth else { throw ReadingFault(.tooDeep(budget.depth)) }
            archive = try Archive(data, budget: budget)
            archive?.readBeside(into: &content)
        }
        let kind = FileKind.of(data, name: name, archive: archive)
        switch kind {
        case .empty: break
        case .text: try TextReaders.plain(data, into: &content)
        case .html: try TextReaders.html(data, into: &content)
        case .json: try TextReaders.json(data, into: &content)
        case .xml: try PlainXMLReader.read(data, into: &content)
        case .richText: try RichTextReader.read(data, into: &content)
        case .office:
            guard let archive else { throw ReadingFault(.notOfficeOrProtected) }
            try OfficeReader.read(archive, into: &content)
        case .openDocument:
            guard let archive else { throw ReadingFault(.notOpenDocument) }
            try OpenDocumentReader.read(archive, into: &content)
        case .project, .archive:
            guard let archive else { throw ReadingFault(.notWholeArchive) }
            content.folders = archive.folders
            for name in archive.names { content.inner.append((name, try archive.data(name))) }
        case .pdf: try readPDF(data, into: &content)
        case .image: ImageReader.read(data, into: &content)
        case .sound: SoundReader.read(data, path: path, into: &content)
        case .video: content.note(.rawVideo)
        case .unknown: content.note(.notChecked, reason: .unknownKind)
        }
        return (kind, content)
    }

    private func readPDF(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        guard let pdf else {
            content.note(.notChecked, reason: .noPDFReader)
            return
        }
        let read: PDFText
        do { read = try pdf(data) } catch let fault as ReadingFault { throw fault } catch { throw ReadingFault(.brokenPDF) }
        for (number, page) in read.pages.enumerated() { content.add("page \(number + 1)", page) }
        if !read.pages.contains(where: { $0.contains { !$0.isWhitespace } }) { content.note(.notChecked, "pages", reason: .noTextInPDF) }
        for (name, value) in read.properties where !["Creator", "Producer", "CreationDate", "ModDate"].contains(name) {
            content.add("properties: \(name)", value, .metadata)
            if name == "Author" { content.note(.author, name) }
        }
        if read.attachments > 0 {
            content.note(.attachment)
            content.note(.notChecked, "attachments", reason: .filesInPDF)
        }
        if data.range(of: Data("/Annot".utf8)) != nil { content.note(.notChecked, "annotations", reason: .notesInPDF) }
    }
}
