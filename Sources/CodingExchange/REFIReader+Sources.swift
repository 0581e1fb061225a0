import CodingStore
import Foundation

extension REFIReader {
    // MARK: - sources

    mutating func readSources(_ container: XMLNode?) throws {
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

    mutating func begin(_ node: XMLNode, kind: SourceRecord.Kind) -> RawSource? {
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

    mutating func keep(_ source: RawSource) {
        if raw[source.source.guid] == nil { order.append(source.source.guid) } else { report.note(.adjusted, .duplicateGUIDs) }
        raw[source.source.guid] = source
    }

    mutating func read(text node: XMLNode, kind: SourceRecord.Kind) throws {
        guard var source = begin(node, kind: kind) else { return }
        (source.text, source.path) = try text(of: node)
        source.source.units = node.all("PlainTextSelection").compactMap { unit($0) }
        addWhole(node, to: &source)
        keep(source)
    }

    /// Codings of a whole source.
    mutating func addWhole(_ node: XMLNode, to source: inout RawSource) {
        let codings = node.all("Coding")
        guard !codings.isEmpty else { return }
        report.note(.adjusted, .wholeSources, codings.count)
        var unit = ProjectContent.Unit(guid: GUID.named("whole " + source.source.guid), start: 0, end: Int.max)
        unit.codings = codings.compactMap { coding($0) }
        source.source.units.append(unit)
    }

    mutating func readPages(_ node: XMLNode, representation: XMLNode?, selections: String) throws {
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

    func number(_ text: String?) -> Int? { text.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } }

    /// A selection with its codings; its place is of the program's counting, and nowhere for pictures.
    mutating func unit(_ node: XMLNode) -> ProjectContent.Unit? {
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

    mutating func coding(_ node: XMLNode) -> ProjectContent.Coding? {
        guard let code = reference(node.first("CodeRef")) else {
            report.note(.leftOut, .dangling)
            return nil
        }
        guard let id = guid(node["guid"], for: "coding \(code) \(node["creationDateTime"] ?? "")") else { return nil }
        collectNotes(node, on: id)
        return ProjectContent.Coding(guid: id, code: code, coder: user(node), createdAt: time(node))
    }

    // MARK: - sound and video

    mutating func read(media node: XMLNode) throws {
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
    func pair(of transcript: XMLNode) -> String? {
        guard let path = transcript["plainTextPath"]?.lowercased() else { return nil }
        return order.first { raw[$0]?.path == path }
    }

    mutating func add(syncPointsOf transcript: XMLNode, to source: inout RawSource) {
        for point in transcript.all("SyncPoint") {
            guard let time = number(point["timeStamp"]), let id = guid(point["guid"], for: "sync \(time)") else { continue }
            source.source.syncPoints.append(.init(guid: id, milliseconds: time, position: number(point["position"])))
        }
    }

    mutating func add(selectionsOf transcript: XMLNode, to source: inout RawSource) {
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
    mutating func finish() {
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
    mutating func forgetRepeatedNames(_ source: inout ProjectContent.Source, _ text: String) {
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
