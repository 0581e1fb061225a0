import Bokmal
import Foundation
import Transcript

/// Makes the anonymised transcript: the only way to one.
public struct Anonymizer: Sendable {
    public let policy: Policy
    public let register: KeyRegister
    private let lists = NameLists.shared
    private let ordinary: any OrdinaryWords
    private let index: RegisterIndex
    private let codes: SpeakingCodes

    /// - Parameters:
    ///   - register: assigned over the detections (``KeyRegister/assign(register:detections:policy:)``).
    ///   - ordinaryWords: as for the detector; used in the last sweep for registered names.
    public init(policy: Policy, register: KeyRegister, ordinaryWords: any OrdinaryWords = WordForms.shared) {
        self.policy = policy
        self.register = register
        self.ordinary = ordinaryWords
        self.index = RegisterIndex(register.entries)
        self.codes = SpeakingCodes(register, ordinary: ordinaryWords)
    }

    /// Replaces what was detected. Works on the Bokmål words; the first word of an entity carries the replacement, its other
    /// words go, and nothing of the words as said remains.
    ///
    /// - Parameters:
    ///   - registerExists: false once the study has destroyed its register: the transcript is then marked anonymous.
    ///   - standing: words that a person has decided to let stand; not swept for registered names.
    public func anonymize(
        _ transcript: Transcript, detections: [TranscriptDetection], registerExists: Bool = true, standing: Set<Int> = []
    ) -> AnonymizedTranscript {
        let shift = dateShift(transcript)
        var document = transcript.withEverySpeaker()
        let matcher = RegisterMatcher(register, ordinary: ordinary, policy: policy)
        var byWord: [Int: Int] = [:]
        // The Bokmål layer can make another word of a name in lower case: what was said is looked up, too.
        var said: [Int: String] = [:]
        for word in document.turns.flatMap(\.words) where word.bokmal != word.text { said[word.id] = word.text }
        for (index, d) in detections.enumerated() where d.field == .words {
            for id in d.wordIDs where byWord[id] == nil { byWord[id] = index }
        }
        let detections = withPhrases(detections, of: document, matcher, standing, &byWord)
        for t in document.turns.indices {
            let turn = document.turns[t]
            var elements: [Element] = []
            var done: Set<Int> = []
            // Where the entity's first word went, to hand it the closing punctuation of its last.
            var carrier: [Int: Int] = [:]
            for (e, element) in turn.elements.enumerated() {
                switch element {
                case .mark(var mark):
                    let own = detections.filter { $0.field == .mark && $0.turn == turn.id && $0.element == e }
                    mark.text = matcher.swept(replaced(mark.text, own, shift), mark.kind == .comment || mark.kind == .toneOfVoice)
                    elements.append(.mark(mark))
                case .word(var word):
                    let text = word.bokmal
                    word.normalized = nil
                    guard let index = byWord[word.id] else {
                        // A word that Bokmål drops leaves its punctuation with the word before.
                        if text.isEmpty { Self.handTrail(word.trail, to: &elements); continue }
                        word.text = text
                        elements.append(.word(word))
                        continue
                    }
                    let d = detections[index]
                    let action = policy.action(for: d.type)
                    if action == .keep {
                        if text.isEmpty { Self.handTrail(word.trail, to: &elements); continue }
                        word.text = text
                        elements.append(.word(word))
                    } else if done.insert(index).inserted {
                        let original = turn.words.filter { d.wordIDs.contains($0.id) }
                        word.text = replacement(d, original.map(\.text).joined(separator: " "), shift)
                        if d.type == .age { Self.dropPreposition(before: &word, in: &elements, &carrier) }
                        word.isCutOff = false
                        word.isFiller = false
                        carrier[index] = elements.count
                        elements.append(.word(word))
                    } else if let place = carrier[index], case .word(var first) = elements[place] {
                        first.trail = word.trail
                        if let a = first.range, let b = word.range { first.range = a.union(b) }
                        elements[place] = .word(first)
                    }
                }
            }
            document.turns[t].elements = elements.map { element in
                guard case .word(var word) = element, !carrierWords(carrier, elements).contains(word.id), !standing.contains(word.id) else { return element }
                if let code = matcher.code(for: word.text) ?? said[word.id].flatMap { matcher.code(for: $0, exactly: true) } { word.text = code }
                return .word(word)
            }
            Self.closeStretches(&document.turns[t], before: turn.words)
        }
        let remaining = Set(document.turns.flatMap { $0.words.map(\.id) })
        for f in document.findings.indices { document.findings[f].words = document.findings[f].words.filter(remaining.contains) }
        Self.reportDialect(&document)
        label(&document, detections)
        document.recording.id = recordingID(document.recording, detections)
        document.recording.recordedAt = recordedAt(document.recording.recordedAt)
        return AnonymizedTranscript(document: document, policy: policy.name, status: registerExists ? .deidentified : .anonymous)
    }

