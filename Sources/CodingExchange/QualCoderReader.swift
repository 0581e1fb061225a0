import CodingStore
import Foundation
import GRDB

/// Reads a QualCoder project: its `.qda` folder with `data.qda`, a SQLite database (versions 1 to 3.8 of the program).
///
/// Places count Unicode code points of the stored text. Categories become headings that are not put on text.
enum QualCoderReader {
    static func read(_ url: URL) throws -> ForeignProject {
        let database = url.lastPathComponent == "data.qda" ? url : url.appendingPathComponent("data.qda")
        return try SQLiteCopy.read(database) { db in
            guard try db.tableExists("code_name"), try db.tableExists("code_text"), try db.tableExists("source") else {
                throw ExchangeError.unknownFormat(file: url.lastPathComponent)
            }
            var reader = try Reader(db)
            try reader.read()
            return reader.out
        }
    }

    private struct Reader {
        let db: Database
        let space: String
        var out = ForeignProject()
        private var maps: [Int64: PositionConvention.Map] = [:], index: [Int64: Int] = [:]
        /// Meaning units by source and place: several codes on one place are one.
        private var unitAt: [String: Int] = [:]

        init(_ db: Database) throws {
            self.db = db
            let project = try Row.fetchOne(db, sql: "SELECT * FROM project LIMIT 1")
            space = "qualcoder \((project?["date"] as String?) ?? "")"
            out.report.origin = "QualCoder"
            out.content.study = (GUID.named(space), "", LineEnds.plain((project?["memo"] as String?) ?? ""))
        }

        private func guid(_ kind: String, _ id: Int64) -> String { GUID.named("\(space) \(kind) \(id)") }

        private mutating func coder(_ name: String?) -> String? {
            guard let name, !name.isEmpty else { return nil }
            let guid = GUID.named("coder " + name)
            if !out.content.coders.contains(where: { $0.guid == guid }) { out.content.coders.append(.init(guid: guid, name: name)) }
            return guid
        }

        mutating func read() throws {
            try readCodes()
            try readSources()
            try readCodings()
            try readCases()
            try readMemos()
            out.report.counts = [
                "codes": out.content.codes.count, "sources": out.content.sources.count, "units": out.content.sources.reduce(0) { $0 + $1.units.count },
                "codings": out.content.sources.reduce(0) { $0 + $1.units.reduce(0) { $0 + $1.codings.count } }, "cases": out.content.cases.count,
                "attributes": out.content.attributes.count, "memos": out.content.memos.count,
            ]
        }

