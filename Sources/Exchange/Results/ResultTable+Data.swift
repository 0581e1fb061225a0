import Foundation

extension ResultTable {
    /// By the rules of `docs/formats/tables.md`; the last column is the status. Shares are fractions of 1.
    func csv() -> String {
        var table = CSVTable(columns.map { CSVTable.quoted($0.key) } + ["status"])
        for row in rows { table.add(written: row.map(Self.plain) + [CSVTable.quoted(status.rawValue)]) }
        return table.text
    }

    private static func plain(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): CSVTable.quoted(text)
        case .whole(let value): value.map(String.init) ?? ""
        case .number(let value, let places): value.filter(\.isFinite).map { Decimals.text($0, places) } ?? ""
        case .share(let value): value.filter(\.isFinite).map { Decimals.text($0, 4) } ?? ""
        }
    }

    private struct Sheet: Encodable {
        struct Column: Encodable {
            var key: String
            var title: String
        }
        var format = "ordrett.result-table"
        var version = 1
        var name: String
        var title: String
        var status: String
        var stamp: String
        var columns: [Column]
        var rows: [[Value]]
        var notes: [String]
    }

    private enum Value: Encodable {
        case text(String), whole(Int), number(Double), none
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .whole(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .none: try container.encodeNil()
            }
        }
    }

    private static func value(_ cell: Cell) -> Value {
        func rounded(_ value: Double, _ places: Int) -> Double {
            let scale = pow(10, Double(places))
            return (value * scale).rounded() / scale
        }
        switch cell {
        case .text(let text): return .text(text)
        case .whole(let value): return value.map(Value.whole) ?? .none
        case .number(let value, let places): return value.filter(\.isFinite).map { .number(rounded($0, places)) } ?? .none
        case .share(let value): return value.filter(\.isFinite).map { .number(rounded($0, 4)) } ?? .none
        }
    }

    /// Sorted keys, a row an array in the order of the columns, null for a missing value.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(
            Sheet(
                name: name, title: title, status: status.rawValue, stamp: stamp, columns: columns.map { .init(key: $0.key, title: $0.title) },
                rows: rows.map { $0.map(Self.value) }, notes: notes))
        data.append(0x0A)
        return data
    }
}
