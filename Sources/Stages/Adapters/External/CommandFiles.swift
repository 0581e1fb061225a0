import Foundation
import Pipeline
import Synchronization

/// The files that a command of another program names: the program, and scripts and configurations among its arguments.
struct CommandFiles {
    let program: URL
    /// Program and arguments as given.
    let command: [String]
    /// What arguments may hold to be filled in; such an argument names no file.
    let placeholders: [String]
    /// The folder that relative paths count from.
    let base: URL

    /// Files beyond this size are told by name only: reading gigabytes of a model before every plan is too slow.
    private static let largest = 32 << 20

    /// Digests for the run key: `command` is the program's, `command.N` that of the file that argument N names.
    func digests() throws -> [String: String] {
        var result = ["command": try Self.digest(program)]
        for (index, argument) in command.enumerated().dropFirst() {
            guard let url = file(argument) else { continue }
            var info = stat()
            guard stat(url.path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= Self.largest else { continue }
            result["command.\(index)"] = try Self.digest(url)
        }
        return result
    }

    /// The arguments; a file that one names relative to `base` by its full path, since the program works elsewhere.
    var arguments: [String] {
        command.dropFirst().map { argument in
            guard !argument.hasPrefix("/"), !argument.hasPrefix("-"), let own = file(argument),
                FileManager.default.fileExists(atPath: own.path)
            else { return argument }
            return own.path
        }
    }

    private func file(_ argument: String) -> URL? {
        guard !placeholders.contains(where: argument.contains), !argument.isEmpty, !argument.utf8.contains(0) else { return nil }
        return argument.hasPrefix("/") ? URL(fileURLWithPath: argument) : base.appendingPathComponent(argument)
    }

    private static let known = Mutex<[String: String]>([:])

    /// Made once a process while the file does not change.
    static func digest(_ url: URL) throws -> String {
        var info = stat()
        guard stat(url.path, &info) == 0 else { throw FileFault(url, errno, .read) }
        #if canImport(Darwin)
            let changed = info.st_mtimespec
        #else
            let changed = info.st_mtim
        #endif
        let key = "\(url.path) \(info.st_ino) \(info.st_size) \(changed.tv_sec).\(changed.tv_nsec)"
        if let digest = known.withLock({ $0[key] }) { return digest }
        let digest = try Digest.sha256(file: url)
        known.withLock { $0[key] = digest }
        return digest
    }
}
