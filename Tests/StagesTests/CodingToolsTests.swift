import CodingAnalysis
import CodingExchange
import CodingStore
import Exchange
import Foundation
import Pipeline
import Signal
import Testing
import Transcript

@testable import Anonymization
@testable import Stages

/// What the commands of `ordrett code` stand on.
@Suite struct CodingToolsTests {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("koding-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    private func transcript(_ turns: [String], item: String = "P01", speakers: [Speaker] = [Speaker(id: "S1", label: "Informant 4", role: .participant, participant: "I4"), Speaker(id: "S2", label: "Intervjuer", role: .interviewer)]) -> AnonymizedTranscript {
        var id = 0, number = 0
        let made = turns.map { text -> Turn in
            number += 1
            let elements = text.split(separator: " ").map { part -> Element in
                id += 1
                var word = Word(id: id, text: String(part), range: SampleRange(id * 1000, id * 1000 + 800))
                word.isFiller = part == "eh"
                return .word(word)
            }
            return Turn(id: number, speaker: speakers[(number - 1) % speakers.count].id, elements: elements)
        }
        let document = Transcript(
            recording: .init(id: item, digest: "d", rate: SampleRate(1_000), length: 9_000_000, channels: 1, recordedAt: "2006-12-06T10:00:00"), speakers: speakers, turns: made)
        return AnonymizedTranscript(document: document, policy: "standard", status: .deidentified)
    }

    private func desk(_ name: String = "koding.sqlite", coder: String? = "AB") throws -> CodingDesk {
        let url = root.appendingPathComponent(name)
        if !FileManager.default.fileExists(atPath: url.path) { _ = try CodingStore(url) }
        return try CodingDesk(store: url.path, study: nil, coder: coder)
    }

    private func texts(_ rows: [CodingPlaces.Row]) -> [String] { rows.map(\.text) }

    // MARK: - the codebook

    /// Names and texts that files find hard.
    private static let hard = [
        "ansvar", "å/og\\", "- liste", "true", "null", "=SUM(A1)", "'=x", "''+y", "@a", "a: b # c", "\"sitert\"", "linje 1\nlinje 2", "linje 1\n\n  innrykk\n", "\n", " rom ",
        "tabell\t;,", "🙂 e\u{301}", "%d", "---\nx", "|", "\u{85}x\u{2028}y", "a\r\nb", "x\u{FEFF}z", "kolon:", "[a, b]", "{a: b}", "~", "0x1F", "1e3", "\u{7F}", "*a &b !c",
    ]

