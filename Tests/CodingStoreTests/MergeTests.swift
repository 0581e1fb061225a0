import Foundation
import GRDB
import Testing
@testable import CodingStore

@Suite struct MergeTests {
    let folder: URL

    init() throws { folder = try StoreFixture.folder() }

    private let text = (0..<80).map { "ord\($0)" }.joined(separator: " ")

    private func store(_ name: String) throws -> CodingStore { try CodingStore(folder.appendingPathComponent(name)) }

    private func copy(_ store: CodingStore, _ name: String) throws -> CodingStore {
        try FileManager.default.copyItem(at: store.backUp(), to: folder.appendingPathComponent(name))
        return try self.store(name)
    }

    private func passages(_ store: CodingStore) throws -> Set<String> {
        let codes = Dictionary(uniqueKeysWithValues: try store.codes().map { ($0.id!, $0.name) })
        let coders = Dictionary(uniqueKeysWithValues: try store.coders().map { ($0.id!, $0.name) })
        let units = Dictionary(uniqueKeysWithValues: try store.units().map { ($0.id!, $0) })
        return Set(try store.codings().map { coding in
            let unit = units[coding.unitId]!
            let text = try store.sourceText(ofVersion: unit.versionId).text
            return "\(codes[coding.codeId]!) \(coders[coding.coderId]!) \(CodePoints(text)[unit.start..<unit.end])"
        })
    }

    @Test func twoCodersCopiesBecomeOne() throws {
        let mine = try store("a.sqlite")
        try mine.importTranscript(StoreFixture.transcript([text]), who: "A")
        let shared = try mine.addCode("felles", who: "A")
        let gone = try mine.apply(shared, to: .words(1, 2), of: "P01", coder: "A")
        let theirs = try copy(mine, "b.sqlite")
        // A takes one away and adds; B adds to the same place, makes a code under the shared one, a theme and a memo.
        try mine.remove([gone], who: "A")
        try mine.apply(shared, to: .words(5, 9), of: "P01", coder: "A")
        let own = try theirs.addCode("eget", under: shared, who: "B")
        let coding = try theirs.apply(own, to: .words(5, 9), of: "P01", coder: "B")
        let theme = try theirs.addTheme("tema", who: "B")
        try theirs.gather([(.code, own.guid)], under: theme, who: "B")
        try theirs.addMemo("tanke", on: coding.guid, who: "B")
        let report = try mine.merge(from: theirs.url, who: "A")
        #expect(try passages(mine) == ["felles A ord4 ord5 ord6 ord7 ord8", "eget B ord4 ord5 ord6 ord7 ord8"])
        #expect(report.added == ["code": 1, "coding": 1, "theme": 1, "theme_member": 1, "memo": 1])
        #expect(try mine.memos().map(\.target) == [coding.guid])
        #expect(try mine.code("felles/eget").guid == own.guid)
        // A second time there is nothing to do.
        #expect(try mine.merge(from: theirs.url, who: "A").isEmpty)
        // The other way round both have the same.
        try theirs.merge(from: mine.url, who: "B")
        #expect(try passages(theirs) == passages(mine))
        try mine.checkIntegrity()
    }

    @Test func storesMadeApartFromTheSameTranscriptsMeet() throws {
        let mine = try store("a.sqlite"), theirs = try store("b.sqlite")
        for store in [mine, theirs] { try store.importTranscript(StoreFixture.transcript([text]), who: "A") }
        let a = try mine.addCode("Ansvar", definition: "vår", who: "A"), b = try theirs.addCode("Ansvar", definition: "deres", who: "B")
        try mine.apply(a, to: .words(1, 4), of: "P01", coder: "A")
        try theirs.apply(b, to: .words(1, 4), of: "P01", coder: "B")
        let report = try mine.merge(from: theirs.url, who: "A")
        #expect(try passages(mine) == ["Ansvar A ord0 ord1 ord2 ord3", "Ansvar B ord0 ord1 ord2 ord3"])
        #expect(try mine.units().count == 1)
        #expect(report.differing == [.init(table: "code", name: "Ansvar", column: "definition")])
        #expect(try mine.code("Ansvar").definition == "vår")
        let other = try store("c.sqlite")
        try other.importTranscript(StoreFixture.transcript(["noe annet"], item: "X"), who: "C")
        #expect(throws: StoreError.otherStudy) { try mine.merge(from: other.url, who: "A") }
    }

    @Test func codingsOnAnotherVersionMoveOrAreListed() throws {
        let mine = try store("a.sqlite")
        try mine.importTranscript(StoreFixture.transcript([text]), who: "A")
        let theirs = try copy(mine, "b.sqlite"), code = try theirs.addCode("deres", who: "B")
        try theirs.apply(code, to: .words(11, 13), of: "P01", coder: "B")
        try theirs.apply(code, to: .words(71, 72), of: "P01", coder: "B")
        let edited = "Nytt innledende ord " + text.split(separator: " ").prefix(60).joined(separator: " ")
        try mine.importTranscript(StoreFixture.transcript([edited]), who: "A")
        let report = try mine.merge(from: theirs.url, who: "A")
        #expect(report.lost.count == 1 && report.changed.isEmpty)
        #expect(try passages(mine) == ["deres B ord10 ord11 ord12", "deres B ord70 ord71"])
        let newest = try mine.text(of: "P01").version
        #expect(try mine.units().map { $0.versionId == newest } == [true, false])
        #expect(try CodePoints(mine.text(of: "P01").text.text)[0..<100].contains("innledende"))
    }

    @Test func whatIsNoStoreIsLeftAlone() throws {
        let mine = try store("a.sqlite"), file = folder.appendingPathComponent("x.sqlite")
        #expect(throws: StoreError.self) { try mine.merge(from: file, who: "A") }
        try Data("hei".utf8).write(to: file)
        #expect(throws: StoreError.self) { try mine.merge(from: file, who: "A") }
        #expect(try Data(contentsOf: file) == Data("hei".utf8))
    }
}
