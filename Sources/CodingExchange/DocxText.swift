import Foundation
import ZipFiles

/// The words of a Word document, a line a paragraph: for sources that come as rich text only.
enum DocxText {
    static func text(_ data: Data, file: String) throws -> String {
        // Nobody has looked through the words yet: they are unpacked in memory, not in a folder for temporaries.
        let archive: ZipArchive, part: Data
        do {
            archive = try ZipArchive(data, budget: ZipBudget(partBytes: ProjectParts.partLimit))
            guard let document = archive.part("word/document.xml") else { throw ZipFault.damaged(part: "word/document.xml") }
            part = try archive.data(document)
        } catch let fault as ZipFault {
            throw ProjectParts.words(fault, file)
        }
        let root = try XMLNode.parse(part, file: file)
        var lines: [String] = []
        func walk(_ node: XMLNode) {
            if node.name == "p" {
                var line = ""
                runs(node, &line)
                lines.append(line)
                return
            }
            for child in node.children { walk(child) }
        }
        func runs(_ node: XMLNode, _ line: inout String) {
            switch node.name {
            case "t": line += node.text
            case "tab": line += "\t"
            case "br", "cr": line += "\n"
            // What somebody deleted, and how things look.
            case "del", "moveFrom", "pPr", "rPr", "instrText", "delText": break
            default: for child in node.children { runs(child, &line) }
            }
        }
        walk(root)
        return lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n")
    }
}
