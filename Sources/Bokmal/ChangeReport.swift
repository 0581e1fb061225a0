import Foundation
import Transcript

/// What the Bokmål layer changed in some transcripts, change by change with how often: what a researcher looks through to
/// keep or rule out. It holds words as they were said, and is confidential.
public struct ChangeReport: Sendable, Hashable {
    public struct Row: Sendable, Hashable, Codable {
        /// In lower case.
        public var said: String
        public var written: String
        /// The rule or model; `left` where no Bokmål form was found and the word stands as said.
        public var rule: String
        public var times: Int
        /// Ids, in order.
        public var recordings: [String]
        /// Mean and lowest confidence, 0 … 1.
        public var confidence: Double
        public var lowest: Double
    }

    /// Commonest first, then by the word.
    public private(set) var rows: [Row]
    /// Words in all, changed or not.
    public private(set) var words = 0

    private struct Key: Hashable { var said: String, written: String, rule: String }

    public init(_ transcripts: [Transcript]) {
        var found: [Key: (times: Int, recordings: Set<String>, sum: Double, lowest: Double)] = [:]
        for transcript in transcripts {
            let left = Set(transcript.findings.filter { $0.stage == Normalizer.stage && $0.code == DialectFindings.left }.flatMap(\.words))
            for word in transcript.turns.lazy.flatMap(\.words) {
                words += 1
                let form: Normalization
                if let normalized = word.normalized, normalized.text != word.text {
                    form = normalized
                } else if left.contains(word.id) {
                    form = Normalization(text: word.text, rule: "left", confidence: 0)
                } else {
                    continue
                }
                let key = Key(said: word.text.lowercased(), written: Self.plain(form.text, as: word.text), rule: form.rule)
                var entry = found[key] ?? (0, [], 0, 1)
                entry.times += 1
                entry.recordings.insert(transcript.recording.id)
                entry.sum += form.confidence
                entry.lowest = min(entry.lowest, form.confidence)
                found[key] = entry
            }
        }
        rows = found.map { key, entry in
            Row(
                said: key.said, written: key.written, rule: key.rule, times: entry.times, recordings: entry.recordings.sorted(),
                confidence: max(entry.lowest, entry.sum / Double(entry.times)), lowest: entry.lowest)
        }.sorted { ($1.times, $0.said, $0.written, $0.rule) < ($0.times, $1.said, $1.written, $1.rule) }
    }

    /// How often words were changed, or left without a form.
    public var times: Int { rows.reduce(0) { $0 + $1.times } }

    /// - Parameters:
    ///   - rule: only changes by this rule, or by rules that begin with it and a dot (`style`), also where it came second.
    ///   - below: only changes whose lowest confidence is below this.
    public func filtered(rule: String? = nil, below: Double? = nil) -> ChangeReport {
        var report = self
        report.rows.removeAll { row in
            if let below, row.lowest >= below { return true }
            guard let rule else { return false }
            return !row.rule.split(separator: "+").contains { $0 == rule || $0.hasPrefix(rule + ".") }
        }
        return report
    }

    /// As the word would be written inside a sentence, where its capital is only that of the word said.
    private static func plain(_ written: String, as said: String) -> String {
        switch TokenShape.casing(said) {
        case .lower, .mixed: written
        case .initial: written.prefix(1).lowercased() + written.dropFirst()
        case .upper: written.lowercased()
        }
    }
}

extension ChangeReport {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    /// Headings of the columns of ``cells(_:)``.
    public static func headings(_ language: Language) -> [String] {
        language == .bokmal
            ? ["sagt", "skrevet", "regel", "ganger", "opptak", "tillit", "laveste"]
            : ["said", "written", "rule", "times", "recordings", "confidence", "lowest"]
    }

    /// A row as text; numbers with a dot and two decimals.
    public static func cells(_ row: Row) -> [String] {
        [
            row.said, row.written, row.rule, String(row.times), String(row.recordings.count),
            String(format: "%.2f", row.confidence), String(format: "%.2f", row.lowest),
        ]
    }

    /// A table with tabs between columns and one line of headings.
    public func tsv(_ language: Language = .bokmal) -> String {
        ([Self.headings(language)] + rows.map(Self.cells)).map { line in
            // A tab or a line feed inside a word would make columns of its own; and no cell may begin as a formula.
            line.map { cell in
                let flat = cell.replacing(#/[\t\r\n]/#, with: " ")
                return flat.first.map { "=+-@".contains($0) } == true ? "'" + flat : flat
            }.joined(separator: "\t") + "\n"
        }.joined()
    }
}
