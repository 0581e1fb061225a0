import Anonymization
import Bokmal
import Foundation
import Pipeline
import Signal
import Testing
import Transcript
@testable import Stages

/// What no program should write: readers say so, or take it for what it is; nothing else comes of it.
@Suite struct StrangeResultTests {
    private let talk = ProgramBench.talk()
    private func fault(_ what: String) -> StageFault { StageFault("the program " + what) }

    /// Pieces that the formats are made of, put together at random, with numbers beyond all bounds.
    private static let pieces = [
        "T1", "\t", " ", "\n", "PER", "0", "4", "29", "33", "-1", "1e400", "1e300", "nan", "inf", "9223372036854775807", "99999999999999999999", "Kari", "hei", "{", "}", "[", "]", "\"start\"", ":",
        ",", "\"end\"", "\"label\"", "\"word\"", "\"PER\"", "B-PER", "O", "WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "<", ">", "x 1 0.5 0.25 hei\n", "File type = \"ooTextFile\"\n", "\"TextGrid\"",
        "<exists>", "\"IntervalTier\"", "\"words\"", ";;", "#", "\\", "æ", "\u{301}", "\u{200D}", "\0", "{\"start\": 1e300, \"end\": 2e300, \"label\": \"PER\"}", "{\"word\": \"hei\", \"start\": 1e300, \"end\": 2e300}",
        "{\"word\": \"hei\", \"start\": \"1\", \"end\": \"2\"}", "1.0\t2.0\tpause\n", "1\t1e308\tloud\n", "S1\tinterviewer\n",
    ]

    @Test func nothingElseThanAFaultComesOfThem() throws {
        var state: UInt64 = 0x1234_5678_9ABC_DEF1
        func random(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
        let text = TurnText(talk), labels = try SpanLabels([]), ids = Set(talk.turns.flatMap(\.words).map(\.id))
        var faults = 0
        func tried(_ work: () throws -> Void) {
            do { try work() } catch is StageFault { faults += 1 } catch { Issue.record("\(type(of: error))") }
        }
        for _ in 0..<3_000 {
            let made = (0..<(1 + random(24))).map { _ in Self.pieces[random(Self.pieces.count)] }.joined()
            tried {
                for span in try SpanReader(text, labels: labels, fault: fault).spans(in: made) { #expect(!span.wordIDs.isEmpty && ids.isSuperset(of: span.wordIDs)) }
            }
            for format in TimedTokens.Format.allCases {
                tried {
                    let lists = try TimedTokens(made, format: format, fault: fault).lists
                    let places = try WordPlacing(talk, length: 320_000, fault: fault).places(of: lists)
                    #expect(places.allSatisfy { $0.range.map { $0.start >= 0 && $0.end <= 320_000 && !$0.isEmpty } ?? true })
                }
            }
            tried { _ = try LabelTable(made, fault: fault) }
            tried {
                let lines = made.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                do { _ = try TurnTranslation(talk, options: .init()).applied(lines) } catch is TurnTranslation.Fault { throw fault("") }
            }
        }
        #expect(faults > 10_000)
    }

    @Test func timesInQuotationMarksAreNoTimes() throws {
        let one = ProgramBench.talk([("S1", "hei")])
        func places(_ json: String) throws -> [SampleRange?] {
            try WordPlacing(one, length: 320_000, fault: fault).places(of: TimedTokens(json, format: .auto, fault: fault).lists).map(\.range)
        }
        #expect(try places("{\"word\": \"Hei,\", \"start\": 1, \"end\": 2}") == [SampleRange(16_000, 32_000)])
        #expect(try places("{\"word\": \"Hei,\", \"start\": null, \"end\": null}") == [nil])
        #expect(throws: StageFault.self) { try places("{\"word\": \"Hei,\", \"start\": \"1\", \"end\": \"2\"}") }
        // An empty word gets a frame, the recording's last when it lies at its end.
        #expect(try places("x 1 1.5 0 hei") == [SampleRange(24_000, 24_160)])
        #expect(try places("x 1 20.5 0.2 hei") == [SampleRange(319_840, 320_000)])
    }

    /// An RTTM's sister: the same speech as labels.
    @Test func labelsAreReadAsRTTMIs() throws {
        let bench = try ProgramBench("printf '0.5\\t1.5\\tKari\\n\\\\\\\\\\t100\\t200\\n2\\t3\\tOla\\n1\\t1.25\\tKari\\n' > \"$2\"")
        let diarizer = try ExternalDiarizer(command: ["./program", "{wav}", "{rttm}"], timeout: 20, base: bench.root)
        var source = ArraySource([Float](repeating: 0.25, count: 4 * 16_000), rate: .analysis)
        let found = try diarizer.segment(source: &source, speakers: nil, most: 8, progress: { _ in }).segments
        #expect(found.map(\.label) == ["S1", "S1", "S2"])
        #expect(found.map(\.range) == [SampleRange(8_000, 24_000), SampleRange(16_000, 20_000), SampleRange(32_000, 48_000)])
    }

    @Test func aCommandForWordsNeedsNoEngine() throws {
        let given = Settings(schema: WordsStage.descriptor.settings, overrides: ["command": .list(["x", "{wav}"])])
        #expect(Recognizers(given, base: URL(fileURLWithPath: "/"))?.engine == "command")
        #expect(Recognizers(Settings(schema: WordsStage.descriptor.settings), base: URL(fileURLWithPath: "/")) == nil)
    }

    /// A large file among the arguments is known by what is in it: its first and last byte, and what lies between.
    @Test func largeFilesAreKnownBySamples() throws {
        let bench = try ProgramBench("")
        let model = bench.root.appendingPathComponent("model.bin"), size = CommandFiles.largest + 12_345
        FileManager.default.createFile(atPath: model.path, contents: nil)
        func digests() throws -> [String: String] { try ExternalCommand("program", command: ["./program", "{wav}", "model.bin"], timeout: 1, base: bench.root, placeholders: ["{wav}"], needs: "{wav}").digests() }
        func write(_ text: String, at offset: Int) throws {
            let handle = try FileHandle(forUpdating: model)
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }
        #expect(truncate(model.path, size) == 0)
        var seen: Set<String> = []
        for offset in [nil, 0, size - 1, 33_000] as [Int?] {
            if let offset { try write("x", at: offset) }
            let digest = try #require(try digests()["command.2"])
            #expect(seen.insert(digest).inserted)
            #expect(try digests()["command.2"] == digest)
        }
        #expect(truncate(model.path, size + 1) == 0)
        #expect(seen.insert(try #require(try digests()["command.2"])).inserted)
    }
}
