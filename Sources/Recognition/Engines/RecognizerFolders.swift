import Foundation

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

    /// A program's absolute path: as given when it holds a slash, else by `PATH`; nil when there is none.
    public static func program(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).path
            return FileManager.default.isExecutableFile(atPath: path) ? path : nil
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
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
