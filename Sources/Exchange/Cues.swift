import Foundation
import Signal
import Transcript

/// Subtitles: turns cut into cues short enough to read.
struct Cues {
    struct Cue: Equatable {
        /// Seconds.
        var start: Double
        var end: Double
        var voice: String
        var text: String
    }

    var cues: [Cue] = []
    var notes: [String] = []
    /// Most characters in a cue: two lines of the usual 42.
    static let longest = 84

    /// - Parameter paragraphs: in the order of the talk; those without a time are counted, not written.
    init(_ page: LaidOutTranscript) {
        for paragraph in page.paragraphs {
            guard let range = paragraph.range else { continue }
            add(paragraph, range: range, page: page)
        }
        cues.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    /// One piece of text that stays together: a word with its punctuation, or a mark.
    private struct Atom {
        var text: String
        var range: SampleRange?
    }

    private mutating func add(_ paragraph: LaidOutTranscript.Paragraph, range: SampleRange, page: LaidOutTranscript) {
        var atoms: [Atom] = []
        var joins = false
        for run in paragraph.runs where run.style != .time {
            if run.text == " " {
                joins = false
                continue
            }
            if joins, let last = atoms.indices.last {
                atoms[last].text += run.text
                if let more = run.range { atoms[last].range = atoms[last].range.map { $0.union(more) } ?? more }
            } else {
                atoms.append(Atom(text: run.text, range: run.range))
            }
            joins = true
        }
        guard !atoms.isEmpty else { return }
        let total = max(1, atoms.reduce(0) { $0 + $1.text.count + 1 })
        let start = page.rate.seconds(range.start), end = page.rate.seconds(range.end)
        // WebVTT asks for a name where a voice begins.
        let voice = TextEscaping.line(paragraph.speakerLabel).isEmpty ? paragraph.speakerID : paragraph.speakerLabel
        var done = 0
        var cue: Cue?
        for atom in atoms {
            // Words without times of their own share the turn's stretch by letters.
            let from = atom.range.map { page.rate.seconds($0.start) } ?? start + (end - start) * Double(done) / Double(total)
            done += atom.text.count + 1
            let to = atom.range.map { page.rate.seconds($0.end) } ?? start + (end - start) * Double(done) / Double(total)
            let ends = cue?.text.last.map { ".?!…".contains($0) } ?? false
            if var open = cue, open.text.count + 1 + atom.text.count <= Self.longest, !(ends && open.text.count > Self.longest / 2) {
                open.text += " " + atom.text
                open.end = max(open.end, to)
                cue = open
            } else {
                if let cue { cues.append(cue) }
                cue = Cue(start: max(from, cue?.end ?? start), end: max(to, from), voice: voice, text: atom.text)
            }
        }
        if let cue { cues.append(cue) }
    }

    /// `hh:mm:ss` and milliseconds after `separator`.
    static func stamp(_ seconds: Double, separator: String) -> String {
        let milliseconds = Seconds.milliseconds(seconds)
        return Double(milliseconds / 1000).clock + separator + String(1000 + milliseconds % 1000).dropFirst()
    }

    func webVTT(stamp: String?) -> Renderer.Made {
        var text = "WEBVTT\n\n"
        if let stamp { text += "NOTE \(TextEscaping.line(stamp))\n\n" }
        for cue in cues {
            text += Self.stamp(cue.start, separator: ".") + " --> " + Self.stamp(max(cue.end, cue.start + 0.001), separator: ".") + "\n"
            text += "<v \(TextEscaping.webVTT(cue.voice))>\(TextEscaping.webVTT(cue.text))\n\n"
        }
        return .init(data: Data(text.utf8), notes: notes)
    }

    /// SubRip has no comments: the stamp is the first cue, a tenth of a second long.
    func subRip(stamp: String?) -> Renderer.Made {
        var text = stamp.map { "1\n00:00:00,000 --> 00:00:00,100\n\(TextEscaping.line($0))\n\n" } ?? ""
        for (index, cue) in cues.enumerated() {
            text += "\(index + (stamp == nil ? 1 : 2))\n"
            text += Self.stamp(cue.start, separator: ",") + " --> " + Self.stamp(max(cue.end, cue.start + 0.001), separator: ",") + "\n"
            text += "\(TextEscaping.line(cue.voice)): \(TextEscaping.line(cue.text).replacing("-->", with: "→"))\n\n"
        }
        return .init(data: Data(text.utf8), notes: notes)
    }
}

extension Renderer {
    func cues() -> Cues {
        var cues = Cues(page)
        cues.notes = untimedNote(page.paragraphs.count { $0.range == nil }, kept: false)
        return cues
    }
}
