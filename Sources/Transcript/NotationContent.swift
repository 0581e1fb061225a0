import Signal

/// What a notation table can say of a turn: its words and marks as far as the table has signs for them.
///
/// Two turns with the same content are written alike. A pause is its class and what is written of it; a tone of voice is where it
/// begins and ends; what a table does not write is not there. Where a table writes two things alike the content is what a reader
/// takes it for: of overlaps with one sign for both ends the first opens and the second closes; dots that stand apart are a pause
/// where the table writes a pause so; a remark is the kind that its words say (``MarkVocabulary``); words in capitals in a row are
/// one stretch and have lost their own capitals; a melody's sign among a word's punctuation is that melody.
public struct NotationContent: Sendable, Hashable {
    public enum Item: Sendable, Hashable {
        case word(text: String, lead: String, trail: String, isEmphasized: Bool, isCutOff: Bool, isUnclear: Bool)
        /// `index` in the table's classes; nil for one of unknown length.
        case pause(index: Int?, text: String)
        case mark(Mark.Kind, text: String)
        case backchannel(speaker: String?, text: String)
        case toneStart(String)
        case toneEnd(String)
        case melody(String)
    }

    public private(set) var items: [Item] = []

    /// The content of each paragraph that a layout of the transcript has, in the verbatim view with hesitation sounds kept.
    public static func paragraphs(of transcript: Transcript, notation: NotationTable) -> [(turnID: Int, content: NotationContent)] {
        let layout = TranscriptLayout(notation: notation, options: LayoutOptions(view: .verbatim))
        let inserted = layout.inlineBackchannels(transcript.turns)
        return transcript.turns.compactMap { turn in
            if inserted.placed.contains(turn.id) || turn.isBackchannel && notation.backchannels.placement == .dropped { return nil }
            let content = NotationContent(
                turn, notation: notation, rate: transcript.recording.rate, language: transcript.language, speakers: transcript.speakers,
                backchannels: inserted.byHost[turn.id] ?? [])
            return (turn.id, content)
        }
    }

    /// - Parameter backchannels: turns that are written inside this one.
    public init(
        _ turn: Turn, notation: NotationTable, rate: SampleRate = .analysis, language: String = "nb", speakers: [Speaker] = [],
        backchannels: [Turn] = []
    ) {
        var builder = Builder(notation, rate: rate, language: language, names: SpeakerNames(speakers))
        builder.add(turn, backchannels: backchannels)
        items = builder.items
    }
}

extension NotationContent {
    private struct Builder {
        let table: NotationTable
        let reader: NotationReader
        let texts: MarkTexts
        let names: SpeakerNames
        var items: [Item] = []
        private var tones = ToneStretches()
        private var lastMark: (kind: Mark.Kind, text: String)?
        private var lead = ""
        private var overlaps = false
        /// Words may not be told apart from a following mark by a space: at the start, or after an overlap's opening sign.
        private var isOpen = true
        private var wasCapital = false
        private var owedEnds: [String] = []

        init(_ table: NotationTable, rate: SampleRate, language: String, names: SpeakerNames) {
            self.table = table
            reader = NotationReader(table)
            texts = MarkTexts(table: table, rate: rate, english: language.hasPrefix("en"))
            self.names = names
        }

        private var signs: NotationSigns { reader.signs }

        mutating func add(_ turn: Turn, backchannels: [Turn]) {
            let shown = turn.elements.indices.filter { turn.elements[$0].word?.hasCore(in: .verbatim) == true }
            tones = ToneStretches(turn, shown: shown, table: table)
            var waiting = backchannels[...], index = 0
            while index < turn.elements.count {
                let element = turn.elements[index]
                while let next = waiting.first, let start = next.range?.start, let here = element.range?.start, start < here {
                    add(listener: next)
                    waiting = waiting.dropFirst()
                }
                if let pauses = texts.pauses(in: turn.elements, from: index, isOpen: isOpen, silent: tones.written) {
                    if let pause = texts.text(ofPauses: pauses.marks) { add(pause.mark, written: pause.text) }
                    index = pauses.end
                    continue
                }
                switch element {
                case .word(let word): add(word, at: index)
                case .mark(let mark): if !tones.written.contains(index) { add(mark) }
                }
                index += 1
            }
            for turn in waiting { add(listener: turn) }
            endTones()
            if wasCapital, let label = signs.capitalTones.first { closeCapitals(label) }
            readMelodies()
        }

