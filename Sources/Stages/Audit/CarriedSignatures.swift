import Anonymization
import Foundation
import Pipeline

/// Signatures that outlive the key register.
///
/// Destroying it changes one word of every anonymised transcript: its status. What somebody has read and signed is still what it was, so
/// a signature that held goes over to the new bytes, and says so. It goes over only where nothing but the status differs, in the
/// transcript and in the audit's report alike.
struct CarriedSignatures {
    private struct Standing {
        var item: String
        var signed: SignedAudit
        var transcript: AnonymizedTranscript
        var report: AuditReport
    }

    private let folders: OutputFolders
    private let standing: [Standing]

    /// Notes which signatures hold now.
    init(_ folders: OutputFolders) {
        self.folders = folders
        let store = ArtefactStore(folders: folders)
        standing = SignatureFolder(folders).all().compactMap { item, signed in
            guard AuditSigning.state(item, folders: folders).state == .signed,
                let transcript = store.latest(item: item, stage: "anonymize").flatMap({ try? AnonymizedTranscript(decoding: $0.data) }),
                let report = store.latest(item: item, stage: "audit").flatMap({ try? AuditArtefact(decoding: $0.data) })?.report
            else { return nil }
            return Standing(item: item, signed: signed, transcript: transcript, report: report)
        }
    }

    /// Writes them anew for what the store holds now.
    /// - Parameter by: who destroyed the register.
    func carryOver(by: String) throws {
        let store = ArtefactStore(folders: folders)
        for one in standing {
            guard let transcript = store.latest(item: one.item, stage: "anonymize"), let audit = store.latest(item: one.item, stage: "audit"),
                let expected = one.transcript.withoutRegister(), try transcript.data == expected.encoded(),
                var report = try? AuditArtefact(decoding: audit.data).report
            else { continue }
            let status = report.status
            report.status = one.report.status
            guard report == one.report else { continue }
            let carried = one.signed.carried(
                transcript: transcript.record.output, audit: audit.record.output, status: status, at: AuditSigning.stamp(Date()), by: by)
            try SignatureFolder(folders).write(carried, item: one.item)
        }
    }
}
