import Anonymization
import Foundation
import GRDB

/// One merge under way: theirs into ours, table by table, with their row numbers translated into ours.
struct StoreMerge {
    let ours: StoreContents
    let theirs: StoreContents
    let journal: Journal
    var report = CodingStore.MergeReport()
    private var coders: [Int64: Int64] = [:], sources: [Int64: Int64] = [:], codes: [Int64: Int64] = [:], units: [Int64: Int64] = [:]
    private var cases: [Int64: Int64] = [:], attributes: [Int64: Int64] = [:], themes: [Int64: Int64] = [:]
    /// Their GUIDs of what is called otherwise here.
    private var renamed: [String: String] = [:]

    init(ours: StoreContents, theirs: StoreContents, journal: Journal) {
        self.ours = ours
        self.theirs = theirs
        self.journal = journal
    }

    mutating func run() throws {
        for coder in theirs.coders { if let id = coder.id { coders[id] = try CoderRecord.ensured(coder.name, journal.db) } }
        try mergeRounds()
        let versions = try mergeSources()
        try mergeCodes()
        try mergeUnits(versions)
        try mergeCodings()
        try mergeCases()
        try mergeThemes()
        try mergeMemosAndLinks()
        report.droppedThere = ours.codes.filter { theirs.departed["code"]?.contains($0.guid) == true }.map(\.name)
    }

    private mutating func count(_ table: String) { report.added[table, default: 0] += 1 }

    private mutating func add<R: StoreRecord>(_ record: R) throws -> Int64 {
        var record = record
        record.id = nil
        try journal.insert(&record)
        count(R.databaseTableName)
        return record.id ?? 0
    }

    private mutating func compare(_ table: String, _ name: String, _ columns: [(String, Bool)]) {
        for (column, isSame) in columns where !isSame { report.differing.append(.init(table: table, name: name, column: column)) }
    }

    private func isDeparted(_ table: String, _ guid: String) -> Bool { ours.departed[table]?.contains(guid) == true }

    private mutating func mergeRounds() throws {
        let there = Set(ours.rounds.map(\.number))
        for round in theirs.rounds where !there.contains(round.number) { _ = try add(round) }
    }

    /// How their versions are ours: the id here, and how stretches move.
    private struct Carried {
        var version: Int64
        var carrying: Reanchoring?
        /// Their own version here, for what cannot move.
        var own: Int64?
    }

    private mutating func mergeSources() throws -> [Int64: Carried] {
        var out: [Int64: Carried] = [:]
        let byGUID = Dictionary(ours.sources.map { ($0.guid, $0) }, uniquingKeysWith: { a, _ in a })
        let byItem = Dictionary(ours.sources.map { ($0.item, $0) }, uniquingKeysWith: { a, _ in a })
        for source in theirs.sources {
            guard let id = source.id else { continue }
            let versions = theirs.versions.filter { $0.sourceId == id }.sorted { $0.number < $1.number }
            guard let known = byGUID[source.guid] ?? byItem[source.item], let ourId = known.id else {
                let new = try add(source)
                sources[id] = new
                for version in versions { out[version.id] = Carried(version: try copy(version.id, to: new, number: version.number)) }
                continue
            }
            sources[id] = ourId
            let here = ours.versions.filter { $0.sourceId == ourId }
            guard let newest = here.max(by: { $0.number < $1.number }) else { continue }
            for version in versions {
                if let same = here.first(where: { $0.guid == version.guid }) {
                    out[version.id] = Carried(version: same.id)
                } else if theirs.units.contains(where: { $0.versionId == version.id }) {
                    let from = try text(theirs, version.id), to = try text(ours, newest.id)
                    out[version.id] = Carried(version: newest.id, carrying: Reanchoring(from: from, to: to))
                }
            }
        }
        return out
    }

    private func text(_ contents: StoreContents, _ id: Int64) throws -> SourceText {
        guard let version = try contents.version(id) else { throw StoreError.unknownSource("\(id)") }
        return SourceText(text: version.text, packedWords: version.words, turns: [])
    }

    /// A version of theirs with its turns, as a version here.
    private mutating func copy(_ id: Int64, to source: Int64, number: Int) throws -> Int64 {
        guard var version = try theirs.version(id) else { throw StoreError.unknownSource("\(id)") }
        // Nothing but anonymised texts comes in, whatever another file says of itself.
        if !version.document.isEmpty { _ = try AnonymizedTranscript(decoding: version.document) }
        version.id = nil
        version.sourceId = source
        version.number = number
        try version.insert(journal.db)
        let new = version.id ?? 0
        for var turn in try theirs.turns(id) {
            turn.id = nil
            turn.versionId = new
            try turn.insert(journal.db)
            try SearchIndex.add(turn, journal.db)
        }
        for var vouching in try theirs.vouchings(id) {
            vouching.id = nil
            vouching.versionId = new
            try vouching.insert(journal.db)
        }
        try journal.note("source_version \(new)", new: "merged")
        count("source_version")
        return new
    }

