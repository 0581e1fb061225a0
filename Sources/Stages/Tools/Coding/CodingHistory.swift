import CodingStore
import Foundation

/// The history as a person reads it: what `code history` does.
public enum CodingHistory {
    public struct Row: Codable, Sendable, Hashable {
        public var operation: Int64?
        public var at: String
        public var who: String
        public var action: String
        /// Table and row.
        public var target: String
        /// Columns before and after, as JSON.
        public var old: String?
        public var new: String?
        /// The operation that this one takes back.
        public var undoes: Int64?
    }

    public struct Filter: Sendable {
        public var who: [String] = []
        /// `code`, or `code.add`.
        public var actions: [String] = []
        /// First and last day, both included: `2026-03-12`, or less of it.
        public var from: String?
        public var until: String?
        /// A GUID or a part of one, or the name of a row (`unit 12`).
        public var about: String?
        public var operation: Int64?
        /// The newest so many.
        public var limit: Int?

        public init() {}
    }

    /// Oldest first.
    public static func rows(_ store: CodingStore, _ filter: Filter) throws -> [Row] {
        let undoes = Dictionary(uniqueKeysWithValues: try store.operations().compactMap { operation in operation.id.map { ($0, operation.undoes) } })
        let lines = try store.history()
        // Lines of a change name only the columns that changed: what it was about is known from when the row was made.
        var targets: Set<String> = []
        if let about = filter.about?.lowercased() {
            targets = Set(lines.filter { $0.target.lowercased() == about || ($0.old ?? "").lowercased().contains(about) || ($0.new ?? "").lowercased().contains(about) }.map(\.target))
        }
        var rows = lines.filter { line in
            (filter.who.isEmpty || filter.who.contains(line.who)) && (filter.actions.isEmpty || filter.actions.contains { line.action == $0 || line.action.hasPrefix($0 + ".") })
                && (filter.from.map { line.at.prefix($0.count) >= $0 } ?? true) && (filter.until.map { line.at.prefix($0.count) <= $0 } ?? true)
                && (filter.operation.map { line.operationId == $0 } ?? true) && (filter.about == nil || targets.contains(line.target))
        }.map {
            Row(operation: $0.operationId, at: $0.at, who: $0.who, action: $0.action, target: $0.target, old: $0.old, new: $0.new, undoes: $0.operationId.flatMap { undoes[$0] ?? nil })
        }
        if let limit = filter.limit { rows = Array(rows.suffix(limit)) }
        return rows
    }

    /// A row's change on one line: `name: a → b`, cut to a width.
    public static func summary(_ row: Row, width: Int = 70) -> String {
        func columns(_ text: String?) -> [String: String]? {
            guard let text, let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else { return nil }
            return object.mapValues { value in value is NSNull ? "" : "\(value)" }
        }
        func cut(_ text: String, _ limit: Int) -> String {
            let line = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
            return line.count > limit ? line.prefix(limit - 1) + "…" : line
        }
        let old = columns(row.old), new = columns(row.new)
        switch (old, new) {
        case (nil, nil): return cut([row.old, row.new].compactMap { $0 }.joined(separator: " → "), width)
        case (let old?, let new?):
            return cut(new.keys.sorted().map { "\($0): \(cut(old[$0] ?? "", 30)) → \(cut(new[$0] ?? "", 30))" }.joined(separator: "; "), width)
        case (nil, let new?): return cut("+ " + shown(new), width)
        case (let old?, nil): return cut("- " + shown(old), width)
        }
    }

    private static func shown(_ columns: [String: String]) -> String {
        let main = ["name", "title", "item", "condensed", "value", "number"].compactMap { columns[$0] }.first { !$0.isEmpty }
        return main ?? columns["guid"].map(CodingDesk.short) ?? columns.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
