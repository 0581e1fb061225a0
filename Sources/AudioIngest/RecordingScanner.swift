import Foundation

/// Finds recordings in folders and lists of files, and joins what a recorder split.
///
/// Parts are joined on evidence, never on consecutive numbers alone, since most recorders number separate takes that way:
/// the same format and related names, and one of: the `bext` clock or time reference goes on within two seconds, the names
/// say "part", the earlier file has a recorder's split size, or it lasts exactly 5, 10, 15, 30, 60 … minutes. When in
/// doubt files stay apart, and the note says so; a study file may then list the parts.
public struct RecordingScanner: Sendable {
    /// Recordings whose parts are given, each a list of paths in order. Their files are not looked at otherwise.
    public var explicitParts: [[String]]
    /// Whether folders inside the folders are scanned.
    public var recursive: Bool

    public init(explicitParts: [[String]] = [], recursive: Bool = true) {
        self.explicitParts = explicitParts
        self.recursive = recursive
    }

    /// Recordings among `paths` (files and folders), sorted by id and first path.
    ///
    /// Files named directly are always listed, even when they are no sound files, so that the error is seen; in folders only
    /// endings of sound files are. Hidden files (`._NAME` of macOS among them) are passed over.
    /// - Throws: `IngestError` when a folder or file does not exist or a folder cannot be read.
    public func scan(_ paths: [String]) throws -> [RecordingCandidate] {
        var files: Set<String> = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw IngestError(
                    .missing, "There is no file or folder named “\(ReadOnlyFile.lastComponent(path))”.",
                    advice: "Check the path, and that the disk or memory card is connected.")
            }
            if isDirectory.boolValue {
                try collect(path, into: &files, depth: 0)
            } else {
                files.insert(path)
            }
        }
        let explicit = Set(explicitParts.joined().map(RecordingScanner.canonical))
        let free = files.filter { !explicit.contains(RecordingScanner.canonical($0)) }
        var candidates = explicitParts.filter { !$0.isEmpty }.map {
            RecordingCandidate(
                id: RecordingScanner.stem($0[0]), parts: $0, note: $0.count > 1 ? "The parts were listed by the study." : nil)
        }
        candidates += RecordingScanner.group(free.sorted())
        return RecordingScanner.unique(candidates)
    }

    private func collect(_ folder: String, into files: inout Set<String>, depth: Int) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw IngestError(
                .noPermission, "The folder “\(ReadOnlyFile.lastComponent(folder))” cannot be read.",
                advice: "Ask its owner for read access, or copy the recordings to a folder of your own.")
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
            if isDirectory.boolValue {
                // A link back to a folder above would go round for ever.
                if recursive, depth < 16, (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil {
                    try collect(path, into: &files, depth: depth + 1)
                }
            } else {
                let ending = RecordingScanner.ending(name)
                if FileSniffer.audioExtensions.contains(ending) || FileSniffer.foreignExtensions.contains(ending) {
                    files.insert(path)
                }
            }
        }
    }

    // MARK: Grouping

    private struct Key: Hashable {
        var folder: String
        var ending: String
        var stem: String
        var style: SplitName.Style
    }

    private static func group(_ files: [String]) -> [RecordingCandidate] {
        var byKey: [Key: [(number: Int, file: String)]] = [:]
        for file in files {
            for reading in SplitName.readings(stem(file)) {
                let key = Key(folder: folder(file), ending: ending(file), stem: reading.stem, style: reading.style)
                byKey[key, default: []].append((reading.number, file))
            }
        }
        var facts: [String: SplitEvidence.Facts?] = [:]
        func known(_ file: String) -> SplitEvidence.Facts? {
            if let found = facts[file] { return found }
            let found = RecordingScanner.facts(file)
            facts[file] = .some(found)
            return found
        }
        var next: [String: (file: String, reason: String)] = [:]
        var hasBefore: Set<String> = []
        var doubts: [String: String] = [:]
        // Telling names first, so that a file joined by its name is not claimed again by its number.
        let order = byKey.keys.sorted {
            (rank($0.style), $0.folder, $0.stem, $0.ending) < (rank($1.style), $1.folder, $1.stem, $1.ending)
        }
        for key in order {
            let members = (byKey[key] ?? []).sorted { ($0.number, $0.file) < ($1.number, $1.file) }
            for (before, after) in zip(members, members.dropFirst()) {
                // NAME, NAME-0001 …: the bare name counts as 0, and a series may start at 1 or 2 after it.
                let step = after.number - before.number
                guard step == 1 || (before.number == 0 && key.style == .suffix && after.number <= 2) else { continue }
                guard next[before.file] == nil, !hasBefore.contains(after.file), before.file != after.file else { continue }
                guard let first = known(before.file), let second = known(after.file) else { continue }
                let name = ReadOnlyFile.lastComponent(after.file)
                switch SplitEvidence.judge(first, second, style: key.style) {
                case .joined(let reason):
                    next[before.file] = (after.file, reason)
                    hasBefore.insert(after.file)
                case .apart(let reason):
                    doubts[before.file] = doubts[before.file] ?? "Kept apart from “\(name)”: \(reason)."
                case .doubtful(let reason):
                    doubts[before.file] =
                        doubts[before.file]
                        ?? "Kept apart from “\(name)”: \(reason). If they are one recording, list them as parts in the study file."
                }
            }
        }
        return files.filter { !hasBefore.contains($0) }.map { first in
            var parts = [first]
            var reasons: [String] = []
            while let link = next[parts[parts.count - 1]], !parts.contains(link.file) {
                parts.append(link.file)
                if !reasons.contains(link.reason) { reasons.append(link.reason) }
            }
            if parts.count > 1 {
                return RecordingCandidate(
                    id: stem(first), parts: parts,
                    note: "Joined \(parts.count) files: \(reasons.joined(separator: "; ")).")
            }
            return RecordingCandidate(id: stem(first), parts: parts, note: doubts[first])
        }
    }

    private static func rank(_ style: SplitName.Style) -> Int {
        switch style {
        case .named: 0
        case .suffix: 1
        case .counter: 2
        }
    }

    private static func facts(_ file: String) -> SplitEvidence.Facts? {
        guard let opened = try? AudioFile(path: file) else { return nil }
        let broadcast = opened.metadata.broadcast
        return SplitEvidence.Facts(
            format: opened.format, byteCount: opened.byteCount, clock: broadcast?.clockSeconds,
            timeReference: broadcast?.timeReference, originator: broadcast?.originator ?? "")
    }

    // MARK: Names

    /// Sorted, with ids made unique: by the folder's name, then by a number.
    private static func unique(_ candidates: [RecordingCandidate]) -> [RecordingCandidate] {
        func sorted(_ list: [RecordingCandidate]) -> [RecordingCandidate] {
            list.sorted { ($0.id, $0.parts.first ?? "") < ($1.id, $1.parts.first ?? "") }
        }
        var list = sorted(candidates)
        let repeated = Dictionary(grouping: list, by: { $0.id.lowercased() }).filter { $0.value.count > 1 }.keys
        for index in list.indices where repeated.contains(list[index].id.lowercased()) {
            let parent = ReadOnlyFile.lastComponent(folder(list[index].parts[0]))
            if !parent.isEmpty, parent != "." { list[index].id = parent + "-" + list[index].id }
        }
        list = sorted(list)
        var used: Set<String> = []
        for index in list.indices {
            let base = list[index].id
            var number = 2
            while !used.insert(list[index].id.lowercased()).inserted {
                list[index].id = "\(base)-\(number)"
                number += 1
            }
        }
        return sorted(list)
    }

    static func ending(_ path: String) -> String {
        let name = ReadOnlyFile.lastComponent(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    static func stem(_ path: String) -> String {
        let name = ReadOnlyFile.lastComponent(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func canonical(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
