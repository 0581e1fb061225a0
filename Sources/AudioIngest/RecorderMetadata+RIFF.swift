extension RecorderMetadata {
    /// The largest metadata chunk that is read; recorders write a few kilobytes.
    private static let mostBytes: Int64 = 4 << 20
    private static let mostCues = 10_000

    /// Reads `bext`, `cue `, `LIST` (INFO, adtl) and `iXML`; damaged chunks are left out with a warning.
    static func read(_ file: ReadOnlyFile, _ chunks: RIFFChunks) throws -> (RecorderMetadata, [IngestWarning]) {
        var result = RecorderMetadata()
        var damaged: [String] = []
        var labels: [UInt32: String] = [:]
        var notes: [UInt32: String] = [:]
        for chunk in chunks.chunks where ["bext", "cue ", "LIST", "list", "iXML"].contains(chunk.id) {
            guard chunk.promised == chunk.available, chunk.available <= mostBytes else {
                damaged.append(chunk.id)
                continue
            }
            let reader = ByteReader(try file.bytes(at: chunk.offset, count: Int(chunk.available)))
            switch chunk.id {
            case "bext":
                if result.broadcast == nil {
                    result.broadcast = Broadcast(reader)
                    if result.broadcast == nil { damaged.append(chunk.id) }
                }
            case "cue ":
                if !result.readCues(reader) { damaged.append("cue") }
            case "iXML":
                if result.productionNotes == nil { result.productionNotes = ProductionNotes(xml: reader.text(0, reader.count)) }
            default:
                result.readList(reader, &labels, &notes)
            }
        }
        for index in result.cues.indices {
            result.cues[index].label = labels[result.cues[index].id]
            result.cues[index].note = notes[result.cues[index].id]
        }
        result.cues.sort { ($0.position, $0.id) < ($1.position, $1.id) }
        var warnings: [IngestWarning] = []
        if !damaged.isEmpty {
            let names = damaged.map { $0.filter { $0 != " " } }.joined(separator: ", ")
            warnings.append(
                IngestWarning(.metadata, "Recorder information in “\(file.name)” is damaged and was left out (\(names))."))
        }
        return (result, warnings)
    }

    /// `cue `: a count, then 24 bytes each: id, play order, "data", chunk start, block start, sample offset.
    private mutating func readCues(_ reader: ByteReader) -> Bool {
        guard let count = reader.u32(0) else { return false }
        let whole = min(Int(count), (reader.count - 4) / 24, RecorderMetadata.mostCues)
        for index in 0..<max(0, whole) {
            let at = 4 + 24 * index
            guard let id = reader.u32(at), let order = reader.u32(at + 4), let offset = reader.u32(at + 20) else { break }
            // A few recorders fill in only the play-order field.
            cues.append(Cue(id: id, position: Int(offset == 0 ? order : offset)))
        }
        return Int(count) == whole
    }

    private mutating func readList(
        _ reader: ByteReader, _ labels: inout [UInt32: String], _ notes: inout [UInt32: String]
    ) {
        guard let kind = reader.fourCC(0) else { return }
        var at = 4
        while let id = reader.fourCC(at), let size = reader.u32(at + 4) {
            let length = min(Int(size), reader.count - at - 8)
            guard length >= 0 else { return }
            let body = at + 8
            if kind == "INFO" {
                let value = reader.text(body, length)
                if !value.isEmpty { tags.append(Tag(name: id, value: value)) }
            } else if kind == "adtl", id == "labl" || id == "note", let cue = reader.u32(body) {
                let text = reader.text(body + 4, length - 4)
                if !text.isEmpty {
                    if id == "labl" { labels[cue] = text } else { notes[cue] = text }
                }
            }
            at = body + Int(size) + Int(size & 1)
        }
    }
}

extension RecorderMetadata.Broadcast {
    /// EBU Tech 3285: 602 fixed bytes, then the coding history.
    init?(_ reader: ByteReader) {
        guard reader.count >= 348 else { return nil }
        description = reader.text(0, 256)
        originator = reader.text(256, 32)
        originatorReference = reader.text(288, 32)
        originationDate = reader.text(320, 10)
        originationTime = reader.text(330, 8)
        timeReference = reader.u64(338) ?? 0
        version = Int(reader.u16(346) ?? 0)
        codingHistory = reader.count > 602 ? reader.text(602, reader.count - 602) : ""
    }

    /// Seconds from 1970-01-01 00:00 to the first sample by the recorder's clock, or nil when the date is not one.
    ///
    /// The separators may be any character (the standard allows several); the time of day counts to the second.
    var clockSeconds: Int? {
        func numbers(_ text: String) -> [Int] {
            text.split { !$0.isNumber || !$0.isASCII }.compactMap { Int($0) }
        }
        let day = numbers(originationDate)
        let time = numbers(originationTime)
        guard day.count == 3, (1_970...2_200).contains(day[0]), (1...12).contains(day[1]), (1...31).contains(day[2])
        else { return nil }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        return RecorderMetadata.dayNumber(day[0], day[1], day[2]) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }
}

extension RecorderMetadata {
    /// Days from 1970-01-01 in the Gregorian calendar, by counting years from March so that the leap day comes last.
    static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let m = (month + 9) % 12
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1
        return days - 719_468
    }
}

extension RecorderMetadata.ProductionNotes {
    /// Takes the wanted elements by name; iXML as recorders write it is flat, and a full XML parser is not needed to
    /// find them.
    init?(xml: String) {
        guard xml.contains("<") else { return nil }
        raw = xml
        let trackList = Self.element("TRACK_LIST", in: xml[...])
        let body = xml[...]
        project = Self.text("PROJECT", in: body)
        scene = Self.text("SCENE", in: body)
        take = Self.text("TAKE", in: body)
        tape = Self.text("TAPE", in: body)
        note = Self.text("NOTE", in: body)
        guard var rest = trackList else { return }
        while tracks.count < 256, let track = Self.element("TRACK", in: rest) {
            tracks.append(
                Track(
                    channel: Self.text("CHANNEL_INDEX", in: track).flatMap { Int($0) },
                    name: Self.text("NAME", in: track), function: Self.text("FUNCTION", in: track)))
            rest = rest[track.endIndex...]
        }
    }

    private static func element(_ name: String, in text: Substring) -> Substring? {
        guard let open = text.firstRange(of: "<\(name)>") else { return nil }
        let rest = text[open.upperBound...]
        guard let close = rest.firstRange(of: "</\(name)>") else { return nil }
        return rest[..<close.lowerBound]
    }

    private static func text(_ name: String, in body: Substring) -> String? {
        guard let found = element(name, in: body) else { return nil }
        var value = String(found)
        for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
            value = value.replacing(entity, with: character)
        }
        let trimmed = ByteReader.text(Array(value.utf8))
        return trimmed.isEmpty ? nil : trimmed
    }
}
