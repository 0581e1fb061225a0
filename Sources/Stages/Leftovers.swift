import Foundation
import Pipeline

/// Temporary folders that hold sound, and what is left of them when a program is killed.
///
/// Their names carry the process that made them, so that a later start can tell what nobody uses any more: a confidential
/// recording must not stay in a folder for temporary files because a terminal was closed or the machine lost its power.
public enum Leftovers {
    /// Names begin with this, then the process id.
    static let prefix = "ordrett-"

    /// Removes the temporary folders of this user's programs that run no more, and ends other programs that still work in them: a
    /// kill that nobody can catch leaves those without anybody to work for, and with what they were given to hear or read.
    public static func sweep() {
        remove { owner in owner != getpid() && kill(owner, 0) != 0 && errno == ESRCH }
    }

    /// Whether a study's folders were last swept more than a day ago, or never.
    public static func isDue(_ folders: OutputFolders) -> Bool {
        var info = stat()
        return stat(mark(folders).path, &info) != 0 || abs(time(nil) - modified(info)) > 86_400
    }

    private static func modified(_ info: stat) -> Int {
        #if canImport(Darwin)
            Int(info.st_mtimespec.tv_sec)
        #else
            Int(info.st_mtim.tv_sec)
        #endif
    }

    private static func mark(_ folders: OutputFolders) -> URL { folders.cache.appendingPathComponent("swept") }

    /// Removes temporary files that a program which runs no more has left in a study's folders: half of what it was writing,
    /// names among it.
    public static func sweep(_ folders: OutputFolders) {
        let hidden = [folders.confidential, folders.cache].flatMap { base in
            (FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?.allObjects as? [URL]) ?? []
        }
        let beside = [folders.root, folders.sharing].flatMap {
            (try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)) ?? []
        }
        for url in hidden + beside {
            let parts = url.lastPathComponent.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count >= 5, parts[0].isEmpty, parts.last == "tmp", UInt32(parts[parts.count - 2]) != nil,
                let owner = pid_t(parts[parts.count - 3]), owner > 1, owner != getpid(), kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            try? SafeFile.erase(url)
        }
        try? SafeFile.write(Data(), to: mark(folders), confidential: true)
    }

    /// Ends this process's children with all they started, and removes its temporary folders: for an end at once.
    public static func endAtOnce() {
        for child in children() {
            kill(-child, SIGKILL)
            kill(child, SIGKILL)
        }
        remove { $0 == getpid() }
    }

    private static func remove(_ isLeft: (pid_t) -> Bool) {
        let place = FileManager.default.temporaryDirectory
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? [] where name.hasPrefix(prefix) {
            guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }), owner > 1 else { continue }
            let path = place.appendingPathComponent(name).path
            var info = stat()
            guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, info.st_uid == getuid(), isLeft(owner) else { continue }
            endWorkers(in: path)
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Ends the processes that stand in a folder, where the system tells: a program from outside is started in its own.
    private static func endWorkers(in folder: String) {
        let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), process > 1, process != getpid(),
                let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd"), place == real || place.hasPrefix(real + "/")
            else { continue }
            kill(process, SIGKILL)
        }
    }

    /// Process ids of the children, where the system tells them.
    private static func children() -> [pid_t] {
        let tasks = "/proc/self/task"
        return ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).flatMap { task in
            ((try? String(contentsOfFile: "\(tasks)/\(task)/children", encoding: .utf8)) ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }
}