        // MARK: Words

        private mutating func add(_ word: Word, at place: Int) {
            endTones()
            var text = word.text
            let level = word.prominence?.level ?? 0
            let stands = table.emphasis.style != .none && level >= table.emphasis.level && text.contains { $0.isLetter || $0.isNumber }
            let loud = tones.capitals.values.contains { $0.contains(place) }
            if loud { text = text.uppercased() }
            let capitals = stands && table.emphasis.style == .capitals
            if capitals { text = table.emphasis.unit == .syllable ? StressedSyllable.capitalized(text) : text.uppercased() }
            var cut = word.isCutOff ? table.cutOff : ""
            if !cut.isEmpty, text.hasSuffix(cut), text.count > cut.count { cut = "" }

            let line = Punctuation.spaced(lead: word.lead) + text + cut + Punctuation.spaced(trail: word.trail)
            let first = items.count
            var starts = tones.opening(at: place)
            for piece in line.split(whereSeparator: \.isWhitespace) {
                let kept = Set(table.cutOff)
                let parts = Punctuation.split(piece.map { Glyph(character: $0) }[...], keeping: kept)
                guard !parts.core.isEmpty else {
                    loose(String(piece))
                    continue
                }
                var core = parts.core.string
                let broken = word.isCutOff && !table.cutOff.isEmpty && core.hasSuffix(table.cutOff) && core.count > table.cutOff.count
                while broken, core.hasSuffix(table.cutOff), core.count > table.cutOff.count { core = String(core.dropLast(table.cutOff.count)) }
                let visible = (loud || capitals) && NotationSigns.looksCapital(core.map { Glyph(character: $0) })
                if loud || capitals, visible { core = core.lowercased() }
                mark(capital: loud && visible && !capitals)
                for label in starts { items.append(.toneStart(label)) }
                starts = []
                let unclear = word.isUnclear && signs.unclear != nil && core.contains { $0.isLetter || $0.isNumber }
                items.append(
                    .word(
                        text: core, lead: lead + parts.lead.string, trail: parts.trail.string,
                        isEmphasized: stands && (capitals ? visible : signs.emphasis != nil), isCutOff: broken, isUnclear: unclear))
                lead = ""
            }
            if items.count > first || !tones.closing(at: place).isEmpty { owedEnds = tones.closing(at: place) }
            lastMark = nil
            isOpen = false
        }

        private mutating func endTones() {
            for label in owedEnds { items.append(.toneEnd(label)) }
            owedEnds = []
        }

        private mutating func loose(_ text: String) {
            // The end of a tone stands between a word and the dash after it, and belongs to neither.
            let last = items.lastIndex { if case .toneEnd = $0 { false } else { true } }
            if let last, case .word(let word, let lead, let trail, let stands, let cut, let unclear) = items[last],
                !text.allSatisfy({ "«“„(‹".contains($0) })
            {
                items[last] = .word(text: word, lead: lead, trail: trail + text, isEmphasized: stands, isCutOff: cut, isUnclear: unclear)
            } else {
                lead += text
            }
        }

        /// Begins or ends a stretch in capitals before the next word.
        private mutating func mark(capital: Bool) {
            guard capital != wasCapital, let label = signs.capitalTones.first else { return }
            if capital { items.append(.toneStart(label)) } else { closeCapitals(label) }
            wasCapital = capital
        }

        /// After the last word in capitals, whatever marks have come since.
        private mutating func closeCapitals(_ label: String) {
            guard let last = items.lastIndex(where: { if case .word = $0 { true } else { false } }) else { return }
            var place = last + 1
            while place < items.count, case .melody = items[place] { place += 1 }
            items.insert(.toneEnd(label), at: place)
        }

        // MARK: Marks

        private mutating func add(_ mark: Mark) {
            switch mark.kind {
            case .intonation: add(melody: mark)
            case .backchannel:
                guard table.backchannels.placement != .dropped else { return }
                let parts = MarkTexts.parts(ofBackchannel: mark, names: names.short)
                add(backchannel: parts.said, by: parts.speaker)
            default: add(mark, written: texts.text(of: mark))
            }
        }

