import Foundation
import Pipeline

/// Tables as text (RFC 4180): a comma between cells, CRLF at line ends, and quotes where a cell needs them.
public enum DelimitedText {
    private static let formulaSigns: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"]

    /// A spreadsheet runs what begins like a formula: such a cell gets an apostrophe before it, which ``read(_:)`` takes away.
    public static func write(_ rows: [[String]]) -> String {
        rows.map { row in row.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let text = looksLikeFormula(text) ? "'" + text : text
        // By scalar: a comma with a combining mark after it is still one to whoever reads bytes.
        guard text.unicodeScalars.contains(where: { [",", "\"", "\n", "\r", ";"].contains($0) }) || text.first?.isWhitespace == true || text.last?.isWhitespace == true
        else { return text }
        var out = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" { out.append("\"") }
            out.append(scalar)
        }
        out.append("\"")
        return String(out)
    }

    private static func looksLikeFormula(_ text: String) -> Bool {
        text.unicodeScalars.first { $0 != "'" }.map(formulaSigns.contains) ?? false
    }

    /// Rows of a table that a spreadsheet or ``write(_:)`` made: cells apart by commas, semicolons or tabs, whichever the first line has.
    /// - Throws: ``StageFault`` for a quote that is never closed.
    public static func read(_ text: String) throws -> [[String]] {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        let first = scalars.prefix { $0 != "\n" && $0 != "\r" }
        let separator = ([",", ";", "\t"] as [Unicode.Scalar]).max { a, b in first.count { $0 == a } < first.count { $0 == b } } ?? ","
        var rows: [[String]] = [], row: [String] = [], cell = String.UnicodeScalarView(), at = 0
        func plain(_ text: String) -> String {
            text.hasPrefix("'") && looksLikeFormula(text) ? String(text.unicodeScalars.dropFirst()) : text
        }
        func endCell() {
            row.append(plain(String(cell)))
            cell = .init()
        }
        while at < scalars.count {
            let scalar = scalars[at]
            if scalar == "\"", cell.isEmpty {
                at += 1
                var isClosed = false
                while at < scalars.count {
                    if scalars[at] == "\"" {
                        guard at + 1 < scalars.count, scalars[at + 1] == "\"" else {
                            isClosed = true
                            at += 1
                            break
                        }
                        at += 1
                    }
                    cell.append(scalars[at])
                    at += 1
                }
                guard isClosed else { throw StageFault("the table, row \(rows.count + 1): a quotation mark is opened and never closed") }
                continue
            }
            if scalar == separator {
                endCell()
            } else if scalar == "\n" || scalar == "\r" {
                if scalar == "\r", at + 1 < scalars.count, scalars[at + 1] == "\n" { at += 1 }
                endCell()
                rows.append(row)
                row = []
            } else {
                cell.append(scalar)
            }
            at += 1
        }
        if !cell.isEmpty || !row.isEmpty {
            endCell()
            rows.append(row)
        }
        return rows
    }
}
