import Foundation
import Transcript

extension Detector {
    /// A piece of the transcript laid out as one line of text.
    struct Piece {
        var field: TranscriptDetection.Field
        var turn = 0
        var speaker: String?
        var element: Int?
        /// Code points of the piece in the laid-out text.
        var range: Range<Int>
        var words: [(id: Int, range: Range<Int>)] = []
    }

    private struct Layout {
        var text = String.UnicodeScalarView()
        var length = 0
        var pieces: [Piece] = []

        mutating func append(_ s: String) -> Range<Int> {
            let start = length
            // A line end inside a word or mark would break the piece in two.
            for scalar in s.unicodeScalars {
                text.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
                length += 1
            }
            return start..<length
        }
    }

    private func layout(_ transcript: Transcript, bokmal: Bool) -> Layout {
        var out = Layout()
        for turn in transcript.turns {
            var piece = Piece(field: .words, turn: turn.id, range: out.length..<out.length)
            for word in turn.words {
                if !piece.words.isEmpty { _ = out.append(" ") }
                _ = out.append(word.lead)
                let range = out.append(bokmal ? word.bokmal : word.text)
                if word.isCutOff { _ = out.append("-") }
                _ = out.append(word.trail)
                piece.words.append((word.id, range))
            }
            piece.range = piece.range.lowerBound..<out.length
            out.pieces.append(piece)
            _ = out.append(" ")
            out.text.append("\n")
            out.length += 1
            guard !bokmal else { continue }
            for (index, element) in turn.elements.enumerated() {
                guard let mark = element.mark, !mark.text.isEmpty else { continue }
                let range = out.append(mark.text)
                out.pieces.append(Piece(field: .mark, turn: turn.id, element: index, range: range))
                out.text.append("\n")
                out.length += 1
            }
        }
        return out
    }

    /// Everything identifying in a transcript: in the words (as said and in Bokmål), the marks, the speakers' labels and the
    /// recording's id. In order of the talk; labels and the id first.
    /// - Parameters:
    ///   - given: what another program found: added where this detector has nothing, and its names are looked for everywhere.
    ///   - ownWords: whether this detector looks at the words itself. What the policy denies it finds in any case.
    public func detect(transcript: Transcript, given: [GivenSpan] = [], ownWords: Bool = true) -> [TranscriptDetection] {
        let transcript = transcript.withEverySpeaker()
        var raw: [(Piece, Detection, String)] = []
        var known: Set<String> = []
        for speaker in transcript.speakers where isName(label: speaker.label) {
            let count = speaker.label.unicodeScalars.count
            raw.append((
                Piece(field: .speakerLabel, speaker: speaker.id, range: 0..<count),
                Detection(start: 0, end: count, type: .person, score: 0.9, rule: "speaker-label"), speaker.label))
            for token in TokenizedText(speaker.label).tokens where token.kind == .word && token.text.count >= 3 {
                if !words.contains(token.lower) || lists.lookup(token.lower) != nil { known.insert(token.lower) }
            }
        }
        for speaker in transcript.speakers where speaker.id != speaker.label && !Anonymizer.isPlain(id: speaker.id) && isName(label: speaker.id) {
            for token in TokenizedText(speaker.id).tokens where token.kind == .word && token.text.count >= 3 {
                if !words.contains(token.lower) || lists.lookup(token.lower) != nil { known.insert(token.lower) }
            }
        }
        raw += recordingID(transcript.recording.id)
        let spans = Self.read(given, in: transcript)
        for span in spans where span.given.type == .person {
            for token in TokenizedText(span.text).tokens where token.kind == .word && token.isCapitalised && token.text.count >= 3 {
                known.insert(lists.lookup(token.lower)?.base ?? token.lower)
            }
        }

        func collect(_ layout: Layout) {
            let text = TokenizedText(String(layout.text))
            let remarks = layout.pieces.filter { $0.field == .mark }.map(\.range)
            for detection in detect(text, knownNames: known, remarks: remarks).map(\.detection) {
                if standsForOrdinary(detection, layout, transcript) { continue }
                for piece in layout.pieces where piece.range.lowerBound < detection.end && detection.start < piece.range.upperBound {
                    let d = Detection(
                        start: max(detection.start, piece.range.lowerBound), end: min(detection.end, piece.range.upperBound),
                        type: detection.type, score: detection.score, rule: detection.rule)
                    if !ownWords, piece.field == .words, !isDenied(text.string(d.start, d.end)) { continue }
                    raw.append((piece, d, text.string(d.start, d.end)))
                    if d.type == .person, d.score >= 0.6 {
                        for token in TokenizedText(text.string(d.start, d.end)).tokens
                        where token.kind == .word && token.isCapitalised && token.text.count >= 3 {
                            known.insert(lists.lookup(token.lower)?.base ?? token.lower)
                        }
                    }
                }
            }
        }
        collect(layout(transcript, bokmal: false))
        if transcript.turns.contains(where: { $0.words.contains { $0.normalized != nil } }) {
            collect(layout(transcript, bokmal: true))
        }
        return EntityKeys(lists: lists).keyed(Self.withFalseStarts(added(spans, to: Self.placed(raw), transcript), transcript))
    }

