import Foundation
import Signal
import Testing

@testable import Exchange

@Suite("Contours of a figure") struct ContourTests {
    typealias Bar = TalkPicture.Bar

    @Test("the latest started turn holds the floor; a backchannel does not") func owners() {
        let bars = [
            Bar(lane: 0, start: 1, end: 5, isBackchannel: false), Bar(lane: 1, start: 2, end: 3, isBackchannel: false),
            Bar(lane: 1, start: 4, end: 4.5, isBackchannel: true), Bar(lane: 1, start: 4.8, end: 6, isBackchannel: false),
        ]
        let owner = ContourTraces.owners(bars, count: 70, step: 0.1)
        func at(_ time: Double) -> Int { Int(owner[Int(time * 10)]) }
        #expect([0.5, 1.5, 2.5, 3.5, 4.25, 4.95, 5.5, 6.5].map(at) == [-1, 0, 1, 0, 0, 1, 1, -1])
    }

    @Test("owners agree with a search moment by moment", arguments: 0..<20 as Range<UInt64>) func ownersSlowly(seed: UInt64) {
        var dice = Dice(seed)
        let bars = (0..<20).map { _ in
            let start = Double(dice.roll(900)) / 100 + 0.001
            return Bar(lane: dice.roll(4), start: start, end: start + Double(dice.roll(200)) / 100, isBackchannel: dice.chance(20))
        }
        let owner = ContourTraces.owners(bars, count: 1000, step: 0.01)
        for index in owner.indices {
            let time = (Double(index) + 0.5) * 0.01
            let covering = bars.filter { !$0.isBackchannel && $0.start <= time && time < $0.end }
            let latest = covering.map(\.start).max()
            #expect(Int(owner[index]) == (covering.last { $0.start == latest }?.lane ?? -1))
        }
    }

    @Test("decimation keeps extremes, medians and gaps", arguments: 0..<20 as Range<UInt64>) func extremes(seed: UInt64) {
        var dice = Dice(seed)
        let values = (0..<5000).map { _ in dice.chance(20) ? Float.nan : Float(dice.roll(10_000)) / 100 }
        let count = 40 + dice.roll(100), width = 50.0 / Double(count)
        let made = ColumnEnvelope(values, step: 0.01, start: 0, width: width, count: count) { $0 % 7 != 3 }
        var expected: [Int: [Float]] = [:]
        for (index, value) in values.enumerated() where index % 7 != 3 && value.isFinite {
            expected[min(count - 1, Int((Double(index) + 0.5) * 0.01 / width)), default: []].append(value)
        }
        #expect(made.columns.map(\.index) == expected.keys.sorted())
        for column in made.columns {
            let own = expected[column.index]!.sorted()
            #expect(column.least == own.first && column.greatest == own.last && column.middle == own[own.count / 2] && column.count == own.count)
        }
        #expect(made.stretches().flatMap { Array($0) } == made.columns)
        #expect(made.columns.map(\.greatest).max() == values.enumerated().filter { $0.offset % 7 != 3 && $0.element.isFinite }.map(\.element).max())
    }

    @Test("relative curves do not depend on how high or how near somebody speaks") func relative() {
        let bars = [Bar(lane: 0, start: 0, end: 5, isBackchannel: false), Bar(lane: 1, start: 5, end: 9, isBackchannel: false)]
        var dice = Dice(3)
        let shape = (0..<1000).map { _ in Float(dice.roll(1200)) / 100 }
        func traces(_ hertz: Float, _ gain: Float) -> ContourTraces {
            let contours = SoundContours(
                hop: 160, rate: .analysis, level: shape.map { -50 + $0 + gain },
                pitch: shape.enumerated().map { $0.offset % 5 == 0 ? .nan : hertz * powf(2, $0.element / 12) })
            return ContourTraces(contours, bars: bars, lanes: 2, scale: .relative)
        }
        let low = traces(90, 0), high = traces(220, 15)
        for index in 0..<1000 {
            #expect(abs(low.level[index] - high.level[index]) < 1e-4)
            #expect(low.pitch[index].isNaN ? high.pitch[index].isNaN : abs(low.pitch[index] - high.pitch[index]) < 1e-4)
        }
        // Half of a speaker's pitches lie on either side of the median, and nobody's is shown outside turns.
        let own = (0..<500).map { low.pitch[$0] }.filter(\.isFinite)
        #expect(abs(own.count { $0 > 0 } - own.count { $0 < 0 }) <= own.count / 20)
        #expect((900..<1000).allSatisfy { low.pitch[$0].isNaN && low.level[$0].isFinite })
        #expect(ContourTraces(SoundContours(hop: 160, rate: .analysis, level: [-20], pitch: [110]), bars: bars, lanes: 2, scale: .absolute).pitch == [110])
    }
}
