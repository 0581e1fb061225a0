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
    private var targets: [String: [String]] = [:]
    /// Other names of sources: sound that belongs to a text.
    private var alias: [String: String] = [:]
    private var raw: [String: RawSource] = [:], order: [String] = []
    private var foldedWaves: [String: (attribute: String, wave: String)] = [:]

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

    private static let order = ["users", "codebook", "variables", "cases", "sources", "notes", "links", "sets", "graphs", "description", "noteref"]

    private mutating func checkOrder(_ root: XMLNode) {
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

    // MARK: - codebook, variables, cases

    mutating func readCodeBook(_ root: XMLNode) {
        report.origin = root["origin"]
        readCodes(root.first("Codes") ?? root, parent: nil)
        for set in root.first("Sets")?.all("Set") ?? [] { read(set: set) }
        project.report.counts = ["codes": project.content.codes.count, "sets": project.content.themes.count]
    }

    private mutating func readCodes(_ node: XMLNode, parent: String?) {
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

    private mutating func read(variable node: XMLNode) {
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

    private mutating func read(case node: XMLNode) {
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

    private static func direction(_ text: String?) -> LinkRecord.Direction? {
        switch text?.lowercased() {
        case "oneway": .oneWay
        case "bidirectional": .bidirectional
        case "associative": .associative
        default: nil
        }
    }

    private mutating func read(link node: XMLNode) {
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

    private mutating func read(set node: XMLNode) {
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

    private mutating func read(graph node: XMLNode) {
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

    private mutating func readDescription(_ root: XMLNode) {
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

    // MARK: - notes

    private mutating func readNotes(_ container: XMLNode?) throws {
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

    private mutating func file(_ path: String) throws -> Data? {
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

    // MARK: - sources

    private mutating func readSources(_ container: XMLNode?) throws {
        guard let container else { return }
        var media: [XMLNode] = []
        for node in container.children {
            switch node.name.lowercased() {
            case "textsource": try read(text: node, kind: .document)
            case "pdfsource": try readPages(node, representation: node.first("Representation"), selections: "PDFSelection")
            case "picturesource": try readPages(node, representation: node.first("TextDescription"), selections: "PictureSelection")
            case "audiosource", "videosource": media.append(node)
            default: report.note(.leftOut, .unknownElements, 1, node.name)
            }
        }
        // Sound after texts: its transcript is often one of them.
        for node in media { try read(media: node) }
    }

    private mutating func begin(_ node: XMLNode, kind: SourceRecord.Kind) -> RawSource? {
        guard let id = guid(node["guid"], for: "source \(node["name"] ?? "")") else { return nil }
        let (text, marks) = described(node), mark = marks.first
        var source = ProjectContent.Source(guid: id, name: node["name"] ?? "", kind: mark?["kind"].flatMap(SourceRecord.Kind.init) ?? kind)
        source.description = text
        source.wave = mark?["wave"] ?? ""
        source.isAnonymous = mark?["status"] == "anonymous"
        source.speakers = Set(mark?.all("speaker") ?? [])
        source.media = mark?["media"]
        source.mediaDigest = mark?["sha256"]
        source.createdAt = time(node)
        collectNotes(node, on: id)
        let own = values(node)
        if !own.isEmpty { project.content.sourceValues[id, default: []] += own }
        return RawSource(source: source)
    }

    private mutating func keep(_ source: RawSource) {
        if raw[source.source.guid] == nil { order.append(source.source.guid) } else { report.note(.adjusted, .duplicateGUIDs) }
        raw[source.source.guid] = source
    }

    private mutating func read(text node: XMLNode, kind: SourceRecord.Kind) throws {
        guard var source = begin(node, kind: kind) else { return }
        (source.text, source.path) = try text(of: node)
        source.source.units = node.all("PlainTextSelection").compactMap { unit($0) }
        addWhole(node, to: &source)
        keep(source)
    }

    /// Codings of a whole source.
    private mutating func addWhole(_ node: XMLNode, to source: inout RawSource) {
        let codings = node.all("Coding")
        guard !codings.isEmpty else { return }
        report.note(.adjusted, .wholeSources, codings.count)
        var unit = ProjectContent.Unit(guid: GUID.named("whole " + source.source.guid), start: 0, end: Int.max)
        unit.codings = codings.compactMap { coding($0) }
        source.source.units.append(unit)
    }

    private mutating func readPages(_ node: XMLNode, representation: XMLNode?, selections: String) throws {
        guard var source = begin(node, kind: .document) else { return }
        report.note(.leftOut, .mediaStay)
        if let representation {
            (source.text, source.path) = try text(of: representation)
            source.source.units = representation.all("PlainTextSelection").compactMap { unit($0) }
            addWhole(representation, to: &source)
        }
        addWhole(node, to: &source)
        for selection in node.all(selections) {
            guard let found = unit(selection) else { continue }
            // The same selection by words and by its place on the page.
            if let index = source.source.units.firstIndex(where: { $0.guid == found.guid }) {
                let there = Set(source.source.units[index].codings.map { [$0.code, $0.coder ?? ""] })
                source.source.units[index].codings += found.codings.filter { !there.contains([$0.code, $0.coder ?? ""]) }
            } else {
                report.note(.adjusted, .placesOnPictures)
                source.source.units.append(found)
            }
        }
        keep(source)
    }

    private func number(_ text: String?) -> Int? { text.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } }

    /// A selection with its codings; its place is of the program's counting, and nowhere for pictures.
    private mutating func unit(_ node: XMLNode) -> ProjectContent.Unit? {
        let start = number(node["startPosition"]), end = number(node["endPosition"])
        guard let id = guid(node["guid"], for: "selection \(start ?? 0) \(end ?? 0) \(node["begin"] ?? "")") else { return nil }
        let (text, marks) = described(node), mark = marks.first
        var unit = ProjectContent.Unit(guid: id, start: start ?? 0, end: end ?? 0)
        unit.condensed = text
        unit.name = node["name"] ?? ""
        unit.coder = user(node)
        unit.createdAt = time(node)
        unit.round = mark?["round"].flatMap { Int($0) } ?? 1
        unit.isMarked = mark?["marked"].map { $0 == "yes" }
        unit.isLost = mark?["lost"] == "yes"
        let rounds = Dictionary(
            (mark?.all("coding") ?? []).compactMap { pair in
                pair.lastIndex(of: ":").flatMap { colon in Int(pair[pair.index(after: colon)...]).map { (String(pair[..<colon]), $0) } }
            }, uniquingKeysWith: { a, _ in a })
        unit.codings = node.all("Coding").compactMap { child in
            var coding = coding(child)
            if let guid = coding?.guid { coding?.round = rounds[guid] ?? unit.round }
            return coding
        }
        collectNotes(node, on: id)
        return unit
    }

    private mutating func coding(_ node: XMLNode) -> ProjectContent.Coding? {
        guard let code = reference(node.first("CodeRef")) else {
            report.note(.leftOut, .dangling)
            return nil
        }
        guard let id = guid(node["guid"], for: "coding \(code) \(node["creationDateTime"] ?? "")") else { return nil }
        collectNotes(node, on: id)
        return ProjectContent.Coding(guid: id, code: code, coder: user(node), createdAt: time(node))
    }

    // MARK: - sound and video

    private mutating func read(media node: XMLNode) throws {
        guard var source = begin(node, kind: .transcript) else { return }
        let marks = described(node).marks
        let transcripts = node.all("Transcript")
        if let owner = marks.lazy.compactMap({ $0["sound"] }).first, var text = raw[owner] {
            // Written by this program: the sound of a text that is here.
            text.source.media = marks.lazy.compactMap { $0["media"] }.first
            text.source.mediaDigest = marks.lazy.compactMap { $0["sha256"] }.first
            text.source.kind = .transcript
            for transcript in transcripts { add(syncPointsOf: transcript, to: &text) }
            raw[owner] = text
            alias[source.source.guid] = owner
            return
        }
        if marks.isEmpty {
            source.source.media = nil
            report.note(.leftOut, .mediaStay)
        }
        var places: [String] = []
        let unpaired = transcripts.filter { pair(of: $0) == nil }
        for transcript in transcripts {
            let (text, path) = try self.text(of: transcript)
            if let owner = pair(of: transcript), var paired = raw[owner] {
                add(syncPointsOf: transcript, to: &paired)
                add(selectionsOf: transcript, to: &paired)
                paired.source.kind = .transcript
                raw[owner] = paired
                if let id = transcript["guid"].flatMap(GUID.normalized) { alias[id] = owner }
                collectNotes(transcript, on: owner)
                places.append(owner)
            } else if unpaired.count == 1, transcripts.count == 1 {
                (source.text, source.path) = (text, path)
                add(syncPointsOf: transcript, to: &source)
                add(selectionsOf: transcript, to: &source)
                if let id = transcript["guid"].flatMap(GUID.normalized) { alias[id] = source.source.guid }
                collectNotes(transcript, on: source.source.guid)
                places.append(source.source.guid)
            } else if var own = begin(transcript, kind: .transcript) {
                (own.text, own.path) = (text, path)
                add(syncPointsOf: transcript, to: &own)
                add(selectionsOf: transcript, to: &own)
                keep(own)
                places.append(own.source.guid)
            }
        }
        addWhole(node, to: &source)
        var timed: [ProjectContent.Unit] = []
        for selection in node.all("AudioSelection") + node.all("VideoSelection") {
            guard let found = unit(selection), let begin = number(selection["begin"]), let end = number(selection["end"]) else { continue }
            timed.append(found)
            let index = timed.count - 1
            let points = places.count == 1 ? (places[0] == source.source.guid ? source : raw[places[0]])?.source.syncPoints ?? [] : []
            let known = points.filter { $0.position != nil }.sorted { ($0.milliseconds, $0.position!) < ($1.milliseconds, $1.position!) }
            guard let from = known.last(where: { $0.milliseconds <= begin })?.position ?? known.first?.position else {
                report.note(.adjusted, .placesOnPictures)
                continue
            }
            // To the end of the text where no later point is known.
            timed[index].start = from
            timed[index].end = known.first { $0.milliseconds >= end && ($0.position ?? 0) > from }?.position ?? Int.max
            report.note(.adjusted, .placedByTime)
        }
        if places.count == 1, places[0] != source.source.guid, var owner = raw[places[0]] {
            owner.source.units += timed
            raw[places[0]] = owner
        } else {
            source.source.units += timed
        }
        keep(source)
    }

    /// The text that a transcript is: ATLAS.ti points both at the same file.
    private func pair(of transcript: XMLNode) -> String? {
        guard let path = transcript["plainTextPath"]?.lowercased() else { return nil }
        return order.first { raw[$0]?.path == path }
    }

    private mutating func add(syncPointsOf transcript: XMLNode, to source: inout RawSource) {
        for point in transcript.all("SyncPoint") {
            guard let time = number(point["timeStamp"]), let id = guid(point["guid"], for: "sync \(time)") else { continue }
            source.source.syncPoints.append(.init(guid: id, milliseconds: time, position: number(point["position"])))
        }
    }

    private mutating func add(selectionsOf transcript: XMLNode, to source: inout RawSource) {
        var places: [String: Int] = [:]
        for point in transcript.all("SyncPoint") {
            if let id = point["guid"].flatMap(GUID.normalized), let position = number(point["position"]) { places[id] = position }
        }
        for selection in transcript.all("TranscriptSelection") {
            guard var found = unit(selection) else { continue }
            found.start = selection["fromSyncPoint"].flatMap(GUID.normalized).flatMap { places[$0] } ?? 0
            found.end = selection["toSyncPoint"].flatMap(GUID.normalized).flatMap { places[$0] } ?? Int.max
            source.source.units.append(found)
        }
    }

    // MARK: - places

    /// Places in the store's counting, once all texts and selections are known.
    private mutating func finish() {
        let texts = order.compactMap { raw[$0] }.compactMap { source in
            source.text.map { (text: $0, selections: source.source.units.filter { $0.end != Int.max }.map { (start: $0.start, end: $0.end) }) }
        }
        // What this program writes counts as the standard says, wherever selections end.
        let convention = report.origin == "Ordrett" ? .standard : PositionConvention.chosen(for: texts, origin: report.origin ?? "")
        var traits = PositionConvention.TextTraits()
        for entry in texts { traits.formUnion(.init(entry.text)) }
        if traits.isAmbiguous, report.origin != "Ordrett" { report.note(.adjusted, .positions, 1, convention.name(traits)) }
        report.note(.adjusted, .bom, texts.count { PositionConvention.TextTraits($0.text).hasMark })
        for id in order {
            guard var entry = raw[id] else { continue }
            // An empty file beside what is coded in it says that the text did not come along.
            if let text = entry.text, !text.isEmpty {
                let map = PositionConvention.Map(text, convention), length = map.length
                for u in entry.source.units.indices {
                    let unit = entry.source.units[u]
                    let end = unit.end == Int.max ? length : map.clamped(unit.end)
                    if unit.end != Int.max, map(unit.start) == nil || map(unit.end) == nil { report.note(.adjusted, .placesOutside, 1, entry.source.name) }
                    (entry.source.units[u].start, entry.source.units[u].end) = (map.clamped(unit.start), end)
                }
                for p in entry.source.syncPoints.indices { entry.source.syncPoints[p].position = entry.source.syncPoints[p].position.map(map.clamped) }
                let plain = LineEnds.plain(text.unicodeScalars.first == "\u{FEFF}" ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text)
                project.texts[id] = plain
                if report.origin != "Ordrett" { forgetRepeatedNames(&entry.source, plain) }
            } else {
                let far = entry.source.syncPoints.compactMap(\.position).max() ?? 0
                for u in entry.source.units.indices where entry.source.units[u].end == Int.max { entry.source.units[u].end = max(far, entry.source.units[u].start) }
                report.note(.warning, .missingTexts, 1, entry.source.name)
            }
            project.content.sources.append(entry.source)
        }
        // Names that belonged to the sound now mean its text.
        for l in project.content.links.indices {
            project.content.links[l].origin = alias[project.content.links[l].origin] ?? project.content.links[l].origin
            project.content.links[l].target = alias[project.content.links[l].target] ?? project.content.links[l].target
        }
        for t in project.content.themes.indices {
            for m in project.content.themes[t].members.indices {
                let guid = project.content.themes[t].members[m].guid
                project.content.themes[t].members[m].guid = alias[guid] ?? guid
            }
        }
        for (guid, own) in project.content.sourceValues {
            if let other = alias[guid] {
                project.content.sourceValues[guid] = nil
                project.content.sourceValues[other, default: []] += own
            }
        }
        report.counts = [
            "codes": project.content.codes.count, "sources": order.count, "units": project.content.sources.reduce(0) { $0 + $1.units.count },
            "codings": project.content.sources.reduce(0) { $0 + $1.units.reduce(0) { $0 + $1.codings.count } }, "memos": project.content.memos.count,
            "sets": project.content.themes.count, "links": project.content.links.count, "graphs": project.content.graphs.count,
            "cases": project.content.cases.count, "attributes": project.content.attributes.count,
            "syncPoints": project.content.sources.reduce(0) { $0 + $1.syncPoints.count }, "coders": project.content.coders.count,
        ]
    }

    /// ATLAS.ti and others name a selection by its first words.
    private mutating func forgetRepeatedNames(_ source: inout ProjectContent.Source, _ text: String) {
        let points = CodePoints(text)
        func folded(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        for u in source.units.indices where !source.units[u].name.isEmpty {
            let unit = source.units[u]
            guard unit.start < unit.end else { continue }
            let name = folded(unit.name.replacing("…", with: "")), words = folded(points[unit.start..<unit.end])
            if !name.isEmpty, words.hasPrefix(name) {
                source.units[u].name = ""
                report.note(.adjusted, .repeatedNames)
            }
        }
    }
}
