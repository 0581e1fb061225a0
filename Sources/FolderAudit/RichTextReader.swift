import Foundation

/// Rich Text Format: its words, and apart from them what it says of its author, what was deleted or hidden.
enum RichTextReader {
    private struct Group {
        var destination = ""
        var isHidden = false
        var isDeleted = false
        var unicodeSkip = 1
    }

    private static let people: Set<String> = ["author", "operator", "manager", "atnid", "atnauthor", "revtbl"]
    private static let properties: Set<String> = ["title", "subject", "keywords", "comment", "doccomm", "company", "category", "hlinkbase", "template", "userprops", "propname", "staticval"]
    private static let skipped: Set<String> = [
        "fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "themedata", "colorschememapping", "latentstyles", "datastore",
        "generator", "xmlnstbl", "mmathPr", "pgptbl", "creatim", "revtim", "printim", "buptim", "nonshppict", "blipuid", "filetbl",
    ]

    static func read(_ data: Data, into content: inout FileContent) throws(ReadingFault) {
        let bytes = [UInt8](data)
        guard bytes.starts(with: Array("{\\rtf".utf8)) else { throw ReadingFault(.notRichText) }
        var groups: [Group] = [Group()], index = 0, paragraph = 1, skip = 0
        var texts: [String: String] = [:], body = "", deleted = "", hidden = "", hasPicture = false, hasObject = false, hasComment = false
        func flush() {
            content.add("paragraph \(paragraph)", body)
            content.add("paragraph \(paragraph)", deleted, .deleted)
            content.add("paragraph \(paragraph)", hidden, .hidden)
            if deleted.contains(where: { !$0.isWhitespace }) { content.note(.trackedChange, "paragraph \(paragraph)") }
            if hidden.contains(where: { !$0.isWhitespace }) { content.note(.hiddenText, "paragraph \(paragraph)") }
            (body, deleted, hidden) = ("", "", "")
            paragraph += 1
        }
        func put(_ text: String) {
            guard let group = groups.last else { return }
            if skipped.contains(group.destination) || group.destination == "pict" || group.destination == "objdata" { return }
            if group.destination.isEmpty {
                if group.isDeleted { deleted += text } else if group.isHidden { hidden += text } else { body += text }
            } else {
                texts[group.destination, default: ""] += text
            }
        }
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "{"):
                guard groups.count < 500 else { throw ReadingFault(.layeredRichText) }
                groups.append(groups[groups.count - 1])
                index += 1
            case UInt8(ascii: "}"):
                if groups.count > 1 {
                    let closed = groups.removeLast()
                    if closed.destination != groups.last?.destination { texts[closed.destination]? += "\n" }
                }
                index += 1
            case UInt8(ascii: "\\"):
                index += 1
                guard index < bytes.count else { break }
                let next = bytes[index]
                if next == UInt8(ascii: "'") {
                    let hex = index + 2 < bytes.count ? String(decoding: bytes[index + 1...index + 2], as: UTF8.self) : ""
                    index += 3
                    if skip > 0 { skip -= 1 } else if let code = UInt8(hex, radix: 16) { put(windows(code)) }
                } else if next.isLetter {
                    var word = ""
                    while index < bytes.count, bytes[index].isLetter {
                        word.append(Character(Unicode.Scalar(bytes[index])))
                        index += 1
                    }
                    var number = ""
                    while index < bytes.count, bytes[index].isDigit || bytes[index] == UInt8(ascii: "-") && number.isEmpty {
                        number.append(Character(Unicode.Scalar(bytes[index])))
                        index += 1
                    }
                    if index < bytes.count, bytes[index] == 32 { index += 1 }
                    control(word, Int(number))
                } else {
                    if next == UInt8(ascii: "~") { put(" ") } else if [UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\")].contains(next) { put(String(Unicode.Scalar(next))) }
                    index += 1
                }
            case 10, 13: index += 1
            default:
                if skip > 0 { skip -= 1 } else { put(byte < 128 ? String(Unicode.Scalar(byte)) : windows(byte)) }
                index += 1
            }
        }
        func control(_ word: String, _ number: Int?) {
            let top = groups.count - 1
            switch word {
            case "par", "sect", "row": if groups[top].destination.isEmpty { flush() } else { put("\n") }
            case "tab", "cell", "line": put("\t")
            case "u":
                if let number {
                    put(Unicode.Scalar(UInt32(number < 0 ? number + 65_536 : number)).map { String($0) } ?? "")
                    skip = groups[top].unicodeSkip
                }
            case "uc": groups[top].unicodeSkip = max(0, number ?? 1)
            case "v": groups[top].isHidden = number != 0
            case "deleted": groups[top].isDeleted = number != 0
            case "plain": groups[top].isHidden = false
            case "pict":
                hasPicture = true
                groups[top].destination = word
            case "object", "objdata":
                hasObject = true
                if word == "objdata" { groups[top].destination = word }
            case "annotation":
                hasComment = true
                groups[top].destination = word
            case "fldinst", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "bkmkstart": groups[top].destination = word
            case _ where people.contains(word) || properties.contains(word) || skipped.contains(word): groups[top].destination = word
            default: break
            }
        }
        flush()
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) where text.contains(where: { !$0.isWhitespace }) {
            if people.contains(name) {
                content.add("properties: \(name)", text, .metadata)
                content.note(.author, name)
            } else if properties.contains(name) {
                content.add("properties: \(name)", text, .metadata)
                if name == "company" { content.note(.company, name) }
                if name == "template" { content.note(.template, name) }
            } else if name == "annotation" {
                content.add("comments", text, .comment)
            } else if name == "fldinst" {
                OfficeReader.link(text, "field", into: &content)
            } else {
                content.add(name, text, name == "footnote" ? .footnote : .header)
            }
        }
        if hasComment { content.note(.comment) }
        if hasObject { content.note(.embeddedFile, "object") }
        if hasPicture { content.note(.notChecked, "pictures", reason: .picturesInRichText) }
    }

    private static func windows(_ byte: UInt8) -> String {
        String(data: Data([byte]), encoding: .windowsCP1252) ?? ""
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}
