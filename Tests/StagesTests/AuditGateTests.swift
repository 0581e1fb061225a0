import Anonymization
import Foundation
import Pipeline
import Testing

@testable import Stages

/// What is signed goes out, and nothing else does.
@Suite(.serialized) struct AuditGateTests {
    /// A study of typed interviews, by recording.
    private func study(_ talk: [String: String], stages: String = "audit, {export: {formats: [txt, html], confidential: [txt]}}") throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-gate-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data("name: tekst\nsummary: words alone\nstages: [ingest, vad, speakers, words, detect, bokmal, register, anonymize, \(stages)]\n".utf8)
            .write(to: root.appendingPathComponent("tekst.yaml"))
        try Data("study: Prøve\npipeline: tekst.yaml\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for (id, text) in talk {
            try FileManager.default.copyItem(at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try draft(root, id, text)
        }
        return root
    }

    private func draft(_ root: URL, _ id: String, _ text: String) throws {
        try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
    }

    @discardableResult
    private func run(_ root: URL) async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let report = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(report.failures.isEmpty, "\(report.failures.map(\.message))")
        return report
    }

    private func names(_ root: URL, _ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private func states(_ root: URL) throws -> [String: AuditVerification.State] {
        Dictionary(uniqueKeysWithValues: try AuditVerification.verify(root.path).entries.map { ($0.file, $0.state) })
    }

    private static let sentences = (1...12).map { "Vi snakka om vær og vind på møte nummer \($0) i år, og det var helt greit for alle." }

    @Test func aSignatureHoldsForTheseBytesAndNoOthers() async throws {
        var generator = SystemRandomNumberGenerator()
        let text = "Intervjuer: Hvordan gikk det?\nInformant: " + Self.sentences.joined(separator: " ")
        let root = try study(["P07": text])
        defer { try? FileManager.default.removeItem(at: root) }
        #expect(throws: (any Error).self) { try AuditSigning(study: root.appendingPathComponent("utkast").path).current("P07") }
        let first = try await run(root)
        #expect(first.held.map(\.stage) == ["export"])
        #expect(names(root, "deling").isEmpty)
        #expect(names(root, "fortrolig").filter { $0.contains("lesekopi") } == ["P07.lesekopi.docx", "P07.lesekopi.html"])
        #expect(names(root, "fortrolig").contains("P07.fortrolig.txt"), "the raw copy does not wait")

        try Signing.signAll(root)
        #expect(try await run(root).done == ["P07"])
        #expect(names(root, "deling") == ["P07.html", "P07.signert.json", "P07.txt"])
        #expect(try AuditVerification.verify(root.path).isGood)
        #expect(try await run(root).stagesRun == 0)
        let manifest = try Data(contentsOf: root.appendingPathComponent("deling/P07.signert.json"))
        // Signing again changes nothing.
        try Signing.signAll(root)
        #expect(try await run(root).stagesRun == 0)
        #expect(try Data(contentsOf: root.appendingPathComponent("deling/P07.signert.json")) == manifest)

        // A spelling that the layout evens out gives the same bytes: the signature holds.
        try draft(root, "P07", text + "\n\n")
        #expect(try await run(root).held.isEmpty)
        #expect(try states(root).values.allSatisfy { $0 == .ok })

        // One word of it, whichever, and it holds no more.
        for _ in 0..<3 {
            var words = text.components(separatedBy: " ")
            let places = words.indices.filter { words[$0].allSatisfy(\.isLetter) && words[$0].count > 2 }
            words[try #require(places.randomElement(using: &generator))] = "noe"
            guard words.joined(separator: " ") != text else { continue }
            try draft(root, "P07", words.joined(separator: " "))
            let changed = try await run(root)
            #expect(changed.held.count == 1 && changed.held[0].reason.contains("has changed since it was signed"))
            #expect(try Data(contentsOf: root.appendingPathComponent("deling/P07.signert.json")) == manifest, "what was shared stays")
            #expect(try Set(states(root).values) == [.outdated])
        }
        // Back to what was signed: it holds again.
        try draft(root, "P07", text)
        #expect(try await run(root).held.isEmpty)
        #expect(try AuditVerification.verify(root.path).isGood)
    }

    @Test func whatIsDoneToSharedFilesIsSeen() async throws {
        let root = try study(["P07": "Informant: Det var fint på møtet.", "P09": "Informant: Alt gikk bra på kurset."])
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        try Signing.signAll(root)
        try await run(root)
        let sharing = root.appendingPathComponent("deling")
        #expect(try AuditVerification.verify(sharing.path).entries.count == 6)
        try Data("noe annet".utf8).write(to: sharing.appendingPathComponent("P07.txt"))
        try FileManager.default.removeItem(at: sharing.appendingPathComponent("P09.html"))
        try Data("usett".utf8).write(to: sharing.appendingPathComponent("notat.docx"))
        try Data("usett".utf8).write(to: sharing.appendingPathComponent(".~lock.P07.txt#"))
        let states = try states(root)
        #expect(states["P07.txt"] == .changed && states["P09.html"] == .missing && states["notat.docx"] == .unsigned && states[".~lock.P07.txt#"] == .unsigned)
        #expect(states["P07.html"] == .ok && states["P09.txt"] == .ok)
        #expect(try AuditVerification.verify(sharing.appendingPathComponent("P07.html").path).isGood)
        #expect(try !AuditVerification.verify(sharing.appendingPathComponent("P07.txt").path).isGood)
        #expect(try !AuditVerification.verify(sharing.appendingPathComponent("notat.docx").path).isGood)

        // A copy of the folder elsewhere can be verified by itself.
        let copy = root.appendingPathComponent("kopi")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["P09.txt", "P09.signert.json"] {
            try FileManager.default.copyItem(at: sharing.appendingPathComponent(name), to: copy.appendingPathComponent(name))
        }
        #expect(try AuditVerification.verify(copy.path).entries.map(\.state) == [.missing, .ok, .ok])

        // A manifest edited by hand is no manifest; one with a seal of its own, but no signature of the study's, is none either.
        let url = copy.appendingPathComponent("P09.signert.json")
        let text = try String(contentsOf: url, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "Prøve Leser", with: "En Annen").utf8).write(to: url)
        #expect(try AuditVerification.verify(copy.path).entries.contains { $0.state == .broken })
    }

    @Test func aSignatureChangedByHandDoesNotCount() async throws {
        let root = try study(["P07": "Informant: Det var fint på møtet."])
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        try Signing.signAll(root)
        let url = root.appendingPathComponent("fortrolig/signaturer/P07.json")
        #expect((try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try Data(String(contentsOf: url, encoding: .utf8).replacingOccurrences(of: "Prøve Leser", with: "En Annen").utf8).write(to: url)
        let report = try await run(root)
        #expect(report.held.count == 1 && report.held[0].reason.contains("changed after signing"))
        #expect(AuditSigning.state("P07", folders: Study.layout(root)).state == .broken)
    }

    @Test func whatTheAuditStopsCannotBeSigned() async throws {
        let root = try study(
            ["P07": "Informant: Jeg bor på Nedre Husvik. Jeg jobber på Solvangtunet sykehjem.", "P09": "Informant: jeg bor på nedre husvik, og jobber på solvangtunet sykehjem."],
            stages: "audit")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        let signing = try AuditSigning(study: root.path)
        var refused = 0
        for item in ["P07", "P09"] {
            let store = ArtefactStore(folders: Study.layout(root))
            let verdict = try AuditArtefact(decoding: try #require(store.latest(item: item, stage: "audit")).data).report.verdict
            if case .refused = try signing.sign(item, by: "x", note: nil) {
                refused += 1
                #expect(verdict == .leak)
            } else { #expect(verdict != .leak) }
        }
        #expect(refused > 0)
        #expect(throws: RequestFault.self) { try signing.sign("P08", by: "x", note: nil) }
    }

    @Test func withoutAnAuditNothingIsShared() async throws {
        let root = try study(["P07": "Informant: Det var fint på møtet."], stages: "{export: {formats: [txt]}}")
        defer { try? FileManager.default.removeItem(at: root) }
        let report = try await run(root)
        #expect(report.held.count == 1 && report.held[0].reason.contains("'audit'"))
        #expect(names(root, "fortrolig").contains("P07.fortrolig.docx") && !FileManager.default.fileExists(atPath: root.appendingPathComponent("deling/P07.txt").path))
    }

    @Test func commandsShareNothingUnsignedEither() async throws {
        let root = try study(["P07": "Informant: Det var fint på møtet."])
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        let sealed = try StudyTranscripts.sealed("P07", study: root.path).data
        let target = root.appendingPathComponent("deling/P07.odt"), elsewhere = root.appendingPathComponent("P07.odt")
        #expect(throws: GateFault.self) { try SharedOutput.leave(target, transcripts: [sealed]) }
        #expect(try SharedOutput.leave(elsewhere, transcripts: [sealed]) == nil)
        try Signing.signAll(root)
        try await run(root)
        let leave = try #require(try SharedOutput.leave(target, transcripts: [sealed]))
        try Data("fil".utf8).write(to: target)
        #expect(try states(root)["P07.odt"] == .unsigned)
        try leave.record(Data("fil".utf8))
        #expect(try AuditVerification.verify(root.path).isGood && AuditVerification.verify(root.path).entries.count == 4)
        // What a command listed stays listed when the run lists its own anew.
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: ["export": ["formats": "[txt]"]])
        _ = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(try states(root) == ["P07.odt": .ok, "P07.signert.json": .ok, "P07.txt": .ok])
        // Bytes that no signature is about.
        #expect(throws: GateFault.self) { try SharedOutput.leave(target, transcripts: [sealed + Data(" ".utf8)]) }
    }
}
