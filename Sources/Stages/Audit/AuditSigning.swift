import Anonymization
import Foundation
import Pipeline

/// What `ordrett audit sign` does: a person stands for what the audit says of recordings as they are now.
public struct AuditSigning: Sendable {
    public enum Outcome: Sendable {
        case signed(SignedAudit)
        /// The same bytes have been signed before, and that holds.
        case alreadySigned(SignedAudit)
        /// Why it cannot be signed, and what to do.
        case refused(String)
    }

    let root: URL
    let folders: OutputFolders
    let store: ArtefactStore
    /// What must run first; only a study can say.
    private let waiting: WaitingStages?
    /// Every recording that a run has brought as far as an audit, or that the study lists.
    public let items: [String]

    /// - Parameter study: the study's folder, or one that `run --out` wrote to; nil for the study one stands in.
    /// - Throws: ``RequestFault`` when there is none.
    public init(study path: String?) throws {
        guard let root = StudyTranscripts.root(path) else {
            throw RequestFault("this is no study folder; name one with --study, or the folder that 'ordrett run --out' wrote to")
        }
        self.root = root
        folders = Study.layout(root)
        store = ArtefactStore(folders: folders)
        waiting = try Study.exists(at: root) ? WaitingStages(root: root) : nil
        items = waiting?.items ?? store.items().sorted()
    }

    /// What an audit says of a recording as it is now, or why there is none.
    func current(_ item: String) throws -> (transcript: RunRecord, audit: RunRecord, report: AuditReport, policyDigest: String) {
        guard items.contains(item) else {
            throw RequestFault("there is no recording '\(item)'; there are: \(items.joined(separator: ", "))")
        }
        if let stage = waiting?.first(item) {
            throw StageFault("'\(stage)' has to run before it can be signed; run 'ordrett run' first")
        }
        guard let transcript = store.latest(item: item, stage: "anonymize") else {
            throw StageFault("there is no anonymised transcript yet; run 'ordrett run' first")
        }
        guard let audit = store.latest(item: item, stage: "audit"), audit.record.components["input." + AnonymizedArtefact.kind] == transcript.record.output,
            let artefact = try? AuditArtefact(decoding: audit.data)
        else { throw StageFault("no audit has seen the transcript as it is now; run 'ordrett run' first") }
        return (transcript.record, audit.record, artefact.report, artefact.policyDigest ?? "")
    }

    /// Signs one recording.
    /// - Parameters:
    ///   - by: who stands for it; not empty.
    ///   - note: what they want to say of it.
    ///   - now: seconds since 1970.
    /// - Throws: ``RequestFault`` for a recording that is not there; ``FileFault``.
    public func sign(_ item: String, by: String, note: String?, now: Date = Date()) throws -> Outcome {
        let found: (transcript: RunRecord, audit: RunRecord, report: AuditReport, policyDigest: String)
        do { found = try current(item) } catch let fault as StageFault { return .refused(fault.description) }
        let errors = found.report.items(.error).count
        guard found.report.verdict != .leak, errors == 0 else {
            return .refused(
                "the audit has \(errors) errors open: something of the key register is left in the text; see fortrolig/\(found.report.recording).revisjon.md, correct the draft or the policy's lists, and run again")
        }
        let signatures = SignatureFolder(folders)
        if case .signed(let before) = signatures.find(item), before.transcript == found.transcript.output, before.audit == found.audit.output {
            return .alreadySigned(before)
        }
        let signed = SignedAudit(
            recording: found.report.recording, signedBy: by, signedAt: Self.stamp(now), note: note, transcript: found.transcript.output,
            audit: found.audit.output, policy: found.report.policy, policyDigest: found.policyDigest, status: found.report.status, report: found.report,
            stages: versions(item, found.transcript, found.audit))
        try signatures.write(signed, item: item)
        return .signed(signed)
    }

    /// The stages that made what is signed, as their runs recorded it.
    private func versions(_ item: String, _ transcript: RunRecord, _ audit: RunRecord) -> [SignedAudit.StageVersion] {
        let earlier = ["detect", "bokmal"].compactMap { store.latest(item: item, stage: $0)?.record }
        let register = store.records(item: Runner.studyItem, stage: "register").first
        return (earlier + [register, transcript, audit].compactMap { $0 }).map { record in
            var resources: [String: String] = [:]
            for (name, value) in record.components where name.hasPrefix("resource.") { resources[String(name.dropFirst(9))] = value }
            return .init(stage: record.stage, version: record.components["version"] ?? "", resources: resources)
        }
    }

    static func stamp(_ date: Date) -> String { date.formatted(.iso8601) }

    public enum State: String, Codable, Sendable {
        /// Signed, and nothing has changed since.
        case signed
        /// Signed once; the transcript or the report has changed since.
        case outdated
        case unsigned
        /// The signature's file was changed after signing.
        case broken
    }

    /// Keeps a run from changing what is being signed.
    public func lock() throws -> StudyLock { try StudyLock(folder: folders.cache) }

    /// Whether a recording's newest transcript and audit are signed.
    public static func state(_ item: String, folders: OutputFolders) -> (state: State, signed: SignedAudit?) {
        let store = ArtefactStore(folders: folders)
        switch SignatureFolder(folders).find(item) {
        case .none: return (.unsigned, nil)
        case .broken: return (.broken, nil)
        case .signed(let signed):
            let fits = store.latest(item: item, stage: "anonymize")?.record.output == signed.transcript
                && store.latest(item: item, stage: "audit")?.record.output == signed.audit
            return (fits ? .signed : .outdated, signed)
        }
    }
}
