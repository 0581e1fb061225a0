import Foundation
import Signal
import Transcript

extension Renderer {
    /// NIST's CTM: recording, channel, start, duration, word and, where there is one, confidence; in order of time.
    ///
    /// A field holds no space: a word whose form in the view is several (`i dag`) becomes as many lines, which share its time by
    /// letters. Source: NIST, *Rich Transcription 2009 evaluation plan*, and sclite's manual.
    func ctm() -> Made {
        struct Line {
            var start: Int, end: Int
            var word: Substring
            var confidence: Double?
        }
        let rate = transcript.recording.rate
        var lines: [Line] = [], untimed = 0
        for word in transcript.turns.flatMap(\.words) {
            let parts = TextEscaping.line(text(of: word)).split(separator: " ")
            guard !parts.isEmpty else { continue }
            guard let range = word.range else {
                untimed += 1
                continue
            }
            let start = Seconds.milliseconds(rate.seconds(range.start)), end = max(start, Seconds.milliseconds(rate.seconds(range.end)))
            let letters = parts.reduce(0) { $0 + $1.count }
            var done = 0
            for part in parts {
                let from = start + (end - start) * done / letters
                done += part.count
                lines.append(Line(start: from, end: start + (end - start) * done / letters, word: part, confidence: word.confidence))
            }
        }
        let file = TextEscaping.fileName(transcript.recording.id)
        var text = stamp.map { ";; \($0)\n" } ?? ""
        // Sorting keeps words that begin together in the order of the talk.
        for (_, line) in lines.enumerated().sorted(by: { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }) {
            text += "\(file) 1 \(Seconds.text(milliseconds: line.start)) \(Seconds.text(milliseconds: line.end - line.start)) \(line.word)"
            if let confidence = line.confidence, confidence.isFinite { text += " " + Seconds.decimal(min(1, max(0, confidence)), places: 3) }
            text += "\n"
        }
        let notes =
            untimed == 0 ? [] : [say("\(untimed) ord mangler tid og er utelatt", "\(untimed) words have no time and are left out")]
        return Made(data: Data(text.utf8), notes: notes)
    }
}
