import Anonymization
import Foundation
import Pipeline
import Transcript

/// What `ordrett review-findings` does: lists what a person should decide on, keeps what they decide, and takes it back.
public struct FindingsReview: Sendable {
    /// Something to decide on. It names turns and words by number.
    public struct Entry: Codable, Sendable, Hashable {
        /// Eight hexadecimal digits, the same as long as the place and what was found there are.
        public var id: String
        public var item: String
        /// The finding's code, or ``FindingsReview/replaced``.
        public var code: String
        public var severity: AuditReport.Severity
        public var turn: Int
        /// From the start of the recording; nil where it is about all of it.
        public var seconds: Double?
        public var words: [Int]
        public var types: [EntityType]
        public var rule: String
        /// What somebody has decided, in force after the next run.
        public var decision: AuditDecision.Verdict?

        /// It waits for somebody to decide. Notes ask for nothing; they are listed with the rest.
        public var isOpen: Bool { decision == nil && severity != .note }
    }

    /// A decision as a list shows it.
    public struct Decided: Codable, Sendable, Hashable {
        public enum State: String, Codable, Sendable { case inForce = "in force", waitsForRun = "waits for a run", lost, denied }
        public var id: String
        public var item: String
        public var code: String
        public var verdict: AuditDecision.Verdict
        public var type: EntityType?
        public var by: String
        public var at: String
        public var why: String
        public var state: State
    }

    /// The code of what is no finding but was replaced.
    public static let replaced = "replaced"

    let folders: OutputFolders
    let store: ArtefactStore
    private let root: URL

    /// - Parameter study: the study's folder, or one that `run --out` wrote to; nil for the study one stands in.
    public init(study path: String?) throws {
        guard let root = StudyTranscripts.root(path) else {
            throw RequestFault("this is no study folder; name one with --study, or the folder that 'ordrett run --out' wrote to")
        }
        self.root = root
        folders = Study.layout(root)
        store = ArtefactStore(folders: folders)
    }

    init(folders: OutputFolders, store: ArtefactStore) {
        root = folders.root
        self.folders = folders
        self.store = store
    }

    public var items: [String] { store.items().sorted() }

    /// What waits for somebody to decide: what the audit wants looked at, and nobody has decided on.
    public func open(_ item: String) throws -> [Entry] { try entries(item).filter(\.isOpen) }

    private func newest<A: Artefact>(_ type: A.Type, _ item: String, _ stage: String) -> A? {
        store.latest(item: item, stage: stage).flatMap { try? A(decoding: $0.data) }
    }

    /// The policy that the study's codes were given by, as the run's record has it: the register itself stays closed.
    private func policy() throws -> Policy? {
        try store.records(item: Runner.studyItem, stage: "register").first?.components["setting.policy"].map { try PolicyFile.load($0, root: root) }
    }

    private func check(_ item: String) throws {
        guard items.contains(item) else { throw RequestFault("there is no audited recording '\(item)'; there are: \(items.joined(separator: ", "))") }
    }

