import Testing
@testable import Signal

@Suite struct SampleRateTests {
    @Test func convertsByRationalArithmetic() {
        let cd = SampleRate(44_100)
        #expect(cd.convert(44_100 * 3_600, to: .analysis) == 16_000 * 3_600)
        #expect(SampleRate.analysis.convert(1, to: cd) == 3)  // 2.75625 rounds to 3
        #expect(SampleRate.analysis.convert(-1, to: cd) == -3)
    }

    @Test(arguments: [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
    func roundTripStaysWithinOneSample(hertz: Int) {
        let rate = SampleRate(hertz)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            let position = Int.random(in: 0...(rate.hertz * 90 * 60), using: &generator)
            let there = rate.convert(position, to: SampleRate(192_000))
            #expect(abs(SampleRate(192_000).convert(there, to: rate) - position) <= 1)
        }
    }

    @Test func rangesMeetAndMiss() {
        let a = SampleRange(0, 10), b = SampleRange(5, 20), c = SampleRange(10, 12)
        #expect(a.intersection(b) == SampleRange(5, 10))
        #expect(a.intersection(c) == nil)
        #expect(!a.overlaps(c))
        #expect(a.union(c) == SampleRange(0, 12))
        #expect(SampleRange(9, 3).isEmpty)
    }

    @Test func frameCountMatchesEnumeration() {
        let grid = FrameGrid.speech
        for n in [0, 399, 400, 559, 560, 16_000] {
            var count = 0
            while count * grid.hop + grid.length <= n { count += 1 }
            #expect(grid.frameCount(sampleCount: n) == count)
        }
    }
}
