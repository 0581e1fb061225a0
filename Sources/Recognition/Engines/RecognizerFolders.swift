import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where recognisers and models lie on this machine.
public struct RecognizerFolders: Sendable, Hashable {
    /// Holds `models` and `recognizers`.
    public var root: URL

    public init(root: URL) { self.root = root }

    /// `$XDG_DATA_HOME/ordrett`, else `~/.local/share/ordrett`.
    public static func standard(environment: [String: String] = ProcessInfo.processInfo.environment) -> RecognizerFolders {
        // The standard says to ignore a path that is not absolute.
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
            return RecognizerFolders(root: URL(fileURLWithPath: data, isDirectory: true).appendingPathComponent("ordrett"))
        }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
        return RecognizerFolders(root: URL(fileURLWithPath: home, isDirectory: true).appendingPathComponent(".local/share/ordrett"))
    }

    public var models: URL { root.appendingPathComponent("models") }
    public var fasterWhisper: URL { root.appendingPathComponent("recognizers/faster-whisper") }

    /// Whether a file, or what a link leads to, is a regular one that may be executed. Folders may be "executed", too: that
    /// is how they are entered.
    static func isProgram(_ path: String) -> Bool { isRegularFile(path) && FileManager.default.isExecutableFile(atPath: path) }

    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// A program's absolute path: as given when it holds a slash, else by `PATH`; nil when there is none.
    public static func program(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).path
            return isProgram(path) ? path : nil
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if isProgram(path) { return path }
        }
        return nil
    }
}

/// Where this module's data files lie, so that a run can be named by their content.
public enum RecognitionResources {
    public static var folder: URL? { Bundle.module.bundleURL.appendingPathComponent("Resources") }

    static var worker: String? {
        let places = [folder, Bundle.module.resourceURL?.appendingPathComponent("Resources"), Bundle.module.resourceURL]
        return places.compactMap { $0?.appendingPathComponent("faster_whisper_worker.py").path }
            .first { FileManager.default.fileExists(atPath: $0) }
    }
}