    /// What was found in a recording, the weightiest first, decided on or not.
    /// - Parameter replacements: what was replaced instead: to say what was wrongly masked.
    public func entries(_ item: String, replacements: Bool = false) throws -> [Entry] {
        try check(item)
        guard let report = newest(AuditArtefact.self, item, "audit")?.report, let anonymized = newest(AnonymizedArtefact.self, item, "anonymize")?.transcript else {
            throw StageFault("'\(item)' has no audit yet; run 'ordrett run' first")
        }
        let decided = Dictionary(try DecisionFile(folders).decisions(of: item).decisions.map { ($0.id, $0.verdict) }, uniquingKeysWith: { $1 })
        let found: [AuditReport.Item]
        if replacements {
            let policy = try policy()
            let detections: [TranscriptDetection] = newest(DetectionList.self, item, "detect")?.detections ?? []
            found = detections.filter { $0.field == .words && policy?.action(for: $0.type) != .keep }
                .map { AuditReport.Item(code: Self.replaced, severity: .note, turn: $0.turn, words: $0.wordIDs, types: [$0.type], rule: $0.rule) }
        } else {
            found = report.items.filter { !$0.code.hasPrefix("decision-") }
        }
        let rate = anonymized.document.recording.rate
        let starts = Dictionary(anonymized.document.turns.map { ($0.id, $0.range.map { rate.seconds($0.start) }) }, uniquingKeysWith: { a, _ in a })
        let entries = found.map { one in
            let id = Self.id(one, item)
            return Entry(
                id: id, item: item, code: one.code, severity: one.severity, turn: one.turn,
                seconds: (starts[one.turn] ?? nil).map { ($0 * 10).rounded() / 10 }, words: one.words, types: one.types, rule: one.rule, decision: decided[id])
        }
        return entries.enumerated().sorted { ($1.element.severity, $0.element.turn, $0.offset) < ($0.element.severity, $1.element.turn, $1.offset) }.map(\.element)
    }

    static func id(_ item: AuditReport.Item, _ recording: String) -> String {
        let text = [recording, item.code, String(item.turn), item.words.map(String.init).joined(separator: ","), item.types.map(\.rawValue).joined(separator: ","), item.rule]
        return String(Digest.sha256(Data(text.joined(separator: "|").utf8)).prefix(8))
    }

    /// A line of the anonymised transcript around a finding, for the reader's own screen.
    public struct Context: Sendable {
        public var speaker: String
        /// The words, and whether each is what was found.
        public var words: [(text: String, isFound: Bool)]
    }

    /// - Returns: nil for what is about labels or ids.
    public func context(_ entry: Entry, reach: Int = 12) -> Context? {
        guard let document = newest(AnonymizedArtefact.self, entry.item, "anonymize")?.transcript.document,
            let turn = document.turns.first(where: { $0.id == entry.turn })
        else { return nil }
        var all: [(id: Int?, text: String)] = []
        for element in turn.elements {
            if let word = element.word { all.append((word.id, word.lead + word.text + word.trail)) }
            if let mark = element.mark, !mark.text.isEmpty { all.append((nil, "(" + mark.text + ")")) }
        }
        let found = all.indices.filter { all[$0].id.map(entry.words.contains) ?? false }
        let first = max(0, (found.first ?? 0) - reach), last = min(all.count, (found.last ?? all.count - 1) + reach + 1)
        return Context(
            speaker: document.speaker(turn.speaker)?.label ?? turn.speaker,
            words: all.isEmpty ? [] : all[first..<last].map { ($0.text, $0.id.map(entry.words.contains) ?? false) })
    }

    /// Keeps a decision. It is in force from the next run.
    /// - Parameters:
    ///   - id: of a finding, or of something replaced.
    ///   - type: what the words are, for `mask`; by default what the finding says.
    ///   - extend: so many words more of the turn, before and after.
    /// - Throws: ``RequestFault`` that says what does not fit.
    @discardableResult
    public func decide(
        _ id: String, _ verdict: AuditDecision.Verdict, by: String, why: String, type: EntityType? = nil, extend: (before: Int, after: Int) = (0, 0),
        now: Date = Date()
    ) throws -> AuditDecision {
        guard let entry = try find(id) else { throw RequestFault("there is no finding '\(id)' now; 'ordrett review-findings --list' shows them") }
        guard !by.trimmingCharacters(in: .whitespaces).isEmpty else { throw RequestFault("say who decides: --by NAME") }
        let raw = try Transcript(decoding: StudyTranscripts.beforeBokmal(entry.item, study: root.path))
        var words = entry.words, kind: EntityType?
        switch verdict {
        case .accept:
            if entry.code == Self.replaced { throw RequestFault("'\(id)' was replaced, which needs no leave; 'keep' lets it stand as it was said") }
            if entry.code == "leak" || entry.code == "leak-sound" {
                throw RequestFault("something of the key register cannot be accepted; 'mask' it, or 'keep' it if the word means something else here")
            }
        case .mask, .keep:
            guard !words.isEmpty else { throw RequestFault("'\(id)' is about no single words; change the draft, or 'accept' it") }
            if extend.before > 0 || extend.after > 0 { words = Self.extended(words, in: raw, turn: entry.turn, extend) }
            if verdict == .mask { kind = try maskType(type, entry) }
        }
        let file = DecisionFile(folders)
        var made: AuditDecision?
        try file.edit { content in
            guard let anchor = DecisionAnchoring(raw, salt: content.salt).anchor(turn: entry.turn, words: words) else {
                throw StageFault("the transcript has changed since its audit; run 'ordrett run' first")
            }
            let decision = AuditDecision(
                id: id, item: entry.item, verdict: verdict, code: entry.code, type: kind, by: by, at: AuditSigning.stamp(now), why: why, anchor: anchor)
            content.decisions.removeAll { $0.id == id && $0.item == entry.item }
            content.decisions.append(decision)
            made = decision
        }
        guard let made else { throw StageFault("the decision was not kept; try again") }
        return made
    }

