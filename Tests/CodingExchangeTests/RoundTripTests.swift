import Foundation
import Testing
@testable import Anonymization
@testable import CodingExchange
@testable import CodingStore

@Suite struct RoundTripTests {
    let folder: URL
    init() throws { folder = try ExchangeFixture.folder() }

    private var voucher: TextVouching.Voucher? { .init(name: "Leder", reason: "eksempler uten personer") }

    /// What an analysis says, without row numbers.
    private func facts(_ store: CodingStore) throws -> [String: [String]] {
        try store.snapshot { s in
            let coders = Dictionary(uniqueKeysWithValues: try s.coders().map { ($0.id!, $0.name) })
            let codes = Dictionary(uniqueKeysWithValues: try s.codes().map { ($0.id!, $0) }), sources = Dictionary(uniqueKeysWithValues: try s.sources().map { ($0.id!, $0) })
            let themes = Dictionary(uniqueKeysWithValues: try s.themes().map { ($0.id!, $0) }), versions = try s.newestVersions()
            let attributes = Dictionary(uniqueKeysWithValues: try s.attributes().map { ($0.id!, $0) }), cases = Dictionary(uniqueKeysWithValues: try s.cases().map { ($0.id!, $0) })
            var out: [String: [String]] = [:]
            out["codes"] = codes.values.map { "\($0.guid) \($0.parentId.map { codes[$0]!.guid } ?? "-") \($0.name) \($0.definition) \($0.examples) \($0.color ?? "") \($0.isCodable)" }
            out["sources"] = sources.values.map { "\($0.guid) \($0.item) \($0.kind) \($0.wave) \($0.media ?? "") \($0.mediaDigest ?? "")" }
            for (id, version) in versions {
                // Line ends may change in between; nothing else.
                let text = try s.text(ofVersion: version.id), points = CodePoints(text), codings = try s.codings(ofVersion: version.id)
                out["texts", default: []].append("\(sources[id]!.item) \(LineEnds.plain(text))")
                for turn in try s.turns(ofVersion: version.id) { out["turns", default: []].append("\(sources[id]!.item) \(turn.speaker) \(LineEnds.plain(turn.text).trimmingCharacters(in: .newlines))") }
                for unit in try s.units(ofVersion: version.id) {
                    let words = LineEnds.plain(points[unit.start..<unit.end])
                    out["units", default: []].append("\(unit.guid) \(sources[id]!.item) «\(words)» \(unit.condensed) \(unit.name) \(coders[unit.coderId]!) \(unit.round) \(unit.createdAt) \(unit.isMarked) \(unit.isLost)")
                    for coding in codings[unit.id!] ?? [] {
                        out["codings", default: []].append("\(coding.guid) \(unit.guid) \(codes[coding.codeId]!.name) \(coders[coding.coderId]!) \(coding.round) \(coding.createdAt)")
                    }
                }
            }
            out["themes"] = themes.values.map { "\($0.guid) \($0.parentId.map { themes[$0]!.guid } ?? "-") \($0.level) \($0.name) \($0.definition) \($0.color ?? "")" }
            out["members"] = try s.themeMembers().map { "\(themes[$0.themeId]!.guid) \($0.kind) \($0.member)" }
            out["cases"] = cases.values.map { "\($0.guid) \($0.name) \($0.kind) \($0.description)" }
            out["caseSources"] = try s.caseSources().map { "\(cases[$0.caseId]!.name) \(sources[$0.sourceId]!.item) \($0.speaker)" }
            out["attributes"] = attributes.values.map { "\($0.guid) \($0.name) \($0.kind) \($0.description)" }
            out["values"] = try s.attributeValues().map { "\(attributes[$0.attributeId]!.name) \($0.caseId.map { cases[$0]!.name } ?? "") \($0.sourceId.map { sources[$0]!.item } ?? "") \($0.wave) \($0.value)" }
            out["memos"] = try s.memos().map { "\($0.guid) \($0.target ?? "-") \($0.title) \(LineEnds.plain($0.text)) \(coders[$0.coderId]!) \($0.createdAt)" }
            out["links"] = try s.links().map { "\($0.guid) \($0.name) \($0.direction) \($0.origin) \($0.target)" }
            out["graphs"] = try s.graphs().map { "\($0.guid) \($0.name) \($0.content)" }
            out["rounds"] = try s.rounds().map { "\($0.guid) \($0.number) \($0.name) \($0.startedAt) \($0.finishedAt ?? "")" }
            out["study"] = [try s.study().map { "\($0.guid) \($0.name) \($0.description)" } ?? ""]
            out["coders"] = Array(coders.values)
            return out.mapValues { $0.sorted() }
        }
    }

