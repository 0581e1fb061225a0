import Foundation
import Pipeline
import Signal
import Testing
import Transcript
@testable import Stages

/// Words from a recogniser through a whole study, with a stand-in whose words tell which sound it was given.
@Suite struct RecognizerPipelineTests {
    /// Recordings `r0`, `r1`, … of voiced sound, each of a length of its own.
    private final class HeardStudy {
        let root: URL

        /// - Parameter command: the command's start; the script is `hear.sh` in the study folder.
        init(recordings: Int, script: String, command: String = "./hear.sh") throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("heard-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: root.appendingPathComponent("opptak"), withIntermediateDirectories: true)
            try Data(("#!/bin/sh\n" + script).utf8).write(to: root.appendingPathComponent("hear.sh"))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root.appendingPathComponent("hear.sh").path)
            try Data(
                """
                name: prove
                stages:
                  - ingest
                  - vad
                  - speakers: {count: 1}
                  - words: {engine: command, command: [\(command), '{wav}', '{language}']}
                """.utf8
            ).write(to: root.appendingPathComponent("prove.yaml"))
            try Data("study: prove\npipeline: prove.yaml\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
            for number in 0..<recordings {
                var phase = 0.0
                let samples = (0..<Self.length(number)).map { i -> Float in
                    phase += 130 * (1 + 0.05 * sin(Double(i) / 2_000)) / 16_000
                    if phase >= 1 { phase -= 1 }
                    return Float(0.2 * (phase < 0.1 ? 1 : -0.1) * (0.6 + 0.4 * sin(Double(i) / 700)))
                }
                var source = ArraySource(samples, rate: .analysis)
                _ = try WaveWriter.write(&source, to: root.appendingPathComponent("opptak/r\(number).wav"), progress: { _ in })
            }
        }

        deinit { try? FileManager.default.removeItem(at: root) }

        static func length(_ number: Int) -> Int { 16_000 + 320 * number }

        func run(jobs: Int = 1) async throws -> RunReport {
            let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
            return await request.runner(options: .init(jobs: jobs), observer: { _ in }).run(request.selected)
        }

        func transcript(_ item: String) throws -> Transcript? {
            let store = ArtefactStore(folders: Study.layout(root))
            return try store.latest(item: item, stage: "words").map { try WordedTranscript(decoding: $0.data).transcript }
        }
    }

    /// Says the number of bytes it was given, and fails for every third recording.
    private static let telling = """
        size=$(wc -c < "$1")
        test "$2" = no || exit 9
        test $(( (size - 44 - 32000) / 640 % 3 )) -eq 2 && { echo 'hemmelig ord' >&2; exit 3; }
        echo '{"word": "bytes'$(( size ))'", "start": 0.1, "end": 0.6}'
        """

    @Test func noRecordingGetsAnothersWordsWhateverFails() async throws {
        let count = 12
        let study = try HeardStudy(recordings: count, script: Self.telling)
        let report = try await study.run(jobs: 4)
        for number in 0..<count {
            let item = "r\(number)"
            if number % 3 == 2 {
                let failure = try #require(report.failures.first { $0.item == item })
                #expect(failure.stage == "words" && !failure.message.contains("hemmelig"))
                let said = study.root.appendingPathComponent("fortrolig/\(item).words.program.txt")
                #expect(failure.message.contains("fortrolig/\(said.lastPathComponent)"))
                #expect(try String(contentsOf: said, encoding: .utf8) == "hemmelig ord\n")
                #expect(try study.transcript(item) == nil)
            } else {
                let words = try #require(try study.transcript(item)).turns.flatMap(\.words)
                #expect(words.map(\.text) == ["bytes\(44 + 2 * HeardStudy.length(number))"])
                #expect(words[0].placement == .given && words[0].range == SampleRange(1_600, 9_600))
            }
        }
        #expect(report.failures.count == count / 3)
        // What is done is done; what failed is tried again, and nothing else.
        #expect(try await study.run().stagesRun == 0)
    }

