import Foundation

/// How the channels of a recording relate to each other, measured, with the reason for the judgement.
public struct ChannelLayout: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case mono
        /// The same signal on both channels, perhaps at different levels or with inverted polarity.
        case dualMono = "dual-mono"
        /// Each speaker has a channel of his or her own.
        case oneSpeakerPerChannel = "one-speaker-per-channel"
        /// Two microphones in one room: everybody is on both channels.
        case stereoPair = "stereo-pair"
        /// One of the two channels holds no sound.
        case oneDeadChannel = "one-dead-channel"
        /// No channel holds sound.
        case silent
        /// More than two channels.
        case multichannel
    }

    /// What was measured on a pair of channels.
    public struct Measures: Codable, Hashable, Sendable {
        /// Correlation of the two channels at lag 0 over the whole recording, −1 … 1.
        public var correlation: Double
        /// Mean over active 100 ms windows of the greatest absolute correlation within ±1.5 ms, 0 … 1.
        public var laggedCorrelation: Double
        /// Level of the first channel minus the second, dB, over the whole recording.
        public var levelDifferenceDB: Double
        /// Standard deviation over active frames of the level difference, dB.
        public var levelDifferenceSpreadDB: Double
        /// Share of active frames (30 ms) where the first channel is more than 6 dB louder, 0 … 1.
        public var firstDominates: Double
        /// Share of active frames where the second channel is more than 6 dB louder.
        public var secondDominates: Double
        /// Active frames: those at least 10 dB above the 10th percentile of the louder channel's frame levels; above the
        /// middle between that and the 95th percentile when these are under 20 dB apart; all when under 6 dB.
        public var activeFrames: Int
    }

    public var kind: Kind
    /// Only for two channels that both hold sound.
    public var measures: Measures?
    /// Channels (from 0) without sound.
    public var deadChannels: [Int]
    /// Whether the channels cancel each other when mixed.
    public var polarityInverted: Bool
    /// Why, in one sentence.
    public var reason: String
    /// What to listen to when one stream is wanted: the mix, unless a channel is dead or cancels the other.
    public var recommended: ChannelSelection

    /// The judgement from the measures. Thresholds: |correlation| ≥ 0.98 means the same signal; one channel louder by 6 dB
    /// in at least 60 % of the active frames, and either in at least 10 %, means a speaker on each.
    static func judge(channels: Int, dead: [Int], measures: Measures?) -> ChannelLayout {
        func layout(
            _ kind: Kind, _ reason: String, inverted: Bool = false, recommended: ChannelSelection = .mix
        ) -> ChannelLayout {
            ChannelLayout(
                kind: kind, measures: measures, deadChannels: dead, polarityInverted: inverted, reason: reason,
                recommended: recommended)
        }
        if dead.count == channels {
            return layout(.silent, channels == 1 ? "The only channel holds no sound." : "No channel holds any sound.")
        }
        if channels == 1 { return layout(.mono, "There is one channel.") }
        if channels > 2 {
            let note = dead.isEmpty ? "" : "; without sound: \(dead.map { String($0 + 1) }.joined(separator: ", "))"
            let live = (0..<channels).filter { !dead.contains($0) }
            return layout(
                .multichannel, "There are \(channels) channels\(note).",
                recommended: live.count == 1 ? .channel(live[0]) : .mix)
        }
        if let silent = dead.first {
            return layout(
                .oneDeadChannel, "Channel \(silent + 1) holds no sound; everything is on channel \(2 - silent).",
                recommended: .channel(1 - silent))
        }
        guard let m = measures else { return layout(.stereoPair, "The channels were not compared.") }
        let dominated = m.firstDominates + m.secondDominates
        func figure(_ value: Double) -> String { fixed(value, 2) }
        func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
        if abs(m.correlation) >= 0.98 {
            let inverted = m.correlation < 0
            return layout(
                .dualMono,
                "Both channels carry the same signal (correlation \(figure(m.correlation)), level difference "
                    + "\(fixed(abs(m.levelDifferenceDB), 1)) dB)"
                    + (inverted ? ", with opposite polarity: mixing them would cancel it." : "."),
                inverted: inverted, recommended: inverted ? .channel(0) : .mix)
        }
        if m.activeFrames >= 10, dominated >= 0.6, min(m.firstDominates, m.secondDominates) >= 0.1 {
            return layout(
                .oneSpeakerPerChannel,
                "The channels take turns: the first is clearly louder in \(percent(m.firstDominates)) and the second in "
                    + "\(percent(m.secondDominates)) of the active frames (correlation \(figure(m.correlation))).")
        }
        let inverted = m.correlation <= -0.7
        return layout(
            .stereoPair,
            "Everybody is on both channels, with differences in level and time (correlation \(figure(m.correlation)), "
                + "within ±1.5 ms \(figure(m.laggedCorrelation)); one channel clearly louder in \(percent(dominated)) of the active frames).",
            inverted: inverted, recommended: inverted ? .channel(0) : .mix)
    }
}

/// A number with a fixed count of decimals, always with a point.
func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
}
