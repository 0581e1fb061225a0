import Testing
@testable import CodingExchange

@Suite struct TimeTests {
    /// Against the expression that says the same, over times with one or two characters changed, taken out or put in.
    @Test func timesAreWhatTheStandardSays() {
        let expression = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/.asciiOnlyDigits()
        let seeds = ["2026-03-12T10:15:00", "2026-03-12T10:15:00Z", "2026-03-12T10:15:00.123Z", "2026-03-12T10:15:00.5", "2026-03-12T10:15:00+01:00", "2026-03-12T10:15:00.25-11:30"]
        var dice: UInt64 = 42, taken = 0
        func roll(_ n: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(dice >> 33) % n
        }
        for round in 0..<6_000 {
            var text = Array(seeds[round % seeds.count])
            for _ in 0..<roll(3) {
                let at = roll(text.count), sign = Array("0129-:TZ.+ x٣")[roll(13)]
                switch roll(3) {
                case 0: text[at] = sign
                case 1: text.remove(at: at)
                default: text.insert(sign, at: at)
                }
            }
            let expected = String(text).wholeMatch(of: expression) != nil
            taken += expected ? 1 : 0
            #expect((REFIProject.time(String(text)) != nil) == expected, "\(String(text))")
        }
        #expect(taken > 1_000 && taken < 5_000)
        #expect(REFIProject.time(nil) == nil && REFIProject.time("") == nil)
    }
}