    /// The words as said are gone: what a turn reads as now is what its reader gets.
    private static func reportDialect(_ document: inout Transcript) {
        document.findings.removeAll { $0.code == AnonymizedTranscript.notBokmal }
        for id in BokmalCheck().turnsOutside(document) {
            document.findings.append(Finding(
                stage: "anonymize", code: AnonymizedTranscript.notBokmal, severity: .review,
                message: "This turn does not read as Bokmål. Dialect can identify a speaker: put the transcript through 'bokmal' first, or write it over.",
                range: document.turns.first { $0.id == id }?.range, turn: id))
        }
    }

    private func carrierWords(_ carrier: [Int: Int], _ elements: [Element]) -> Set<Int> {
        Set(carrier.values.compactMap { elements[$0].word?.id })
    }

    private static func handTrail(_ trail: String, to elements: inout [Element]) {
        guard !trail.isEmpty, let last = elements.lastIndex(where: { $0.word != nil }), case .word(var before) = elements[last],
            before.trail.isEmpty else { return }
        before.trail = trail
        elements[last] = .word(before)
    }

    /// "en dame på åttien" is "en dame i 80-årene": the age brings its own preposition.
    private static func dropPreposition(before word: inout Word, in elements: inout [Element], _ carrier: inout [Int: Int]) {
        guard word.text.hasPrefix("i "), let last = elements.indices.last, case .word(let before) = elements[last],
            before.trail.isEmpty, !carrier.values.contains(last), ["på", "i", "av"].contains(NameKey.fold(before.text)) else { return }
        word.lead = before.lead + word.lead
        if let a = before.range, let b = word.range { word.range = a.union(b) }
        elements.removeLast()
    }

    /// With the names of several words that only the register knows: no single word of theirs would give them away.
    ///
    /// A name that was found with more words around it stays as found, and so does what a person has decided to let stand.
    private func withPhrases(
        _ found: [TranscriptDetection], of document: Transcript, _ matcher: RegisterMatcher, _ standing: Set<Int>, _ byWord: inout [Int: Int]
    ) -> [TranscriptDetection] {
        var all = found
        for turn in document.turns {
            for match in matcher.phrases(in: turn) {
                let ids = Set(match.wordIDs)
                guard standing.isDisjoint(with: ids) else { continue }
                let others = match.wordIDs.compactMap { byWord[$0] }
                guard others.allSatisfy({ ids.isSuperset(of: all[$0].wordIDs) }) else { continue }
                for id in match.wordIDs { byWord[id] = all.count }
                all.append(match)
            }
        }
        return all
    }

    /// What stands instead of an entity. A genitive s is kept: "Karis" → "Person 1s".
    func replacement(_ d: TranscriptDetection, _ original: String, _ shift: Int? = nil) -> String {
        let entry = index.find(d.type, d.key).map { register.entries[$0] }
        let text = policy.text(for: d.type, entry: entry, original: original, lists: lists, shift: shift)
        if text == original { return original }
        return d.isGenitive && EntityKeys.named.contains(d.type) && !text.hasSuffix("s") && !text.hasSuffix(")") ? text + "s" : text
    }

