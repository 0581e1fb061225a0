import Foundation
import Pipeline
import Signal
import Speech
import Testing
import Transcript
@testable import Stages

/// From sound to roles over a study, with a diariser whose answer is known.
@Suite struct RolesPipelineTests {
    /// A study whose recordings are talks of two synthetic voices, S1 the one that comes back.
    final class SmallStudy {
        let root: URL

        init() throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("roles-" + UUID().uuidString)
            for name in ["opptak", "utkast"] {
                try FileManager.default.createDirectory(at: root.appendingPathComponent(name), withIntermediateDirectories: true)
            }
            try Data(
                """
                #!/bin/sh
                { echo 'SPEAKER x 1 0 1.2 <NA> <NA> a'; echo 'SPEAKER x 1 1.2 1.2 <NA> <NA> b'; echo 'SPEAKER x 1 2.4 1.2 <NA> <NA> a'; echo 'SPEAKER x 1 3.6 1.2 <NA> <NA> b'; } > "$2"
                """.utf8
            ).write(to: root.appendingPathComponent("diariser.sh"))
            try Data(
                """
                name: prove
                stages:
                  - ingest
                  - vad
                  - speakers: {command: [/bin/sh, diariser.sh, '{wav}', '{rttm}']}
                  - voices
                  - interviewer
                  - roles
                  - words
                """.utf8
            ).write(to: root.appendingPathComponent("prove.yaml"))
        }

        deinit { try? FileManager.default.removeItem(at: root) }

        /// Voices as pulse trains of a pitch through one resonance each.
        func add(_ name: String, pitches: [Double], resonances: [Double], seed: UInt64) throws {
            var samples: [Float] = [], state = seed
            for turn in 0..<4 {
                let pitch = pitches[turn % 2], resonance = resonances[turn % 2]
                var phase = 0.0, y1 = 0.0, y2 = 0.0
                let w = 2 * Double.pi * resonance / 16_000, r = 0.97
                for i in 0..<19_200 {
                    phase += pitch * (1 + 0.06 * sin(Double(i) / 3_000)) / 16_000
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    var x = (Double(state >> 40) / Double(1 << 24) - 0.5) * 0.02
                    if phase >= 1 {
                        phase -= 1
                        x += 1
                    }
                    let y = x + 2 * r * cos(w) * y1 - r * r * y2
                    (y2, y1) = (y1, y)
                    samples.append(Float(0.06 * y))
                }
            }
            let url = root.appendingPathComponent("opptak/\(name).wav")
            try? FileManager.default.removeItem(at: url)
            var source = ArraySource(samples, rate: .analysis)
            _ = try WaveWriter.write(&source, to: url, progress: { _ in })
        }

