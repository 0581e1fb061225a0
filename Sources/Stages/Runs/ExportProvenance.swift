import Foundation
import Pipeline

/// How the raw files of a recording in `fortrolig/` were made, beside them as `ID.opphav.json`. What lies in `deling/` has it on its
/// manifest (``ShareManifest/provenance``).
public struct ExportProvenance: Codable, Sendable, Hashable {
    public static let suffix = ".opphav.json"

    public struct File: Codable, Sendable, Hashable {
        public var name: String
        public var sha256: String
    }

    public var files: [File]
    public var provenance: Provenance

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    public struct Found: Codable, Sendable {
        /// The file that says so.
        public var source: String
        /// Whether the file is the one that was written, byte by byte.
        public var isUnchanged: Bool
        public var provenance: Provenance
    }

    /// What the manifest or sidecar beside an exported file says of it.
    /// - Throws: ``StageFault`` that says what is missing; ``FileFault``.
    public static func find(_ path: String) throws -> Found {
        let url = URL(fileURLWithPath: path).standardizedFileURL, folder = url.deletingLastPathComponent(), name = url.lastPathComponent
        guard FileManager.default.fileExists(atPath: url.path) else { throw FileFault(url, ENOENT, .read) }
        let digest = try Digest.sha256(file: url)
        var renamed: Found?
        for beside in ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() {
            let listed: [(name: String, sha256: String)], provenance: Provenance?
            if beside.hasSuffix(ShareManifest.suffix), let manifest = ShareManifest.read(folder.appendingPathComponent(beside)) {
                listed = manifest.files.map { ($0.name, $0.sha256) }
                provenance = manifest.provenance
                if beside == name { return try Found(source: beside, isUnchanged: manifest.isWhole, provenance: found(provenance, beside)) }
            } else if beside.hasSuffix(suffix), let data = try? Data(contentsOf: folder.appendingPathComponent(beside)),
                let sidecar = try? JSONDecoder().decode(ExportProvenance.self, from: data)
            {
                listed = sidecar.files.map { ($0.name, $0.sha256) }
                provenance = sidecar.provenance
                if beside == name { return Found(source: beside, isUnchanged: true, provenance: sidecar.provenance) }
            } else {
                continue
            }
            if let entry = listed.first(where: { $0.name == name }) {
                return try Found(source: beside, isUnchanged: entry.sha256 == digest, provenance: found(provenance, beside))
            }
            if listed.contains(where: { $0.sha256 == digest }), let provenance { renamed = Found(source: beside, isUnchanged: true, provenance: provenance) }
        }
        if let renamed { return renamed }
        throw StageFault(
            "nothing beside '\(name)' tells how it was made; look at it in the folder it was written to, where its ID\(ShareManifest.suffix) or ID\(suffix) lies")
    }

    private static func found(_ provenance: Provenance?, _ manifest: String) throws -> Provenance {
        guard let provenance else { throw StageFault("'\(manifest)' is of an earlier version and does not tell how its files were made; 'ordrett run' writes it anew") }
        return provenance
    }
}
