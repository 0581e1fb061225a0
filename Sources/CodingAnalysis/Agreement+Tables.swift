import Exchange
import Foundation
import Transcript

extension Agreement {
    /// A row's subject as people read it.
    public func name(_ subject: Row.Subject, language: DocumentLanguage = .bokmal) -> String {
        let words = ResultWords(language)
        switch subject {
        case .code(let index): return study.codes[index].path
        case .tree(let index): return study.codes[index].path + words.say(" med underkoder", " with subcodes")
        case .codedAtAll: return words.say("Kodet i det hele tatt", "Coded at all")
        case .allCodes: return words.say("Alle koder", "All codes")
        }
    }

    private func notes(_ words: ResultWords) -> [String] {
        let unit =
            switch options.unit {
            case .character: words.say("Enheten er tegnet", "The unit is the character")
            case .word: words.say("Enheten er ordet", "The unit is the word")
            case .meaningUnit: words.say("Enheten er meningsenheten", "The unit is the meaning unit")
            }
        var notes = [
            words.say("\(unit); tekst uten kode teller med. Kodere: \(words.list(coders)).", "\(unit); uncoded text counts. Coders: \(words.list(coders))."),
            words.say("Kilder som er med: \(items.count).", "Sources compared: \(items.count)."),
        ]
        if let rounds = options.rounds {
            let list = words.list(rounds.sorted().map(String.init))
            notes.append(words.say("Runde \(list).", "Round \(list)."))
        }
        if !leftOut.isEmpty {
            notes.append(words.say(
                "Ikke med, siden ikke alle har kodet der: \(words.list(leftOut)).", "Left out, since not all have coded there: \(words.list(leftOut))."))
        }
        notes.append(words.say(
            "Kappa: Cohens, ved flere enn to kodere gjennomsnittet av parene. Intervaller: 95 %; kappa etter Fleiss, Cohen og Everitt (1969), som tar enhetene for uavhengige, alfa ved å trekke \(options.unit == .meaningUnit ? "meningsenheter" : "replikker") på nytt \(options.resamples) ganger.",
            "Kappa: Cohen's; with more than two coders the mean over pairs. Intervals: 95%; kappa by Fleiss, Cohen and Everitt (1969), who take units for independent, alpha by drawing \(options.unit == .meaningUnit ? "meaning units" : "turns") anew \(options.resamples) times."))
        if rows.contains(where: { $0.kappa == nil || $0.alpha == nil }) {
            notes.append(words.say(
                "Tomt felt: målet er ikke definert, fordi tilfeldighet alene ville gitt full enighet.",
                "Empty: not defined, since chance alone would give perfect agreement."))
        }
        return notes + study.leftOut(words)
    }

    /// A row a code: agreement and coefficients. `enighet`.
    public func table(language: DocumentLanguage = .bokmal) -> ResultTable {
        let words = ResultWords(language)
        var columns = [
            ResultTable.Column("code", words.say("Kode", "Code"), width: 36), ResultTable.Column("units", words.say("Enheter", "Units"), width: 10),
        ]
        for (index, coder) in coders.enumerated() { columns.append(.init("coded_\(index + 1)", words.say("Kodet av ", "Coded by ") + coder, width: 11)) }
        columns += [
            .init("percent_agreement", words.say("Enighet", "Agreement"), width: 10), .init("kappa", "Kappa", width: 8),
            .init("kappa_low", words.say("Kappa fra", "Kappa from"), width: 8), .init("kappa_high", words.say("Kappa til", "Kappa to"), width: 8),
            .init("alpha", words.say("Krippendorffs alfa", "Krippendorff's alpha"), width: 12), .init("alpha_low", words.say("Alfa fra", "Alpha from"), width: 8),
            .init("alpha_high", words.say("Alfa til", "Alpha to"), width: 8), .init("brennan_prediger", "Brennan–Prediger", width: 10),
            .init("gwet_ac1", "Gwets AC1", width: 8),
        ]
        let rows = rows.map { row -> [ResultTable.Cell] in
            let kappa = row.pairs.count == 1 ? row.pairs[0].kappa : nil
            return [.text(name(row.subject, language: language)), .whole(row.units)] + row.coded.map { .whole($0) } + [
                .share(row.percentAgreement), .number(row.kappa), .number(kappa?.low), .number(kappa?.high), .number(row.alpha), .number(row.alphaLow),
                .number(row.alphaHigh), .number(row.brennanPrediger), .number(row.gwetAC1),
            ]
        }
        return ResultTable(
            name: "enighet", title: words.say("Enighet mellom kodere", "Agreement between coders"), columns: columns, rows: rows, notes: notes(words),
            status: study.status, language: language)
    }

    /// A row a code and pair of coders: kappa with its interval and the four-fold table. `enighet-par`.
    public func pairTable(language: DocumentLanguage = .bokmal) -> ResultTable {
        let words = ResultWords(language)
        let columns: [ResultTable.Column] = [
            .init("code", words.say("Kode", "Code"), width: 36), .init("coder_1", words.say("Koder 1", "Coder 1")), .init("coder_2", words.say("Koder 2", "Coder 2")),
            .init("both", words.say("Begge", "Both"), width: 9), .init("only_1", words.say("Bare 1", "Only 1"), width: 9),
            .init("only_2", words.say("Bare 2", "Only 2"), width: 9), .init("neither", words.say("Ingen", "Neither"), width: 10),
            .init("percent_agreement", words.say("Enighet", "Agreement"), width: 10), .init("kappa", "Kappa", width: 8),
            .init("kappa_se", words.say("Standardfeil", "Standard error"), width: 10), .init("kappa_low", words.say("Kappa fra", "Kappa from"), width: 8),
            .init("kappa_high", words.say("Kappa til", "Kappa to"), width: 8),
        ]
        var cells: [[ResultTable.Cell]] = []
        for row in rows {
            for pair in row.pairs {
                let all = pair.both + pair.onlyFirst + pair.onlySecond + pair.neither
                cells.append([
                    .text(name(row.subject, language: language)), .text(pair.first), .text(pair.second), .whole(pair.both), .whole(pair.onlyFirst),
                    .whole(pair.onlySecond), .whole(pair.neither), .share(all > 0 ? Double(pair.both + pair.neither) / Double(all) : nil),
                    .number(pair.kappa?.value), .number(pair.kappa?.standardError), .number(pair.kappa?.low), .number(pair.kappa?.high),
                ])
            }
        }
        return ResultTable(
            name: "enighet-par", title: words.say("Enighet mellom kodere, par for par", "Agreement between coders, pair by pair"), columns: columns, rows: cells,
            notes: notes(words), status: study.status, language: language, grouped: 1)
    }
}
