import Signal

/// Writes one turn as styled runs, with spaces where they belong. Words are in `Layout+Words`, marks in `Layout+Marks`.
struct TurnWriter {
    typealias Run = LaidOutTranscript.Run

    let layout: TranscriptLayout
    let names: SpeakerNames
    let rate: SampleRate
    let texts: MarkTexts
    /// For escaping only: nil where words stand as they are.
    let signs: NotationSigns?
    var runs: [Run] = []
    /// The next piece follows without a space.
    var glue = true
    /// A dropped word began with a capital: the next one takes it over.
    var owesCapital = false
    /// Opening punctuation of dropped words.
    var owedLead = ""
    var lastMark: (kind: Mark.Kind, text: String)?
    /// Punctuation of the word just written, while nothing has been written after it.
    var openTrail: String?
    var tones = ToneStretches()
    /// Signs that end tones, to be written before the next piece: an ending's melody goes inside them.
    var owedEnds: [String] = []
    private var lastTime: Double?

    init(layout: TranscriptLayout, names: SpeakerNames, rate: SampleRate, language: String) {
        self.layout = layout
        self.names = names
        self.rate = rate
        texts = MarkTexts(table: layout.notation, rate: rate, english: language.hasPrefix("en"))
        signs = layout.escapesLookalikes ? NotationSigns(layout.notation) : nil
    }

    var table: NotationTable { layout.notation }
    var view: TranscriptView { layout.options.view }

    func runs(of turn: Turn, backchannels: [Turn], plan: TurnPlan? = nil) -> [Run] {
        var writer = self
        writer.write(turn, backchannels: backchannels, plan: plan ?? TurnPlan(turn, view: view, fillers: table.fillers))
        return writer.runs
    }

    private mutating func write(_ turn: Turn, backchannels: [Turn], plan: TurnPlan) {
        lastTime = turn.range.map { rate.seconds($0.start) }
        if view != .written {
            let shown = turn.elements.indices.filter { plan.leftOut[$0] == nil && turn.elements[$0].word?.hasCore(in: view) == true }
            tones = ToneStretches(turn, shown: shown, table: table)
        }
        var waiting = backchannels[...]
        var index = 0
        while index < turn.elements.count {
            let element = turn.elements[index]
            while let next = waiting.first, let start = next.range?.start, let here = element.range?.start, start < here {
                write(backchannel: next)
                waiting = waiting.dropFirst()
            }
            let isOpen = runs.isEmpty || lastMark?.kind == .overlapStart
            if view != .written, let pauses = texts.pauses(in: turn.elements, from: index, isOpen: isOpen, silent: tones.written) {
                write(pauses: pauses.marks)
                index = pauses.end
                continue
            }
            switch element {
            case .word(let word): if plan.leftOut[index] == nil { write(word, at: index) } else { drop(word) }
            case .mark(let mark): if !tones.written.contains(index) { write(mark) }
            }
            index += 1
        }
        for turn in waiting { write(backchannel: turn) }
        if plan.breaksOff { breakOff() }
        endTones()
        if view == .written { endSentence() }
    }

    // MARK: Spaces and times

    mutating func space() {
        endTones()
        openTrail = nil
        if !glue && !runs.isEmpty { runs.append(Run(" ")) }
        glue = false
    }

    mutating func endTones() {
        for sign in owedEnds { runs.append(Run(sign, .mark)) }
        owedEnds = []
    }

    mutating func writeTime(before range: SampleRange?) {
        guard let every = layout.options.timesEvery, every > 0, let range else { return }
        let now = rate.seconds(range.start)
        guard let last = lastTime else {
            lastTime = now
            return
        }
        guard now - last >= every else { return }
        space()
        runs.append(Run("[\(now.clock)]", .time, range: range))
        lastTime = now
    }
}

extension Word {
    /// Whether anything but punctuation is shown.
    func hasCore(in view: TranscriptView) -> Bool {
        view.text(of: self).split(whereSeparator: \.isWhitespace).contains { piece in
            !Punctuation.split(piece.map { Glyph(character: $0) }[...], keeping: []).core.isEmpty
        }
    }
}

extension Element {
    /// A pause that is silence, not a hesitation sound.
    var isSilence: Bool { mark?.kind == .pause && mark?.label != "filled" }
}
