import CodingStore
import Exchange
import Transcript

/// The meaning units with what was made of them, ready for tables.
struct CodedUnits {
    struct Item {
        var unit: CodedStudy.Unit
        /// Indices of its codes, in the order of the tree, each once.
        var codes: [Int]
        /// Indices of its themes: of its codes, and its own.
        var themes: [Int]
    }

    /// By source and place.
    let items: [Item]

    /// - Parameter chosen: only units with one of these codes; nil for all, those without codes included.
    init(_ study: CodedStudy, themes: ThemeTree, chosen: Set<Int>?) throws {
        var codes: [Int64: Set<Int>] = [:]
        for coding in study.codings where chosen?.contains(coding.code) ?? true { codes[coding.unit, default: []].insert(coding.code) }
        let narrow = study.scope.coders != nil || study.scope.rounds != nil
        let names = study.scope.coders
        items = try study.units().compactMap { unit in
            let own = (codes[unit.id] ?? []).sorted(), direct = themes.themes(ofUnit: unit.guid)
            if own.isEmpty {
                // A unit without codes is there when nobody asked for certain codes, and its marker is among those asked for.
                guard chosen == nil || !direct.isEmpty else { return nil }
                if narrow, !(names?.contains(study.coders[unit.coder].name) ?? true) || !(study.scope.rounds?.contains(unit.round) ?? true) { return nil }
            }
            return Item(unit: unit, codes: own, themes: Set(own.flatMap(themes.themes) + direct).sorted())
        }
    }
}

extension CodedStudy {
    private func chosenSet(_ options: TableOptions) throws -> Set<Int>? { options.codes == nil ? nil : Set(try chosenCodes(options)) }

