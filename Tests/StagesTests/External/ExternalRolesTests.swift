import Foundation
import Signal
import Testing
import Transcript
@testable import Stages

@Suite struct ExternalRolesTests {
    private func roles(_ script: String, _ arguments: [String] = [], timeout: Double = 120) throws -> [String: Role] {
        let bench = try ProgramBench(script)
        let map = SpeakerMap(
            segments: [LabeledSegment(range: SampleRange(0, 16_000), label: "S1"), LabeledSegment(range: SampleRange(16_000, 80_000), label: "S2")], overlaps: [], count: 2,
            countWasGiven: false, roles: [:], notes: [])
        return try ExternalRoles(command: ["./program"] + arguments, timeout: timeout, base: bench.root)
            .roles(of: map, voices: ["S1", "S2"], recording: "P07", complaints: bench.complaints, progress: { _ in })
    }

    /// Whoever speaks longest is the participant, reckoned from the RTTM.
    private static let longest = "awk '{ t[$8] += $5 } END { for (v in t) print v \"\\t\" (t[v] > 2 ? \"participant\" : \"Interviewer\") }'"

    @Test func theTableGivesEveryVoiceARole() throws {
        #expect(try roles(Self.longest) == ["S1": .interviewer, "S2": .participant])
        #expect(try roles(Self.longest + " \"$1\" > \"$2\"", ["{rttm}", "{result}"]) == ["S1": .interviewer, "S2": .participant])
    }

    @Test func faultsSayWhatIsWrong() throws {
        func fault(_ script: String, timeout: Double = 120) -> String { ProgramBench.fault { _ = try roles("cat > /dev/null; " + script, timeout: timeout) } }
        #expect(fault("printf 'S1\\tinterviewer\\n'").contains("says nothing of S2"))
        #expect(fault("printf 'S1\\tKari\\n'").contains("role on line 1 that is not known"))
        #expect(fault("printf 'S9\\tother\\n'").contains("voice on line 1"))
        #expect(fault("printf 'S1\\tother\\nS1\\tother\\n'").contains("two roles"))
        #expect(fault("echo hemmelig").contains("line 1 that is not a voice"))
        #expect(fault("exit 2").contains("exit code 2"))
        #expect(fault("exec sleep 60", timeout: 1).contains("not done after 1 s"))
    }
}
