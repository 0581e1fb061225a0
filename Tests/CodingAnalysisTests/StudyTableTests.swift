import Exchange
import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import Testing
@testable import CodingAnalysis
@testable import CodingStore

/// A study of two interviews in two municipalities and waves, coded by two, with every table that can be made of it.
@Suite struct StudyTableTests {
    let made: TestStudy
    let study: CodedStudy

    init() throws {
        made = try TestStudy()
        let store = made.store, who = "Anne"
        try made.add("P01", ("Intervjuer", "hvordan har dere det"), ("Informant 1", "vi står alene om det meste og savner noen å snakke med"))
        try made.add("P02", ("Intervjuer", "og nå"), ("Informant 2", "nå har vi en koordinator og det hjelper veldig"), status: .anonymous)
        try store.setWave("2003", of: "P01", who: who)
        try store.setWave("2006", of: "P02", who: who)
        let support = try store.addCode("støtte", who: who), alone = try store.addCode("alene", under: support, who: who)
        let coordinator = try store.addCode("koordinator", who: who), loose = try store.addCode("løs", who: who)
        try made.code(alone, "vi står alene om det meste", in: "P01", by: "Anne")
        try made.code(alone, "står alene om det meste", in: "P01", by: "Bo")
        try made.code(support, "savner noen å snakke med", in: "P01", by: "Anne")
        try made.code(coordinator, "vi en koordinator", in: "P02", by: "Anne")
        try made.code(support, "koordinator og det hjelper veldig", in: "P02", by: "Bo")
        try made.code(loose, "veldig", in: "P02", by: "Bo")
        try store.change(made.unit("vi står alene om det meste", in: "P01"), condensed: "Alene om det meste", who: who)
        let latent = try store.addTheme("Å bære sammen", level: .latent, who: who)
        let main = try store.addTheme("Samarbeid", level: .maintheme, under: latent, who: who)
        let theme = try store.addTheme("Å stå alene", level: .theme, under: main, who: who)
        let help = try store.addTheme("Å få hjelp", level: .theme, under: main, who: who)
        let sub = try store.addTheme("Savn", level: .subtheme, under: theme, who: who)
        try store.gather([(.code, support.guid)], under: sub, who: who)
        try store.gather([(.code, coordinator.guid)], under: help, who: who)
        let a = try store.addCase("A", kind: "municipality", who: who), b = try store.addCase("B", kind: "municipality", who: who)
        try store.assign("P01", to: a, who: who)
        try store.assign("P02", to: b, who: who)
        for (number, item) in [(1, "P01"), (2, "P02")] {
            let person = try store.addCase("Deltaker \(number)", who: who)
            try store.assign(item, speaker: "Informant \(number)", to: person, who: who)
            try store.set("Rolle", to: number == 1 ? "leder" : "sykepleier", of: .study(person), who: who)
        }
        try store.set("Innbyggere", to: "4200", of: .study(a), who: who)
        try store.set("Innbyggere", to: "900", of: .study(b), who: who)
        try store.set("Dato", to: "2006-12-06", of: .source("P01"), who: who)
        study = try CodedStudy(store)
    }

    private func text(_ table: ResultTable) -> [[String]] {
        table.rows.map { row in
            row.map { cell in
                switch cell {
                case .text(let text): text
                case .whole(let value): value.map(String.init) ?? ""
                case .number(let value, let places): value.map { String(format: "%.\(places)f", $0) } ?? ""
                case .share(let value): value.map { String(format: "%.4f", $0) } ?? ""
                }
            }
        }
    }

