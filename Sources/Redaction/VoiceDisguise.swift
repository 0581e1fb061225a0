import DSP
import Foundation
import Signal

/// By how much each voice of a recording is moved, and when which voice speaks.
///
/// Pitches are moved to a neutral height between those of men and women, formants 12 to 20 % the same way, each by an amount that looks
/// like chance and depends on a seed. That hides a voice from the ear and from a simple voice model. It does not make the speaker
/// anonymous: who knows the method can try all amounts and undo it, and way of speaking, words and rhythm are as they were (Srivastava
/// et al. 2020, "Evaluating voice conversion-based privacy protection against informed attackers").
public struct VoiceDisguise: Sendable, Hashable {
    public struct Voice: Sendable, Hashable {
        public var label: String
        public var shift: VoiceShift

        public init(label: String, shift: VoiceShift) {
            self.label = label
            self.shift = shift
        }
    }

    public let voices: [Voice]
    /// Index of the voice from each position on, in order.
    private let changes: [(position: Int, voice: Int)]

    public static func == (a: VoiceDisguise, b: VoiceDisguise) -> Bool {
        a.voices == b.voices && a.changes.elementsEqual(b.changes) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(voices) }

    /// Hz that voices are moved to: between the medians of men, about 120, and women, about 210.
    public static let neutralPitch = 160.0
    /// Factor that a pitch moves by at least, for a voice that lies at the neutral pitch already; and at most, to stay a voice.
    static let leastMove = 1.1, mostMove = 1.6

    /// The same for all of a recording.
    public init(voice: Voice) {
        voices = [voice]
        changes = [(0, 0)]
    }

    /// - Parameters:
    ///   - voices: at least one.
    ///   - segments: who speaks when; labels that are no voice's are passed over. Between segments the nearer voice goes on; where they
    ///     overlap, the one that came in last.
    public init(voices: [Voice], segments: [LabeledSegment]) {
        self.voices = voices
        let number = Dictionary(voices.enumerated().map { ($1.label, $0) }, uniquingKeysWith: { first, _ in first })
        let known = segments.filter { number[$0.label] != nil && !$0.range.isEmpty }.sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        let edges = Set(known.flatMap { [$0.range.start, $0.range.end] }).sorted()
        var changes: [(position: Int, voice: Int)] = [], speaking: [LabeledSegment] = [], next = 0, silentFrom: Int?
        for edge in edges {
            speaking.removeAll { $0.range.end <= edge }
            while next < known.count, known[next].range.start <= edge {
                speaking.append(known[next])
                next += 1
            }
            guard let voice = speaking.last.flatMap({ number[$0.label] }) else {
                silentFrom = edge
                continue
            }
            let position = changes.isEmpty ? 0 : silentFrom.map { ($0 + edge) / 2 } ?? edge
            silentFrom = nil
            if changes.last?.voice != voice { changes.append((position, voice)) }
        }
        self.changes = changes.isEmpty ? [(0, 0)] : changes
    }

    /// What happens at a position.
    public func shift(at position: Int) -> VoiceShift {
        var low = 0, high = changes.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if changes[middle].position <= position { low = middle } else { high = middle }
        }
        return voices[changes[low].voice].shift
    }

    /// The move of one voice.
    ///
    /// - Parameters:
    ///   - medianPitch: of the voice, Hz; nil when it could not be measured.
    ///   - seed: the same seed gives the same move.
    public static func shift(medianPitch: Double?, seed: UInt64) -> VoiceShift {
        var state = seed
        func uniform() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
        }
        let median = medianPitch.map { min(500, max(60, $0)) } ?? neutralPitch
        // A semitone and a half around the neutral pitch.
        let target = neutralPitch * exp2((uniform() - 0.5) * 0.25), amount = 0.12 + 0.08 * uniform(), aside = uniform(), side = uniform()
        var pitch = target / median
        if max(pitch, 1 / pitch) < leastMove {
            let move = leastMove + 0.1 * aside
            // To the other side of the neutral pitch; one that lies right on it to either.
            let isUp = max(median / neutralPitch, neutralPitch / median) < 1.03 ? side < 0.5 : median < neutralPitch
            pitch = isUp ? move : 1 / move
        }
        pitch = min(mostMove, max(1 / mostMove, pitch))
        return VoiceShift(pitch: pitch, formants: pitch >= 1 ? 1 + amount : 1 - amount, medianPitch: median)
    }
}
