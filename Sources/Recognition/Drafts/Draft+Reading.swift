import Foundation

extension Draft {
    /// Reads a draft. What the bytes are decides, not the name; the name is asked only where the text alone could be
    /// several things.
    /// - Parameters:
    ///   - data: the file.
    ///   - name: the file's name; only its extension is used.
    /// - Throws: ``DraftError``.
    public init(data: Data, name: String) throws(DraftError) {
        guard !data.isEmpty else { throw .empty }
        guard data.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        let suffix = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
        if let packed = try Self.binary(data) {
            self = packed
            return
        }
        if suffix == "docx" { throw .notWordDocument }
        if suffix == "odt" { throw .notTranscript(kind: "no OpenDocument text, whatever its name") }
        let bytes = [UInt8](data)
        if let start = JSONValue.start(of: bytes) {
            // Cut letters in a recogniser's tokens make the file bad UTF-8: it is read as bytes.
            do {
                self = try JSONDraft.draft(try JSONValue.parse(bytes, from: start))
                return
            } catch {
                // A typist may begin with a brace, too; a file that calls itself JSON is broken.
                if suffix == "json" || suffix == "otr" || error != .damaged(part: "JSON") { throw error }
            }
        }
        let (text, encoding) = try TextEncoding.decode(bytes)
        // A recogniser's file saved anew in an editor as UTF-16.
        if [.utf16LittleEndian, .utf16BigEndian].contains(encoding), let start = JSONValue.start(of: Array(text.utf8.prefix(64))) {
            self = try JSONDraft.draft(try JSONValue.parse(Array(text.utf8), from: start))
            return
        }
        var made = try Self.text(text, suffix: suffix, encoding: encoding)
        if ![.utf8, .utf8WithMark].contains(encoding) {
            let message = "read as \(encoding.rawValue); check that letters such as æ, ø and å came out right"
            made.notes.insert(.init(code: "text-encoding", message: message, count: 1), at: 0)
        }
        let lost = text.unicodeScalars.count { $0.value == 0xFFFD }
        if lost > 0 { made.notes.append(.init(code: "unreadable-letters", message: "letters that the file has lost; look for � and type them anew", count: lost)) }
        self = made
    }

    /// Packed and binary files, told by their first bytes; nil when the bytes may be text.
    private static func binary(_ data: Data) throws(DraftError) -> Draft? {
        let head = [UInt8](data.prefix(512))
        func starts(_ text: String) -> Bool { head.starts(with: Array(text.utf8)) }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            // Office locks a document by wrapping it in an OLE file with a stream of this name.
            let stream = Data("EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
            if data.range(of: stream) != nil { throw .passwordProtected }
            throw .notSupported(kind: "in the old Word format (.doc)")
        }
        if starts("PK") {
            let zip = try ZipReader(data)
            if zip.contains("content.xml") {
                return try DraftBuilder.draft(lines: try OpenDocumentReader.lines(zip), format: .openDocument, encoding: nil)
            }
            return try DraftBuilder.draft(lines: try DocxReader.lines(zip), format: .word, encoding: nil)
        }
        if starts("%PDF") { throw .notSupported(kind: "a PDF") }
        if let open = head.firstIndex(of: UInt8(ascii: "{")), head[..<open].allSatisfy({ $0 <= 32 || $0 >= 0xBB }), head[open...].starts(with: Array("{\\rtf".utf8)) {
            let (lines, notes) = try RichTextReader.lines([UInt8](data.dropFirst(open)))
            return try DraftBuilder.draft(lines: lines, format: .richText, encoding: nil, notes: notes)
        }
        if starts("RIFF") || starts("fLaC") || starts("ID3") || starts("OggS") || head.dropFirst(4).starts(with: Array("ftyp".utf8)) {
            throw .notTranscript(kind: "a sound or video file")
        }
        if starts("ooBinaryFile") { throw .notTranscript(kind: "a binary Praat file; save the TextGrid as text in Praat (Save, Save as text file)") }
        return nil
    }

    private static func text(_ text: String, suffix: String, encoding: TextEncoding) throws(DraftError) -> Draft {
        let head = String(text.unicodeScalars.prefix(4096)).drop(while: \.isWhitespace)
        let low = head.lowercased()
        let isMarkup = head.hasPrefix("<")
        // Lines cost memory, however short they are.
        guard isMarkup || text.utf8.count <= textLimit * 4 && text.utf8.count(where: { $0 == 10 }) <= 1 << 20
        else { throw .tooLarge(limit: textLimit) }
        if head.hasPrefix("WEBVTT") || suffix == "vtt" {
            return try DraftBuilder.draft(lines: try SubtitleReader.lines(text), format: .webVTT, encoding: encoding)
        }
        if TextGridReader.recognizes(head) {
            let talk = try TextGridReader.talk(text)
            return try DraftBuilder.draft(lines: talk.lines, format: .textGrid, encoding: encoding, notes: talk.notes)
        }
        if isMarkup {
            if low.contains("<annotation_document") {
                let talk = try ELANReader.talk(text)
                return try DraftBuilder.draft(lines: talk.lines, format: .elan, encoding: encoding, notes: talk.notes)
            }
            if low.contains("<office:document") {
                return try DraftBuilder.draft(lines: try OpenDocumentReader.lines(flat: text), format: .openDocument, encoding: encoding)
            }
            if ["<html", "<!doctype html", "<body", "<meta", "<p>", "<p ", "<div", "<span"].contains(where: low.contains) {
                let page = try HTMLPage.lines(text)
                return try DraftBuilder.draft(lines: page.lines, format: page.hasAnchors ? .noScribe : .html, encoding: encoding)
            }
            if low.hasPrefix("<?xml") { throw .notTranscript(kind: "XML of a kind that is not read") }
        }
        if suffix == "srt" || SubtitleReader.recognizes(text) {
            return try DraftBuilder.draft(lines: try SubtitleReader.lines(text), format: .subRip, encoding: encoding)
        }
        if ["eaf", "textgrid", "json", "otr"].contains(suffix) { throw .notTranscript(kind: "no .\(suffix) file, whatever its name") }
        guard text.utf8.count <= textLimit else { throw .tooLarge(limit: textLimit) }
        let lines = text.split(separator: "\n").map { StyledLine(String($0)) }
        return try DraftBuilder.draft(lines: lines, format: .text, encoding: encoding)
    }
}
