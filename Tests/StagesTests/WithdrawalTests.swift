import Anonymization
import CodingStore
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A study of three typed interviews on short made-up sound, cheap to run.
struct SmallStudy {
    let root: URL

    static let settings = """
        # Studien vår
        study: Prøve
        pipeline: tekst.yaml

        participants:
          - {code: INT, label: Intervjuer, role: interviewer}
          # de som fortalte
          - {code: INF71, label: Informant 71, attributes: {kommune: A}}   # første
          - code: INF72
            label: Informant 72
          - {code: INF73, label: Informant 73}
        recordings:
          - {id: OPP71, file: opptak/OPP71.wav, draft: utkast/OPP71.txt, participants: [INT, INF71]}
          - {id: OPP72, file: opptak/OPP72.wav, draft: utkast/OPP72.txt, participants: [INT, INF72]}   # andre
          - id: OPP73
            file: opptak/OPP73.wav
            draft: utkast/OPP73.txt
            participants: [INT, INF73]

        """

    static let drafts = [
        "OPP71": "Intervjuer: Hvor bor du?\nInformant 71: Jeg bor i Tromsø og jobber på Solvangtunet sykehjem. Vi kjøpte et fjøslemmegardin av Torbjørn Kvalsvik i fjor.\nIntervjuer: Takk.\nInformant 71: Det var så lite som ingenting egentlig, vet du.\n",
        "OPP72": "Intervjuer: Hvem jobber du med?\nInformant 72: Jeg jobber med Gunnhild Nymoen. Gunnhild Nymoen er sykepleier i Tromsø. Det er fint her.\n",
        "OPP73": "Intervjuer: Hvordan går det?\nInformant 73: Det går bra. Jeg møtte Peder Aas i Bodø.\n",
    ]

    init(settings: String = settings, drafts: [String: String] = drafts) throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("liten-\(UUID().uuidString)")
        for folder in ["opptak", "utkast"] {
            try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try Data(
            """
            name: tekst
            summary: words alone
            stages: [ingest, vad, speakers, voices, interviewer, roles, words, detect, bokmal, register, anonymize, audit, store, export, figures]
            """.utf8
        ).write(to: root.appendingPathComponent("tekst.yaml"))
        try Data(settings.utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        _ = try CodingStore(root.appendingPathComponent("koding.sqlite"))
        for (index, (id, text)) in drafts.sorted(by: { $0.key < $1.key }).enumerated() {
            try Self.wave(seed: index).write(to: root.appendingPathComponent("opptak/\(id).wav"))
            try Data(text.utf8).write(to: root.appendingPathComponent("utkast/\(id).txt"))
        }
    }

    /// Four seconds at 8 kHz: a buzz that comes and goes, another one for each seed.
    static func wave(seed: Int) -> Data {
        func little<T: FixedWidthInteger>(_ value: T) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
        let count = 32_000
        var samples = Data()
        for n in 0..<count {
            let t = Double(n) / 8000, isOn = Int(t * 2) % 3 != 2
            let period = 60.0 + Double(seed) * 7, phase = Double(n).truncatingRemainder(dividingBy: period) / period
            samples += little(Int16(isOn ? (phase - 0.5) * 12_000 * (0.6 + 0.4 * sin(t * 20)) : sin(Double(n * (seed + 3))) * 20))
        }
        return Data("RIFF".utf8) + little(UInt32(36 + samples.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16)) + little(UInt16(1)) + little(UInt16(1))
            + little(UInt32(8000)) + little(UInt32(16_000)) + little(UInt16(2)) + little(UInt16(16)) + Data("data".utf8) + little(UInt32(samples.count)) + samples
    }

    func remove() { try? FileManager.default.removeItem(at: root) }

    @discardableResult
    func run() async throws -> RunReport {
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let report = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        guard !report.held.isEmpty else { return report }
        try Signing.signAll(root)
        let signed = await request.runner(options: .init(), observer: { _ in }).run(request.all)
        #expect(signed.held.isEmpty)
        return signed
    }

    func files(_ folder: String) -> [String: Data] {
        var result: [String: Data] = [:]
        for path in StudyRoom.files(root) where path.hasPrefix(folder) { result[path] = try? Data(contentsOf: root.appendingPathComponent(path)) }
        return result
    }

    func withdraw(_ code: String, names: [String] = [], keeps: Bool? = nil, before: @escaping (String) throws -> Void = { _ in }) throws -> WithdrawalTool.Outcome {
        var request = WithdrawalRequest(participant: code, who: "Prøver")
        request.names = names
        request.keepsShared = keeps
        return try #require(try WithdrawalTool.run(request, study: root.path, before: before))
    }

    /// Paths that hold a text, found by a program that knows nothing of studies: bytes of files, of the parts of zips, and of
    /// UTF-16.
    func grep(_ text: String) throws -> [String] {
        let script = """
            import sys, os, zipfile, re
            root, text = sys.argv[1], sys.argv[2]
            needles = [form.encode(code) for form in {text, text.lower(), text.upper()} for code in ('utf-8', 'utf-16-le', 'utf-16-be')]
            for folder, names, files in os.walk(root):
                for name in names + files:
                    path = os.path.join(folder, name)
                    hit = text.lower() in name.lower()
                    if os.path.isfile(path):
                        data = open(path, 'rb').read()
                        parts = [data]
                        if data[:4] == b'PK\\x03\\x04':
                            z = zipfile.ZipFile(path)
                            for n in z.namelist():
                                parts += [z.read(n), re.sub(rb'<[^>]+>', b'', z.read(n))]
                        hit = hit or any(n in p for p in parts for n in needles)
                    if hit: print(os.path.relpath(path, root))
            """
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, root.path, text]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
    }
}

