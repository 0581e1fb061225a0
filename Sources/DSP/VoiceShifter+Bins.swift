import Foundation

extension VoiceShifter {
    /// One frame's spectrum on its way, and what is remembered of the frame before.
    struct Bins {
        let count: Int
        var real: [Float]
        var imaginary: [Float]
        var logMagnitude: [Float]
        /// ln of the envelope, and the same with its frequencies stretched.
        var envelope: [Float]
        private var stretched: [Float]
        private(set) var movedReal: [Float]
        private(set) var movedImaginary: [Float]
        private var power: [Float]
        /// Bins of the peaks, and the first bin of each peak's surroundings, with the end of the last.
        private var peaks: [Int] = []
        private var borders: [Int] = []
        /// Turns by which the phase of each bin's peak has been advanced so far; and the same of this frame.
        private var turned: [Double]
        private var turning: [Double]

        init(count: Int) {
            self.count = count
            let zeros = [Float](repeating: 0, count: count)
            real = zeros
            imaginary = zeros
            logMagnitude = zeros
            envelope = zeros
            stretched = zeros
            movedReal = zeros
            movedImaginary = zeros
            power = zeros
            turned = [Double](repeating: 0, count: count)
            turning = turned
        }

        /// Phases start anew.
        mutating func forget() { for k in 0..<count { turned[k] = 0 } }

        mutating func load(_ spectrum: UnsafeMutableBufferPointer<Float>) {
            var top: Float = 0
            for k in 0..<count {
                let re = spectrum[2 * k], im = spectrum[2 * k + 1], p = re * re + im * im
                real[k] = re
                imaginary[k] = im
                power[k] = p
                top = max(top, p)
            }
            // Nothing counts that lies 120 dB below the frame's top.
            power.withUnsafeBufferPointer { from in
                logMagnitude.withUnsafeMutableBufferPointer { Vector.log(from, floor: top * 1e-12, into: $0) }
            }
            for k in 0..<count { logMagnitude[k] *= 0.5 }
        }

        mutating func takeEnvelope(_ estimator: inout SpectralEnvelope, period: Double) {
            var result = envelope
            envelope = []
            logMagnitude.withUnsafeBufferPointer { log in
                result.withUnsafeMutableBufferPointer { estimator.estimate(log, period: period, into: $0) }
            }
            envelope = result
        }

        /// What stood at f stands at f · factor.
        mutating func stretchEnvelope(by factor: Float) {
            for k in 0..<count {
                let from = min(Float(count - 1), Float(k) / factor), below = min(count - 2, Int(from)), share = from - Float(below)
                stretched[k] = envelope[below] + share * (envelope[below + 1] - envelope[below])
            }
        }

        /// Peaks stand above two neighbours on each side; their surroundings meet where the spectrum is lowest between them.
        mutating func findPeaks() {
            peaks.removeAll(keepingCapacity: true)
            borders.removeAll(keepingCapacity: true)
            var k = 2
            while k < count - 2 {
                let p = power[k]
                if p > power[k - 1] && p > power[k - 2] && p >= power[k + 1] && p >= power[k + 2] {
                    peaks.append(k)
                    k += 3
                } else {
                    k += 1
                }
            }
            borders.append(0)
            for (before, after) in zip(peaks, peaks.dropFirst()) {
                var lowest = before + 1
                for k in before + 1...after where power[k] < power[lowest] { lowest = k }
                borders.append(lowest)
            }
            if !peaks.isEmpty { borders.append(count) }
        }

        /// - Parameters:
        ///   - limit: source bin above which peaks stay.
        ///   - middle: sample of the frame at which phases are right.
        ///   - fillsUpTo: bin below which what is filled in is scattered.
        mutating func movePeaks(
            _ factor: Double, below limit: Double, hop: Int, size: Int, middle: Int, fillsUpTo: Int, frame: Int
        ) {
            for k in 0..<count {
                movedReal[k] = 0
                movedImaginary[k] = 0
                turning[k] = 0
            }
            var end = 0
            for (index, peak) in peaks.enumerated() {
                let exact = Double(peak) + top(at: peak), first = borders[index], next = borders[index + 1]
                guard exact <= limit else { break }
                let by = (factor - 1) * exact, whole = Int(by.rounded())
                // Whole turns do not count.
                let turns = (turned[peak] + by * Double(hop) / Double(size)).truncatingRemainder(dividingBy: 1)
                let angle = 2 * Double.pi * (turns + (by - Double(whole)) * Double(middle) / Double(size))
                let c = Float(cos(angle)), s = Float(sin(angle))
                for k in first..<next {
                    turning[k] = turns
                    let to = k + whole
                    guard to >= 0, to < count else { continue }
                    let gain = expf(min(9, max(-9, stretched[to] - envelope[k])))
                    movedReal[to] += gain * (real[k] * c - imaginary[k] * s)
                    movedImaginary[to] += gain * (real[k] * s + imaginary[k] * c)
                }
                end = max(end, min(count, next + whole))
            }
            swap(&turned, &turning)
            fill(from: end, scatteredTo: fillsUpTo, frame: frame)
        }

        private mutating func fill(from end: Int, scatteredTo: Int, frame: Int) {
            for k in min(end, count)..<count {
                let gain = expf(min(9, max(-9, stretched[k] - envelope[k])))
                var re = real[k], im = imaginary[k]
                if k < scatteredTo {
                    let angle = Float(Self.scatter(frame, k)) * (2 * .pi / 4_294_967_296), c = cosf(angle), s = sinf(angle)
                    (re, im) = (re * c - im * s, re * s + im * c)
                }
                movedReal[k] += gain * re
                movedImaginary[k] += gain * im
            }
        }

        /// A number that looks like chance, and is the same every time.
        private static func scatter(_ frame: Int, _ bin: Int) -> UInt32 {
            var x = UInt32(truncatingIfNeeded: frame &* 0x9E37 &+ bin &* 0x85EB_CA6B)
            x ^= x >> 16
            x = x &* 0x7FEB_352D
            x ^= x >> 15
            x = x &* 0x846C_A68B
            return x ^ (x >> 16)
        }

        /// How far the peak's top lies from its bin, −½ … ½: of a parabola through the logarithms.
        private func top(at k: Int) -> Double {
            let a = Double(logMagnitude[k - 1]), b = Double(logMagnitude[k]), c = Double(logMagnitude[k + 1])
            let bend = a - 2 * b + c
            return bend < 0 ? max(-0.5, min(0.5, 0.5 * (a - c) / bend)) : 0
        }
    }
}