    @Test(arguments: ProjectExportOptions.Layout.allCases) func whatGoesOutComesBackAndGoesOutTheSame(_ layout: ProjectExportOptions.Layout) throws {
        let store = try ExchangeFixture.full(folder.appendingPathComponent("a.sqlite")), options = ProjectExportOptions(layout: layout)
        let first = folder.appendingPathComponent("a.qdpx"), second = folder.appendingPathComponent("b.qdpx"), third = folder.appendingPathComponent("c.qdpx")
        let report = try ProjectExchange.export(store, as: .qdpx, to: first, options: options)
        #expect(report.counts["codings"] == 7)
        let copy = try CodingStore(folder.appendingPathComponent("b.sqlite"))
        _ = try ProjectExchange.take(first, into: copy, who: "Cato", options: .init(voucher: voucher))
        try copy.checkIntegrity()
        _ = try ProjectExchange.export(copy, as: .qdpx, to: second, options: options)
        #expect(try Data(contentsOf: first) == Data(contentsOf: second))
        _ = try ProjectExchange.export(store, as: .qdpx, to: third, options: options)
        #expect(try Data(contentsOf: first) == Data(contentsOf: third))
        var before = try facts(store), after = try facts(copy)
        if layout == .text {
            // Sound does not go along, so nothing is known of it afterwards.
            for key in ["sources"] { before[key] = before[key]?.map { $0.replacing(" redigert/P01.flac abc", with: "  ") } }
        }
        for key in Set(before.keys).union(after.keys).sorted() { #expect(before[key] == after[key], "\(key)") }
        before = [:]
        after = [:]
        // What is here already is not taken twice.
        let again = try ProjectExchange.take(first, into: copy, who: "Cato")
        #expect(!again.notices.contains { $0.code == .renamed })
        _ = try ProjectExchange.export(copy, as: .qdpx, to: third, options: options)
        #expect(try Data(contentsOf: first) == Data(contentsOf: third))
    }

    /// Whatever people write, wherever they code.
    @Test(arguments: 1...6) func randomStudiesSurvive(_ seed: Int) throws {
        var dice = Dice(UInt64(seed))
        let pieces = ["æ", "ø", "å", "e\u{301}", "😀", "👩‍⚕️", "🇳🇴", "\r\n", "\n", "\r", " ", "  ", "\t", "&", "<b>", "]]>", "\"", "'", "\\", "[ordrett a=b]", "ord", "to", "\u{2028}", "\u{AD}", "%", "=1"]
        func words(_ count: Int) -> String { (0..<count).map { _ in pieces.randomElement(using: &dice)! }.joined() }
        let store = try CodingStore(folder.appendingPathComponent("a\(seed).sqlite"))
        var codes: [CodeRecord] = []
        for index in 0..<12 {
            codes.append(
                try store.addCode("k\(index) \(words(3).filter { !$0.isNewline && $0 != "\t" })", definition: words(9), under: index > 3 ? codes.randomElement(using: &dice) : nil, examples: words(5), who: "A"))
        }
        for item in 0..<4 {
            let text = (item == 0 ? "\u{FEFF}" : "") + "a" + words(200)
            try store.importText(ExchangeFixture.text(text), item: "t\(item)", kind: item == 1 ? .document : .note, who: "A")
            let length = text.unicodeScalars.count
            for _ in 0..<25 {
                let start = Int.random(in: 1..<(length - 2), using: &dice), end = Int.random(in: (start + 1)..<length, using: &dice)
                // Places inside CR LF or a byte order mark are no places of a text with LF.
                let scalars = Array(text.unicodeScalars)
                if [start, end].contains(where: { scalars[$0] == "\n" && scalars[$0 - 1] == "\r" }) { continue }
                let unit = try store.markUnit(.characters(start..<end), of: "t\(item)", condensed: words(4), name: Bool.random(using: &dice) ? words(3) : "", coder: "A")
                for code in codes.shuffled(using: &dice).prefix(Int.random(in: 0...3, using: &dice)) {
                    try store.apply(code, to: .characters(unit.start..<unit.end), of: "t\(item)", coder: ["A", "Bø", "C & D"].randomElement(using: &dice)!)
                }
                if Int.random(in: 0..<4, using: &dice) == 0 { try store.addMemo(words(10), title: words(2), on: unit.guid, who: "A") }
            }
        }
        let first = folder.appendingPathComponent("a\(seed).qdpx"), second = folder.appendingPathComponent("b\(seed).qdpx")
        _ = try ProjectExchange.export(store, as: .qdpx, to: first)
        let copy = try CodingStore(folder.appendingPathComponent("b\(seed).sqlite"))
        _ = try ProjectExchange.take(first, into: copy, who: "E", options: .init(voucher: voucher))
        _ = try ProjectExchange.export(copy, as: .qdpx, to: second)
        #expect(try Data(contentsOf: first) == Data(contentsOf: second))
        func plain(_ facts: [String: [String]], _ key: String) -> [String] { (facts[key] ?? []).map { LineEnds.plain($0.replacing("\u{FEFF}", with: "")) }.sorted() }
        let (a, b) = (try facts(store), try facts(copy))
        for key in ["codes", "units", "codings", "memos", "texts"] {
            let lost = Set(plain(a, key)).subtracting(plain(b, key)).min(), new = Set(plain(b, key)).subtracting(plain(a, key)).min()
            #expect(lost == nil && new == nil, "\(key)")
        }
    }

    @Test func aTextThatEqualsItsSealedTranscriptNeedsNobodyAndGetsItsTimesBack() throws {
        let store = try CodingStore(folder.appendingPathComponent("a.sqlite")), sealed = ExchangeFixture.transcript(["jeg heter Ola Nordmann her", "ja"])
        try store.importTranscript(sealed, who: "A")
        try store.apply(store.addCode("navn", who: "A"), to: .words(3, 4), of: "P01", coder: "A")
        let file = folder.appendingPathComponent("a.qdpx")
        _ = try ProjectExchange.export(store, as: .qdpx, to: file)
        let copy = try CodingStore(folder.appendingPathComponent("b.sqlite"))
        #expect(throws: ExchangeError.self) { try ProjectExchange.take(file, into: copy, who: "B") }
        #expect(try copy.sources().isEmpty)
        _ = try ProjectExchange.take(file, into: copy, who: "B", options: .init(sealed: { $0 == "P01" ? sealed : nil }))
        #expect(try copy.text(of: "P01").text == store.text(of: "P01").text)
        let unit = try copy.units()[0]
        #expect(try copy.text(of: "P01").text.milliseconds(of: unit.start..<unit.end) == 300..<480)
        // One letter more, and it is another text.
        #expect(AnonymizedText(try store.text(of: "P01").text.text + "x", of: sealed) == nil)
    }

    @Test func whatStandsForAPersonAlreadyIsNoName() {
        let found = { TextVouching().directIdentifiers(in: $0).filter { $0.type == .person }.count }
        #expect(found("A: Jeg traff Person 4 og Person 15 der, og Informant 2 kom etter.\nB: Ja, Person 4 var der.\n") == 0)
        #expect(found("A: Jeg traff Gudveig Husvik og Person 15 der.\n") > 0)
        #expect(found("A: Det var legen min, K.M., som sa det.\n") > 0)
    }

    @Test func textsWithNamesAreRefusedUntilSomebodyAnswersForThem() throws {
        let text = "Informant 4: Vi snakket med Kari Nordmann, tlf. 912 34 567.\n"
        let refusal = #expect(throws: TextVouching.Refusal.self) { try TextVouching().look(through: text, voucher: nil, at: "2026-01-01T00:00:00Z") }
        #expect(refusal?.description.contains("Kari") == false)
        #expect(refusal?.description.contains("912") == false)
        let types = Set((refusal?.places ?? []).map(\.type))
        #expect(types.isSuperset(of: [EntityType.person, EntityType.phone]))
        #expect(TextVouching.Voucher(name: " ", reason: "fordi") == nil)
        #expect(TextVouching.Voucher(name: "Leder", reason: "") == nil)
        let looked = try TextVouching().look(through: text, voucher: voucher, at: "2026-01-01T00:00:00Z")
        let store = try CodingStore(folder.appendingPathComponent("a.sqlite"))
        try store.importText(looked, item: "notat", kind: .note, who: "A")
        let record = try store.snapshot { s in try s.vouching(ofVersion: s.newestVersions().values.first!.id) }
        #expect(record?.who == "Leder")
        #expect(record?.reason == "eksempler uten personer")
        #expect(record?.findings.contains("person") == true)
        #expect(record?.findings.contains("Kari") == false)
        // It goes with the source.
        _ = try CodingStore.erase(at: store.url, items: ["notat"])
        #expect(try store.snapshot { try VouchingRecord.fetchCount($0.db) } == 0)
    }

    @Test func codebooksComeBackAndMayBeTakenBack() throws {
        let store = try ExchangeFixture.full(folder.appendingPathComponent("a.sqlite")), first = folder.appendingPathComponent("a.qdc")
        _ = try ProjectExchange.export(store, as: .qdc, to: first)
        let copy = try CodingStore(folder.appendingPathComponent("b.sqlite")), second = folder.appendingPathComponent("b.qdc")
        _ = try ProjectExchange.take(first, into: copy, who: "B")
        _ = try ProjectExchange.export(copy, as: .qdc, to: second)
        #expect(try Data(contentsOf: first) == Data(contentsOf: second))
        let (a, b) = (try facts(store), try facts(copy))
        #expect(a["codes"] == b["codes"])
        #expect(a["themes"] == b["themes"])
        try copy.undo(who: "B")
        #expect(try copy.codes().isEmpty)
        #expect(try copy.themes().isEmpty)
    }

    @Test func marksSurviveWhateverIsInThem() {
        var dice = Dice(7)
        let alphabet = Array("ab \"\\=]\n[æ😀:".unicodeScalars)
        func word() -> String { String(String.UnicodeScalarView((0..<Int.random(in: 0...12, using: &dice)).map { _ in alphabet.randomElement(using: &dice)! })) }
        for _ in 0..<2_000 {
            let text = word() + (Bool.random(using: &dice) ? "\n[ordrett " + word() : ""), mark = Mark([("a", word()), ("b", word())])
            let read = Mark.read(Mark.describe(text, [mark]) ?? "")
            #expect(read.text == text)
            #expect(read.marks == [mark])
            #expect(Mark.read(Mark.describe(text, []) ?? "").text == text)
        }
    }
}