    /// The meaning units in the order of the texts: informant, unit, condensed unit, codes, who marked it: `meningsenheter`.
    /// Heeds ``TableOptions/codes`` and ``TableOptions/quoteLimit``.
    public func meaningUnits(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), passages = Passages(self, limit: options.quoteLimit)
        let rows = try CodedUnits(self, themes: ThemeTree(self), chosen: chosenSet(options)).items.map { item -> [ResultTable.Cell] in
            [
                .text(sources[item.unit.source].item), .text(try passages.informant(item.unit.source, item.unit.range)),
                .text(try passages.quote(item.unit.source, item.unit.range)), .text(item.unit.condensed),
                .text(item.codes.map { codes[$0].path }.joined(separator: "\n")), .text(coders[item.unit.coder].name), .whole(item.unit.round),
            ]
        }
        return ResultTable(
            name: "meningsenheter", title: say.say("Meningsenheter", "Meaning units"),
            columns: [
                .init("source", say.say("Kilde", "Source"), width: 10), .init("informant", "Informant", width: 14),
                .init("unit", say.say("Meningsenhet", "Meaning unit"), width: 50), .init("condensed", say.say("Kondensert", "Condensed"), width: 30),
                .init("codes", say.say("Koder", "Codes"), width: 24), .init("coder", say.say("Merket av", "Marked by"), width: 12),
                .init("round", say.say("Runde", "Round"), width: 7),
            ], rows: rows, notes: leftOut(say), status: status, language: options.language, grouped: 1)
    }

    /// Main theme × theme × meaning-bearing statements, with informant (Giorgi's analysis as Malterud describes it): `datamatrise`.
    ///
    /// Heeds ``TableOptions/codes``, ``TableOptions/statements`` and ``TableOptions/quoteLimit``. The main theme is the nearest of that
    /// level, else the uppermost theme; the theme is the nearest theme, else sub-theme, category or code group.
    /// - Throws: ``AnalysisError/noThemes``.
    public func dataMatrix(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit)
        guard !tree.isEmpty else { throw AnalysisError.noThemes }
        let items = try CodedUnits(self, themes: tree, chosen: chosenSet(options)).items
        struct Key: Hashable, Comparable {
            var main: Int
            var theme: Int
            var item: Int
            static func < (a: Key, b: Key) -> Bool { (a.main, a.theme, a.item) < (b.main, b.theme, b.item) }
        }
        var keys = Set<Key>(), without = 0
        for (index, item) in items.enumerated() {
            if item.themes.isEmpty { without += 1 }
            for theme in item.themes {
                let top = tree.chain(theme).last { tree.nodes[$0].record.level != .latent } ?? theme
                let main = tree.ancestor(theme, [.maintheme]) ?? top
                let near = tree.ancestor(theme, [.theme]) ?? theme
                keys.insert(Key(main: main, theme: near, item: index))
            }
        }
        let rows = try keys.sorted().map { key -> [ResultTable.Cell] in
            let unit = items[key.item].unit
            return [
                .text(tree.nodes[key.main].record.name), .text(key.theme == key.main ? "" : tree.nodes[key.theme].record.name),
                .text(try passages.statement(unit, options.statements)), .text(try passages.informant(unit.source, unit.range)),
            ]
        }
        var notes: [String] = []
        if without > 0 {
            notes.append(say.say("Uten tema ennå, og ikke med: \(without) meningsenheter.", "Not under any theme yet, and left out: \(without) meaning units."))
        }
        return ResultTable(
            name: "datamatrise", title: say.say("Datamatrise", "Data matrix"),
            columns: [
                .init("main_theme", say.say("Hovedtema", "Main theme"), width: 22), .init("theme", say.say("Tema", "Theme"), width: 22),
                .init("statement", say.say("Meningsbærende utsagn", "Meaning-bearing statement"), width: 60), .init("informant", "Informant", width: 14),
            ], rows: rows, notes: notes + leftOut(say), status: status, language: options.language, grouped: 2)
    }

    /// Meaning unit → condensed → code → sub-theme → theme → latent theme (Graneheim and Lundman 2004): `innholdsanalyse`.
    /// Heeds ``TableOptions/codes`` and ``TableOptions/quoteLimit``.
    public func contentAnalysis(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit)
        var rows: [[ResultTable.Cell]] = []
        for item in try CodedUnits(self, themes: tree, chosen: chosenSet(options)).items {
            let quote = try passages.quote(item.unit.source, item.unit.range), who = try passages.informant(item.unit.source, item.unit.range)
            func add(_ code: String, _ theme: Int?) {
                func level(_ levels: ThemeRecord.Level...) -> ResultTable.Cell {
                    .text(theme.flatMap { step in tree.ancestor(step, Set(levels)).map { tree.nodes[$0].record.name } } ?? "")
                }
                rows.append([
                    .text(quote), .text(item.unit.condensed), .text(code), level(.subtheme, .category, .group), level(.theme), level(.maintheme), level(.latent),
                    .text(who),
                ])
            }
            for code in item.codes {
                let above = tree.themes(ofCode: code)
                if above.isEmpty { add(codes[code].path, nil) }
                for theme in above { add(codes[code].path, theme) }
            }
            for theme in tree.themes(ofUnit: item.unit.guid) { add("", theme) }
            if item.codes.isEmpty, tree.themes(ofUnit: item.unit.guid).isEmpty { add("", nil) }
        }
        var columns: [ResultTable.Column] = [
            .init("unit", say.say("Meningsenhet", "Meaning unit"), width: 44), .init("condensed", say.say("Kondensert meningsenhet", "Condensed meaning unit"), width: 28),
            .init("code", say.say("Kode", "Code"), width: 20), .init("sub_theme", say.say("Undertema", "Sub-theme"), width: 18),
            .init("theme", say.say("Tema", "Theme"), width: 18), .init("main_theme", say.say("Hovedtema", "Main theme"), width: 18),
            .init("latent_theme", say.say("Latent tema", "Latent theme"), width: 18), .init("informant", "Informant", width: 12),
        ]
        // A level that the study does not use is no column.
        for index in [6, 5, 4, 3] where !rows.isEmpty && rows.allSatisfy({ $0[index].isEmpty }) {
            columns.remove(at: index)
            for row in rows.indices { rows[row].remove(at: index) }
        }
        return ResultTable(
            name: "innholdsanalyse", title: say.say("Fra meningsenhet til tema", "From meaning unit to theme"), columns: columns, rows: rows,
            notes: leftOut(say), status: status, language: options.language, grouped: 2)
    }

    /// What each analyst called each meaning unit in each round, side by side, before they agree: `analytikere`.
    ///
    /// Stretches by different hands that share at least half of the longer one are the same unit; the longest of them is quoted. Heeds
    /// ``TableOptions/codes`` and ``TableOptions/quoteLimit``.
    public func analystRounds(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), passages = Passages(self, limit: options.quoteLimit), chosen = try chosenSet(options)
        struct Column: Hashable, Comparable {
            var round: Int
            var coder: Int
            static func < (a: Column, b: Column) -> Bool { (a.round, a.coder) < (b.round, b.coder) }
        }
        let mine = codings.filter { chosen?.contains($0.code) ?? true }
        let columns = Set(mine.map { Column(round: $0.round, coder: $0.coder) }).sorted()
        var rows: [[ResultTable.Cell]] = []
        for (source, group) in Dictionary(grouping: mine, by: \.source).sorted(by: { $0.key < $1.key }) {
            let matching = UnitMatching(group.map(\.range))
            var longest = [Range<Int>](repeating: 0..<0, count: matching.count), cells = [[Column: Set<Int>]](repeating: [:], count: matching.count)
            for coding in group {
                guard let unit = matching.unit(of: coding.range) else { continue }
                if coding.range.count > longest[unit].count { longest[unit] = coding.range }
                cells[unit][Column(round: coding.round, coder: coding.coder), default: []].insert(coding.code)
            }
            for unit in 0..<matching.count {
                let sets = columns.map { cells[unit][$0] ?? [] }
                rows.append(
                    [.text(sources[source].item), .text(try passages.quote(source, longest[unit]))]
                        + sets.map { .text($0.sorted().map { codes[$0].path }.joined(separator: "\n")) })
            }
        }
        return ResultTable(
            name: "analytikere", title: say.say("Hver analytikers koder, runde for runde", "Each analyst's codes, round by round"),
            columns: [.init("source", say.say("Kilde", "Source"), width: 10), .init("unit", say.say("Meningsenhet", "Meaning unit"), width: 46)]
                + columns.map {
                    .init(
                        "coder_\($0.coder + 1)_round_\($0.round)", coders[$0.coder].name + say.say(", runde ", ", round ") + "\($0.round)", width: 20)
                },
            rows: rows, notes: leftOut(say), status: status, language: options.language, grouped: 1)
    }
}
