import Foundation
import Signal
import Testing

@testable import AudioIngest

struct ScannerTests {
    private let second = [Float](repeating: 0.1, count: 8_000)

    private func scan(_ files: [(String, [UInt8])], _ scanner: RecordingScanner = RecordingScanner()) throws -> [RecordingCandidate] {
        let scratch = try Scratch()
        for (name, bytes) in files {
            let path = scratch.path(name)
            try FileManager.default.createDirectory(
                atPath: RecordingScanner.folder(path), withIntermediateDirectories: true)
            _ = scratch.file(name, bytes)
        }
        return try scanner.scan([scratch.path]).map { candidate in
            var candidate = candidate
            candidate.parts = candidate.parts.map { String($0.dropFirst(scratch.path.count + 1)) }
            return candidate
        }
    }

    private func stamped(_ time: String, reference: UInt64 = 0, seconds: Int = 10) -> [UInt8] {
        wave16(
            [Float](repeating: 0.1, count: 8_000 * seconds), rate: 8_000,
            before: chunk("bext", bext(time: time, reference: reference)))
    }

    private var plain: [UInt8] { wave16(second, rate: 8_000) }

    @Test func joinsPartsWhoseClocksGoOn() throws {
        let found = try scan([
            ("R09_0001.wav", stamped("14:00:00")), ("R09_0002.wav", stamped("14:00:10")), ("R09_0003.wav", stamped("15:00:00")),
        ])
        #expect(found.map(\.id) == ["R09_0001", "R09_0003"])
        #expect(found[0].parts == ["R09_0001.wav", "R09_0002.wav"])
        #expect(found[0].note?.contains("clock") == true)
        #expect(found[1].parts == ["R09_0003.wav"])
    }

    @Test func timeReferencesDecideToTheSample() throws {
        let start: UInt64 = 8_000 * 50_400
        let joined = try scan([
            ("a_0001.wav", stamped("14:00:00", reference: start)), ("a_0002.wav", stamped("14:00:00", reference: start + 80_000)),
        ])
        #expect(joined.count == 1 && joined[0].parts.count == 2)
        let apart = try scan([
            ("a_0001.wav", stamped("14:00:00", reference: start)), ("a_0002.wav", stamped("14:00:00", reference: start + 400_000)),
        ])
        #expect(apart.count == 2)
        #expect(apart[0].note?.contains("40 s") == true)
    }

    @Test func consecutiveNumbersAloneAreSeparateTakes() throws {
        for names in [["R09_0001.wav", "R09_0002.wav"], ["DS_50001.wav", "DS_50002.wav"], ["TASCAM_0001.wav", "TASCAM_0002.wav"]] {
            let found = try scan(names.map { ($0, plain) })
            #expect(found.count == 2)
            #expect(found[0].note?.contains("Kept apart") == true)
        }
        // Tracks of one take are never one after the other, and no numbers follow each other here.
        #expect(try scan([("ZOOM0001_Tr1.WAV", plain), ("ZOOM0001_Tr2.WAV", plain)]).allSatisfy { $0.parts.count == 1 })
        #expect(try scan([("R09_0001.wav", plain), ("R09_0003.wav", plain)]).allSatisfy { $0.note == nil })
    }

    @Test func fullLengthPartsAreJoined() throws {
        let five = wave16([Float](repeating: 0.01, count: 4_000 * 300), rate: 4_000)
        let rest = wave16([Float](repeating: 0.01, count: 8_000), rate: 4_000)
        let found = try scan([("240312_0012.wav", five), ("240312_0013.wav", rest)])
        #expect(found.count == 1)
        #expect(found[0].note?.contains("5 minutes") == true)
    }

    @Test func aPersonsPartsAreJoined() throws {
        for names in [["Kari_part1.wav", "Kari_part2.wav"], ["info4 del 1.wav", "info4 del 2.wav"]] {
            let found = try scan(names.map { ($0, plain) })
            #expect(found.count == 1 && found[0].parts == names)
        }
        let formats = try scan([("K_part1.wav", plain), ("K_part2.wav", wave16(second, rate: 16_000))])
        #expect(formats.count == 2)
        #expect(formats[0].note?.contains("formats differ") == true)
    }

    @Test(arguments: [
        ["ZOOM0001.wav", "ZOOM0001-0001.wav"], ["210301_1015.wav", "210301_1015_01.wav"], ["240312_1403.wav", "240312_1403(2).wav"],
        ["TASCAM_0001S1.wav", "TASCAM_0001S2.wav"], ["NAME-001.wav", "NAME-002.wav"],
    ]) func recordersNamesForParts(_ names: [String]) throws {
        // The name alone is not enough; with a clock that goes on it is.
        #expect(try scan([(names[0], plain), (names[1], plain)]).count == 2)
        let found = try scan([(names[0], stamped("14:00:00")), (names[1], stamped("14:00:10"))])
        #expect(found.map(\.parts) == [names])
    }

    @Test func splitSizes() {
        #expect(SplitEvidence.sizeLimit(2_147_483_648) == "2 GB")
        #expect(SplitEvidence.sizeLimit(2_147_483_648 - 9_000_000) == "2 GB")
        #expect(SplitEvidence.sizeLimit(4_294_967_290) == "4 GB")
        #expect(SplitEvidence.sizeLimit(1_500_000_000) == nil)
        #expect(SplitEvidence.sizeLimit(600_000_000) == nil)
        #expect(SplitEvidence.fullLength(3_600.04) == 60)
        #expect(SplitEvidence.fullLength(3_601) == nil)
    }

    @Test func explicitPartsWin() throws {
        let scratch = try Scratch()
        let a = scratch.file("a.wav", plain), b = scratch.file("zz.wav", plain), c = scratch.file("c.wav", plain)
        let found = try RecordingScanner(explicitParts: [[b, a]]).scan([scratch.path])
        #expect(found.map(\.parts) == [[c], [b, a]])
        #expect(found[1].id == "zz" && found[1].note?.contains("listed") == true)
    }

    @Test func walksFoldersInOrderAndMakesIdsUnique() throws {
        let found = try scan([
            ("b/REC.wav", plain), ("a/REC.wav", plain), ("notes.txt", ascii("x")), ("._REC.wav", plain), ("x.M4A", ascii("x")),
        ])
        #expect(found.map(\.id) == ["a-REC", "b-REC", "x"])
        #expect(thrown { _ = try RecordingScanner().scan(["/nowhere/at/all"]) }?.code == .missing)
    }

    @Test func resultDoesNotDependOnTheOrderAsked() throws {
        let scratch = try Scratch()
        let paths = (1...6).map { scratch.file("R09_000\($0).wav", stamped("14:00:\($0 - 1)0")) }
        let one = try RecordingScanner().scan(paths)
        #expect(one.count == 1 && one[0].parts == paths)
        #expect(try RecordingScanner().scan(paths.reversed()) == one)
    }
}
