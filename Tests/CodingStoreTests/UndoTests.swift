import Foundation
import GRDB
import Testing
@testable import CodingStore

@Suite struct UndoTests {
    let store: CodingStore

    init() throws {
        store = try CodingStore(try StoreFixture.folder().appendingPathComponent("koding.sqlite"))
        let words = (0..<60).map { "ord\($0)" }.joined(separator: " ")
        for item in ["P01", "P02"] { try store.importTranscript(StoreFixture.transcript([words, "ja", words], item: item), who: "A") }
    }

    /// Every row of every table that a coder can change.
    private func content() throws -> [String] {
        try store.pool.read { db in
            try CodingStore.journaled.sorted().flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\" ORDER BY id").map { "\(table) \($0)" }
            }
        }
    }

    /// One thing that a coder might do; false when there was nothing to do it to.
    private func something(_ dice: inout Dice) throws -> Bool {
        let codes = try store.codes(), codings = try store.codings(), units = try store.units(), themes = try store.themes(), cases = try store.cases()
        func any<T>(_ list: [T]) -> T? { list.isEmpty ? nil : list[Int.random(in: 0..<list.count, using: &dice)] }
        let number = Int.random(in: 0..<1_000_000, using: &dice)
        do {
            switch number % 19 {
            case 0, 1: try store.addCode("kode \(number)", under: any(codes), who: "A")
            case 2, 3, 4, 5:
                guard let code = any(codes) else { return false }
                let from = Int.random(in: 1...50, using: &dice)
                try store.apply(code, to: .words(from, from + number % 9), of: number % 2 == 0 ? "P01" : "P02", coder: "A")
            case 6: if let code = any(codes) { try store.change(code, .init(name: "nytt \(number)", definition: "d\(number)"), who: "A") } else { return false }
            case 7: if let code = any(codes) { try store.move(code, under: any(codes), who: "A") } else { return false }
            case 8: if let one = any(codes), let other = any(codes) { try store.merge([one], into: other, who: "A") } else { return false }
            case 9: if let code = any(codes) { try store.drop(code, force: true, who: "A") } else { return false }
            case 10: if let coding = any(codings) { try store.remove([coding], who: "A") } else { return false }
            case 11: if let unit = any(units) { try store.change(unit, condensed: "kort \(number)", who: "A") } else { return false }
            case 12: try store.addTheme("tema \(number)", level: .subtheme, under: any(themes), who: "A")
            case 13: if let theme = any(themes), let code = any(codes) { try store.gather([(.code, code.guid)], under: theme, who: "A") } else { return false }
            case 14: if let theme = any(themes) { try store.drop(theme, who: "A") } else { return false }
            case 15: try store.addMemo("om \(number)", on: any(units)?.guid, who: "A")
            case 16: try store.addCase("K\(number)", who: "A")
            case 17:
                guard let found = any(cases) else { return false }
                try store.assign("P01", speaker: number % 2 == 0 ? "" : "Informant 4", to: found, who: "A")
                try store.set("alder", to: "\(number % 90)", of: .study(found), wave: number % 3 == 0 ? "T2" : "", who: "A")
            default: try store.markUnit(.turn(1), of: "P02", condensed: "hele \(number)", coder: "A")
            }
        } catch is StoreError {
            return false
        }
        return true
    }

    @Test func everythingCanBeTakenBackAndDoneAgain() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            var dice = Dice(seed), states = [try content()], done = 0
            while done < 60 {
                let before = try store.operations().count
                guard try something(&dice) else { continue }
                done += 1
                // Two operations where a case is assigned and described.
                for _ in 0..<(try store.operations().count - before) { states.append([]) }
                states[states.count - 1] = try content()
            }
            let last = states.count - 1, final = try content()
            for step in stride(from: last - 1, through: 0, by: -1) {
                try store.undo(who: "A")
                if !states[step].isEmpty { #expect(try content() == states[step]) }
            }
            #expect(try content() == states[0])
            for _ in 0..<last { try store.redo(who: "A") }
            #expect(try content() == final)
            #expect(throws: StoreError.nothingToRedo) { try store.redo(who: "A") }
            try store.checkIntegrity()
        }
    }

    @Test func anothersLaterChangeStandsInTheWay() throws {
        let code = try store.addCode("ansvar", who: "A")
        let coding = try store.apply(code, to: .words(1, 3), of: "P01", coder: "A")
        try store.apply(code, to: .words(1, 3), of: "P01", coder: "B")
        // B's code stands on A's unit.
        #expect(throws: StoreError.self) { try store.undo(who: "A") }
        #expect(try store.codings().contains(coding))
        try store.undo(who: "B")
        try store.undo(who: "A")
        #expect(try store.codings().isEmpty && store.units().isEmpty)
        #expect(throws: StoreError.nothingToUndo) { try store.undo(who: "B") }
        // Something new after an undo: what was taken back is not done again.
        try store.addCode("annet", who: "A")
        #expect(throws: StoreError.nothingToRedo) { try store.redo(who: "A") }
    }

    @Test func undoWorksInALaterSessionAndAfterTheTextWasEdited() throws {
        let code = try store.addCode("ansvar", who: "A")
        try store.apply(code, to: .words(5, 7), of: "P01", coder: "A")
        let words = (0..<60).map { "ord\($0)" }.joined(separator: " ")
        try store.importTranscript(StoreFixture.transcript(["Helt nytt her", words, "ja", words]), who: "B")
        let again = try CodingStore(store.url)
        #expect(try again.undo(who: "A").action == "coding.add")
        #expect(try again.units().isEmpty)
        // It comes back on the new text, on the same words.
        try again.redo(who: "A")
        let (version, text) = try again.text(of: "P01"), unit = try #require(try again.units().first)
        #expect(unit.versionId == version && CodePoints(text.text)[unit.start..<unit.end] == "ord4 ord5 ord6")
        try again.checkIntegrity()
    }
}
