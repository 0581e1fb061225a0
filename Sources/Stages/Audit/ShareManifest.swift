import Exchange
import Foundation
import Pipeline

/// What lies in `deling/` of one recording, beside it as `ID.signert.json`: the signed audit, and every file made from what was signed.
///
/// The same signature and the same files give the same bytes.
public struct ShareManifest: Codable, Sendable, Hashable {
    public static let suffix = ".signert.json"

    public struct File: Codable, Sendable, Hashable {
        public var name: String
        /// SHA-256.
        public var sha256: String
        public var bytes: Int
        /// The stage or command that wrote it.
        public var madeBy: String
        /// How, where the name of who made it does not say: settings, and who stands for it.
        public var how: [String: String]?
    }

    public var signature: SignedAudit
    public var files: [File]
    /// How the exported files were made; nil while only commands have written some.
    public var provenance: Provenance?
    /// SHA-256 of the rest.
    public private(set) var seal = ""

    public var isWhole: Bool { signature.isWhole && seal == computedSeal }

    private var computedSeal: String {
        var bare = self
        bare.seal = ""
        return (try? bare.encoded()).map { Digest.sha256($0) } ?? ""
    }

    private init(_ signature: SignedAudit, _ files: [File], _ provenance: Provenance?) {
        self.signature = signature
        self.provenance = provenance
        self.files = files.sorted { ($0.name, $0.madeBy) < ($1.name, $1.madeBy) }
        seal = computedSeal
    }

    static func name(_ recording: String) -> String { TextEscaping.fileName(recording) + suffix }

    public static func read(_ url: URL) -> ShareManifest? {
        (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode(ShareManifest.self, from: $0) }
    }

    /// Held from the check of a signature until the manifest lists what was written: a run and commands change the same file.
    static func lock(_ folders: OutputFolders) throws -> FileLock {
        try SafeFile.makeFolder(folders.cache, confidential: true)
        return try FileLock(folders.cache.appendingPathComponent("sharing.lock"))
    }

    struct NewFile: Sendable {
        var name: String
        var sha256: String
        var bytes: Int
        var how: [String: String]?

        init(name: String, data: Data) {
            self.name = name
            sha256 = Digest.sha256(data)
            bytes = data.count
        }

        /// A file that is there already, however large.
        init(name: String, at url: URL, how: [String: String]) throws {
            self.name = name
            sha256 = try Digest.sha256(file: url)
            bytes = (try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? NSNumber)?.intValue ?? 0
            self.how = how
        }
    }

    /// Puts files on the manifest of their recording. Those that an older signature covered go off it.
    /// - Parameters:
    ///   - section: who wrote them; `replaces` drops what the same one listed before.
    /// - Returns: the manifest's name.
    static func update(_ permit: SharingPermit, section: String, files: [NewFile], replaces: Bool, provenance: Provenance? = nil, in sharing: URL) throws -> String {
        let name = name(permit.signature.recording), url = sharing.appendingPathComponent(name)
        var kept: [File] = [], provenance = provenance
        if let before = read(url), before.isWhole, before.signature == permit.signature {
            let names = Set(files.map(\.name))
            kept = before.files.filter { !(replaces && $0.madeBy == section) && !names.contains($0.name) }
            provenance = provenance ?? before.provenance
        }
        let new = files.map { File(name: $0.name, sha256: $0.sha256, bytes: $0.bytes, madeBy: section, how: $0.how) }
        let data = try ShareManifest(permit.signature, kept + new, provenance).encoded()
        if (try? Data(contentsOf: url)) != data { try SafeFile.write(data, to: url, confidential: true) }
        return name
    }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
