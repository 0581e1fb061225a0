extension TurnWriter {
    mutating func write(_ word: Word, at place: Int) {
        var shown = view.text(of: word)
        if let first = shown.first, first.isLowercase, owesCapital || view == .written && opensSentence {
            shown = first.uppercased() + shown.dropFirst()
        }
        owesCapital = false
        writeTime(before: word.range)

        let emphasis = table.emphasis
        let stands = view != .written && emphasis.style != .none && (word.prominence?.level ?? 0) >= emphasis.level
            && shown.contains { $0.isLetter || $0.isNumber }
        let style: Run.Style =
            switch emphasis.style {
            case _ where !stands: .plain
            case .none, .capitals: .plain
            case .italic: .emphasis
            case .bold: .strong
            case .underline: .underline
            }
        var capitals = tones.capitals.values.contains { $0.contains(place) }
        if capitals { shown = shown.uppercased() }
        if stands && emphasis.style == .capitals {
            capitals = true
            shown = emphasis.unit == .syllable ? StressedSyllable.capitalized(shown) : shown.uppercased()
        }
        shown = core(of: word, shown: shown, inCapitals: capitals)

        let lead = owedLead + word.lead
        owedLead = ""
        space()
        for label in tones.opening(at: place) { runs.append(Run(table.tones[label]?.start ?? "", .mark)) }
        let before = Punctuation.spaced(lead: signs?.escaped(lead) ?? lead)
        let after = Punctuation.spaced(trail: signs?.escaped(word.trail) ?? word.trail)
        if style == .plain {
            runs.append(Run(before + shown + after, .plain, wordID: word.id, range: word.range))
        } else {
            if !before.isEmpty { runs.append(Run(before, .plain, wordID: word.id, range: word.range)) }
            runs.append(Run(shown, style, wordID: word.id, range: word.range))
            if !after.isEmpty { runs.append(Run(after, .plain, wordID: word.id, range: word.range)) }
        }
        owedEnds = tones.closing(at: place).compactMap { table.tones[$0]?.end }
        openTrail = after
        lastMark = nil
    }

    /// The word with its signs: broken off, heard with doubt; escaped where the layout does so.
    private func core(of word: Word, shown: String, inCapitals: Bool) -> String {
        let cut = word.isCutOff && view != .written ? table.cutOff : ""
        var core = shown
        while !cut.isEmpty, core.hasSuffix(cut), core.count > cut.count { core = String(core.dropLast(cut.count)) }
        let doubtful = word.isUnclear && view != .written
        // A doubtful word of several parts (`Kommune A`) is in doubt part for part: brackets around several words are a remark.
        let parts = core.split(whereSeparator: \.isWhitespace).map(String.init)
        return parts.enumerated().map { number, part in
            let end = number == parts.count - 1 ? cut : ""
            let unclear = doubtful && part.contains { $0.isLetter || $0.isNumber }
            guard let signs else { return unclear ? table.unclearWord.filled(["word": part + end]) : part + end }
            var text = signs.escaped(core: part, before: number == parts.count - 1 && cut.isEmpty && !unclear ? word.trail : "")
            let marked = (unclear ? table.unclearWord : "{word}").filled(["word": text + end])
            let glyphs = Glyph.glyphs(of: marked)
            let misread = NotationReader(signs).freeMark(in: glyphs, at: 0, open: []) != nil
            let capital = signs.usesCapitals && !inCapitals && NotationSigns.looksCapital(Glyph.glyphs(of: part))
            if misread, !text.hasPrefix("\\") { text = "\\" + text }
            if capital, let letter = text.firstIndex(where: \.isLetter), letter == text.startIndex || text[text.index(before: letter)] != "\\" {
                text.insert("\\", at: letter)
            }
            return (unclear ? table.unclearWord : "{word}").filled(["word": text + end])
        }.joined(separator: " ")
    }

    /// A dropped word leaves its sentence end, closing marks and capital to its neighbours, and takes its commas along.
    mutating func drop(_ word: Word) {
        if word.text.first?.isUppercase == true && opensSentence { owesCapital = true }
        let opening = word.lead.filter { "«\"“(".contains($0) }
        let closing = word.trail.filter { "»\"”)".contains($0) }
        let closes = closing.count > 0 && opening.count > 0
        if !closes { owedLead += opening }
        let ends = word.trail.filter { ".?!".contains($0) }
        guard let last = runs.indices.last, runs[last].wordID != nil else { return }
        var text = runs[last].text
        if view.isCleaned, word.isFiller, text.last == ",", hidesComma(last) { text.removeLast() }
        if !ends.isEmpty, let final = text.last, !".?!…".contains(final) {
            while let final = text.last, ",;:".contains(final) { text.removeLast() }
            text += ends
        }
        if !closes { text += closing }
        if text.isEmpty { return }
        if text.count < runs[last].text.count || runs[last].style == .plain {
            runs[last].text = text
        } else if text.count > runs[last].text.count {
            runs.append(Run(String(text.dropFirst(runs[last].text.count)), .plain, wordID: runs[last].wordID, range: runs[last].range))
        }
    }

    /// A comma after the run's word set off the hesitation that is left out now: no other would stand between a subject that opens its sentence, or
    /// a preposition, and what follows.
    private func hidesComma(_ index: Int) -> Bool {
        let word = runs[index].text.filter(\.isLetter).lowercased()
        if Cleaning.commaless.contains(word) { return true }
        guard Cleaning.subjects.contains(word) else { return false }
        let before = runs[..<index].last { $0.wordID != nil }?.text.last { !"»\"”)".contains($0) }
        return before.map { ".?!".contains($0) } ?? true
    }

    private var opensSentence: Bool {
        guard let text = runs.last(where: { $0.wordID != nil })?.text else { return true }
        return text.last(where: { !"»\"”)".contains($0) }).map { ".?!".contains($0) } ?? false
    }

    // MARK: Ends

    /// The turn ends in a word that was broken off and is not shown: it trails off.
    mutating func breakOff() {
        let sign = view == .written ? "…" : table.trailingOff.plain
        guard !sign.isEmpty, lastMark?.kind != .trailingOff, let last = runs.last, last.text.last != "…" else { return }
        trimLast(",;:.")
        endTones()
        runs.append(Run(sign, .mark))
        lastMark = (.trailingOff, sign)
    }

    /// A written sentence ends with a full stop, unless it trails off or is cut.
    mutating func endSentence() {
        guard lastMark?.kind != .trailingOff, lastMark?.kind != .unclear else { return }
        trimLast(",;:–— ")
        guard let last = runs.indices.last, let final = runs[last].text.last(where: { !"»\"”)".contains($0) }), !".?!…".contains(final) else { return }
        runs[last].text += "."
    }

    /// Takes punctuation off the end of the last word.
    func trimmed(_ text: String, of signs: String) -> String {
        var text = text
        while let final = text.last, signs.contains(final) { text.removeLast() }
        return text
    }

    mutating func trimLast(_ signs: String) {
        guard let last = runs.indices.last, runs[last].wordID != nil else { return }
        let text = trimmed(runs[last].text, of: signs)
        if !text.isEmpty {
            runs[last].text = text
        } else if last > 0, runs[last - 1].wordID == runs[last].wordID {
            runs.removeLast()
        }
    }
}
