import Foundation
import Signal
import Transcript

/// The course of a talk as a drawing: rows of time, and in each a lane a speaker, pitch, loudness and a time axis.
struct TalkFigure {
    let picture: TalkPicture
    let traces: ContourTraces?
    let status: ExportStatus
    let options: FigureOptions
    let grid: FigureGrid
    let words: FigureWords
    let recording: String

    init(_ transcript: Transcript, contours: SoundContours?, status: ExportStatus, options: FigureOptions) {
        var picture = TalkPicture(transcript)
        if let contours { picture.duration = max(picture.duration, 0) + (picture.duration > 0 ? 0 : contours.step * Double(contours.count)) }
        self.picture = picture
        self.status = status
        self.options = options
        recording = transcript.recording.id
        words = FigureWords(language: options.language)
        let isDrawn = options.curves && (contours?.count ?? 0) > 0
        traces =
            isDrawn
            ? contours.map {
                ContourTraces($0, bars: picture.bars, lanes: picture.lanes.count, scale: status == .confidential ? .absolute : .relative)
            } : nil
        grid = FigureGrid(duration: picture.duration, lanes: picture.lanes.count, hasCurves: traces != nil, rowSeconds: options.rowSeconds)
    }

    func made() -> Renderer.Made {
        var notes: [String] = []
        if picture.untimed > 0 {
            notes.append(
                words.say(
                    "\(picture.untimed) replikker og merker mangler tid og er ikke i figuren",
                    "\(picture.untimed) turns and marks have no time and are not in the figure"))
        }
        return Renderer.Made(data: Data(svg().utf8), notes: notes)
    }

