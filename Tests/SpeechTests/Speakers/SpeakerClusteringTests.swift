import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct SpeakerClusteringTests {
    private func normal(_ generator: inout SeededGenerator) -> Double {
        let u = Double.random(in: 1e-9..<1, using: &generator), v = Double.random(in: 0..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }

    /// Turns of 12 windows by `voices` voices whose positions are `N(0, 25)` in ten columns.
    private func windows(voices: Int, turns: Int, seed: UInt64) -> (points: [Float], truth: [Int]) {
        var generator = SeededGenerator(seed: seed)
        let centres = (0..<voices).map { _ in (0..<10).map { _ in 5 * normal(&generator) } }
        var points: [Float] = [], truth: [Int] = []
        for turn in 0..<turns {
            for _ in 0..<12 {
                points += centres[turn % voices].map { Float($0 + normal(&generator)) }
                truth.append(turn % voices)
            }
        }
        return (points, truth)
    }

    private func sameGrouping(_ a: [Int], _ b: [Int]) -> Bool {
        a.indices.allSatisfy { i in a.indices.allSatisfy { j in (a[i] == a[j]) == (b[i] == b[j]) } }
    }

    /// From a random division into eight, the superfluous speakers lose their windows.
    @Test(arguments: [1, 2, 4]) func variationalModelDropsSpeakers(voices: Int) throws {
        let (points, truth) = windows(voices: voices, turns: 12, seed: UInt64(voices))
        // A start that splits every voice in two, and one that is already right.
        let start = truth.indices.map { truth[$0] * 2 + ($0 / 36) % 2 }
        let between = [Float](repeating: 25, count: 10)
        var bounds: [Double] = []
        for begin in [start, truth] {
            let found = VariationalClustering(
                points: points, between: between, start: begin, count: (begin.max() ?? 0) + 1,
                options: VariationalClustering.Options(), progress: {})
            #expect(sameGrouping(found.labels, truth))
            bounds.append(found.bound)
        }
        #expect(abs(bounds[0] - bounds[1]) < 0.2 * abs(bounds[1]) + 50)
    }

    /// A start that takes two voices for one explains less.
    @Test func betterStartHasBetterBound() {
        let (points, truth) = windows(voices: 2, turns: 10, seed: 9)
        let between = [Float](repeating: 25, count: 10), options = VariationalClustering.Options()
        let right = VariationalClustering(
            points: points, between: between, start: truth, count: 2, options: options, progress: {})
        let wrong = VariationalClustering(
            points: points, between: between, start: truth.map { _ in 0 }, count: 1, options: options, progress: {})
        #expect(right.bound > wrong.bound + 10)
    }

    /// Against the definition: the mean of all similarities between two groups, searched anew for every merge.
    @Test func averageLinkageFollowsItsDefinition() {
        var generator = SeededGenerator(seed: 5)
        let n = 24
        var similarity = [Float](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<i {
                similarity[i * n + j] = Float.random(in: -1...1, using: &generator)
                similarity[j * n + i] = similarity[i * n + j]
            }
        }
        for wanted in [1, 3, 7, 24] {
            var groups = (0..<n).map { [$0] }
            while groups.count > wanted {
                var best = (-Float.infinity, 0, 0)
                for a in groups.indices {
                    for b in 0..<a {
                        var sum: Float = 0
                        for i in groups[a] { for j in groups[b] { sum += similarity[i * n + j] } }
                        let mean = sum / Float(groups[a].count * groups[b].count)
                        if mean > best.0 { best = (mean, a, b) }
                    }
                }
                groups[best.2] += groups[best.1]
                groups.remove(at: best.1)
            }
            var truth = [Int](repeating: 0, count: n)
            for (number, group) in groups.enumerated() { for i in group { truth[i] = number } }
            let found = AverageLinkage.labels(count: n, clusters: wanted, progress: {}) { similarity[$0 * n + $1] }
            #expect(sameGrouping(found, truth))
            #expect(Set(found) == Set(0..<wanted))
        }
    }

    /// The log ratio against numerical integration over the voice's position, one column.
    @Test func comparisonIsTheRatioOfItsIntegrals() {
        let comparison = VoiceComparison(points: [], between: [4], weight: 1)
        func density(_ x: Double, _ variance: Double) -> Double {
            exp(-0.5 * x * x / variance) / (2 * .pi * variance).squareRoot()
        }
        for (a, b, va, vb) in [(1.0, 1.2, 0.9, 0.5), (-2, 2, 0.45, 0.7), (0.3, 3.5, 1.5, 2.4)] {
            let step = 0.001
            var one = 0.0, first = 0.0, second = 0.0
            for y in stride(from: -20.0, through: 20, by: step) {
                let prior = density(y, 4)
                one += step * prior * density(a - y, va) * density(b - y, vb)
                first += step * prior * density(a - y, va)
                second += step * prior * density(b - y, vb)
            }
            let ratio = comparison.logRatio(.init(mean: [a], variance: va), .init(mean: [b], variance: vb))
            #expect(abs(ratio - log(one / (first * second))) < 1e-4)
        }
    }

    @Test func comparisonJoinsWhatIsAlike() {
        let (points, truth) = windows(voices: 3, turns: 12, seed: 4)
        let comparison = VoiceComparison(points: points, between: [Float](repeating: 25, count: 10), weight: 1)
        let split = truth.indices.map { truth[$0] * 2 + ($0 / 36) % 2 }
        let joined = comparison.joined(split, count: nil, threshold: -2)
        #expect(joined.count == 3 && sameGrouping(joined.labels, truth))
        #expect(comparison.joined(split, count: 2, threshold: 0).count == 2)
        #expect(comparison.joined([0], count: nil, threshold: 0).count == 1)
    }

    /// Windows of one turn stand for the turn, not for themselves: the spread of group means over simulated recordings.
    @Test(arguments: [1, 2, 5, 10]) func meanIsAsCertainAsItsTurnsAllow(turns: Int) {
        var generator = SeededGenerator(seed: 9)
        let columns = 400, length = 12
        var points: [Float] = [], members: [Int] = []
        let voice = (0..<columns).map { _ in 0.3.squareRoot() * normal(&generator) }
        for turn in 0..<turns {
            let place = voice.map { $0 + 0.9.squareRoot() * normal(&generator) }
            members += (turn * 2 * length)..<(turn * 2 * length + length)
            // Another voice has the floor after each turn.
            for i in 0..<2 * length { points += place.map { i < length ? Float($0 + 0.7 * normal(&generator)) : 9 } }
        }
        let comparison = VoiceComparison(points: points, between: [Float](repeating: 1, count: columns), weight: 1)
        let found = comparison.voice(of: members.shuffled(using: &generator))
        let spread = found.mean.reduce(0) { $0 + $1 * $1 } / Double(columns)
        // Twelve windows that overlap count as two, so the claim may be wider than the spread of independent ones.
        #expect(found.variance > 0.8 * spread && found.variance < 1.25 * spread + 6 / Double(members.count))
    }

    @Test func oneOddTurnIsNoVoice() {
        // 75 windows; 15 of them stand 1.3 away along each column, in one turn or in five.
        let columns = 40
        for (spacing, voices) in [(1, 1), (15, 2)] {
            let odd = Set((0..<15).map { spacing == 1 ? 30 + $0 : $0 / 3 * spacing + $0 % 3 })
            let points = (0..<75).flatMap { i in [Float](repeating: odd.contains(i) ? 0.65 : -0.65, count: columns) }
            let comparison = VoiceComparison(points: points, between: [Float](repeating: 2, count: columns), weight: 1)
            let labels = (0..<75).map { odd.contains($0) ? 1 : 0 }
            #expect(comparison.joined(labels, count: nil, threshold: 0).count == voices)
        }
    }

    /// Where every fourth window is compared, neighbours in the sample are of one turn.
    @Test func sampledWindowsKeepTheirTurns() {
        let points = [Float](repeating: 0, count: 200)
        let whole = VoiceComparison(points: points, between: [1], weight: 1).voice(of: Array(40..<80))
        let sampled = VoiceComparison(points: points, between: [1], weight: 4).voice(of: Array(10..<20))
        #expect(abs(whole.variance - sampled.variance) < 1e-12)
        let scattered = VoiceComparison(points: points, between: [1], weight: 4).voice(of: stride(from: 10, to: 30, by: 2).map { $0 })
        #expect(scattered.variance < sampled.variance)
    }
}

@Suite struct CepstrumStoreTests {
    #if os(Linux)
        /// A program started meanwhile must not inherit the recording's cepstra.
        @Test func noOtherProgramGetsTheFile() throws {
            let store = CepstrumStore(columns: 3, blockLength: 8, residentBlocks: 0)
            for i in 0..<64 { store.append([Float(i), 0, 0][...]) }
            #expect(store.spilledCount == 64)
            var seen = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
                guard let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name),
                    file.contains("/ordrett-"), file.hasSuffix("(deleted)"), let descriptor = Int32(name)
                else { continue }
                seen += 1
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            }
            #expect(seen >= 1)
            withExtendedLifetime(store) {}
        }
    #endif

    /// Rows come back the same whether they lie in memory, in the file, or in the last open block.
    @Test(arguments: [0, 7, 8, 50, 64]) func rowsComeBack(count: Int) throws {
        for resident in [0, 2, 100] {
            let store = CepstrumStore(columns: 3, blockLength: 8, residentBlocks: resident)
            for i in 0..<count { store.append([Float(i), Float(i) * 0.5, -Float(i)][...]) }
            #expect(store.count == count)
            #expect(store.spilledCount == max(0, count / 8 - resident) * 8)
            for _ in 0..<2 {
                var seen = 0
                try store.forEachBlock { first, values in
                    #expect(first == seen && values.count % 3 == 0)
                    for i in 0..<values.count / 3 {
                        let x = Float(first + i)
                        #expect(values[3 * i] == x && values[3 * i + 1] == 0.5 * x && values[3 * i + 2] == -x)
                    }
                    seen += values.count / 3
                }
                #expect(seen == count)
            }
        }
    }
}
