import Anonymization
import CodingStore
import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite(.serialized) struct ConsentTests {
    private func settings(_ rules: String, _ consents: [String: String]) -> String {
        var text = SmallStudy.settings.replacingOccurrences(of: "pipeline: tekst.yaml\n", with: "pipeline: tekst.yaml\nconsent: {\(rules)}\n")
        for (code, consent) in consents { text = text.replacingOccurrences(of: "code: \(code), ", with: "code: \(code), consent: {\(consent)}, ") }
        return text
    }

    @Test func readsConsentAndRefusesWhatItDoesNotKnow() throws {
        let file = try StudyFile(
            yaml: "consent: {required: true}\nparticipants:\n  - {code: A, consent: {given: 2026-01-10, form: skjema 3, quotes: ja, sharing: no}}\n  - {code: B}\n", file: "")
        #expect(file.consentRules.isRequired && !file.consentRules.isRequiredForSharing)
        let consent = try #require(file.consents["A"])
        #expect(consent.given == "2026-01-10" && consent.form == "skjema 3" && consent.quotes == true && consent.sharing == false && consent.archive == nil)
        #expect(file.consents["B"] == nil)
        // A no to sharing holds whatever the study requires.
        #expect(file.missingForSharing(StudyFile.RecordingEntry(id: "R", files: [], participants: ["A", "B"])) == ["A"])
        for bad in ["{given: i fjor}", "{quotes: kanskje}", "{qotes: true}"] {
            #expect(throws: DefinitionError.self, "\(bad)") { try StudyFile(yaml: "participants:\n  - {code: A, consent: \(bad)}\n", file: "") }
        }
    }

    @Test func recordingsWithoutConsentWaitAndOthersGoOn() async throws {
        let study = try SmallStudy(settings: settings("required: true", ["INF71": "given: 2026-01-10", "INF73": "given: 2026-01-10, recording: no"]))
        defer { study.remove() }
        let opened = try Study(root: study.root)
        #expect(opened.items.map(\.id) == ["OPP71"])
        #expect(opened.held.map(\.id) == ["OPP72", "OPP73"])
        #expect(opened.held[0].reason.contains("INF72") && opened.held[0].reason.contains("ordrett consent INF72"))
        let report = try await study.run(until: "words")
        #expect(report.done == ["OPP71"] && report.failures.isEmpty)
        // Written down, and the recording is worked on.
        try ConsentTool.set("INF72", given: "2026-02-01", form: nil, withdrawn: nil, answers: [("quotes", false)], study: study.root.path)
        #expect(try Study(root: study.root).items.map(\.id) == ["OPP71", "OPP72"])
        #expect(ConsentTool.notToBeQuoted(["INF71", "INF72"], study: study.root.path) == ["INF72"])
        #expect(throws: RequestFault.self) { try ConsentTool.set("INF72", given: "01.02.26", form: nil, withdrawn: nil, answers: [], study: study.root.path) }
        #expect(throws: RequestFault.self) { try ConsentTool.set("INF99", given: "2026-02-01", form: nil, withdrawn: nil, answers: [], study: study.root.path) }
        // A recording nobody has listed: nobody has consented.
        try SmallStudy.wave(seed: 8).write(to: study.root.appendingPathComponent("opptak/OPP88.wav"))
        #expect(try Study(root: study.root).held.map(\.id) == ["OPP73", "OPP88"])
        try ConsentTool.set("INF71", given: nil, form: nil, withdrawn: "2026-03-01", answers: [], study: study.root.path)
        #expect(try Study(root: study.root).held.first?.reason.contains("ordrett withdraw INF71") == true)
    }

    @Test func whoHasNotSaidYesToSharingGivesNoFilesForSharing() async throws {
        let study = try SmallStudy(settings: settings("required_for_sharing: true", ["INF71": "given: 2026-01-10, sharing: true", "INF73": "given: 2026-01-10"]))
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        func exports(_ id: String) -> [String] { study.files("deling/\(id).").keys.filter { !$0.contains("revisjon") }.sorted() }
        #expect(!exports("OPP71").isEmpty && exports("OPP72").isEmpty && exports("OPP73").isEmpty)
        #expect(!study.files("fortrolig/OPP72.fortrolig.docx").isEmpty, "the raw transcript for the researcher is there")
        #expect(try ConsentTool.report(study: study.root.path).withheld == ["OPP72", "OPP73"])
        try ConsentTool.set("INF73", given: nil, form: nil, withdrawn: nil, answers: [("sharing", true)], study: study.root.path)
        try ConsentTool.set("INF71", given: nil, form: nil, withdrawn: nil, answers: [("sharing", false)], study: study.root.path)
        #expect(try await study.run().failures.isEmpty)
        #expect(exports("OPP71").isEmpty && !exports("OPP73").isEmpty, "a no takes back what a run had shared")
    }

    @Test func commandsShareNothingThatConsentWithholdsAndTheirFilesGo() async throws {
        let study = try SmallStudy(settings: settings("required_for_sharing: true", ["INF71": "given: 2026-01-10, sharing: true"]))
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        let sealed = try StudyTranscripts.sealed("OPP71", study: study.root.path).data
        func make(_ name: String) throws -> URL {
            let target = study.root.appendingPathComponent("deling/\(name)")
            let leave = try #require(try SharedOutput.leave(target, transcripts: [sealed]))
            try Data("fil".utf8).write(to: target)
            try leave.record(Data("fil".utf8))
            return target
        }
        let kept = try make("a.svg"), edited = try make("b.svg")
        try Data("endret".utf8).write(to: edited)
        func say(_ answer: Bool) throws {
            try ConsentTool.set("INF71", given: nil, form: nil, withdrawn: nil, answers: [("sharing", answer)], study: study.root.path)
        }
        try say(false)
        #expect(throws: GateFault.self) { try SharedOutput.leave(kept, transcripts: [sealed]) }
        #expect(try Study(root: study.root).notes.contains { $0.hasPrefix("OPP71:") && $0.contains("a.svg") })
        func again() async throws -> RunReport {
            let request = try RunRequest.make(arguments: [], study: study.root.path, out: nil, settings: [:])
            return await request.runner(options: .init(), observer: { _ in }).run(request.all)
        }
        let report = try await again()
        #expect(!FileManager.default.fileExists(atPath: kept.path))
        #expect(try Data(contentsOf: edited) == Data("endret".utf8))
        #expect(report.held.contains { $0.item == "OPP71" && $0.reason.contains("b.svg") })
        try FileManager.default.removeItem(at: edited)
        let after = try await again()
        #expect(!after.held.contains { $0.item == "OPP71" } && study.files("deling/OPP71.signert").isEmpty)
    }
}

