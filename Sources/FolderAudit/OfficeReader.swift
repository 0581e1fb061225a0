import Foundation

/// Word, Excel and PowerPoint documents (ECMA-376): every part that can hold words, and what Office writes of people.
enum OfficeReader {
    static func read(_ archive: Archive, into content: inout FileContent) throws(ReadingFault) {
        guard archive.contains("[Content_Types].xml") else { throw ReadingFault(.notOffice) }
        let sheets = try SheetReader.sheets(archive)
        for name in archive.names.sorted() {
            let lower = name.lowercased()
            if lower.hasPrefix("docprops/thumbnail") {
                content.note(.thumbnail, name)
                content.inner.append((name, try archive.data(name)))
            } else if lower.hasSuffix("vbaproject.bin") {
                content.note(.macro, name)
                content.note(.notChecked, name, reason: .macros)
            } else if lower.contains("/embeddings/") || lower.contains("/activex/") {
                content.note(.embeddedFile, name)
                content.inner.append((name, try archive.data(name)))
            } else if lower.contains("/media/") || lower.hasSuffix(".jpeg") || lower.hasSuffix(".png") {
                content.inner.append((name, try archive.data(name)))
            } else if lower.hasSuffix(".rels") {
                try relations(try archive.data(name), name, into: &content)
            } else if lower.hasPrefix("docprops/") {
                try properties(try archive.data(name), into: &content)
            } else if lower.hasPrefix("word/"), lower.hasSuffix(".xml") {
                try WordReader.read(try archive.data(name), part: name, into: &content)
            } else if lower.hasPrefix("xl/"), lower.hasSuffix(".xml") {
                try SheetReader.read(try archive.data(name), part: name, sheets: sheets, into: &content)
            } else if lower.hasPrefix("ppt/"), lower.hasSuffix(".xml") {
                guard !["theme", "slidelayouts", "slidemasters", "tablestyles", "presprops", "viewprops"].contains(where: lower.contains) else { continue }
                try paragraphs(try archive.data(name), part: name, paragraph: "a:p", text: "a:t", into: &content)
            } else if lower == "[content_types].xml" {
                continue
            } else if lower.hasSuffix(".xml") {
                try PlainXMLReader.read(try archive.data(name), into: &content, prefix: name + " ")
            } else if !lower.hasSuffix(".bin") || lower.contains("printersettings") {
                let isPrinter = lower.contains("printersettings")
                if isPrinter { content.note(.printer, name) }
                content.note(.notChecked, name, reason: isPrinter ? .printerSettings : .unknownPart)
            }
        }
    }

    /// Where a path of somebody's machine stands, a person's login does too.
    static func link(_ target: String, _ place: String, into content: inout FileContent) {
        content.add(place, target.removingPercentEncoding ?? target, .link)
        if isUserPath(target) { content.note(.userPath, place) }
    }

    static func isUserPath(_ text: String) -> Bool {
        text.firstMatch(of: /(?i)([a-z]:[\\\/]users[\\\/]|\/home\/|\/Users\/|^\\\\|documents and settings|file:\/\/\/)/) != nil
    }

    private static func relations(_ data: Data, _ name: String, into content: inout FileContent) throws(ReadingFault) {
        var found: [(String, Bool)] = []
        try XMLWalk.run(data, start: { element, _ in
            guard element.local == "Relationship", let target = element.attributes["Target"], element.attributes["TargetMode"] == "External" else { return }
            found.append((target, element.attributes["Type"]?.hasSuffix("attachedTemplate") == true))
        })
        for (target, isTemplate) in found {
            if isTemplate { content.note(.template, name) }
            link(target, isTemplate ? "attached template" : "link", into: &content)
        }
    }

    private static let people: Set<String> = ["creator", "lastModifiedBy", "Manager", "author"]

    private static func properties(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        var values: [(String, String)] = [], value = "", custom: String?
        try XMLWalk.run(
            data,
            start: { element, _ in
                value = ""
                if element.local == "property" { custom = element.attributes["name"] }
            },
            end: { element, walk in
                let own = walk.isInside("property") ? custom ?? "property" : element.local
                if value.contains(where: { !$0.isWhitespace }) { values.append((own, value)) }
                if element.local == "property" { custom = nil }
                value = ""
            }, text: { text, _ in value += text })
        let quiet: Set<String> = [
            "created", "modified", "revision", "TotalTime", "Pages", "Words", "Characters", "Application", "DocSecurity", "Lines", "Paragraphs", "AppVersion",
            "CharactersWithSpaces", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged", "language", "lastPrinted", "Slides", "Notes", "HiddenSlides", "PresentationFormat", "MMClips",
        ]
        // Among the titles of parts stand fonts and themes, as Office calls them.
        let looks: Set<String> = [
            "Arial", "Calibri", "Calibri Light", "Cambria", "Aptos", "Aptos Display", "Times New Roman", "Verdana", "Tahoma", "Wingdings", "Symbol", "Courier New",
            "Office Theme", "Office-tema", "Theme Office", "Default Design", "Standarddesign", "Fonts Used", "Brukte skrifter", "Theme", "Tema", "Slide Titles",
            "Lysbildetitler", "Worksheets", "Regneark", "Named Ranges", "Navngitte områder", "Title", "Tittel",
        ]
        for (name, value) in values where !quiet.contains(name) && !(name == "lpstr" && looks.contains(value)) {
            content.add("properties: \(name)", value, .metadata)
            if people.contains(name) { content.note(.author, name) }
            if name == "Company" { content.note(.company, name) }
            if name == "Template", value != "Normal.dotm", value != "Normal" { content.note(.template, name) }
            if isUserPath(value) { content.note(.userPath, name) }
        }
    }

    /// Texts by paragraph, for parts without any more to them.
    static func paragraphs(_ data: Data, part: String, paragraph: String, text: String, into content: inout FileContent) throws(ReadingFault) {
        var found: [String] = [], line = "", isInText = false, alternatives: [String] = []
        try XMLWalk.run(
            data,
            start: { element, _ in
                if element.name == text { isInText = true }
                if element.name == paragraph { line = "" }
                for name in ["descr", "title"] { if element.local == "cNvPr", let value = element.attributes[name] { alternatives.append(value) } }
            },
            end: { element, _ in
                if element.name == text { isInText = false }
                if element.name == paragraph { found.append(line) }
            }, text: { if isInText { line += $0 }; _ = $1 })
        let isNote = part.contains("notes"), isComment = part.lowercased().contains("comment")
        for (index, line) in found.enumerated() { content.add("\(part) paragraph \(index + 1)", line, isComment ? .comment : isNote ? .hidden : .body) }
        for value in alternatives { content.add("\(part) picture", value, .altText) }
        if isComment, !found.isEmpty { content.note(.comment, part) }
    }
}
