import Foundation
import CodingStore

extension REFIProject {
    mutating func writeNotes() throws {
        report.counts["memos"] = memos.count
        // Memos on what the standard gives no notes name what they are about in a marked line.
        placed.formUnion(links.flatMap { memosOn[$0.guid] ?? [] })
        placed.formUnion(memos.flatMap { memosOn[$0.guid] ?? [] })
        guard !memos.isEmpty else { return }
        try xml.start("Notes")
        for memo in memos {
            try xml.start("Note")
            xml.attribute("guid", memo.guid)
            // Programs expect every note to have a name.
            xml.attribute("name", memo.title.isEmpty ? "Memo" : memo.title)
            xml.attribute("creatingUser", coders[memo.coderId])
            xml.attribute("creationDateTime", Self.time(memo.createdAt))
            let mark = Mark([("untitled", memo.title.isEmpty ? "yes" : nil), ("about", placed.contains(memo.guid) ? nil : memo.target)])
            if let text = Mark.describe("", [mark]) { xml.text("Description", text) }
            xml.text("PlainTextContent", LineEnds.plain(memo.text))
            writeNotes(on: memo.guid)
            xml.end()
        }
        xml.end()
    }

    private func canPoint(_ guid: String, _ known: Set<String>) -> Bool { exported.contains(guid) || known.contains(guid) }

    mutating func writeLinks() throws {
        let themes = Set(try snapshot.themes().map(\.guid)), graphs = Set(try snapshot.graphs().map(\.guid))
        let known = themes.union(graphs)
        let whole = links.filter { canPoint($0.origin, known) && canPoint($0.target, known) }
        report.note(.leftOut, .danglingReferences, links.count - whole.count)
        report.counts["links"] = whole.count
        guard !whole.isEmpty else { return }
        try xml.start("Links")
        for link in whole {
            try xml.start("Link")
            xml.attribute("guid", link.guid)
            xml.attribute("name", link.name.isEmpty ? nil : link.name)
            xml.attribute("direction", Self.direction(link.direction))
            xml.attribute("color", Self.color(link.color))
            xml.attribute("originGUID", link.origin)
            xml.attribute("targetGUID", link.target)
            writeNotes(on: link.guid)
            xml.end()
        }
        xml.end()
    }

    static func direction(_ direction: LinkRecord.Direction?) -> String? {
        switch direction {
        case .associative: "Associative"
        case .oneWay: "OneWay"
        case .bidirectional: "Bidirectional"
        case nil: nil
        }
    }

    /// Themes with those above them first, siblings in their places.
    static func ordered(_ themes: [ThemeRecord]) -> [ThemeRecord] {
        let children = Dictionary(grouping: themes, by: \.parentId)
        var out: [ThemeRecord] = [], stack = (children[nil] ?? []).reversed() as [ThemeRecord]
        while let next = stack.popLast() {
            out.append(next)
            stack += (children[next.id] ?? []).reversed()
        }
        return out
    }

    static func mark(of theme: ThemeRecord, among themes: [Int64: String], units: [String] = []) -> Mark {
        Mark(
            [
                ("level", theme.level == .set ? nil : theme.level.rawValue), ("parent", theme.parentId.flatMap { themes[$0] }), ("color", color(theme.color)),
                ("units", units.isEmpty ? nil : units.joined(separator: " ")),
            ])
    }

    mutating func writeSets() throws {
        let themes = Self.ordered(try snapshot.themes())
        report.counts["sets"] = themes.count
        guard !themes.isEmpty else { return }
        let byId = Dictionary(uniqueKeysWithValues: themes.map { ($0.id ?? 0, $0.guid) }), membersOf = Dictionary(grouping: members, by: \.themeId)
        try xml.start("Sets")
        for theme in themes {
            let own = membersOf[theme.id ?? 0] ?? []
            let there = own.filter { exported.contains($0.member) }
            report.note(.leftOut, .danglingReferences, own.count - there.count)
            report.counts["members", default: 0] += there.count
            func guids(_ kind: ThemeMemberRecord.Kind) -> [String] { there.filter { $0.kind == kind }.map(\.member).sorted() }
            try xml.start("Set")
            xml.attribute("guid", theme.guid)
            xml.attribute("name", theme.name)
            if let text = Mark.describe(theme.definition, [Self.mark(of: theme, among: byId, units: guids(.unit))]) { xml.text("Description", text) }
            for code in guids(.code) { xml.empty("MemberCode", "targetGUID", code) }
            for source in guids(.source) { xml.empty("MemberSource", "targetGUID", source) }
            for memo in guids(.memo) { xml.empty("MemberNote", "targetGUID", memo) }
            xml.end()
        }
        xml.end()
    }

