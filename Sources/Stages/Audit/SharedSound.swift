import CodingStore
import Exchange
import Foundation
import Pipeline
import Signal

/// The only way for sound into `deling/`: a redacted copy of a study's own recording, made from what is signed, and listened to.
///
/// A signature is about the text. What nobody has written down it says nothing of: so somebody must have heard the copy, and say so.
extension RedactAudioTool {
    public struct Shared: Sendable {
        public var result: Result
        /// The file in `deling/`.
        public var url: URL
        /// Where the report for the researcher goes, in `fortrolig/`.
        public var report: URL
    }

    /// Whether a target lies in a study's `deling/`, however deep.
    public static func isForSharing(_ path: String) -> Bool {
        OutputTarget.sharingStudy(of: OutputTarget.isFolder(path) ? URL(fileURLWithPath: path).appendingPathComponent("a" + suffix) : URL(fileURLWithPath: path)) != nil
    }

    /// Redacts a recording and puts the copy into `deling/`, on the recording's manifest.
    /// - Parameters:
    ///   - id: the recording's id in the study.
    ///   - out: a folder in the study's `deling/`, or the file there; it has the anonymised recording's name.
    ///   - by: who has listened to the copy and stands for it.
    ///   - force: replaces the copy that is there.
    /// - Throws: ``GateFault`` when the recording's audit is not signed as it is now, something would run again, consent withholds
    ///   it, nobody has listened or can have, since `fortrolig/` holds no copy with the same bytes, or nothing was taken out.
    public func share(_ id: String, study: String?, out: String, by: String?, force: Bool, progress: @escaping Signal.Progress) throws -> Shared {
        let (request, item) = try Self.find(id, study: study), folders = request.study.folders
        let before = try Self.permit(item, folders)
        let name = TextEscaping.fileName(before.signature.recording) + Self.suffix
        let url = try OutputTarget.newFile(out, named: name, holding: .anonymised, inputs: (item.files["recording"] ?? []).map(\.path), force: force)
        guard let owner = OutputTarget.sharingStudy(of: url), owner.resolvingSymlinksInPath().path == folders.root.resolvingSymlinksInPath().path else {
            throw GateFault(description: "'\(item.id)' is signed in another study than the one whose deling/ was named: give --out deling/ of its own")
        }
        guard url.lastPathComponent == name else { throw RequestFault("in deling/ the copy is called '\(name)', so that it goes with its recording; name the folder alone: --out deling/") }
        guard let by = by?.trimmingCharacters(in: .whitespacesAndNewlines), !by.isEmpty else {
            throw GateFault(description: "nobody has said that they have listened: the signature is about the text, and what nobody wrote down is still to be heard. Make the copy with 'ordrett redact-audio \(item.id)', listen to all of it, and say who did: --by NAME")
        }
        let job = try job(request, item)
        guard job.plan.missing == 0 else { throw GateFault(description: "\(job.plan.missing) findings of '\(item.id)' point at words that its transcript does not hold, and could not be taken out: run 'ordrett run'") }
        guard !job.plan.spans.isEmpty || disguise != nil else {
            throw GateFault(description: "nothing was found to take out of '\(item.id)': the copy would be the recording itself, and that never lies in deling/. --disguise moves the voices")
        }
        // Made where others do not look; it comes into deling/ whole and checked.
        let temporary = folders.confidential.appendingPathComponent(".\(name).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
        defer { unlink(temporary.path) }
        var result = try run(job, to: temporary, progress: progress)
        let heard = folders.confidential.appendingPathComponent(item.id + Self.suffix)
        guard (try? Digest.sha256(file: heard)) == result.report.digest else {
            throw GateFault(description: "fortrolig/ holds no copy of '\(item.id)' with the same bytes, so nobody can have listened to this one: make it with 'ordrett redact-audio \(item.id)' and the same options, listen to all of it, and give the command again")
        }
        if let wordless = result.report.wordless, !wordless.isEmpty { result.notes.append("\(wordless.count) stretches of speech are in no transcript, and nobody has looked through them for names: the report in fortrolig/ says where; listen to them") }
        result.notes.append("a voice identifies: be sure that everybody who is heard has said yes to the sound being shared")
        let lock = try ShareManifest.lock(folders)
        defer { lock.release() }
        let permit = try Self.permit(item, folders)
        guard permit.signature == before.signature else { throw GateFault(description: "'\(item.id)' was signed anew meanwhile; give the command again") }
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        try Self.move(temporary, to: url)
        var how = ["filling": result.report.filling.rawValue, "margin": String(margin), "disguise": result.report.disguise.rawValue, "spans": String(result.report.spans.count), "listenedBy": by]
        how["policy"] = result.report.policy
        let base = folders.sharing.resolvingSymlinksInPath().path + "/", path = url.resolvingSymlinksInPath().path
        let listed = path.hasPrefix(base) ? String(path.dropFirst(base.count)) : url.lastPathComponent
        _ = try ShareManifest.update(permit, section: "redact-audio", files: [.init(name: listed, at: url, how: how)], replaces: false, in: folders.sharing)
        // Coding, and programs that the analysis goes to, play what may be shared and nothing else.
        let store = folders.root.appendingPathComponent(Study.storeName)
        if FileManager.default.fileExists(atPath: store.path) {
            let name = folders.sharing.lastPathComponent + "/" + listed
            try CodingStore(store).setMedia(name, digest: result.report.digest, of: before.signature.recording, who: by)
        }
        return Shared(result: result, url: url, report: folders.confidential.appendingPathComponent(item.id + ".sladdet.md"))
    }

    private static func permit(_ item: Item, _ folders: OutputFolders) throws -> SharingPermit {
        if let reason = try WaitingStages(root: folders.root).outdated(item.id) { throw GateFault(description: reason) }
        let store = ArtefactStore(folders: folders)
        guard let transcript = store.latest(item: item.id, stage: "anonymize") else { throw GateFault(description: "'\(item.id)' has no anonymised transcript that could be signed; run 'ordrett run' first") }
        let recording = try AnonymizedArtefact(decoding: transcript.data).transcript.document.recording.id
        let (permit, reason) = try SharingGate.check(
            item: item.id, recording: TextEscaping.fileName(recording), transcript: transcript.record.output,
            audit: store.latest(item: item.id, stage: "audit")?.record.output, folders: folders)
        guard let permit else { throw GateFault(description: "the sound of '\(item.id)' may not go into deling/ yet: " + reason) }
        return permit
    }

    /// Renames, or copies where the two folders lie on different disks.
    private static func move(_ file: URL, to url: URL) throws {
        if rename(file.path, url.path) == 0 { return }
        guard errno == EXDEV else { throw FileFault(url, errno) }
        let near = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
        defer { unlink(near.path) }
        do { try FileManager.default.copyItem(at: file, to: near) } catch { throw FileFault(url, errno == 0 ? EIO : errno) }
        guard chmod(near.path, 0o600) == 0, rename(near.path, url.path) == 0 else { throw FileFault(url, errno) }
    }
}
