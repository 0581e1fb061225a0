import AudioIngest
import Foundation
import Pipeline
import Synchronization

/// Digests of shipped data files, made once a process.
enum ResourceDigest {
    /// The libraries that read and resample sound: another version may give other last bits.
    static let sound = ["sndfile": SoundLibraries.sndfile, "soxr": SoundLibraries.soxr]

    private static let known = Mutex<[String: String]>([:])

    /// SHA-256 over the names and contents of the files in a folder, in order of name.
    static func of(_ folder: URL?) throws -> String {
        guard let folder else { return "none" }
        if let digest = known.withLock({ $0[folder.path] }) { return digest }
        let files = (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? [])
            .filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
        let lines = try files.map { "\($0.path.dropFirst(folder.path.count)) \(try Digest.sha256(file: $0))" }
        let digest = Digest.sha256(Data(lines.joined(separator: "\n").utf8))
        known.withLock { $0[folder.path] = digest }
        return digest
    }
}
