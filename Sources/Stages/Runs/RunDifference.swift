import Anonymization
import Foundation
import Pipeline
import Transcript

/// What two stored runs of one stage on a recording say differently. Confidential where the stage's transcript is.
public struct RunDifference: Sendable {
    public struct Row: Codable, Sendable, Hashable {
        /// Seconds from the start of the recording, where the words are placed.
        public var seconds: Double?
        /// As the transcript calls the speaker.
        public var speaker: String
        /// word, mark, emphasis, form (the Bokmål written for it), or several.
        public var what: String
        /// Empty where there was nothing.
        public var before: String
        public var after: String
    }

    public var item: String
    public var stage: String
    /// Keys of the two runs.
    public var before: RunRecord
    public var after: RunRecord
    public var rows: [Row]
    /// Whether rows hold words as they were said.
    public var isConfidential: Bool

    /// Stages whose results are transcripts, in order.
    public static let stages = ["words", "align", "prosody", "bokmal", "anonymize"]

    /// - Parameters:
    ///   - stage: nil for every one that has two runs with different results.
    ///   - runs: beginnings of two keys, as `explain ITEM STAGE` shows them; empty for the newest and the newest that differs from it.
    /// - Throws: ``RequestFault`` for a stage or run that is not there; ``StageFault`` when there is nothing to compare.
    public static func find(_ item: String, stage: String?, runs: [String], store: ArtefactStore) throws -> [RunDifference] {
        guard store.items().contains(item) else { throw RequestFault("nothing is stored of '\(TextFile.name(item))'; 'ordrett status' shows the recordings") }
        if let stage, !stages.contains(stage) { throw RequestFault("'\(stage)' gives no transcript; choose among \(stages.joined(separator: ", "))") }
        var result: [RunDifference] = []
        let candidates = stage.map { [$0] } ?? stages
        if !runs.isEmpty {
            let all = candidates.flatMap { stage in store.records(item: item, stage: stage) }
            let two = try runs.map { run -> RunRecord in
                let found = all.filter { $0.key.hasPrefix(run.lowercased()) }
                guard found.count == 1 else {
                    throw RequestFault(
                        found.isEmpty
                            ? "there is no stored run '\(run)' of \(item) among \(candidates.joined(separator: ", ")); 'ordrett explain \(item) STAGE' lists them"
                            : "'\(run)' begins the keys of several runs; give more of it")
                }
                return found[0]
            }
            guard two[0].stage == two[1].stage else { throw RequestFault("the two runs are of different stages: \(two[0].stage) and \(two[1].stage)") }
            return [try compare(two[0], two[1], store)]
        }
        for stage in candidates {
            let records = store.records(item: item, stage: stage)
            guard let newest = records.first, let other = records.first(where: { $0.output != newest.output }) else { continue }
            result.append(try compare(other, newest, store))
        }
        return result
    }

    private static func compare(_ before: RunRecord, _ after: RunRecord, _ store: ArtefactStore) throws -> RunDifference {
        let rows = rows(try tokens(before, store), try tokens(after, store))
        return RunDifference(item: after.item, stage: after.stage, before: before, after: after, rows: rows, isConfidential: after.stage != "anonymize")
    }

    // MARK: Tokens

    struct Token: Hashable {
        var what: String
        var text: String
        var speaker: String
        var seconds: Double?

        static func == (a: Token, b: Token) -> Bool { a.what == b.what && a.text == b.text && a.speaker == b.speaker }
        func hash(into hasher: inout Hasher) {
            hasher.combine(what)
            hasher.combine(text)
            hasher.combine(speaker)
        }
    }

    private static func tokens(_ record: RunRecord, _ store: ArtefactStore) throws -> [Token] {
        guard let data = store.data(of: record) else {
            throw StageFault("the stored result of '\(record.stage)' is gone; 'ordrett explain \(record.item) \(record.stage)' lists what is there")
        }
        let transcript = record.stage == "anonymize" ? try AnonymizedTranscript(decoding: data).document : try Transcript(decoding: data)
        return tokens(transcript, forms: ["bokmal", "anonymize"].contains(record.stage))
    }

    /// - Parameter forms: with the Bokmål forms.
    static func tokens(_ transcript: Transcript, forms: Bool) -> [Token] {
        let labels = Dictionary(transcript.speakers.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
        var tokens: [Token] = []
        for turn in transcript.turns {
            let speaker = labels[turn.speaker] ?? turn.speaker
            for element in turn.elements {
                let seconds = element.range.map { transcript.recording.rate.seconds($0.start) }
                func add(_ what: String, _ text: String) { tokens.append(Token(what: what, text: text, speaker: speaker, seconds: seconds)) }
                switch element {
                case .word(let word):
                    add("word", word.lead + word.text + word.trail)
                    if forms, let form = word.normalized?.text, form != word.text { add("form", form) }
                    if let level = word.prominence?.level, level > 0 { add("emphasis", String(repeating: "*", count: level)) }
                case .mark(let mark):
                    let length = mark.range.map { String(format: "%.2f s", transcript.recording.rate.seconds($0.end - $0.start)) }
                    add("mark", ([mark.kind.rawValue, mark.label ?? mark.text] + [length ?? ""]).filter { !$0.isEmpty }.joined(separator: " "))
                }
            }
        }
        return tokens
    }

    /// What was taken out and put in at each place, in order.
    static func rows(_ before: [Token], _ after: [Token]) -> [Row] {
        let change = after.difference(from: before)
        var removed: Set<Int> = [], inserted: Set<Int> = []
        for step in change {
            switch step {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var rows: [Row] = [], old = 0, new = 0
        while old < before.count || new < after.count {
            var gone: [Token] = [], come: [Token] = []
            while old < before.count, removed.contains(old) { gone.append(before[old]); old += 1 }
            while new < after.count, inserted.contains(new) { come.append(after[new]); new += 1 }
            guard let first = come.first ?? gone.first else {
                old += 1
                new += 1
                continue
            }
            func text(_ tokens: [Token]) -> String { tokens.map { $0.what == "form" ? "→\($0.text)" : $0.what == "mark" ? "(\($0.text))" : $0.text }.joined(separator: " ") }
            var kinds: [String] = []
            for token in gone + come where !kinds.contains(token.what) { kinds.append(token.what) }
            rows.append(
                Row(
                    seconds: ((come + gone).lazy.compactMap(\.seconds).first).map { ($0 * 100).rounded() / 100 }, speaker: first.speaker, what: kinds.joined(separator: ", "),
                    before: text(gone), after: text(come)))
        }
        return rows
    }
}
