import Foundation
import GRDB

/// Full text of the turns (SQLite FTS5), folded so that a search finds what was meant.
public enum SearchIndex {
    /// Case, accents and ways of writing Norwegian letters fall together: `Å`, `aa` and `å`; `ö` and `ø`; `ä` and `æ`; `é` and `e`. The
    /// letters æ, ø, å themselves stay letters: `for` does not find `før`.
    public static func folded(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.precomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            let plain: Unicode.Scalar
            switch scalar {
            case "ö": plain = "ø"
            case "ä": plain = "æ"
            case "å", "ø", "æ": plain = scalar
            case _ where scalar.isASCII: plain = scalar
            default:
                guard scalar.properties.generalCategory != .nonspacingMark else { continue }
                plain = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first ?? scalar
            }
            if plain == "a", previous == "a" {
                out.removeLast()
                out.append("å")
                previous = nil
                continue
            }
            out.append(plain)
            previous = plain
        }
        return String(out)
    }

    static func create(_ db: Database) throws {
        // Diacritics are folded before; the tokeniser must leave å alone.
        try db.execute(sql: "CREATE VIRTUAL TABLE turn_search USING fts5(text, tokenize = \"unicode61 remove_diacritics 0\")")
        try db.execute(sql: "CREATE TRIGGER turn_search_leaves AFTER DELETE ON turn BEGIN DELETE FROM turn_search WHERE rowid = old.id; END")
    }

    /// Words alone: SQLite's own tables of letters are old, and take newer signs between words for words.
    private static func indexed(_ text: String) -> String { SearchTerms.words(of: text).map(\.folded).joined(separator: " ") }

    static func add(_ turn: TurnRecord, _ db: Database) throws {
        try db.execute(sql: "INSERT INTO turn_search (rowid, text) VALUES (?, ?)", arguments: [turn.id, indexed(turn.text)])
    }

    /// Made anew from the turns: nothing of what has gone stays in the index's own tables.
    static func rebuild(_ db: Database) throws {
        try db.execute(sql: "DROP TRIGGER IF EXISTS turn_search_leaves")
        try db.execute(sql: "DROP TABLE IF EXISTS turn_search")
        try create(db)
        let turns = try TurnRecord.fetchCursor(db, sql: "SELECT * FROM turn ORDER BY id")
        var folds: [(Int64, String)] = []
        while let turn = try turns.next() { folds.append((turn.id ?? 0, indexed(turn.text))) }
        for (id, text) in folds { try db.execute(sql: "INSERT INTO turn_search (rowid, text) VALUES (?, ?)", arguments: [id, text]) }
    }

    /// A query in FTS5's own form: every word must be there; `"several words"` together; `word*` its beginnings. Nil for an empty one.
    public static func pattern(_ query: String) -> String? {
        var parts: [String] = []
        for (index, piece) in query.components(separatedBy: "\"").enumerated() {
            let isPhrase = index % 2 == 1
            let words = piece.split(whereSeparator: \.isWhitespace).map(String.init)
            if isPhrase {
                if !words.isEmpty { parts.append(quoted(words.joined(separator: " "))) }
            } else {
                parts += words.map { $0.hasSuffix("*") && $0.count > 1 ? quoted(String($0.dropLast())) + "*" : quoted($0) }
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String { "\"" + folded(text).replacing("\"", with: "\"\"") + "\"" }
}
