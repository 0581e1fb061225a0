import Foundation
import Transcript

extension TalkFigure {
    /// A panel's values from bottom to top, and where lines and numbers stand.
    struct Axis {
        var bottom: Double
        var top: Double
        var marks: [(value: Double, label: String)]
        /// How a value becomes a height: the logarithm for hertz.
        var isLogarithmic = false

        func holds(_ value: Double) -> Bool { value >= bottom && value <= top }

        /// Pixels below the panel's top; values beyond the ends stay on them.
        func y(_ value: Double, height: Double) -> Double {
            let share =
                isLogarithmic
                ? log(max(value, 1) / bottom) / log(top / bottom) : (value - bottom) / (top - bottom)
            return height * (1 - min(1, max(0, share)))
        }
    }

    /// An octave up and three quarters of one down hold ordinary talk; what lies beyond is mostly the tracker's mistakes.
    static let relativePitch = Axis(bottom: -9, top: 12, marks: [(-6, "−6"), (0, "0"), (6, "+6"), (12, "+12")])
    static let relativeLevel = Axis(bottom: -36, top: 18, marks: [(0, "0"), (-20, "−20")])
    static let absolutePitch = Axis(bottom: 70, top: 420, marks: [(100, "100"), (200, "200"), (300, "300")], isLogarithmic: true)
    static let absoluteLevel = Axis(bottom: -80, top: -5, marks: [(-30, "−30"), (-60, "−60")])

    func drawPitch(_ traces: ContourTraces, _ row: Int, top: Double, right: Double, in canvas: inout SVGCanvas) {
        let axis = traces.scale == .relative ? Self.relativePitch : Self.absolutePitch, height = FigureGrid.pitchHeight
        panel(axis, (words.say("Tonehøyde", "Pitch"), traces.scale == .relative ? words.say("halvtoner", "semitones") : "Hz"), top: top, height: height, right: right, in: &canvas)
        for lane in picture.lanes.indices {
            let envelope = envelope(traces.pitch, traces, row, owner: lane, where: axis.holds)
            var spread = SVGPath(), line = SVGPath()
            for stretch in envelope.stretches() {
                var isFirst = true
                for column in stretch {
                    let x = FigureGrid.left + Double(column.index) + 0.5
                    let y = { (value: Float) in top + axis.y(Double(value), height: height) }
                    if column.greatest > column.least {
                        spread.move(x, y(column.greatest))
                        spread.line(x, y(column.least))
                    }
                    if isFirst {
                        line.move(x - 0.5, y(column.middle))
                        isFirst = false
                    }
                    line.line(x, y(column.middle))
                }
            }
            canvas.path(spread.data, "class=\"d\(lane)\" stroke-width=\"1\" stroke-opacity=\".25\"")
            canvas.path(line.data, "class=\"d\(lane)\" stroke-width=\"1.1\" stroke-linejoin=\"round\"")
        }
    }

    /// Light up to the loudest of each column; where a column holds many values, darker up to their middle.
    func drawLevel(_ traces: ContourTraces, _ row: Int, top: Double, right: Double, in canvas: inout SVGCanvas) {
        let axis = traces.scale == .relative ? Self.relativeLevel : Self.absoluteLevel, height = FigureGrid.levelHeight
        panel(axis, (words.say("Lydstyrke", "Loudness"), traces.scale == .relative ? "dB" : "dBFS"), top: top, height: height, right: right, in: &canvas)
        let lanes = [-1] + Array(picture.lanes.indices)
        var envelopes = lanes.map { envelope(traces.level, traces, row, owner: $0) }
        // A column in which the floor changes belongs to whoever has most of it.
        var most: [Int: (owner: Int, count: Int)] = [:]
        for (owner, envelope) in envelopes.enumerated() {
            for column in envelope.columns where column.count > most[column.index]?.count ?? 0 { most[column.index] = (owner, column.count) }
        }
        let isDense = 1 / grid.scale >= 10 * traces.step
        for (owner, lane) in lanes.enumerated() {
            envelopes[owner].columns.removeAll { most[$0.index]?.owner != owner }
            let style = lane < 0 ? "class=\"n\"" : "class=\"v\(lane)\""
            canvas.path(area(envelopes[owner], axis, top: top, height: height, of: \.greatest), style)
            if isDense { canvas.path(area(envelopes[owner], axis, top: top, height: height, of: \.middle), style) }
        }
    }

    /// Path data of the area from the panel's bottom up to a value of each column.
    private func area(
        _ envelope: ColumnEnvelope, _ axis: Axis, top: Double, height: Double, of value: KeyPath<ColumnEnvelope.Column, Float>
    ) -> String {
        var area = SVGPath()
        for stretch in envelope.stretches() {
            guard let first = stretch.first, let last = stretch.last else { continue }
            let y = { (column: ColumnEnvelope.Column) in top + axis.y(Double(column[keyPath: value]), height: height) }
            area.move(FigureGrid.left + Double(first.index), top + height)
            area.line(FigureGrid.left + Double(first.index), y(first))
            for column in stretch { area.line(FigureGrid.left + Double(column.index) + 0.5, y(column)) }
            area.line(FigureGrid.left + Double(last.index) + 1, y(last))
            area.line(FigureGrid.left + Double(last.index) + 1, top + height)
            area.closePath()
        }
        return area.data
    }

    /// A row's values of one speaker, a column a pixel.
    /// - Parameter accepts: which values are drawn.
    func envelope(
        _ values: [Float], _ traces: ContourTraces, _ row: Int, owner lane: Int, where accepts: (Double) -> Bool = { _ in true }
    ) -> ColumnEnvelope {
        let isOwn = { Int(traces.owner[$0]) == lane && accepts(Double(values[$0])) }
        // Columns narrower than a value's step would be empty by turns.
        let columns = min(Int(FigureGrid.plot), max(1, Int(grid.rowSeconds / traces.step)))
        guard columns == Int(FigureGrid.plot) else {
            return widened(ColumnEnvelope(
                values, step: traces.step, start: grid.span(ofRow: row).lowerBound, width: grid.rowSeconds / Double(columns), count: columns,
                where: isOwn), columns: columns)
        }
        return ColumnEnvelope(
            values, step: traces.step, start: grid.span(ofRow: row).lowerBound, width: 1 / grid.scale, count: columns,
            where: isOwn)
    }

    /// Fewer columns than pixels, spread over the pixels.
    private func widened(_ envelope: ColumnEnvelope, columns: Int) -> ColumnEnvelope {
        var result = envelope
        let factor = FigureGrid.plot / Double(columns)
        result.columns = envelope.columns.flatMap { column in
            (Int(Double(column.index) * factor)..<Int(Double(column.index + 1) * factor)).map { pixel in
                var copy = column
                copy.index = pixel
                return copy
            }
        }
        return result
    }

    private func panel(
        _ axis: Axis, _ name: (String, String), top: Double, height: Double, right: Double, in canvas: inout SVGCanvas
    ) {
        let n = SVGCanvas.number
        canvas.text(name.0, 24, top + height / 2 - 1, "class=\"a\"")
        canvas.text(name.1, 24, top + height / 2 + 10, "class=\"a\"")
        for mark in axis.marks {
            let y = top + axis.y(mark.value, height: height)
            canvas.path("M\(n(FigureGrid.left)) \(n(y))H\(n(right))", "class=\"g\"")
            canvas.text(mark.label, FigureGrid.left - 6, y + 3.2, "class=\"a\" text-anchor=\"end\"")
        }
    }
}
