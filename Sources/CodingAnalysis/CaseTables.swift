import CodingStore
import Exchange
import Foundation
import Transcript

/// Cases side by side, over the waves of a study.
extension CodedStudy {
    /// A row a case, a column a trait (and wave, where traits differ by wave), as the table of municipalities: `kasus`.
    /// Heeds ``TableOptions/caseKind``.
    /// - Throws: ``AnalysisError/noCases``.
    public func caseTraits(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language)
        let shown = cases.indices.filter { options.caseKind == nil || cases[$0].kind == options.caseKind }
        guard !shown.isEmpty else { throw AnalysisError.noCases }
        let ids = Set(shown.compactMap { cases[$0].id })
        struct Column {
            var attribute: AttributeRecord
            var wave: String
        }
        var columns: [Column] = []
        var byKey: [String: String] = [:]
        func key(_ attribute: Int64?, _ wave: String, _ id: Int64?) -> String { "\(attribute ?? 0) \(id ?? 0) \(wave)" }
        for attribute in attributes {
            var waves = Set<String>()
            for value in values where value.attributeId == attribute.id {
                guard let id = value.caseId, ids.contains(id) else { continue }
                waves.insert(value.wave)
                byKey[key(attribute.id, value.wave, id)] = value.value
            }
            columns += waves.sorted().map { Column(attribute: attribute, wave: $0) }
        }
        let rows = shown.map { index -> [ResultTable.Cell] in
            [.text(cases[index].name)] + columns.map { column in
                cell(byKey[key(column.attribute.id, column.wave, cases[index].id)], column.attribute.kind, say)
            }
        }
        return ResultTable(
            name: "kasus", title: say.say("Kasus og kjennetegn", "Cases and their traits"),
            columns: [.init("case", say.say("Kasus", "Case"), width: 18)]
                + columns.map {
                    .init($0.attribute.name + ($0.wave.isEmpty ? "" : "_" + $0.wave), $0.attribute.name + ($0.wave.isEmpty ? "" : " (\($0.wave))"), width: 16)
                },
            rows: rows, notes: [], status: status, language: options.language)
    }

    private func cell(_ value: String?, _ kind: AttributeRecord.Kind, _ say: ResultWords) -> ResultTable.Cell {
        guard let value else { return .text("") }
        switch kind {
        case .integer: return Int(value).map { .whole($0) } ?? .text(value)
        case .float: return Double(value).map { .number($0, places: 2) } ?? .text(value)
        case .boolean: return .text(value == "true" ? say.say("ja", "yes") : say.say("nei", "no"))
        case .text, .date, .dateTime: return .text(value)
        }
    }

    /// Case × wave: for each case and theme (or uppermost code, where there are no themes) how many statements each wave has and what
    /// they say, and the change in number from the first wave to the last: `bolger`.
    ///
    /// Heeds ``TableOptions/caseKind``, ``TableOptions/codes`` (then these codes instead of themes), ``TableOptions/statements`` and
    /// ``TableOptions/quoteLimit``.
    /// - Throws: ``AnalysisError/noCases``.
    public func waveComparison(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit)
        guard !cases.isEmpty else { throw AnalysisError.noCases }
        let waves = Set(sources.map(\.wave)).sorted()
        // What a statement is counted under.
        var names: [String] = [], subjects: [Int: [Int]] = [:], ofTheme: [Int: Int] = [:]
        if let paths = options.codes {
            for path in paths {
                let code = try code(path)
                for below in subtree(of: code) { subjects[below, default: []].append(names.count) }
                names.append(codes[code].path)
            }
        } else if let level = [ThemeRecord.Level.theme, .maintheme, .category, .group].first(where: { level in tree.nodes.contains { $0.record.level == level } }) {
            for theme in tree.nodes.indices where tree.nodes[theme].record.level == level {
                ofTheme[theme] = names.count
                names.append(tree.nodes[theme].record.name)
            }
            for code in codes.indices {
                subjects[code] = Set(tree.themes(ofCode: code).compactMap { tree.ancestor($0, [level]) }.compactMap { ofTheme[$0] }).sorted()
            }
        } else {
            for code in codes.indices where codes[code].depth == 0 {
                for below in subtree(of: code) { subjects[below] = [names.count] }
                names.append(codes[code].name)
            }
        }
        struct Key: Hashable, Comparable {
            var found: Int
            var subject: Int
            static func < (a: Key, b: Key) -> Bool { (a.found, a.subject) < (b.found, b.subject) }
        }
        var statements: [Key: [String: [String]]] = [:]
        for item in try CodedUnits(self, themes: tree, chosen: nil).items {
            var under = Set(item.codes.flatMap { subjects[$0] ?? [] })
            for theme in tree.themes(ofUnit: item.unit.guid) { for step in tree.chain(theme) { if let subject = ofTheme[step] { under.insert(subject) } } }
            guard !under.isEmpty else { continue }
            let text = try passages.statement(item.unit, options.statements).replacing("\n", with: " / ")
            for found in try passages.cases(item.unit.source, item.unit.range, kind: options.caseKind) {
                for subject in under { statements[Key(found: found, subject: subject), default: [:]][sources[item.unit.source].wave, default: []].append(text) }
            }
        }
        let rows = statements.keys.sorted().map { key -> [ResultTable.Cell] in
            let byWave = statements[key] ?? [:], counts = waves.map { byWave[$0]?.count ?? 0 }
            var row: [ResultTable.Cell] = [.text(cases[key.found].name), .text(names[key.subject])]
            for (wave, count) in zip(waves, counts) {
                row += [.whole(count), .text((byWave[wave] ?? []).map { "– " + $0 }.joined(separator: "\n"))]
            }
            if waves.count > 1 { row.append(.whole(counts[counts.count - 1] - counts[0])) }
            return row
        }
        var columns: [ResultTable.Column] = [.init("case", say.say("Kasus", "Case"), width: 16), .init("theme", say.say("Tema", "Theme"), width: 22)]
        for (index, wave) in waves.enumerated() {
            let name = wave.isEmpty ? say.say("uten bølge", "no wave") : wave
            columns += [
                .init("statements_\(index + 1)", say.say("Utsagn, ", "Statements, ") + name, width: 9),
                .init("text_\(index + 1)", say.say("Innhold, ", "Content, ") + name, width: 36),
            ]
        }
        if waves.count > 1 { columns.append(.init("change", say.say("Endring", "Change"), width: 9)) }
        return ResultTable(
            name: "bolger", title: say.say("Kasus og bølger", "Cases and waves"), columns: columns, rows: rows,
            notes: (waves.count > 1 ? [say.say("Endring: utsagn i siste bølge minus første.", "Change: statements in the last wave less the first.")] : [])
                + leftOut(say),
            status: status, language: options.language, grouped: 1)
    }

    /// Quotations cited by date and role, `(06.12.06. leder)`: `sitater`.
    ///
    /// The date is a trait of the source, the role one of the participant, else of the source; what is not known is left out, and the
    /// informant's name stands where nothing is. Heeds ``TableOptions/codes``, ``TableOptions/quoteLimit``,
    /// ``TableOptions/dateAttribute`` and ``TableOptions/roleAttribute``.
    public func citations(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language), tree = ThemeTree(self), passages = Passages(self, limit: options.quoteLimit), traits = Traits(self)
        let chosen = options.codes == nil ? nil : Set(try chosenCodes(options))
        var rows: [(code: Int, cells: [ResultTable.Cell])] = [], bare = 0
        for item in try CodedUnits(self, themes: tree, chosen: chosen).items where !item.codes.isEmpty {
            let source = item.unit.source, quote = try passages.quote(source, item.unit.range)
            let found = try passages.cases(source, item.unit.range)
            let role = found.lazy.compactMap { traits.role(ofCase: $0, wave: self.sources[source].wave, attribute: options.roleAttribute) }.first
                ?? traits.role(ofSource: source, attribute: options.roleAttribute)
            let date = traits.date(ofSource: source, attribute: options.dateAttribute)
            var citation = [date.map(Self.shortDate).map { $0 + "." }, role].compactMap { $0 }.joined(separator: " ")
            if citation.isEmpty {
                citation = try passages.informant(source, item.unit.range)
                bare += 1
            }
            for code in item.codes {
                rows.append((code, [
                    .text(codes[code].path), .text(found.filter { cases[$0].kind != "participant" }.map { cases[$0].name }.joined(separator: ", ")),
                    .text(sources[source].wave), .text(quote), .text("(\(citation))"),
                ]))
            }
        }
        // Stable: within a code by source and place.
        let sorted = rows.enumerated().sorted { ($0.element.code, $0.offset) < ($1.element.code, $1.offset) }.map(\.element.cells)
        let notes = bare > 0
            ? [say.say("Verken dato eller rolle er kjent for \(bare) sitater; de viser til informanten.", "Neither date nor role is known for \(bare) quotations; they cite the informant.")]
            : []
        return ResultTable(
            name: "sitater", title: say.say("Sitater", "Quotations"),
            columns: [
                .init("code", say.say("Kode", "Code"), width: 24), .init("case", say.say("Kasus", "Case"), width: 14), .init("wave", say.say("Bølge", "Wave"), width: 8),
                .init("quotation", say.say("Sitat", "Quotation"), width: 56), .init("citation", say.say("Kilde", "Citation"), width: 22),
            ], rows: sorted, notes: notes + leftOut(say), status: status, language: options.language, grouped: 1)
    }

    /// `2006-12-06` as `06.12.06`, `2006-12` as `12.2006`; anything else as it stands.
    static func shortDate(_ date: String) -> String {
        let parts = date.prefix(10).split(separator: "-")
        if parts.count == 2, parts[0].count == 4 { return "\(parts[1]).\(parts[0])" }
        guard parts.count == 3, parts[0].count == 4 else { return date }
        return "\(parts[2]).\(parts[1]).\(parts[0].suffix(2))"
    }
}
