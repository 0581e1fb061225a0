import Signal

/// Somebody's words as an article quotes them: written Bokmål, with where they come from.
public struct Quotation: Sendable, Hashable {
    /// The words, without citation. Several people's words stand on lines of their own, each after its speaker's label.
    public var text: String
    /// Whom it cites: `(Informant 4)`, `D2:`.
    public var citation: String
    /// What the citation ought to have held but nobody knew; then it holds the speaker's label.
    public var missing: [String]
    /// The words that are shown, in order.
    public var wordIDs: [Int]
    /// Where they are in the sound, from the first to the last, samples at the recording's rate; nil when none is placed.
    public var range: SampleRange?
    /// The citation stands before the words.
    public var citesFirst: Bool

    /// Words and citation together.
    public var cited: String { citation.isEmpty ? text : citesFirst ? citation + " " + text : text + " " + citation }

    /// Quotes words of a transcript in the written view.
    ///
    /// Words that were passed over between the first and the last are marked `(…)`; nothing marks the ends. Hesitation sounds,
    /// repetitions and cut-offs go as the view has it, and leave no sign: nothing of what was said is lost with them.
    /// - Parameters:
    ///   - words: ids of the words to quote, in any order.
    ///   - transcript: an anonymised one, if anybody else is to read the quotation.
    ///   - style: how the study cites.
    ///   - notation: decides which hesitation sounds stay.
    ///   - roleNames: what the study calls its participants' roles, by participant code.
    /// - Returns: nil when none of the words is there, or the written view shows none of them.
    public init?(
        of words: some Sequence<Int>, in transcript: Transcript, style: QuotationStyle, notation: NotationTable,
        roleNames: [String: String] = [:]
    ) {
        let wanted = Set(words)
        var lines: [(speaker: String, text: String)] = []
        var shown: [Int] = [], passedOver = false
        for turn in transcript.turns {
            guard let part = QuotedTurn(turn, wanted: wanted, fillers: notation.fillers) else {
                // A whole turn between two quoted ones.
                if !lines.isEmpty, !turn.isBackchannel, !turn.words.isEmpty { passedOver = true }
                continue
            }
            let layout = TranscriptLayout(notation: notation, options: LayoutOptions(view: .written))
            let writer = TurnWriter(
                layout: layout, names: SpeakerNames(transcript.speakers), rate: transcript.recording.rate, language: transcript.language)
            let text = writer.runs(of: part.turn, backchannels: [], plan: part.plan).reduce(into: "") { $0 += $1.text }
            guard !text.isEmpty, !part.shown.isEmpty else { continue }
            shown += part.shown.map(\.id)
            let cut = !lines.isEmpty && (passedOver || part.cutsBefore) ? "(…) " : ""
            passedOver = part.cutsAfter
            if let last = lines.last, last.speaker == turn.speaker {
                lines[lines.count - 1].text += " " + cut + text
            } else {
                lines.append((turn.speaker, cut + text))
            }
            range = part.shown.compactMap(\.range).reduce(range) { whole, next in
                whole.map { SampleRange(min($0.start, next.start), max($0.end, next.end)) } ?? next
            }
        }
        guard !lines.isEmpty else { return nil }
        var speakers: [Speaker] = []
        for line in lines where !speakers.contains(where: { $0.id == line.speaker }) {
            speakers.append(transcript.speaker(line.speaker) ?? Speaker(id: line.speaker, label: line.speaker))
        }
        // The interviewer's question may stand in a quotation; it is the others who are cited.
        let others = speakers.filter { $0.role != .interviewer && $0.role != .moderator }
        var missing: [String] = []
        let citations = (others.isEmpty ? speakers : others).map { speaker in
            let citation = style.citation(of: speaker, in: transcript.recording, role: speaker.participant.flatMap { roleNames[$0] })
            for name in citation.missing where !missing.contains(name) { missing.append(name) }
            if citation.missing.isEmpty { return citation.text }
            return style.citesFirst ? speaker.label + ":" : "(\(speaker.label))"
        }
        text = speakers.count == 1
            ? lines.map(\.text).joined(separator: " ")
            : lines.map { line in (transcript.speaker(line.speaker)?.label ?? line.speaker) + ": " + line.text }.joined(separator: "\n")
        citesFirst = style.citesFirst && speakers.count == 1
        citation = citations.count > 1 && style.citesFirst
            ? "(" + citations.map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 }.joined(separator: ", ") + ")"
            : citations.joined(separator: " ")
        self.missing = missing
        wordIDs = shown
    }
}

extension QuotationStyle {
    /// A pattern that ends in a colon stands before the quotation (`D2: …`), any other after it.
    public var citesFirst: Bool { pattern.trimmed.hasSuffix(":") }
}

/// The part of a turn that is quoted: the wanted words, what the view leaves out between them, and signs for what was passed over.
private struct QuotedTurn {
    var turn: Turn
    var plan = TurnPlan()
    var shown: [Word] = []
    /// Words of the turn that the view shows stand before the first wanted one, or after the last.
    var cutsBefore = false
    var cutsAfter = false

    init?(_ turn: Turn, wanted: Set<Int>, fillers: NotationTable.FillerHandling) {
        let whole = TurnPlan(turn, view: .written, fillers: fillers)
        let places = turn.elements.indices.filter { turn.elements[$0].word.map { wanted.contains($0.id) } ?? false }
        guard let first = places.first, let last = places.last else { return nil }
        func isShown(_ place: Int) -> Bool { turn.elements[place].word != nil && whole.leftOut[place] == nil }
        cutsBefore = turn.elements.indices.contains { $0 < first && isShown($0) }
        cutsAfter = turn.elements.indices.contains { $0 > last && isShown($0) }
        var part = turn, isCut = false
        part.elements = []
        for place in first...last {
            let element = turn.elements[place]
            guard let word = element.word else {
                if !isCut { part.elements.append(element) }
                continue
            }
            if let reason = whole.leftOut[place] {
                if !isCut {
                    plan.leftOut[part.elements.count] = reason
                    part.elements.append(element)
                }
            } else if wanted.contains(word.id) {
                isCut = false
                shown.append(word)
                part.elements.append(element)
            } else if !isCut {
                isCut = true
                part.elements.append(.mark(Mark(kind: .trailingOff, source: .measured, label: "cut")))
            }
        }
        // Only what is quoted to its end breaks off.
        plan.breaksOff = whole.breaksOff && turn.elements[(last + 1)...].allSatisfy { $0.word?.isFiller ?? true }
        self.turn = part
    }
}
