import Foundation
import Signal
import Transcript

/// Rows with one type a column, as `docs/formats/tables.md` describes them.
///
/// RFC 4180: a comma between cells, CRLF at line ends, one line of names; a dot in numbers, nothing where a value is missing: what
/// R, pandas, DuckDB and Arrow read without being told more.
public struct CSVTable {
    /// A cell. Text is told from numbers, since only text can be mistaken for a formula.
    public enum Cell {
        case text(String)
        case whole(Int?)
        /// Three decimals.
        case seconds(Double?)
        case number(Double?)
        case flag(Bool)
    }

    public private(set) var text: String

    public init(_ columns: [String]) { text = columns.joined(separator: ",") + "\r\n" }

    /// What was added since the last call, so that a long table need not be whole in memory.
    public mutating func takeText() -> String {
        defer { text = "" }
        return text
    }

    public mutating func add(_ cells: [Cell]) {
        var first = true
        for cell in cells {
            if !first { text += "," }
            first = false
            switch cell {
            case .text(let value): text += Self.quoted(value)
            case .whole(let value): if let value { text += String(value) }
            case .seconds(let value): if let value { text += Seconds.text(value) }
            case .number(let value): if let value { text += Seconds.decimal(value, places: 3) }
            case .flag(let value): text += value ? "true" : "false"
            }
        }
        text += "\r\n"
    }

    /// Cells that are written already.
    mutating func add(written cells: [String]) { text += cells.joined(separator: ",") + "\r\n" }

    /// A spreadsheet runs what begins like a formula, and a draft may come from anywhere: such text gets an apostrophe before it
    /// (OWASP, "CSV Injection"), which `docs/formats/tables.md` says how to take away.
    static func quoted(_ value: String) -> String {
        var value = TextEscaping.line(value)
        if let first = value.unicodeScalars.first, "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first) { value = "'" + value }
        return value.contains { ",\"".contains($0) } ? "\"" + value.replacing("\"", with: "\"\"") + "\"" : value
    }
}

extension Renderer {
    static let wordColumns = [
        "recording", "status", "view", "turn", "word", "speaker", "label", "role", "participant", "text", "bokmal", "start_s", "end_s", "duration_s",
        "prominence_strength", "prominence_level", "placement", "confidence", "filler", "cut_off", "unclear", "backchannel", "pause_before_s", "pause_after_s",
    ]
    static let pauseColumns = [
        "recording", "status", "view", "turn", "pause", "kind", "source", "speaker", "label", "role", "participant", "start_s", "end_s", "duration_s",
        "word_before", "word_after",
    ]

    private func beginning(_ turn: Turn) -> [CSVTable.Cell] {
        [.text(transcript.recording.id), .text(status.rawValue), .text(options.view.rawValue), .whole(turn.id)]
    }

    private func person(_ turn: Turn) -> [CSVTable.Cell] {
        let speaker = transcript.speaker(turn.speaker)
        return [.text(turn.speaker), .text(label(of: turn.speaker)), .text(speaker?.role?.rawValue ?? ""), .text(speaker?.participant ?? "")]
    }

    private func times(_ range: SampleRange?) -> [CSVTable.Cell] {
        guard let range else { return [.seconds(nil), .seconds(nil), .seconds(nil)] }
        let start = Seconds.milliseconds(page.rate.seconds(range.start)), end = Seconds.milliseconds(page.rate.seconds(range.end))
        // The difference of the two as they stand in the row, so that the row adds up.
        return [.seconds(Double(start) / 1000), .seconds(Double(end) / 1000), .seconds(Double(end - start) / 1000)]
    }

    /// A row a word, in the order of the talk.
    func wordTable() -> Made {
        var table = CSVTable(Self.wordColumns)
        for turn in transcript.turns {
            let shown = turn.elements.filter { $0.word.map { !text(of: $0).isEmpty } ?? ($0.mark?.kind == .pause) }
            for (index, element) in shown.enumerated() {
                guard let word = element.word else { continue }
                table.add(
                    beginning(turn) + [.whole(word.id)] + person(turn) + [.text(text(of: word)), .text(showsSpeech ? word.normalized?.text ?? "" : text(of: word))]
                        + times(word.range) + [
                            .number(word.prominence?.strength), .whole(word.prominence?.level), .text(word.placement?.rawValue ?? ""),
                            .number(word.confidence.flatMap { $0.isFinite ? min(1, max(0, $0)) : nil }), .flag(word.isFiller), .flag(word.isCutOff), .flag(word.isUnclear),
                            .flag(turn.isBackchannel), .seconds(pause(in: shown[..<index].reversed())), .seconds(pause(in: shown[(index + 1)...])),
                        ])
            }
        }
        return Made(data: Data(table.text.utf8))
    }

    /// The longest pause before the next word; nil when none of known length stands there.
    private func pause(in elements: some Sequence<Element>) -> Double? {
        var longest: Double?
        for element in elements {
            guard let mark = element.mark else { return longest }
            if let seconds = seconds(ofPause: mark) { longest = max(longest ?? 0, seconds) }
        }
        return longest
    }

    /// A row a pause, in the order of the talk.
    func pauseTable() -> Made {
        var table = CSVTable(Self.pauseColumns), number = 0
        // The last word that somebody else or the same speaker said before, for the pause before an answer.
        var lastWord: Int?
        for turn in transcript.turns {
            for (index, element) in turn.elements.enumerated() {
                if let word = element.word, !text(of: word).isEmpty { lastWord = word.id }
                guard let mark = element.mark, mark.kind == .pause else { continue }
                number += 1
                let next = turn.elements[(index + 1)...].lazy.compactMap(\.word).first { !text(of: $0).isEmpty }?.id
                let source = mark.source == .measured ? "measured" : "draft"
                var when = times(mark.range)
                if mark.range == nil { when[2] = .seconds(seconds(ofPause: mark)) }
                table.add(
                    beginning(turn) + [.whole(number), .text(Self.kind(ofPause: mark)), .text(source)] + person(turn) + when + [.whole(lastWord), .whole(next)])
            }
        }
        return Made(data: Data(table.text.utf8))
    }
}
