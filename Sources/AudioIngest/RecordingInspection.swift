import Foundation
import Signal

/// What a researcher must know about a recording before trusting it. All levels in dB relative to full scale (a
/// full-scale square wave has 0 dBFS RMS, a sine −3); −120 stands for no sound at all.
public struct RecordingInspection: Codable, Sendable, Hashable {
    /// A file of the recording.
    public struct Part: Codable, Sendable, Hashable {
        /// Last path component.
        public var name: String
        public var format: AudioFormat
        public var byteCount: Int64
        public var sha256: String
    }

    /// Mains hum at 50 Hz and harmonics.
    public struct Hum: Codable, Sendable, Hashable {
        public struct Line: Codable, Sendable, Hashable {
            /// Hertz.
            public var frequency: Double
            /// Level of the line (mean of logarithms over windows of about four seconds).
            public var levelDBFS: Double
            /// How far the line stands above the median of its neighbours 3 to 15 Hz away.
            public var aboveNeighboursDB: Double
        }
        /// Two lines at least 12 dB above their neighbours, or 50 Hz by itself at least 15 dB.
        public var present: Bool
        /// All clear lines together; −120 when there is no hum.
        public var levelDBFS: Double
        public var lines: [Line]
    }

    /// The digest that identifies the recording (see `Recording.digest`).
    public var digest: String
    public var parts: [Part]
    public var format: AudioFormat
    /// Duration, seconds.
    public var seconds: Double
    public var metadata: RecorderMetadata
    public var layout: ChannelLayout
    /// One for each channel, in order.
    public var channels: [ChannelInspection]
    /// The frequency above which less than 0.001 % of the power of loud moments lies, hertz; nil without sound.
    public var bandwidth: Double?
    /// Nil when the recording is too short to tell.
    public var hum: Hum?
    public var warnings: [IngestWarning]
    /// What is wrong, and what it means for the transcript; empty when nothing is.
    public var remarks: [String]

    /// How the signal-to-noise ratio is estimated, for reports.
    public static let signalToNoiseMethod =
        "10·log10((S − N) / N): N is the power at the 10th percentile of 30 ms frame levels without digital silence, "
        + "S the mean power of the frames above the middle between that and the 95th percentile"
}

/// One channel of a recording, measured in frames of 30 ms.
public struct ChannelInspection: Codable, Sendable, Hashable {
    /// Samples lost while recording or copying.
    public struct Dropout: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable {
            case zeros
            case heldSample = "held-sample"
        }
        /// First lost sample, counted at the file's rate.
        public var position: Int
        /// Samples lost.
        public var count: Int
        public var kind: Kind
    }

    public var peakDBFS: Double
    /// RMS over the whole channel.
    public var meanDBFS: Double
    /// Mean power of the louder frames (see `RecordingInspection.signalToNoiseMethod`).
    public var speechDBFS: Double
    /// 10th percentile of frame levels, digital silence left out.
    public var noiseFloorDBFS: Double
    /// Nil for a dead channel.
    public var signalToNoiseDB: Double?
    /// Runs of at least three samples at full scale.
    public var clippedRuns: Int
    /// Share of the samples that lie in such runs, 0 … 1.
    public var clippedShare: Double
    /// Flat tops at the channel's own peak when that lies below full scale: clipping before the level was reduced.
    public var flatTops: Int
    /// Mean of all samples, full scale = 1.
    public var offset: Double
    /// Share of frames that are exactly zero.
    public var digitalSilenceShare: Double
    /// At most 200 are listed.
    public var dropouts: [Dropout]
    public var dropoutCount: Int
    /// No sound: the 95th percentile of the frame levels is under −75 dBFS, or nearly every frame is exactly zero.
    public var isDead: Bool
}
