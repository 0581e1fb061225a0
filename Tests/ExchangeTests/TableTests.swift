import Foundation
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Tables and CTM")
struct TableTests {
    private let table = (try? NotationTable.named("helse"))!

    private func text(_ format: ExportFormat, _ transcript: Transcript = sample(), view: TranscriptView = .verbatim) throws -> String {
        String(decoding: try ShareableExport.render(anonymized(transcript), format: format, notation: table, layout: LayoutOptions(view: view)).data, as: UTF8.self)
    }

    /// Rows by column name, read as RFC 4180 says.
    private func rows(_ text: String) throws -> [[String: String]] {
        var all: [[String]] = [[]], cell = "", quoted = false
        var letters = Array(text.unicodeScalars)[...]
        while let letter = letters.popFirst() {
            switch letter {
            case "\"" where quoted && letters.first == "\"":
                letters = letters.dropFirst()
                cell.unicodeScalars.append("\"")
            case "\"": quoted.toggle()
            case "," where !quoted:
                all[all.count - 1].append(cell)
                cell = ""
            case "\r" where !quoted && letters.first == "\n":
                letters = letters.dropFirst()
                all[all.count - 1].append(cell)
                cell = ""
                all.append([])
            default: cell.unicodeScalars.append(letter)
            }
        }
        #expect(all.last == [] && !quoted)
        let names = try #require(all.first)
        return try all.dropFirst().dropLast().map { row in
            try #require(row.count == names.count)
            return Dictionary(uniqueKeysWithValues: zip(names, row))
        }
    }

    @Test("words: a row each, with what is known and nothing where it is not")
    func words() throws {
        let read = try rows(try text(.csvWords))
        #expect(read.count == sample().wordCount)
        let det = read[2]
        #expect(det["word"] == "3" && det["text"] == "det" && det["speaker"] == "S1" && det["label"] == "Intervjuer" && det["role"] == "interviewer")
        #expect(det["start_s"] == "1.800" && det["end_s"] == "2.100" && det["duration_s"] == "0.300")
        #expect(det["prominence_strength"] == "2.000" && det["prominence_level"] == "2" && det["placement"] == "aligned" && det["confidence"] == "0.900")
        #expect(read[0]["prominence_strength"] == "" && read[0]["filler"] == "false" && read[5]["cut_off"] == "true")
        #expect(read[4]["text"] == "Æ" && read[4]["bokmal"] == "Jeg")
        let bokmal = try rows(try text(.csvWords, view: .bokmal))
        #expect(bokmal[4]["text"] == "Jeg" && bokmal[4]["bokmal"] == "Jeg")
    }

    @Test("pauses: kind, place and length; words know the pauses beside them")
    func pauses() throws {
        var source = sample()
        source.turns[1].elements.insert(.mark(Mark(kind: .pause, source: .measured, range: SampleRange(48_000, 56_000), label: "latency")), at: 0)
        source.turns[1].elements.insert(.mark(Mark(kind: .pause, source: .draft, text: "(2 s)", evidence: ["duration_s": 2])), at: 3)
        let read = try rows(try text(.csvPauses, source))
        #expect(read.map { $0["kind"] } == ["latency", "inside"] && read.map { $0["source"] } == ["measured", "draft"])
        #expect(read[0]["start_s"] == "3.000" && read[0]["duration_s"] == "0.500" && read[0]["word_before"] == "4" && read[0]["word_after"] == "5")
        #expect(read[1]["start_s"] == "" && read[1]["duration_s"] == "2.000" && read[1]["word_before"] == "6" && read[1]["word_after"] == "7")
        let words = try rows(try text(.csvWords, source))
        #expect(words[4]["pause_before_s"] == "0.500" && words[5]["pause_after_s"] == "2.000" && words[6]["pause_before_s"] == "2.000" && words[5]["pause_before_s"] == "")
        #expect(try text(.csvPauses).components(separatedBy: "\r\n").count == 2)
    }

    @Test("every cell of a column has the column's type", arguments: HardTranscript.allCases)
    func types(_ hard: HardTranscript) throws {
        for row in try rows(try text(.csvWords, hard.transcript)) {
            for (name, cell) in row where name.hasSuffix("_s") && !cell.isEmpty { #expect(cell.wholeMatch(of: /\d+\.\d{3}/) != nil, "\(name)") }
            for name in ["filler", "cut_off", "unclear", "backchannel"] { #expect(["true", "false"].contains(row[name])) }
            for name in ["turn", "word"] { #expect(Int(row[name] ?? "") != nil) }
        }
    }

    @Test("text that a spreadsheet would run is kept from it", arguments: ["=1+1", "+47", "-x", "@SUM(A1)", "\t=1", "＝1"])
    func formulas(text word: String) throws {
        let cell = try #require(try rows(try text(.csvWords, sample(word: word))).first { $0["word"] == "12" }?["text"])
        #expect(cell.first == "'" && cell.dropFirst().contains { !$0.isWhitespace })
        // A number of our own may begin with a minus.
        var low = sample()
        low.turns[0].elements[0] = .word(Word(id: 1, text: "nei", prominence: Prominence(strength: -0.5, level: 0)))
        #expect(try rows(try text(.csvWords, low))[0]["prominence_strength"] == "-0.500")
    }

    @Test("CTM: in order of time, a field a column, several words for one share its time")
    func ctm() throws {
        var source = sample()
        source.turns[0].elements[1] = .word(
            Word(id: 2, text: "idag", range: SampleRange(16_000, 32_000), normalized: Normalization(text: "i dag", rule: "test", confidence: 1)))
        let lines = try text(.ctm, source, view: .bokmal).split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.allSatisfy { (5...6).contains($0.count) && $0[0] == "P07" && $0[1] == "1" })
        let starts = lines.compactMap { Double($0[2]) }
        #expect(starts == starts.sorted() && starts.count == sample().wordCount + 1)
        #expect(lines[1] == ["P07", "1", "1.000", "0.250", "i"] && lines[2] == ["P07", "1", "1.250", "0.750", "dag"])
        #expect(lines[0] == ["P07", "1", "1.000", "0.300", "Hvordan", "0.900"])
    }

    @Test("decimals are the same in every language and never -0")
    func decimals() {
        #expect(Seconds.decimal(-0.0004, places: 3) == "0.000" && Seconds.decimal(1.9996, places: 3) == "2.000" && Seconds.decimal(-1.25, places: 1) == "-1.3")
        #expect(Seconds.decimal(.nan, places: 3) == "" && Seconds.text(.infinity) == "0.000" && Seconds.text(3661.0625) == "3661.063")
    }
}
