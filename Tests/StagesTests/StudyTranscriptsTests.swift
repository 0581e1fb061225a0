import Anonymization
import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite struct StudyTranscriptsTests {
    /// A study of two typed interviews, without sound in them; `talk` by recording.
    private func study(_ talk: [String: String]) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-study-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data(
            """
            name: tekst
            summary: words alone
            stages: [ingest, vad, speakers, words, detect, register, anonymize, audit]
            """.utf8
        ).write(to: root.appendingPathComponent("tekst.yaml"))
        try Data("study: Prøve\npipeline: tekst.yaml\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for (id, text) in talk {
            try FileManager.default.copyItem(
                at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
        }
        return root
    }

    private func run(_ root: URL) async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        return await request.runner(options: .init(), observer: { _ in }).run(request.all)
    }

    @Test func whatTheAuditStopsIsNotHandedOut() async throws {
        let root = try study([
            "P07": "Informant: Jeg traff Kristin Tverrdal på møtet.",
            "P09": "Informant: Det var fint på møtet.",
        ])
        defer { try? FileManager.default.removeItem(at: root) }
        _ = try await run(root)
        try Signing.makeLeak(root, person: "kristin tverrdal")
        _ = try await run(root)
        let store = ArtefactStore(folders: Study.layout(root))
        var handed = 0, kept = 0
        for id in ["P07", "P09"] {
            let report = try AuditArtefact(decoding: try #require(store.latest(item: id, stage: "audit")).data).report
            if report.verdict == .leak {
                kept += 1
                #expect(throws: StageFault.self) { try StudyTranscripts.sealed(id, study: root.path) }
            } else {
                handed += 1
                let found = try StudyTranscripts.sealed(id, study: root.path)
                #expect(try AnonymizedTranscript(decoding: found.data).document.recording.id == id && found.notes.isEmpty)
            }
        }
        #expect(handed > 0)
        #expect(kept > 0, "a code that is a registered name is found again by the audit")
    }

    @Test func whatHasChangedSinceTheRunIsSaid() async throws {
        let root = try study(["P07": "Informant: Det er bra her."])
        defer { try? FileManager.default.removeItem(at: root) }
        _ = try await run(root)
        #expect(try StudyTranscripts.sealed("P07", study: root.path).notes.isEmpty)
        try Data("Informant: Det er ikke bra her.".utf8).write(to: root.appendingPathComponent("utkast/P07.txt"))
        #expect(try StudyTranscripts.sealed("P07", study: root.path).notes.count == 1)
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let root = try study(["P07": "Informant: Ja."])
        defer { try? FileManager.default.removeItem(at: root) }
        #expect(throws: StageFault.self) { try StudyTranscripts.sealed("P07", study: root.path) }
        _ = try await run(root)
        #expect(throws: StageFault.self) { try StudyTranscripts.sealed("P08", study: root.path) }
        // An audit of other bytes is no audit of these.
        for file in FileManager.default.enumerator(at: root.appendingPathComponent("fortrolig"), includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
        where file.path.contains("/audit/") && file.pathExtension == "record" { try FileManager.default.removeItem(at: file) }
        #expect(throws: StageFault.self) { try StudyTranscripts.sealed("P07", study: root.path) }
    }
}
