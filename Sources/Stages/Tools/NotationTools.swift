import Foundation
import Pipeline
import Transcript

/// What the command `notation` prints.
public enum NotationTools {
    private struct Described: Encodable {
        var table: NotationTable
        var readBack: [Row]
        struct Row: Encodable { var what: [String], sign: String, outcome: String, detail: String }
    }

    /// - Parameter name: a shipped table or a file; nil for a list of the shipped ones.
    /// - Throws: `NotationError` with file, line and key for a table that is wrong.
    public static func describe(_ name: String?, json: Bool) throws -> String {
        guard let name else {
            let tables = try NotationTable.shipped.map(NotationTable.named)
            if json { return try encoded(tables.map { ["name": $0.name, "title": $0.title] }) }
            let widest = tables.map(\.name.count).max() ?? 0
            return tables.map { $0.name + String(repeating: " ", count: widest - $0.name.count + 2) + $0.title + "\n" }.joined()
        }
        let table = try NotationTable.load(path: name)
        let rows = table.ambiguities.map {
            Described.Row(what: $0.keys, sign: $0.sign, outcome: $0.severity.rawValue, detail: $0.outcome)
        }
        if json { return try encoded(Described(table: table, readBack: rows)) }
        var text = "\(table.name): \(table.title)\n\nPauses\n"
        for pause in table.pauses {
            let unit = pause.unit == .beats ? "beats" : "s"
            let limits = pause.to.map { "\(number(pause.from)) to \(number($0)) \(unit)" } ?? "\(number(pause.from)) \(unit) and more"
            text += "  \(limits)\(pause.label.map { ", \($0)" } ?? ""): \(pause.text.isEmpty ? "not written" : pause.text)\n"
        }
        text += "\nWhat is not read back as it was\n"
        if rows.isEmpty { text += "  nothing: all that the table writes can be read back\n" }
        for row in rows { text += "  \(row.what.joined(separator: ", "))\(row.sign.isEmpty ? "" : " “\(row.sign)”"): \(row.detail)\n" }
        return text
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : Decimal3.text(value, places: 2)
    }

    private static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