@Suite struct RetentionTests {
    /// A recording that lay in opptak/ and was never listed leaves no trace in the study file when its day has come.
    @Test func aRecordingThatWasNeverListedIsMissedByNobodyWhenItsDayHasCome() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-expired-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for folder in ["opptak", "utkast", "fortrolig"] { try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true) }
        try Data("study: Prøve\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for name in ["P07.txt", "P08.txt"] { try Data("Informant: Ja.".utf8).write(to: root.appendingPathComponent("utkast/" + name)) }
        #expect(try Study(root: root).notes.count == 2 && Study(root: root).held.isEmpty)
        var expired = try ExpiredRecordings(Study.layout(root))
        try expired.add(sound: ["P07"])
        let study = try Study(root: root)
        #expect(study.held == [.init(id: "P07", reason: "the sound was deleted when its day came; what was made of it stays as it is", isExpected: true)])
        #expect(study.notes.count == 1, "the other draft still belongs to nobody")
    }

    @Test func datesAreReadUnderBothNames() throws {
        let file = try StudyFile(yaml: "retention: {delete_audio_by: 2027-06-30, recordings: 2027-05-01, key: 2028-01-01}\n", file: "")
        #expect(file.retention.dates == [.recordings: "2027-05-01", .key: "2028-01-01"])
        #expect(file.deleteAudioBy == "2027-05-01")
        #expect(throws: DefinitionError.self) { try StudyFile(yaml: "retention: {sound: 2027-05-01}\n", file: "") }
    }

    @Test func remindsThirtyDaysAhead() {
        var retention = Retention()
        retention.dates = [.recordings: "2028-03-01", .everything: "2030-01-01"]
        #expect(RetentionReminder.lines(retention, on: "2028-01-30").isEmpty)
        // 2028 is a leap year: thirty days before 1 March is 31 January.
        #expect(RetentionReminder.lines(retention, on: "2028-01-31").first?.contains("in 30 days") == true)
        #expect(RetentionReminder.lines(retention, on: "2028-02-29").first?.contains("tomorrow") == true)
        #expect(RetentionReminder.lines(retention, on: "2028-03-02").first?.contains("should have been deleted") == true)
    }

    /// Against the calendar of the system.
    @Test func countsDaysAsTheCalendarDoes() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var random = Seeded(7)
        for _ in 0..<300 {
            let parts = DateComponents(year: Int.random(in: 1990...2150, using: &random), month: Int.random(in: 1...12, using: &random), day: Int.random(in: 1...28, using: &random))
            let date = try #require(calendar.date(from: parts))
            let text = date.ISO8601Format(.iso8601Date(timeZone: .gmt))
            #expect(Retention.dayNumber(text) == Int(date.timeIntervalSince1970 / 86_400), "\(text)")
        }
    }

    @Test func expiryTakesWhatItsDaySaysAndNoMore() async throws {
        let dates = "retention: {recordings: 2027-01-01, key: 2027-02-01, confidential: 2027-03-01, everything: 2027-04-01}\n"
        let study = try SmallStudy(settings: SmallStudy.settings + dates)
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        var shared = study.files("deling/")
        let path = study.root.path
        #expect(try await ExpiryTool.run(study: path, who: "Prøver", on: "2026-12-31", confirm: { _ in true }) == nil)
        #expect(try ExpiryTool.preview(study: path, on: "2026-12-31").coming == ["recordings: 2027-01-01"])
        // What was never signed cannot be, once its sound is gone: said while there is time.
        #expect(try ExpiryTool.preview(study: path, on: "2027-01-01").demands.map(\.loss) == [nil])
        let manifest = study.root.appendingPathComponent("deling/OPP71.signert.json"), kept = try Data(contentsOf: manifest)
        try FileManager.default.removeItem(at: manifest)
        #expect(try ExpiryTool.preview(study: path, on: "2027-01-01").demands.first?.loss?.hasPrefix("OPP71: not signed") == true)
        #expect(RetentionReminder.lines(try Study(root: study.root), on: "2026-12-31").contains { $0.hasSuffix("OPP71: not signed and shared yet, and cannot be afterwards") })
        try kept.write(to: manifest)

        #expect(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-01-01", confirm: { _ in false }) == nil)
        #expect(RetentionReminder.lines(try Study(root: study.root), on: "2027-01-15").contains { $0.hasPrefix("the recordings should have been") })
        #expect(study.files("").keys.contains { $0.contains("/voices/") })
        let first = try #require(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-01-01", confirm: { _ in true }))
        #expect(first.receipt.erased["recordings"] == 3 && study.files("opptak/").isEmpty)
        #expect(!study.files("").keys.contains { $0.contains("/voices/") || $0.hasSuffix("intervjuer.json") }, "how voices sound goes with the sound")
        #expect(RetentionReminder.lines(try Study(root: study.root), on: "2027-01-15").allSatisfy { !$0.contains("should have been") }, "done is done")
        #expect(study.files("deling/") == shared && !study.files("utkast/").isEmpty)
        // A run afterwards leaves what there is, and fails for nothing.
        let opened = try Study(root: study.root)
        #expect(opened.items.isEmpty && opened.held.count == 3 && opened.held.allSatisfy(\.isExpected))
        #expect(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-01-02", confirm: { _ in true }) == nil, "done once")

        let second = try #require(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-02-01", confirm: { _ in true }))
        #expect(second.receipt.erased["key"] == 1)
        #expect(try !StudyKeys(opened.folders).status.isLinkable)
        #expect(Set(study.files("deling/").keys) == Set(shared.keys))
        shared = study.files("deling/")
        #expect(shared["deling/OPP71.html"].map { String(decoding: $0, as: UTF8.self) }?.contains("anonymisert") == true)

        // Stopped in the middle, and done again.
        struct Stopped: Error {}
        await #expect(throws: Stopped.self) {
            try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-03-01") { if $0.hasPrefix("utkast/OPP72") { throw Stopped() } }
        }
        _ = try #require(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-03-01", confirm: { _ in true }))
        #expect(study.files("utkast/").isEmpty)
        #expect(study.files("fortrolig/").keys.allSatisfy { $0.contains("kvitteringer/") || $0.hasSuffix(".lock") || $0.hasSuffix(".utlopt.json") || StudyRoom.claiming($0).contains { [.keyNotes, .accessLog].contains($0) } }, "\(study.files("fortrolig/").keys.sorted())")
        #expect(study.files("deling/") == shared && !study.files("koding.sqlite").isEmpty)
        #expect(try await study.run().failures.isEmpty)
        #expect(study.files("deling/") == shared)
        for word in ["Kvalsvik", "Nymoen", "fjøslemmegardin"] where word != "fjøslemmegardin" { #expect(try study.grep(word) == [], "\(word)") }

        _ = try #require(try await ExpiryTool.run(study: path, who: "Prøver", on: "2027-04-01", confirm: { _ in true }))
        #expect(study.files("").keys.allSatisfy { $0.contains("kvitteringer/") || $0.hasSuffix("lock") })
        #expect(study.files("fortrolig/kvitteringer/").count == 8)
    }

    @Test func whereEverythingGoesTheKeysGoToo() async throws {
        let study = try SmallStudy(settings: SmallStudy.settings + "retention: {everything: 2027-04-01}\n")
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        let folder = try #require(try StudyKeys(study: study.root).registerURL).deletingLastPathComponent()
        #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(StudyKeys.cacheKeyName).path))
        let outcome = try #require(try await ExpiryTool.run(study: study.root.path, who: "Prøver", on: "2027-04-01", confirm: { _ in true }))
        #expect(outcome.receipt.placesLeft == 0 && outcome.notes.isEmpty && outcome.receipt.erased["key"] == 1)
        #expect(study.files("").keys.allSatisfy { $0.contains("kvitteringer/") || $0.hasSuffix("lock") }, "\(study.files("").keys.sorted())")
        #expect(!FileManager.default.fileExists(atPath: folder.path), "it names the study")
        #expect(try !StudyKeys(study: study.root).eraseCacheKey())
    }
}

