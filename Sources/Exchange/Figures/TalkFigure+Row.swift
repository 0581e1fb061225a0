import Transcript

extension TalkFigure {
    /// One row of time.
    func draw(_ row: Int, top: Double, in canvas: inout SVGCanvas) {
        let span = grid.span(ofRow: row)
        let right = grid.x(span.upperBound, row: row), width = right - FigureGrid.left
        canvas.open("g")
        for (index, lane) in picture.lanes.enumerated() {
            let y = top + Double(index) * FigureGrid.lane
            canvas.rect(FigureGrid.left, y + FigureGrid.barTop, width, FigureGrid.bar, "fill=\"\(FigureColours.ground)\"")
            let label = SVGCanvas.fitted(lane.label, size: 11.5, limit: FigureGrid.left - 24)
            canvas.text(
                label, FigureGrid.left - 10, y + FigureGrid.barTop + 9, "class=\"l b\(index)\" text-anchor=\"end\"",
                title: label == lane.label ? nil : TextEscaping.line(lane.label))
        }
        drawBars(row, top, in: &canvas)
        drawSilences(row, top, in: &canvas)
        for overlap in picture.overlaps {
            guard let part = grid.part(overlap.lowerBound, overlap.upperBound, inRow: row) else { continue }
            let x = grid.x(part.start, row: row)
            canvas.rect(
                x, top + FigureGrid.barTop - 2, max(1.2, grid.x(part.end, row: row) - x), grid.lanesHeight - FigureGrid.barTop - 2, "class=\"o\"",
                title: tip(overlap.lowerBound, overlap.upperBound, nil, words.say("samtidig tale", "simultaneous talk")))
        }
        drawStresses(row, top, in: &canvas)
        drawSigns(row, top, in: &canvas)
        var y = top + grid.lanesHeight
        if let traces {
            y += FigureGrid.panelGap
            drawPitch(traces, row, top: y, right: right, in: &canvas)
            y += FigureGrid.pitchHeight + FigureGrid.panelGap
            drawLevel(traces, row, top: y, right: right, in: &canvas)
            y += FigureGrid.levelHeight
        }
        drawAxis(row, top: y, right: right, in: &canvas)
        canvas.close("g")
    }

    private func tip(_ start: Double, _ end: Double, _ lane: Int?, _ what: String) -> String {
        guard let lane else { return "\(start.clock)–\(end.clock): \(what), \(words.seconds(end - start))" }
        return words.tip(start, end, picture.lanes[lane].label, what)
    }

    private func laneTop(_ lane: Int, _ top: Double) -> Double { top + Double(lane) * FigureGrid.lane }

    private func drawBars(_ row: Int, _ top: Double, in canvas: inout SVGCanvas) {
        for bar in picture.bars {
            guard let part = grid.part(bar.start, bar.end, inRow: row) else { continue }
            let x = grid.x(part.start, row: row), width = grid.x(part.end, row: row) - x
            let y = laneTop(bar.lane, top) + FigureGrid.barTop
            if bar.isBackchannel {
                canvas.rect(
                    x, y + 2, max(2, width), FigureGrid.bar - 4, "class=\"c\(bar.lane)\"",
                    title: tip(bar.start, bar.end, bar.lane, words.say("lyttesignal", "backchannel")))
            } else {
                canvas.rect(
                    x, y, max(0.6, width), FigureGrid.bar, "class=\"b\(bar.lane)\"",
                    title: tip(bar.start, bar.end, bar.lane, words.say("replikk", "turn")))
            }
        }
    }

    private func drawSilences(_ row: Int, _ top: Double, in canvas: inout SVGCanvas) {
        for silence in picture.silences {
            guard let part = grid.part(silence.start, silence.end, inRow: row) else { continue }
            let x = grid.x(part.start, row: row), end = grid.x(part.end, row: row), width = end - x
            let y = laneTop(silence.lane, top) + FigureGrid.barTop
            let title = tip(silence.start, silence.end, silence.lane, words.silence(silence.kind))
            switch silence.kind {
            case .latency:
                let middle = y + FigureGrid.bar / 2, n = SVGCanvas.number
                canvas.path(
                    "M\(n(x)) \(n(middle - 3))v6m0 -3H\(n(max(end, x + 1)))", "class=\"d\(silence.lane)\" stroke-width=\"1.2\"",
                    title: title)
            case .filled:
                canvas.rect(x, y + 3, max(0.8, width), FigureGrid.bar - 6, "class=\"q\"", title: title)
            case .pause, .rhetorical:
                // Black edges tell a rhetorical pause from others, on paper too and where both are slits.
                if silence.kind == .rhetorical {
                    canvas.rect(x, y - 0.5, max(1.6, width), FigureGrid.bar + 1, "class=\"r\"", title: title)
                } else {
                    canvas.rect(x, y + 0.8, max(0.8, width), FigureGrid.bar - 1.6, "class=\"q\"", title: title)
                }
            }
            // A long silence says how long it is, where there is room.
            let label = words.decimal(silence.length, 1)
            if silence.kind != .filled, part.start == silence.start, width >= SVGCanvas.width(label, size: 7.5) + 4 {
                let lift = silence.kind == .latency ? -1.0 : 7.6
                canvas.text(label, x + width / 2 + 0.5, y + lift + (silence.kind == .latency ? 3 : 0), "class=\"p\" text-anchor=\"middle\"")
            }
        }
    }