    private mutating func mergeCodes() throws {
        var byGUID = Dictionary(ours.codes.map { ($0.guid, $0) }, uniquingKeysWith: { a, _ in a })
        var byPlace: [String: CodeRecord] = [:]
        func place(_ parent: Int64?, _ name: String) -> String { "\(parent ?? 0)/\(name)" }
        for code in ours.codes { byPlace[place(code.parentId, code.name)] = code }
        // Parents come before children.
        for code in theirs.codes {
            guard let id = code.id else { continue }
            let parent = code.parentId.flatMap { codes[$0] }
            if let known = byGUID[code.guid] {
                codes[id] = known.id
                compare("code", known.name, [
                    ("name", known.name == code.name), ("definition", known.definition == code.definition), ("color", known.color == code.color),
                    ("examples", known.examples == code.examples), ("parentId", known.parentId == parent),
                ])
            } else if let known = byPlace[place(parent, code.name)] {
                codes[id] = known.id
                renamed[code.guid] = known.guid
                compare("code", known.name, [("definition", known.definition == code.definition || code.definition.isEmpty)])
            } else if !isDeparted("code", code.guid) || theirs.codings.contains(where: { $0.codeId == id && !isDeparted("coding", $0.guid) }) {
                var new = code
                new.parentId = parent
                new.id = try add(new)
                codes[id] = new.id
                byGUID[code.guid] = new
                byPlace[place(parent, code.name)] = new
            }
        }
    }

    private mutating func mergeUnits(_ versions: [Int64: Carried]) throws {
        var versions = versions
        let byGUID = Dictionary(ours.units.map { ($0.guid, $0) }, uniquingKeysWith: { a, _ in a })
        var byPlace: [String: Int64] = [:]
        func place(_ unit: UnitRecord) -> String { "\(unit.versionId) \(unit.start) \(unit.end)" }
        for unit in ours.units { byPlace[place(unit)] = unit.id }
        for unit in theirs.units {
            guard let id = unit.id, let coder = coders[unit.coderId] else { continue }
            if let known = byGUID[unit.guid] {
                units[id] = known.id
                compare("unit", unit.guid, [("condensed", known.condensed == unit.condensed), ("name", known.name == unit.name)])
                continue
            }
            guard var carried = versions[unit.versionId] else { continue }
            var new = unit
            new.coderId = coder
            new.versionId = carried.version
            switch carried.carrying?.outcome(of: unit.start..<unit.end) {
            case nil: break
            case .same(let range): (new.start, new.end) = (range.lowerBound, range.upperBound)
            case .changed(let range):
                (new.start, new.end) = (range.lowerBound, range.upperBound)
                report.changed.append(unit.guid)
            case .lost:
                // Their version comes in behind ours, for what stands on it alone.
                if carried.own == nil {
                    let source = theirs.versions.first { $0.id == unit.versionId }.flatMap { sources[$0.sourceId] } ?? 0
                    let oldest = try Int.fetchOne(journal.db, sql: "SELECT MIN(number) FROM source_version WHERE sourceId = ?", arguments: [source]) ?? 1
                    carried.own = try copy(unit.versionId, to: source, number: oldest - 1)
                    versions[unit.versionId] = carried
                }
                new.versionId = carried.own ?? carried.version
                new.isLost = true
                report.lost.append(unit.guid)
            }
            if let there = byPlace[place(new)] {
                units[id] = there
                renamed[unit.guid] = ours.units.first { $0.id == there }?.guid ?? unit.guid
                continue
            }
            // A unit that was taken away here comes back only for a coding that was not.
            if isDeparted("unit", unit.guid), !theirs.codings.contains(where: { $0.unitId == id && !isDeparted("coding", $0.guid) }) { continue }
            let made = try add(new)
            units[id] = made
            byPlace[place(new)] = made
        }
    }

    private mutating func mergeCodings() throws {
        var there = Set(ours.codings.map(\.guid))
        var same = Set(ours.codings.map { "\($0.unitId) \($0.codeId) \($0.coderId) \($0.round)" })
        for coding in theirs.codings where !there.contains(coding.guid) && !isDeparted("coding", coding.guid) {
            guard let unit = units[coding.unitId], let code = codes[coding.codeId], let coder = coders[coding.coderId] else { continue }
            guard same.insert("\(unit) \(code) \(coder) \(coding.round)").inserted else { continue }
            var new = coding
            (new.unitId, new.codeId, new.coderId) = (unit, code, coder)
            _ = try add(new)
            there.insert(coding.guid)
        }
        // What was taken away there goes here, too.
        for coding in ours.codings where theirs.departed["coding"]?.contains(coding.guid) == true {
            guard let current = try CodingRecord.fetchOne(journal.db, key: coding.id) else { continue }
            try CodingStore.remove(current, journal)
            report.removed += 1
        }
    }