@Suite struct DisclosureTests {
    @Test func aParticipantSeesWhatIsTheirsAndNobodyElses() async throws {
        let settings = """
            study: Gruppe
            pipeline: tekst.yaml
            retention: {recordings: 2027-06-30}
            participants:
              - {code: MOD, label: Moderator, role: moderator}
              - {code: FGR71, label: Deltaker 71, attributes: {kommune: A}, consent: {given: 2026-01-10, quotes: no}}
              - {code: FGR72, label: Deltaker 72}
            recordings:
              - {id: GRP1, file: opptak/GRP1.wav, draft: utkast/GRP1.txt, participants: [MOD, FGR71, FGR72]}
              - {id: OPP71, file: opptak/OPP71.wav, draft: utkast/OPP71.txt, participants: [MOD, FGR71]}
            """
        let study = try SmallStudy(settings: settings, drafts: [
            "GRP1": "Moderator: Hva tenker dere?\nFGR71: Jeg heter Gunnhild Nymoen, og det er fint & fritt her.\nFGR72: Min hemmelighet er en annen.\n",
            "OPP71": "Moderator: Takk for sist.\nFGR71: Selv takk, det var så lite.\n",
        ])
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        do {
            let store = try CodingStore(study.root.appendingPathComponent("koding.sqlite"))
            let version = try #require(try store.versions(of: "GRP1").last), code = try store.addCode("Trivsel", definition: "å ha det bra", who: "A")
            let turns = try AnonymizedTranscript(decoding: version.document).document.turns.filter { $0.words.count > 2 }
            try store.apply(code, toWords: try #require(turns[1].words.first).id, through: try #require(turns.last?.words.last).id, of: "GRP1", coder: "A")
        }
        let out = study.root.deletingLastPathComponent().appendingPathComponent("innsyn-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        func disclose(_ out: URL, reason: String = "brev") throws -> [URL] {
            try DisclosureTool.disclose("FGR71", names: ["Gunnhild Nymoen"], reason: reason, by: "Prøver", out: out.path, givesSound: true, study: study.root.path)
        }
        #expect(throws: GateFault.self) { try disclose(study.root.appendingPathComponent("deling/innsyn")) }
        #expect(throws: RequestFault.self) { try disclose(out, reason: " ") }
        let files = try disclose(out)
        #expect(files.map(\.lastPathComponent) == ["OPP71.wav", "innsyn.json", "innsyn.html"], "the group's sound is others', too")
        for file in files {
            #expect((try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
        let made = try JSONDecoder().decode(Disclosure.self, from: Data(contentsOf: out.appendingPathComponent("innsyn.json")))
        #expect(made.recordings.map(\.id) == ["GRP1", "OPP71"] && made.recordings.map(\.holdsOthers) == [true, false])
        #expect(made.recordings[0].turns.compactMap(\.text) == ["Jeg heter Gunnhild Nymoen, og det er fint & fritt her."])
        #expect(made.consent?.quotes == false && made.attributes == ["kommune": "A"] && made.retention == ["recordings": "2027-06-30"])
        #expect(made.register.contains { $0.writings.contains("gunnhild nymoen") })
        // A coding over two people's words gives back this person's alone.
        #expect(made.codings.count == 1 && made.codings[0].code == "Trivsel" && !made.codings[0].text.contains("hemmelighet") && made.codings[0].text.contains("fint"))
        let page = try String(contentsOf: out.appendingPathComponent("innsyn.html"), encoding: .utf8)
        #expect(page.contains("fint &amp; fritt") && page.contains("(en annen snakker)") && !page.contains("hemmelighet") && !page.contains("Hva tenker"))
        #expect(throws: RequestFault.self, "a folder with something in it is not written into") { try disclose(out) }
        let log = StudyKeys(Study.layout(study.root)).accessLog
        #expect(log.entries().last?.act == .disclose && log.entries().last?.code == "FGR71" && log.entries().last?.reason == "brev")
        // Who withdraws leaves the log, too, and the log's chain holds.
        let outcome = try study.withdraw("FGR71", names: ["Gunnhild Nymoen"], keeps: true)
        #expect(outcome.left.isEmpty, "\(outcome.left)")
        #expect(log.firstBroken() == nil && log.entries().contains { $0.act == .disclose && $0.code == nil })
        for word in ["FGR71", "Nymoen", "OPP71"] { #expect(try study.grep(word) == [], "\(word)") }
    }
}
