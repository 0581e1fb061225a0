import Foundation
import Signal
@testable import Speech

/// Prints drawn from the model itself: voices with the variances it knows, heard in recordings with variance 1.
struct DrawnVoices {
    let statistics: VoiceStatistics
    var generator: SeededGenerator

    init(seed: UInt64) throws {
        statistics = try VoiceStatistics.shipped()
        generator = SeededGenerator(seed: seed)
    }

    mutating func normal() -> Double {
        let u = Double.random(in: 1e-12..<1, using: &generator), v = Double.random(in: 0..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }

    mutating func voice() -> [Double] { statistics.variances.map { $0.squareRoot() * normal() } }

    /// The voice as it sounds in one recording.
    mutating func heard(_ voice: [Double], label: String) -> VoicePrint { print(voice.map { $0 + normal() }, label: label) }

    /// The smallest print that lies at `place`: solves P·Pᵀ·a = place by elimination, and takes Pᵀ·a.
    func print(_ place: [Double], label: String) -> VoicePrint {
        let n = place.count, width = statistics.mean.count
        let rows = (0..<n).map { r in (0..<width).map { Double(statistics.projection[r * width + $0]) } }
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            var sum = 0.0
            for k in a.indices { sum += a[k] * b[k] }
            return sum
        }
        var a: [[Double]] = []
        for i in 0..<n { a.append((0..<n).map { dot(rows[i], rows[$0]) } + [place[i]]) }
        for c in 0..<n {
            let pivot = (c..<n).max { abs(a[$0][c]) < abs(a[$1][c]) } ?? c
            a.swapAt(c, pivot)
            for r in 0..<n where r != c {
                let f = a[r][c] / a[c][c]
                for k in c...n { a[r][k] -= f * a[c][k] }
            }
        }
        var x = statistics.mean.map(Double.init)
        for r in 0..<n {
            let share = a[r][n] / a[r][r]
            for k in 0..<width { x[k] += rows[r][k] * share }
        }
        return VoicePrint(
            label: label, seconds: 60, cepstrum: x[..<(width - 2)].map { Float($0) }, pitch: x[width - 2], pitchSpread: x[width - 1])
    }

    /// A recording in which `asker` talks with somebody new.
    mutating func recording(_ id: String, asker: [Double], behaviour: Double = 0.5) -> StudyVoices.Recording {
        let other = voice()
        return StudyVoices.Recording(
            id: id,
            voices: [
                .init(label: "S1", print: heard(asker, label: "S1"), behaviour: behaviour),
                .init(label: "S2", print: heard(other, label: "S2"), behaviour: 1 - behaviour),
            ])
    }
}