    private func svg() -> String {
        var body = SVGCanvas()
        var y = head(&body)
        y = legend(&body, top: y) + 16
        for row in 0..<grid.rows {
            draw(row, top: y, in: &body)
            y += grid.rowHeight
        }
        y = foot(&body, top: y)
        let n = SVGCanvas.number
        var canvas = SVGCanvas()
        canvas.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        canvas.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(FigureGrid.width)) \(n(y))\" width=\"\(n(FigureGrid.width))\" height=\"\(n(y))\" role=\"img\" aria-labelledby=\"figure-title figure-desc\" lang=\"\(words.say("nb", "en"))\">")
        canvas.raw("<title id=\"figure-title\">\(TextEscaping.xml(title))</title>")
        canvas.raw("<desc id=\"figure-desc\">\(TextEscaping.xml(description))</desc>")
        canvas.raw(Self.definitions(lanes: picture.lanes.count))
        canvas.rect(0, 0, FigureGrid.width, y, "fill=\"#fff\"")
        return canvas.text + body.text + "</svg>\n"
    }

    var title: String { words.say("Samtalens forløp", "The course of the talk") + " – " + TextEscaping.line(options.title ?? recording) }

    /// The picture in words, for those who do not see it.
    var description: String {
        let turns = picture.bars.count { !$0.isBackchannel }, tokens = picture.bars.count - turns
        let quiet = { (kind: TalkPicture.Silence.Kind) in picture.silences.count { $0.kind == kind } }
        let laughs = picture.signs.count { $0.kind == .laughter }
        let parts = [
            words.count(picture.lanes.count, ("taler", "speaker"), ("talere", "speakers")),
            words.count(turns, ("replikk", "turn"), ("replikker", "turns")),
            words.count(tokens, ("lyttesignal", "backchannel"), ("lyttesignaler", "backchannels")),
            words.count(quiet(.pause) + quiet(.rhetorical), ("pause i replikk", "pause in a turn"), ("pauser i replikker", "pauses in turns")),
            words.count(quiet(.latency), ("svartid", "response latency"), ("svartider", "response latencies")),
            words.count(picture.overlaps.count, ("strekk med samtidig tale", "stretch of overlap"), ("strekk med samtidig tale", "stretches of overlap")),
            words.count(laughs, ("latter", "laughter"), ("latter", "laughs")),
        ]
        let shares = picture.lanes.compactMap { lane in
            lane.share.map { "\(TextEscaping.line(lane.label)) \(words.decimal(100 * $0, 0)) %" }
        }
        let talk = shares.isEmpty ? "" : words.say(" Andel av taletiden: ", " Share of talk time: ") + shares.joined(separator: ", ") + "."
        return words.say("Tidslinje over ", "A timeline of ") + picture.duration.clock + ": " + parts.joined(separator: ", ") + "." + talk
    }

    private func head(_ canvas: inout SVGCanvas) -> Double {
        var y = 20.0
        if status == .confidential {
            let stamp = status.text(options.language), width = SVGCanvas.width(stamp, size: 12) + 24
            canvas.rect(FigureGrid.width - FigureGrid.right - width, y - 6, width, 22, "fill=\"#fff\" stroke=\"#b00020\" stroke-width=\"1.5\"")
            canvas.text(stamp, FigureGrid.width - FigureGrid.right - width / 2, y + 9.5, "class=\"stamp\" text-anchor=\"middle\"")
            y += 8
        }
        y += 14
        canvas.text(SVGCanvas.fitted(title, size: 19, limit: FigureGrid.width - 48), 24, y, "class=\"h\"")
        y += 20
        let facts = [
            words.say("Varighet ", "Duration ") + picture.duration.clock,
            status == .confidential ? nil : status.text(options.language),
            grid.rows > 1 ? words.say("hver rad er ", "each row is ") + rowLength : nil,
        ].compactMap { $0 }
        canvas.text(facts.joined(separator: " · "), 24, y, "class=\"s\"")
        return y + 14
    }

    private var rowLength: String {
        let seconds = grid.rowSeconds
        guard seconds >= 60, seconds.truncatingRemainder(dividingBy: 60) == 0 else { return Decimals.short(seconds, 1) + " s" }
        return "\(Int(seconds / 60)) min"
    }

    private func foot(_ canvas: inout SVGCanvas, top: Double) -> Double {
        var lines: [String] = []
        if let traces {
            lines.append(
                traces.scale == .relative
                    ? words.say(
                        "Tonehøyde i halvtoner og lydstyrke i desibel, begge regnet fra talerens egen median. Kurvene følger den som sist tok ordet; grått er lyd utenfor replikkene. Tonehøyder utenfor skalaen er ikke tegnet.",
                        "Pitch in semitones and loudness in decibels, both from the speaker's own median. Curves follow whoever last took the floor; grey is sound outside turns. Pitch beyond the scale is not drawn.")
                    : words.say(
                        "Tonehøyde i hertz (logaritmisk) og nivå i desibel under full styrke. Kurvene følger den som sist tok ordet; grått er lyd utenfor replikkene. Tonehøyder utenfor skalaen er ikke tegnet.",
                        "Pitch in hertz (logarithmic) and level in decibels below full scale. Curves follow whoever last took the floor; grey is sound outside turns. Pitch beyond the scale is not drawn."))
        }
        var y = top
        for line in lines {
            canvas.text(line, 24, y, "class=\"a\"")
            y += 13
        }
        return y + 10
    }

    /// Styles, patterns and the signs that are drawn many times.
    static func definitions(lanes: Int) -> String {
        var style = """
            text{font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif;fill:\(FigureColours.ink)}
            .h{font-size:19px;font-weight:600}.s{font-size:12px;fill:\(FigureColours.faint)}.a{font-size:9.5px;fill:\(FigureColours.faint)}
            .l{font-size:11.5px;font-weight:600}.k{font-size:11px}.t{font-size:8px;fill:#333}.p{font-size:7.5px;fill:#333}
            .stamp{font-size:12px;font-weight:700;fill:#b00020}
            .r{fill:#fff;stroke:#1a1a1a;stroke-width:1.1}
            .g{stroke:\(FigureColours.line);stroke-width:.7;fill:none}.q{fill:#fff}.o{fill:url(#overlap)}
            .w{fill:none;stroke:#333;stroke-width:1.4}.e{fill:none;stroke:#1a1a1a;stroke-width:1.1}.f{fill:none;stroke:#1a1a1a;stroke-width:.6}
            .y{fill:none;stroke-width:1.1}.n{fill:\(FigureColours.nobody);fill-opacity:.45}

            """
        for lane in 0..<max(1, lanes) {
            let colour = FigureColours.lane(lane)
            style += ".b\(lane){fill:\(colour)}.c\(lane){fill:#fff;stroke:\(colour);stroke-width:1.2}.d\(lane){fill:none;stroke:\(colour)}.v\(lane){fill:\(colour);fill-opacity:.4}\n"
        }
        return """
            <defs>
            <style>
            \(style)</style>
            <pattern id="overlap" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#000" fill-opacity=".06"/><path d="M0 0v4" stroke="#000" stroke-width="1.6" stroke-opacity=".6"/></pattern>
            <g id="laugh"><circle r="3.9" fill="#fff" stroke="#1a1a1a" stroke-width=".9"/><path d="M-2.2 .5a2.3 2.3 0 0 0 4.4 0z" fill="#1a1a1a"/><circle cx="-1.4" cy="-1.2" r=".6"/><circle cx="1.4" cy="-1.2" r=".6"/></g>
            <path id="rising" d="M-3 3L2 -2M-1.2 -2.2H2.2V1.2" fill="none" stroke="#1a1a1a" stroke-width="1"/>
            </defs>
            """
    }
}
