import CodingStore
import Foundation

/// Reads a REFI-QDA project as programs really write it: any order of elements, identifiers in any form, places counted in any of eight
/// ways, texts as plain text, files or Word documents. What cannot be taken is counted, not refused.
struct REFIReader {
    let parts: ProjectParts?
    let file: String
    var project = ForeignProject()
    var report: ExchangeReport {
        get { project.report }
        set { project.report = newValue }
    }
    var users: Set<String> = []
    /// Notes on things: the note's GUID, and the things' in the order met. An empty one is the study.
    var targets: [String: [String]] = [:]
    /// Other names of sources: sound that belongs to a text.
    var alias: [String: String] = [:]
    var raw: [String: RawSource] = [:], order: [String] = []
    var foldedWaves: [String: (attribute: String, wave: String)] = [:]

    /// A source with places as the program counted them.
    struct RawSource {
        var source: ProjectContent.Source
        var text: String?
        var path: String?
    }

    init(parts: ProjectParts?, file: String) {
        self.parts = parts
        self.file = file
    }

    mutating func read(_ root: XMLNode) throws {
        if root.name.caseInsensitiveCompare("CodeBook") == .orderedSame {
            readCodeBook(root)
            return
        }
        guard root.name.caseInsensitiveCompare("Project") == .orderedSame else {
            throw ExchangeError.unreadable(file: file, reason: "it is no REFI-QDA project; export one from the other program")
        }
        checkOrder(root)
        report.origin = root["origin"]
        project.content.study.name = root["name"] ?? ""
        for user in root.first("Users")?.all("User") ?? [] {
            guard let guid = guid(user["guid"], for: "user \(user["name"] ?? "")") else { continue }
            users.insert(guid)
            project.content.coders.append(.init(guid: guid, name: [user["name"], user["id"], guid].compactMap { $0 }.first { !$0.isEmpty } ?? guid))
        }
        if let book = root.first("CodeBook") { readCodes(book.first("Codes") ?? book, parent: nil) }
        for variable in root.first("Variables")?.all("Variable") ?? [] { read(variable: variable) }
        try readSources(root.first("Sources"))
        for found in root.first("Cases")?.all("Case") ?? [] { read(case: found) }
        // Notes may be pointed at by what comes after them.
        for link in root.first("Links")?.all("Link") ?? [] { read(link: link) }
        for set in root.first("Sets")?.all("Set") ?? [] { read(set: set) }
        for graph in root.first("Graphs")?.all("Graph") ?? [] { read(graph: graph) }
        readDescription(root)
        collectNotes(root, on: "")
        try readNotes(root.first("Notes"))
        finish()
    }

    // MARK: - identifiers, times, descriptions

    /// An identifier in the store's form; a new one, the same each time, for what has none.
    mutating func guid(_ text: String?, for what: String) -> String? {
        if let text, let normalized = GUID.normalized(text) {
            if text != normalized { report.note(.adjusted, .braces) }
            return normalized
        }
        report.note(.adjusted, .missingGUIDs)
        return GUID.named("\(file) \(what) \(text ?? "")")
    }

    func reference(_ node: XMLNode?, _ key: String = "targetGUID") -> String? { node?[key].flatMap(GUID.normalized) }

    mutating func user(_ node: XMLNode) -> String? {
        guard let text = node["creatingUser"] ?? node["creatingUserGUID"] ?? node["modifyingUser"] else { return nil }
        guard let guid = GUID.normalized(text) else { return nil }
        if users.insert(guid).inserted {
            report.note(.adjusted, .missingUsers)
            project.content.coders.append(.init(guid: guid, name: "ukjent " + guid.prefix(8)))
        }
        return guid
    }

    mutating func time(_ node: XMLNode) -> String? {
        guard let text = node["creationDateTime"] ?? node["modifiedDateTime"], !text.isEmpty else { return nil }
        guard let match = text.wholeMatch(of: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?/),
            let date = try? Date(String(match.1) + (match.3.map(String.init) ?? "Z"), strategy: .iso8601)
        else {
            report.note(.adjusted, .wrongTimes)
            return nil
        }
        // Where a program says no time zone, UTC is meant: the standard's own example does so.
        return date.ISO8601Format(.iso8601)
    }

