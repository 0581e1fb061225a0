import Foundation
import GRDB
import Testing
@testable import Anonymization
@testable import CodingStore

@Suite struct ErasureTests {
    let folder: URL
    var url: URL { folder.appendingPathComponent("koding.sqlite") }

    init() throws { folder = try StoreFixture.folder() }

    /// Whether some bytes stand anywhere in the files of the store.
    private func holds(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).contains { file in
            let data = try Data(contentsOf: file)
            return data.range(of: Data(text.utf8)) != nil
        }
    }

    @Test func nothingOfTheirsIsLeftInAnyTableOrInTheHistory() throws {
        do {
            let store = try CodingStore(url)
            try store.importTranscript(StoreFixture.transcript(["dette sa blåveisen først", "ja"], item: "P01"), who: "A")
            try store.importTranscript(StoreFixture.transcript(["dette sier hestehoven nå", "nei"], item: "P02"), who: "A")
            let code = try store.addCode("felles", who: "A"), found = try store.addCase("D07", who: "A"), both = try store.addCase("Kommune A", who: "A")
            try store.assign("P01", to: found, who: "A")
            try store.assign("P01", to: both, who: "A")
            try store.assign("P02", to: both, who: "A")
            try store.set("yrke", to: "fyrvokter", of: .study(found), who: "A")
            try store.set("sted", to: "kjøkkenbenken", of: .source("P01"), who: "A")
            let coding = try store.apply(code, to: .words(2, 3), of: "P01", coder: "A")
            try store.apply(code, to: .words(2, 3), of: "P02", coder: "A")
            let unit = try #require(try store.units().first { $0.id == coding.unitId })
            try store.change(unit, condensed: "sammendrag om geitrams", who: "A")
            try store.change(unit, condensed: "kortere", who: "A")
            try store.addMemo("notat om linnea", on: unit.guid, who: "A")
            let dropped = try store.addMemo("notat om tyrihjelm", on: coding.guid, who: "A")
            try store.drop(dropped, who: "A")
            try store.addMemo("om hestehov", on: code.guid, who: "A")
            // A second version, so that the first is only in free pages and the history.
            try store.importTranscript(StoreFixture.transcript(["dette sa blåklokka først", "ja"], item: "P01"), who: "A")
            try store.pool.close()
        }
        let theirs = ["blåveis", "blåklokka", "geitrams", "linnea", "tyrihjelm", "fyrvokter", "kjøkkenbenken", "D07"]
        for word in ["hestehov", "geitrams", "tyrihjelm", "fyrvokter"] { #expect(try holds(word)) }
        let count = try CodingStore.erase(at: url, items: ["P01"])
        #expect(count.codings == 1 && count.versions >= 1)
        for word in theirs { #expect(try !holds(word), "\(word)") }
        #expect(try !holds("P01"))
        let store = try CodingStore(url)
        try store.checkIntegrity()
        #expect(try store.sources().map(\.item) == ["P02"])
        #expect(try store.cases().map(\.name) == ["Kommune A"])
        #expect(try store.codings().count == 1 && store.memos().map(\.text) == ["om hestehov"])
        #expect(try store.history().contains { $0.action == "erase" })
        #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: "DELETE FROM history") } }
        // What others did can still be taken back.
        #expect(try store.undo(who: "A").action == "memo.add")
        #expect(try CodingStore.erase(at: url, items: ["P01"]).isEmpty)
    }

    @Test func oneSpeakersTurnsGoAndTheOthersCodingsStandOnTheirWords() throws {
        let store = try CodingStore(url)
        let sealed = StoreFixture.transcript(["først sier a dette", "så svarer b kort", "a igjen til slutt"], speakers: ["A", "B"])
        try store.importTranscript(sealed, who: "X")
        let code = try store.addCode("kode", who: "X")
        try store.apply(code, to: .words(2, 3), of: "P01", coder: "X")
        try store.apply(code, to: .words(6, 7), of: "P01", coder: "X")
        try store.apply(code, to: .words(9, 11), of: "P01", coder: "X")
        // A stretch over both.
        try store.apply(code, to: .words(4, 6), of: "P01", coder: "X")
        try store.pool.close()
        let count = try CodingStore.erase(at: url, items: [], shared: ["P01": { sealed in
            var document = sealed.document
            document.turns.removeAll { $0.speaker == "S2" }
            return AnonymizedTranscript(document: document, policy: sealed.policy, status: sealed.status)
        }])
        #expect(count.changedVersions == 1 && count.turns == 1 && count.codings == 2)
        let after = try CodingStore(url), text = try after.text(of: "P01").text.text, points = CodePoints(text)
        #expect(text == "A: først sier a dette\nA: a igjen til slutt\n")
        #expect(try after.units().map { points[$0.start..<$0.end] } == ["sier a", "a igjen til"])
        #expect(try !holds("svarer"))
        try after.checkIntegrity()
    }
}