    @Test func aCodebookComesBackByteForByte() throws {
        struct Dice: RandomNumberGenerator {
            var state: UInt64 = 42
            mutating func next() -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state ^ (state >> 29)
            }
        }
        var dice = Dice()
        for round in 0..<12 {
            let store = try desk("a\(round).sqlite").store
            var codes: [CodeRecord] = []
            for number in 0..<25 {
                func text() -> String { Self.hard.randomElement(using: &dice)! + (Bool.random(using: &dice) ? "" : Self.hard.randomElement(using: &dice)!) }
                let name = text().filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }.trimmingCharacters(in: .whitespacesAndNewlines) + "\(number)"
                let code = try store.addCode(
                    name, definition: Bool.random(using: &dice) ? text() : "", under: Bool.random(using: &dice) ? codes.randomElement(using: &dice) : nil,
                    color: Bool.random(using: &dice) ? "#1f77b4" : nil, examples: Bool.random(using: &dice) ? text() : "", who: "AB")
                codes.append(code)
                if Int.random(in: 0..<3, using: &dice) == 0 { try store.addMemo(text() + ".", title: Bool.random(using: &dice) ? "tittel" : "", on: code.guid, who: ["AB", "CD"].randomElement(using: &dice)!) }
                if Int.random(in: 0..<4, using: &dice) == 0 { try store.change(code, .init(isCodable: false), who: "AB") }
            }
            let book = try store.codebook()
            for format in CodebookFile.Format.allCases {
                let file = CodebookFile.write(book, format)
                let read = try CodebookFile.read(file, format)
                #expect(read == book, "\(format)")
                let fresh = try desk("b\(round)\(format.rawValue).sqlite").store
                let report = try fresh.importCodebook(read, who: "EF")
                #expect(report.added.count == 25 && report.conflicts.isEmpty && report.changed.isEmpty)
                #expect(CodebookFile.write(try fresh.codebook(), format) == file, "\(format)")
                // The other form, from what came in, is the same as from what went out.
                for other in CodebookFile.Format.allCases { #expect(CodebookFile.write(try fresh.codebook(), other) == CodebookFile.write(book, other)) }
                // Once more: nothing is new.
                let again = try fresh.importCodebook(read, who: "EF")
                #expect(again.unchanged == 25 && again.added.isEmpty && again.changed.isEmpty)
            }
        }
    }

    @Test func anImportFollowsGuidsThenPaths() throws {
        let desk = try desk(), store = desk.store
        let top = try store.addCode("topp", who: "AB"), under = try store.addCode("under", definition: "før", under: top, who: "AB")
        try store.addCode("bare her", who: "AB")
        let yaml = """
            codes:
              - name: nytt navn
                guid: \(under.guid)
                definition: etter
              - name: Topp2
                codes: [løs]
              - name: topp
                color: '#FF0000'
            """
        let entries = try CodebookFile.read(yaml, .yaml)
        let trial = try store.importCodebook(entries, isTrial: true, who: "AB")
        #expect(try store.code("topp/under").definition == "før", "a trial writes nothing")
        let report = try store.importCodebook(entries, who: "AB")
        #expect(report == trial)
        #expect(report.added == ["Topp2", "Topp2/løs"] && report.onlyInStore == ["bare her"])
        #expect(report.changed == ["nytt navn": ["name", "place", "definition"], "topp": ["color"]])
        #expect(try store.code("nytt navn").guid == under.guid && store.code("topp").color == "#ff0000")
        try store.undo(who: "AB")
        #expect(try store.code("topp/under").definition == "før" && store.codes().count == 3)
        // A list from a spreadsheet in Norwegian: parents are made, what it has no column for stays.
        let list = try CodebookFile.read("\u{FEFF}kode;definisjon\ntopp/under;\"med \"\"ord\"\";\"\ntopp/ny/dyp;x\n", .csv)
        let made = try store.importCodebook(list, who: "AB")
        #expect(made.added == ["topp/ny", "topp/ny/dyp"] && made.changed == ["topp/under": ["definition"]])
        #expect(try store.code("topp/under").definition == "med \"ord\";")
        // Two codes that want one place.
        let clash = try store.importCodebook([CodebookEntry(path: ["bare her"], guid: under.guid)], who: "AB")
        #expect(clash.conflicts.count == 1)
        #expect(try store.code("topp/under").guid == under.guid)
        for bad in ["a: 1", "codes: x", "codes: [{name: a, farge: b}]", "codes: [{definition: a}]", "codes: [", "codebook: 2\ncodes: []"] {
            #expect(throws: StageFault.self, "\(bad)") { try CodebookFile.read(bad, .yaml) }
        }
        #expect(throws: StageFault.self) { try CodebookFile.read("navnet;x\na;b\n", .csv) }
        #expect(throws: StageFault.self) { try CodebookFile.read("path\n\"a", .csv) }
    }

    // MARK: - on the text

    @Test func placesAreSaidInManyWaysAndDoubtIsRefused() throws {
        let desk = try desk(), store = desk.store
        try store.importTranscript(transcript(["hvem skal gjøre hva", "vet ikke", "nei hvem skal det da"]), who: "A")
        try store.addCode("ansvar", who: "AB")
        func find(_ change: (inout CodingPlaces) -> Void) throws -> [CodingPlaces.Row] {
            var places = CodingPlaces()
            places.sources = ["P01"]
            change(&places)
            return try places.find(in: store)
        }
        #expect(try texts(find { $0.phrase = "Gjøre hva" }) == ["gjøre hva"])
        let doubt = #expect(throws: RequestFault.self) { try find { $0.phrase = "hvem skal" } }
        #expect(doubt?.description.contains("2 places") == true && doubt?.description.contains("turn 3") == true)
        #expect(doubt?.description.contains("gjøre") == false, "errors do not quote")
        #expect(try texts(find { ($0.phrase, $0.nth) = ("hvem skal", 2) }) == ["hvem skal"] && find { ($0.phrase, $0.nth) = ("hvem skal", 2) }[0].turn == 3)
        #expect(try find { ($0.phrase, $0.takesAll) = ("hvem skal", true) }.count == 2)
        #expect(throws: RequestFault.self) { try find { ($0.phrase, $0.nth) = ("hvem skal", 3) } }
        #expect(throws: StageFault.self) { try find { ($0.phrase, $0.isExact) = ("Gjøre hva", true) } }
        // Words are a second apart.
        #expect(try texts(find { $0.time = "0:02-00:03,9" }) == ["skal gjøre"] && texts(find { $0.time = "2–4" }) == ["skal gjøre"])
        #expect(try texts(find { $0.turns = "2" }) == ["vet ikke"] && texts(find { $0.turns = "1-2" })[0].hasSuffix("vet ikke"))
        #expect(try texts(find { $0.words = "3-4" }) == ["gjøre hva"])
        let row = try find { $0.words = "3-4" }[0]
        #expect(try find { $0.characters = "\(row.start)-\(row.end)" } == [row])
        for bad in ["1:75-2:00", "2-1", "x", "1-2-3"] { #expect(throws: RequestFault.self, "\(bad)") { try find { $0.time = bad } } }
        #expect(throws: StoreError.self) { try find { $0.time = "1:00-1:05" } }
        #expect(throws: RequestFault.self) { try find { ($0.turns, $0.words) = ("1", "2") } }
        #expect(throws: RequestFault.self) { try find { _ in } }
        #expect(throws: RequestFault.self) { try find { ($0.turns, $0.sources) = ("1", []) } }
    }

    @Test func searchesAreCodedAfterATrialAndWithACopyWhenMany() throws {
        let desk = try desk(), store = desk.store
        for number in 1...5 { try store.importTranscript(transcript((0..<10).map { "turn \($0) alfa beta" }, item: "P0\(number)"), who: "A") }
        try store.addCode("k", who: "AB")
        var places = CodingPlaces()
        places.search = SearchQuery("alfa")
        let trial = try CodingHands.apply("k", to: places, desk: desk, round: nil, isTrial: true)
        #expect(try trial.places.count == 50 && trial.added == 0 && store.codings().isEmpty && store.backups().isEmpty)
        let done = try CodingHands.apply("k", to: places, desk: desk, round: nil, isTrial: false)
        #expect(try done.added == 50 && store.codings().count == 50 && store.backups().count == 1 && store.backups()[0].isAutomatic)
        #expect(try CodingStore(root.appendingPathComponent(try #require(done.backup))).codings().isEmpty, "the copy is of before")
        #expect(try CodingHands.apply("k", to: places, desk: desk, round: nil, isTrial: false).added == 0)
        // One operation: one undo.
        places.extent = .turn
        #expect(try CodingHands.apply("k", to: places, desk: desk, round: 2, isTrial: false).added == 50)
        try store.undo(who: "AB")
        #expect(try store.codings().count == 50)
        // Somebody else's codings stay, unless all are meant.
        let other = try self.desk(coder: "CD")
        var one = CodingPlaces()
        (one.sources, one.turns) = (["P01"], "1")
        #expect(try CodingHands.apply("k", to: one, desk: other, round: nil, isTrial: false).added == 1)
        #expect(try CodingHands.remove("k", from: one, sources: ["P01"], desk: desk, ofAll: false, isTrial: true).codings == 1)
        #expect(try CodingHands.remove("k", from: one, sources: ["P01"], desk: desk, ofAll: false, isTrial: false).codings == 1)
        #expect(try store.codings().count == 50, "one went, CD's came")
        #expect(try CodingHands.remove("k", from: nil, sources: ["P01"], desk: desk, ofAll: true, isTrial: false).codings == 10)
        #expect(try CodingHands.remove("k", from: nil, sources: [], desk: desk, ofAll: false, isTrial: false).codings == 40)
        // A heading is not put on text.
        try store.change(store.code("k"), .init(isCodable: false), who: "AB")
        #expect(throws: RequestFault.self) { try CodingHands.apply("k", to: one, desk: desk, round: nil, isTrial: false) }
        for _ in 0..<8 { try store.backUpBeforeBulkChange() }
        let kept = try store.backUp().lastPathComponent
        try store.backUpBeforeBulkChange()
        #expect(store.backups().count(where: \.isAutomatic) == CodingStore.automaticBackups && store.backups().contains { $0.name == kept && !$0.isAutomatic })
    }

    @Test func somebodyMustBeNamed() throws {
        let desk = try desk(coder: nil)
        if ProcessInfo.processInfo.environment[CodingDesk.coderVariable] == nil { #expect(throws: RequestFault.self) { try desk.who() } }
        #expect(try self.desk(coder: " AB ").who() == "AB")
        #expect(throws: RequestFault.self) { try CodingDesk(store: root.appendingPathComponent("ikke.sqlite").path, study: nil, coder: "AB") }
        #expect(!FileManager.default.fileExists(atPath: root.appendingPathComponent("ikke.sqlite").path))
        // The study's own.
        try Data("study: Prøve\ncoder: EF\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        if ProcessInfo.processInfo.environment[CodingDesk.coderVariable] == nil { #expect(try CodingDesk(store: nil, study: root.path, coder: nil).who() == "EF") }
    }

    // MARK: - quotations and margins

    @Test func quotationsSayWhoAndWhere() throws {
        let desk = try desk(), store = desk.store
        try store.importTranscript(transcript(["eh jeg vet ikke", "hva mener du", "=jeg **mener** det"]), who: "A")
        let one = try store.addCase("I4", who: "A")
        try store.assign("P01", speaker: "Informant 4", to: one, who: "A")
        let code = try store.addCode("tvil", who: "A")
        try store.apply(code, to: .turn(1), of: "P01", coder: "AB")
        try store.apply(code, to: .turn(3), of: "P01", coder: "CD")
        var quotes = CodingQuotes()
        quotes.citation = "({date:dd.MM.yy}. {code})"
        quotes.query.context = 2
        let rows = try quotes.rows(store)
        #expect(rows.map(\.citation) == ["(06.12.06. I4)", "(06.12.06. I4)"] && rows[0].cases == ["I4"] && rows[0].coders == ["AB"])
        #expect(rows[0].start == 2 && rows[0].after.contains("hva mener"))
        quotes.isWritten = true
        #expect(try quotes.rows(store)[0].text.lowercased().hasPrefix("jeg vet ikke"), "hesitations are left out")
        let json = try JSONDecoder().decode([CodingQuotes.Row].self, from: quotes.render(rows, .json, title: ""))
        #expect(json == rows)
        let table = try DelimitedText.read(String(decoding: quotes.render(rows, .csv, title: ""), as: UTF8.self))
        #expect(table.count == 3 && table[2][table[0].firstIndex(of: "text")!] == rows[1].text)
        let html = String(decoding: try quotes.render(rows, .html, title: "Sitater"), as: UTF8.self)
        #expect(html.contains("(06.12.06. I4)") && html.contains("tvil"))
        #expect(try quotes.render(rows, .docx, title: "Sitater").prefix(2) == Data("PK".utf8) && quotes.render(rows, .docx, title: "x") == quotes.render(rows, .docx, title: "x"))
        let text = String(decoding: try quotes.render(rows, .text, title: ""), as: UTF8.self)
        #expect(text.contains("[P01, 00:02, I4] tvil"))
    }

    @Test func theMarginShowsHowFarCodesReach() throws {
        let desk = try desk(), store = desk.store
        try store.importTranscript(transcript([(0..<60).map { "ord\($0)" }.joined(separator: " "), "kort"]), who: "A")
        let code = try store.addCode("lang", who: "A"), other = try store.addCode("kort", who: "A"), words = try store.text(of: "P01").text.words
        try store.apply(code, to: .words(words[3].id, words[40].id), of: "P01", coder: "AB")
        try store.apply(other, to: .turn(2), of: "P01", coder: "AB")
        var margin = CodingMargin()
        margin.width = 60
        let lines = try margin.text(of: "P01", in: store).split(separator: "\n").map(String.init)
        #expect(lines[0].contains("┌ lang") && lines[1].hasSuffix("│") && lines.contains { $0.hasSuffix("└") })
        #expect(lines.last?.contains("[ kort") == true)
        // Nothing of the text is lost to the breaking of lines.
        let shown = try margin.text(of: "P01", in: store)
        for word in words { #expect(shown.contains(CodePoints(try store.text(of: "P01").text.text)[word.start..<word.end])) }
    }

    // MARK: - files

    @Test func filesForSharingNeedASignature() throws {
        try Data("study: Prøve\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        let desk = try desk()
        try desk.store.importTranscript(transcript(["vet ikke"]), who: "A")
        let sharing = root.appendingPathComponent("deling")
        try FileManager.default.createDirectory(at: sharing, withIntermediateDirectories: true)
        #expect(throws: GateFault.self) { try CodingOutput.write(Data("x".utf8), to: sharing.path + "/", named: "sitater.txt", desk: desk, sources: ["P01"]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: sharing.path).filter { !$0.hasPrefix(".") }.isEmpty)
        let made = try CodingOutput.write(Data("x".utf8), to: nil, named: "sitater.txt", desk: desk, sources: ["P01"])
        #expect(made.path.hasSuffix("/koding/sitater.txt"))
        func mode(_ url: URL) throws -> Int { (try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue ?? 0 }
        #expect(try mode(made) == 0o600 && mode(made.deletingLastPathComponent()) == 0o700)
        #expect(StudyRoom.claiming("koding/sitater.txt") == [.analyses] && StudyRoom.claiming("koding.sqlite.sikkerhet-auto-20260101-120000") == [.codingStore])
        #expect(CodingOutput.fileName(["sitater", "samarbeid/ansvar", "Å stå alene"], ending: "docx") == "sitater_samarbeid-ansvar_å-stå-alene.docx")
        #expect(throws: RequestFault.self) { try CodingOutput.write(Data(), to: desk.store.url.path, named: "x", desk: desk, sources: []) }
    }

    @Test func tablesAndProjectsGoWhereTheyMay() throws {
        try Data("study: Prøve\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        let desk = try desk(), store = desk.store
        try store.importTranscript(transcript(["vet ikke", "hva", "jo det er greit"]), who: "A")
        let one = try store.addCase("I4", who: "A"), code = try store.addCode("tvil", who: "A")
        try store.assign("P01", speaker: "Informant 4", to: one, who: "A")
        for coder in ["AB", "CD"] { try store.apply(code, to: .turn(1), of: "P01", coder: coder) }
        let table = try CodingTables.table("code-by-case", scope: .init(), options: .init(), format: "csv", store: store)
        #expect(table.sources == ["P01"] && String(decoding: table.data, as: UTF8.self).contains("tvil"))
        #expect(throws: RequestFault.self) { try CodingTables.table("noe", scope: .init(), options: .init(), format: "csv", store: store) }
        #expect(throws: RequestFault.self) { try CodingTables.table("cases", scope: .init(), options: .init(), format: "svg", store: store) }
        #expect(throws: RequestFault.self) { try CodingTables.table("cases", scope: .init(), options: .init(), format: "doc", store: store) }
        #expect(throws: AnalysisError.self) { try CodingTables.table("thematic-map", scope: .init(), options: .init(), format: "svg", store: store) }
        let theme = try store.addTheme("Å stå alene", who: "A")
        try store.gather([(.code, code.guid)], under: theme, who: "A")
        #expect(try CodingTables.table("thematic-map", scope: .init(), options: .init(), format: "svg", store: store).data.starts(with: Data("<".utf8)))
        let agreement = try CodingTables.agreement(
            .codes, scope: .init(), options: .init(resamples: 0), minimumWords: 1, table: .init(language: .english), format: "json", store: store)
        #expect(String(decoding: agreement.data, as: UTF8.self).contains("tvil"))
        // A project shows every text: into deling/ only when all are signed, into koding/ by itself.
        try FileManager.default.createDirectory(at: root.appendingPathComponent("deling"), withIntermediateDirectories: true)
        let made = try CodingExchangeTools.export("qdpx", to: nil, options: .init(), desk: desk) { _ in }
        #expect(made.url.deletingLastPathComponent().lastPathComponent == "koding" && made.report.counts["codings"] == 2)
        let same = try CodingExchangeTools.export("qdpx", to: root.path + "/igjen.qdpx", options: .init(), desk: desk) { _ in }
        #expect(try Data(contentsOf: same.url) == Data(contentsOf: made.url))
        #expect(throws: GateFault.self) { try CodingExchangeTools.export("qdpx", to: root.path + "/deling/", options: .init(), desk: desk) { _ in } }
        #expect(throws: GateFault.self) { try CodingExchangeTools.export("csv", to: root.path + "/deling/tabeller", options: .init(), desk: desk) { _ in } }
        #expect(throws: RequestFault.self) { try CodingExchangeTools.export("doc", to: nil, options: .init(), desk: desk) { _ in } }
        let tables = try CodingExchangeTools.export("csv", to: nil, options: .init(), desk: desk) { _ in }
        #expect(try !FileManager.default.contentsOfDirectory(atPath: tables.url.path).isEmpty && tables.url.path.contains("/koding/"))
        // A codebook in an empty store is the same codebook.
        let book = try CodingExchangeTools.export("qdc", to: nil, options: .init(), desk: desk) { _ in }
        let fresh = try self.desk("fersk.sqlite")
        #expect(try CodingExchangeTools.take(book.url.path, as: nil, vouch: nil, desk: fresh) { _ in }.counts["codes"] == 1)
        #expect(try fresh.store.code("tvil").guid == code.guid)
        #expect(throws: RequestFault.self) { try CodingExchangeTools.take(book.url.path, as: nil, vouch: " ", desk: fresh) { _ in } }
    }

    // MARK: - history

    @Test func theHistorySaysWhoDidWhat() throws {
        let desk = try desk(), store = desk.store
        let code = try store.addCode("ansvar", who: "AB")
        try store.change(code, .init(name: "plikt"), who: "CD")
        try store.undo(who: "CD")
        var filter = CodingHistory.Filter()
        #expect(try CodingHistory.rows(store, filter).map(\.action) == ["code.add", "code.change", "undo"])
        filter.who = ["CD"]
        let rows = try CodingHistory.rows(store, filter)
        #expect(rows.count == 2 && CodingHistory.summary(rows[0]) == "name: ansvar → plikt" && rows[1].undoes == rows[0].operation)
        filter = .init()
        filter.actions = ["code"]
        #expect(try CodingHistory.rows(store, filter).count == 2)
        filter.about = code.guid
        #expect(try CodingHistory.rows(store, filter).count == 2, "a change of the name alone is about the code, too")
        filter.from = "2999"
        #expect(try CodingHistory.rows(store, filter).isEmpty)
    }
}
