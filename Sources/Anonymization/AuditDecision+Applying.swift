import Foundation
import Transcript

extension AuditDecision {
    /// Puts a recording's decisions into force on what was detected in it.
    ///
    /// What is to be masked becomes a detection, and takes those that it overlaps into itself; what is to stand is taken out of them,
    /// unless the policy denies the word. A place that is there more than once is masked everywhere, and never let stand.
    /// - Parameters:
    ///   - decisions: of this recording.
    ///   - transcript: as it was detected in.
    ///   - salt: that the anchors were made with.
    public static func apply(
        _ decisions: [AuditDecision], to detections: [TranscriptDetection], in transcript: Transcript, salt: Data, policy: Policy
    ) -> (detections: [TranscriptDetection], applied: AppliedDecisions) {
        var out = detections, applied = AppliedDecisions()
        guard !decisions.isEmpty else { return (out, applied) }
        let anchoring = DecisionAnchoring(transcript, salt: salt)
        var text: [Int: String] = [:]
        for word in transcript.turns.flatMap(\.words) { text[word.id] = word.text }
        let denied = Set(policy.deny.flatMap { TokenizedText($0).tokens.map(\.lower) })
        // Masks last: where a person decided both ways on one word, it goes.
        for decision in decisions.sorted(by: { ($0.verdict == .mask ? 1 : 0, $0.at, $0.id) < ($1.verdict == .mask ? 1 : 0, $1.at, $1.id) }) {
            func place(_ turn: Int, _ words: [Int]) -> AppliedDecisions.Place { .init(id: decision.id, code: decision.code, turn: turn, words: words) }
            let lost = place(decision.anchor.turn, decision.anchor.words)
            let found: [DecisionAnchoring.Place]
            switch anchoring.find(decision.anchor) {
            case .at(let place): found = [place]
            case .unclear(let places) where decision.verdict == .mask: found = places
            case .unclear, .gone:
                applied.lost.append(lost)
                continue
            }
            for spot in found {
                let here = place(spot.turn, spot.words)
                switch decision.verdict {
                case .accept: applied.accepted.append(here)
                case .keep:
                    if spot.words.contains(where: { id in TokenizedText(text[id] ?? "").tokens.contains { denied.contains($0.lower) } }) {
                        applied.denied.append(here)
                    } else {
                        stand(spot.words, in: &out)
                        applied.standing.append(here)
                    }
                case .mask:
                    mask(spot, as: decision.type ?? .other, text, transcript, in: &out)
                    applied.masked.append(here)
                    applied.standing = applied.standing.filter { Set($0.words).isDisjoint(with: spot.words) }
                }
            }
        }
        return (out, applied)
    }

    private static func stand(_ words: [Int], in detections: inout [TranscriptDetection]) {
        let words = Set(words)
        detections = detections.compactMap { detection in
            guard detection.field == .words, !words.isDisjoint(with: detection.wordIDs) else { return detection }
            var rest = detection
            rest.wordIDs.removeAll(where: words.contains)
            return rest.wordIDs.isEmpty ? nil : rest
        }
    }

    private static func mask(
        _ place: DecisionAnchoring.Place, as type: EntityType, _ text: [Int: String], _ transcript: Transcript, in detections: inout [TranscriptDetection]
    ) {
        let touched = Set(place.words)
        let overlapping = detections.filter { $0.field == .words && !touched.isDisjoint(with: $0.wordIDs) }
        let all = touched.union(overlapping.flatMap(\.wordIDs))
        let ids = transcript.turns.first { $0.id == place.turn }?.words.map(\.id).filter(all.contains) ?? place.words
        let mask = TranscriptDetection(turn: place.turn, wordIDs: ids, type: type, key: "", score: 1, rule: "decision")
        let keyed = EntityKeys(lists: NameLists.shared).keyed([(mask, ids.compactMap { text[$0] }.joined(separator: " "))])
        detections.removeAll { $0.field == .words && !touched.isDisjoint(with: $0.wordIDs) }
        // In order of the talk, before what comes after it.
        let order = Dictionary(transcript.turns.flatMap(\.words).enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { a, _ in a })
        let own = order[ids.first ?? 0] ?? 0
        let position = detections.firstIndex { $0.field == .words && (order[$0.wordIDs.first ?? 0] ?? 0) > own } ?? detections.count
        detections.insert(contentsOf: keyed, at: position)
    }
}
