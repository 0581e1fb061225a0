import Foundation
import GRDB
import Testing
@testable import Anonymization
@testable import CodingExchange
@testable import CodingStore

/// What other programs write.
@Suite struct ForeignProjectTests {
    let folder: URL
    init() throws { folder = try ExchangeFixture.folder() }

    private var voucher: TextVouching.Voucher? { .init(name: "Leder", reason: "eksempler uten personer") }

    private func store(_ name: String = "s.sqlite") throws -> CodingStore { try CodingStore(folder.appendingPathComponent(name)) }

    private func archive(_ entries: [(String, Data)], name: String = "p.qdpx") throws -> URL {
        let url = folder.appendingPathComponent(name)
        var files: [(name: String, file: URL, isCompressed: Bool)] = []
        for (index, entry) in entries.enumerated() {
            let file = folder.appendingPathComponent("part\(index)")
            try entry.1.write(to: file)
            files.append((entry.0, file, true))
        }
        try ArchiveWriter.pack(files, to: url, name: name)
        return url
    }

    private func words(_ store: CodingStore) throws -> [String: String] {
        try store.snapshot { s in
            var out: [String: String] = [:]
            for version in try s.newestVersions().values {
                let points = CodePoints(try s.text(ofVersion: version.id))
                for unit in try s.units(ofVersion: version.id) { out[unit.name] = points[unit.start..<unit.end] }
            }
            return out
        }
    }

    /// Texts of æøå, emoji, combining marks and line ends; selections of whole words, counted as each program counts.
    @Test(arguments: PositionConvention.all) func placesHoldHoweverTheyAreCounted(_ convention: PositionConvention) throws {
        var dice = Dice(UInt64(PositionConvention.all.firstIndex(of: convention)! + 11))
        let vocabulary = ["på", "blåbær", "👩‍⚕️", "e\u{301}n", "øl", "😀", "samarbeid", "A\u{30A}", "i", "ærlig", "🇳🇴", "mø\u{308}te"]
        for round in 0..<10 {
            var text = "\u{FEFF}", selections = "", expected: [String: String] = [:]
            var starts: [(place: Int, word: String)] = []
            func count(_ text: String) -> Int {
                var total = 0, previous: Unicode.Scalar = " "
                for (index, scalar) in text.unicodeScalars.enumerated() {
                    if index == 0, scalar == "\u{FEFF}" { total += convention.countsMark ? 1 : 0 } else if scalar == "\n", previous == "\r" {
                        total += convention.countsCRLFTwice ? 1 : 0
                    } else {
                        total += convention.isUTF16 ? String(scalar).utf16.count : 1
                    }
                    previous = scalar
                }
                return total
            }
            for _ in 0..<120 {
                let word = vocabulary.randomElement(using: &dice)!
                starts.append((count(text), word))
                text += word + [" ", ", ", ".\r\n", " ", "\r\n\r\n"].randomElement(using: &dice)!
            }
            // Words of letters, so that the edges say which way was counted.
            for (index, start) in starts.enumerated() where start.word.unicodeScalars.first!.properties.isAlphabetic && index % 3 == 0 {
                let end = start.place + count(" " + start.word) - 1
                selections += "<PlainTextSelection guid=\"{\(UUID().uuidString)}\" name=\"s\(index)\" startPosition=\"\(start.place)\" endPosition=\"\(end)\"/>"
                expected["s\(index)"] = start.word
            }
            let xml = """
                <?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="x" origin="Noe"><Sources>\
                <TextSource guid="\(UUID().uuidString)" name="t" plainTextPath="internal://t.txt">\(selections)</TextSource></Sources></Project>
                """
            let url = try archive([("Mitt prosjekt.qde", Data(xml.utf8)), ("Sources/t.txt", Data(text.utf8))], name: "p\(round).qdpx")
            let store = try store("s\(round)\(UUID()).sqlite")
            let report = try ProjectExchange.take(url, into: store, who: "A", options: .init(voucher: voucher))
            #expect(try words(store) == expected)
            let told = report.notices.first { $0.code == .positions }?.details.first ?? ""
            #expect(told.contains(convention.isUTF16 ? "UTF-16" : "Unicode"))
            #expect(told.contains("CRLF = \(convention.countsCRLFTwice ? 2 : 1)"))
        }
    }