    private static let shapes: Set<String> = [
        "Person", "Oval", "Rectangle", "RoundedRectangle", "Star", "LeftTriangle", "RightTriangle", "UpTriangle", "DownTriangle", "Note",
    ]

    mutating func writeGraphs() throws {
        let records = try snapshot.graphs()
        let graphs = records.compactMap { record in Graph(record).map { (record, $0) } }
        report.counts["graphs"] = graphs.count
        report.note(.leftOut, .unreadableGraph, records.count - graphs.count)
        guard !graphs.isEmpty else { return }
        try xml.start("Graphs")
        for (record, graph) in graphs {
            try xml.start("Graph")
            xml.attribute("guid", record.guid)
            xml.attribute("name", record.name)
            for vertex in graph.vertices {
                try xml.start("Vertex")
                xml.attribute("guid", vertex.guid)
                xml.attribute("representedGUID", vertex.represented)
                xml.attribute("name", vertex.name)
                xml.attribute("firstX", "\(vertex.firstX)")
                xml.attribute("firstY", "\(vertex.firstY)")
                xml.attribute("secondX", vertex.secondX.map(String.init))
                xml.attribute("secondY", vertex.secondY.map(String.init))
                xml.attribute("shape", vertex.shape.flatMap { Self.shapes.contains($0) ? $0 : nil })
                xml.attribute("color", Self.color(vertex.color))
                xml.end()
            }
            for edge in graph.edges {
                try xml.start("Edge")
                xml.attribute("guid", edge.guid)
                xml.attribute("representedGUID", edge.represented)
                xml.attribute("name", edge.name)
                xml.attribute("sourceVertex", edge.source)
                xml.attribute("targetVertex", edge.target)
                xml.attribute("color", Self.color(edge.color))
                xml.attribute("direction", Self.direction(edge.direction))
                xml.attribute("lineStyle", edge.lineStyle.flatMap { ["dotted", "dashed", "solid"].contains($0) ? $0 : nil })
                xml.end()
            }
            xml.end()
        }
        xml.end()
    }
}

/// A codebook alone (`urn:QDA-XML:codebook:1.0`): codes, and the sets that they are gathered in.
enum REFICodebook {
    static func write(_ snapshot: StoreSnapshot, to url: URL, name: String) throws -> ExchangeReport {
        var report = ExchangeReport()
        let codes = try snapshot.codes()
        guard !codes.isEmpty else { throw ExchangeError.nothingToExport("the codebook has no codes") }
        var xml = try XMLFile(url, name: name)
        try xml.start("CodeBook")
        xml.attribute("xmlns", "urn:QDA-XML:codebook:1.0")
        xml.attribute("origin", "Ordrett")
        try xml.start("Codes")
        var stack: [Int64] = []
        for code in codes {
            while let last = stack.last, last != code.parentId {
                xml.end()
                stack.removeLast()
            }
            try xml.start(code)
            stack.append(code.id ?? 0)
        }
        for _ in stack { xml.end() }
        xml.end()
        let themes = REFIProject.ordered(try snapshot.themes()), known = Set(codes.map(\.guid))
        if !themes.isEmpty {
            let byId = Dictionary(uniqueKeysWithValues: themes.map { ($0.id ?? 0, $0.guid) })
            let members = Dictionary(grouping: try snapshot.themeMembers(), by: \.themeId)
            try xml.start("Sets")
            for theme in themes {
                let own = members[theme.id ?? 0] ?? [], there = own.filter { $0.kind == .code && known.contains($0.member) }
                report.note(.leftOut, .otherMembers, own.count - there.count)
                try xml.start("Set")
                xml.attribute("guid", theme.guid)
                xml.attribute("name", theme.name)
                if let text = Mark.describe(theme.definition, [REFIProject.mark(of: theme, among: byId)]) { xml.text("Description", text) }
                for member in there.map(\.member).sorted() { xml.empty("MemberCode", "guid", member) }
                xml.end()
            }
            xml.end()
        }
        try xml.finish()
        report.counts = ["codes": codes.count, "sets": themes.count]
        return report
    }
}

extension XMLFile {
    /// Opens a code's element, up to what stands under it.
    mutating func start(_ code: CodeRecord) throws {
        try start("Code")
        attribute("guid", code.guid)
        attribute("name", code.name)
        attribute("isCodable", code.isCodable ? "true" : "false")
        attribute("color", REFIProject.color(code.color))
        if let description = Mark.describe(code.definition, [Mark([("examples", code.examples.isEmpty ? nil : code.examples)])]) {
            text("Description", description)
        }
    }
}