    private func drawStresses(_ row: Int, _ top: Double, in canvas: inout SVGCanvas) {
        for stress in picture.stresses where stress.level > 1 || options.showsWeakEmphasis {
            let middle = (stress.start + stress.end) / 2
            guard grid.part(middle, middle, inRow: row) != nil else { continue }
            let y = laneTop(stress.lane, top) + FigureGrid.barTop + FigureGrid.bar, n = SVGCanvas.number
            let what = stress.level > 1 ? words.say("betont ord", "emphasised word") : words.say("noe betont ord", "somewhat emphasised word")
            canvas.path(
                "M\(n(grid.x(middle, row: row))) \(n(y))v\(stress.level > 1 ? 4.5 : 2.5)", "class=\"\(stress.level > 1 ? "e" : "f")\"",
                title: tip(stress.start, stress.end, stress.lane, what))
        }
    }

    /// Laughter first, then endings, then tones of voice: what comes later moves aside, and letters give way.
    private func drawSigns(_ row: Int, _ top: Double, in canvas: inout SVGCanvas) {
        var strips = [Strip](repeating: Strip(), count: picture.lanes.count)
        let signs = picture.signs.sorted { ($0.start, $0.lane) < ($1.start, $1.lane) }
        for sign in signs where sign.kind == .laughter {
            let middle = (sign.start + sign.end) / 2
            guard grid.part(middle, middle, inRow: row) != nil else { continue }
            let x = strips[sign.lane].place(grid.x(middle, row: row) - 4.4, width: 8.8) + 4.4
            canvas.use("laugh", x, laneTop(sign.lane, top) + 5, title: tip(of: sign))
        }
        for sign in signs where sign.kind == .rising {
            guard grid.part(sign.end, sign.end, inRow: row) != nil else { continue }
            let x = strips[sign.lane].place(grid.x(sign.end, row: row) - 3.5, width: 7) + 3.5
            canvas.use("rising", x, laneTop(sign.lane, top) + 4.5, title: tip(of: sign))
        }
        for sign in signs {
            guard case .tone(let tone) = sign.kind, let part = grid.part(sign.start, sign.end, inRow: row) else { continue }
            let x = grid.x(part.start, row: row), y = laneTop(sign.lane, top), n = SVGCanvas.number
            canvas.path("M\(n(x)) \(n(y + 9.3))H\(n(max(x + 1.5, grid.x(part.end, row: row))))", "class=\"w\"", title: tip(of: sign))
            if part.start == sign.start, strips[sign.lane].take(x, width: SVGCanvas.width(words.short(tone), size: 8)) {
                canvas.text(words.short(tone), x, y + 7, "class=\"t\"", title: tip(of: sign))
            }
        }
    }

    private func tip(of sign: TalkPicture.Sign) -> String { tip(sign.start, sign.end, sign.lane, words.sign(sign.kind)) }

    /// What of a lane's strip of signs is taken, pixels.
    private struct Strip {
        private var taken: [ClosedRange<Double>] = []

        /// Whether the place was free; it is taken then.
        mutating func take(_ x: Double, width: Double) -> Bool {
            guard !taken.contains(where: { $0.lowerBound < x + width && x < $0.upperBound }) else { return false }
            taken.append(x...(x + width))
            return true
        }

        /// The nearest free place to the right, or `x` itself where there is none near.
        mutating func place(_ x: Double, width: Double) -> Double {
            for step in 0..<6 where take(x + Double(step) * width / 2, width: width) { return x + Double(step) * width / 2 }
            taken.append(x...(x + width))
            return x
        }
    }

    private func drawAxis(_ row: Int, top: Double, right: Double, in canvas: inout SVGCanvas) {
        let span = grid.span(ofRow: row), tick = grid.tick, n = SVGCanvas.number
        canvas.path("M\(n(FigureGrid.left)) \(n(top))H\(n(right))", "class=\"e\" stroke-width=\".8\"")
        var number = Int((span.lowerBound / tick).rounded(.up))
        while Double(number) * tick <= span.upperBound + 1e-9 {
            let time = Double(number) * tick, x = grid.x(time, row: row)
            canvas.path("M\(n(x)) \(n(top))v3.5", "class=\"f\"")
            // The end of a full row is the start of the next, which says it.
            if time < span.lowerBound + grid.rowSeconds - 1e-9 || row == grid.rows - 1 {
                canvas.text(Decimals.minutes(time), x, top + 13, "class=\"a\" text-anchor=\"middle\"")
            }
            number += 1
        }
    }
}