@Suite(.serialized) struct WithdrawalTests {
    private struct Stopped: Error {}

    /// Everything of the second participant, whose own recording and another's mention hold it.
    private static let gone = ["INF72", "Informant 72", "OPP72", "Gunnhild", "Nymoen"]

    /// Others say the given name alone.
    @Test func halvesOfNamesAreNames() {
        #expect(WithdrawalPlanner.parts(of: "Gunnhild Nymoen-Dahl") == ["Gunnhild", "Nymoen-Dahl"])
        #expect(WithdrawalPlanner.parts(of: "Rosa de la Cruz") == ["Rosa", "Cruz"] && WithdrawalPlanner.parts(of: "Gunnhild").isEmpty)
    }

    @Test func everyFileOfAStudyHasOneRoom() async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        _ = try study.withdraw("INF73")
        try await study.run()
        let files = StudyRoom.files(study.root)
        #expect(files.count > 60)
        for path in files { #expect(StudyRoom.claiming(path).count == 1, "\(path): \(StudyRoom.claiming(path))") }
        // A file of no known kind is nobody's, and would be found out.
        #expect(StudyRoom.claiming("notater.docx").isEmpty && StudyRoom.claiming("annet/x.txt").isEmpty)
    }

    @Test func nothingOfTheWithdrawnIsLeftAndOthersStayAsTheyWere() async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        for word in Self.gone + ["fjøslemmegardin"] { #expect(!(try study.grep(word)).isEmpty, "\(word): the search can find it") }
        // The audit's reports count what the whole study's register holds, and so say less now.
        let shared = study.files("deling/").filter { !$0.key.contains("OPP71") && !$0.key.contains("revisjon") }
        // What people leave in a study: an edited copy, words of the study, a backup of the store.
        try FileManager.default.copyItem(at: study.root.appendingPathComponent("deling/OPP71.docx"), to: study.root.appendingPathComponent("deling/OPP71.endret-1.docx"))
        try Data("fjøslemmegardin\tgardin\nsjelden\tsjeldent\n".utf8).write(to: study.root.appendingPathComponent("bokmal-ord.tsv"))
        do {
            let store = try CodingStore(study.root.appendingPathComponent("koding.sqlite"))
            let code = try store.addCode("Arbeid", who: "A")
            for item in ["OPP71", "OPP73"] {
                let version = try #require(try store.versions(of: item).last)
                let words = try #require(try AnonymizedTranscript(decoding: version.document).document.turns.last { $0.words.count > 1 }).words
                try store.apply(code, toWords: words[0].id, through: words[1].id, of: item, coder: "A")
            }
            try store.backUp()
        }
        let outcome = try study.withdraw("INF71")
        #expect(outcome.left.isEmpty, "\(outcome.left)")
        for word in ["INF71", "Informant 71", "OPP71", "fjøslemmegardin", "Kvalsvik", "Solvangtunet", "så lite som ingenting"] {
            #expect(try study.grep(word) == [], "\(word)")
        }
        #expect(StudyRoom.files(study.root).filter { $0.hasPrefix("koding.sqlite") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.count == 2)
        let store = try CodingStore(study.root.appendingPathComponent("koding.sqlite"))
        #expect(try store.sources().map(\.item) == ["OPP72", "OPP73"])
        #expect(try store.codings().count == 1)
        try store.checkIntegrity()
        // The history is append-only again.
        let yaml = try String(contentsOf: study.root.appendingPathComponent("ordrett.yaml"), encoding: .utf8)
        #expect(yaml == SmallStudy.settings.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("71") }.joined(separator: "\n"))
        #expect(try String(contentsOf: study.root.appendingPathComponent("bokmal-ord.tsv"), encoding: .utf8) == "sjelden\tsjeldent\n")

        let report = try await study.run()
        #expect(report.failures.isEmpty && report.done == ["OPP72", "OPP73"])
        let again = study.files("deling/").filter { !$0.key.contains("revisjon") }
        #expect(Set(again.keys) == Set(shared.keys))
        for (path, data) in shared.sorted(by: { $0.key < $1.key }) { #expect(again[path] == data, "\(path)") }
        for word in ["INF71", "OPP71", "fjøslemmegardin", "Kvalsvik", "Solvangtunet"] { #expect(try study.grep(word) == [], "\(word) after a run") }
        // The receipt says nothing of whom.
        let receipt = try String(contentsOf: URL(fileURLWithPath: outcome.path), encoding: .utf8)
        #expect(receipt.contains(outcome.receipt.number) && receipt.contains("Lydfiler | 1"))
        #expect(!receipt.contains("71"))
    }

    @Test func aNameInAnothersInterviewGivesWayToItsCode() async throws {
        let study = try SmallStudy(settings: SmallStudy.settings, drafts: SmallStudy.drafts.merging([
            "OPP71": "Intervjuer: Hvem er sjefen?\nInformant 71: Sjefen heter Gunnhild Nymoen, og Gunnhild Nymoens bror bor i Bodø.\n",
            "OPP72": "Intervjuer: Hei, Gunnhild Nymoen!\nInformant 72: Hei. Jeg heter Gunnhild Nymoen og liker tranebærsyltetøylaging.\n",
        ]) { $1 })
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        let before = study.files("deling/OPP71").merging(study.files("deling/OPP73")) { a, _ in a }
        let outcome = try study.withdraw("INF72", names: ["Gunnhild Nymoen"])
        #expect(outcome.left.isEmpty, "\(outcome.left)")
        for word in Self.gone { #expect(try study.grep(word) == [], "\(word)") }
        let draft = try String(contentsOf: study.root.appendingPathComponent("utkast/OPP71.txt"), encoding: .utf8)
        #expect(draft.contains("Sjefen heter Person "))
        let report = try await study.run()
        #expect(report.failures.isEmpty, "\(report.failures)")
        for word in Self.gone { #expect(try study.grep(word) == [], "\(word) after a run") }
        // What others read is what they read before: the code stays.
        let after = study.files("deling/")
        for name in ["deling/OPP71.vtt", "deling/OPP73.vtt", "deling/OPP73.docx", "deling/OPP73.json"] { #expect(after[name] == before[name], "\(name)") }
        #expect(after["deling/OPP71.vtt"] != nil)
    }

    @Test(arguments: ["tombstones", "drafts", "results", "files recordings", "store", "register", "settings", "search", "journal"])
    func anInterruptedWithdrawalIsContinued(_ step: String) async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        #expect(try await study.run(until: "store").failures.isEmpty)
        #expect(throws: Stopped.self) { try study.withdraw("INF72", names: ["Gunnhild Nymoen"]) { if $0 == step { throw Stopped() } } }
        // Nothing else works until it is finished.
        #expect(throws: StageFault.self) { try RunRequest.make(arguments: [], study: study.root.path, out: nil, settings: [:]) }
        #expect(throws: StageFault.self) { try study.withdraw("INF73") }
        let outcome = try WithdrawalTool.resume(study: study.root.path)
        #expect(outcome.left.isEmpty)
        for word in Self.gone { #expect(try study.grep(word) == [], "\(word)") }
        #expect(study.files("fortrolig/kvitteringer/").count == 2)
        #expect(throws: RequestFault.self) { try WithdrawalTool.resume(study: study.root.path) }
        #expect(try await study.run(until: "store").failures.isEmpty)
    }

    @Test func aRestartForgetsNoPlanThatCanBeRead() async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        #expect(throws: Stopped.self) { try study.withdraw("INF72", names: []) { if $0 == "store" { throw Stopped() } } }
        let journal = WithdrawalJournal(Study.layout(study.root)), plan = try Data(contentsOf: journal.url)
        let other = WithdrawalRequest(participant: "INF73", who: "")
        #expect(throws: StageFault.self) { try WithdrawalTool.run(other, study: study.root.path, restart: true, confirm: { _ in true }) }
        #expect(try Data(contentsOf: journal.url) == plan)
        // One that cannot be read is there until the new one is confirmed.
        try Data("{".utf8).write(to: journal.url)
        #expect(try WithdrawalTool.run(other, study: study.root.path, restart: true, confirm: { _ in false }) == nil)
        #expect(journal.exists)
        #expect(try WithdrawalTool.run(other, study: study.root.path, restart: true, confirm: { _ in true }) != nil)
        #expect(!journal.exists)
    }

    @Test func oldContentOfAChangedFileGoesThroughLinksAndAfterACrash() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("inne"), withIntermediateDirectories: true)
        let draft = folder.appendingPathComponent("inne/utkast.txt"), way = folder.appendingPathComponent("lenke.txt")
        try Data("gammelt".utf8).write(to: draft)
        try FileManager.default.createSymbolicLink(at: way, withDestinationURL: draft)
        let reader = try FileHandle(forReadingFrom: draft)
        #expect(try FileErasure.replace(way, with: Data("nytt".utf8)))
        #expect(try reader.readToEnd() == Data(count: 7), "the old bytes were written over")
        #expect(try Data(contentsOf: draft) == Data("nytt".utf8))
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: way.path)) == draft.path)
        // Stopped between the write and the erasing.
        try Data("gammelt".utf8).write(to: folder.appendingPathComponent("inne/.42.gammel.tmp"))
        try Data("en annens".utf8).write(to: folder.appendingPathComponent("inne/min.gammel.tmp"))
        try FileErasure.sweep(folder, deep: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/inne").sorted() == ["min.gammel.tmp", "utkast.txt"])
        // Another name for the old content: not written over, and said.
        #expect(link(draft.path, folder.appendingPathComponent("annet.txt").path) == 0)
        #expect(try FileErasure.replace(draft, with: Data("nyere".utf8)) == false)
    }