    @Test func theDataMatrixGathersStatementsUnderThemes() throws {
        #expect(text(try study.dataMatrix()) == [
            ["Samarbeid", "Å stå alene", "Alene om det meste", "Deltaker 1"], ["Samarbeid", "Å stå alene", "står alene om det meste", "Deltaker 1"],
            ["Samarbeid", "Å stå alene", "savner noen å snakke med", "Deltaker 1"],
            ["Samarbeid", "Å stå alene", "koordinator og det hjelper veldig", "Deltaker 2"], ["Samarbeid", "Å få hjelp", "vi en koordinator", "Deltaker 2"],
        ])
        // The unit with no theme is told of, not passed over.
        #expect(try study.dataMatrix().notes == ["Uten tema ennå, og ikke med: 1 meningsenheter."])
        #expect(try study.dataMatrix(.init(statements: .quoted)).rows[0][2] == .text("vi står alene om det meste"))
        let anne = try CodedStudy(made.store, scope: .init(coders: ["Anne"]))
        #expect(try anne.dataMatrix().rows.count == 3)
    }

    @Test func contentAnalysisClimbsFromUnitToLatentTheme() throws {
        let table = try study.contentAnalysis()
        #expect(table.columns.map(\.key) == ["unit", "condensed", "code", "sub_theme", "theme", "main_theme", "latent_theme", "informant"])
        #expect(text(table)[0] == ["vi står alene om det meste", "Alene om det meste", "støtte/alene", "Savn", "Å stå alene", "Samarbeid", "Å bære sammen", "Deltaker 1"])
        #expect(text(table).last == ["veldig", "", "løs", "", "", "", "", "Deltaker 2"])
    }

    @Test func analystsStandSideBySide() throws {
        let table = try study.analystRounds()
        #expect(table.columns.map(\.title) == ["Kilde", "Meningsenhet", "Anne, runde 1", "Bo, runde 1"])
        #expect(text(table)[0] == ["P01", "vi står alene om det meste", "støtte/alene", "støtte/alene"])
        #expect(text(table)[1] == ["P01", "savner noen å snakke med", "støtte", ""])
    }

    @Test func extractsAndCategories() throws {
        #expect(text(try study.extracts())[0] == ["Deltaker 1", "vi står alene om det meste", "støtte/alene"])
        let rows = text(try study.categories(.init(statements: .quoted)))
        #expect(rows.first == ["Savn", "støtte", "savner noen å snakke med", "Deltaker 1"])
        #expect(rows.last == ["Uten kategori", "løs", "veldig", "Deltaker 2"])
        let groups = text(try study.codeGroups())
        #expect(groups.map { Array($0.prefix(5)) } == [
            ["Å bære sammen", "latent tema", "3", "5", "2"], ["– Samarbeid", "hovedtema", "3", "5", "2"], ["– – Å stå alene", "tema", "2", "4", "2"],
            ["– – – Savn", "undertema", "2", "4", "2"], ["– – Å få hjelp", "tema", "1", "1", "1"],
        ])
    }

    @Test func casesWavesAndCitations() throws {
        let traits = try study.caseTraits(.init(caseKind: "municipality"))
        #expect(traits.columns.map(\.title) == ["Kasus", "Innbyggere"])
        #expect(traits.rows == [[.text("A"), .whole(4200)], [.text("B"), .whole(900)]])
        let waves = try study.waveComparison(.init(caseKind: "municipality"))
        #expect(waves.columns.map(\.key) == ["case", "theme", "statements_1", "text_1", "statements_2", "text_2", "change"])
        #expect(text(waves) == [
            ["A", "Å stå alene", "3", "– Alene om det meste\n– står alene om det meste\n– savner noen å snakke med", "0", "", "-3"],
            ["B", "Å stå alene", "0", "", "1", "– koordinator og det hjelper veldig", "1"], ["B", "Å få hjelp", "0", "", "1", "– vi en koordinator", "1"],
        ])
        let rows = text(try study.citations())
        #expect(rows.first?.last == "(06.12.06. leder)")
        #expect(rows.last == ["løs", "B", "2006", "veldig", "(sykepleier)"])
    }

    @Test func theFrameworkHoldsWhatEachCaseSays() throws {
        let table = try study.framework(.init(caseKind: "participant"))
        #expect(table.columns.map(\.title) == ["Kasus", "Å stå alene", "Å få hjelp"])
        #expect(text(table)[1] == ["Deltaker 2", "– koordinator og det hjelper veldig", "– vi en koordinator"])
        #expect(try study.framework(.init(codes: ["løs"], caseKind: "municipality")).rows == [[.text("A"), .text("")], [.text("B"), .text("– veldig")]])
    }

    @Test func codesByCasesCountTheWordsOfTheCase() throws {
        let matrix = try CodeByCase(study)
        #expect(matrix.cases == ["A", "B", "Deltaker 1", "Deltaker 2"])
        // The whole source with the interviewer's words, and one speaker's.
        #expect(matrix.caseWords == [16, 11, 12, 9])
        #expect(matrix.codes.map { study.codes[$0].path } == ["støtte", "støtte/alene", "koordinator", "løs"])
        // With what is beneath; each word once however many coded it.
        #expect(matrix.codings(code: 0, case: 2) == 3)
        #expect(matrix.words(code: 0, case: 2) == 11)
        #expect(matrix.words(code: 1, case: 2) == 6)
        #expect(matrix.share(code: 1, case: 0) == 6.0 / 16)
        let alone = try CodeByCase(study, options: .init(subcodes: false))
        #expect(alone.codings(code: 0, case: 2) == 1)
        #expect(alone.words(code: 0, case: 2) == 5)
        #expect(try CodeByCase(study, options: .init(codes: ["løs"])).table().rows == [[.text("løs"), .whole(0), .whole(1), .whole(0), .whole(1)]])
    }

    /// A slow way to the same matrix over random codings.
    @Test func theMatrixIsThatOfAskingEveryWord() throws {
        let random = try TestStudy()
        var draw = SplitMix(11)
        for item in ["P01", "P02"] {
            try random.add(item, turns: (0..<8).map { turn in
                (["I", "A", "B"][turn % 3], (0..<(2 + draw.below(9))).map { _ in ["å", "være", "der"][draw.below(3)] }.joined(separator: " "))
            })
        }
        let top = try random.store.addCode("a", who: "X"), mid = try random.store.addCode("b", under: top, who: "X")
        let codes = [top, mid, try random.store.addCode("c", under: mid, who: "X")]
        for _ in 0..<40 {
            let item = ["P01", "P02"][draw.below(2)], length = try random.store.text(of: item).text.text.unicodeScalars.count, start = draw.below(length - 20)
            try random.store.apply(codes[draw.below(3)], to: .characters(start..<start + 1 + draw.below(19)), of: item, coder: ["X", "Y"][draw.below(2)])
        }
        for (name, items, speaker) in [("alle", ["P01", "P02"], ""), ("A", ["P01", "P02"], "A"), ("B i P02", ["P02"], "B")] {
            let found = try random.store.addCase(name, who: "X")
            for item in items { try random.store.assign(item, speaker: speaker, to: found, who: "X") }
        }
        let coded = try CodedStudy(random.store), matrix = try CodeByCase(coded)
        for (row, code) in matrix.codes.enumerated() {
            let below = coded.subtree(of: code)
            for (column, name) in matrix.cases.enumerated() {
                var words = 0, codings = 0, all = 0
                for (index, source) in coded.sources.enumerated() where name != "B i P02" || source.item == "P02" {
                    let text = try coded.text(ofSource: index), speaker = name == "alle" ? "" : String(name.prefix(1))
                    let own = text.words.filter { word in
                        speaker.isEmpty || text.turns.contains { $0.speaker == speaker && $0.body < word.end && $0.end > word.start }
                    }
                    let marks = coded.codings.filter { $0.source == index && below.contains($0.code) }
                    all += own.count
                    words += own.count { word in marks.contains { $0.range.overlaps(word.start..<word.end) } }
                    codings += marks.count { mark in own.contains { mark.range.overlaps($0.start..<$0.end) } }
                }
                #expect(matrix.caseWords[column] == all)
                #expect(matrix.words(code: row, case: column) == words)
                #expect(matrix.codings(code: row, case: column) == codings)
            }
        }
    }

    @Test func meetingsAndSaturation() throws {
        let together = try Cooccurrence(study)
        #expect(together.pairs.map { [study.codes[$0.first].path, study.codes[$0.second].path, "\($0.meetings)"] } == [
            ["støtte", "koordinator", "1"], ["støtte", "løs", "1"],
        ])
        #expect(together.pairs[0].coefficient == 0.5)
        let saturation = try Saturation(study)
        #expect(saturation.steps.map(\.item) == ["P01", "P02"])
        #expect(saturation.steps.map(\.new) == [2, 2])
        #expect(saturation.steps.map(\.cumulative) == [2, 4])
        #expect(try Saturation(study, options: .init(order: ["P02"])).steps.map(\.new) == [3, 1])
        #expect(throws: StoreError.unknownSource("P09")) { try Saturation(study, options: .init(order: ["P09"])) }
        let use = text(try study.frequencies())
        #expect(use[0] == ["støtte", "4", "2", "2", "2"])
        #expect(use[1] == ["støtte/alene", "2", "1", "1", "1"])
    }

    @Test func everyTableHasItsStampInEveryShape() throws {
        for name in StudyTable.allCases {
            for language in [TableOptions(language: .bokmal), TableOptions(language: .english)] {
                let table = try name.make(study, options: language)
                #expect(table.rows.allSatisfy { $0.count == table.columns.count })
                #expect(Set(table.columns.map(\.key)).count == table.columns.count)
                // One source has a key register still.
                #expect(table.stamp.contains("avidentifisert"))
                for format in [ResultFormat.html, .csv, .json] {
                    let file = String(decoding: try table.render(format).data, as: UTF8.self)
                    #expect(file.contains(format == .html ? "avidentifisert" : "deidentified"))
                }
                #expect(try table.render(.xlsx).data == table.render(.xlsx).data)
                #expect(try table.render(.docx).name == table.name + ".docx")
            }
        }
        let calm = try CodedStudy(made.store, scope: .init(items: ["P02"]))
        #expect(try calm.extracts().stamp == "anonymisert")
    }

    @Test func lostUnitsAreLeftOutAndCounted() throws {
        try made.add("P02", ("Intervjuer", "og nå"), ("Informant 2", "helt andre ord står her"))
        let again = try CodedStudy(made.store)
        #expect(again.lostCodings > 0)
        #expect(again.codings.count + again.lostCodings == study.codings.count)
        #expect(try again.extracts().notes.contains { $0.hasPrefix("\(again.lostCodings) koding") })
    }

    @Test func aStretchOverTwoTurnsIsQuotedWithItsSpeakers() throws {
        let store = made.store
        let code = try store.addCode("overgang", who: "Anne")
        try made.code(code, "har dere det\nInformant 1: vi står", in: "P01", by: "Anne")
        let table = try CodedStudy(store).extracts(.init(codes: ["overgang"]))
        #expect(text(table) == [["Deltaker 1", "Intervjuer: har dere det\nInformant 1: vi står", "overgang"]])
        #expect(text(try CodedStudy(store).extracts(.init(codes: ["overgang"], quoteLimit: 20))) == [["Deltaker 1", "Intervjuer: har dere (…)", "overgang"]])
    }

    @Test func picturesAreTheSameEveryTime() throws {
        let map = try study.thematicMap()
        #expect(map.svg == (try study.thematicMap().svg))
        for word in ["Å bære sammen", "Samarbeid", "Savn", "koordinator", "avidentifisert", "4 kodinger"] { #expect(map.svg.contains(word)) }
        #expect(XMLParser(data: map.render().data).parse())
        let curve = try Saturation(study).picture()
        #expect(XMLParser(data: curve.render().data).parse())
        #expect(curve.svg.contains("P02"))
    }
}
