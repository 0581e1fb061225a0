import Foundation
import GRDB

/// What leaves the store for good, so that the history can forget it, too.
struct Departed {
    private var rows: Set<String> = []
    private var guids: Set<String> = []
    var items: Set<String> = []

    mutating func add(_ table: String, _ id: Int64?, _ guid: String?) {
        rows.insert("\(table) \(id ?? 0)")
        if let guid { guids.insert(guid) }
    }

    /// Which column of which table names a row of another.
    private static let owners = ["versionId": "source_version", "sourceId": "source", "unitId": "unit", "caseId": "case"]

    /// Removes the lines of all rows that went, and of rows long gone that hung on them: a memo written and dropped again, a unit
    /// whose text an import superseded.
    /// - Returns: how many lines went.
    func forgetHistory(_ db: Database) throws -> Int {
        var rows = rows, guids = guids
        struct Line { var id: Int64, target: String, columns: [[String: JSONValue]] }
        var lines: [Line] = []
        let cursor = try Row.fetchCursor(db, sql: "SELECT id, target, old, new FROM history")
        while let row = try cursor.next() {
            let texts: [String?] = [row["old"], row["new"]]
            if texts.contains(where: { text in text.map { isOfItem($0) } ?? false }) {
                // Versions that an import superseded are gone from the tables, and still named by the history.
                rows.insert(row["target"])
            }
            lines.append(
                Line(
                    id: row["id"], target: row["target"],
                    columns: texts.compactMap { text in
                        text.flatMap { $0.hasPrefix("{") ? try? JSONDecoder().decode([String: JSONValue].self, from: Data($0.utf8)) : nil }
                    }))
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for line in lines where !rows.contains(line.target) {
                let hangs = line.columns.contains { columns in
                    columns.contains { name, value in
                        switch value {
                        case .integer(let id): Self.owners[name].map { rows.contains("\($0) \(id)") } ?? false
                        case .text(let text): ["target", "origin", "member"].contains(name) && guids.contains(text)
                        default: false
                        }
                    }
                }
                guard hangs else { continue }
                rows.insert(line.target)
                for columns in line.columns { if case .text(let guid)? = columns["guid"] { guids.insert(guid) } }
                isGrowing = true
            }
        }
        var count = 0
        for line in lines where rows.contains(line.target) {
            try db.execute(sql: "DELETE FROM history WHERE id = ?", arguments: [line.id])
            count += 1
        }
        return count
    }

    private func isOfItem(_ text: String) -> Bool { items.contains { text == $0 || text.hasPrefix($0 + " version ") } }
}
