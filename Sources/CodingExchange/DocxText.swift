import Foundation

/// The words of a Word document, a line a paragraph: for sources that come as rich text only.
enum DocxText {
    static func text(_ data: Data, file: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appendingPathComponent("source.docx")
        guard FileManager.default.createFile(atPath: copy.path, contents: data, attributes: [.posixPermissions: 0o600]) else {
            throw ExchangeError.unreadable(file: file, reason: "there is no room for a temporary file")
        }
        let root = try XMLNode.parse(ProjectParts(archive: copy).data("word/document.xml"), file: file)
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
