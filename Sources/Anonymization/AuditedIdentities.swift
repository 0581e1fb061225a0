import Foundation
import Transcript

/// The audit of what stands beside the talk and names its speakers: labels, ids, participants' codes, labels of marks.
struct AuditedIdentities {
    private let codes: SpeakingCodes
    private let detector: Detector
    /// The fixed parts of the labels that the policy writes.
    private let literals: [String]

    init(register: KeyRegister, detector: Detector, policy: Policy?) {
        codes = SpeakingCodes(register, ordinary: detector.words)
        self.detector = detector
        literals = ((policy.map { Array($0.speakers.values) } ?? []) + Array(Policy.defaultSpeakers.values))
            .flatMap { $0.replacing(/\{[^}]*\}/, with: "\n").split(separator: "\n") }
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.count > 1 }.sorted { ($0.count, $0) > ($1.count, $1) }
    }

    /// Every such text of a document once, with the turn it stands in, 0 for what belongs to the speakers.
    static func texts(of document: Transcript) -> [(text: String, turn: Int)] {
        var out: [(String, Int)] = []
        let all = document.withEverySpeaker()
        for speaker in all.speakers {
            out += ([speaker.label, speaker.participant ?? ""] + (Anonymizer.isPlain(id: speaker.id) ? [] : [speaker.id])).map { ($0, 0) }
        }
        let ids = Set(all.speakers.map(\.id))
        for turn in document.turns {
            for label in turn.marks.compactMap(\.label) where !MarkLabels.known.contains(label) && !ids.contains(label) {
                out.append((label, turn.id))
            }
        }
        return out.filter { !$0.0.isEmpty }
    }

    /// What the detector makes of one, without the register's codes.
    func items(_ text: String, turn: Int) -> [AuditReport.Item] {
        var rest = text
        for literal in literals { rest = rest.replacingOccurrences(of: literal, with: " ") }
        var out: [AuditReport.Item] = []
        if codes.tells(rest) {
            out.append(.init(code: "leak", severity: .error, turn: turn, words: [], types: [.person], rule: "speaker-code"))
        }
        if detector.isName(label: rest) {
            // A word that no list knows may be a code of the study's own making.
            let isListed = TokenizedText(rest).tokens.contains { token in
                token.kind == .word && detector.lists.lookup(token.lower).map { !$0.entry.kinds.isDisjoint(with: .personal) } ?? false
            }
            out.append(.init(
                code: "residual", severity: isListed ? .error : .review, turn: turn, words: [], types: [.person], rule: "speaker-label"))
        }
        // A code's own figures are no case number.
        if Detector.isCode(label: rest) { return out }
        for d in detector.detect(text: rest) where d.type.identifier == .direct && d.type != .person {
            out.append(.init(
                code: "residual", severity: d.score >= 0.8 ? .error : .review, turn: turn, words: [], types: [d.type], rule: d.rule))
        }
        return out
    }
}