    @Test func untidyProjectsAreTakenAndTold() throws {
        let code = UUID().uuidString, user = UUID().uuidString, source = UUID().uuidString, note = UUID().uuidString
        let xml = """
            <q:Project xmlns:q="urn:QDA-XML:project:1.0" origin="Noe">
            <q:Surprise/><q:Sets/>
            <q:Notes><q:Note guid="{\(note)}" name="n"><q:PlainTextContent>mitt notat</q:PlainTextContent></q:Note></q:Notes>
            <q:Sources><q:TextSource guid="\(source)" name="kilde" plainTextPath="internal://../../etc/passwd"><q:PlainTextContent>en to tre fire</q:PlainTextContent>
            <q:Coding guid="\(UUID().uuidString)"><q:CodeRef targetGUID="{\(code.lowercased())}"/></q:Coding>
            <q:PlainTextSelection guid="nonsens" startPosition="3" endPosition="5" creatingUser="\(user)"><q:NoteRef targetGUID="\(note)"/>
            <q:Coding guid="\(UUID().uuidString)" creatingUser="\(user)" creationDateTime="i går"><q:CodeRef targetGUID="\(code)"/></q:Coding></q:PlainTextSelection>
            <q:PlainTextSelection guid="\(UUID().uuidString)" name="langt" startPosition="9" endPosition="900"/>
            </q:TextSource><q:TextSource guid="\(UUID().uuidString)" name="borte" plainTextPath="absolute:///etc/passwd"/></q:Sources>
            <q:CodeBook><q:Codes><q:Code guid="\(code)" name="k" color="rød"/><q:Code guid="\(UUID().uuidString)" name="k" color="#FFF"/></q:Codes></q:CodeBook>
            <q:Cases><q:Case guid="\(UUID().uuidString)"><q:VariableValue><q:VariableRef targetGUID="\(user)"/><q:IntegerValue>4</q:IntegerValue></q:VariableValue>
            <q:SourceRef targetGUID="\(source)"/></q:Case></q:Cases>
            <q:Variables><q:Variable guid="\(user)" name="alder" typeOfVariable="Integer"/></q:Variables>
            </q:Project>
            """
        let store = try store()
        let file = try archive([("a/b.qde", Data(xml.utf8))])
        let trial = try ProjectExchange.take(file, into: store, who: "", options: .init(voucher: voucher, isTrial: true))
        #expect(trial.notices.contains { $0.code == .wholeSources })
        #expect(try store.operations().isEmpty)
        let report = try ProjectExchange.take(file, into: store, who: "A", options: .init(voucher: voucher))
        let codes = Set(report.notices.map(\.code))
        for expected: NoticeCode in [
            .unknownElements, .emptyContainers, .childOrder, .missingUsers, .braces, .wholeSources, .missingGUIDs, .wrongTimes, .placesOutside, .wrongColors, .missingTexts,
            .unsafePaths, .fileAttributes, .renamed,
        ] { #expect(codes.contains(expected), "\(expected)") }
        #expect(try store.codes().map(\.name) == ["k", "k (2)"])
        #expect(try store.codes()[1].color == "#ffffff")
        #expect(try store.attributeValues().map(\.value) == ["4"])
        let placed = try words(store)
        #expect(placed["langt"] == " fire")
        let units = try store.units(), memo = try #require(try store.memos().first)
        #expect(units.map { $0.start..<$0.end } == [3..<5, 9..<14, 0..<14])
        #expect(memo.target == units[0].guid)
        #expect(try store.coders().map(\.name).contains { $0.hasPrefix("ukjent") })
        #expect(try store.codings().count == 2)
        #expect(report.backup != nil)
        for language in ExchangeReport.Language.allCases { #expect(!report.render(language).contains("{n}")) }
    }

    @Test func setsComeInAnyOrderAndTimesInAnyZone() throws {
        let a = UUID().uuidString.lowercased(), b = UUID().uuidString.lowercased(), source = UUID().uuidString
        let xml = """
            <Project name="x"><Sets><Set guid="\(b)" name="under"><Description>[ordrett level=subtheme parent=\(a)]</Description></Set><Set guid="\(a)" name="over"/></Sets>
            <Sources><TextSource guid="\(source)" name="t"><PlainTextContent>en to</PlainTextContent>
            <PlainTextSelection guid="\(UUID().uuidString)" startPosition="0" endPosition="2" creationDateTime="2026-01-02T01:30:00.25+02:00"/></TextSource></Sources></Project>
            """
        let store = try store(), url = folder.appendingPathComponent("x.xml")
        try Data(xml.utf8).write(to: url)
        _ = try ProjectExchange.take(url, into: store, who: "A", options: .init(voucher: voucher))
        let themes = try store.themes(), over = themes.first { $0.name == "over" }
        #expect(themes.first { $0.name == "under" }?.parentId == over?.id)
        #expect(try store.units().map(\.createdAt) == ["2026-01-01T23:30:00Z"])
    }

    @Test func whatIsNoProjectIsRefusedWithoutATrace() throws {
        let store = try store()
        func take(_ data: Data, _ name: String) throws {
            let url = folder.appendingPathComponent(name)
            try data.write(to: url)
            _ = try ProjectExchange.take(url, into: store, who: "A")
        }
        #expect(throws: ExchangeError.self) { try take(Data("PK\u{3}\u{4}ikke et arkiv".utf8), "a.qdpx") }
        #expect(throws: ExchangeError.self) { try take(Data("hei".utf8), "a.txt") }
        #expect(throws: ExchangeError.self) { try take(Data("<Project><Sources>".utf8), "a.qde") }
        #expect(throws: ExchangeError.self) { try take(Data("<!DOCTYPE a [<!ENTITY x \"y\">]><Project name=\"&x;\"/>".utf8), "b.qde") }
        #expect(throws: ExchangeError.self) { try take(Data(), "c.qde") }
        #expect(throws: ExchangeError.self) { _ = try ProjectExchange.take(folder.appendingPathComponent("finnes ikke.qdpx"), into: store, who: "A") }
        #expect(try store.operations().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("sikkerhet") }.isEmpty)
    }

    @Test func anArchiveThatUnpacksWithoutEndIsStopped() throws {
        // 600 MiB of zeros in less than one.
        let zeros = folder.appendingPathComponent("zeros")
        FileManager.default.createFile(atPath: zeros.path, contents: nil)
        let handle = try FileHandle(forWritingTo: zeros)
        try handle.truncate(atOffset: 600 << 20)
        try handle.close()
        let url = folder.appendingPathComponent("bombe.qdpx")
        try ArchiveWriter.pack([("project.qde", zeros, true)], to: url, name: "bombe.qdpx")
        try FileManager.default.removeItem(at: zeros)
        let size = (try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? NSNumber)?.intValue ?? 0
        #expect(size < 1 << 20)
        #expect(throws: ExchangeError.tooLarge(file: "bombe.qdpx", reason: "it unpacks to more than is sensible")) { try ProjectExchange.take(url, into: store(), who: "A") }
    }

    @Test func aTextThatCameLaterTakesWhatWaitedForIt() throws {
        let guid = UUID().uuidString
        func xml(_ content: String) -> Data {
            Data("<Project name=\"x\"><Sources><TextSource guid=\"\(guid)\" name=\"t\">\(content)<PlainTextSelection guid=\"4191294A-E287-4510-95B0-69BCE4638E56\" name=\"u\" startPosition=\"3\" endPosition=\"5\"/></TextSource></Sources></Project>".utf8)
        }
        let store = try store(), bare = folder.appendingPathComponent("bare.qde")
        try xml("").write(to: bare)
        let report = try ProjectExchange.take(bare, into: store, who: "A", options: .init(voucher: voucher))
        #expect(report.notices.contains { $0.code == .missingTexts })
        #expect(try store.lostUnits().count == 1)
        try xml("<PlainTextContent>en to tre</PlainTextContent>").write(to: bare)
        _ = try ProjectExchange.take(bare, into: store, who: "A", options: .init(voucher: voucher))
        #expect(try store.lostUnits().isEmpty)
        #expect(try words(store) == ["u": "to"])
        #expect(try store.units().count == 1)
    }

    /// The standard's own example, where it is at hand: a bare project of ATLAS.ti 8, without its texts.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: sharedExample))) func theStandardsExampleIsTakenWhole() throws {
        let store = try store()
        let report = try ProjectExchange.take(URL(fileURLWithPath: Self.sharedExample), into: store, who: "A", options: .init(voucher: voucher))
        #expect(report.origin?.hasPrefix("ATLAS.ti") == true)
        try store.snapshot { s in
            #expect(try SyncPointRecord.fetchCount(s.db) == 13)
            let points = try SyncPointRecord.order(Column("milliseconds"), Column("position")).fetchAll(s.db)
            #expect(points.map(\.milliseconds) == [0, 0, 0, 2260, 3100, 4420, 6320, 6869, 8059, 37268, 38288, 39168, 40348])
            #expect(points.map(\.position) == [0, 0, 0, 20, 40, 73, 90, 107, 124, 139, 159, 177, 192])
            #expect(try s.codes().count == 14)
            #expect(try s.coders().count == 3)
            #expect(try s.themes().count == 16)
            #expect(try s.themeMembers().count == 42)
            #expect(try s.sources().count == 12)
            // Two of the 16 are the same code by the same coder on the same selection, once on the page and once on its words.
            #expect(try CodingRecord.fetchCount(s.db) == 14)
            #expect(try s.links().map(\.name) == ["Memo-Quotation Relation"])
            let units = Set(try UnitRecord.fetchAll(s.db).map(\.guid)), memos = Set(try s.memos().map(\.guid))
            #expect(memos.contains(try s.links()[0].origin))
            #expect(units.contains(try s.links()[0].target))
            let graph = try #require(try s.graphs().first.flatMap(Graph.init))
            #expect(graph.vertices.map { [$0.firstX, $0.firstY, $0.secondX!, $0.secondY!] } == [[103, 26, 258, 72], [50, 270, 205, 316], [345, 182, 791, 543]])
            #expect(graph.edges.map(\.lineStyle) == ["dashed", "solid"])
            #expect(graph.edges[1].represented == (try s.links()[0].guid))
            #expect(try s.memos().first { $0.title == "My favorite Coke ad" }?.text.hasPrefix("This version is much better") == true)
        }
        let first = folder.appendingPathComponent("a.qdpx"), second = folder.appendingPathComponent("b.qdpx"), copy = try self.store("copy.sqlite")
        _ = try ProjectExchange.export(store, as: .qdpx, to: first)
        _ = try ProjectExchange.take(first, into: copy, who: "A", options: .init(voucher: voucher))
        _ = try ProjectExchange.export(copy, as: .qdpx, to: second)
        #expect(try Data(contentsOf: first) == Data(contentsOf: second))
    }

    static let sharedExample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/refi/annexA2_atlasti.qde").standardized.path
}
