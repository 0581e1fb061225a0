import Foundation
import Pipeline
import Signal

/// A table of words with times, as `ordrett align` writes it.
struct TimedWords {
    struct Row { var text: String, range: SampleRange?, speaker: String }
    let rows: [Row]

    /// `start⇥end⇥word` or `start⇥end⇥speaker⇥word`; `-` for times that are not known.
    init(_ text: String, file: String) throws {
        var rows: [Row] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            if fields.count == 1 && fields[0].isEmpty { continue }
            guard fields.count >= 3 else {
                throw StageFault("'\(file)' line \(index + 1): expected start, end and word with tabs between")
            }
            // Extra columns after the word (emphasis, prominence) are allowed; a speaker stands before the word.
            let hasSpeaker = fields.count >= 4 && Double(fields[3]) == nil
            let word = hasSpeaker ? fields[3] : fields[2]
            var range: SampleRange?
            if fields[0] != "-" {
                guard let start = Double(fields[0]), let end = Double(fields[1]), start >= 0, end >= start, end < 1e6 else {
                    if index == 0 && Double(fields[0]) == nil { continue }  // a heading
                    throw StageFault("'\(file)' line \(index + 1): start and end are seconds, end not before start")
                }
                range = SampleRange(SampleRate.analysis.position(seconds: start), SampleRate.analysis.position(seconds: end))
            }
            rows.append(Row(text: word, range: range, speaker: hasSpeaker ? fields[2] : "S1"))
        }
        guard !rows.isEmpty else { throw StageFault("'\(file)' holds no words") }
        self.rows = rows
    }
}
