import Anonymization
import CTestKeys
import Foundation
import Pipeline
import Testing

@testable import Stages

/// Where a study's keys lie, and what becomes of a register that is wrong, lost or destroyed.
@Suite struct StudyKeysTests {
    /// A study, and a key folder of its own.
    struct Place {
        let root: URL, nokler: URL
        init() throws {
            let base = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-keys-\(UUID().uuidString)")
            root = base.appendingPathComponent("studie")
            nokler = base.appendingPathComponent("nokler")
            try FileManager.default.createDirectory(at: root.appendingPathComponent("fortrolig"), withIntermediateDirectories: true)
            try write("ordrett.yaml", "study: Prøve\n")
        }
        func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }
        func keys(_ passphrase: String? = nil, more: [String: String] = [:]) -> StudyKeys {
            var environment = ["ORDRETT_KEYS": nokler.path, "HOME": root.deletingLastPathComponent().path].merging(more) { $1 }
            environment["ORDRETT_PASSPHRASE"] = passphrase
            return StudyKeys(Study.layout(root), passphrase: PassphraseSource(environment: environment), environment: environment)
        }
        func tools(_ passphrase: String? = nil) throws -> KeyTools { KeyTools(keys: keys(passphrase), root: root) }
        func remove() { try? FileManager.default.removeItem(at: root.deletingLastPathComponent()) }
        func all(_ folder: URL) -> [URL] {
            (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
        }
        func bytes() throws -> [String: Data] {
            Dictionary(uniqueKeysWithValues: try (all(nokler) + all(root)).filter { !$0.path.hasSuffix("lock") }.map { ($0.path, try Data(contentsOf: $0)) })
        }
    }

    static func register(_ names: [String]) -> RegisterArtefact {
        RegisterArtefact(
            policy: "standard", policyDigest: "x",
            register: KeyRegister(entries: names.enumerated().map { .init(type: .person, key: $1, code: "Person \($0 + 1)", pattern: "Person {n}") }))
    }

