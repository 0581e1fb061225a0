import CodingStore
import Foundation
import Yams

/// A codebook as a file: YAML, which shows the tree, or CSV, which a spreadsheet opens.
///
/// Both hold names, GUIDs, definitions, examples, colours and memos. What is exported and taken into an empty store is exported
/// again byte for byte.
public enum CodebookFile {
    public enum Format: String, Sendable, CaseIterable { case yaml, csv }

    /// By a file's ending.
    public static func format(ofFile path: String) -> Format? {
        switch (path as NSString).pathExtension.lowercased() {
        case "yaml", "yml": .yaml
        case "csv", "tsv", "txt": .csv
        default: nil
        }
    }

    public static func write(_ entries: [CodebookEntry], _ format: Format) -> String {
        format == .yaml ? yaml(entries) : csv(entries)
    }

    /// - Throws: ``StageFault`` with the line, and what is expected.
    public static func read(_ text: String, _ format: Format) throws -> [CodebookEntry] {
        format == .yaml ? try entries(yaml: text) : try entries(csv: text)
    }

    // MARK: - YAML

    private static func yaml(_ entries: [CodebookEntry]) -> String {
        var out = "# Kodebok. Leses inn igjen med: ordrett code book import\ncodebook: 1\n"
        guard !entries.isEmpty else { return out + "codes: []\n" }
        out += "codes:\n"
        var depth = 1
        for entry in entries {
            // Under a parent the list has a key of its own.
            if entry.path.count > depth { out += indent(depth * 2 - 1) + "codes:\n" }
            depth = entry.path.count
            let margin = indent(depth * 2 - 1)
            out += indent(depth * 2 - 2) + "- name: " + scalar(entry.path.last ?? "", margin) + "\n"
            if let guid = entry.guid { out += margin + "guid: " + guid + "\n" }
            for (name, value) in [("definition", entry.definition), ("examples", entry.examples), ("color", entry.color)] {
                if let value, !value.isEmpty { out += margin + name + ": " + scalar(value, margin) + "\n" }
            }
            if entry.isCodable == false { out += margin + "codable: false\n" }
            guard !entry.memos.isEmpty else { continue }
            out += margin + "memos:\n"
            for memo in entry.memos {
                out += margin + "- text: " + scalar(memo.text, margin + "  ") + "\n"
                for (name, value) in [("title", memo.title), ("by", memo.coder), ("guid", memo.guid ?? "")] where !value.isEmpty {
                    out += margin + "  " + name + ": " + scalar(value, margin + "  ") + "\n"
                }
            }
        }
        return out
    }

    private static func indent(_ steps: Int) -> String { String(repeating: "  ", count: steps) }

