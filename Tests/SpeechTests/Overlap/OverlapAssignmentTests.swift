import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct OverlapAssignmentTests {
    /// Seeded segments of one speaker at a time, with and without pauses between.
    private func turns(speakers: Int, seed: UInt64, frames: Int) -> [LabeledSegment] {
        var generator = SeededGenerator(seed: seed)
        var result: [LabeledSegment] = [], at = Int.random(in: 0..<4_000, using: &generator)
        while at < frames * 160 {
            let end = min(frames * 160, at + Int.random(in: 3_000...80_000, using: &generator))
            result.append(
                LabeledSegment(range: SampleRange(at, end), label: "S\(Int.random(in: 1...speakers, using: &generator))"))
            at = end + (Bool.random(using: &generator) ? 0 : Int.random(in: 100...20_000, using: &generator))
        }
        return result
    }

    /// Probabilities in stretches of random length and height.
    private func activity(seed: UInt64, frames: Int) -> OverlapActivity {
        var generator = SeededGenerator(seed: seed &+ 99)
        var probability: [UInt8] = []
        while probability.count < frames {
            let level = Bool.random(using: &generator) ? UInt8.random(in: 0...60, using: &generator) : UInt8.random(in: 0...255, using: &generator)
            for _ in 0..<Int.random(in: 5...90, using: &generator) { probability.append(level) }
        }
        probability.removeLast(probability.count - frames)
        var spectra = VoiceSpectra()
        for i in 0..<frames / 2 {
            let row = (0..<VoiceSpectra.bands).map { _ in UInt8.random(in: 90...200, using: &generator) }
            spectra.append(index: i, energies: row[...], isCandidate: probability[2 * i] > 50)
        }
        return OverlapActivity(probability: probability, sampleCount: frames * 160, spectra: spectra)
    }

    @Test(arguments: 1...8) func whatIsAddedLiesInOthersSpeech(seed: Int) throws {
        let frames = 3_000
        let segments = turns(speakers: 1 + seed % 5, seed: UInt64(seed), frames: frames)
        let activity = activity(seed: UInt64(seed), frames: frames)
        var options = OverlapAssignment.Options()
        options.components = 2
        let found = try OverlapAssignment(options).overlaps(segments: segments, activity: activity)
        #expect(found == (try OverlapAssignment(options).overlaps(segments: segments.shuffled(), activity: activity)))
        #expect(found.isEmpty == (seed % 5 == 0))
        for extra in found {
            #expect(!extra.range.isEmpty)
            #expect((0...1).contains(extra.confidence ?? -1))
            // Every sample in one segment of somebody else, and none in a segment of the same speaker.
            let covered = segments.filter { $0.label != extra.label }.compactMap { $0.range.intersection(extra.range) }
            #expect(covered.reduce(0) { $0 + $1.count } == extra.range.count)
        }
        for (a, b) in zip(found, found.dropFirst()) { #expect(a.range.end <= b.range.start) }
        // Additions are never shorter than the minimum together with what they touch, pauses within a frame apart.
        let joined = SampleRangeSet(found.map { SampleRange($0.range.start - 80, $0.range.end + 80) }).ranges
        for range in joined { #expect(range.count >= 3_200) }
    }

    @Test func secondSpeakerIsTheNeighbour() throws {
        // S1, then S2 breaks in and goes on; S3 spoke long before.
        let segments = [
            LabeledSegment(range: SampleRange(0, 32_000), label: "S3"),
            LabeledSegment(range: SampleRange(160_000, 480_000), label: "S1"),
            LabeledSegment(range: SampleRange(480_000, 640_000), label: "S2"),
        ]
        var probability = [UInt8](repeating: 1, count: 4_000)
        for i in 2_920..<3_050 { probability[i] = 250 }
        let activity = OverlapActivity(probability: probability, sampleCount: 640_000, spectra: VoiceSpectra())
        let found = try OverlapAssignment().overlaps(segments: segments, activity: activity)
        #expect(found.map(\.label) == ["S2", "S1"])
        #expect(found.map(\.range) == [SampleRange(2_920 * 160, 480_000), SampleRange(480_000, 3_050 * 160)])
    }

    @Test func shortAndUnsureStretchesAreDropped() throws {
        let segments = [
            LabeledSegment(range: SampleRange(0, 160_000), label: "S1"),
            LabeledSegment(range: SampleRange(160_000, 320_000), label: "S2"),
        ]
        func found(_ stretch: Range<Int>, _ level: UInt8) throws -> Int {
            var probability = [UInt8](repeating: 1, count: 2_000)
            for i in stretch { probability[i] = level }
            return try OverlapAssignment().overlaps(
                segments: segments,
                activity: OverlapActivity(probability: probability, sampleCount: 320_000, spectra: VoiceSpectra())
            ).count
        }
        #expect(try found(300..<319, 254) == 0)
        #expect(try found(300..<320, 254) == 1)
        #expect(try found(300..<340, 120) == 0)
    }

    /// Voices whose spectra differ: the second speaker is found by ear though another is nearer.
    @Test func secondSpeakerIsHeard() throws {
        var generator = SeededGenerator(seed: 4)
        let shapes: [[Float]] = (0..<3).map { s in
            (0..<VoiceSpectra.bands).map { 2 * cos(Float($0) * (0.2 + 0.15 * Float(s)) + Float(s)) - 4 }
        }
        let order = [1, 2, 0, 1, 0, 2, 0]
        var segments: [LabeledSegment] = [], spectra = VoiceSpectra()
        var probability = [UInt8](repeating: 1, count: order.count * 1_000)
        for (turn, speaker) in order.enumerated() {
            segments.append(LabeledSegment(range: SampleRange(turn * 160_000, (turn + 1) * 160_000), label: "S\(speaker)"))
        }
        // In the fifth turn, speaker 1, who has just spoken before, is heard, and speaker 2 comes next: nearer.
        for i in 4_800..<4_900 { probability[i] = 250 }
        for i in 0..<order.count * 500 {
            let speaker = (2_400..<2_450).contains(i) && i % 2 == 0 ? 1 : order[i / 500]
            let row = shapes[speaker].map { VoiceSpectra.code($0 + Float.random(in: -0.8...0.8, using: &generator)) }
            spectra.append(index: i, energies: row[...], isCandidate: probability[2 * i] > 50)
        }
        let activity = OverlapActivity(probability: probability, sampleCount: order.count * 160_000, spectra: spectra)
        let found = try OverlapAssignment().overlaps(segments: segments, activity: activity)
        #expect(found.map(\.label) == ["S1"])
        var deaf = activity
        deaf = OverlapActivity(probability: deaf.probability, sampleCount: deaf.sampleCount, spectra: VoiceSpectra())
        #expect(try OverlapAssignment().overlaps(segments: segments, activity: deaf).map(\.label) == ["S2"])
    }

    @Test func nothingIsAddedWhereTwoAreMarkedAlready() throws {
        let segments = [
            LabeledSegment(range: SampleRange(0, 320_000), label: "S1"),
            LabeledSegment(range: SampleRange(48_000, 56_000), label: "S2"),
        ]
        var probability = [UInt8](repeating: 1, count: 2_000)
        for i in 250..<380 { probability[i] = 254 }
        let activity = OverlapActivity(probability: probability, sampleCount: 320_000, spectra: VoiceSpectra())
        let found = try OverlapAssignment().overlaps(segments: segments, activity: activity)
        #expect(found.map(\.range) == [SampleRange(40_000, 48_000), SampleRange(56_000, 60_800)])
    }

    @Test func emptyAndForeignInputs() throws {
        let assignment = try OverlapAssignment()
        let none = OverlapActivity(probability: [], sampleCount: 0, spectra: VoiceSpectra())
        let two = [
            LabeledSegment(range: SampleRange(-500, 90_000), label: "S1"),
            LabeledSegment(range: SampleRange(90_000, 1 << 40), label: "S2"),
        ]
        #expect(assignment.overlaps(segments: two, activity: none).isEmpty)
        #expect(assignment.overlaps(segments: [], activity: activity(seed: 1, frames: 500)).isEmpty)
        for extra in assignment.overlaps(segments: two, activity: activity(seed: 1, frames: 5_000)) {
            #expect(extra.range.start >= 0 && extra.range.end <= 800_000)
        }
    }

    @Test(arguments: [
        ("onset", 0.0), ("onset", 1.5), ("onset", .nan), ("offset", 0.9), ("leastShare", 0), ("minimumDuration", 0),
        ("bridgedGap", -1), ("nearness", 0), ("components", 0),
    ]) func optionsOutOfRange(name: String, value: Double) {
        var options = OverlapAssignment.Options()
        switch name {
        case "onset": options.onset = value
        case "offset": options.offset = value
        case "leastShare": options.leastShare = value
        case "minimumDuration": options.minimumDuration = value
        case "bridgedGap": options.bridgedGap = value
        case "nearness": options.nearness = value
        default: options.components = Int(value)
        }
        #expect(throws: OverlapError.self) { try OverlapAssignment(options) }
    }

    /// Draws from two known distributions of scores, mixed at a known share, whose trained-share posterior is exact.
    @Test(arguments: [0.05, 0.12, 0.3]) func shareIsFound(share: Double) {
        var generator = SeededGenerator(seed: 11)
        var histogram = [Int](repeating: 0, count: 256)
        let trained = OverlapPrior.trained
        for _ in 0..<40_000 {
            let isOverlap = Double.random(in: 0..<1, using: &generator) < share
            // Scores x with density 2x where two speak, 2(1 − x) elsewhere.
            let u = Double.random(in: 0..<1, using: &generator).squareRoot(), x = isOverlap ? u : 1 - u
            let p = trained * x / (trained * x + (1 - trained) * (1 - x))
            histogram[Int((p * 255).rounded())] += 1
        }
        let prior = OverlapPrior(histogram: histogram, least: 0.01)
        #expect(abs(prior.share - share) < 0.02)
        #expect(zip(prior.corrected, prior.corrected.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func spectraStayBounded() {
        var spectra = VoiceSpectra()
        let row = [UInt8](repeating: 100, count: VoiceSpectra.bands)
        for i in 0..<400_000 { spectra.append(index: i, energies: row[...], isCandidate: i % 50 < 3) }
        #expect(spectra.count < VoiceSpectra.most && spectra.count > VoiceSpectra.most / 4)
        #expect(spectra.values.count == spectra.count * VoiceSpectra.bands)
        // Candidates are a sixteenth here and fit: all of them must be there.
        let kept = Set(spectra.indices)
        #expect((0..<400_000).filter { $0 % 50 < 3 }.allSatisfy { kept.contains(Int32($0)) })
        for energy: Float in [-19, -3.3, 0, 8] {
            #expect(abs(VoiceSpectra.energy(VoiceSpectra.code(energy)) - energy) <= 0.0626)
        }
    }
}