    @Test func theWithdrawnDoNotComeBack() async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        _ = try study.withdraw("INF72", names: ["Gunnhild Nymoen"])
        #expect(try Study(root: study.root).held.isEmpty)
        // Still on the dictaphone, copied in again under another name.
        try SmallStudy.wave(seed: 1).write(to: study.root.appendingPathComponent("opptak/R0001.wav"))
        let held = try Study(root: study.root).held
        #expect(held.map(\.id) == ["R0001"] && held.allSatisfy { !$0.isExpected })
        #expect(try Study(root: study.root).items.map(\.id) == ["OPP71", "OPP73"])
        // Another recording under the old id, and another person under the old code.
        try FileManager.default.removeItem(at: study.root.appendingPathComponent("opptak/R0001.wav"))
        try SmallStudy.wave(seed: 9).write(to: study.root.appendingPathComponent("opptak/OPP72.wav"))
        #expect(try Study(root: study.root).held.map(\.id) == ["OPP72"])
        let url = study.root.appendingPathComponent("ordrett.yaml")
        var text = try String(contentsOf: url, encoding: .utf8)
        text = text.replacingOccurrences(of: "INF73", with: "INF72").replacingOccurrences(of: "OPP73\n", with: "OPP74\n")
        try Data(text.utf8).write(to: url)
        #expect(try Study(root: study.root).held.map(\.id) == ["OPP72", "OPP74"])
    }

    @Test func aDryRunChangesNothing() async throws {
        let study = try SmallStudy()
        defer { study.remove() }
        try await study.run(until: "register")
        let before = study.files("")
        let preview = try WithdrawalTool.preview(WithdrawalRequest(participant: "INF72", who: ""), study: study.root.path)
        #expect(preview.recordings == ["OPP72"] && preview.files["recordings"] == ["opptak/OPP72.wav"] && preview.files["drafts"] == ["utkast/OPP72.txt"])
        #expect(study.files("") == before)
        #expect(try WithdrawalTool.run(WithdrawalRequest(participant: "INF72", who: ""), study: study.root.path, confirm: { _ in false }) == nil)
        #expect(study.files("").filter { !$0.key.hasSuffix("lock") } == before.filter { !$0.key.hasSuffix("lock") })
    }

    @Test func whoCannotBeWithdrawnIsSaid() throws {
        let study = try SmallStudy()
        defer { study.remove() }
        for code in ["INT", "INF99", "OPP72"] {
            #expect(throws: RequestFault.self, "\(code)") { try WithdrawalTool.preview(WithdrawalRequest(participant: code, who: ""), study: study.root.path) }
        }
        let lock = try StudyLock(folder: Study.layout(study.root).cache)
        #expect(throws: StudyLock.Busy.self) { try study.withdraw("INF72") }
        lock.release()
    }

    @Test func inAFocusGroupTheTurnsGoAndTheOthersStay() async throws {
        let settings = """
            study: Gruppe
            pipeline: tekst.yaml
            participants:
              - {code: MOD, label: Moderator, role: moderator}
              - {code: FGR71, label: Deltaker 71}
              - {code: FGR72, label: Deltaker 72}
              - {code: FGR73, label: Deltaker 73}
            recordings:
              - {id: G1, file: opptak/G1.wav, draft: utkast/G1.txt, participants: [MOD, FGR71, FGR72, FGR73]}
            """
        let draft = """
            Moderator: Hva tenker dere?
            FGR71: Vi møtes hver torsdag på biblioteket her.
            FGR72: Jeg synes krøllgullhårspenner er viktigst. Torbjørn Kvalsvik sa det.
            Det sto i avisa.
            FGR73: Enig i det med torsdag.
            FGR72: Og jeg også, egentlig.
            Moderator: Takk for det.

            """
        let study = try SmallStudy(settings: settings, drafts: ["G1": draft])
        defer { study.remove() }
        #expect(try await study.run().failures.isEmpty)
        do {
            let store = try CodingStore(study.root.appendingPathComponent("koding.sqlite"))
            let code = try store.addCode("Torsdag", who: "A"), version = try #require(try store.versions(of: "G1").last)
            let turns = try AnonymizedTranscript(decoding: version.document).document.turns.filter { !$0.words.isEmpty }
            for turn in turns { try store.apply(code, toWords: turn.words[0].id, through: turn.words[1].id, of: "G1", coder: "A") }
            #expect(try store.codings().count == 6)
        }
        // What becomes of the recording has to be said.
        #expect(throws: RequestFault.self) { try study.withdraw("FGR72") }
        let outcome = try study.withdraw("FGR72", keeps: true)
        #expect(outcome.left.isEmpty, "\(outcome.left)")
        #expect(
            try String(contentsOf: study.root.appendingPathComponent("utkast/G1.txt"), encoding: .utf8)
                == draft.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("FGR72") && !$0.hasPrefix("Det sto") }.joined(separator: "\n"))
        for word in ["FGR72", "Deltaker 72", "krøllgullhårspenner", "Kvalsvik", "sto i avisa"] { #expect(try study.grep(word) == [], "\(word)") }
        #expect(FileManager.default.fileExists(atPath: study.root.appendingPathComponent("opptak/G1.wav").path))
        let store = try CodingStore(study.root.appendingPathComponent("koding.sqlite"))
        #expect(try store.codings().count == 4, "what was coded on others' words stands")
        let newest = try #require(try store.versions(of: "G1").last)
        let rest = try AnonymizedTranscript(decoding: newest.document)
        #expect(rest.document.turns.filter { !$0.words.isEmpty }.count == 4)
        #expect(try await study.run().failures.isEmpty)
        for word in ["FGR72", "Deltaker 72", "krøllgullhårspenner", "Kvalsvik", "sto i avisa"] { #expect(try study.grep(word) == [], "\(word) after a run") }
        #expect(try store.codings().count == 4)
    }
}

