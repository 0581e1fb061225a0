import Anonymization
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
    /// - Throws: ``GateFault`` when one of them is not signed, or consent withholds it.
    public static func leave(_ target: URL, transcripts: [Data]) throws -> SharedOutput? {
        guard let root = OutputTarget.sharingStudy(of: target) else { return nil }
        let folders = Study.layout(root), lock = try ShareManifest.lock(folders)
        let store = ArtefactStore(folders: folders), signatures = SignatureFolder(folders).all()
        var permits: [SharingPermit] = []
        for data in transcripts {
            let digest = Digest.sha256(data), sealed = try? AnonymizedTranscript(decoding: data)
            let recording = sealed?.document.recording.id ?? "the recording"
            guard let found = signatures.first(where: { $0.signed.transcript == digest }) else {
                throw GateFault(
                    description: "nothing goes into deling/ before its audit is signed, and '\(TextFile.name(recording))' is not, as it is here: run 'ordrett run', read the audit in fortrolig/, then 'ordrett audit sign'; or write somewhere else")
            }
            let audit = store.latest(item: found.item, stage: "audit")?.record.output
            let (permit, reason) = try SharingGate.check(item: found.item, recording: found.signed.recording, transcript: digest, audit: audit, folders: folders)
            guard let permit else { throw GateFault(description: reason) }
            permits.append(permit)
        }
        let path = target.standardizedFileURL.resolvingSymlinksInPath().path, base = folders.sharing.resolvingSymlinksInPath().path + "/"
        return SharedOutput(permits: permits, sharing: folders.sharing, name: path.hasPrefix(base) ? String(path.dropFirst(base.count)) : target.lastPathComponent, lock: lock)
    }

    /// Puts the written file on the manifest of every recording that it shows.
    public func record(_ data: Data) throws {
        defer { lock.release() }
        for permit in permits {
            _ = try ShareManifest.update(permit, section: "command", files: [.init(name: name, data: data)], replaces: false, in: sharing)
        }
    }
}
