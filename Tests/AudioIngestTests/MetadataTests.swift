import Foundation
import Signal
import Testing

@testable import AudioIngest

struct MetadataTests {
    static let ixml =
        "<?xml version=\"1.0\"?><BWFXML><PROJECT>Studie &amp; pilot</PROJECT><SCENE>3</SCENE><TAKE>2</TAKE>"
        + "<NOTE>stille rom</NOTE><TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT>"
        + "<TRACK><CHANNEL_INDEX>1</CHANNEL_INDEX><NAME>Lav A</NAME><FUNCTION>M</FUNCTION></TRACK>"
        + "<TRACK><CHANNEL_INDEX>2</CHANNEL_INDEX><NAME>Lav B</NAME></TRACK></TRACK_LIST></BWFXML>"

    static func cuePoint(_ id: UInt32, _ position: UInt32) -> [UInt8] {
        var bytes = le(id)
        bytes += le(UInt32(0))
        bytes += ascii("data")
        bytes += [UInt8](repeating: 0, count: 8)
        return bytes + le(position)
    }

    static func full() -> [UInt8] {
        let cues = le(UInt32(2)) + cuePoint(7, 8_000) + cuePoint(3, 4_000)
        let labels = ascii("adtl") + chunk("labl", le(UInt32(7)) + ascii("spørsmål 2\0"))
            + chunk("note", le(UInt32(3)) + ascii("uklart\0"))
        let info = ascii("INFO") + chunk("ICRD", ascii("2024-03-12\0")) + chunk("IART", [0x50, 0xE5, 0x6C, 0])
        return wave16(
            sine(300, rate: 16_000, count: 16_000),
            before: chunk(
                "bext", bext(reference: 809_280_000, description: "Intervju 4", history: "A=PCM,F=16000,W=16,M=mono\r\n")),
            after: chunk("cue ", cues) + chunk("LIST", labels) + chunk("LIST", info) + chunk("iXML", ascii(ixml)))
    }

    @Test func readsEveryChunk() throws {
        let scratch = try Scratch()
        let recording = try Recording(path: scratch.file("a.wav", MetadataTests.full()))
        let metadata = recording.metadata
        let broadcast = try #require(metadata.broadcast)
        #expect(recording.format.container == "BWF")
        #expect(broadcast.description == "Intervju 4")
        #expect(broadcast.originator == "Recorder")
        #expect(broadcast.originatorReference == "REF1")
        #expect(broadcast.originationDate == "2024-03-12")
        #expect(broadcast.originationTime == "14:03:00")
        #expect(broadcast.timeReference == 809_280_000)
        #expect(broadcast.codingHistory == "A=PCM,F=16000,W=16,M=mono")
        #expect(
            metadata.cues == [
                .init(id: 3, position: 4_000, note: "uklart"), .init(id: 7, position: 8_000, label: "spørsmål 2"),
            ])
        // The second value is Latin-1.
        #expect(metadata.tags == [.init(name: "ICRD", value: "2024-03-12"), .init(name: "IART", value: "Pål")])
        let notes = try #require(metadata.productionNotes)
        #expect(notes.project == "Studie & pilot" && notes.scene == "3" && notes.take == "2" && notes.note == "stille rom")
        #expect(notes.tracks.map(\.name) == ["Lav A", "Lav B"])
        #expect(notes.tracks.map(\.channel) == [1, 2])
        #expect(notes.raw == MetadataTests.ixml)
        // 2024-03-12 14:03:00 as seconds since 1970, by `date -u -d`.
        #expect(recording.startDate == Date(timeIntervalSince1970: 1_710_252_180))
        #expect(recording.warnings.isEmpty)
        let copy = try JSONDecoder().decode(RecorderMetadata.self, from: JSONEncoder().encode(metadata))
        #expect(copy == metadata)
    }

    @Test(arguments: ["0000-00-00", "2024-13-01", "i går", "", "2024-02"]) func badDatesAreNoDates(_ date: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.wav", wave16([0.1, 0.2], before: chunk("bext", bext(date: date))))
        #expect(try Recording(path: path).startDate == nil)
    }

    @Test func dayNumbersAgreeWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var generator = Seeded(5)
        for _ in 0..<200 {
            let (y, m, d) = (1_970 + Int(generator.next() % 200), 1 + Int(generator.next() % 12), 1 + Int(generator.next() % 28))
            let date = try #require(calendar.date(from: DateComponents(year: y, month: m, day: d)))
            #expect(RecorderMetadata.dayNumber(y, m, d) == Int(date.timeIntervalSince1970) / 86_400)
        }
    }

    @Test func cuesThatPromiseTooMuchGiveAWarning() throws {
        let scratch = try Scratch()
        let liar = chunk("cue ", le(UInt32(4_000_000_000)) + [UInt8](repeating: 0, count: 24))
        let recording = try Recording(path: scratch.file("a.wav", wave16([0.1, 0.2], after: liar)))
        #expect(recording.metadata.cues.count == 1)
        #expect(recording.warnings.map(\.code) == [.metadata])
    }
}