extension SmallStudy {
    @discardableResult
    func run(until stage: String) async throws -> RunReport {
        var request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        request.stop(after: stage)
        return await request.runner(options: .init(), observer: { _ in }).run(request.all)
    }
}

@Suite struct ByteSearchTests {
    private func found(_ text: String, _ kind: ByteSearch.Term.Kind = .name, in data: Data) -> Bool {
        !ByteSearch([.init(text: text, kind: kind)]).find(in: data).isEmpty
    }

    @Test func findsEveryWritingAndNoOtherWord() {
        for text in ["Møtte Åse i går", "møtte ÅSE", "åse", "Åses bil", "\u{41}\u{30A}se", "(Åse)", "x_Åse.wav", "«Åse»", "–Åse\u{A0}kom", #"ja\nÅse\tnei"#] {
            #expect(found("Åse", in: Data(text.utf8)), "\(text)")
        }
        for text in ["Åsen", "kråse", "Åsest", "Ase", "øåse", "åseø"] { #expect(!found("Åse", in: Data(text.utf8)), "\(text)") }
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
            #expect(found("Åse", in: "hei Åse!".data(using: encoding) ?? Data()))
            #expect(!found("Åse", in: "hei Åsen!".data(using: encoding) ?? Data()))
        }
        #expect(found("Åse", in: Data(#""\u00c5se""#.utf8)))
        #expect(found("P07", .item, in: Data("P07.docx".utf8)) && !found("P07", .item, in: Data("P071 XP07".utf8)))
        #expect(!found("I4", .code, in: Data("i4".utf8)), "a code is what it is")
    }

    @Test func looksInsidePackedFilesAndAcrossBlocks() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("let-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try PackedParts.write(
            [.init(name: "word/document.xml", data: Data("<w:p><w:r><w:t>Gunn</w:t></w:r><w:r><w:t>hild var her</w:t></w:r></w:p>".utf8), isCompressed: true)],
            to: folder.appendingPathComponent("a.docx"))
        // Over the edge between two blocks of reading.
        try (Data(repeating: 0x2E, count: (1 << 22) - 4) + Data("Gunnhild".utf8) + Data(repeating: 0x2E, count: 100)).write(to: folder.appendingPathComponent("b.bin"))
        try Data("Gunnar".utf8).write(to: folder.appendingPathComponent("c.txt"))
        try FileManager.default.createSymbolicLink(atPath: folder.appendingPathComponent("d").path, withDestinationPath: "/x/Gunnhild.wav")
        try Data().write(to: folder.appendingPathComponent("Gunnhild.txt"))
        let result = StudySearch([.init(text: "Gunnhild", kind: .name)]).run(folder)
        #expect(result.hits.map(\.path) == ["Gunnhild.txt", "a.docx", "b.bin", "d"])
    }
}
