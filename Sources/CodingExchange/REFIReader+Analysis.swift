import CodingStore
import Foundation

extension REFIReader {
    // MARK: - codebook, variables, cases

    mutating func readCodeBook(_ root: XMLNode) {
        report.origin = root["origin"]
        readCodes(root.first("Codes") ?? root, parent: nil)
        for set in root.first("Sets")?.all("Set") ?? [] { read(set: set) }
        project.report.counts = ["codes": project.content.codes.count, "sets": project.content.themes.count]
    }

    mutating func readCodes(_ node: XMLNode, parent: String?) {
        for child in node.all("Code") {
            guard let id = guid(child["guid"], for: "code \(parent ?? "") \(child["name"] ?? "")") else { continue }
            let (text, marks) = described(child)
            var code = ProjectContent.Code(guid: id, parent: parent, name: child["name"] ?? "")
            code.definition = text
            code.examples = marks.lazy.compactMap { $0["examples"] }.first ?? ""
            code.color = color(child["color"])
            code.isCodable = !["false", "0"].contains(child["isCodable"]?.lowercased() ?? "true")
            project.content.codes.append(code)
            collectNotes(child, on: id)
            readCodes(child, parent: id)
        }
    }

    mutating func read(variable node: XMLNode) {
        guard let id = guid(node["guid"], for: "variable \(node["name"] ?? "")") else { return }
        let (text, marks) = described(node)
        if let mark = marks.first, let attribute = mark["attribute"], let wave = mark["wave"] {
            foldedWaves[id] = (attribute, wave)
            return
        }
        let kind = AttributeRecord.Kind(rawValue: node["typeOfVariable"] ?? "Text") ?? .text
        var attribute = ProjectContent.Attribute(guid: id, name: node["name"] ?? "", kind: kind)
        attribute.description = text
        project.content.attributes.append(attribute)
        collectNotes(node, on: id)
    }

    mutating func values(_ node: XMLNode) -> [ProjectContent.Value] {
        node.all("VariableValue").compactMap { value in
            guard let id = reference(value.first("VariableRef")) else { return nil }
            guard let text = value.children.first(where: { $0.name != "VariableRef" })?.text, !text.isEmpty else { return nil }
            let folded = foldedWaves[id]
            return ProjectContent.Value(attribute: folded?.attribute ?? id, wave: folded?.wave ?? "", value: LineEnds.plain(text))
        }
    }

    mutating func read(case node: XMLNode) {
        guard let id = guid(node["guid"], for: "case \(node["name"] ?? "")") else { return }
        let sources = node.all("SourceRef").compactMap { reference($0) }.map { alias[$0] ?? $0 }
        if (node["name"] ?? "").isEmpty, sources.count == 1 {
            // How MAXQDA and Quirkos write values of documents.
            report.note(.adjusted, .fileAttributes)
            project.content.sourceValues[sources[0], default: []] += values(node)
            return
        }
        let (text, marks) = described(node)
        var found = ProjectContent.Case(guid: id, name: node["name"] ?? "")
        found.description = text
        found.kind = marks.lazy.compactMap { $0["kind"] }.first ?? "participant"
        found.sources = sources.map { ($0, "") }
        let spoken = marks.compactMap { mark in mark["speaker"].flatMap { speaker in mark["source"].map { (source: $0, speaker: speaker) } } }
        found.sources += spoken
        found.values = values(node)
        if spoken.isEmpty { report.note(.leftOut, .caseSelections, node.all("SelectionRef").count) }
        for code in node.all("CodeRef") {
            guard let target = reference(code) else { continue }
            report.note(.adjusted, .caseCodes)
            project.content.links.append(.init(guid: GUID.named("case code \(id) \(target)"), name: "", origin: id, target: target))
        }
        collectNotes(node, on: id)
        project.content.cases.append(found)
    }

    // MARK: - links, sets, drawings, the study

