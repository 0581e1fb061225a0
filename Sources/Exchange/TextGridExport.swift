import Foundation
import Transcript

extension Renderer {
    /// Praat's TextGrid, long text format, UTF-8 (Praat's manual, "TextGrid file formats"): interval tiers from 0 to the
    /// recording's end without gaps, tiers of its own for every speaker, so that talk may overlap.
    func textGrid() -> Made {
        let tiers = Tiers(self, ticksPerSecond: 1_000_000)
        func tier(_ speaker: String, _ kind: TierKind, _ intervals: [Tiers.Interval]) -> (String, [Tiers.Interval])? {
            intervals.isEmpty && kind != .turns ? nil : (tierName(speaker, kind), intervals)
        }
        var all: [(name: String, intervals: [Tiers.Interval])] = []
        for speaker in tiers.speakers {
            let words = speaker.words.map(\.interval)
            let strengths = speaker.words.compactMap { word in word.strength.map { Tiers.Interval(start: word.interval.start, end: word.interval.end, text: $0) } }
            let levels = speaker.words.filter { $0.level > 0 }.map { Tiers.Interval(start: $0.interval.start, end: $0.interval.end, text: String($0.level)) }
            all += [
                tier(speaker.name, .turns, speaker.turns), tier(speaker.name, .words, words), tier(speaker.name, .pauses, speaker.pauses),
                tier(speaker.name, .level, levels), tier(speaker.name, .strength, strengths), tier(speaker.name, .marks, speaker.marks),
            ].compactMap { $0 }
        }
        // A transcript without speakers is still a grid: Praat wants at least one tier.
        // Praat would pass over a comment, but other readers stumble: the stamp is the name of a tier.
        if let stamp { all.append((TextEscaping.line(stamp), [])) }
        if all.isEmpty { all = [(tierName(say("Tale", "Talk"), .turns), [])] }
        let end = Self.seconds(tiers.end, tiers.ticksPerSecond)
        var text = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n"
        text += "xmin = 0 \nxmax = \(end) \ntiers? <exists> \nsize = \(all.count) \nitem []: \n"
        for (number, tier) in all.enumerated() {
            let intervals = Self.contiguous(tier.intervals, to: tiers.end)
            text += "    item [\(number + 1)]:\n        class = \"IntervalTier\" \n        name = \(Self.quoted(tier.name)) \n"
            text += "        xmin = 0 \n        xmax = \(end) \n        intervals: size = \(intervals.count) \n"
            for (index, interval) in intervals.enumerated() {
                text += "        intervals [\(index + 1)]:\n            xmin = \(Self.seconds(interval.start, tiers.ticksPerSecond)) \n"
                text += "            xmax = \(Self.seconds(interval.end, tiers.ticksPerSecond)) \n            text = \(Self.quoted(interval.text)) \n"
            }
        }
        return Made(data: Data(text.utf8), notes: tierNotes(tiers))
    }

    /// The same with empty stretches where there is nothing.
    private static func contiguous(_ intervals: [Tiers.Interval], to end: Int) -> [Tiers.Interval] {
        var result: [Tiers.Interval] = [], at = 0
        for interval in intervals {
            if interval.start > at { result.append(.init(start: at, end: interval.start, text: "")) }
            result.append(interval)
            at = interval.end
        }
        if at < end { result.append(.init(start: at, end: end, text: "")) }
        return result
    }

    /// A quotation mark inside is written twice. A backslash begins one of Praat's special signs: it becomes a slash.
    private static func quoted(_ text: String) -> String {
        "\"" + TextEscaping.line(text).replacing("\"", with: "\"\"").replacing("\\", with: "/") + "\""
    }

    private static func seconds(_ ticks: Int, _ perSecond: Int) -> String {
        var fraction = String(perSecond + ticks % perSecond).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(ticks / perSecond)" + (fraction.isEmpty ? "" : "." + fraction)
    }
}
