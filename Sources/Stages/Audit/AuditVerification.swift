import Foundation
import Pipeline

/// What `ordrett audit verify` does: every file for sharing against the signed manifests beside it.
public struct AuditVerification: Codable, Sendable {
    public enum State: String, Codable, Sendable, CaseIterable {
        /// As it was when it was made from what is signed.
        case ok
        /// Not the bytes that were listed.
        case changed
        /// Listed, but not there.
        case missing
        /// On no manifest: nobody has signed for it.
        case unsigned
        /// As listed, but the transcript has changed since, or the study holds no such signature.
        case outdated
        /// A manifest that was changed after it was written, or whose signature the study does not know.
        case broken
    }

    public struct Entry: Codable, Sendable, Hashable {
        /// Relative to the folder.
        public var file: String
        public var state: State
        public var recording: String?
        public var signedBy: String?
        public var signedAt: String?
    }

    public var entries: [Entry]
    public var isGood: Bool { entries.allSatisfy { $0.state == .ok } }

    /// - Parameter path: a folder with manifests, or one file in such a folder; a study's folder means its `deling/`.
    /// - Throws: ``RequestFault`` when it is not there.
    public static func verify(_ path: String) throws -> AuditVerification {
        var url = URL(fileURLWithPath: path).standardizedFileURL, isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw RequestFault("there is no file or folder '\(url.lastPathComponent)'; check the path")
        }
        guard isFolder.boolValue else {
            let all = try verify(url.deletingLastPathComponent().path).entries
            let own = all.filter { $0.file == url.lastPathComponent || url.lastPathComponent == $0.recording.map(ShareManifest.name) && $0.state != .unsigned }
            return .init(entries: own.isEmpty ? [.init(file: url.lastPathComponent, state: .unsigned)] : own)
        }
        let inner = url.appendingPathComponent("deling")
        if FileManager.default.fileExists(atPath: inner.path), Study.exists(at: url) || FileManager.default.fileExists(atPath: url.appendingPathComponent(".ordrett").path) {
            url = inner
        }
        return try folder(url)
    }

    private static func folder(_ root: URL) throws -> AuditVerification {
        let study = root.deletingLastPathComponent()
        // Once what is confidential has been deleted, the folder speaks for itself like any copy of it.
        let isStudys = root.lastPathComponent == "deling" && FileManager.default.fileExists(atPath: SignatureFolder(Study.layout(study)).url.path)
        let folders = isStudys ? Study.layout(study) : nil
        let signatures = folders.map { SignatureFolder($0).all() } ?? []
        var entries: [String: Entry] = [:]
        let names = try files(root)
        for name in names where name.hasSuffix(ShareManifest.suffix) {
            let url = root.appendingPathComponent(name), place = (name as NSString).deletingLastPathComponent
            guard let manifest = ShareManifest.read(url), manifest.isWhole else {
                entries[name] = Entry(file: name, state: .broken)
                continue
            }
            let signed = manifest.signature
            var standing = State.ok
            if let folders {
                if let own = signatures.first(where: { $0.signed == signed }) {
                    if AuditSigning.state(own.item, folders: folders).state != .signed { standing = .outdated }
                } else {
                    // Signed anew since, and the files not yet made again; or not by this study at all.
                    standing = signatures.contains { $0.signed.recording == signed.recording } ? .outdated : .broken
                }
            }
            func entry(_ file: String, _ state: State) -> Entry {
                Entry(file: file, state: state, recording: signed.recording, signedBy: signed.signedBy, signedAt: signed.signedAt)
            }
            entries[name] = entry(name, standing)
            for file in manifest.files {
                let path = place.isEmpty ? file.name : place + "/" + file.name
                let state: State
                if let digest = try? Digest.sha256(file: root.appendingPathComponent(path)) {
                    state = digest == file.sha256 ? standing == .broken ? .unsigned : standing : .changed
                } else {
                    state = .missing
                }
                // One file can be of several recordings; the worst counts.
                if let before = entries[path]?.state, before != .ok { continue }
                entries[path] = entry(path, state)
            }
        }
        for name in names where entries[name] == nil { entries[name] = Entry(file: name, state: .unsigned) }
        return .init(entries: entries.values.sorted { $0.file < $1.file })
    }

    /// Every plain file below a folder, hidden ones too: what is copied along is shared.
    private static func files(_ root: URL) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root.path) else { throw FileFault(root, EACCES, .read) }
        return walk.compactMap { $0 as? String }.filter { name in
            var info = stat()
            return lstat(root.appendingPathComponent(name).path, &info) == 0 && info.st_mode & S_IFMT != S_IFDIR
        }.sorted()
    }
}
