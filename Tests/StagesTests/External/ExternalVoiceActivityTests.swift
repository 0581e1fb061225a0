import Foundation
import Pipeline
import Signal
import Testing
@testable import Stages

@Suite struct ExternalVoiceActivityTests {
    private func run(_ script: String, seconds: Int = 4) throws -> [SampleRange] {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("vad-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let program = root.appendingPathComponent("vad.sh")
        try Data(("#!/bin/sh\n" + script).utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let external = try ExternalVoiceActivity(command: ["./vad.sh", "{wav}", "{rttm}"], timeout: 20, base: root)
        var source = ArraySource([Float](repeating: 0.25, count: seconds * 16_000), rate: .analysis)
        return try external.speech(source: &source, progress: { _ in })
    }

    @Test func whoeverSpeaksIsSpeech() throws {
        let speech = try run("""
            test "$(head -c 4 "$1")" = RIFF || exit 9
            cat > "$2" <<'END'
            SPEAKER x 1 2.000 3.500 <NA> <NA> b <NA> <NA>
            SPEAKER x 1 0.500 0.500 <NA> <NA> a <NA> <NA>
            SPEAKER x 1 0.750 0.500 <NA> <NA> b <NA> <NA>
            END
            """, seconds: 5)
        #expect(speech == [SampleRange(8_000, 20_000), SampleRange(32_000, 80_000)])
        #expect(try run(": > \"$2\"").isEmpty, "silence is an answer")
    }

    @Test func faultsAreToldWithoutTheTalk() throws {
        for (script, words) in [("exit 4", "exit code 4"), ("echo 'og da sa Kari det' > \"$2\"", "did not write RTTM"), ("echo 'SPEAKER x 1 3 9 <NA> <NA> a' > \"$2\"", "after the end")] {
            do {
                _ = try run(script)
                Issue.record("no fault")
            } catch let fault as StageFault {
                #expect(fault.description.contains("external speech detector") && fault.description.contains(words) && !fault.description.contains("Kari"))
            }
        }
        #expect(throws: StageFault.self) { _ = try ExternalVoiceActivity(command: ["/bin/sh", "x"], timeout: 1, base: URL(fileURLWithPath: "/")) }
    }
}
