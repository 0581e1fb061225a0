import Foundation

/// OpenDocument texts, sheets and presentations (ISO/IEC 26300).
enum OpenDocumentReader {
    static func read(_ archive: Archive, into content: inout FileContent) throws(ReadingFault) {
        if archive.contains("META-INF/manifest.xml") {
            var isEncrypted = false
            try XMLWalk.run(try archive.data("META-INF/manifest.xml"), start: { element, _ in if element.local == "encryption-data" { isEncrypted = true } })
            if isEncrypted { throw ReadingFault(.protected) }
        }
        guard archive.contains("content.xml") else { throw ReadingFault(.notOpenDocument) }
        for name in archive.names.sorted() {
            let lower = name.lowercased()
            if lower.hasPrefix("thumbnails/") {
                content.note(.thumbnail, name)
                content.inner.append((name, try archive.data(name)))
            } else if lower.hasPrefix("pictures/") || lower.contains("/pictures/") || lower.hasPrefix("media/") {
                content.inner.append((name, try archive.data(name)))
            } else if lower.hasPrefix("basic/") || lower.hasPrefix("scripts/") {
                content.note(.macro, name)
                if lower.hasSuffix(".xml") { try PlainXMLReader.read(try archive.data(name), into: &content, prefix: name + " ") }
            } else if lower == "meta.xml" {
                try meta(try archive.data(name), into: &content)
            } else if lower == "settings.xml" {
                try settings(try archive.data(name), into: &content)
            } else if lower.hasSuffix("content.xml") || lower.hasSuffix("styles.xml") {
                if name != "content.xml" && name != "styles.xml" { content.note(.embeddedFile, name) }
                try body(try archive.data(name), part: name, into: &content)
            } else if lower.hasPrefix("meta-inf/") || lower == "mimetype" || lower.hasPrefix("configurations2/") || lower.hasSuffix("manifest.rdf")
                || lower.hasPrefix("fonts/") || lower == "layout-cache"
            {
                continue
            } else if lower.hasSuffix(".xml") || lower.hasSuffix(".rdf") {
                try PlainXMLReader.read(try archive.data(name), into: &content, prefix: name + " ")
            } else {
                content.note(.embeddedFile, name)
                content.inner.append((name, try archive.data(name)))
            }
        }
    }

    private static func meta(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        var values: [(String, String)] = [], value = "", name = "", templates: [String] = []
        try XMLWalk.run(
            data,
            start: { element, _ in
                value = ""
                name = element.attributes["meta:name"] ?? element.local
                if element.local == "template" { templates.append(element.attribute("href") ?? element.attribute("title") ?? "template") }
            },
            end: { element, _ in
                if value.contains(where: { !$0.isWhitespace }) { values.append((name, value)) }
                value = ""
                name = element.local
            }, text: { text, _ in value += text })
        let quiet: Set<String> = ["creation-date", "date", "editing-duration", "editing-cycles", "generator", "print-date", "language"]
        for (name, value) in values where !quiet.contains(name) {
            content.add("properties: \(name)", value, .metadata)
            if ["creator", "initial-creator", "printed-by"].contains(name) { content.note(.author, name) }
        }
        for target in templates {
            content.note(.template, "properties")
            OfficeReader.link(target, "template", into: &content)
        }
    }

    private static func settings(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        var item = "", value = "", found: [(String, String)] = []
        try XMLWalk.run(
            data,
            start: { element, _ in
                item = element.attributes["config:name"] ?? ""
                value = ""
            },
            end: { element, _ in
                if element.local == "config-item", !value.isEmpty { found.append((item, value)) }
                value = ""
            }, text: { text, _ in value += text })
        for (name, value) in found {
            if name == "PrinterName" {
                content.add("settings: \(name)", value, .metadata)
                content.note(.printer, name)
            } else if OfficeReader.isUserPath(value) || name == "CurrentDatabaseDataSource" || name.contains("Password") {
                OfficeReader.link(value, "settings: \(name)", into: &content)
            }
        }
    }