    static func direction(_ text: String?) -> LinkRecord.Direction? {
        switch text?.lowercased() {
        case "oneway": .oneWay
        case "bidirectional": .bidirectional
        case "associative": .associative
        default: nil
        }
    }

    mutating func read(link node: XMLNode) {
        guard let origin = reference(node, "originGUID"), let target = reference(node, "targetGUID") else {
            report.note(.leftOut, .dangling)
            return
        }
        guard let id = guid(node["guid"], for: "link \(origin) \(target)") else { return }
        var link = ProjectContent.Link(guid: id, name: node["name"] ?? "", direction: Self.direction(node["direction"]) ?? .associative, origin: origin, target: target)
        link.color = color(node["color"])
        project.content.links.append(link)
        collectNotes(node, on: id)
    }

    mutating func read(set node: XMLNode) {
        guard let id = guid(node["guid"], for: "set \(node["name"] ?? "")") else { return }
        let (text, marks) = described(node), mark = marks.first
        var theme = ProjectContent.Theme(
            guid: id, parent: mark?["parent"], level: mark?["level"].flatMap(ThemeRecord.Level.init) ?? .set, name: node["name"] ?? "")
        theme.definition = text
        theme.color = mark?["color"]
        // A project says `targetGUID`, a codebook `guid`.
        func members(_ name: String, _ kind: ThemeMemberRecord.Kind) -> [ProjectContent.Theme.Member] {
            node.all(name).compactMap { reference($0) ?? reference($0, "guid") }.map { .init(kind: kind, guid: $0) }
        }
        theme.members = members("MemberCode", .code) + members("MemberSource", .source) + members("MemberNote", .memo)
        theme.members += (mark?["units"] ?? "").split(separator: " ").map { .init(kind: .unit, guid: String($0)) }
        project.content.themes.append(theme)
    }

    mutating func read(graph node: XMLNode) {
        guard let id = guid(node["guid"], for: "graph \(node["name"] ?? "")") else { return }
        func number(_ node: XMLNode, _ key: String) -> Int? { node[key].flatMap { Double($0.replacing(",", with: ".")) }.map { Int($0.rounded()) } }
        var graph = Graph()
        for vertex in node.all("Vertex") {
            guard let own = guid(vertex["guid"], for: "vertex \(graph.vertices.count)") else { continue }
            graph.vertices.append(
                .init(
                    guid: own, represented: reference(vertex, "representedGUID"), name: vertex["name"],
                    firstX: number(vertex, "firstX") ?? 0, firstY: number(vertex, "firstY") ?? 0, secondX: number(vertex, "secondX"),
                    secondY: number(vertex, "secondY"), shape: vertex["shape"], color: color(vertex["color"])))
        }
        for edge in node.all("Edge") {
            guard let source = edge["sourceVertex"].flatMap(GUID.normalized), let target = edge["targetVertex"].flatMap(GUID.normalized),
                let own = guid(edge["guid"], for: "edge \(source) \(target)")
            else {
                report.note(.leftOut, .dangling)
                continue
            }
            graph.edges.append(
                .init(
                    guid: own, represented: edge["representedGUID"].flatMap(GUID.normalized), name: edge["name"], source: source, target: target,
                    color: color(edge["color"]), direction: Self.direction(edge["direction"]), lineStyle: edge["lineStyle"]))
        }
        project.content.graphs.append((id, node["name"] ?? "", graph))
    }

    mutating func readDescription(_ root: XMLNode) {
        let (text, marks) = described(root)
        project.content.study.description = text
        project.content.study.guid = marks.lazy.compactMap { $0["study"] }.first.flatMap(GUID.normalized)
        for mark in marks {
            guard let number = mark["round"].flatMap({ Int($0) }), let id = mark["guid"].flatMap(GUID.normalized), let started = mark["started"] else { continue }
            var round = ProjectContent.Round(guid: id, number: number, startedAt: started)
            round.name = mark["name"] ?? ""
            round.finishedAt = mark["finished"]
            project.content.rounds.append(round)
        }
    }
}