        private mutating func readCodes() throws {
            let categories = try Row.fetchAll(db, sql: "SELECT * FROM code_cat ORDER BY name, catid")
            let hasSubcodes = try SQLiteCopy.has("supercid", in: "code_name", db)
            let codes = try Row.fetchAll(db, sql: "SELECT * FROM code_name ORDER BY name, cid")
            let isCategory = Set(categories.map { $0["catid"] as Int64 }), isCode = Set(codes.map { $0["cid"] as Int64 })
            var children: [String: [ProjectContent.Code]] = [:]
            for row in categories {
                let parent = (row["supercatid"] as Int64?).flatMap { isCategory.contains($0) ? guid("category", $0) : nil }
                var code = ProjectContent.Code(guid: guid("category", row["catid"]), parent: parent, name: row["name"] ?? "")
                code.definition = LineEnds.plain(row["memo"] ?? "")
                code.isCodable = false
                children[parent ?? "", default: []].append(code)
            }
            for row in codes {
                let above = hasSubcodes ? (row["supercid"] as Int64?).flatMap { isCode.contains($0) ? guid("code", $0) : nil } : nil
                let parent = above ?? (row["catid"] as Int64?).flatMap { isCategory.contains($0) ? guid("category", $0) : nil }
                var code = ProjectContent.Code(guid: guid("code", row["cid"]), parent: parent, name: row["name"] ?? "")
                code.definition = LineEnds.plain(row["memo"] ?? "")
                let color: String? = row["color"]
                code.color = color?.wholeMatch(of: /#[0-9A-Fa-f]{6}/) == nil ? nil : color?.lowercased()
                children[parent ?? "", default: []].append(code)
            }
            var stack = (children[""] ?? []).reversed() as [ProjectContent.Code]
            while let next = stack.popLast() {
                out.content.codes.append(next)
                stack += (children[next.guid] ?? []).reversed()
            }
        }

        private mutating func readSources() throws {
            let coded = Set(
                try ["code_text": "fid", "code_image": "id", "code_av": "id"].sorted { $0.key < $1.key }.flatMap { table, column in
                    try db.tableExists(table) ? Int64.fetchAll(db, sql: "SELECT DISTINCT \(column) FROM \(table)") : []
                })
            for row in try Row.fetchAll(db, sql: "SELECT * FROM source ORDER BY id") {
                let id: Int64 = row["id"], text: String? = row["fulltext"], media: String? = row["mediapath"]
                if media != nil, !(media ?? "").isEmpty { out.report.note(.leftOut, .mediaStay) }
                if (text ?? "").isEmpty, !coded.contains(id) { continue }
                var source = ProjectContent.Source(guid: guid("source", id), name: row["name"] ?? "")
                source.description = LineEnds.plain(row["memo"] ?? "")
                source.createdAt = SQLiteCopy.time(row["date"])
                if let text, !text.isEmpty {
                    // Its editor counts every character that it stores, as Python does.
                    maps[id] = .init(text, PositionConvention(isUTF16: false, countsCRLFTwice: true, countsMark: true))
                    out.texts[source.guid] = LineEnds.plain(text.unicodeScalars.first == "\u{FEFF}" ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text)
                } else {
                    out.report.note(.warning, .missingTexts, 1, source.name)
                }
                index[id] = out.content.sources.count
                out.content.sources.append(source)
            }
        }

        /// The meaning unit at a place, made where there is none.
        private mutating func unit(_ source: Int, _ start: Int, _ end: Int, _ name: String, _ row: Row) -> Int {
            let key = "\(source) \(start) \(end) \(start < end ? "" : name)"
            if let there = unitAt[key] { return there }
            var unit = ProjectContent.Unit(guid: GUID.named("\(space) unit \(key)"), start: start, end: end)
            unit.coder = coder(row["owner"])
            unit.createdAt = SQLiteCopy.time(row["date"])
            out.content.sources[source].units.append(unit)
            unitAt[key] = out.content.sources[source].units.count - 1
            return out.content.sources[source].units.count - 1
        }

        private mutating func readCodings() throws {
            let key = try SQLiteCopy.has("ctid", in: "code_text", db) ? "ctid" : "rowid"
            for row in try Row.fetchAll(db, sql: "SELECT *, \(key) AS number FROM code_text ORDER BY fid, pos0, pos1, cid, owner") {
                guard let source = index[row["fid"] ?? -1] else {
                    out.report.note(.leftOut, .dangling, 1, "code_text")
                    continue
                }
                let map = maps[row["fid"]], from: Int = row["pos0"] ?? 0, to: Int = row["pos1"] ?? 0
                if map?(from) == nil || map?(to) == nil { out.report.note(.adjusted, .placesOutside, 1, out.content.sources[source].name) }
                add(row, source: source, start: map?.clamped(from) ?? from, end: map?.clamped(to) ?? to, name: "", kind: "coding")
            }
            for (table, column) in [("code_image", "imid"), ("code_av", "avid")] where try db.tableExists(table) {
                for row in try Row.fetchAll(db, sql: "SELECT *, \(column) AS number FROM \(table) ORDER BY \(column)") {
                    guard let source = index[row["id"] ?? -1] else { continue }
                    out.report.note(.adjusted, .placesOnPictures)
                    add(row, source: source, start: 0, end: 0, name: "\(table) \(row["number"] as Int64)", kind: table)
                }
            }
        }

        private mutating func add(_ row: Row, source: Int, start: Int, end: Int, name: String, kind: String) {
            let u = unit(source, start, end, name, row), id = guid(kind, row["number"])
            var coding = ProjectContent.Coding(guid: id, code: guid("code", row["cid"] ?? -1))
            coding.coder = coder(row["owner"])
            coding.createdAt = SQLiteCopy.time(row["date"])
            out.content.sources[source].units[u].codings.append(coding)
            memo(row["memo"], title: "", on: id, row, "\(kind) memo \(row["number"] as Int64)")
        }

        private mutating func memo(_ text: String?, title: String, on target: String?, _ row: Row, _ key: String) {
            guard let text, !text.isEmpty else { return }
            var memo = ProjectContent.Memo(guid: GUID.named("\(space) \(key)"), target: target, title: title, text: LineEnds.plain(text))
            memo.coder = coder(row["owner"])
            memo.createdAt = SQLiteCopy.time(row["date"])
            out.content.memos.append(memo)
        }

        private mutating func readCases() throws {
            guard try db.tableExists("cases") else { return }
            var at: [Int64: Int] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM cases ORDER BY caseid") {
                var found = ProjectContent.Case(guid: guid("case", row["caseid"]), name: row["name"] ?? "")
                found.description = LineEnds.plain(row["memo"] ?? "")
                at[row["caseid"]] = out.content.cases.count
                out.content.cases.append(found)
            }
            for row in try Row.fetchAll(db, sql: "SELECT caseid, fid, MIN(pos0) AS first, MAX(pos1) AS last, COUNT(*) AS parts FROM case_text GROUP BY caseid, fid ORDER BY caseid, fid") {
                guard let c = at[row["caseid"] ?? -1], let source = index[row["fid"] ?? -1] else { continue }
                let from: Int = row["first"] ?? 0, to: Int = row["last"] ?? 0, map = maps[row["fid"]]
                let length = map?.length ?? 0
                // A whole file is from its first to about its last character.
                if from <= 1, map.map({ $0.clamped(to) >= length - 2 }) ?? true {
                    out.content.cases[c].sources.append((out.content.sources[source].guid, ""))
                } else {
                    out.report.note(.leftOut, .caseSelections, row["parts"] ?? 1)
                }
            }
            guard try db.tableExists("attribute_type") else { return }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM attribute_type ORDER BY name") {
                let name: String = row["name"] ?? ""
                let values = try String.fetchAll(db, sql: "SELECT value FROM attribute WHERE name = ? AND value IS NOT NULL AND value <> ''", arguments: [name])
                let kind: AttributeRecord.Kind = row["valuetype"] != "numeric" ? .text : values.allSatisfy { Int($0) != nil } ? .integer : .float
                var attribute = ProjectContent.Attribute(guid: GUID.named("\(space) attribute \(name)"), name: name, kind: kind)
                attribute.description = LineEnds.plain(row["memo"] ?? "")
                out.content.attributes.append(attribute)
            }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM attribute WHERE value IS NOT NULL AND value <> '' ORDER BY attrid") {
                let value = ProjectContent.Value(attribute: GUID.named("\(space) attribute \((row["name"] as String?) ?? "")"), value: row["value"])
                if row["attr_type"] == "case", let c = at[row["id"] ?? -1] {
                    out.content.cases[c].values.append(value)
                } else if row["attr_type"] == "file", let source = index[row["id"] ?? -1] {
                    out.content.sourceValues[out.content.sources[source].guid, default: []].append(value)
                } else {
                    out.report.note(.leftOut, .dangling, 1, "attribute")
                }
            }
        }

        private mutating func readMemos() throws {
            if try db.tableExists("annotation") {
                for row in try Row.fetchAll(db, sql: "SELECT * FROM annotation ORDER BY anid") {
                    guard let source = index[row["fid"] ?? -1], let map = maps[row["fid"]] else { continue }
                    let u = unit(source, map.clamped(row["pos0"] ?? 0), map.clamped(row["pos1"] ?? 0), "annotation", row)
                    out.report.note(.adjusted, .annotations)
                    memo(row["memo"], title: "", on: out.content.sources[source].units[u].guid, row, "annotation \(row["anid"] as Int64)")
                }
            }
            if try db.tableExists("journal") {
                for row in try Row.fetchAll(db, sql: "SELECT * FROM journal ORDER BY jid") {
                    memo(row["jentry"], title: row["name"] ?? "", on: nil, row, "journal \(row["jid"] as Int64)")
                }
            }
        }
    }
}
