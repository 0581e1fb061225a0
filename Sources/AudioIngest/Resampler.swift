import CSoxr
import Signal

/// Converts a mono Float stream from one sampling frequency to another with libsoxr.
///
/// The output is aligned with the input: output sample `n` is the signal at `n / outputRate` seconds (libsoxr discards its
/// own filter delay), and the whole output of `N` input samples has round(N · outputRate / inputRate) samples.
/// The pass band reaches 0.913 of the lower Nyquist frequency at `.high`; rejection is about 120 dB (20 bits).
public final class Resampler {
    /// Recipes of libsoxr, by precision.
    public enum Quality: Sendable {
        /// 16-bit precision; about twice as fast.
        case medium
        /// 20-bit precision.
        case high

        fileprivate var recipe: UInt {
            switch self {
            case .medium: UInt(SOXR_MQ)
            // SOXR_HQ is an alias that the importer does not see through; 4 is the 20-bit recipe.
            case .high: UInt(SOXR_20_BITQ)
            }
        }
    }

    public let inputRate: SampleRate
    public let outputRate: SampleRate
    /// Input samples taken so far.
    public private(set) var consumed = 0
    /// Output samples given so far.
    public private(set) var produced = 0

    private let state: soxr_t?
    private var scratch: [Float] = []
    private var finished = false

    /// - Throws: `IngestError` with `resampling` when libsoxr refuses the pair of rates.
    public init(from inputRate: SampleRate, to outputRate: SampleRate, quality: Quality = .high) throws {
        self.inputRate = inputRate
        self.outputRate = outputRate
        if inputRate == outputRate {
            state = nil
            return
        }
        var failure: soxr_error_t?
        var io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
        var recipe = soxr_quality_spec(quality.recipe, 0)
        var runtime = soxr_runtime_spec(1)
        let created = soxr_create(
            Double(inputRate.hertz), Double(outputRate.hertz), 1, &failure, &io, &recipe, &runtime)
        guard let created, failure == nil else {
            throw Resampler.error(failure, inputRate, outputRate)
        }
        state = created
    }

    deinit { if let state { soxr_delete(state) } }

    /// Feeds `samples` and appends what is ready to `output`.
    public func process(_ samples: UnsafeBufferPointer<Float>, appendingTo output: inout [Float]) throws {
        guard !finished, !samples.isEmpty else { return }
        consumed += samples.count
        guard let state else {
            output.append(contentsOf: samples)
            produced += samples.count
            return
        }
        var offset = 0
        while offset < samples.count, let base = samples.baseAddress {
            var used = 0
            var made = 0
            let room = reserve(samples.count - offset)
            let failure = scratch.withUnsafeMutableBufferPointer { out in
                soxr_process(state, base + offset, samples.count - offset, &used, out.baseAddress, room, &made)
            }
            if failure != nil { throw Resampler.error(failure, inputRate, outputRate) }
            output.append(contentsOf: scratch[..<made])
            produced += made
            offset += used
            if used == 0, made == 0 { break }
        }
    }

    public func process(_ samples: [Float], appendingTo output: inout [Float]) throws {
        try samples.withUnsafeBufferPointer { try process($0, appendingTo: &output) }
    }

    /// Ends the stream: appends what the filter still holds, so that the total is round(consumed · ratio).
    public func finish(appendingTo output: inout [Float]) throws {
        guard !finished else { return }
        finished = true
        guard let state else { return }
        let total = inputRate.convert(consumed, to: outputRate)
        while produced < total {
            var made = 0
            let room = reserve(8_192)
            let failure = scratch.withUnsafeMutableBufferPointer { out in
                soxr_process(state, nil, 0, nil, out.baseAddress, room, &made)
            }
            if failure != nil { throw Resampler.error(failure, inputRate, outputRate) }
            if made == 0 { break }
            let kept = min(made, total - produced)
            output.append(contentsOf: scratch[..<kept])
            produced += kept
        }
        if produced < total {
            output.append(contentsOf: repeatElement(0, count: total - produced))
            produced = total
        }
    }

    private func reserve(_ inputCount: Int) -> Int {
        let room = Int(Double(inputCount) * Double(outputRate.hertz) / Double(inputRate.hertz)) + 64
        if scratch.count < room { scratch = [Float](repeating: 0, count: room) }
        return room
    }

    private static func error(_ failure: soxr_error_t?, _ from: SampleRate, _ to: SampleRate) -> IngestError {
        let detail = failure.map { String(cString: $0) } ?? "out of memory"
        return IngestError(
            .resampling, "Converting from \(from) to \(to) failed: \(detail).",
            advice: "Convert the recording to 44100 or 48000 Hz first, for example with ffmpeg.")
    }
}
