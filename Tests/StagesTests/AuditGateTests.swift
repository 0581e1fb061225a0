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
        #expect(names(root, "fortrolig").filter { $0.contains("lesekopi") } == ["P07.lesekopi.fortrolig.docx", "P07.lesekopi.fortrolig.html"])
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
            ["P07": "Informant: Jeg traff Kristin Tverrdal på møtet.", "P09": "Informant: Det var fint på møtet."], stages: "audit")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        try Signing.makeLeak(root, person: "kristin tverrdal")
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

    /// What would run again is nobody's to share, whatever made it so; what is back as it was, is.
    @Test func commandsShareNothingThatIsOutOfDate() async throws {
        let talk = "Informant: Det var fint på møtet med Kristin Tverrdal i går."
        let root = try study(["P07": talk, "P09": "Informant: Alt gikk bra på kurset."], stages: "audit")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        try Signing.signAll(root)
        let sealed = try StudyTranscripts.sealed("P07", study: root.path).data
        let target = root.appendingPathComponent("deling/P07.odt"), elsewhere = root.appendingPathComponent("P07.odt")
        func refusal() -> String? {
            do {
                try #require(try SharedOutput.leave(target, transcripts: [sealed])).giveUp()
                return nil
            } catch { return (error as? GateFault)?.description ?? "not the gate: \(error)" }
        }
        #expect(refusal() == nil)
        let settings = "study: Prøve\npipeline: tekst.yaml\n"
        func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }
        let changes: [(String, String, String)] = [
            ("utkast/P07.txt", talk, talk + " Og Oddny Vestvik kom."), ("ordrett.yaml", settings, settings + "policy: streng\n"),
            ("ordrett.yaml", settings, settings + "settings: {bokmal: {past: a}}\n"),
        ]
        for (name, before, after) in changes {
            try write(name, after)
            let said = try #require(refusal())
            #expect(said.contains("'P07' is out of date") && said.contains("'ordrett run'"), "\(name): \(said)")
            #expect(try SharedOutput.leave(elsewhere, transcripts: [sealed]) == nil)
            try write(name, before)
            #expect(refusal() == nil, "\(name)")
        }
        // Another recording of the study can change who has which code.
        try draft(root, "P09", "Informant: Oddny Vestvik og Kristin Tverrdal var der.")
        #expect(refusal()?.contains("after P09") == true)
        try await run(root)
        #expect(refusal() == nil, "the same bytes as were signed")
        // A code that somebody has changed by hand.
        try StudyKeys(study: root).updateRegister { $0.register.setCode("Person 77", type: .person, key: "kristin tverrdal") }
        #expect(refusal()?.contains("out of date") == true)
        // After the run the file at hand is the old one.
        try await run(root)
        #expect(refusal()?.contains("has it now") == true)
    }

    @Test func theGateKnowsUnsignedFromOlderRawAndForeign() async throws {
        let root = try study(["P07": "Informant: Det var fint på møtet."], stages: "audit")
        let other = try study(["P55": "Informant: Noe helt annet fra en annen studie."], stages: "audit")
        defer { for one in [root, other] { try? FileManager.default.removeItem(at: one) } }
        try await run(root)
        try await run(other)
        let target = root.appendingPathComponent("deling/a.odt"), first = try StudyTranscripts.sealed("P07", study: root.path).data
        func refusal(_ data: Data) -> String {
            do {
                _ = try SharedOutput.leave(target, transcripts: [data])
                return ""
            } catch { return (error as? GateFault)?.description ?? "not the gate: \(error)" }
        }
        #expect(refusal(first).contains("ordrett audit sign P07"))
        try Signing.signAll(root)
        try draft(root, "P07", "Informant: Det var ikke fint på møtet.")
        try await run(root)
        try Signing.signAll(root)
        let old = refusal(first), foreign = refusal(try StudyTranscripts.sealed("P55", study: other.path).data)
        let raw = refusal(try StudyTranscripts.beforeBokmal("P07", study: root.path)), broken = refusal(first.dropLast(40))
        #expect(old.contains("'P07' as the study has it now"))
        #expect(foreign.contains("no run of this study"))
        #expect(raw.contains("transcript is raw"))
        #expect(Set([old, foreign, raw, broken]).count >= 3 && !broken.isEmpty)
    }

    @Test func soundFromWhichNothingWasTakenStaysOut() async throws {
        let root = try study(["P07": "Informant: Det var fint der."], stages: "audit")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        try Signing.signAll(root)
        let out = root.appendingPathComponent("deling").path + "/"
        do {
            _ = try RedactAudioTool().share("P07", study: root.path, out: out, by: "Kari F", force: false, progress: { _ in })
            Issue.record("the recording itself went into deling/")
        } catch let fault as GateFault { #expect(fault.description.contains("nothing was found to take out")) }
        #expect(names(root, "deling").isEmpty)
    }

    /// The column of `run` and `status` is what the review goes through.
    @Test func theFindingsOfAStatusAreThoseThatWaitForSomebody() async throws {
        // A word of no list is a note; said five times or more it is to be looked at.
        let odd = "Vi kalte det fnurgelband. " + String(repeating: "Det var trolsknask på møtet. ", count: 6)
        let root = try study(["P07": "Intervjuer: Hva da?\nInformant: \(odd)Det sa Kristin Tverrdal."])
        defer { try? FileManager.default.removeItem(at: root) }
        let store = ArtefactStore(folders: Study.layout(root))
        #expect(RunSummary.row("P07", store: store).findings == nil)
        try await run(root)
        let review = try FindingsReview(study: root.path)
        func count() -> Int? { RunSummary.row("P07", store: store).findings }
        let open = try review.open("P07")
        #expect(open.count == count() && !open.isEmpty)
        #expect(try review.entries("P07").contains { $0.severity == .note }, "a note that asks for nothing is not among them")
        try review.decide(try #require(open.first).id, .accept, by: "Kari F", why: "")
        #expect(count() == open.count - 1)
        try await run(root)
        #expect(try count() == review.open("P07").count && count() == open.count - 1)
    }

    /// The text of a file, of a docx that of its parts.
    private func content(_ url: URL) throws -> Data {
        guard url.pathExtension == "docx" else { return try Data(contentsOf: url) }
        let python = Process(), pipe = Pipe()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): sys.stdout.buffer.write(z.read(n)+b'\\n')", url.path]
        python.standardOutput = pipe
        try python.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        return data
    }

    @Test func reportsSignaturesAndDecisionsHoldNothingOfTheTalk() async throws {
        var generator = SystemRandomNumberGenerator()
        let first = ["Gudveig", "Oddrun", "Torgeir", "Ragnvald", "Synnøve", "Halldis"], last = ["Tverrdal", "Husvik", "Bergstø", "Lauvdal", "Kvamstad"]
        let names = (0..<4).map { _ in first.randomElement(using: &generator)! + " " + last.randomElement(using: &generator)! }
        let place = ["Hattfjelldal", "Lødingen", "Berlevåg"].randomElement(using: &generator)!
        let odd = "fnurgelband"
        let root = try study([
            "P07": "Intervjuer: Hvem var det?\nInformant: Det var \(names[0]) og \(names[1]) i \(place), og vi kalte det \(odd).\nInformant: Så kom \(names[2]) og \(names[3])."
        ])
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        let review = try FindingsReview(study: root.path)
        let rare = try #require(try review.entries("P07").first { $0.code == "rare-word" })
        try review.decide(rare.id, .mask, by: "Prøve Leser", why: "lokalt ord", type: .other)
        for entry in try review.entries("P07", replacements: true).prefix(1) { try review.decide(entry.id, .keep, by: "Prøve Leser", why: "") }
        try review.undo(try #require(try review.decided().first { $0.verdict == .keep }).id)
        try await run(root)
        _ = try StudyAudit.write(root: root)
        try Signing.signAll(root)
        try await run(root)
        let secrets = names.flatMap { $0.split(separator: " ").map(String.init) } + [place, odd]
        let fortrolig = root.appendingPathComponent("fortrolig")
        var looked = 0
        for folder in ["fortrolig", "fortrolig/signaturer", "deling"] {
            for name in self.names(root, folder) where folder != "fortrolig" || name.contains("revisjon") || name.contains("lesekopi") || name == DecisionFile.name {
                looked += 1
                #expect(leaks(of: secrets, in: try content(root.appendingPathComponent(folder).appendingPathComponent(name))).isEmpty, "\(folder)/\(name)")
                let mode = try FileManager.default.attributesOfItem(atPath: root.appendingPathComponent(folder).appendingPathComponent(name).path)[.posixPermissions] as? NSNumber
                #expect(mode?.intValue == 0o600, "\(name)")
            }
        }
        #expect(looked == 4 + 4 + 2 + 1 + 1 + 3)
        // The check can fail: the raw copy has them.
        #expect(leaks(of: secrets, in: try content(fortrolig.appendingPathComponent("P07.fortrolig.txt"))).count == secrets.count)
    }

    @Test func decisionsOutliveAChangedDraft() async throws {
        let root = try study(["P07": "Intervjuer: Hva da?\nInformant: Vi kalte det fnurgelband den gangen, og det var greit.\nInformant: Takk for meg."])
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        let review = try FindingsReview(study: root.path)
        let rare = try #require(try review.entries("P07").first { $0.code == "rare-word" })
        #expect(review.context(rare)?.words.filter(\.isFound).map(\.text) == ["fnurgelband"])
        try review.decide(rare.id, .mask, by: "Kari F", why: "lokalt", type: .other, extend: (0, 2))
        #expect(try review.decided().map(\.state) == [.waitsForRun])
        try await run(root)
        #expect(try review.decided().map(\.state) == [.inForce])
        // A time may stand between two words.
        func copy() throws -> String {
            try String(contentsOf: root.appendingPathComponent("fortrolig/P07.lesekopi.fortrolig.html"), encoding: .utf8).replacing(/<[^>]*>/, with: "")
        }
        #expect(try !copy().contains("fnurgelband") && !copy().contains("den gangen"))

        // Turns and words come before it: every number changes.
        try draft(root, "P07", "Informant: Først en ting til. Ja.\nIntervjuer: Hva da, egentlig?\nInformant: Jo, vi kalte det fnurgelband den gangen, og det var ganske greit.\nInformant: Takk for meg.")
        try await run(root)
        #expect(try review.decided().map(\.state) == [.inForce])
        #expect(try !copy().contains("fnurgelband") && copy().contains("ganske greit"))

        // The word itself has changed: said, not forgotten.
        try draft(root, "P07", "Intervjuer: Hva da?\nInformant: Vi kalte det noe annet, og det var greit.\nInformant: Takk for meg.")
        try await run(root)
        #expect(try review.decided().map(\.state) == [.lost])
        let report = try AuditArtefact(decoding: try #require(ArtefactStore(folders: Study.layout(root)).latest(item: "P07", stage: "audit")).data).report
        #expect(report.items.contains { $0.code == "decision-lost" } && report.verdict == .review)

        _ = try review.undo(rare.id)
        try await run(root)
        #expect(try review.decided().isEmpty)
        #expect(throws: RequestFault.self) { try review.undo(rare.id) }
        #expect(throws: RequestFault.self) { try review.decide("00000000", .accept, by: "x", why: "") }
    }

    @Test func aLeakCannotBeAcceptedButAWordCanBeLetStand() async throws {
        let root = try study(["P07": "Informant: Vi snakka med Kristin Tverrdal om det.", "P09": "Informant: Det var tverrdal vi snakka om."], stages: "audit")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(root)
        let review = try FindingsReview(study: root.path)
        let replaced = try #require(try review.entries("P07", replacements: true).first { $0.types == [.person] })
        #expect(throws: RequestFault.self) { try review.decide(replaced.id, .accept, by: "x", why: "") }
        #expect(throws: RequestFault.self) { try review.decide(replaced.id, .keep, by: " ", why: "") }
        try review.decide(replaced.id, .keep, by: "x", why: "har selv bedt om det")
        try await run(root)
        let store = ArtefactStore(folders: Study.layout(root))
        let report = try AuditArtefact(decoding: try #require(store.latest(item: "P07", stage: "audit")).data).report
        #expect(report.verdict != .leak && report.decided?.contains { $0.code == "leak" } == true)
        // A damaged file of decisions stops the run rather than forgetting them.
        try Data("{".utf8).write(to: root.appendingPathComponent("fortrolig/avgjorelser.forseglet"))
        #expect(throws: StageFault.self) { try review.decided() }
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        #expect(await request.runner(options: .init(), observer: { _ in }).run(request.all).failures.count == 2)
    }
}
