import Foundation
import Pipeline
import Signal
import Testing
@testable import Stages

@Suite struct ExternalDiarizerTests {
    /// A folder with a script that is the diariser.
    private final class Bench {
        let root: URL
        init(_ script: String) throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("diariser-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try Data(("#!/bin/sh\n" + script).utf8).write(to: script_)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script_.path)
        }
        var script_: URL { root.appendingPathComponent("diarise.sh") }
        deinit { try? FileManager.default.removeItem(at: root) }

        func run(
            _ arguments: [String] = ["{wav}", "{rttm}", "{speakers}"], seconds: Int = 4, timeout: Double = 20, speakers: Int? = nil,
            most: Int = 8
        ) throws -> [LabeledSegment] {
            let diarizer = try ExternalDiarizer(command: ["./diarise.sh"] + arguments, timeout: timeout, base: root)
            var source = ArraySource([Float](repeating: 0.25, count: seconds * 16_000), rate: .analysis)
            return try diarizer.segment(source: &source, speakers: speakers, most: most, progress: { _ in }).segments
        }

        func fault(_ arguments: [String] = ["{wav}", "{rttm}", "{speakers}"], timeout: Double = 20, speakers: Int? = nil, most: Int = 8) -> String {
            do {
                _ = try run(arguments, timeout: timeout, speakers: speakers, most: most)
                return "no fault"
            } catch { return (error as? StageFault)?.description ?? "\(type(of: error))" }
        }
    }

    private static let two = """
        SPEAKER x 1 0.000 1.500 <NA> <NA> SPEAKER_01 0.9 <NA>
        SPEAKER x 1 1.400 2.900 <NA> <NA> SPEAKER_00 <NA> <NA>
        """

    @Test func theRTTMBecomesVoicesInOrderOfAppearance() throws {
        for target in ["> \"$2\"", ""] {  // to the file it is told, and to standard output
            let segments = try Bench("cat \(target) <<'END'\n\(Self.two)\nEND\n").run()
            #expect(segments.map(\.label) == ["S1", "S2"])
            #expect(segments[0].range == SampleRange(0, 24_000) && segments[0].confidence == 0.9)
            // Past the end by a frame or so: cut.
            #expect(segments[1].range == SampleRange(22_400, 64_000))
        }
    }

    @Test func itGetsThePrivateRecordingAndTheNumber() throws {
        let bench = try Bench(
            """
            set -e
            test "$(head -c 4 "$1")" = RIFF
            test "$(wc -c < "$1")" -eq 128044
            test "$(ls -l "$1" | cut -c1-10)" = -rw-------
            test "$(ls -ld "$(dirname "$1")" | cut -c1-10)" = drwx------
            test "$3" = 2
            test "$4" = "a b;c"
            echo "$1" > "\(FileManager.default.temporaryDirectory.path)/$5"
            echo 'SPEAKER x 1 0 1 <NA> <NA> a' > "$2"
            """)
        let trace = "trace-" + UUID().uuidString, note = FileManager.default.temporaryDirectory.appendingPathComponent(trace)
        defer { try? FileManager.default.removeItem(at: note) }
        #expect(try bench.run(["{wav}", "{rttm}", "{speakers}", "a b;c", trace], speakers: 2).count == 1)
        let sound = try String(contentsOf: note, encoding: .utf8).trimmingCharacters(in: .newlines)
        #expect(!sound.isEmpty && !FileManager.default.fileExists(atPath: sound), "the recording's copy is gone")
        #expect(!FileManager.default.fileExists(atPath: (sound as NSString).deletingLastPathComponent))
    }

    @Test func faultsSayWhatTheProgramDid() throws {
        #expect(try Bench("echo loading >&2; echo 'error: no model there' >&2; exit 4").fault().contains("exit code 4; its last message: error: no model there"))
        // What may be talk is not repeated.
        #expect(try !Bench("echo 'og da sa Kari det' >&2; exit 4").fault().contains("Kari"))
        #expect(try Bench("kill -11 $$").fault().contains("signal 11"))
        #expect(try Bench("exit 0").fault().contains("found nobody"))
        #expect(try Bench("echo 'Hei, dette er ikke RTTM' > \"$2\"").fault().contains("did not write RTTM"))
        #expect(try !Bench("echo 'Hei, dette er ikke RTTM' > \"$2\"").fault().contains("Hei"))
        #expect(try Bench("printf '\\377\\376\\000' > \"$2\"").fault().contains("not text"))
        #expect(try Bench("echo 'SPEAKER x 1 3 9 <NA> <NA> a' > \"$2\"").fault().contains("after the end"))
        #expect(try Bench("echo 'SPEAKER x 1 900000 1 <NA> <NA> a' > \"$2\"").fault().contains("after the end"))
        #expect(try Bench("echo 'SPEAKER x 1 1e300 1 <NA> <NA> a' > \"$2\"").fault().contains("did not write RTTM"))
        #expect(try Bench("echo 'SPEAKER x 1 nan 1 <NA> <NA> a' > \"$2\"").fault().contains("did not write RTTM"))
        let files = "SPEAKER x 1 0 1 <NA> <NA> a\nSPEAKER y 1 0 1 <NA> <NA> a"
        #expect(try Bench("cat <<'END'\n\(files)\nEND\n").fault().contains("several recordings"))
        #expect(try Bench("cat <<'END'\n\(Self.two)\nEND\n").fault(speakers: 1).contains("2 people where there are 1"))
        #expect(try Bench("cat <<'END'\n\(Self.two)\nEND\n").fault(most: 1).contains("at most 1"))
    }

    @Test func aHangingProgramIsStopped() throws {
        #expect(try Bench("sleep 60").fault(timeout: 1).contains("not done after 1 s"))
    }

    @Test func aCommandThatCannotWorkIsRefusedBeforeTheRun() throws {
        let bench = try Bench("exit 0")
        #expect(bench.fault(["{rttm}"]).contains("{wav}"))
        #expect(throws: StageFault.self) { _ = try ExternalDiarizer(command: [], timeout: 1, base: bench.root) }
        #expect(throws: StageFault.self) { _ = try ExternalDiarizer(command: ["no-such-program-here", "{wav}"], timeout: 1, base: bench.root) }
    }

    @Test func theKeyKnowsTheProgramAndItsScript() throws {
        let bench = try Bench("exit 0")
        let script = bench.root.appendingPathComponent("other.sh")
        try Data("one".utf8).write(to: script)
        func digests() throws -> [String: String] {
            try ExternalDiarizer(command: ["/bin/sh", "other.sh", "{wav}"], timeout: 1, base: bench.root).digests()
        }
        let first = try digests()
        #expect(Set(first.keys) == ["command", "command.1"])
        try Data("two and more".utf8).write(to: script)
        let second = try digests()
        #expect(first["command"] == second["command"] && first["command.1"] != second["command.1"])
    }
}
