import CFFTW
import Synchronization

/// FFTW's planner keeps global state: making and destroying plans must not overlap. Executing a plan may.
private let planner = PlannerLock()

private final class PlannerLock: Sendable {
    private let mutex = Mutex(())
    func locked<R: ~Copyable>(_ body: () -> R) -> R { mutex.withLock { _ in body() } }
}

/// A Fourier transform of real signals of one size, with its plan and its aligned buffers.
///
/// For `n` real samples the spectrum has `n/2 + 1` bins, bin `k` at `k · rate / n` Hz, and
/// `X[k] = Σ x[t] · exp(−2πi·k·t/n)` without scaling; `inverse` divides by `n`, so that it undoes `forward`.
/// The transform is FFTW's in single precision (Frigo and Johnson 2005), planned with `FFTW_ESTIMATE`: measured plans
/// differ from run to run, and with them the last bits of the result.
///
/// A value is one worker's tool: it cannot be copied, and is not meant to be shared between threads.
public struct RealFFT: ~Copyable {
    /// Samples in the time domain.
    public let size: Int
    /// Bins in the spectrum, `size/2 + 1`.
    public var binCount: Int { size / 2 + 1 }

    private let time: UnsafeMutablePointer<Float>
    private let frequency: UnsafeMutablePointer<fftwf_complex>
    private let forwardPlan: fftwf_plan
    private let inversePlan: fftwf_plan

    /// - Parameter size: samples in the time domain, 2 … 2²⁴. Products of small primes are fast; powers of two fastest.
    /// - Throws: `DSPError.invalidParameter`, or `.transformUnavailable` when memory runs out.
    public init(size: Int) throws {
        try DSPError.require(size >= 2 && size <= 1 << 24, "the transform size", size, "2 to 16777216")
        let bins = size / 2 + 1
        guard let time = fftwf_alloc_real(size) else { throw DSPError.transformUnavailable(size: size) }
        guard let frequency = fftwf_alloc_complex(bins) else {
            fftwf_free(time)
            throw DSPError.transformUnavailable(size: size)
        }
        time.initialize(repeating: 0, count: size)
        frequency.initialize(repeating: (0, 0), count: bins)
        nonisolated(unsafe) let t = time, f = frequency
        let plans: (forward: fftwf_plan?, inverse: fftwf_plan?) = planner.locked {
            nonisolated(unsafe) let made = (
                fftwf_plan_dft_r2c_1d(Int32(size), t, f, UInt32(FFTW_ESTIMATE)),
                fftwf_plan_dft_c2r_1d(Int32(size), f, t, UInt32(FFTW_ESTIMATE)))
            return made
        }
        guard let forwardPlan = plans.forward, let inversePlan = plans.inverse else {
            planner.locked {
                if let p = plans.forward { fftwf_destroy_plan(p) }
                if let p = plans.inverse { fftwf_destroy_plan(p) }
            }
            fftwf_free(time)
            fftwf_free(frequency)
            throw DSPError.transformUnavailable(size: size)
        }
        self.size = size
        self.time = time
        self.frequency = frequency
        self.forwardPlan = forwardPlan
        self.inversePlan = inversePlan
    }

    deinit {
        planner.locked {
            fftwf_destroy_plan(forwardPlan)
            fftwf_destroy_plan(inversePlan)
        }
        fftwf_free(time)
        fftwf_free(frequency)
    }

    /// The smallest power of two that is at least `length`.
    public static func powerOfTwo(atLeast length: Int) -> Int {
        var n = 2
        while n < length { n *= 2 }
        return n
    }

    // MARK: Staged use, without copies

    /// The time-domain buffer, `size` samples, to be filled before `transform()` or read after `transformBack()`.
    public var samples: UnsafeMutableBufferPointer<Float> { .init(start: time, count: size) }

    /// The spectrum as interleaved real and imaginary parts, `2 · binCount` values.
    public var interleavedSpectrum: UnsafeMutableBufferPointer<Float> {
        .init(start: UnsafeMutableRawPointer(frequency).assumingMemoryBound(to: Float.self), count: 2 * binCount)
    }

    /// Transforms `samples` into `interleavedSpectrum`; `samples` keeps its values.
    public mutating func transform() { fftwf_execute(forwardPlan) }

