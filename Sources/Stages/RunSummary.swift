import Foundation
import Pipeline
import Transcript

/// What a run leaves to tell: a row a recording.
public struct RunSummary: Codable, Sendable {
    public struct Row: Codable, Sendable {
        public var id: String
        public var seconds: Double?
        public var speakers: Int?
        public var words: Int?
        /// Findings of the audit that nobody has decided on: those that `ordrett review-findings` goes through. Nil before an audit.
        public var findings: Int?
        /// Remarks of the other stages that a person should look at: those of `ordrett status --findings`, without notes.
        public var remarks: Int?
        /// The voice taken for the interviewer's, and how surely, 0 … 1; 1 when a person said so.
        public var interviewer: String?
        public var interviewerConfidence: Double?
        /// `done`, `waits for a signature`, `waits for STAGE` (where several share the work), `failed in STAGE`, `stopped`.
        public var outcome: String
        /// Why it failed or waits, and what to do.
        public var reason: String?

        /// The interviewer as a table shows it: `S1 93 %`, `S2 (set)`.
        public var interviewerText: String? { RunSummary.interviewerText(interviewer, interviewerConfidence) }
    }

    /// Confidence below which the interviewer of a recording should be looked at.
    public static let doubtful = RolesStage.likely

    public static func interviewerText(_ voice: String?, _ confidence: Double?) -> String? {
        guard let voice, let confidence else { return nil }
        return voice + (confidence >= 1 ? " (set)" : " \(Int((100 * confidence).rounded())) %")
    }

    public var recordings: [Row] = []
    public var done = 0
    public var failed = 0
    public var stopped = 0
    /// Done but for what is shared: it waits for a signature.
    public var held = 0
    /// Done as far as possible before somebody else runs a stage.
    public var waiting = 0
    public var stagesRun: Int
    public var stagesReused: Int
    /// Where results are, as the user would name it.
    public var out: String

    /// - Parameters:
    ///   - runner: the one that ran, which remembers the figures of what has not changed.
    ///   - figures: whether anybody will look at more of a row than its outcome.
    public init(report: RunReport, request: RunRequest, runner: Runner, figures: Bool = true) {
        stagesRun = report.stagesRun
        stagesReused = report.stagesReused
        let root = request.study.folders.root.path, here = FileManager.default.currentDirectoryPath
        out = root == here ? "." : root.hasPrefix(here + "/") ? String(root.dropFirst(here.count + 1)) : root
        defer { runner.saveMemory() }
        let failures = Dictionary(report.failures.map { ($0.item, $0) }, uniquingKeysWith: { first, _ in first })
        let heldBack = Dictionary(report.held.map { ($0.item, $0) }, uniquingKeysWith: { first, _ in first }), ready = Set(report.done)
        for item in request.selected {
            var row = figures ? Self.row(item.id, runner: runner) : Row(id: item.id, outcome: "")
            if let failure = failures[item.id] {
                let isStopped = failure.message == "stopped"
                row.outcome = isStopped ? "stopped" : "failed in \(failure.stage)"
                row.reason = isStopped ? nil : failure.message
                if isStopped { stopped += 1 } else { failed += 1 }
            } else if let wait = heldBack[item.id] {
                row.outcome = "waits for a signature"
                row.reason = wait.reason
                held += 1
            } else if let stage = report.awaiting[item.id] {
                row.outcome = "waits for \(stage)"
                waiting += 1
            } else if ready.contains(item.id) {
                row.outcome = "done"
                done += 1
            } else {
                row.outcome = "stopped"
                stopped += 1
            }
            recordings.append(row)
        }
    }

    /// What the columns of a table of rows count.
    public static let legend =
        "remarks: about sound, words and speakers ('ordrett status --findings ID'). findings: open in the audit ('ordrett review-findings ID')."

    /// Stages whose results the figures of a recording are taken from.
    private static let sources = ["ingest", "speakers", "words", "align", "prosody", "bokmal", "detect", "anonymize", "audit"]

    /// What the newest stored results say of a recording, read once while they stay the same.
    public static func row(_ id: String, runner: Runner) -> Row {
        let results = sources.map { (item: id, stage: $0) }
            + [InterviewerStage.descriptor.id, RegisterStage.descriptor.id].map { (item: Runner.studyItem, stage: $0) }
        // What people have decided on findings is no result of a stage.
        let decisions = DecisionFile(runner.store.folders).url
        let decided = access(decisions.path, F_OK) == 0 ? (try? Digest.sha256(file: decisions)) ?? "none" : "none"
        return runner.remembered("row 2 \(decided)", from: results) { row(id, store: $0) }
    }

    /// What the newest stored results say of a recording.
    public static func row(_ id: String, store: ArtefactStore) -> Row {
        func newest<A: Artefact>(_ type: A.Type, _ stage: String) -> A? {
            store.latest(item: id, stage: stage).flatMap { try? A(decoding: $0.data) }
        }
        var row = Row(id: id, outcome: "")
        if let sheet = newest(RecordingSheet.self, "ingest") { row.seconds = sheet.reference.seconds }
        row.speakers = newest(SpeakerMap.self, "speakers")?.count
        let study = store.latest(item: Runner.studyItem, stage: InterviewerStage.descriptor.id)
        if let guess = study.flatMap({ try? InterviewerMap(decoding: $0.data) })?.guesses.first(where: { $0.recording == id }),
            let label = guess.label, row.speakers ?? 0 > 1
        {
            row.interviewer = label
            row.interviewerConfidence = guess.confidence
        }
        let transcript = newestTranscript(id, store: store)
        if let transcript {
            row.words = transcript.wordCount
            row.speakers = transcript.speakers.isEmpty ? row.speakers : transcript.speakers.count
            row.remarks = transcript.findings.count { $0.severity != .note }
            row.findings = try? FindingsReview(folders: store.folders, store: store).open(id).count
        }
        return row
    }

    /// One thing to look at in a recording. It quotes nothing of the talk.
    public struct FindingLine: Encodable, Sendable {
        /// Seconds from the start of the recording; nil where it is about all of it.
        public var seconds: Double?
        /// note, review or warning.
        public var severity: String
        public var stage: String
        public var code: String
        public var message: String
    }

    /// What the stages found in a recording, in order of time; what is about all of it comes first.
    public static func findings(_ id: String, store: ArtefactStore) -> [FindingLine] {
        guard let transcript = newestTranscript(id, store: store) else { return [] }
        let rate = transcript.recording.rate
        let lines = transcript.findings.map { finding in
            FindingLine(
                seconds: finding.range.map { (rate.seconds($0.start) * 100).rounded() / 100 }, severity: finding.severity.rawValue,
                stage: finding.stage, code: finding.code, message: finding.message)
        }
        return lines.enumerated().sorted { ($0.element.seconds ?? -1, $0.offset) < ($1.element.seconds ?? -1, $1.offset) }.map(\.element)
    }

    private static func newestTranscript(_ id: String, store: ArtefactStore) -> Transcript? {
        func newest<A: Artefact>(_ type: A.Type, _ stage: String) -> A? {
            store.latest(item: id, stage: stage).flatMap { try? A(decoding: $0.data) }
        }
        return newest(BokmalTranscript.self, "bokmal")?.transcript ?? newest(MarkedTranscript.self, "prosody")?.transcript
            ?? newest(AlignedTranscript.self, "align")?.transcript ?? newest(WordedTranscript.self, "words")?.transcript
    }
}
