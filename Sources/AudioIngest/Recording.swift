import Foundation
import Signal

/// Which of a recording's channels to listen to.
public enum ChannelSelection: Hashable, Sendable, Codable {
    /// The mean of all channels.
    case mix
    /// One channel, counted from 0.
    case channel(Int)
}

/// One recording, in one file or in the several files a recorder split it into, as one stream.
///
/// A value: it holds what opening found, and opens the files again for each source. Sample positions count from the first
/// sample of the first part, at the files' own rate.
public struct Recording: Sendable {
    /// One file of the recording.
    public struct Part: Sendable, Codable, Hashable {
        /// Path as given; not part of any digest.
        public var path: String
        public var format: AudioFormat
        public var metadata: RecorderMetadata
        public var byteCount: Int64
        /// Position of the part's first sample in the recording.
        public var start: Int
    }

    public let parts: [Part]
    public var rate: SampleRate { parts[0].format.rate }
    public var channels: Int { parts[0].format.channels }
    /// Samples per channel over all parts.
    public let length: Int
    /// What opening the parts found.
    public let warnings: [IngestWarning]
    private let digests = DigestCache()

    /// Opens the files, in order, as one recording.
    ///
    /// - Throws: `IngestError`: `noParts`; `partsDisagree` when rates or channel counts differ; what opening a file throws.
    public init(parts paths: [String]) throws {
        var parts: [Part] = []
        var warnings: [IngestWarning] = []
        var length = 0
        for path in paths {
            let file = try AudioFile(path: path)
            if let first = parts.first?.format, first.rate != file.format.rate || first.channels != file.format.channels {
                throw IngestError(
                    .partsDisagree,
                    "“\(file.name)” has \(file.format.rate) and \(file.format.channels) channels, but the part before it has "
                        + "\(first.rate) and \(first.channels).",
                    advice: "Parts of one recording have the same format: list files that belong to other recordings apart.")
            }
            parts.append(
                Part(
                    path: path, format: file.format, metadata: file.metadata, byteCount: file.byteCount, start: length))
            warnings += file.warnings
            let (sum, overflow) = length.addingReportingOverflow(file.format.frames)
            guard !overflow else { throw AudioFileOpener.absurd(file.name, "its length is impossible") }
            length = sum
        }
        guard !parts.isEmpty else {
            throw IngestError(.noParts, "A recording without files was asked for.", advice: "List at least one file.")
        }
        self.parts = parts
        self.length = length
        self.warnings = warnings + Recording.gaps(parts)
    }

    public init(path: String) throws { try self.init(parts: [path]) }

    /// Duration in seconds.
    public var seconds: Double { rate.seconds(length) }

    /// The format of the whole: the first part's, with the length of all.
    public var format: AudioFormat {
        var format = parts[0].format
        format.frames = length
        return format
    }

    /// The first part's metadata, with the markers of all parts at their positions in the recording.
    public var metadata: RecorderMetadata {
        var result = parts[0].metadata
        for part in parts.dropFirst() {
            for var cue in part.metadata.cues {
                cue.position += part.start
                result.cues.append(cue)
            }
        }
        return result
    }

    /// When the recording started by the recorder's clock, which knows no time zone: the clock's figures are taken as
    /// UTC, so format it with UTC, too. Nil without a `bext` chunk with a valid date.
    public var startDate: Date? {
        parts[0].metadata.broadcast?.clockSeconds.map { Date(timeIntervalSince1970: Double($0)) }
    }

    /// SHA-256 of the recording's bytes as 64 hexadecimal digits: the file's digest for one part, else
    /// `ContentDigest.combined` of the parts' digests. Read once, then remembered.
    public func digest(progress: Signal.Progress? = nil) throws -> String {
        ContentDigest.combined(try partDigests(progress: progress))
    }

    /// SHA-256 of every part's bytes, in order.
    public func partDigests(progress: Signal.Progress? = nil) throws -> [String] {
        if let known = digests.value { return known }
        let total = Double(max(1, parts.reduce(0) { $0 + $1.byteCount }))
        var done: Int64 = 0
        var result: [String] = []
        for part in parts {
            let before = Double(done)
            let share = Double(part.byteCount)
            let partProgress: Signal.Progress? = progress.map { report in
                { @Sendable fraction in try report((before + fraction * share) / total) }
            }
            result.append(try ContentDigest.sha256Hex(ofFile: part.path, progress: partProgress))
            done += part.byteCount
        }
        digests.value = result
        return result
    }

    /// Mono samples at 16 kHz (`SampleRate.analysis`): position p is the sound at p / 16000 s of the recording.
    ///
    /// - Throws: `IngestError` with `noSuchChannel`, or what opening a part throws.
    public func analysisSource(
        _ channel: ChannelSelection = .mix, quality: Resampler.Quality = .high
    ) throws -> RecordingSource {
        try RecordingSource(self, channel, rate: .analysis, quality: quality)
    }

    /// Mono samples at the recording's own rate.
    public func nativeSource(_ channel: ChannelSelection = .mix) throws -> RecordingSource {
        try RecordingSource(self, channel, rate: rate, quality: .high)
    }

    /// A reader of all parts, interleaved, all channels.
    func reader() -> InterleavedReader { InterleavedReader(self) }

    private static func gaps(_ parts: [Part]) -> [IngestWarning] {
        var warnings: [IngestWarning] = []
        for (before, after) in zip(parts, parts.dropFirst()) {
            guard let first = before.metadata.broadcast?.clockSeconds, let second = after.metadata.broadcast?.clockSeconds
            else { continue }
            let gap = Double(second - first) - before.format.seconds
            // The clock counts whole seconds, on both sides.
            if abs(gap) > 2.5 {
                let name = ReadOnlyFile.lastComponent(after.path)
                let what = gap > 0 ? "\(AudioFormat.clock(gap)) after" : "\(AudioFormat.clock(-gap)) before"
                warnings.append(
                    IngestWarning(
                        .gapBetweenParts,
                        "By the recorder's clock “\(name)” starts \(what) the end of the part before it; the parts are joined "
                            + "without a gap, so check that they belong together."))
            }
        }
        return warnings
    }
}

/// Remembers digests, so that a recording is not read twice for the same answer.
private final class DigestCache: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: [String]?
    var value: [String]? {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }
}