    @Test func theRegisterLiesOutsideTheStudyAndShowsNothing() throws {
        let place = try Place()
        defer { place.remove() }
        let keys = place.keys()
        #expect(try keys.status == .none && keys.readRegister() == nil)
        // Looking makes nothing.
        #expect(!FileManager.default.fileExists(atPath: place.nokler.path))
        let notes = try keys.write(Self.register(["gunnhild torsvik"]).encoded())
        #expect(notes.count == 1 && notes[0].contains("ordrett key show --passphrase"))
        #expect(try keys.write(Self.register(["gunnhild torsvik", "odd"]).encoded()).isEmpty)
        #expect(try keys.status == .exists)
        #expect(try place.keys().readRegister()?.register.entries.map(\.key) == ["gunnhild torsvik", "odd"])
        for (path, data) in try place.bytes() where !path.hasSuffix("LESMEG.txt") {
            #expect(!String(decoding: data, as: UTF8.self).lowercased().contains("gunnhild"), "\(path)")
        }
        #expect(place.all(place.root).allSatisfy { !$0.path.hasSuffix("ordrettkey") })
        for url in place.all(place.nokler) {
            let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600, "\(url.lastPathComponent)")
            let folder = try FileManager.default.attributesOfItem(atPath: url.deletingLastPathComponent().path)[.posixPermissions] as? NSNumber
            #expect(folder?.intValue == 0o700)
        }
        // The copy before, too, opens with the passphrase.
        let card = try #require(try keys.card())
        let envelope = try KeyEnvelope(Data(contentsOf: keys.previousURL(card.id)))
        #expect(try RegisterArtefact(decoding: envelope.open(keys.key(for: envelope))).register.entries.count == 1)
    }

    @Test func whatDoesNotOpenChangesNothing() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys("hest batteri stift").write(Self.register(["gunnhild"]).encoded())
        let url = try #require(try place.keys().registerURL), good = try Data(contentsOf: url)
        func fault(_ passphrase: String?, _ data: Data?) throws -> String {
            if let data { try data.write(to: url) } else { try FileManager.default.removeItem(at: url) }
            let before = try place.bytes()
            defer { try? good.write(to: url) }
            for attempt in 0..<2 {
                do {
                    if attempt == 0 { _ = try place.keys(passphrase).readRegister() } else { try place.keys(passphrase).updateRegister { $0.register.setCode("X", type: .person, key: "odd") } }
                    return "opened"
                } catch { if attempt == 1 { #expect(try place.bytes() == before); return "\(error)" } }
            }
            return ""
        }
        var messages: [String] = []
        messages.append(try fault("hest batteri stiftet", good))
        messages.append(try fault(nil, good))
        messages.append(try fault("hest batteri stift", good.prefix(good.count / 2)))
        var changed = good
        changed[good.count - 100] ^= 1
        messages.append(try fault("hest batteri stift", changed))
        messages.append(try fault("hest batteri stift", Data("{}".utf8)))
        messages.append(try fault("hest batteri stift", nil))
        let other = try Place()
        defer { other.remove() }
        _ = try other.keys("hest batteri stift").write(Self.register(["odd"]).encoded())
        messages.append(try fault("hest batteri stift", Data(contentsOf: #require(try other.keys().registerURL))))
        #expect(Set(messages).count == messages.count, "each has its own words: \(messages)")
        #expect(messages.allSatisfy { !$0.contains("gunnhild") && $0 != "opened" })
        #expect(messages[0].contains("ORDRETT_PASSPHRASE") && messages[5].contains("is gone"))
        #expect(try place.keys("hest batteri stift").readRegister()?.register.entries.map(\.key) == ["gunnhild"])
    }

    @Test func aPlainRegisterIsTakenOver() throws {
        let place = try Place()
        defer { place.remove() }
        let now = try Self.register(["gunnhild", "odd"]).encoded(), before = try Self.register(["gunnhild"]).encoded()
        try now.write(to: place.keys().plainURL)
        try before.write(to: place.keys().plainPreviousURL)
        let keys = place.keys()
        // A plan reads it where it is.
        #expect(try keys.fingerprint() == Digest.sha256(now) && keys.read() == now)
        #expect(FileManager.default.fileExists(atPath: keys.plainURL.path))
        #expect(try keys.prepare().count == 2)
        #expect(try keys.read() == now)
        #expect(!place.all(place.root).contains { $0.lastPathComponent.hasSuffix("koblingsnokkel.json") })
        #expect(try keys.prepare().isEmpty)
        let card = try #require(try keys.card())
        let envelope = try KeyEnvelope(Data(contentsOf: keys.previousURL(card.id)))
        #expect(try envelope.open(keys.key(for: envelope)) == before)
        // One that comes back from a backup: the same is erased, another stops the run.
        try now.write(to: keys.plainURL)
        _ = try keys.prepare()
        #expect(!FileManager.default.fileExists(atPath: keys.plainURL.path))
        try before.write(to: keys.plainURL)
        #expect(throws: KeyFault.twoRegisters) { try keys.prepare() }
        #expect(try Data(contentsOf: keys.plainURL) == before)
        try Data("{".utf8).write(to: keys.plainURL)
        #expect(throws: KeyFault.plainUnreadable) { try keys.prepare() }
    }

    @Test func theStudyFileMayPlaceTheRegisterElsewhere() throws {
        let place = try Place()
        defer { place.remove() }
        let stick = place.root.deletingLastPathComponent().appendingPathComponent("minnepinne")
        try place.write("ordrett.yaml", "study: Prøve\nkey: \(stick.path)\n")
        #expect(throws: KeyFault.notMounted(stick.path)) { try place.keys().write(Self.register([]).encoded()) }
        try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
        _ = try place.keys().write(Self.register(["gunnhild"]).encoded())
        #expect(place.all(stick).map(\.lastPathComponent).contains(StudyKeys.registerName))
        // The passphrase does not lie beside what it opens.
        #expect(!place.all(stick).map(\.lastPathComponent).contains(StudyKeys.passphraseName))
        try FileManager.default.moveItem(at: stick, to: stick.appendingPathExtension("ute"))
        #expect(throws: KeyFault.notMounted(stick.path)) { try place.keys().readRegister() }
        try FileManager.default.moveItem(at: stick.appendingPathExtension("ute"), to: stick)
        #expect(try place.keys().readRegister()?.register.entries.count == 1)

        try place.write("ordrett.yaml", "key: deling/nokler\n")
        try FileManager.default.createDirectory(at: place.root.appendingPathComponent("deling/nokler"), withIntermediateDirectories: true)
        #expect(throws: KeyFault.insideSharing) { try place.keys().status }
        let inner = try Place()
        defer { inner.remove() }
        try inner.write("ordrett.yaml", "key: nokler\n")
        try FileManager.default.createDirectory(at: inner.root.appendingPathComponent("nokler"), withIntermediateDirectories: true)
        #expect(try inner.keys().write(Self.register([]).encoded()).contains { $0.contains("inside the study") })
    }

    @Test func theKeyFolderIsFoundAsTheStandardsSay() throws {
        #expect(try KeyFolder.base(["HOME": "/home/x"]).path.hasPrefix("/home/x/"))
        #expect(try KeyFolder.base(["ORDRETT_KEYS": "/k", "HOME": "/home/x"]).path == "/k")
        #if os(Linux)
            #expect(try KeyFolder.base(["HOME": "/home/x"]).path == "/home/x/.local/share/ordrett/nokler")
            #expect(try KeyFolder.base(["XDG_DATA_HOME": "/d", "HOME": "/home/x"]).path == "/d/ordrett/nokler")
            #expect(try KeyFolder.base(["XDG_DATA_HOME": "d", "HOME": "/home/x"]).path == "/home/x/.local/share/ordrett/nokler")
        #endif
        #expect(throws: KeyFault.noHome) { try KeyFolder.base([:]) }
        // Tests never touch the user's own.
        #expect(try KeyFolder.base().path == String(cString: ordrett_test_keys()))
    }

    @Test func aStudyThatLosesOneOfItsCardsKeepsItsId() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild"]).encoded())
        for name in ["fortrolig/.studie.json", ".ordrett/studie.json"] {
            let url = place.root.appendingPathComponent(name), data = try Data(contentsOf: url)
            try FileManager.default.removeItem(at: url)
            #expect(try place.keys().readRegister()?.register.entries.count == 1)
            try Data("{".utf8).write(to: url)
            #expect(try place.keys().readRegister()?.register.entries.count == 1)
            try data.write(to: url)
        }
        for name in ["fortrolig/.studie.json", ".ordrett/studie.json"] { try Data("{".utf8).write(to: place.root.appendingPathComponent(name)) }
        #expect(throws: KeyFault.card) { try place.keys().status }
    }

    @Test func aPassphraseIsChangedAndTheOldOneOpensNothing() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild"]).encoded())
        _ = try place.keys().write(Self.register(["gunnhild", "odd"]).encoded())
        let old = try #require(try place.tools().rememberedPassphrase()), url = try #require(try place.keys().registerURL)
        let before = try KeyEnvelope(Data(contentsOf: url))
        #expect(throws: KeyFault.shortPassphrase) { try place.tools().rotate(to: "kort", remembers: true, by: "A") }
        _ = try place.tools().rotate(to: "hest batteri stift", remembers: false, by: "A")
        let after = try KeyEnvelope(Data(contentsOf: url))
        #expect(try before.open(before.key(old)) == after.open(after.key("hest batteri stift")))
        #expect(throws: KeyEnvelopeFault.wrongPassphrase) { try after.open(after.key(old)) }
        #expect(try place.tools().rememberedPassphrase() == nil)
        // Nothing in the key folder opens with the old one any more, and nothing tells it.
        for file in place.all(place.nokler) {
            #expect(!String(decoding: try Data(contentsOf: file), as: UTF8.self).contains(old))
            if let envelope = try? KeyEnvelope(Data(contentsOf: file)) { #expect(throws: KeyEnvelopeFault.wrongPassphrase) { try envelope.open(envelope.key(old)) } }
        }
        #expect(throws: KeyFault.passphraseNeeded) { try place.keys().readRegister() }
        _ = try place.tools("hest batteri stift").rotate(to: nil, remembers: true, by: "A")
        #expect(try place.keys().readRegister()?.register.entries.count == 2)
        // Cut off between the two files: either is tried.
        let card = try #require(try place.keys().card()), remembered = try place.keys().passphraseURL(card.id)
        let text = try Data(contentsOf: remembered)
        try text.write(to: URL(fileURLWithPath: remembered.path + ".ny"))
        try Data("noe annet\n".utf8).write(to: remembered)
        #expect(try place.keys().readRegister()?.register.entries.count == 2)
    }

    @Test func aPersonIsAskedAtMostThreeTimes() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys("hest batteri stift").write(Self.register(["gunnhild"]).encoded())
        final class Typist: @unchecked Sendable { var left: [String], asked = 0; init(_ left: [String]) { self.left = left } }
        func open(_ typed: [String]) throws -> Int {
            let typist = Typist(typed)
            let keys = StudyKeys(
                Study.layout(place.root), passphrase: PassphraseSource(environment: [:]) { _ in
                    typist.asked += 1
                    return typist.left.isEmpty ? nil : typist.left.removeFirst()
                }, environment: ["ORDRETT_KEYS": place.nokler.path])
            _ = try keys.readRegister()
            _ = try keys.readRegister()
            return typist.asked
        }
        #expect(try open(["hest batteri stift"]) == 1)
        #expect(try open(["feil", "hest batteri stift"]) == 2)
        #expect(throws: KeyFault.wrongPassphrase("what was typed")) { try open(["a", "b", "c", "hest batteri stift"]) }
        #expect(throws: KeyFault.passphraseNeeded) { try open([]) }
    }

    @Test func aRegisterComesBackFromItsCopy() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild"]).encoded())
        let copy = try place.tools().closedCopy(by: "A"), url = try #require(try place.keys().registerURL)
        #expect(throws: StageFault.self) { try place.tools().take(copy, adopt: false, replace: false, by: "A") }
        try FileManager.default.removeItem(at: url)
        #expect(try place.keys().status == .lost)
        #expect(throws: KeyFault.self) { try place.keys().fingerprint() }
        _ = try place.tools().take(copy, adopt: false, replace: false, by: "A")
        #expect(try place.keys().readRegister()?.register.entries.map(\.key) == ["gunnhild"])
        // Another study takes it only when told to.
        let other = try Place()
        defer { other.remove() }
        let passphrase = try #require(try place.tools().rememberedPassphrase())
        #expect(throws: KeyEnvelopeFault.otherStudy) { try other.tools(passphrase).take(copy, adopt: false, replace: false, by: "A") }
        _ = try other.tools(passphrase).take(copy, adopt: true, replace: false, by: "A")
        #expect(try other.keys(passphrase).readRegister()?.register.entries.map(\.key) == ["gunnhild"])
        #expect(throws: (any Error).self) { try place.tools().take(Data("{}".utf8), adopt: true, replace: true, by: "A") }
        #expect(throws: KeyEnvelopeFault.cutShort) { try place.tools().take(copy.dropLast(5), adopt: true, replace: true, by: "A") }
        #expect(try place.keys().readRegister()?.register.entries.map(\.key) == ["gunnhild"])
    }

    /// The passphrase of a register that is lost is the only way into its copies.
    @Test func aRememberedPassphraseIsNeverLost() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild"]).encoded())
        let copy = try place.tools().closedCopy(by: "A"), url = try #require(try place.keys().registerURL)
        let passphrase = try #require(try place.tools().rememberedPassphrase())
        try FileManager.default.removeItem(at: url)
        let before = try place.bytes()
        #expect(throws: StageFault.self) { try place.tools().take(Data("noe helt annet".utf8), adopt: true, replace: true, by: "A") }
        #expect(try place.bytes() == before)
        // A plain register that was left behind is no reason to begin another.
        let plain = try Self.register(["odd"]).encoded()
        try plain.write(to: place.keys().plainURL)
        #expect(throws: KeyFault.lost(url.deletingLastPathComponent().path)) { try place.keys().prepare() }
        #expect(try place.tools().rememberedPassphrase() == passphrase)
        // Somebody who wants it in spite of that gets it, and the copy still opens afterwards.
        _ = try place.tools().take(plain, adopt: false, replace: true, by: "A")
        #expect(try place.tools().rememberedPassphrase() != passphrase)
        #expect(try place.keys().readRegister()?.register.entries.map(\.key) == ["odd"])
        _ = try place.tools().take(copy, adopt: false, replace: true, by: "A")
        #expect(try place.keys().readRegister()?.register.entries.map(\.key) == ["gunnhild"])
        #expect(try place.tools().rememberedPassphrase() == passphrase)
    }

    @Test func whoLooksIsRecordedWithoutNames() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild torsvik", "odd"]).encoded())
        let tools = try place.tools()
        #expect(try tools.reveal("person 1", by: "A. Forsker", reason: "ville se egne data").map(\.name) == ["gunnhild torsvik"])
        #expect(throws: StageFault.self) { try tools.reveal("Person 9", by: "A", reason: "prøve") }
        #expect(throws: StageFault.self) { try tools.reveal("Person 1", by: "A", reason: "Gunnhild  Torsvik ringte") }
        #expect(throws: StageFault.self) { try tools.reveal("Person 1", by: "A", reason: "ringt av Torsvik i går") }
        #expect(throws: StageFault.self) { try tools.names(by: "A", reason: "…") }
        #expect(try tools.names(by: "B", reason: "stavekontroll").count == 2)
        #expect(try String(decoding: tools.plain(json: false, by: "B", reason: "arkiv"), as: UTF8.self).contains("Person 1,person,gunnhild torsvik,,no\r\n"))
        let log = tools.keys.accessLog
        #expect(log.entries().map(\.act) == [.reveal, .names, .export])
        #expect(log.entries().map(\.code) == ["Person 1", nil, nil])
        #expect(log.firstBroken() == nil)
        let text = try String(contentsOf: log.url, encoding: .utf8)
        #expect(!text.lowercased().contains("gunnhild"))
        // A line taken out, or changed, shows.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        try Data(lines.dropFirst().joined(separator: "\n").utf8).write(to: log.url)
        #expect(log.firstBroken() == 1)
        try Data(text.replacing("stavekontroll", with: "noe annet").utf8).write(to: log.url)
        #expect(log.firstBroken() == 3)
    }

    @Test func aCopyGoesOverNothingAndNotAmongTheKeys() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.keys().write(Self.register(["gunnhild torsvik"]).encoded())
        let tools = try place.tools(), copy = place.root.deletingLastPathComponent().appendingPathComponent("kopi.ordrettkey")
        #expect(try tools.place(forCopy: copy.path, force: false).lastPathComponent == "kopi.ordrettkey")
        try Data("en annens".utf8).write(to: copy)
        #expect(throws: RequestFault.self) { try tools.place(forCopy: copy.path, force: false) }
        #expect(try tools.place(forCopy: copy.path, force: true).lastPathComponent == "kopi.ordrettkey")
        let register = try #require(try place.keys().registerURL)
        for force in [false, true] {
            for path in [register.path, register.deletingLastPathComponent().path + "/kopi"] {
                #expect(throws: RequestFault.self) { try tools.place(forCopy: path, force: force) }
            }
        }
    }

    /// A passphrase that does not fit, or a damaged register, stops a run before anything is done: not one failure a recording.
    @Test func aRegisterThatDoesNotOpenStopsARunBeforeItBegins() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-open-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for folder in ["opptak", "utkast"] { try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true) }
        func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }
        try write("tekst.yaml", "name: tekst\nsummary: words alone\nstages: [ingest, vad, speakers, words, detect, register, anonymize, audit]\n")
        try write("ordrett.yaml", "study: Prøve\npipeline: tekst.yaml\n")
        for id in ["P07", "P09"] {
            try FileManager.default.copyItem(at: WholePipelineTests.sample("intervju_stereo.wav"), to: root.appendingPathComponent("opptak/\(id).wav"))
            try write("utkast/\(id).txt", "Informant: Det sa Kristin Tverrdal.")
        }
        func request(_ passphrase: String? = nil) throws -> RunRequest {
            var request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
            if let passphrase { request.passphrase = PassphraseSource(environment: ["ORDRETT_PASSPHRASE": passphrase]) }
            return request
        }
        // There is none yet, and none is made by looking.
        #expect(try request().openedKeys().status == .none)
        let first = try request()
        #expect(await first.runner(options: .init(), keys: try first.openedKeys(), observer: { _ in }).run(first.all).failures.isEmpty)
        // What has nothing to do opens nothing.
        _ = try request("et helt annet passord").openedKeys()
        try write("utkast/P09.txt", "Informant: Det sa Oddny Vestvik.")
        #expect(throws: KeyFault.self) { try request("et helt annet passord").openedKeys() }
        _ = try request().openedKeys()
        let register = try #require(try StudyKeys(study: root).registerURL), whole = try Data(contentsOf: register)
        try whole.prefix(whole.count - 30).write(to: register)
        #expect(throws: KeyEnvelopeFault.self) { try request().openedKeys() }
        try FileManager.default.removeItem(at: register)
        #expect(throws: KeyFault.self) { try request().openedKeys() }
        // All of them are bad input, and say what to do.
        for fault in [KeyFault.wrongPassphrase("x"), KeyFault.lost("x"), KeyFault.plainUnreadable, KeyEnvelopeFault.damaged, KeyEnvelopeFault.cutShort, KeyEnvelopeFault.wrongPassphrase, KeyEnvelopeFault.tampered] as [any Error] {
            let (message, isInternal) = ErrorWords.describe(fault)
            #expect(!isInternal && (message.contains("restore") || message.contains("--passphrase-file")), "\(message)")
        }
    }
}
