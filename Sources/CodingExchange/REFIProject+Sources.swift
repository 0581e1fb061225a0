import CodingStore
import Crypto
import Foundation

extension REFIProject {
    mutating func writeSources(_ progress: (Double) -> Void) throws {
        report.counts["sources"] = sources.count
        guard !sources.isEmpty else { return }
        try xml.start("Sources")
        for (index, source) in sources.enumerated() {
            progress(Double(index) / Double(sources.count))
            try write(source)
        }
        xml.end()
        progress(1)
    }

    /// A file's text, and where the store's positions are in it.
    private struct Laid {
        let text: String
        private var moved: [Int] = []
        let length: Int

        /// LF at line ends, no byte order mark.
        init(_ text: String) {
            guard text.utf8.contains(0x0D) || text.unicodeScalars.first == "\u{FEFF}" else {
                self.text = text
                length = -1
                return
            }
            var out = String.UnicodeScalarView(), at = 0, previous: Unicode.Scalar = " "
            for (index, scalar) in text.unicodeScalars.enumerated() {
                moved.append(at)
                if index == 0, scalar == "\u{FEFF}" { continue }
                if scalar == "\r" {
                    out.append("\n")
                    at += 1
                } else if scalar == "\n", previous == "\r" {
                    moved[index] = at - 1
                } else {
                    out.append(scalar)
                    at += 1
                }
                previous = scalar
            }
            self.text = String(out)
            length = at
        }

        func start(_ position: Int) -> Int { length < 0 ? position : position < moved.count ? moved[position] : length }
        /// An end behind CR LF's CR stands before the line end, as before it.
        func end(_ position: Int) -> Int { start(position) }
    }