    mutating func color(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let hex = text.hasPrefix("#") ? String(text.dropFirst()) : text
        if hex.count == 3, hex.allSatisfy(\.isHexDigit) { return "#" + hex.lowercased().map { "\($0)\($0)" }.joined() }
        if hex.count == 8, hex.allSatisfy(\.isHexDigit) { return "#" + hex.lowercased().suffix(6) }
        guard hex.count == 6, hex.allSatisfy(\.isHexDigit) else {
            report.note(.adjusted, .wrongColors)
            return nil
        }
        return "#" + hex.lowercased()
    }

    func described(_ node: XMLNode) -> (text: String, marks: [Mark]) { Mark.read(LineEnds.plain(node.text("Description") ?? "")) }

    mutating func collectNotes(_ node: XMLNode, on guid: String) {
        for reference in node.all("NoteRef") {
            guard let note = self.reference(reference) else { continue }
            if targets[note]?.contains(guid) != true { targets[note, default: []].append(guid) }
        }
    }

    static let order = ["users", "codebook", "variables", "cases", "sources", "notes", "links", "sets", "graphs", "description", "noteref"]

    mutating func checkOrder(_ root: XMLNode) {
        var last = 0
        for child in root.children {
            guard let place = Self.order.firstIndex(of: child.name.lowercased()) else {
                report.note(.leftOut, .unknownElements, 1, child.name)
                continue
            }
            if place < last { report.note(.adjusted, .childOrder, 1, child.name) }
            last = max(last, place)
            if place < 9, child.children.isEmpty { report.note(.adjusted, .emptyContainers, 1, child.name) }
        }
    }

    // MARK: - notes

    mutating func readNotes(_ container: XMLNode?) throws {
        for node in container?.all("Note") ?? [] {
            if let id = node["guid"].flatMap(GUID.normalized) { collectNotes(node, on: id) }
        }
        for node in container?.all("Note") ?? [] {
            guard let id = guid(node["guid"], for: "note \(node["name"] ?? "")") else { continue }
            let (text, marks) = described(node)
            let content = LineEnds.plain(try self.text(of: node).text ?? "")
            var memo = ProjectContent.Memo(
                guid: id, title: marks.contains { $0["untitled"] == "yes" } ? "" : node["name"] ?? "",
                text: [content, text].filter { !$0.isEmpty }.joined(separator: "\n\n"))
            let about = (marks.lazy.compactMap { $0["about"] }.first.map { [$0] } ?? []) + (targets[id] ?? [])
            memo.target = about.first.flatMap { $0.isEmpty ? nil : alias[$0] ?? $0 }
            memo.coder = user(node)
            memo.createdAt = time(node)
            for further in about.dropFirst() where !further.isEmpty {
                report.note(.adjusted, .furtherTargets)
                project.content.links.append(.init(guid: GUID.named("memo link \(id) \(further)"), name: "", direction: .oneWay, origin: id, target: alias[further] ?? further))
            }
            report.note(.leftOut, .codedNotes, node.all("PlainTextSelection").count + node.all("Coding").count)
            project.content.memos.append(memo)
        }
    }

    // MARK: - texts

    /// A node's text: in it, in a plain text file, or in a Word document.
    mutating func text(of node: XMLNode) throws -> (text: String?, path: String?) {
        if let content = node.first("PlainTextContent") { return (content.text, nil) }
        let plain = node["plainTextPath"]
        if let plain, let data = try file(plain) {
            let (text, isUTF8) = TextFile.decode([UInt8](data))
            if !isUTF8 { report.note(.adjusted, .decoded) }
            return (text, plain.lowercased())
        }
        if let rich = node["richTextPath"], let data = try file(rich) {
            if let text = try? DocxText.text(data, file: file) {
                report.note(.adjusted, .richTextOnly)
                return (text, plain?.lowercased() ?? rich.lowercased())
            }
            report.note(.leftOut, .unreadableParts)
        }
        return (nil, plain?.lowercased())
    }

    mutating func file(_ path: String) throws -> Data? {
        guard let parts else { return nil }
        guard let colon = path.range(of: "://") else { return try parts.source(path) }
        let scheme = path[..<colon.lowerBound].lowercased()
        var name = String(path[colon.upperBound...])
        while name.hasPrefix("/") { name.removeFirst() }
        name = name.removingPercentEncoding ?? name
        guard scheme == "internal" || scheme == "relative" else {
            report.note(.leftOut, .unsafePaths)
            return nil
        }
        if name.contains("..") || name.contains("\\") {
            report.note(.leftOut, .unsafePaths)
            return nil
        }
        return try parts.source((name as NSString).lastPathComponent)
    }
}
