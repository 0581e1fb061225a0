import Transcript

/// Speakers' ids and the labels of marks: strings that the words' anonymisation never sees, and that every export shows.
extension Anonymizer {
    /// `S1`, `S2`, …; a longer number could be somebody's own.
    static func isPlain(id: String) -> Bool {
        id.first == "S" && (2...5).contains(id.count) && id.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// Gives every speaker a number for an id, whatever the id was: a table may call its speakers by name, and no list knows
    /// every name. Ids that are numbers already stay.
    static func renumber(_ document: inout Transcript) {
        var ids: [String: String] = [:]
        var taken = Set(document.speakers.map(\.id).filter(isPlain))
        var next = 1
        for speaker in document.speakers where ids[speaker.id] == nil {
            if isPlain(id: speaker.id) { ids[speaker.id] = speaker.id; continue }
            while taken.contains("S\(next)") { next += 1 }
            ids[speaker.id] = "S\(next)"
            taken.insert("S\(next)")
        }
        for i in document.speakers.indices { document.speakers[i].id = ids[document.speakers[i].id] ?? document.speakers[i].id }
        for t in document.turns.indices {
            document.turns[t].speaker = ids[document.turns[t].speaker] ?? document.turns[t].speaker
            for e in document.turns[t].elements.indices {
                guard case .mark(var mark) = document.turns[t].elements[e], let label = mark.label else { continue }
                mark.label = mark.namesSpeaker ? ids[label] : MarkLabels.known.contains(label) ? label : nil
                document.turns[t].elements[e] = .mark(mark)
            }
        }
    }

    /// Where a mark's stretch ends once words have gone: at its last word that is left, or nowhere.
    ///
    /// - Parameter before: the turn's words before anything was replaced.
    static func closeStretches(_ turn: inout Turn, before: [Word]) {
        var left = Set(turn.words.map(\.id))
        for e in turn.elements.indices {
            switch turn.elements[e] {
            // A stretch runs from its mark on: it cannot end at a word that has passed.
            case .word(let word): left.remove(word.id)
            case .mark(var mark):
                guard let until = mark.until else { continue }
                let end = before.firstIndex { $0.id == until }
                mark.until = end.flatMap { end in before[...end].last { left.contains($0.id) }?.id }
                turn.elements[e] = .mark(mark)
            }
        }
    }
}

extension Transcript {
    /// With an entry for everybody who has a turn. Exports show the id of a speaker without one, which may be a name: here it
    /// becomes a label like any other, to be detected and replaced.
    func withEverySpeaker() -> Transcript {
        var all = self
        var known = Set(speakers.map(\.id))
        for turn in turns where known.insert(turn.speaker).inserted {
            all.speakers.append(Speaker(id: turn.speaker, label: turn.speaker))
        }
        return all
    }
}

extension Mark {
    /// Whether the label is a speaker's id.
    var namesSpeaker: Bool { kind == .backchannel || kind == .overlapStart || kind == .overlapEnd }
}

enum MarkLabels {
    /// Every label that the program itself gives a mark. Any other comes from a file, and may say anything.
    static let known: Set<String> = Set(Mark.toneLabels).union(Mark.intonationLabels).union(MarkVocabulary.tones.values).union([
        "rhetorical", "latency", "filled", "short", "long", "cut", "spaced",
    ])
}
