import Anonymization
import Transcript

/// What each step brings, as bars, and what has come together, as a line: the saturation curve.
public enum StepCurve {
    public struct Step: Sendable, Hashable {
        public var label: String
        public var new: Int
        public var total: Int

        public init(_ label: String, new: Int, total: Int) {
            self.label = label
            self.new = new
            self.total = total
        }
    }

    /// A whole number of at most about ten steps of 1, 2 or 5 times a power of ten.
    static func tick(_ highest: Int) -> Int {
        var tick = 1
        while true {
            for factor in [1, 2, 5] where highest <= tick * factor * 8 { return tick * factor }
            tick *= 10
        }
    }

    package static func picture(
        name: String, title: String, steps: [Step], newName: String, totalName: String, status: AnonymizedTranscript.Status, language: DocumentLanguage
    ) -> ResultPicture {
        let left = 64.0, plotHeight = 320.0, each = max(4, min(34, 860 / Double(max(1, steps.count)))), plot = max(320, each * Double(steps.count))
        let width = left + plot + 40
        var canvas = SVGCanvas()
        let n = SVGCanvas.number
        let top = ResultPicture.head(title, status, language, width: width, in: &canvas) + 30, bottom = top + plotHeight
        // The legend.
        canvas.rect(left, top - 26, 14, 10, "fill=\"#cfe3f2\" stroke=\"#0072B2\"")
        canvas.text(newName, left + 20, top - 17, "font-size=\"11.5\"")
        let next = left + 40 + SVGCanvas.width(newName, size: 11.5)
        canvas.path("M\(n(next)) \(n(top - 21))h18", "fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\"")
        canvas.text(totalName, next + 24, top - 17, "font-size=\"11.5\"")
        let highest = max(1, steps.map { max($0.total, $0.new) }.max() ?? 1), tick = tick(highest), end = (highest + tick - 1) / tick * tick
        func y(_ value: Int) -> Double { bottom - plotHeight * Double(value) / Double(end) }
        for value in stride(from: 0, through: end, by: tick) {
            canvas.path("M\(n(left)) \(n(y(value)))h\(n(plot))", "fill=\"none\" stroke=\"\(FigureColours.line)\"")
            canvas.text("\(value)", left - 8, y(value) + 4, "font-size=\"11\" text-anchor=\"end\" fill=\"\(FigureColours.faint)\"")
        }
        for (index, step) in steps.enumerated() {
            canvas.rect(
                left + Double(index) * each + each * 0.15, y(step.new), each * 0.7, bottom - y(step.new), "fill=\"#cfe3f2\" stroke=\"#0072B2\"",
                title: "\(TextEscaping.line(step.label)): \(step.new)")
        }
        var line = SVGPath()
        for (index, step) in steps.enumerated() {
            let x = left + (Double(index) + 0.5) * each
            if index == 0 { line.move(x, y(step.total)) } else { line.line(x, y(step.total)) }
        }
        canvas.path(line.data, "fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\"")
        // Labels stand upright under the bars, as many as have room.
        let every = max(1, Int((13 / each).rounded(.up)))
        var deepest = 0.0
        for (index, step) in steps.enumerated() where index % every == 0 {
            let x = left + (Double(index) + 0.5) * each + 4, label = SVGCanvas.fitted(step.label, size: 11, limit: 120)
            canvas.text(label, x, bottom + 8, "font-size=\"11\" text-anchor=\"end\" transform=\"rotate(-90 \(n(x)) \(n(bottom + 8)))\"")
            deepest = max(deepest, SVGCanvas.width(label, size: 11))
        }
        let last = steps.last?.total ?? 0
        return ResultPicture(
            name: name, title: title,
            description: steps.map { "\($0.label): \(newName) \($0.new), \(totalName) \($0.total)" }.joined(separator: "; ") + (steps.isEmpty ? "" : " (\(last))."),
            size: (width, bottom + 8 + deepest + 20), status: status, language: language, canvas)
    }
}
