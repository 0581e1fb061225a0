import Anonymization
import Exchange
import Foundation
import Pipeline

/// Leave for a command to write a file into a study's `deling/`: every transcript it is made of is signed as it is, and consent
/// allows it. Nobody else changes a manifest of the study until it is recorded or given up.
public struct SharedOutput: Sendable {
    private let permits: [SharingPermit]
    private let sharing: URL
    private let name: String
    private let lock: FileLock

    /// - Parameters:
    ///   - target: where the file is to go.
    ///   - transcripts: the bytes of every transcript it is made from.
    /// - Returns: nil when the target lies in no study's `deling/`.
    /// - Throws: ``GateFault`` that says what is the matter with one of them: raw, of unknown origin, out of date, not signed as it
    ///   is, or withheld by consent.
    public static func leave(_ target: URL, transcripts: [Data]) throws -> SharedOutput? {
        guard let root = OutputTarget.sharingStudy(of: target) else { return nil }
        let folders = Study.layout(root), waiting = try Study.exists(at: root) ? WaitingStages(root: root) : nil
        let lock = try ShareManifest.lock(folders)
        let store = ArtefactStore(folders: folders), signatures = SignatureFolder(folders).all()
        guard !transcripts.isEmpty else { throw GateFault(description: OutputContent.unaudited.refusal) }
        var permits: [SharingPermit] = []
        for data in transcripts {
            let digest = Digest.sha256(data)
            let recording = try Self.recording(data)
            let item = signatures.first { $0.signed.transcript == digest }?.item
                ?? store.items().sorted().first { store.latest(item: $0, stage: "anonymize")?.record.output == digest }
            guard let item else { throw GateFault(description: unknown(recording, signatures.map { ($0.item, $0.signed.recording) }, store)) }
            if let reason = waiting?.outdated(item) { throw GateFault(description: reason) }
            // Signed once, and another by now: an older file of it.
            guard store.latest(item: item, stage: "anonymize")?.record.output == digest else { throw GateFault(description: older(item)) }
            let audit = store.latest(item: item, stage: "audit")?.record.output
            let (permit, reason) = try SharingGate.check(item: item, recording: TextEscaping.fileName(recording), transcript: digest, audit: audit, folders: folders)
            guard let permit else { throw GateFault(description: "'\(item)' may not go into deling/ yet: " + reason) }
            permits.append(permit)
        }
        let path = target.standardizedFileURL.resolvingSymlinksInPath().path, base = folders.sharing.resolvingSymlinksInPath().path + "/"
        return SharedOutput(permits: permits, sharing: folders.sharing, name: path.hasPrefix(base) ? String(path.dropFirst(base.count)) : target.lastPathComponent, lock: lock)
    }

    /// The recording that a sealed transcript is of.
    private static func recording(_ data: Data) throws -> String {
        do { return try AnonymizedTranscript(decoding: data).document.recording.id } catch AnonymizedTranscript.SealError.notAnonymized {
            throw GateFault(description: OutputContent.rawTranscript.refusal)
        } catch { throw GateFault(description: "the transcript is not as it was sealed, and nobody can sign for it; give the recording's id, or write somewhere else") }
    }

    /// What to say of a sealed transcript that is none of those the study has now.
    private static func unknown(_ recording: String, _ signed: [(item: String, recording: String)], _ store: ArtefactStore) -> String {
        let item = signed.first { $0.recording == recording }?.item ?? store.items().first { $0 == recording }
        guard let item else {
            return "the transcript comes from no run of this study, so no audit of it can be signed here: process its recording in the study ('ordrett run'), or write somewhere else"
        }
        return older(item)
    }

    private static func older(_ item: String) -> String {
        "this is not the transcript of '\(item)' as the study has it now, but an older one or one made elsewhere: give the recording's id, '\(item)', instead of the file, or write somewhere else"
    }

    /// Nothing will be written after all.
    public func giveUp() { lock.release() }

    /// Puts the written file on the manifest of every recording that it shows.
    public func record(_ data: Data) throws {
        defer { lock.release() }
        for permit in permits {
            _ = try ShareManifest.update(permit, section: "command", files: [.init(name: name, data: data)], replaces: false, in: sharing)
        }
    }
}