        func write(recordings: String) throws {
            try Data("study: prove\npipeline: prove.yaml\n\(recordings)".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        }

        func run() async throws -> RunReport {
            let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
            return await request.runner(options: .init(jobs: 1), observer: { _ in }).run(request.selected)
        }

        func newest<A: Artefact>(_ type: A.Type, _ item: String, _ stage: String) throws -> A {
            let store = ArtefactStore(folders: Study.layout(root))
            return try A(decoding: try #require(store.latest(item: item, stage: stage)).data)
        }

        func runs(_ item: String, _ stage: String) -> Int { ArtefactStore(folders: Study.layout(root)).records(item: item, stage: stage).count }
    }

    private func study() throws -> SmallStudy {
        let study = try SmallStudy()
        try study.write(recordings: "")
        try study.add("a", pitches: [120, 210], resonances: [600, 1_200], seed: 1)
        try study.add("b", pitches: [120, 95], resonances: [600, 2_000], seed: 2)
        try study.add("c", pitches: [120, 160], resonances: [600, 3_000], seed: 3)
        return study
    }

    @Test func theReturningVoiceAsksAndAnUnchangedStudyIsLeftAlone() async throws {
        let study = try study()
        let first = try await study.run()
        #expect(first.failures.map(\.message) == [])
        for item in ["a", "b", "c"] {
            let roles = try study.newest(RoleMap.self, item, "roles")
            #expect(roles.roles == ["S1": .interviewer, "S2": .participant], "\(item)")
            let transcript = try study.newest(WordedTranscript.self, item, "words").transcript
            #expect(transcript.speakers.map(\.role) == [.interviewer, .participant])
            let finding = try #require(transcript.findings.first { $0.stage == "roles" })
            #expect(finding.message.contains("S1 is taken for the interviewer") && finding.message.contains("interviewer: S1"))
        }
        let map = try study.newest(InterviewerMap.self, Runner.studyItem, "interviewer")
        #expect(map.guesses.allSatisfy { $0.heardIn == 3 && $0.reasons.contains(.recurs) })
        #expect(try await study.run().stagesRun == 0)
        // What was found of the study can be found again.
        let state = study.root.appendingPathComponent("fortrolig/.mellomlager/intervjuer.json.sealed"), found = try Data(contentsOf: state)
        try FileManager.default.removeItem(at: state)
        #expect(try await study.run().stagesRun == 1)
        #expect(try Data(contentsOf: state) == found)

        // Another recording runs its own stages, the study's look, and who is what; nobody's words.
        try study.add("d", pitches: [120, 250], resonances: [600, 900], seed: 4)
        let report = try await study.run()
        #expect(report.failures.isEmpty)
        #expect(study.runs("a", "voices") == 1 && study.runs("a", "words") == 1)
        #expect(report.stagesRun == 4 + 1 + 4 + 1, "ingest, vad, speakers, voices of one; interviewer; roles of four; words of one")
        #expect(try await study.run().stagesRun == 0)
    }

    @Test func theStudyFileWins() async throws {
        let study = try study()
        _ = try await study.run()
        try study.write(recordings: "recordings:\n  - {id: b, file: opptak/b.wav, interviewer: s2}\n")
        #expect(try await study.run().failures.isEmpty)
        let roles = try study.newest(RoleMap.self, "b", "roles")
        #expect(roles.roles == ["S1": .participant, "S2": .interviewer] && roles.certainty == .given && roles.findings.isEmpty)
        #expect(try study.newest(WordedTranscript.self, "b", "words").transcript.speakers.map(\.role) == [.participant, .interviewer])
        #expect(study.runs("b", "speakers") == 1, "setting a role does not divide the speakers anew")
        // A voice that is not there is said so, for that recording alone.
        try study.write(recordings: "recordings:\n  - {id: b, file: opptak/b.wav, interviewer: [S7]}\n")
        let report = try await study.run()
        #expect(report.failures.map(\.item) == ["b"] && report.failures.map(\.stage) == ["voices"])
        #expect(report.failures.first?.message.contains("S1, S2") == true)
    }

    @Test func aDraftsLabelsTeachTheStudy() async throws {
        let study = try study()
        // By the draft, the voice that comes back is the one who is asked, and in 'b' plain letters stand for the two.
        func draft(_ first: String, _ second: String) -> Data {
            let text = "ord " + String(repeating: "og flere ord ", count: 8)
            return Data("\(first): \(text)\n\n\(second): \(text)\n\n\(first): \(text)\n\n\(second): \(text)\n".utf8)
        }
        try draft("Informant", "Intervjuer").write(to: study.root.appendingPathComponent("utkast/a.txt"))
        try draft("Informant", "Intervjuer").write(to: study.root.appendingPathComponent("utkast/c.txt"))
        #expect(try await study.run().failures.isEmpty)
        let labelled = try study.newest(VoiceList.self, "a", "voices")
        #expect(labelled.labels == ["informant": "S1", "intervjuer": "S2"])
        #expect(labelled.voices.map { $0.known?.isInterviewer } == [false, true])
        #expect(try study.newest(RoleMap.self, "a", "roles").roles["S2"] == .interviewer)
        #expect(try study.newest(WordedTranscript.self, "a", "words").transcript.findings.allSatisfy { $0.stage != "roles" })
    }

    @Test func voicePrintsAreConfidential() async throws {
        let study = try study()
        _ = try await study.run()
        let files = (FileManager.default.enumerator(at: study.root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? [])
            .filter { !$0.hasDirectoryPath }
        for file in files { #expect(try Data(contentsOf: file).range(of: Data("cepstrum".utf8)) == nil, "\(file.lastPathComponent)") }
        // They are there, for those who have the study's key; in what is said of the whole study they are not.
        let store = ArtefactStore(folders: Study.layout(study.root))
        for item in ["a", "b", "c"] {
            #expect(try #require(store.latest(item: item, stage: "voices")).data.range(of: Data("\"cepstrum\"".utf8)) != nil)
        }
        #expect(try #require(store.latest(item: Runner.studyItem, stage: "interviewer")).data.range(of: Data("cepstrum".utf8)) == nil)
    }

    @Test func aProgramThatFailsFailsItsRecordingOnly() async throws {
        let study = try study()
        try Data("#!/bin/sh\ntest \"$(wc -c < \"$1\")\" -gt 999999 || { echo 'error: too short for me' >&2; exit 9; }\necho 'SPEAKER x 1 0 1.2 <NA> <NA> a'\n".utf8)
            .write(to: study.root.appendingPathComponent("diariser.sh"))
        let report = try await study.run()
        #expect(report.failures.map(\.stage) == ["speakers", "speakers", "speakers"])
        #expect(report.failures.allSatisfy { $0.message.contains("exit code 9") && $0.message.contains("too short for me") && !$0.isInternal })
        // The script is part of the key: mending it is enough.
        try Data("#!/bin/sh\necho 'SPEAKER x 1 0 1.2 <NA> <NA> a'\n".utf8).write(to: study.root.appendingPathComponent("diariser.sh"))
        #expect(try await study.run().failures.isEmpty)
    }

    @Test func aRenamedRecordingIsNotHeardTwice() async throws {
        let study = try study()
        _ = try await study.run()
        let opptak = study.root.appendingPathComponent("opptak")
        try FileManager.default.moveItem(at: opptak.appendingPathComponent("c.wav"), to: opptak.appendingPathComponent("d.wav"))
        _ = try await study.run()
        let map = try study.newest(InterviewerMap.self, Runner.studyItem, "interviewer")
        #expect(map.guesses.map(\.recording) == ["a", "b", "d"])
        #expect(map.guesses.allSatisfy { $0.heardIn == 3 })
    }
}