    private func find(_ id: String) throws -> Entry? {
        for item in items {
            for replacements in [false, true] {
                if let entry = try? entries(item, replacements: replacements).first(where: { $0.id == id }) { return entry }
            }
        }
        return nil
    }

    private func maskType(_ given: EntityType?, _ entry: Entry) throws -> EntityType {
        guard let policy = try policy() else { return given ?? entry.types.first ?? .other }
        let masked = EntityType.allCases.filter { policy.action(for: $0) != .keep }
        let choice = given ?? (entry.types + [.other, .person]).first(where: masked.contains) ?? .other
        guard masked.contains(choice) else {
            throw RequestFault("the policy keeps what is of type '\(choice.rawValue)'; it replaces: \(masked.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    private static func extended(_ words: [Int], in transcript: Transcript, turn: Int, _ by: (before: Int, after: Int)) -> [Int] {
        let ids = transcript.turns.first { $0.id == turn }?.words.map(\.id) ?? []
        let places = ids.indices.filter { words.contains(ids[$0]) }
        guard let first = places.first, let last = places.last else { return words }
        return Array(ids[max(0, first - max(0, by.before))...min(ids.count - 1, last + max(0, by.after))])
    }

    /// Takes a decision back, as of the next run.
    /// - Throws: ``RequestFault`` when there is none of that id.
    public func undo(_ id: String) throws -> AuditDecision {
        var gone: AuditDecision?
        try DecisionFile(folders).edit { content in
            gone = content.decisions.first { $0.id == id }
            content.decisions.removeAll { $0.id == id }
        }
        guard let gone else { throw RequestFault("nobody has decided on '\(id)'; 'ordrett review-findings --decided' lists decisions") }
        return gone
    }

    /// Every decision, with what has become of it.
    public func decided(_ item: String? = nil) throws -> [Decided] {
        let all = try DecisionFile(folders).read()?.decisions ?? []
        return all.filter { item == nil || $0.item == item }.map { decision in
            let applied = newest(DetectionList.self, decision.item, "detect")?.decisions ?? AppliedDecisions()
            func holds(_ places: [AppliedDecisions.Place]) -> Bool { places.contains { $0.id == decision.id } }
            let state: Decided.State =
                holds(applied.lost) ? .lost : holds(applied.denied) ? .denied : holds(applied.accepted + applied.masked + applied.standing) ? .inForce : .waitsForRun
            return Decided(
                id: decision.id, item: decision.item, code: decision.code, verdict: decision.verdict, type: decision.type, by: decision.by, at: decision.at,
                why: decision.why, state: state)
        }
    }
}

/// What a person can decide: accept, mask or keep.
public typealias ReviewVerdict = AuditDecision.Verdict
/// What a stretch of text says about somebody.
public typealias IdentifierType = EntityType