    /// Whether the policy's list of what always identifies has a word of it.
    private func isDenied(_ text: String) -> Bool {
        let denied = options.deny.flatMap { TokenizedText($0).tokens.map(\.lower) }
        return TokenizedText(text).tokens.contains { token in
            denied.contains(token.lower) || NameKey.withoutGenitive(token.lower).contains(where: denied.contains)
        }
    }

    /// Spans with their words as said; those whose words are not in their turn are left out.
    private static func read(_ given: [GivenSpan], in transcript: Transcript) -> [(given: GivenSpan, text: String)] {
        guard !given.isEmpty else { return [] }
        let turns = Dictionary(transcript.turns.map { ($0.id, $0) }) { first, _ in first }
        return given.compactMap { span in
            let wanted = Set(span.wordIDs), words = turns[span.turn]?.words.filter { wanted.contains($0.id) } ?? []
            guard !words.isEmpty else { return nil }
            return (GivenSpan(turn: span.turn, wordIDs: words.map(\.id), type: span.type, score: span.score), words.map(\.text).joined(separator: " "))
        }
    }

    /// Adds what others found on words that are nobody's yet, each run of such words by itself, in order of the talk.
    private func added(
        _ spans: [(given: GivenSpan, text: String)], to own: [(TranscriptDetection, String)], _ transcript: Transcript
    ) -> [(TranscriptDetection, String)] {
        guard !spans.isEmpty else { return own }
        let allowed = Set(options.allow.map(NameKey.fold))
        var taken = Set(own.filter { $0.0.field == .words }.flatMap(\.0.wordIDs)), out = own
        var texts: [Int: String] = [:], order: [Int: Int] = [:]
        for (index, word) in transcript.turns.flatMap(\.words).enumerated() { (texts[word.id], order[word.id]) = (word.text, index) }
        for (span, text) in spans where span.type == .nationalID || !allowed.contains(NameKey.fold(text)) {
            for run in span.wordIDs.split(whereSeparator: taken.contains) {
                taken.formUnion(run)
                let detection = TranscriptDetection(turn: span.turn, wordIDs: Array(run), type: span.type, key: "", score: span.score, rule: GivenSpan.rule)
                out.append((detection, run.compactMap { texts[$0] }.joined(separator: " ")))
            }
        }
        // Labels and the id stay first, marks where they were: only detections of words are put in their order.
        let places = out.indices.filter { out[$0].0.field == .words }
        let sorted = places.map { out[$0] }.enumerated().sorted {
            (order[$0.element.0.wordIDs[0]] ?? 0, $0.offset) < (order[$1.element.0.wordIDs[0]] ?? 0, $1.offset)
        }
        for (place, item) in zip(places, sorted) { out[place] = item.element }
        return out
    }

    /// An unlisted word that opens a sentence, and that Bokmål writes as an ordinary word ("Itj" is "ikke"), is no name.
    private func standsForOrdinary(_ detection: Detection, _ layout: Layout, _ transcript: Transcript) -> Bool {
        guard detection.rule == "proper-noun.initial",
            let piece = layout.pieces.first(where: { $0.field == .words && $0.range.contains(detection.start) }),
            let id = piece.words.first(where: { $0.range.contains(detection.start) && $0.range.upperBound >= detection.end })?.id,
            let word = transcript.turns.first(where: { $0.id == piece.turn })?.words.first(where: { $0.id == id }),
            let written = word.normalized?.text.lowercased(), written != word.text.lowercased() else { return false }
        return !written.isEmpty && words.contains(written) && lists.lookup(NameKey.fold(written)) == nil
    }

