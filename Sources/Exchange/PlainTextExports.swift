import Foundation
import Signal
import Transcript

extension Renderer {
    private var stamped: String { stamp.map { $0 + "\n\n" } ?? "" }

    /// `[00:00:01] Informant: text`, a blank line between paragraphs, the facts first.
    func plainText() -> Made {
        var text = stamped
        text += TextEscaping.line(page.title) + "\n\n"
        for fact in facts { text += "\(fact.name): \(TextEscaping.line(fact.value))\n" }
        for paragraph in page.paragraphs {
            text += "\n"
            if options.numbering == .turns { text += "\(paragraph.number)\t" }
            if options.times, let time = paragraph.time { text += "[\(time.clock)] " }
            if options.speakerLabels { text += TextEscaping.line(paragraph.speakerLabel) + ": " }
            text += TextEscaping.line(page.plainText(of: paragraph)) + "\n"
        }
        return Made(data: Data(text.utf8))
    }

    /// For MAXQDA: the speaker's line, then `[00:00:01] - text`, then a blank line.
    func maxqda() -> Made {
        var text = stamped
        var untimed = 0
        for paragraph in page.paragraphs {
            text += label(paragraph) + ":"
            if let time = paragraph.time { text += "\n[\(time.clock)] - " } else { text += " " }
            if paragraph.time == nil { untimed += 1 }
            text += TextEscaping.line(page.plainText(of: paragraph)) + "\n\n"
        }
        return Made(data: Data(text.utf8), notes: untimedNote(untimed, kept: true))
    }

    /// For ATLAS.ti: `#00:00:01-0# Intervjuer: text`, tenths after the dash, a blank line between paragraphs.
    func atlasti() -> Made { coded { "#" + $0.clock + "-\(Seconds.milliseconds($0) / 100 % 10)# " } }

    /// For QualCoder: `[00:00:01] Intervjuer: text`, a blank line between paragraphs; it codes speakers by `Intervjuer:`.
    func qualcoder() -> Made { coded { "[\($0.clock)] " } }

    private func coded(_ code: (Double) -> String) -> Made {
        var text = stamped, untimed = 0
        for paragraph in page.paragraphs {
            if let time = paragraph.time { text += code(time) } else { untimed += 1 }
            text += label(paragraph) + ": " + TextEscaping.line(page.plainText(of: paragraph)) + "\n\n"
        }
        return Made(data: Data(text.utf8), notes: untimedNote(untimed, kept: true))
    }

    /// For NVivo: a table of span, content and speaker, with tabs between. Turns without times cannot be rows.
    func nvivo() -> Made {
        var text = "Timespan\tContent\tSpeaker\n"
        if let stamp { text += "0:00:00.0-0:00:00.1\t\(stamp)\t\n" }
        var untimed = 0
        for paragraph in page.paragraphs {
            guard let range = paragraph.range else {
                untimed += 1
                continue
            }
            let span = tenths(page.rate.seconds(range.start)) + "-" + tenths(page.rate.seconds(range.end))
            text += "\(span)\t\(TextEscaping.line(page.plainText(of: paragraph)))\t\(label(paragraph))\n"
        }
        return Made(data: Data(text.utf8), notes: untimedNote(untimed, kept: false))
    }

    /// Who spoke when; labels lose their spaces, as the format asks.
    func rttm() -> Made {
        let segments = page.paragraphs.compactMap { paragraph in
            paragraph.range.map { LabeledSegment(range: $0, label: label(paragraph).split(separator: " ").joined(separator: "_")) }
        }
        let text = RTTM(segments: segments, rate: page.rate, file: TextEscaping.fileName(transcript.recording.id)).formatted()
        // RTTM has no place for a stamp but a comment.
        return Made(data: Data(((stamp.map { ";; \($0)\n" } ?? "") + text).utf8), notes: untimedNote(page.paragraphs.count - segments.count, kept: false))
    }

    private func label(_ paragraph: LaidOutTranscript.Paragraph) -> String {
        let name = TextEscaping.line(paragraph.speakerLabel).replacing(":", with: "")
        return name.isEmpty ? paragraph.speakerID : name
    }

    func untimedNote(_ count: Int, kept: Bool) -> [String] {
        guard count > 0 else { return [] }
        return [
            kept
                ? say("\(count) replikker mangler tid og står uten tidskode", "\(count) turns have no time and stand without a time code")
                : say("\(count) replikker mangler tid og er utelatt", "\(count) turns have no time and are left out")
        ]
    }

    /// `h:mm:ss.d`, to the nearest tenth.
    private func tenths(_ seconds: Double) -> String {
        let value = Int((min(max(seconds, 0), 3.6e9) * 10).rounded())
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(value / 36_000):\(two(value / 600 % 60)):\(two(value / 10 % 60)).\(value % 10)"
    }
}