struct RecordingTests {
    @Test func partsBecomeOneStream() throws {
        let scratch = try Scratch()
        let whole = sine(440, rate: 44_100, count: 100_001, amplitude: 0.4)
        let cue = chunk("cue ", le(UInt32(1)) + MetadataTests.cuePoint(1, 99))
        let first = scratch.file("a.wav", wave16(Array(whole[..<60_000]), rate: 44_100))
        let second = scratch.file("b.wav", wave16(Array(whole[60_000...]), rate: 44_100, after: cue))
        let single = try Recording(path: scratch.file("c.wav", wave16(whole, rate: 44_100)))
        let joined = try Recording(parts: [first, second])
        #expect(joined.length == 100_001)
        #expect(joined.metadata.cues.map(\.position) == [60_099])
        let one = try collect(single.analysisSource())
        let two = try collect(joined.analysisSource())
        // Not a click where the parts meet: the filter runs on.
        #expect(one == two)
        #expect(one.count == 36_281 || one.count == 36_282)
        #expect(try single.digest() == ContentDigest.sha256Hex(ofFile: single.parts[0].path))
        #expect(try joined.digest() != single.digest())
        #expect(try joined.digest() != Recording(parts: [second, first]).digest())
        #expect(try joined.digest() == Recording(parts: [first, second]).digest())
    }

    @Test func partsMustAgree() throws {
        let scratch = try Scratch()
        let a = scratch.file("a.wav", wave16([0, 0.1], rate: 16_000))
        let b = scratch.file("b.wav", wave16([0, 0.1], rate: 44_100))
        #expect(thrown { _ = try Recording(parts: [a, b]) }?.code == .partsDisagree)
        #expect(thrown { _ = try Recording(parts: []) }?.code == .noParts)
    }

    @Test func selectsChannels() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.wav", wave16([0.5, -0.25, 0, 0.25, 0.5, 0.5], rate: 8_000, channels: 3))
        let recording = try Recording(path: path)
        #expect(try collect(recording.nativeSource(.channel(1))) == [-0.25, 0.5])
        let mix = try collect(recording.nativeSource(.mix))
        #expect(abs(mix[0] - 0.25 / 3) < 1e-6 && abs(mix[1] - 1.25 / 3) < 1e-6)
        #expect(thrown { _ = try recording.nativeSource(.channel(3)) }?.code == .noSuchChannel)
        #expect(thrown { _ = try recording.analysisSource(.channel(-1)) }?.code == .noSuchChannel)
    }

    @Test func aGapBetweenPartsIsToldOf() throws {
        let scratch = try Scratch()
        let second = [Float](repeating: 0.1, count: 16_000)
        let a = scratch.file("a.wav", wave16(second, before: chunk("bext", bext(time: "14:00:00"))))
        let b = scratch.file("b.wav", wave16(second, before: chunk("bext", bext(time: "14:00:01"))))
        let c = scratch.file("c.wav", wave16(second, before: chunk("bext", bext(time: "14:09:00"))))
        #expect(try Recording(parts: [a, b]).warnings.isEmpty)
        #expect(try Recording(parts: [a, c]).warnings.map(\.code) == [.gapBetweenParts])
    }
}