    /// Quoted on one line; as a block where it has several lines that a block can hold as they are.
    static func scalar(_ text: String, _ margin: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isBlock = lines.count > 1 && !text.hasPrefix("\n") && !text.hasSuffix("\n")
            && lines.allSatisfy { line in
                !line.hasPrefix(" ") && !line.hasPrefix("\t") && !line.hasSuffix(" ") && !line.hasSuffix("\t") && !line.hasPrefix("---") && !line.hasPrefix("...")
                    && line.unicodeScalars.allSatisfy(isPlain)
            }
        if isBlock { return "|-\n" + lines.map { $0.isEmpty ? "" : margin + "  " + $0 }.joined(separator: "\n") }
        var out = "\""
        // A byte order mark at a text's beginning says nothing, and readers take it away.
        for scalar in text.unicodeScalars.drop(while: { $0 == "\u{FEFF}" }) {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where isPlain(scalar): out.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let width = scalar.value > 0xFFFF ? 8 : 4
                out += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - hex.count) + hex
            }
        }
        return out + "\""
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x1_FFFF: true
        default: false
        }
    }

    private static func entries(yaml text: String) throws -> [CodebookEntry] {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch let error as YamlError {
            throw StageFault("the codebook is not valid YAML\(error.line.map { " (line \($0))" } ?? ""): \(error.problem)")
        }
        guard let root, let top = root.mapping else { throw StageFault("the codebook is empty, or has no 'codes:' at its top") }
        if let version = top["codebook"]?.string, version != "1" { throw StageFault("the codebook is of another form ('codebook: \(version)'); update Ordrett to read it") }
        guard let codes = top["codes"] else { throw StageFault("the codebook has no 'codes:' at its top") }
        var out: [CodebookEntry] = []
        try walk(codes, [], &out)
        return out
    }

    private static let fields: Set<String> = ["name", "guid", "definition", "examples", "color", "codable", "memos", "codes"]

    private static func walk(_ node: Node, _ above: [String], _ out: inout [CodebookEntry]) throws {
        if node.null != nil { return }
        func fault(_ node: Node, _ what: String) -> StageFault { StageFault("the codebook, line \(node.mark?.line ?? 0): \(what)") }
        guard let list = node.sequence else { throw fault(node, "'codes:' is a list of '- name: …'") }
        guard above.count < 100 else { throw fault(node, "the tree is too deep") }
        for item in list {
            // A bare word is a code with that name.
            if let name = item.scalar?.string, item.null == nil {
                out.append(CodebookEntry(path: above + [name]))
                continue
            }
            guard let mapping = item.mapping else { throw fault(item, "a code is a name, or 'name: …' with more under it") }
            for (key, _) in mapping where !fields.contains(key.string ?? "") {
                throw fault(key, "unknown key '\(key.string ?? "")'; allowed: \(fields.sorted().joined(separator: ", "))")
            }
            func value(_ name: String, in mapping: Node.Mapping) throws -> String? {
                guard let node = mapping[name] else { return nil }
                if node.null != nil { return "" }
                // Examples may be a list, one a line.
                if let list = node.sequence { return list.compactMap { $0.scalar?.string }.joined(separator: "\n") }
                guard let text = node.scalar?.string else { throw fault(node, "'\(name)' is a text") }
                return text
            }
            guard let name = try value("name", in: mapping), !name.isEmpty else { throw fault(item, "a code needs a name") }
            var entry = CodebookEntry(path: above + [name], guid: try value("guid", in: mapping))
            // A file that has GUIDs is a whole export: what it leaves out is empty.
            let isWhole = entry.guid != nil
            entry.definition = try value("definition", in: mapping) ?? (isWhole ? "" : nil)
            entry.examples = try value("examples", in: mapping) ?? (isWhole ? "" : nil)
            entry.color = try value("color", in: mapping) ?? (isWhole ? "" : nil)
            if let text = try value("codable", in: mapping) {
                guard let flag = flag(text) else { throw fault(item, "'codable' is true or false") }
                entry.isCodable = flag
            } else if isWhole {
                entry.isCodable = true
            }
            if let memos = mapping["memos"], memos.null == nil {
                guard let list = memos.sequence else { throw fault(memos, "'memos' is a list") }
                for memo in list {
                    if let text = memo.scalar?.string {
                        entry.memos.append(.init(text: text))
                        continue
                    }
                    guard let parts = memo.mapping else { throw fault(memo, "a memo is a text, or 'text: …' with 'title', 'by' and 'guid'") }
                    entry.memos.append(
                        .init(
                            guid: try value("guid", in: parts), title: try value("title", in: parts) ?? "", text: try value("text", in: parts) ?? "",
                            coder: try value("by", in: parts) ?? ""))
                }
            }
            out.append(entry)
            if let under = mapping["codes"] { try walk(under, above + [name], &out) }
        }
    }

    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "ja", "1": true
        case "false", "no", "nei", "0": false
        default: nil
        }
    }

    // MARK: - CSV

    static let columns = ["kind", "path", "guid", "definition", "examples", "color", "codable", "title", "by"]

    /// A row a code, and a row a memo after its code, with the memo's text as `definition`.
    private static func csv(_ entries: [CodebookEntry]) -> String {
        var rows = [columns]
        for entry in entries {
            let path = written(entry.path)
            rows.append([
                "code", path, entry.guid ?? "", entry.definition ?? "", entry.examples ?? "", entry.color ?? "", entry.isCodable == false ? "false" : "true", "", "",
            ])
            for memo in entry.memos { rows.append(["memo", path, memo.guid ?? "", memo.text, "", "", "", memo.title, memo.coder]) }
        }
        return DelimitedText.write(rows)
    }

    /// A slash inside a name is written `\/`.
    static func written(_ path: [String]) -> String {
        path.map { $0.replacing("\\", with: "\\\\").replacing("/", with: "\\/") }.joined(separator: "/")
    }

    static func path(_ text: String) -> [String] {
        var parts = [""], isEscaped = false
        for character in text {
            if isEscaped {
                parts[parts.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "/" {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static let names: [String: String] = [
        "kind": "kind", "type": "kind", "slag": "kind", "path": "path", "code": "path", "kode": "path", "name": "path", "navn": "path", "sti": "path", "guid": "guid",
        "definition": "definition", "definisjon": "definition", "description": "definition", "beskrivelse": "definition", "examples": "examples", "eksempler": "examples",
        "example": "examples", "eksempel": "examples", "color": "color", "colour": "color", "farge": "color", "codable": "codable", "title": "title", "tittel": "title",
        "by": "by", "av": "by", "parent": "parent", "forelder": "parent", "over": "parent",
    ]

    private static func entries(csv text: String) throws -> [CodebookEntry] {
        let rows = try DelimitedText.read(text)
        guard let head = rows.first else { throw StageFault("the codebook is empty; its first line names the columns: \(columns.joined(separator: ", "))") }
        let keys = head.map { names[$0.trimmingCharacters(in: .whitespaces).lowercased()] }
        guard keys.contains("path") else {
            throw StageFault("the codebook's first line names no column 'path' (or 'code'); the columns are \(columns.joined(separator: ", ")) and 'parent'")
        }
        var out: [CodebookEntry] = []
        for (number, row) in rows.enumerated().dropFirst() where row.contains(where: { !$0.isEmpty }) {
            var cells: [String: String] = [:]
            for (key, cell) in zip(keys, row) { if let key { cells[key] = cell } }
            var path = Self.path(cells["path"] ?? "")
            if let parent = cells["parent"], !parent.isEmpty { path = Self.path(parent) + path }
            guard path.allSatisfy({ !$0.isEmpty }) else { throw StageFault("the codebook, row \(number + 1): a path needs a name at every step") }
            if cells["kind"]?.lowercased() == "memo" {
                guard let last = out.last, last.path == path else { throw StageFault("the codebook, row \(number + 1): a memo's row stands after its code's") }
                out[out.count - 1].memos.append(
                    .init(guid: cells["guid"].flatMap { $0.isEmpty ? nil : $0 }, title: cells["title"] ?? "", text: cells["definition"] ?? "", coder: cells["by"] ?? ""))
                continue
            }
            var entry = CodebookEntry(
                path: path, guid: cells["guid"].flatMap { $0.isEmpty ? nil : $0 }, definition: cells["definition"], examples: cells["examples"], color: cells["color"])
            if let text = cells["codable"], !text.isEmpty {
                guard let flag = flag(text) else { throw StageFault("the codebook, row \(number + 1): 'codable' is true or false") }
                entry.isCodable = flag
            }
            // Lists made by hand name the parents in the paths alone.
            for depth in 1..<max(1, path.count) where !out.contains(where: { $0.path == Array(path.prefix(depth)) }) {
                out.append(CodebookEntry(path: Array(path.prefix(depth))))
            }
            out.append(entry)
        }
        return out
    }
}
