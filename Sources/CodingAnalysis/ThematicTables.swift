import CodingStore
import Exchange
import Transcript

/// The tables of a thematic analysis (Braun and Clarke 2006).
extension CodedStudy {
    private func chosenSet(_ options: TableOptions) throws -> Set<Int>? { options.codes == nil ? nil : Set(try chosenCodes(options)) }

    /// Participant, data extract, code: `utdrag`. Heeds ``TableOptions/codes`` and ``TableOptions/quoteLimit``.
    public func extracts(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), passages = Passages(self, limit: options.quoteLimit)
        var rows: [[ResultTable.Cell]] = []
        for item in try CodedUnits(self, themes: ThemeTree(self), chosen: chosenSet(options)).items where !item.codes.isEmpty {
            let who = try passages.informant(item.unit.source, item.unit.range), quote = try passages.quote(item.unit.source, item.unit.range)
            for code in item.codes { rows.append([.text(who), .text(quote), .text(codes[code].path)]) }
        }
        return ResultTable(
            name: "utdrag", title: say.say("Datautdrag og koder", "Data extracts and codes"),
            columns: [
                .init("participant", say.say("Deltaker", "Participant"), width: 14), .init("extract", say.say("Datautdrag", "Data extract"), width: 60),
                .init("code", say.say("Kode", "Code"), width: 30),
            ], rows: rows, notes: leftOut(say), status: status, language: options.language, grouped: 2)
    }

    /// Category, code, meaning unit: `kategorier`. Codes that are under none stand last, under "Uten kategori".
    ///
    /// The category is the nearest category, code group or sub-theme of the code, else the theme it lies under; where no code has any, the
    /// code above it in the tree. Heeds ``TableOptions/codes``, ``TableOptions/statements`` and ``TableOptions/quoteLimit``.
    public func categories(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit)
        struct Row {
            var category: Int
            var name: String
            var code: Int
            var item: Int
        }
        let items = try CodedUnits(self, themes: tree, chosen: chosenSet(options)).items
        var found: [Row] = []
        for (index, item) in items.enumerated() {
            for code in item.codes {
                let above = Set(tree.themes(ofCode: code).map { tree.ancestor($0, [.category, .group, .subtheme]) ?? $0 }).sorted()
                for theme in above { found.append(Row(category: theme, name: tree.nodes[theme].record.name, code: code, item: index)) }
                guard above.isEmpty else { continue }
                if tree.isEmpty, let parent = codes[code].parent {
                    found.append(Row(category: parent, name: codes[parent].path, code: code, item: index))
                } else {
                    found.append(Row(category: .max, name: say.say("Uten kategori", "No category"), code: code, item: index))
                }
            }
        }
        found.sort { ($0.category, $0.code, $0.item) < ($1.category, $1.code, $1.item) }
        let rows = try found.map { row -> [ResultTable.Cell] in
            let unit = items[row.item].unit
            return [
                .text(row.name), .text(codes[row.code].name), .text(try passages.statement(unit, options.statements)),
                .text(try passages.informant(unit.source, unit.range)),
            ]
        }
        return ResultTable(
            name: "kategorier", title: say.say("Kategori, kode, meningsenhet", "Category, code, meaning unit"),
            columns: [
                .init("category", say.say("Kategori", "Category"), width: 22), .init("code", say.say("Kode", "Code"), width: 24),
                .init("unit", say.say("Meningsenhet", "Meaning unit"), width: 56), .init("participant", say.say("Deltaker", "Participant"), width: 14),
            ], rows: rows, notes: leftOut(say), status: status, language: options.language, grouped: 2)
    }

    /// Each theme, category and code group with how many codes it gathers, how often they are used and by how many informants' sources:
    /// `kodegrupper`.
    /// - Throws: ``AnalysisError/noThemes``.
    public func codeGroups(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self)
        guard !tree.isEmpty else { throw AnalysisError.noThemes }
        var members = [Set<Int>](repeating: [], count: tree.nodes.count)
        for code in codes.indices { for theme in tree.themes(ofCode: code) { for step in tree.chain(theme) { members[step].insert(code) } } }
        var counts = [Int](repeating: 0, count: codes.count), found = [Set<Int>](repeating: [], count: codes.count)
        for coding in codings {
            counts[coding.code] += 1
            found[coding.code].insert(coding.source)
        }
        let rows = tree.nodes.indices.map { theme -> [ResultTable.Cell] in
            let node = tree.nodes[theme], own = members[theme]
            return [
                .text(String(repeating: "– ", count: node.depth) + node.record.name), .text(say.level(node.record.level)), .whole(own.count),
                .whole(own.reduce(0) { $0 + counts[$1] }), .whole(own.reduce(into: Set<Int>()) { $0.formUnion(found[$1]) }.count),
                .text(node.record.definition),
            ]
        }
        let loose = codes.indices.count { tree.themes(ofCode: $0).isEmpty }
        let notes = loose > 0 ? [say.say("Koder som ikke er samlet under noe: \(loose).", "Codes that are gathered under nothing: \(loose).")] : []
        return ResultTable(
            name: "kodegrupper", title: say.say("Kodegrupper og temaer", "Code groups and themes"),
            columns: [
                .init("theme", say.say("Gruppe eller tema", "Group or theme"), width: 36), .init("level", say.say("Nivå", "Level"), width: 14),
                .init("codes", say.say("Koder", "Codes"), width: 8), .init("codings", say.say("Kodinger", "Codings"), width: 10),
                .init("sources", say.say("Kilder", "Sources"), width: 8), .init("definition", say.say("Definisjon", "Definition"), width: 40),
            ], rows: rows, notes: notes + leftOut(say), status: status, language: options.language)
    }

    /// Case × code or theme, with what each case says of it (Ritchie and Lewis's framework): `rammeverk`.
    ///
    /// Columns are the codes asked for, else the themes of the level `theme`, else the main themes, else the uppermost codes. Heeds
    /// ``TableOptions/codes`` (here the columns), ``TableOptions/caseKind``, ``TableOptions/statements`` and ``TableOptions/quoteLimit``.
    public func framework(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit)
        var names: [String] = [], columnsOf: [Int: [Int]] = [:], direct: [Int: Int] = [:]
        if let paths = options.codes {
            for path in paths {
                let code = try code(path)
                for below in subtree(of: code) { columnsOf[below, default: []].append(names.count) }
                names.append(codes[code].name)
            }
        } else if let level = [ThemeRecord.Level.theme, .maintheme, .category, .group].first(where: { level in tree.nodes.contains { $0.record.level == level } }) {
            for theme in tree.nodes.indices where tree.nodes[theme].record.level == level {
                direct[theme] = names.count
                names.append(tree.nodes[theme].record.name)
            }
            for code in codes.indices {
                columnsOf[code] = Set(tree.themes(ofCode: code).compactMap { tree.ancestor($0, [level]) }.compactMap { direct[$0] }).sorted()
            }
        } else {
            for code in codes.indices where codes[code].depth == 0 {
                for below in subtree(of: code) { columnsOf[below] = [names.count] }
                names.append(codes[code].name)
            }
        }
        let cases = CaseColumns(self, kind: options.caseKind)
        let rowOf = Dictionary(uniqueKeysWithValues: cases.cases.enumerated().map { ($1, $0) })
        var cells = [[[String]]](repeating: [[String]](repeating: [], count: names.count), count: cases.names.count)
        for item in try CodedUnits(self, themes: tree, chosen: nil).items {
            var columns = Set(item.codes.flatMap { columnsOf[$0] ?? [] })
            for theme in tree.themes(ofUnit: item.unit.guid) { for step in tree.chain(theme) { if let column = direct[step] { columns.insert(column) } } }
            guard !columns.isEmpty else { continue }
            let text = try passages.statement(item.unit, options.statements).replacing("\n", with: " / ")
            let rows = self.cases.isEmpty
                ? [item.unit.source] : try passages.cases(item.unit.source, item.unit.range, kind: options.caseKind).compactMap { rowOf[$0] }
            for row in rows { for column in columns.sorted() where !cells[row][column].contains(text) { cells[row][column].append(text) } }
        }
        return ResultTable(
            name: "rammeverk", title: say.say("Rammeverksmatrise", "Framework matrix"),
            columns: [.init("case", say.say("Kasus", "Case"), width: 16)] + names.enumerated().map { .init("column_\($0 + 1)", $1, width: 32) },
            rows: cells.enumerated().map { row, cells in [.text(cases.names[row])] + cells.map { .text($0.map { "– " + $0 }.joined(separator: "\n")) } },
            notes: leftOut(say), status: status, language: options.language)
    }
}

extension ResultWords {
    func level(_ level: ThemeRecord.Level) -> String {
        switch level {
        case .group: say("kodegruppe", "code group")
        case .category: say("kategori", "category")
        case .subtheme: say("undertema", "sub-theme")
        case .theme: say("tema", "theme")
        case .maintheme: say("hovedtema", "main theme")
        case .latent: say("latent tema", "latent theme")
        case .set: say("sett", "set")
        }
    }
}
