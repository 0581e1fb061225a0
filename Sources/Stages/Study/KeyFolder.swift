import Foundation
import Pipeline

/// Where keys lie: one folder a user, one folder in it for each study.
enum KeyFolder {
    static let variable = "ORDRETT_KEYS"

    /// `$ORDRETT_KEYS`, else `$XDG_DATA_HOME/ordrett/nokler`, else `~/.local/share/ordrett/nokler`; on a Mac
    /// `~/Library/Application Support/Ordrett/nokler`.
    static func base(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> URL {
        if let path = environment[variable], !path.isEmpty { return expanded(path, from: here, environment) }
        #if os(macOS)
            guard let home = environment["HOME"], home.hasPrefix("/") else { throw KeyFault.noHome }
            return URL(fileURLWithPath: home).appendingPathComponent("Library/Application Support/Ordrett/nokler")
        #else
            // The standard says that a relative path there is to be ignored.
            if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return URL(fileURLWithPath: data).appendingPathComponent("ordrett/nokler") }
            guard let home = environment["HOME"], home.hasPrefix("/") else { throw KeyFault.noHome }
            return URL(fileURLWithPath: home).appendingPathComponent(".local/share/ordrett/nokler")
        #endif
    }

    private static var here: URL { URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true) }

    /// A path of the study file: `~` is the home folder, and a relative path counts from the study.
    static func expanded(_ path: String, from root: URL, _ environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
        if path == "~" || path.hasPrefix("~/"), let home = environment["HOME"] {
            return URL(fileURLWithPath: home + path.dropFirst()).standardizedFileURL
        }
        return (path.hasPrefix("/") ? URL(fileURLWithPath: path) : root.appendingPathComponent(path)).standardizedFileURL
    }

    static func lies(_ url: URL, in folder: URL) -> Bool {
        let inner = resolved(url), outer = resolved(folder)
        return inner == outer || inner.hasPrefix(outer + "/")
    }

    /// Links resolved as far up as the path exists.
    private static func resolved(_ url: URL) -> String {
        var known = url.standardizedFileURL, rest: [String] = []
        while !FileManager.default.fileExists(atPath: known.path), known.path != "/" {
            rest.insert(known.lastPathComponent, at: 0)
            known = known.deletingLastPathComponent()
        }
        return rest.reduce(known.resolvingSymlinksInPath()) { $0.appendingPathComponent($1) }.standardizedFileURL.path
    }
}