    @Test func anotherProgramUnderTheSameNameRunsTheStageAgain() async throws {
        let study = try HeardStudy(recordings: 1, script: "echo '{\"word\": \"en\", \"start\": 0.1, \"end\": 0.6}'\n")
        _ = try await study.run()
        try Data("#!/bin/sh\necho '{\"word\": \"to\", \"start\": 0.1, \"end\": 0.6}'\n".utf8).write(to: study.root.appendingPathComponent("hear.sh"))
        #expect(try await study.run().stagesRun == 1)
        #expect(try study.transcript("r0")?.turns.flatMap(\.words).map(\.text) == ["to"])
    }

    @Test func anotherScriptBehindTheProgramRunsTheStageAgain() async throws {
        let study = try HeardStudy(
            recordings: 1, script: "echo '{\"word\": \"en\", \"start\": 0.1, \"end\": 0.6}'\n", command: "/bin/sh, hear.sh")
        _ = try await study.run()
        #expect(try study.transcript("r0")?.turns.flatMap(\.words).map(\.text) == ["en"])
        try Data("echo '{\"word\": \"to\", \"start\": 0.1, \"end\": 0.6}'\n".utf8).write(to: study.root.appendingPathComponent("hear.sh"))
        #expect(try await study.run().stagesRun == 1)
        #expect(try study.transcript("r0")?.turns.flatMap(\.words).map(\.text) == ["to"])
    }

    @Test func channelsOfOppositePolarityAreNotHeardAsSilence() async throws {
        let study = try HeardStudy(
            recordings: 0,
            script: """
                if od -An -v -t d2 -j 44 "$1" | grep -q '[1-9]'; then w=lyd; else w=stille; fi
                echo '{"word": "'$w'", "start": 0.1, "end": 0.6}'
                """)
        var phase = 0.0, bytes: [UInt8] = []
        for i in 0..<48_000 {
            phase += 130 * (1 + 0.05 * sin(Double(i) / 2_000)) / 16_000
            if phase >= 1 { phase -= 1 }
            let value = Int16(6_000 * (phase < 0.1 ? 1 : -0.1) * (0.6 + 0.4 * sin(Double(i) / 700)))
            for sample in [value, -value] { bytes += [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)] }
        }
        func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let format = little(1, 2) + little(2, 2) + little(16_000, 4) + little(64_000, 4) + little(4, 2) + little(16, 2)
        let file = Array("RIFF".utf8) + little(36 + bytes.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + format
            + Array("data".utf8) + little(bytes.count, 4) + bytes
        try Data(file).write(to: study.root.appendingPathComponent("opptak/motsatt.wav"))
        #expect(try await study.run().failures.map(\.message) == [])
        #expect(try study.transcript("motsatt")?.turns.flatMap(\.words).map(\.text) == ["lyd"])
    }

    @Test func anEditedDraftBehindALinkIsReadAgain() async throws {
        let study = try HeardStudy(recordings: 1, script: "exit 7\n")
        let drafts = study.root.appendingPathComponent("utkast"), own = study.root.appendingPathComponent("annet.txt")
        try FileManager.default.createDirectory(at: drafts, withIntermediateDirectories: true)
        try Data("I: Hei du.\n".utf8).write(to: own)
        try FileManager.default.createSymbolicLink(at: drafts.appendingPathComponent("r0.txt"), withDestinationURL: own)
        _ = try await study.run()
        try Data("I: Hei deg.\n".utf8).write(to: own)
        #expect(try await study.run().stagesRun > 0)
        #expect(try study.transcript("r0")?.turns.flatMap(\.words).map(\.text) == ["Hei", "deg"])
    }

    @Test func aDraftGoesBeforeTheRecogniser() async throws {
        let study = try HeardStudy(recordings: 1, script: "exit 7\n")
        try FileManager.default.createDirectory(at: study.root.appendingPathComponent("utkast"), withIntermediateDirectories: true)
        try Data("I: Hei du.\n".utf8).write(to: study.root.appendingPathComponent("utkast/r0.txt"))
        #expect(try await study.run().failures.isEmpty)
        #expect(try study.transcript("r0")?.turns.flatMap(\.words).map(\.text) == ["Hei", "du"])
    }
}