    /// Days to move the recording's dates by: those of its first participant, so that all of one person's recordings move alike.
    private func dateShift(_ transcript: Transcript) -> Int? {
        guard case .shift(let most) = policy.action(for: .date) else { return nil }
        let codes = transcript.speakers.filter { $0.role != .interviewer && $0.role != .moderator }.compactMap(\.participant)
        return register.dateShift(of: codes.min() ?? transcript.recording.id, most: most)
    }

    private func replaced(_ text: String, _ detections: [TranscriptDetection], _ shift: Int? = nil) -> String {
        var scalars = Array(text.unicodeScalars)
        for d in detections.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) where policy.action(for: d.type) != .keep {
            guard d.range.upperBound <= scalars.count else { continue }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[d.range])
            scalars.replaceSubrange(d.range, with: Array(replacement(d, String(view), shift).unicodeScalars))
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The finding on a participant's code that could not stay.
    static let speakingCode = "participant-code"

    private func label(_ document: inout Transcript, _ detections: [TranscriptDetection]) {
        var count: [Role: Int] = [:], total: [Role: Int] = [:]
        for speaker in document.speakers { total[speaker.role ?? Self.role(ofLabel: speaker.label), default: 0] += 1 }
        for i in document.speakers.indices {
            var speaker = document.speakers[i]
            let role = speaker.role ?? Self.role(ofLabel: speaker.label)
            let named = detections.first { $0.field == .speakerLabel && $0.speaker == speaker.id }
            speaker.role = role
            count[role, default: 0] += 1
            if let code = speaker.participant, isName(code) || codes.tells(code, label: speaker.label) {
                speaker.participant = nil
                document.findings.append(Finding(
                    stage: "anonymize", code: Self.speakingCode, severity: .review,
                    message: "the code of speaker \(i + 1) holds part of a name and was left out; give the participant another code in the study file"))
            }
            document.speakers[i].participant = speaker.participant
            document.speakers[i].label = policy.label(
                for: speaker, number: count[role] ?? 1, isAlone: total[role] == 1,
                registered: named.flatMap { policy.tellsApart($0.type) ? replacement($0, speaker.label) : nil })
        }
        Self.renumber(&document)
    }

    /// A draft says "Intervjuer:" where nobody has given roles yet.
    private static func role(ofLabel label: String) -> Role {
        let word = NameKey.fold(label).trimmingCharacters(in: CharacterSet.letters.inverted)
        if ["intervjuer", "intervjuar", "interviewer", "int", "i", "iv"].contains(word) { return .interviewer }
        return ["moderator", "møteleder", "ordstyrer"].contains(word) ? .moderator : .participant
    }

    private func isName(_ code: String) -> Bool {
        TokenizedText(code).tokens.contains { token in
            // `Solveig1` is as much a name as `Solveig`.
            let bare = token.lower.trimmingCharacters(in: .decimalDigits)
            guard token.kind == .word, bare.count > 2, let entry = lists.lookup(bare)?.entry else { return false }
            return !entry.kinds.isDisjoint(with: .personal) && (entry.ambiguity != .common || token.isCapitalised)
        }
    }

    /// A name in the id is replaced; a few digits of the sound's digest then keep two recordings of people with one code,
    /// or of people who are all masked alike, from becoming one.
    private func recordingID(_ recording: RecordingReference, _ detections: [TranscriptDetection]) -> String {
        let id = recording.id
        let own = detections.filter { $0.field == .recordingID }
        guard !own.isEmpty else { return id }
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "_-."))
        let plain = String(String.UnicodeScalarView(replaced(id, own).unicodeScalars.filter(allowed.contains)))
        return recording.digest.isEmpty ? plain : plain + "-" + recording.digest.prefix(4)
    }

    private func recordedAt(_ date: String?) -> String? {
        guard let date else { return nil }
        switch policy.recordingDate {
        case .keep: return date
        case .month: return date.count >= 7 ? String(date.prefix(7)) : nil
        case .year: return date.count >= 4 ? String(date.prefix(4)) : nil
        case .drop: return nil
        }
    }
}
