import DSP
import Foundation
import Signal

/// Takes spans out of a recording as it streams by, and disguises the voices when asked.
///
/// Every channel alike. As many frames come out as go in, at the same positions, so that times still fit. The spans are taken out
/// before the voices are moved, so that nothing of them spreads, and once more after, so that nothing spreads into them.
public final class SoundRedactor {
    private let mask: SoundMask
    private let disguise: VoiceDisguise?
    private let channels: Int
    private var shifters: [Channel] = []
    private var received = 0
    private var delivered = 0

    /// What cannot be copied cannot stand in an array.
    private final class Channel {
        var shifter: VoiceShifter
        var input: [Float] = []
        var output: [Float] = []
        init(rate: SampleRate) throws { shifter = try VoiceShifter(rate: rate) }
    }

    /// - Throws: `DSPError` when voices are to be disguised at a rate outside 8 to 192 kHz.
    public init(mask: SoundMask, disguise: VoiceDisguise?, rate: SampleRate, channels: Int) throws {
        self.mask = mask
        self.disguise = disguise
        self.channels = channels
        if disguise != nil { shifters = try (0..<channels).map { _ in try Channel(rate: rate) } }
    }

    /// - Parameter samples: interleaved, whole frames, following those of the call before.
    /// - Returns: frames that are ready, interleaved, following those of the call before.
    public func process(_ samples: [Float]) -> [Float] {
        var samples = samples
        mask.apply(to: &samples, channels: channels, start: received)
        let frames = samples.count / channels
        received += frames
        guard let disguise else { return samples }
        for (number, channel) in shifters.enumerated() {
            channel.input.removeAll(keepingCapacity: true)
            for frame in 0..<frames { channel.input.append(samples[frame * channels + number]) }
            channel.input.withUnsafeBufferPointer { channel.shifter.process($0, shift: disguise.shift, into: &channel.output) }
        }
        return ready()
    }

    /// The frames that were still held back.
    public func finish() -> [Float] {
        guard let disguise else { return [] }
        for channel in shifters { channel.shifter.finish(shift: disguise.shift, into: &channel.output) }
        return ready()
    }

    private func ready() -> [Float] {
        let frames = shifters.map(\.output.count).min() ?? 0
        var result = [Float](repeating: 0, count: frames * channels)
        for (number, channel) in shifters.enumerated() {
            for frame in 0..<frames { result[frame * channels + number] = Self.limited(channel.output[frame]) }
            channel.output.removeFirst(frames)
        }
        mask.apply(to: &result, channels: channels, start: delivered)
        delivered += frames
        return result
    }

    /// Moved resonances can add up beyond full scale: bent softly from 0.9 on.
    private static func limited(_ x: Float) -> Float {
        let size = abs(x)
        guard size > 0.9 else { return x }
        return (x < 0 ? -1 : 1) * (0.9 + 0.1 * tanhf((size - 0.9) / 0.1))
    }
}