        private mutating func add(_ mark: Mark, written text: String) {
            guard !text.isEmpty else { return }
            if let last = lastMark {
                if last.text == text, [.pause, .trailingOff].contains(last.kind), mark.kind == .pause { return }
                if last.kind == .trailingOff, mark.kind == .trailingOff { return }
            }
            let apart = isOpen || mark.label == "spaced" || text.hasPrefix("(")
            if mark.kind == .trailingOff, !apart,
                case .word(let word, let lead, let trail, let stands, let cut, let unclear)? = items.last, trail.hasSuffix(".")
            {
                var trail = trail
                while trail.hasSuffix(".") { trail.removeLast() }
                items[items.count - 1] = .word(
                    text: word, lead: lead, trail: trail, isEmphasized: stands, isCutOff: cut, isUnclear: unclear)
            }
            endTones()
            lastMark = (mark.kind, text)
            isOpen = mark.kind == .overlapStart
            switch mark.kind {
            case .overlapStart, .overlapEnd:
                let starts = mark.kind == .overlapStart && text != table.overlapStart.plain || !signs.overlapAlternates && mark.kind == .overlapStart
                    || signs.overlapAlternates && text == table.overlapStart.plain && !overlaps
                overlaps = starts
                items.append(.mark(starts ? .overlapStart : .overlapEnd, text: text))
            case .trailingOff where !apart: items.append(.mark(.trailingOff, text: text))
            default: items.append(item(for: mark, written: text))
            }
        }

        /// What a reader takes a mark for that stands apart.
        private func item(for mark: Mark, written text: String) -> Item {
            let glyphs = Glyph.glyphs(of: TurnWriter.escaped(text, of: mark))
            guard let (end, read) = reader.freeMark(in: glyphs, at: 0, open: []), end == glyphs.count else { return .mark(mark.kind, text: text) }
            switch read.kind {
            case .pause:
                let index = table.pauses.firstIndex { item in
                    read.evidence["least_s"].map { $0 == item.from } ?? read.evidence["duration_s"].map { $0 >= item.from && $0 < item.to ?? .infinity } ?? false
                        && item.label == read.label && !item.text.isEmpty
                }
                return .pause(index: read.evidence.isEmpty ? nil : index, text: text)
            case .backchannel where read.label != nil: return .backchannel(speaker: read.label, text: read.text)
            default: return .mark(read.kind, text: text)
            }
        }

        /// Takes the place of a full stop or comma of the word that it follows at once.
        private mutating func add(melody mark: Mark) {
            guard let label = mark.label, let sign = table.intonation[label], lastMark == nil, !isOpen else { return }
            guard let last = items.indices.last, case .word(let word, let lead, var trail, let stands, let cut, let unclear) = items[last] else { return }
            if trail.contains(sign) { return }
            if let final = trail.last, ".,".contains(final) { trail.removeLast() }
            items[last] = .word(text: word, lead: lead, trail: trail + sign, isEmphasized: stands, isCutOff: cut, isUnclear: unclear)
        }

        private mutating func readMelodies() {
            items = items.flatMap { item -> [Item] in
                guard case .word(let word, let lead, var trail, let stands, let cut, let unclear) = item else { return [item] }
                var melodies: [Item] = []
                for (label, sign) in signs.intonation where trail.contains(String(sign)) {
                    trail = trail.replacing(String(sign), with: "")
                    melodies.append(.melody(label))
                    if let final = trail.last, ".,".contains(final) { trail.removeLast() }
                }
                return [.word(text: word, lead: lead, trail: trail, isEmphasized: stands, isCutOff: cut, isUnclear: unclear)] + melodies
            }
        }

        // MARK: Listeners

        private mutating func add(listener turn: Turn) {
            add(backchannel: turn.words.map(\.text).filter { !$0.isEmpty }.joined(separator: " ").lowercased(), by: names.short(turn.speaker))
        }

        private mutating func add(backchannel said: String, by speaker: String?) {
            let text = texts.text(ofBackchannel: said, by: speaker)
            guard !text.isEmpty else { return }
            endTones()
            lastMark = (.backchannel, text)
            isOpen = false
            if let speaker, signs.inline != nil {
                items.append(.backchannel(speaker: speaker, text: said))
            } else {
                items.append(item(for: Mark(kind: .backchannel, source: .draft, text: said), written: text))
            }
        }
    }
}
