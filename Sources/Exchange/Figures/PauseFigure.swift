import Foundation
import Transcript

/// How long pauses and response latencies are, speaker by speaker: one dot a silence on a logarithmic scale, with the median
/// and the quartiles.
struct PauseFigure {
    struct Strip: Equatable {
        var lane: Int
        var label: String
        var isLatency: Bool
        /// Seconds, sorted.
        var lengths: [Double]
    }

    let strips: [Strip]
    let recording: String
    let status: ExportStatus
    let options: FigureOptions
    private let words: FigureWords

    static let left = 210.0, plot = 640.0, width = 960.0, strip = 46.0
    /// Ends of the scale, seconds; what lies beyond stands on them.
    static let shortest = 0.1, longest = 20.0

    init(_ transcript: Transcript, status: ExportStatus, options: FigureOptions) {
        let picture = TalkPicture(transcript)
        strips = [false, true].flatMap { isLatency in
            picture.lanes.enumerated().map { index, lane in
                let own = picture.silences.filter { $0.lane == index && $0.kind != .filled && ($0.kind == .latency) == isLatency }
                return Strip(lane: index, label: lane.label, isLatency: isLatency, lengths: own.map(\.length).sorted())
            }
        }
        recording = transcript.recording.id
        self.status = status
        self.options = options
        words = FigureWords(language: options.language)
    }

    static func x(_ seconds: Double) -> Double {
        let limited = min(max(seconds, shortest), longest)
        return left + plot * log(limited / shortest) / log(longest / shortest)
    }

    private var title: String {
        words.say("Pauser og svartider", "Pauses and response latencies") + " – " + TextEscaping.line(options.title ?? recording)
    }

    func data() -> Data {
        var canvas = SVGCanvas()
        let n = SVGCanvas.number
        var y = 34.0
        if status == .confidential {
            canvas.text(status.text(options.language), 24, 22, "class=\"stamp\"")
            y += 14
        }
        canvas.text(SVGCanvas.fitted(title, size: 19, limit: Self.width - 48), 24, y, "class=\"h\"")
        y += 18
        let status = self.status == .confidential ? "" : " · " + self.status.text(options.language)
        canvas.text(
            words.say("Hver prikk er en målt stillhet; streken er medianen, boksen kvartilene", "Each dot is a measured silence; the line is the median, the box the quartiles") + status,
            24, y, "class=\"s\"")
        y += 16
        for isLatency in [false, true] {
            let own = strips.filter { $0.isLatency == isLatency }
            y += 16
            canvas.text(isLatency ? words.say("Svartider", "Response latencies") : words.say("Pauser i replikker", "Pauses in turns"), 24, y, "class=\"l\"")
            y += 8
            let bottom = y + Double(own.count) * Self.strip
            for mark in [0.1, 0.2, 0.5, 1, 2, 5, 10, 20] {
                canvas.path("M\(n(Self.x(mark))) \(n(y))V\(n(bottom + 3))", "class=\"g\"")
                let label = (Decimals.short(mark, 1)).replacing(".", with: options.language == .english ? "." : ",")
                canvas.text(label + (mark == 20 ? " s" : ""), Self.x(mark), bottom + 14, "class=\"a\" text-anchor=\"middle\"")
            }
            for strip in own {
                draw(strip, top: y, in: &canvas)
                y += Self.strip
            }
            y += 20
        }
        y += 6
        var whole = SVGCanvas()
        whole.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        whole.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(Self.width)) \(n(y))\" width=\"\(n(Self.width))\" height=\"\(n(y))\" role=\"img\" aria-labelledby=\"pauses-title pauses-desc\" lang=\"\(words.say("nb", "en"))\">")
        whole.raw("<title id=\"pauses-title\">\(TextEscaping.xml(title))</title>")
        whole.raw("<desc id=\"pauses-desc\">\(TextEscaping.xml(strips.map(describe).joined(separator: " ")))</desc>")
        whole.raw(TalkFigure.definitions(lanes: strips.count / 2))
        whole.rect(0, 0, Self.width, y, "fill=\"#fff\"")
        return Data((whole.text + canvas.text + "</svg>\n").utf8)
    }

    private func describe(_ strip: Strip) -> String {
        let values = Distribution(strip.lengths)
        let kind = strip.isLatency ? words.say("svartider", "latencies") : words.say("pauser", "pauses")
        let head = "\(TextEscaping.line(strip.label)): \(values.count) \(kind)"
        guard let median = values.median, let longest = values.longest else { return head + "." }
        return head + words.say(", median \(words.seconds(median)), lengste \(words.seconds(longest)).", ", median \(words.seconds(median)), longest \(words.seconds(longest)).")
    }

    private func draw(_ strip: Strip, top: Double, in canvas: inout SVGCanvas) {
        let n = SVGCanvas.number, middle = top + 24, values = Distribution(strip.lengths)
        canvas.text(SVGCanvas.fitted(strip.label, size: 11.5, limit: 120), 24, middle - 2, "class=\"l b\(strip.lane)\"")
        let summary = values.median.map { words.say("n = \(values.count), median \(words.seconds($0))", "n = \(values.count), median \(words.seconds($0))") }
        canvas.text(summary ?? "n = 0", 24, middle + 11, "class=\"a\"")
        if let low = values.lowerQuartile, let high = values.upperQuartile {
            canvas.rect(
                Self.x(low), middle - 15, max(1, Self.x(high) - Self.x(low)), 30, "class=\"d\(strip.lane)\" stroke-width=\"1.2\" stroke-opacity=\".7\"",
                title: words.say("kvartiler \(words.seconds(low))–\(words.seconds(high))", "quartiles \(words.seconds(low))–\(words.seconds(high))"))
        }
        // Dots of one pixel column are stacked outwards from the middle, closer together the more there are.
        var columns: [Int: [Double]] = [:]
        for length in strip.lengths { columns[Int(Self.x(length) / 3), default: []].append(length) }
        let highest = columns.values.map(\.count).max() ?? 1
        let step = min(3.2, 28 / Double(max(1, highest - 1)))
        for (_, lengths) in columns.sorted(by: { $0.key < $1.key }) {
            for (index, length) in lengths.enumerated() {
                let offset = Double((index + 1) / 2) * (index % 2 == 0 ? 1 : -1) * step
                canvas.raw(
                    "<circle class=\"b\(strip.lane)\" cx=\"\(n(Self.x(length)))\" cy=\"\(n(middle + offset))\" r=\"1.7\" fill-opacity=\".6\"><title>\(TextEscaping.xml(words.seconds(length)))</title></circle>")
            }
        }
        if let median = values.median {
            canvas.path("M\(n(Self.x(median))) \(n(middle - 18))v36", "class=\"e\" stroke-width=\"1.6\"", title: words.say("median ", "median ") + words.seconds(median))
        }
    }
}