    private static func body(_ data: Data, part: String, into content: inout FileContent) throws(ReadingFault) {
        var stack: [String] = [], number = 0, out: [(String, String, TextOrigin)] = [], links: [String] = [], author = "", isAuthor = false
        var hasComment = false, hasChange = false, cells: [String]?, row = 0, table = "", isForm = false
        func origin(_ walk: XMLWalk) -> TextOrigin {
            if walk.isInside("office:annotation") { return .comment }
            if walk.isInside("text:tracked-changes") { return .deleted }
            if walk.isInside("style:header", "style:footer", "style:header-left", "style:footer-left", "style:header-first", "style:footer-first") { return .header }
            if walk.isInside("text:note") { return .footnote }
            if walk.isInside("text:hidden-text", "text:hidden-paragraph", "presentation:notes") { return .hidden }
            return .body
        }
        try XMLWalk.run(
            data,
            start: { element, walk in
                switch element.name {
                case "text:p", "text:h":
                    stack.append("")
                    number += 1
                case "text:tab", "text:s", "text:line-break": if !stack.isEmpty { stack[stack.count - 1] += " " }
                case "office:annotation": hasComment = true
                case "text:tracked-changes": hasChange = true
                case "dc:creator", "meta:creator-initials":
                    isAuthor = true
                    author = ""
                case "table:table":
                    table = element.attributes["table:name"] ?? "table"
                    row = 0
                    out.append(("sheet or table name", table, .name))
                case "table:table-row":
                    row += 1
                    cells = []
                case "text:hidden-text", "text:conditional-text":
                    for (_, value) in element.attributes.sorted(by: { $0.key < $1.key }) { out.append(("hidden text at paragraph \(number)", value, .hidden)) }
                case "text:user-field-decl", "text:variable-set", "text:user-defined":
                    for (_, value) in element.attributes.sorted(by: { $0.key < $1.key }) { out.append(("field", value, .metadata)) }
                case "office:forms", "form:form": isForm = isForm || element.name == "form:form"
                default: break
                }
                if let target = element.attributes["xlink:href"], !target.hasPrefix("Pictures/"), !target.hasPrefix("#"), !target.hasPrefix("./Object") { links.append(target) }
                if let name = element.attributes["office:title"] { out.append(("link's title", name, .altText)) }
            },
            end: { element, walk in
                switch element.name {
                case "text:p", "text:h":
                    guard let text = stack.popLast() else { break }
                    if cells != nil, walk.isInside("table:table-cell"), !walk.isInside("office:annotation") { cells?.append(text) } else {
                        out.append((part == "content.xml" ? "paragraph \(number)" : "\(part) paragraph \(number)", text, origin(walk)))
                    }
                case "table:table-row":
                    if let cells, cells.contains(where: { !$0.isEmpty }) { out.append(("\(table) row \(row)", cells.joined(separator: "\t"), .body)) }
                    cells = nil
                case "dc:creator", "meta:creator-initials":
                    isAuthor = false
                    out.append(("comment's or change's author", author, .metadata))
                default: break
                }
            },
            text: { text, walk in
                if isAuthor { author += text; return }
                if ["svg:title", "svg:desc"].contains(walk.path.last?.name ?? "") { out.append(("picture at paragraph \(number)", text, .altText)); return }
                guard !stack.isEmpty, walk.path.last?.name != "dc:date", walk.path.last?.name != "meta:date-string" else { return }
                stack[stack.count - 1] += text
            })
        for (place, text, origin) in out {
            content.add(place, text, origin)
            guard text.contains(where: { !$0.isWhitespace }) else { continue }
            if origin == .hidden { content.note(.hiddenText, place) }
            if place.hasSuffix("author") { content.note(.author, "comments and changes") }
        }
        if hasComment { content.note(.comment, part) }
        if hasChange { content.note(.trackedChange, part) }
        if isForm { content.note(.form, part) }
        for target in links { OfficeReader.link(target, "link", into: &content) }
    }
}