    /// "Ragn- Ragnhild": a name broken off and said again goes with the name.
    private static func withFalseStarts(
        _ placed: [(TranscriptDetection, String)], _ transcript: Transcript
    ) -> [(TranscriptDetection, String)] {
        var starts: [Int: Int] = [:]
        for turn in transcript.turns {
            let words = turn.words
            for (i, word) in words.enumerated() where word.isCutOff && !word.text.isEmpty {
                guard let next = words[(i + 1)...].first(where: { !$0.isFiller && !$0.isCutOff }),
                    NameKey.fold(next.text).hasPrefix(NameKey.fold(word.text)) else { continue }
                starts[next.id, default: word.id] = min(starts[next.id] ?? word.id, word.id)
            }
        }
        guard !starts.isEmpty else { return placed }
        var out = placed
        var gone: Set<Int> = []
        for i in out.indices where out[i].0.field == .words && EntityKeys.named.contains(out[i].0.type) {
            guard let first = out[i].0.wordIDs.first, let start = starts[first],
                let turn = transcript.turns.first(where: { $0.id == out[i].0.turn }) else { continue }
            let before = turn.words.map(\.id).drop { $0 != start }.prefix { $0 != first }
            for j in out.indices where j != i && out[j].0.field == .words && !out[j].0.wordIDs.isEmpty && out[j].0.wordIDs.allSatisfy(before.contains) {
                gone.insert(j)
            }
            out[i].0.wordIDs = before + out[i].0.wordIDs
        }
        return out.indices.filter { !gone.contains($0) }.map { out[$0] }
    }

    private static func placed(_ raw: [(Piece, Detection, String)]) -> [(TranscriptDetection, String)] {
        var out: [(TranscriptDetection, String)] = []
        var taken: Set<Int> = []
        for (piece, d, text) in raw {
            var detection = TranscriptDetection(
                field: piece.field, turn: piece.turn, speaker: piece.speaker, element: piece.element, type: d.type, key: "",
                score: d.score, rule: d.rule)
            if piece.field == .words {
                detection.wordIDs = piece.words.filter { $0.range.lowerBound < d.end && d.start < $0.range.upperBound }.map(\.id)
                // The Bokmål pass adds only words that the words as said did not give.
                let fresh = detection.wordIDs.filter { !taken.contains($0) }
                guard !fresh.isEmpty else { continue }
                detection.wordIDs = fresh
                taken.formUnion(fresh)
            } else {
                detection.range = (d.start - piece.range.lowerBound)..<(d.end - piece.range.lowerBound)
            }
            out.append((detection, text))
        }
        return out
    }

    /// Labels that name a role or a number, not a person.
    static let plainLabels: Set<String> = [
        "intervjuer", "intervjuar", "interviewer", "informant", "deltaker", "deltakar", "deltager", "participant", "moderator", "observatør",
        "speaker", "taler", "talar", "person", "ukjent", "unknown", "respondent", "forsker", "forskar", "gruppe", "flere", "alle", "other",
        "kvinne", "mann", "r", "s", "p", "i", "m", "d", "iv", "int", "inf", "spk", "sp",
    ]

    /// Whether a label is a code of the study's own (`Informant 9`, `D2`, `B`, `Intervjuer`): only words that say what
    /// somebody is, numbers, and up to two letters, with or without figures.
    ///
    /// Two or three letters written as a name is written, and listed as one (`Bo`, `Ida2`), are a name.
    static func isCode(label: String) -> Bool {
        let tokens = label.split { !$0.isLetter && !$0.isNumber }
        // As many figures as a telephone number has are no count of speakers.
        guard label.count(where: \.isNumber) <= 6 else { return false }
        return !tokens.isEmpty && tokens.allSatisfy { token in
            if isShortName(token) { return false }
            let lower = NameKey.fold(String(token)), letters = lower.filter(\.isLetter)
            return letters.isEmpty || letters.count <= 2 || plainLabels.contains(letters)
                || (letters.count <= 3 && letters.count < lower.count)
        }
    }

    private static func isShortName(_ token: Substring) -> Bool {
        let letters = token.filter(\.isLetter)
        guard letters.count >= 2, letters.first?.isUppercase == true, letters.dropFirst().contains(where: \.isLowercase),
            !plainLabels.contains(NameKey.fold(String(letters))),
            let entry = NameLists.shared.entries[NameKey.fold(String(letters))] else { return false }
        return !entry.kinds.isDisjoint(with: letters.count == 2 ? .personal : .given)
    }

    func isName(label: String) -> Bool {
        if label.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains(where: Self.isShortName) { return true }
        let tokens = TokenizedText(label).tokens.filter { $0.kind == .word }
        return tokens.contains { token in
            let bare = token.lower.trimmingCharacters(in: CharacterSet.decimalDigits.union(CharacterSet(charactersIn: "-_ ")))
            if bare.unicodeScalars.count < 2 || Self.plainLabels.contains(bare) { return false }
            if bare != token.lower && bare.count <= 3 { return false }  // P07, SPK1, INF2
            if lists.jobTitles.contains(bare) { return false }
            if let entry = lists.lookup(bare)?.entry, !entry.kinds.isDisjoint(with: .personal.union(.official)) {
                return entry.ambiguity != .common || token.isCapitalised
            }
            return !words.contains(bare)
        }
    }
}