    private mutating func mergeCases() throws {
        for found in theirs.cases {
            guard let id = found.id else { continue }
            if let known = ours.cases.first(where: { $0.guid == found.guid || $0.name == found.name }) {
                cases[id] = known.id
                renamed[found.guid] = known.guid
                compare("case", known.name, [("kind", known.kind == found.kind), ("description", known.description == found.description)])
            } else if !isDeparted("case", found.guid) {
                cases[id] = try add(found)
            }
        }
        let assigned = Set(ours.caseSources.map { "\($0.caseId) \($0.sourceId) \($0.speaker)" })
        for link in theirs.caseSources {
            guard let study = cases[link.caseId], let source = sources[link.sourceId], !assigned.contains("\(study) \(source) \(link.speaker)") else { continue }
            _ = try add(CaseSourceRecord(caseId: study, sourceId: source, speaker: link.speaker))
        }
        for attribute in theirs.attributes {
            guard let id = attribute.id else { continue }
            if let known = ours.attributes.first(where: { $0.name == attribute.name }) {
                attributes[id] = known.id
                compare("attribute", known.name, [("kind", known.kind == attribute.kind)])
            } else {
                attributes[id] = try add(attribute)
            }
        }
        for value in theirs.values {
            guard let attribute = attributes[value.attributeId] else { continue }
            let study = value.caseId.flatMap { cases[$0] }, source = value.sourceId.flatMap { sources[$0] }
            guard (study == nil) != (source == nil) else { continue }
            if let known = ours.values.first(where: { $0.attributeId == attribute && $0.caseId == study && $0.sourceId == source && $0.wave == value.wave }) {
                compare("attribute_value", theirs.attributes.first { $0.id == value.attributeId }?.name ?? "", [("value", known.value == value.value)])
            } else {
                _ = try add(AttributeValueRecord(attributeId: attribute, caseId: study, sourceId: source, wave: value.wave, value: value.value))
            }
        }
    }

    private mutating func mergeThemes() throws {
        // Parents first: a theme goes in once its parent has.
        var waiting = theirs.themes
        while !waiting.isEmpty {
            var later: [ThemeRecord] = []
            for theme in waiting {
                guard let id = theme.id else { continue }
                let parent = theme.parentId.flatMap { themes[$0] }
                if theme.parentId != nil, parent == nil, waiting.contains(where: { $0.id == theme.parentId }) {
                    later.append(theme)
                    continue
                }
                let known = ours.themes.first { $0.guid == theme.guid } ?? ours.themes.first { $0.parentId == parent && $0.name == theme.name && $0.level == theme.level }
                if let known {
                    themes[id] = known.id
                    renamed[theme.guid] = known.guid
                    compare("theme", known.name, [("name", known.name == theme.name), ("level", known.level == theme.level), ("definition", known.definition == theme.definition)])
                } else if !isDeparted("theme", theme.guid) {
                    var new = theme
                    new.parentId = parent
                    themes[id] = try add(new)
                }
            }
            if later.count == waiting.count { break }
            waiting = later
        }
        let there = Set(ours.members.map { "\($0.themeId) \($0.kind.rawValue) \($0.member)" })
        for member in theirs.members {
            guard let theme = themes[member.themeId] else { continue }
            let guid = renamed[member.member] ?? member.member
            guard !there.contains("\(theme) \(member.kind.rawValue) \(guid)") else { continue }
            _ = try add(ThemeMemberRecord(themeId: theme, kind: member.kind, member: guid))
        }
    }

    private mutating func mergeMemosAndLinks() throws {
        let memos = Dictionary(ours.memos.map { ($0.guid, $0) }, uniquingKeysWith: { a, _ in a })
        for memo in theirs.memos {
            if let known = memos[memo.guid] {
                compare("memo", known.guid, [("title", known.title == memo.title), ("text", known.text == memo.text)])
            } else if !isDeparted("memo", memo.guid), let coder = coders[memo.coderId] {
                var new = memo
                new.coderId = coder
                new.target = memo.target.map { renamed[$0] ?? $0 }
                _ = try add(new)
            }
        }
        for memo in ours.memos where theirs.departed["memo"]?.contains(memo.guid) == true {
            guard let current = try MemoRecord.fetchOne(journal.db, key: memo.id) else { continue }
            try journal.delete(current)
            report.removed += 1
        }
        let links = Set(ours.links.map(\.guid))
        for link in theirs.links where !links.contains(link.guid) && !isDeparted("link", link.guid) {
            var new = link
            new.origin = renamed[link.origin] ?? link.origin
            new.target = renamed[link.target] ?? link.target
            _ = try add(new)
        }
        let graphs = Set(ours.graphs.map(\.guid))
        for graph in theirs.graphs where !graphs.contains(graph.guid) { _ = try add(graph) }
    }
}
