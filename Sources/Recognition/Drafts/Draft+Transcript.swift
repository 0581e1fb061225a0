import Signal
import Transcript

extension Draft {
    /// What an unlabelled speaker is called.
    static let unknownLabel = "Ukjent"

    /// The draft as a transcript of a recording: words numbered from 1, turns from 1, speakers `S1`, `S2`, … in the
    /// order they first speak, with labels as typed.
    ///
    /// Time codes become `Turn.range`. Words get times only where the draft has them: `Placement.given` for a word's own,
    /// `Placement.interpolated` for a share of its cue's. A turn without an end ends where the next coded turn begins,
    /// or, with uncoded turns between, at its share of that stretch by letters. Codes outside the recording, or that run
    /// backwards, are left out and noted as findings.
    public func transcript(recording: RecordingReference, language: String = "nb") -> Transcript {
        var speakers: [Speaker] = [], keys: [String: String] = [:]
        var turns: [Turn] = []
        var nextWord = 1, droppedWords = 0
        for piece in pieces {
            let label = piece.label ?? Self.unknownLabel
            let key = label.lowercased()
            let id: String
            if let known = keys[key] {
                id = known
            } else {
                id = "S\(speakers.count + 1)"
                keys[key] = id
                speakers.append(Speaker(id: id, label: label, role: SpeakerLabel.role(of: label)))
            }
            var latest = 0.0
            let elements = piece.elements.enumerated().map { index, element -> Element in
                var time = index < piece.times.count ? piece.times[index] : nil
                if let found = time, !(found.start >= latest && found.end >= found.start && found.start < recording.seconds) {
                    droppedWords += found.isExact ? 1 : 0
                    time = nil
                }
                latest = time?.start ?? latest
                let range = time.map { recording.range($0.start, $0.end) }
                switch element {
                case .word(var word):
                    word.id = nextWord
                    nextWord += 1
                    word.range = range
                    word.placement = time.map { $0.isExact ? .given : .interpolated }
                    word.confidence = time?.confidence
                    return .word(word)
                case .mark(var mark):
                    mark.range = range
                    return .mark(mark)
                }
            }
            turns.append(Turn(id: turns.count + 1, speaker: id, elements: elements))
        }
        var findings = notes.map {
            Finding(stage: "draft", code: $0.code, severity: .note, message: $0.count > 1 ? "\($0.message) (\($0.count))" : $0.message)
        }
        let dropped = placeHints(in: &turns, recording: recording)
        if dropped > 0 {
            findings.append(
                Finding(
                    stage: "draft", code: "time-codes-left-out", severity: .review,
                    message: "\(dropped) time codes run backwards or lie outside the recording and are not used"))
        }
        if droppedWords > 0 {
            findings.append(
                Finding(
                    stage: "draft", code: "word-times-left-out", severity: .review,
                    message: "the times of \(droppedWords) words run backwards or lie outside the recording and are not used"))
        }
        resolveListeners(in: &turns, speakers: speakers)
        return Transcript(recording: recording, language: language, speakers: speakers, turns: turns, findings: findings)
    }

    /// Gives turns their stretches; returns how many codes were left out.
    private func placeHints(in turns: inout [Turn], recording: RecordingReference) -> Int {
        let length = recording.seconds
        var dropped = 0, latest = 0.0
        var starts = pieces.map(\.start)
        // Paragraphs that end with a code (f4, ATLAS.ti): the first began at the start.
        if starts.first == .some(nil), pieces.first?.end != nil { starts[0] = 0 }
        for index in starts.indices {
            guard let start = starts[index] else { continue }
            // Said so that what is no number is left out, too.
            if start >= latest, start <= length {
                latest = start
            } else {
                starts[index] = nil
                dropped += 1
            }
        }
        for index in turns.indices {
            guard let start = starts[index] else { continue }
            let next = starts[(index + 1)...].firstIndex { $0 != nil }
            var limit = next.flatMap { starts[$0] } ?? length
            if let end = pieces[index].end, end >= start {
                // Subtitle cues may overlap what follows them: their own ends stand.
                limit = min(end, length)
            } else if let last = next ?? Optional(turns.count), last > index + 1 {
                let sizes = turns[index..<last].map { max(1, $0.words.reduce(0) { $0 + $1.text.count }) }
                limit = start + (limit - start) * Double(sizes[0]) / Double(sizes.reduce(0, +))
            }
            turns[index].range = recording.range(start, limit)
        }
        return dropped
    }

    /// Names the listener of a typed `(I: mm)` or `//S02: mm//`.
    private func resolveListeners(in turns: inout [Turn], speakers: [Speaker]) {
        var ids: [String: String] = [:]
        for speaker in speakers {
            ids[speaker.label.lowercased()] = ids[speaker.label.lowercased()] ?? speaker.id
            let initials = speaker.label.split(separator: " ").map { $0.first?.isNumber == true ? String($0) : String($0.prefix(1)) }
            let short = initials.joined().lowercased()
            ids[short] = ids[short] ?? speaker.id
        }
        for turn in turns.indices {
            for index in turns[turn].elements.indices {
                guard case .mark(var mark) = turns[turn].elements[index], [.backchannel, .overlapStart].contains(mark.kind) else { continue }
                guard let colon = mark.text.firstIndex(of: ":") else { continue }
                let name = mark.text[..<colon].drop { "([{/ ".contains($0) }.lowercased()
                guard let id = ids[name] else { continue }
                mark.label = id
                turns[turn].elements[index] = .mark(mark)
            }
        }
    }
}

extension RecordingReference {
    /// A stretch given in seconds, cut to the recording before it is counted in samples: a file may say anything, and what
    /// lies beyond the largest integer cannot be counted.
    fileprivate func range(_ start: Double, _ end: Double) -> SampleRange {
        func position(_ time: Double) -> Int { min(rate.position(seconds: min(max(0, time), seconds)), length) }
        let first = position(start)
        return SampleRange(first, max(first, position(end)))
    }
}
