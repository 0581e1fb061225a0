import AudioIngest
import Foundation
import Pipeline

/// Looks into a folder for recordings that are there whole: whose size and date have stood still for a while, and whose header fits.
///
/// The folder need not be there: a recorder comes and goes. It is looked at now and then, not watched by the system, which tells
/// nothing of network drives and little of a recorder that is plugged in.
public struct RecordingWatch: Sendable {
    public let folder: URL
    /// Seconds that a file must have stood still.
    public let calm: Double
    /// The folder lies on a disk of this machine, whose change times are of this machine's clock and cannot be set back: what was last
    /// changed long ago need not be watched first. A recorder's clock may say anything.
    public let isLocal: Bool

    private struct Seen: Hashable {
        var size: Int64
        var modified: Double
        var since: Double
        /// It was handed out, or told of as damaged, as it is.
        var isDone = false
        var isDamaged = false
        /// That it grows was told.
        var isToldOf = false
    }
    private var seen: [String: Seen] = [:]

    public init(folder: URL, calm: Double, isLocal: Bool = false) {
        self.folder = folder
        self.calm = calm
        self.isLocal = isLocal
    }

    public struct Look: Sendable {
        /// Whole recordings that were not handed out before, in order of name.
        public var ready: [URL] = []
        /// Names of files that are still growing, or have not stood still long enough.
        public var growing: [String] = []
        /// Those of them that were seen to grow, told of once.
        public var arriving: [String] = []
        /// Names of files that have stood still and cannot be whole recordings, told of once.
        public var damaged: [String] = []
        /// All files that are no whole recordings as they are: those that grow, and the damaged ones.
        public var unfinished: Set<FileIdentity> = []
    }

    /// A file, whatever path leads to it.
    public struct FileIdentity: Hashable, Sendable {
        let device: UInt64, inode: UInt64

        init(_ info: stat) {
            device = UInt64(info.st_dev)
            inode = UInt64(info.st_ino)
        }

        init?(path: String) {
            var info = stat()
            guard stat(path, &info) == 0 else { return nil }
            self.init(info)
        }
    }

    private static let endings = Set((SupportedFormats.readableExtensions + SupportedFormats.convertibleExtensions).map { $0.lowercased() })

    /// - Parameters:
    ///   - now: seconds on a clock that only goes forward.
    ///   - clock: seconds since 1970 by this machine's clock.
    public mutating func look(now: Double, clock: Double = Date().timeIntervalSince1970) -> Look {
        var result = Look(), present: Set<String> = []
        for url in files() {
            let path = url.path
            var info = stat()
            guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else { continue }
            present.insert(path)
            let modified = FileTime.modified(info)
            if let known = seen[path], known.size == Int64(info.st_size), known.modified == modified {
                if known.isDamaged { result.unfinished.insert(FileIdentity(info)) }
                if known.isDone { continue }
            } else {
                let before = seen[path]
                // Not one from a time that has yet to come, either.
                let age = isLocal && before == nil ? max(0, clock - FileTime.changed(info)) : 0
                seen[path] = Seen(size: Int64(info.st_size), modified: modified, since: now - age, isToldOf: before?.isToldOf ?? false)
                if before != nil, seen[path]?.isToldOf == false {
                    result.arriving.append(url.lastPathComponent)
                    seen[path]?.isToldOf = true
                }
            }
            guard let known = seen[path], now - known.since >= calm else {
                result.growing.append(url.lastPathComponent)
                result.unfinished.insert(FileIdentity(info))
                continue
            }
            seen[path]?.isDone = true
            seen[path]?.isToldOf = false
            if Self.isPlausible(url, size: Int64(info.st_size)) { result.ready.append(url) } else {
                seen[path]?.isDamaged = true
                result.damaged.append(url.lastPathComponent)
                result.unfinished.insert(FileIdentity(info))
            }
        }
        // What is plugged in again is looked at again.
        seen = seen.filter { present.contains($0.key) }
        return result
    }

    private func files() -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])?.compactMap { $0 as? URL } ?? []
        return all.filter { Self.endings.contains($0.pathExtension.lowercased()) && !$0.lastPathComponent.hasPrefix(".") }.sorted { $0.path < $1.path }
    }

    /// Whether the header says no more than the file holds. What needs another program to be read is believed.
    static func isPlausible(_ url: URL, size: Int64) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return false }
        defer { try? handle.close() }
        guard let head = try? handle.read(upToCount: 12) else { return false }
        if head.count == 12, head.starts(with: Data("RIFF".utf8)) {
            let bytes = [UInt8](head), told = Int64(bytes[4]) | Int64(bytes[5]) << 8 | Int64(bytes[6]) << 16 | Int64(bytes[7]) << 24
            // 0 and the largest number: a recorder that did not come back to write it.
            if told != 0, told != 0xFFFF_FFFF, told + 8 > size + 1 { return false }
        }
        do {
            let file = try AudioFile(path: url.path)
            // A FLAC file's size does not show that its end is missing; opening it looks there.
            return file.format.frames > 0 && !file.warnings.contains { $0.code == .cutOff }
        } catch let error as IngestError { return error.code == .unsupportedFormat } catch { return false }
    }
}

enum FileTime {
    static func changed(_ info: stat) -> Double {
        #if canImport(Darwin)
            Double(info.st_ctimespec.tv_sec) + Double(info.st_ctimespec.tv_nsec) / 1e9
        #else
            Double(info.st_ctim.tv_sec) + Double(info.st_ctim.tv_nsec) / 1e9
        #endif
    }

    static func modified(_ info: stat) -> Double {
        #if canImport(Darwin)
            Double(info.st_mtimespec.tv_sec) + Double(info.st_mtimespec.tv_nsec) / 1e9
        #else
            Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9
        #endif
    }
}

/// Brings recordings from a recorder into a study's `opptak/`, closed to others. Nothing is taken from the recorder.
public enum RecordingImport {
    /// - Returns: the name it got; nil when the study has the same recording already.
    /// - Throws: ``FileFault``; what `progress` throws.
    public static func bring(_ url: URL, into root: URL, digests: DigestMemory, progress: () throws -> Void) throws -> String? {
        let folder = root.appendingPathComponent(Study.recordingFolder)
        let before = Shape(url)
        let present = (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []).filter {
            !$0.hasDirectoryPath && Shape($0)?.size == before?.size
        }
        if !present.isEmpty {
            let own = try Digest.sha256(file: url)
            if present.contains(where: { (try? digests.digest(of: $0)) == own }) { return nil }
        }
        let stem = url.deletingPathExtension().lastPathComponent, ending = url.pathExtension
        for number in 1... {
            let name = (number == 1 ? stem : "\(stem)-\(number)") + "." + ending, target = folder.appendingPathComponent(name)
            // Two recorders call their first file alike.
            if FileManager.default.fileExists(atPath: target.path) { continue }
            let copied = try SafeFile.copy(url, to: target, progress: progress)
            guard try Digest.sha256(file: target) == copied else {
                unlink(target.path)
                throw FileFault(target, EIO)
            }
            // What was read to its end may have ended early: somebody went on recording, or pulled the recorder out.
            guard let before, Shape(url) == before, Shape(target)?.size == before.size else {
                unlink(target.path)
                throw StageFault("it changed, or went away, while it was copied; it is looked at again when it stands still")
            }
            return name
        }
        return nil
    }

    private struct Shape: Equatable {
        var size: Int64, modified: Double

        init?(_ url: URL) {
            var info = stat()
            guard stat(url.path, &info) == 0 else { return nil }
            size = Int64(info.st_size)
            modified = FileTime.modified(info)
        }
    }
}
