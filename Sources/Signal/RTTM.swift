/// Rich Transcription Time Marked: who spoke when, one stretch a line, in seconds.
///
/// Source: NIST, *Rich Transcription 2009 evaluation plan*, appendix A. Only `SPEAKER` lines are kept; the format's other
/// types (words, fillers, noise, …) are skipped. Seconds exist here only because the file has them: `segments(...)` gives
/// sample positions.
public struct RTTM: Hashable, Sendable, Codable {
    /// One `SPEAKER` line.
    public struct Entry: Hashable, Sendable, Codable {
        /// The recording's name, without extension.
        public var file: String
        /// Channel, counted from 1.
        public var channel: Int
        /// Start in seconds from the start of the recording, never negative.
        public var start: Double
        /// Length in seconds, never negative.
        public var duration: Double
        /// Speaker, or `speech`.
        public var label: String
        /// Belief that the label is right, 0 … 1; nil when the file has `<NA>`.
        public var confidence: Double?

        public init(
            file: String, channel: Int = 1, start: Double, duration: Double, label: String, confidence: Double? = nil
        ) {
            self.file = file
            self.channel = channel
            self.start = start
            self.duration = duration
            self.label = label
            self.confidence = confidence
        }

        public var end: Double { start + duration }
    }

    /// In the file's order.
    public var entries: [Entry]

    public init(entries: [Entry] = []) { self.entries = entries }

    /// Segments of one recording, in order of start, end and label.
    ///
    /// - Parameters:
    ///   - segments: ranges counted at `rate`.
    ///   - file: the recording's name; white space becomes `_`.
    public init(segments: [LabeledSegment], rate: SampleRate, file: String, channel: Int = 1) {
        entries = segments.sorted { ($0.range, $0.label) < ($1.range, $1.label) }.map {
            Entry(
                file: file, channel: channel, start: rate.seconds($0.range.start),
                duration: rate.seconds($0.range.end) - rate.seconds($0.range.start), label: $0.label,
                confidence: $0.confidence)
        }
    }

    private static let otherTypes: Set<Substring> = [
        "SPKR-INFO", "NOSCORE", "NO_RT_METADATA", "SEGMENT", "LEXEME", "NON-LEX", "NON-SPEECH", "FILLER", "EDIT", "IP",
        "SU", "CB", "A/P",
    ]

    /// Reads RTTM text: blank lines, comments (`;;`, or a line that starts with `#`), any white space and either line
    /// ending are accepted.
    ///
    /// - Throws: `AnnotationFileError` with the line number.
    public init(parsing text: String) throws {
        var entries: [Entry] = []
        for (number, fields) in AnnotationLine.parse(text) {
            func fail(_ problem: String) -> AnnotationFileError {
                AnnotationFileError(format: "RTTM", line: number, problem: problem)
            }
            if Self.otherTypes.contains(fields[0]) { continue }
            guard fields[0] == "SPEAKER" else { throw fail("the first field is not an RTTM type such as SPEAKER") }
            guard fields.count >= 8 else {
                throw fail("\(fields.count) fields; a SPEAKER line has 9 or 10")
            }
            guard let channel = AnnotationLine.channel(fields[2]) else { throw fail("the channel is not a number") }
            guard let start = AnnotationLine.seconds(fields[3]), start >= 0 else {
                throw fail("the start is not a time in seconds from 0")
            }
            guard let duration = AnnotationLine.seconds(fields[4]), duration >= 0 else {
                throw fail("the duration is not a number of seconds from 0")
            }
            var confidence: Double?
            if fields.count > 8, fields[8] != "<NA>" {
                guard let value = AnnotationLine.seconds(fields[8]) else { throw fail("the confidence is not a number") }
                confidence = value
            }
            entries.append(
                Entry(
                    file: String(fields[1]), channel: channel, start: start, duration: duration,
                    label: String(fields[7]), confidence: confidence))
        }
        self.entries = entries
    }

    /// The names of the recordings in the file, each once, in order of first appearance.
    public var files: [String] {
        var seen = Set<String>()
        return entries.compactMap { seen.insert($0.file).inserted ? $0.file : nil }
    }

    /// The segments of one recording as sample positions, in order of start, end and label.
    ///
    /// - Parameters:
    ///   - file: keep this recording only; nil keeps all.
    ///   - channel: keep this channel only; nil keeps all.
    public func segments(rate: SampleRate, file: String? = nil, channel: Int? = nil) -> [LabeledSegment] {
        entries.filter { (file == nil || $0.file == file) && (channel == nil || $0.channel == channel) }
            .map {
                LabeledSegment(
                    range: SampleRange(rate.position(seconds: $0.start), rate.position(seconds: $0.end)),
                    label: $0.label, confidence: $0.confidence)
            }
            .sorted { ($0.range, $0.label) < ($1.range, $1.label) }
    }

    /// The file's text: ten fields a line, times with three decimals, LF line ends.
    ///
    /// Start and end are rounded, not start and duration, so that segments that meet still meet in the file.
    public func formatted() -> String {
        var text = ""
        for entry in entries {
            let start = AnnotationLine.milliseconds(entry.start)
            let duration = max(0, AnnotationLine.milliseconds(entry.end) - start)
            let confidence =
                entry.confidence.map { AnnotationLine.format(milliseconds: AnnotationLine.milliseconds($0)) } ?? "<NA>"
            text += "SPEAKER \(AnnotationLine.field(entry.file)) \(entry.channel) "
            text += "\(AnnotationLine.format(milliseconds: start)) \(AnnotationLine.format(milliseconds: duration)) "
            text += "<NA> <NA> \(AnnotationLine.field(entry.label)) \(confidence) <NA>\n"
        }
        return text
    }
}