    /// Transforms `interleavedSpectrum` back into `samples`, times `size`; the spectrum is destroyed.
    public mutating func transformBack() { fftwf_execute(inversePlan) }

    // MARK: Whole operations

    /// The spectrum of `input`, padded with zeros to `size` (or cut), as `2 · binCount` interleaved values.
    public mutating func forward(
        _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(output.count >= 2 * binCount, "the output holds 2 · binCount values")
        load(input)
        transform()
        guard let out = output.baseAddress, let spectrum = interleavedSpectrum.baseAddress else { return }
        out.update(from: spectrum, count: 2 * binCount)
    }

    /// The signal whose spectrum is given as `2 · binCount` interleaved values; undoes `forward`.
    public mutating func inverse(
        _ spectrum: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(spectrum.count >= 2 * binCount && output.count >= size, "buffers fit the transform size")
        guard let source = spectrum.baseAddress, let own = interleavedSpectrum.baseAddress else { return }
        own.update(from: source, count: 2 * binCount)
        transformBack()
        Vector.scale(UnsafeBufferPointer(samples), by: 1 / Float(size), into: output)
    }

    /// |X[k]|² of `input`, padded with zeros to `size`, `binCount` values.
    public mutating func powerSpectrum(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(output.count >= binCount, "the output holds binCount values")
        load(input)
        transform()
        storePower(into: output)
    }

    /// |X[k]|² of frames that lie `hop` samples apart in `signal`, each times `window`, one row of `binCount` values a
    /// frame.
    ///
    /// - Returns: the number of rows written: as many as whole windows fit in `signal` and rows in `output`.
    @discardableResult
    public mutating func powerSpectra(
        of signal: UnsafeBufferPointer<Float>, hop: Int, window: UnsafeBufferPointer<Float>,
        into output: UnsafeMutableBufferPointer<Float>
    ) -> Int {
        precondition(hop > 0 && window.count <= size, "the hop is positive and the window no longer than the transform")
        guard let source = signal.baseAddress, let shape = window.baseAddress, let out = output.baseAddress,
            signal.count >= window.count
        else { return 0 }
        let rows = min((signal.count - window.count) / hop + 1, output.count / binCount)
        (time + window.count).update(repeating: 0, count: size - window.count)
        for row in 0..<rows {
            Vector.multiply(source + row * hop, shape, time, window.count)
            transform()
            storePower(into: .init(start: out + row * binCount, count: binCount))
        }
        return rows
    }

    /// The circular autocorrelation Σ x[t]·x[t+lag] of `input` padded with zeros to `size`, lags 0 … output.count − 1.
    ///
    /// It equals the linear autocorrelation up to lag `size − input.count` (Wiener–Khinchin).
    public mutating func autocorrelation(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(output.count <= size, "no more lags than the transform size")
        load(input)
        transform()
        autocorrelateSpectrum()
        Vector.scale(
            UnsafeBufferPointer(rebasing: samples[0..<output.count]), by: 1 / Float(size), into: output)
    }

    /// Turns the spectrum in place into the autocorrelation of `samples`, times `size`.
    mutating func autocorrelateSpectrum() {
        for k in 0..<binCount {
            let (re, im) = frequency[k]
            frequency[k] = (re * re + im * im, 0)
        }
        transformBack()
    }

    /// Writes |X[k]|² of the current spectrum, `binCount` values.
    public func storePower(into output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count >= binCount, "the output holds binCount values")
        guard let out = output.baseAddress else { return }
        let from = UnsafeRawPointer(frequency), to = UnsafeMutableRawPointer(out)
        var k = 0
        while k + 8 <= binCount {
            let v = from.loadUnaligned(fromByteOffset: k * 8, as: SIMD16<Float>.self)
            let re = v.evenHalf, im = v.oddHalf
            to.storeBytes(of: re * re + im * im, toByteOffset: k * 4, as: SIMD8<Float>.self)
            k += 8
        }
        while k < binCount {
            let (re, im) = frequency[k]
            out[k] = re * re + im * im
            k += 1
        }
    }

    private func load(_ input: UnsafeBufferPointer<Float>) {
        let count = min(input.count, size)
        if let source = input.baseAddress { time.update(from: source, count: count) }
        if count < size { (time + count).update(repeating: 0, count: size - count) }
    }
}
