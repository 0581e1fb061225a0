import Anonymization
import Exchange
import Foundation
import Pipeline

/// That files of one recording may go into `deling/`. Only the gate makes one, and only for bytes that somebody has signed.
struct SharingPermit: Sendable {
    let signature: SignedAudit
    fileprivate init(_ signature: SignedAudit) { self.signature = signature }
}

/// Something waits for a person's signature: exit code 3.
public struct GateFault: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// Nothing enters `deling/` before a person has signed the audit of exactly the bytes it is made from.
enum SharingGate {
    /// Why a recording's files may not be shared yet; nil with the permit when they may.
    /// - Parameters:
    ///   - item: the recording's id in the study.
    ///   - transcript: SHA-256 of its sealed transcript.
    ///   - audit: SHA-256 of the audit's report on it; nil when there is none.
    /// - Throws: when the study file is there and cannot be read: then nobody can tell what consent allows.
    static func check(item: String, recording: String, transcript: String, audit: String?, folders: OutputFolders) throws -> (permit: SharingPermit?, reason: String) {
        if let withheld = try consent(item, folders) { return (nil, withheld) }
        guard let audit else { return (nil, "nobody can sign what no audit has seen: put the stage 'audit' into the pipeline before what shares files") }
        let sign = "then 'ordrett audit sign \(item) --by NAME', and run again"
        let read = "read fortrolig/\(recording).revisjon.html and \(recording).lesekopi.fortrolig.docx, "
        switch SignatureFolder(folders).find(item) {
        case .none: return (nil, "waits for a signature: " + read + sign)
        case .broken: return (nil, "the signature's file was changed after signing and does not count: " + read + sign)
        case .signed(let signed) where signed.transcript != transcript:
            return (nil, "the transcript has changed since it was signed on \(signed.signedAt.prefix(10)), and what lies in deling/ is of the older one: " + read + sign)
        case .signed(let signed) where signed.audit != audit:
            return (nil, "the audit's report has changed since it was signed on \(signed.signedAt.prefix(10)): " + read + sign)
        case .signed(let signed): return (SharingPermit(signed), "")
        }
    }

    /// Why consent, as the study file stands now, keeps a recording's files out of `deling/`; nil when it does not.
    static func consent(_ item: String, _ folders: OutputFolders) throws -> String? {
        let url = folders.root.appendingPathComponent(Study.fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let file = try StudyFile(yaml: String(contentsOf: url, encoding: .utf8), file: Study.fileName)
        let entry = file.recordings.first { $0.id == item }
        if let hold = file.hold(entry) { return "'\(item)' may not be worked on or shared: \(hold)" }
        let missing = file.missingForSharing(entry)
        guard !missing.isEmpty else { return nil }
        return "consent withholds '\(item)' from deling/: not everybody who speaks has said yes to sharing; record it with 'ordrett consent PARTICIPANT --sharing yes', or write somewhere else"
    }

    /// The part of a run's key that a signature changes, or files that consent has come to withhold.
    static func resource(_ item: Item, _ folders: OutputFolders) -> [String: String] {
        var own = ["signature": SignatureFolder(folders).digest(item.id)]
        if item.isWithheldFromSharing {
            let left = WithheldFiles(item.id, folders).present
            if !left.isEmpty { own["withheld"] = Digest.sha256(Data(left.joined(separator: "\n").utf8)) }
        }
        return own
    }
}

extension ItemContext {
    /// Leave to share, or nil where consent withholds the recording or somebody has yet to sign: then the stage's files for sharing are held back, and the run says what to do.
    /// - Throws: when the audit found something of the key register; no signature helps against that.
    func sharingPermit() throws -> SharingPermit? {
        try stopOnLeak()
        // Somebody's consent does not reach so far: what was made from what is signed can be made again, and goes.
        if item.isWithheldFromSharing {
            let left = try WithheldFiles(item.id, folders).erase()
            if !left.isEmpty {
                hold("consent withholds the recording, but deling/ still holds files of it that somebody changed: \(left.joined(separator: ", ")); move or delete them yourself, and run again")
            }
            return nil
        }
        guard let transcript = try digest(of: AnonymizedArtefact.self) else { throw EngineError.undeclaredInput(AnonymizedArtefact.kind) }
        let recording = try input(AnonymizedArtefact.self).transcript.document.recording.id
        let (permit, reason) = try SharingGate.check(
            item: item.id, recording: TextEscaping.fileName(recording), transcript: transcript, audit: digest(of: AuditArtefact.self), folders: folders)
        if permit == nil { hold(reason) }
        return permit
    }

    /// The only way into `deling/`: files that only an anonymised transcript can give, and leave to share them. Lists them in the
    /// recording's manifest.
    func share(_ files: [ShareableFile], stage: String, permit: SharingPermit, provenance: Provenance? = nil) throws {
        for file in files { try publish(file.name, file.data, in: .sharing) }
        let lock = try ShareManifest.lock(folders)
        defer { lock.release() }
        let name = try ShareManifest.update(permit, section: stage, files: files.map { .init(name: $0.name, data: $0.data) }, replaces: true, provenance: provenance, in: folders.sharing)
        depend(on: name, in: .sharing)
    }
}
