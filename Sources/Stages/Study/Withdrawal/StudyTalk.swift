import Anonymization
import Bokmal
import Foundation
import Pipeline
import Recognition
import Transcript

/// What one person said, and what all others of the study said: what is the person's alone can be looked for.
struct StudyTalk {
    /// The group of detections that are the person's.
    static let person = ""

    /// Detections by recording, the person's own (all of a recording that goes) under ``person``.
    private(set) var detections: [(name: String, detections: [TranscriptDetection])] = []
    /// Words that only the person said and no dictionary has.
    private(set) var distinctiveWords: [String] = []
    /// Runs of four words that only the person said, as written.
    private(set) var distinctivePhrases: [String] = []
    private var own: Set<String> = []
    private var others: Set<String> = []

    private static let wordLimit = 500, phraseLimit = 500, phraseLength = 4

    init(_ planner: WithdrawalPlanner, _ plan: WithdrawalPlan, _ participant: StudyFile.Participant?) {
        let going = Set(plan.items), shared = Set(plan.sharedItems)
        var ownTurns: [[Word]] = [], otherPhrases: Set<String> = []
        for id in planner.knownIDs.sorted() {
            let raw = Self.raw(id, planner.store)
            let bokmal = planner.store.latest(item: id, stage: BokmalStage.descriptor.id).flatMap { try? BokmalTranscript(decoding: $0.data).transcript }
            let mine = Set((raw?.speakers ?? []).filter { $0.participant != nil && $0.participant == participant?.code || planner.isNamed($0.label) }.map(\.id))
            let interviewers = Set((raw?.speakers ?? []).filter { $0.role == .interviewer || $0.role == .moderator }.map(\.id))
            func isOwn(_ turn: Turn) -> Bool {
                if shared.contains(id) { return mine.contains(turn.speaker) }
                return going.contains(id) && (mine.isEmpty ? !interviewers.contains(turn.speaker) : mine.contains(turn.speaker))
            }
            for turn in [raw, bokmal].compactMap({ $0 }).flatMap(\.turns) {
                // The interviewer's part of a recording that goes is neither: it goes, and was perhaps said to others as well.
                if !isOwn(turn), going.contains(id) { continue }
                let words = turn.words
                if isOwn(turn) {
                    ownTurns.append(words)
                    own.formUnion(words.flatMap { [$0.text.lowercased(), $0.bokmal.lowercased()] })
                } else {
                    others.formUnion(words.flatMap { [$0.text.lowercased(), $0.bokmal.lowercased()] })
                    otherPhrases.formUnion(Self.phrases(words).map { $0.lowercased() })
                }
            }
            guard let found = planner.store.latest(item: id, stage: DetectStage.descriptor.id), let list = try? DetectionList(decoding: found.data).detections
            else { continue }
            if going.contains(id) {
                detections.append((Self.person, list))
            } else if shared.contains(id) {
                let turns = Set((raw?.turns ?? []).filter(isOwn).map(\.id))
                detections.append((Self.person, list.filter { turns.contains($0.turn) || $0.speaker.map(mine.contains) == true }))
                detections.append((id, list.filter { !turns.contains($0.turn) && $0.speaker.map(mine.contains) != true }))
            } else {
                detections.append((id, list))
            }
        }
        // Drafts that no run has read yet are others' words, too.
        for item in planner.study.everything where !going.contains(item.id) && Self.raw(item.id, planner.store) == nil {
            for piece in item.files["draft"]?.first.flatMap({ try? WordsStage.read($0) })?.pieces ?? [] {
                let words = piece.elements.compactMap(\.word)
                others.formUnion(words.map { $0.text.lowercased() })
                otherPhrases.formUnion(Self.phrases(words).map { $0.lowercased() })
            }
        }
        let rare = own.subtracting(others).filter { word in
            word.count >= ByteSearch.plainLength && word.allSatisfy(\.isLetter) && !WordForms.shared.contains(word)
        }
        distinctiveWords = Array(rare.sorted { ($1.count, $0) < ($0.count, $1) }.prefix(Self.wordLimit))
        var seen: Set<String> = [], phrases: [String] = []
        for words in ownTurns {
            // The longest of each stretch tells most.
            let best = Self.phrases(words).filter { !otherPhrases.contains($0.lowercased()) && $0.count >= 16 }.max { ($0.count, $1) < ($1.count, $0) }
            if let best, seen.insert(best.lowercased()).inserted { phrases.append(best) }
        }
        distinctivePhrases = Array(phrases.prefix(Self.phraseLimit))
    }

    private static func phrases(_ words: [Word]) -> [String] {
        guard words.count >= phraseLength else { return [] }
        return (0...words.count - phraseLength).map { start in
            let part = words[start..<start + phraseLength]
            return part.enumerated().map { index, word in
                (index == 0 ? "" : word.lead) + word.text + (index == phraseLength - 1 ? "" : word.trail)
            }.joined(separator: " ")
        }
    }

    /// The raw transcript of a recording as its words came.
    static func raw(_ item: String, _ store: ArtefactStore) -> Transcript? {
        store.latest(item: item, stage: WordsStage.descriptor.id).flatMap { try? WordedTranscript(decoding: $0.data).transcript }
    }

    /// Words of the study's table that only the person said.
    func wordsOfTableToForget(_ text: String) -> [String] {
        guard let table = try? StudyWords(parsing: text) else { return [] }
        return table.decisions.keys.filter { own.contains($0) && !others.contains($0) }.sorted()
    }
}

/// The role that a draft's label suggests by itself (`Intervjuer`, `Informant 2`).
enum SpeakerRoleWords {
    static func role(of label: String) -> Role? {
        let draft = Draft(format: .text, pieces: [.init(label: label)])
        return draft.transcript(recording: .init(id: "", digest: "", rate: .analysis, length: 0, channels: 1)).speakers.first?.role
    }
}