    private mutating func write(_ source: SourceRecord) throws {
        guard let id = source.id, let version = versions[id] else {
            report.note(.leftOut, .missingText, 1, source.item)
            return
        }
        let laid = Laid(try snapshot.text(ofVersion: version.id))
        if laid.text.isEmpty { report.note(.warning, .missingText, 1, source.item) }
        // Their first bytes are F0 to F4, and nothing else's are.
        if laid.text.utf8.contains(where: { $0 >= 0xF0 }) { report.note(.warning, .astral, 1, source.item) }
        let file = folder.appendingPathComponent(source.guid + ".txt")
        guard FileManager.default.createFile(atPath: file.path, contents: Data(laid.text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw ExchangeError.cannotWrite(file: "sources", reason: "a temporary file cannot be made")
        }
        files.append(("sources/\(source.guid).txt", file, true))
        let path = "internal://\(source.guid).txt"
        var sound = options.layout == .text || options.sound == .none ? nil : try soundPath(of: source)
        let units = try snapshot.units(ofVersion: version.id), codings = try snapshot.codings(ofVersion: version.id)
        let turns = try snapshot.turns(ofVersion: version.id)
        var points = try syncPoints(of: source, version: version.id, turns: turns, laid)
        if sound == nil {
            if source.media != nil, options.layout != .text, options.sound != .none { report.note(.leftOut, .soundStays, 1, source.item) }
            report.note(.leftOut, .timesStay, points.isEmpty ? 0 : 1)
            points = []
        }
        var speakers: [String] = []
        for turn in turns where !turn.speaker.isEmpty && !speakers.contains(turn.speaker) { speakers.append(turn.speaker) }
        let facts: [(String, String?)] = [
            ("kind", source.kind.rawValue), ("wave", source.wave.isEmpty ? nil : source.wave), ("status", version.status == "anonymous" ? version.status : nil),
        ] + speakers.sorted().map { ("speaker", $0) }
        let time = Self.time(version.importedAt)
        if options.layout == .transcript, let sound {
            points = Self.withEdges(of: units, points, source, try snapshot.sourceText(ofVersion: version.id), laid)
            try start("AudioSource", source, time)
            xml.attribute("path", sound.path)
            xml.attribute("creationDateTime", time)
            if let text = Mark.describe(source.description, [Mark(facts + [("media", source.media), ("sha256", source.mediaDigest)])]) { xml.text("Description", text) }
            try startTranscript(source, path, time)
            try write(points)
            for unit in units { try write(unit, codings[unit.id ?? 0] ?? [], among: points, laid) }
            xml.end()
            writeNotes(on: source.guid)
            try write(values.filter { $0.sourceId == id })
            xml.end()
        } else {
            try start("TextSource", source, time)
            xml.attribute("plainTextPath", path)
            xml.attribute("creationDateTime", time)
            if let text = Mark.describe(source.description, [Mark(facts)]) { xml.text("Description", text) }
            for unit in units { try write(unit, codings[unit.id ?? 0] ?? [], among: nil, laid) }
            writeNotes(on: source.guid)
            try write(values.filter { $0.sourceId == id })
            xml.end()
            if let sound {
                try xml.start("AudioSource")
                xml.attribute("guid", GUID.named("sound " + source.guid))
                xml.attribute("name", sound.name == source.item ? sound.name + " (lyd)" : sound.name)
                xml.attribute("path", sound.path)
                xml.attribute("creationDateTime", time)
                xml.text("Description", Mark.describe("", [Mark([("sound", source.guid), ("media", source.media), ("sha256", source.mediaDigest)])]) ?? "")
                try startTranscript(source, path, time)
                try write(points)
                xml.end()
                xml.end()
            }
        }
        sound = nil
        report.counts["units", default: 0] += units.count
        report.counts["codings", default: 0] += codings.values.reduce(0) { $0 + $1.count }
        report.counts["syncPoints", default: 0] += points.count
    }

    private mutating func start(_ element: StaticString, _ source: SourceRecord, _ time: String?) throws {
        try xml.start(element)
        xml.attribute("guid", source.guid)
        xml.attribute("name", source.item)
    }

    private mutating func startTranscript(_ source: SourceRecord, _ path: String, _ time: String?) throws {
        try xml.start("Transcript")
        xml.attribute("guid", GUID.named("transcript " + source.guid))
        xml.attribute("name", source.item + ".txt")
        xml.attribute("plainTextPath", path)
        xml.attribute("creationDateTime", time)
    }

    // MARK: - sound

    /// The redacted sound's path as the standard writes it; nil for a source without. The raw recording is never pointed at.
    private mutating func soundPath(of source: SourceRecord) throws -> (path: String, name: String)? {
        guard let media = source.media, !media.isEmpty else { return nil }
        let parts = media.split(separator: "/", omittingEmptySubsequences: false)
        guard !media.hasPrefix("/"), !media.contains("\\"), !parts.contains(".."), !parts.contains(""), parts.first != "opptak" else {
            throw ExchangeError.notRedacted(item: source.item)
        }
        let name = String(parts[parts.count - 1])
        guard options.sound == .included else { return ("relative:///" + media, name) }
        guard let file = options.study?.appendingPathComponent(media), let digest = source.mediaDigest, try Self.digest(of: file) == digest else {
            throw ExchangeError.notRedacted(item: source.item)
        }
        let inside = "\(GUID.named("sound " + source.guid)).\(file.pathExtension)"
        files.append(("sources/" + inside, file, false))
        return ("internal://" + inside, name)
    }

    static func digest(of file: URL) throws -> String? {
        guard let handle = FileHandle(forReadingAtPath: file.path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty { hash.update(data: block) }
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    // MARK: - sync points

    struct Point: Hashable {
        var guid: String
        var milliseconds: Int?
        var position: Int?
    }

    private static func guid(_ source: SourceRecord, _ position: Int?, _ milliseconds: Int?) -> String {
        GUID.named("sync \(source.guid) \(position.map(String.init) ?? "-") \(milliseconds.map(String.init) ?? "-")")
    }

    private static func inOrder(_ a: Point, _ b: Point) -> Bool {
        (a.position ?? -1, a.milliseconds ?? -1, a.guid) < (b.position ?? -1, b.milliseconds ?? -1, b.guid)
    }

    /// The version's own, or one at the beginning of each turn.
    private func syncPoints(of source: SourceRecord, version: Int64, turns: [TurnRecord], _ laid: Laid) throws -> [Point] {
        let own = try snapshot.syncPoints(ofVersion: version)
        if !own.isEmpty {
            return own.map { Point(guid: $0.guid, milliseconds: $0.milliseconds, position: $0.position.map(laid.start)) }.sorted(by: Self.inOrder)
        }
        var points: Set<Point> = []
        for turn in turns {
            guard let start = turn.start else { continue }
            let position = laid.start(turn.first), milliseconds = Int((start * 1000).rounded())
            points.insert(Point(guid: Self.guid(source, position, milliseconds), milliseconds: milliseconds, position: position))
        }
        return points.sorted(by: Self.inOrder)
    }

    /// Points at both ends of every meaning unit, with the times of its first and last word.
    private static func withEdges(of units: [UnitRecord], _ points: [Point], _ source: SourceRecord, _ text: SourceText, _ laid: Laid) -> [Point] {
        var all = Set(points)
        var timed = Set(points.filter { $0.milliseconds != nil }.compactMap(\.position)), bare: Set<Int> = []
        for unit in units {
            let time = text.milliseconds(of: unit.start..<max(unit.start, unit.end))
            for (position, milliseconds) in [(laid.start(unit.start), time?.lowerBound), (laid.end(unit.end), time?.upperBound)] {
                guard let milliseconds else {
                    bare.insert(position)
                    continue
                }
                all.insert(Point(guid: guid(source, position, milliseconds), milliseconds: milliseconds, position: position))
                timed.insert(position)
            }
        }
        for position in bare.subtracting(timed) { all.insert(Point(guid: guid(source, position, nil), milliseconds: nil, position: position)) }
        return all.sorted(by: inOrder)
    }

    private mutating func write(_ points: [Point]) throws {
        for point in points {
            try xml.start("SyncPoint")
            xml.attribute("guid", point.guid)
            xml.attribute("timeStamp", point.milliseconds.map(String.init))
            xml.attribute("position", point.position.map(String.init))
            xml.end()
        }
    }

    // MARK: - meaning units

    /// - Parameter points: a transcript's sync points; nil for a text's positions.
    private mutating func write(_ unit: UnitRecord, _ codings: [CodingRecord], among points: [Point]?, _ laid: Laid) throws {
        exported.insert(unit.guid)
        let start = laid.start(unit.start), end = laid.end(unit.end)
        try xml.start(points == nil ? "PlainTextSelection" : "TranscriptSelection")
        xml.attribute("guid", unit.guid)
        xml.attribute("name", unit.name.isEmpty ? nil : unit.name)
        if let points {
            // Of several points at one place, a unit begins at the last and ends at the first.
            xml.attribute("fromSyncPoint", Self.points(points, at: start).last?.guid)
            xml.attribute("toSyncPoint", Self.points(points, at: end).first?.guid)
        } else {
            xml.attribute("startPosition", "\(start)")
            xml.attribute("endPosition", "\(end)")
        }
        xml.attribute("creatingUser", coders[unit.coderId])
        xml.attribute("creationDateTime", Self.time(unit.createdAt))
        let other = codings.filter { $0.round != unit.round }
        let mark = Mark(
            [
                ("round", unit.round == 1 ? nil : "\(unit.round)"), ("marked", unit.isMarked == codings.isEmpty ? nil : unit.isMarked ? "yes" : "no"),
                ("lost", unit.isLost ? "yes" : nil),
            ] + other.map { ("coding", "\($0.guid):\($0.round)") })
        if let text = Mark.describe(unit.condensed, [mark]) { xml.text("Description", text) }
        for coding in codings {
            exported.insert(coding.guid)
            try xml.start("Coding")
            xml.attribute("guid", coding.guid)
            xml.attribute("creatingUser", coders[coding.coderId])
            xml.attribute("creationDateTime", Self.time(coding.createdAt))
            xml.empty("CodeRef", "targetGUID", codes[coding.codeId] ?? "")
            writeNotes(on: coding.guid)
            xml.end()
        }
        writeNotes(on: unit.guid)
        xml.end()
    }

    private static func points(_ points: [Point], at position: Int) -> ArraySlice<Point> {
        var low = 0, high = points.count
        while low < high {
            let middle = (low + high) / 2
            if (points[middle].position ?? -1) < position { low = middle + 1 } else { high = middle }
        }
        return points[low...].prefix { $0.position == position }
    }
}
