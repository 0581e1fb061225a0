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

    /// Of files beyond this size only samples are read: reading gigabytes of a model before every plan is too slow.
    static let largest = 32 << 20

    /// Digests for the run key: `command` is the program's, `command.N` that of the file that argument N names.
    func digests() throws -> [String: String] {
        var result = ["command": try Self.digest(program)]
        for (index, argument) in command.enumerated().dropFirst() {
            guard let url = file(argument) else { continue }
            var info = stat()
            guard stat(url.path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { continue }
            result["command.\(index)"] = info.st_size <= Self.largest ? try Self.digest(url) : try Self.sampled(url, size: Int(info.st_size))
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

    /// A digest of a large file's size and of 64 pieces of 64 KB from its first byte to its last: another model has another, whatever its name.
    static func sampled(_ url: URL, size: Int) throws -> String {
        let pieces = 64, length = 64 << 10
        guard let handle = try? FileHandle(forReadingFrom: url) else { throw FileFault(url, errno, .read) }
        defer { try? handle.close() }
        var data = Data("\(size)\n".utf8)
        for piece in 0..<pieces {
            do {
                try handle.seek(toOffset: UInt64((size - length) / (pieces - 1) * piece + (piece == pieces - 1 ? (size - length) % (pieces - 1) : 0)))
                data.append(try handle.read(upToCount: length) ?? Data())
            } catch { throw FileFault(url, EIO, .read) }
        }
        return Digest.sha256(data)
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
