import Anonymization
import CodingStore
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A whole study, searched for its names.
@Suite(.serialized) struct NoPlainNamesTests {
    /// Names that no list and no program holds.
    static let names = ["Gunnvor", "Brattspildra", "Eirisvald", "Kvitskriuvika", "Tverrfjordholmen"]

    private func study() throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-navn-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data(
            """
            name: tekst
            summary: words alone
            stages: [ingest, vad, speakers, voices, interviewer, roles, words, detect, bokmal, register, anonymize, audit, store, {export: {formats: [txt, json, html], confidential: [txt]}}]
            """.utf8
        ).write(to: root.appendingPathComponent("tekst.yaml"))
        // Against all advice: names as labels and traits of participants, and in the names of the recordings.
        try Data(
            """
            study: Prøve
            pipeline: tekst.yaml
            participants:
              - {code: I1, label: Gunnvor Brattspildra, attributes: {bosted: Kvitskriuvika}}
              - {code: INT, label: Eirisvald, role: interviewer}
            recordings:
              - {id: Brattspildra_1, file: opptak/Gunnvor_Brattspildra.wav, draft: utkast/Gunnvor_Brattspildra.txt, participants: [INT, I1], interviewer: Eirisvald}
            """.utf8
        ).write(to: root.appendingPathComponent("ordrett.yaml"))
        let talk = [
            "Gunnvor_Brattspildra": "Eirisvald: Hei, Gunnvor. Hvor bor du nå?\nGunnvor: Jeg heter Gunnvor Brattspildra. Jeg bor i Kvitskriuvika sammen med Eirisvald Brattspildra.",
            "P09": "Eirisvald: Fortell om Tverrfjordholmen skole.\nInformant: Jeg jobbet på Tverrfjordholmen skole sammen med Gunnvor.",
        ]
        for (id, text) in talk {
            try FileManager.default.copyItem(at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
        }
        return root
    }

    @discardableResult
    private func run(_ root: URL) async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        return await request.runner(options: .init(), observer: { _ in }).run(request.all)
    }

    private func files(_ root: URL) -> [URL] {
        (FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
    }

    /// Names in the bytes, whatever the encoding, the case and the form of accents.
    static func hits(_ data: Data) -> [String] {
        func swapped(_ data: Data, bigEndian: Bool) -> String {
            let units = stride(from: 0, to: data.count - 1, by: 2).map { i -> UInt16 in
                let a = UInt16(data[data.startIndex + i]), b = UInt16(data[data.startIndex + i + 1])
                return bigEndian ? a << 8 | b : b << 8 | a
            }
            return String(decoding: units, as: UTF16.self)
        }
        var texts = [String(decoding: data, as: UTF8.self)]
        for start in [0, 1] { for order in [true, false] { texts.append(swapped(data.dropFirst(start), bigEndian: order)) } }
        let folded = texts.map { $0.precomposedStringWithCanonicalMapping.lowercased() }
        return names.filter { name in folded.contains { $0.contains(name.lowercased()) } }
    }

    /// Files of the study in which names are found, or whose own names tell, apart from those that exist to be read by the researcher.
    private func leaks(_ root: URL) throws -> [String] {
        try files(root).compactMap { url in
            let path = String(url.resolvingSymlinksInPath().path.dropFirst(root.resolvingSymlinksInPath().path.count + 1))
            if path.hasPrefix("utkast/") || path.hasPrefix("opptak/") || path == "ordrett.yaml" { return nil }
            if path.hasPrefix("fortrolig/"), path.contains(".fortrolig.") { return nil }
            let found = Self.hits(try Data(contentsOf: url)) + Self.hits(Data(path.utf8))
            return found.isEmpty ? nil : "\(path): \(found)"
        }
    }

    @Test func theSearchFindsWhatIsThere() {
        for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian] {
            for text in ["xx Brattspildra", "BRATTSPILDRA", "x brattspildras"] {
                #expect(Self.hits(text.data(using: encoding)!) == ["Brattspildra"])
                #expect(Self.hits(Data([0x41]) + text.data(using: encoding)!) == ["Brattspildra"])
            }
        }
        #expect(Self.hits(Data("Brattspildr".utf8)).isEmpty)
    }

    @Test func noNameStandsInAnyFileTheProgramKeeps() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        let report = try await run(root)
        // A name that the audit finds again stops the sharing, never the sealing.
        #expect(report.failures.allSatisfy { !$0.isInternal && Self.hits(Data($0.message.utf8)).isEmpty }, "\(report.failures.map(\.message))")
        let keys = StudyKeys(study: root)
        let register = try #require(try keys.readRegister()).register
        #expect(register.entries.contains { !Self.hits(Data($0.key.utf8)).isEmpty }, "\(register.entries.map(\.key))")
        // The control: the raw files do name people.
        #expect(try files(root).contains { try $0.path.contains("/fortrolig/") && !Self.hits(Data(contentsOf: $0)).isEmpty })
        #expect(try leaks(root) == [])
        let folder = try #require(try keys.registerURL).deletingLastPathComponent()
        for url in files(folder) { #expect(Self.hits(try Data(contentsOf: url)).isEmpty, "\(url.lastPathComponent)") }
        // A second run, and a change, write no more.
        let draft = root.appendingPathComponent("utkast/P09.txt")
        try Data((String(contentsOf: draft, encoding: .utf8) + "\nInformant: Ja, Eirisvald.").utf8).write(to: draft)
        try await run(root)
        #expect(try leaks(root) == [])
    }

    @Test func whatAKilledRunLeftBehindIsCleared() throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        let folders = Study.layout(root)
        try SafeFile.makeFolder(folders.confidential.appendingPathComponent(".mellomlager"), confidential: true)
        let gone = folders.confidential.appendingPathComponent(".mellomlager/.x.json.999999999.77.tmp")
        let own = folders.confidential.appendingPathComponent(".y.docx.\(getpid()).5.tmp")
        let other = folders.confidential.appendingPathComponent("notat.tmp")
        for url in [gone, own, other] { try Data("Gunnvor".utf8).write(to: url) }
        Leftovers.sweep(folders)
        #expect(!FileManager.default.fileExists(atPath: gone.path))
        #expect(FileManager.default.fileExists(atPath: own.path) && FileManager.default.fileExists(atPath: other.path))
    }
}

