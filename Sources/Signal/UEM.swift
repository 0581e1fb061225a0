/// Un-partitioned Evaluation Map: the stretches of each recording that count in a score, in seconds.
///
/// Source: NIST, *Rich Transcription 2009 evaluation plan*. A line is `file channel start end`.
public struct UEM: Hashable, Sendable, Codable {
    /// One line.
    public struct Entry: Hashable, Sendable, Codable {
        /// The recording's name, without extension.
        public var file: String
        /// Channel, counted from 1.
        public var channel: Int
        /// Seconds from the start of the recording, never negative.
        public var start: Double
        /// Seconds; never before `start`.
        public var end: Double

        public init(file: String, channel: Int = 1, start: Double, end: Double) {
            self.file = file
            self.channel = channel
            self.start = start
            self.end = max(start, end)
        }
    }

    /// In the file's order.
    public var entries: [Entry]

    public init(entries: [Entry] = []) { self.entries = entries }

    /// The scored stretches of one recording.
    public init(regions: [SampleRange], rate: SampleRate, file: String, channel: Int = 1) {
        entries = regions.sorted().map {
            Entry(file: file, channel: channel, start: rate.seconds($0.start), end: rate.seconds($0.end))
        }
    }

    /// Reads UEM text, as tolerant of comments and white space as `RTTM.init(parsing:)`.
    ///
    /// - Throws: `AnnotationFileError` with the line number.
    public init(parsing text: String) throws {
        var entries: [Entry] = []
        for (number, fields) in AnnotationLine.parse(text) {
            func fail(_ problem: String) -> AnnotationFileError {
                AnnotationFileError(format: "UEM", line: number, problem: problem)
            }
            guard fields.count >= 4 else { throw fail("\(fields.count) fields; a line has 4: file channel start end") }
            guard let channel = AnnotationLine.channel(fields[1]) else { throw fail("the channel is not a number") }
            guard let start = AnnotationLine.seconds(fields[2]), start >= 0 else {
                throw fail("the start is not a time in seconds from 0")
            }
            guard let end = AnnotationLine.seconds(fields[3]), end >= start else {
                throw fail("the end is not a time in seconds at or after the start")
            }
            entries.append(Entry(file: String(fields[0]), channel: channel, start: start, end: end))
        }
        self.entries = entries
    }

    /// The scored stretches of one recording as sample positions, in order, with overlapping and touching ones merged.
    ///
    /// - Parameter file: keep this recording only; nil keeps all.
    public func regions(rate: SampleRate, file: String? = nil, channel: Int? = nil) -> [SampleRange] {
        let ranges = entries.filter {
            (file == nil || $0.file == file) && (channel == nil || $0.channel == channel)
        }.map { SampleRange(rate.position(seconds: $0.start), rate.position(seconds: $0.end)) }
        var merged: [SampleRange] = []
        for range in ranges.sorted() where !range.isEmpty {
            if let last = merged.last, range.start <= last.end {
                merged[merged.count - 1] = last.union(range)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The file's text: times with three decimals, LF line ends.
    public func formatted() -> String {
        var text = ""
        for entry in entries {
            let start = AnnotationLine.format(milliseconds: AnnotationLine.milliseconds(entry.start))
            let end = AnnotationLine.format(milliseconds: AnnotationLine.milliseconds(entry.end))
            text += "\(AnnotationLine.field(entry.file)) \(entry.channel) \(start) \(end)\n"
        }
        return text
    }
}
