import Transcript

extension TalkFigure {
    /// A sample and what it means.
    private struct Item {
        var width = 22.0
        var text: String
        var draw: (inout SVGCanvas, Double, Double) -> Void
    }

    /// Speakers on the first line, signs on the next; only what the picture holds.
    /// - Returns: the bottom of the legend.
    func legend(_ canvas: inout SVGCanvas, top: Double) -> Double {
        var y = flow(speakers, top: top + 8, in: &canvas)
        y = flow(signs, top: y, in: &canvas)
        if let tones {
            canvas.text(tones, 24, y + 4, "class=\"k\"")
            y += 18
        }
        return y
    }

    private func flow(_ items: [Item], top: Double, in canvas: inout SVGCanvas) -> Double {
        guard !items.isEmpty else { return top }
        var x = 24.0, y = top
        for item in items {
            let width = item.width + 6 + SVGCanvas.width(item.text, size: 11) + 20
            if x > 24, x + width > FigureGrid.width - FigureGrid.right {
                x = 24
                y += 18
            }
            item.draw(&canvas, x, y)
            canvas.text(item.text, x + item.width + 6, y + 4, "class=\"k\"")
            x += width
        }
        return y + 19
    }

    private var speakers: [Item] {
        picture.lanes.enumerated().map { index, lane in
            let share = lane.share.map { words.say(" (\(words.decimal(100 * $0, 0)) % av taletiden)", " (\(words.decimal(100 * $0, 0)) % of talk time)") } ?? ""
            let label = SVGCanvas.fitted(lane.label, size: 11, limit: 260)
            return Item(text: label + share) { canvas, x, y in canvas.rect(x, y - 5, 22, 10, "class=\"b\(index)\"") }
        }
    }

    private var signs: [Item] {
        var items: [Item] = []
        let n = SVGCanvas.number
        let kinds = Set(picture.silences.map(\.kind))
        if picture.bars.contains(where: \.isBackchannel) {
            items.append(Item(width: 10, text: words.say("lyttesignal", "backchannel")) { canvas, x, y in canvas.rect(x + 1, y - 3, 7, 6, "class=\"c0\"") })
        }
        if !picture.overlaps.isEmpty {
            items.append(Item(width: 16, text: words.say("samtidig tale", "simultaneous talk")) { canvas, x, y in canvas.rect(x, y - 6, 16, 12, "class=\"o\"") })
        }
        if kinds.contains(.pause) {
            items.append(Item(text: words.say("pause i replikk (s)", "pause in a turn (s)")) { canvas, x, y in
                canvas.rect(x, y - 5, 22, 10, "class=\"b0\"")
                canvas.rect(x + 8, y - 4.2, 6, 8.4, "class=\"q\"")
            })
        }
        if kinds.contains(.rhetorical) {
            items.append(Item(text: words.say("kunstpause", "rhetorical pause")) { canvas, x, y in
                canvas.rect(x, y - 5, 22, 10, "class=\"b0\"")
                canvas.rect(x + 8, y - 5.5, 6, 11, "class=\"r\"")
            })
        }
        if kinds.contains(.filled) {
            items.append(Item(text: words.say("nølelyd", "filled pause")) { canvas, x, y in
                canvas.rect(x, y - 5, 22, 10, "class=\"b0\"")
                canvas.rect(x + 8, y - 2, 6, 4, "class=\"q\"")
            })
        }
        if kinds.contains(.latency) {
            items.append(Item(text: words.say("svartid (stillhet før svar)", "response latency (silence before an answer)")) { canvas, x, y in
                canvas.path("M\(n(x)) \(n(y - 3))v6m0 -3h14", "class=\"d0\" stroke-width=\"1.2\"")
                canvas.rect(x + 14, y - 5, 8, 10, "class=\"b0\"")
            })
        }
        if picture.signs.contains(where: { $0.kind == .laughter }) {
            items.append(Item(width: 8, text: words.say("latter", "laughter")) { canvas, x, y in canvas.use("laugh", x + 4, y) })
        }
        if picture.signs.contains(where: { $0.kind == .rising }) {
            items.append(Item(width: 7, text: words.say("stigende tone", "rising tone")) { canvas, x, y in canvas.use("rising", x + 4, y) })
        }
        if picture.stresses.contains(where: { $0.level > 1 || options.showsWeakEmphasis }) {
            items.append(Item(width: 12, text: words.say("betont ord", "emphasised word")) { canvas, x, y in
                canvas.rect(x, y - 6, 12, 8, "class=\"b0\"")
                canvas.path("M\(n(x + 6)) \(n(y + 2))v4.5", "class=\"e\"")
            })
        }
        return items
    }

    /// What the letters over stretches with a marked tone of voice mean.
    private var tones: String? {
        let present = TalkPicture.Tone.allCases.filter { tone in picture.signs.contains { $0.kind == .tone(tone) } }
        guard !present.isEmpty else { return nil }
        return words.say("Stemmeleie over streken: ", "Tone of voice over the line: ") + present.map { "\(words.short($0)) = \(words.tone($0))" }.joined(separator: ", ")
    }
}