/// From the register's first day to its last.
@Suite(.serialized) struct RegisterLifeTests {
    private func study() throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-liv-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data(
            """
            name: tekst
            summary: words alone
            stages: [ingest, vad, speakers, words, detect, bokmal, register, anonymize, audit, store, {export: {formats: [html, json], confidential: [txt]}}]
            """.utf8
        ).write(to: root.appendingPathComponent("tekst.yaml"))
        try Data("study: Prøve\npipeline: tekst.yaml\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for (id, text) in ["P07": "Informant: Jeg heter Kari Nordmann og bor i Bodø.", "P09": "Informant: Kari Nordmann er søsteren min."] {
            try FileManager.default.copyItem(at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
        }
        return root
    }

    private func run(_ root: URL) async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let report = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        guard !report.held.isEmpty else { return report }
        try Signing.signAll(root)
        var signed = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(signed.held.isEmpty)
        signed.stagesRun += report.stagesRun
        return signed
    }

    private func shared(_ root: URL) throws -> [String: String] {
        let folder = root.appendingPathComponent("deling")
        return Dictionary(uniqueKeysWithValues: try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
            .map { ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) })
    }

    @Test func onceTheRegisterIsDestroyedEverythingSaysAnonymised() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        #expect(try await run(root).failures.isEmpty)
        let before = try shared(root)
        #expect(before.count >= 6 && before.filter { $0.key.hasSuffix(".html") }.allSatisfy { $0.value.contains("avidentifisert") })
        // A recording that is gone by then, as the retention date may have it, is not forgotten.
        for name in ["opptak/P09.wav", "utkast/P09.txt"] { try FileManager.default.removeItem(at: root.appendingPathComponent(name)) }
        let tools = try KeyTools(study: root.path, passphrase: PassphraseSource(environment: [:]))
        #expect(try tools.beforeDestruction().waiting.isEmpty)
        let register = try #require(try tools.keys.registerURL), folder = register.deletingLastPathComponent()
        let copy = root.deletingLastPathComponent().appendingPathComponent("kopi-\(UUID().uuidString).ordrettkey")
        try SafeFile.write(tools.closedCopy(by: "A"), to: copy, confidential: true)
        try tools.noteCopy(copy)
        // A copy that cannot be erased stops nothing else, and the command given again finishes.
        let stuck = root.deletingLastPathComponent().appendingPathComponent("kopi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: stuck.appendingPathComponent("x"), withIntermediateDirectories: true)
        try tools.noteCopy(stuck)
        let cut = try await tools.destroy(by: "A. Forsker")
        #expect(cut.failures.count == 1 && cut.failures[0].message.contains(stuck.path))
        #expect(!FileManager.default.fileExists(atPath: register.path) && !FileManager.default.fileExists(atPath: copy.path))
        #expect(try StudyKeys(study: root).status.isLinkable, "a copy is left")
        #expect(throws: StageFault.self) { try tools.beginAnew(by: "A") }
        try FileManager.default.removeItem(at: stuck)
        let result = try await KeyTools(study: root.path, passphrase: PassphraseSource(environment: [:])).destroy(by: "A. Forsker")
        #expect(result.failures.isEmpty, "\(result.failures.map(\.message))")
        #expect(result.restated == ["P07", "P09"])
        #expect(!FileManager.default.fileExists(atPath: copy.path))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["LESMEG.txt", StudyKeys.cacheKeyName, StudyKeys.cacheKeyName + ".lock"])

        let after = try shared(root)
        #expect(Set(after.keys) == Set(before.keys))
        for (name, text) in after {
            #expect(!text.contains("avidentifisert**") && !text.contains("deidentified"), "\(name)")
            if name.hasSuffix(".html") { #expect(text.contains("anonymisert") || text.contains("anonym"), "\(name)") }
            if name.hasSuffix(".html") { #expect(!text.contains("avidentifisert"), "\(name)") }
        }
        #expect(try StudyKeys(study: root).status.isLinkable == false)

        // What stands, stands; what would need the register stops with words of its own.
        let again = try await run(root)
        #expect(again.failures.isEmpty && again.stagesRun == 0)
        try Data("Informant: Jeg heter Kari Nordmann og bor i Tromsø.".utf8).write(to: root.appendingPathComponent("utkast/P07.txt"))
        let changed = try await run(root)
        #expect(changed.failures.allSatisfy { $0.message.contains("destroyed on") && $0.message.contains("A. Forsker") } && !changed.failures.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: register.path))

        // Another register only when asked for.
        try KeyTools(study: root.path, passphrase: PassphraseSource(environment: [:])).beginAnew(by: "A. Forsker")
        let anew = try await run(root)
        #expect(anew.failures.isEmpty, "\(anew.failures.map(\.message))")
        #expect(try shared(root)["P07.html"]?.contains("avidentifisert") == true)
    }

    @Test func aRegisterThatIsGoneStopsTheRun() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        _ = try await run(root)
        let url = try #require(try StudyKeys(study: root).registerURL), data = try Data(contentsOf: url)
        try FileManager.default.removeItem(at: url)
        let report = try await run(root)
        #expect(report.failures.count == 2 && report.failures.allSatisfy { $0.message.contains("is gone") && !$0.isInternal })
        // Nor with an empty cache.
        try FileManager.default.removeItem(at: root.appendingPathComponent("fortrolig/.mellomlager"))
        try FileManager.default.removeItem(at: root.appendingPathComponent(".ordrett"))
        #expect(try await run(root).failures.count == 2)
        #expect(!FileManager.default.fileExists(atPath: url.path))
        try data.write(to: url)
        let codes = try StudyKeys(study: root).readRegister()?.register
        let back = try await run(root)
        #expect(back.failures.isEmpty)
        #expect(try StudyKeys(study: root).readRegister()?.register == codes, "the same people keep their codes")
    }

    @Test func aPlainRegisterOfAnEarlierVersionKeepsItsCodes() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        let plain = root.appendingPathComponent("fortrolig/koblingsnokkel.json")
        try SafeFile.makeFolder(plain.deletingLastPathComponent(), confidential: true)
        let old = RegisterArtefact(policy: "standard", policyDigest: "", register: KeyRegister(entries: [.init(type: .person, key: "kari nordmann", code: "Søsteren", isUserSet: true)]))
        try old.encoded().write(to: plain)
        #expect(try await run(root).failures.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: plain.path))
        #expect(try #require(try StudyKeys(study: root).readRegister()).register.entries.first?.code == "Søsteren")
        #expect(try shared(root)["P09.html"]?.contains("Søsteren") == true)
    }

    /// An unchanged study asks for no passphrase and derives nothing.
    @Test func anUnchangedStudyNeedsNoPassphrase() async throws {
        let root = try study()
        defer { try? FileManager.default.removeItem(at: root) }
        _ = try await run(root)
        let keys = StudyKeys(study: root), card = try #require(try keys.card())
        try FileManager.default.removeItem(at: keys.passphraseURL(card.id))
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let report = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(report.failures.isEmpty && report.stagesRun == 0)
        try Data("Informant: Noe annet.".utf8).write(to: root.appendingPathComponent("utkast/P07.txt"))
        let changed = try await run(root)
        #expect(changed.failures.allSatisfy { $0.message == KeyFault.passphraseNeeded.description } && changed.failures.count == 2)
    }
}
