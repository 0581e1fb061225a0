import Foundation
import Pipeline

/// What is in a file that a command is to write, as far as `deling/` is concerned.
public enum OutputContent: Sendable, Hashable, CaseIterable {
    /// Made from anonymised transcripts alone: the gate asks for their signatures.
    case anonymised
    case rawTranscript
    /// Words as they were said, without a transcript around them.
    case wordsAsSaid
    case sound
    case keyRegister
    /// What somebody is shown of their own data.
    case disclosure
    /// Nothing that names anybody, but nothing that an audit could be signed for either.
    case unaudited

    /// Closed to others.
    public var isConfidential: Bool { self != .anonymised && self != .unaudited }

    /// Why it must not lie in `deling/`, and what to do.
    var refusal: String {
        switch self {
        case .anonymised: "nothing goes into deling/ before its audit is signed: see 'ordrett audit sign'"
        case .rawTranscript:
            "the transcript is raw, and what is said in it by name must not lie in deling/, which is for sharing: give the recording's id or its anonymised transcript, or write to fortrolig/"
        case .wordsAsSaid:
            "the list has words as they were said, and dialect identifies: it must not lie in deling/, which is for sharing; write to fortrolig/"
        case .sound:
            "sound that is not redacted must not lie in deling/, which is for sharing, and only a study's own recording can be signed for: 'ordrett redact-audio ID --out deling/' in the study, or write to fortrolig/"
        case .keyRegister:
            "a copy of the key register says who is behind the codes, and must not lie in deling/, which is for sharing: write it outside the study, to a memory stick for example"
        case .disclosure:
            "what a participant is shown is personal data, and must not lie in deling/, which is for sharing: name a folder outside the study"
        case .unaudited:
            "no audit has looked at what this file is made from, so nobody can sign for it, and it must not lie in deling/, which is for sharing: write it somewhere else"
        }
    }
}

/// Where a command may write what it made.
///
/// What cannot be made again is never written over: a recording, a draft, the table that was read. And a raw transcript's file
/// never lands among those that a study shares, whatever the path says.
public enum OutputTarget {
    /// Whether a path means a folder: one that is there, or, by a `/` at its end, one to be made.
    public static func isFolder(_ path: String) -> Bool {
        if path.hasSuffix("/") { return true }
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The file to write, in a folder that is there.
    /// - Parameters:
    ///   - path: as the user gave it; a folder that ends in `/` is made, 0700 for what is confidential.
    ///   - name: the file's name when `path` is a folder; nil where only a file will do.
    ///   - content: what will be in it.
    ///   - inputs: paths of all that the command reads; `-` is nobody's file.
    /// - Throws: ``GateFault`` for what must not lie in `deling/`; ``RequestFault`` for a target that must not be written;
    ///   ``FileFault`` when a folder cannot be made.
    public static func file(_ path: String, named name: String? = nil, holding content: OutputContent, inputs: [String]) throws -> URL {
        var target = URL(fileURLWithPath: path)
        if isFolder(path) {
            guard let name else { throw RequestFault("'\(target.lastPathComponent)' is a folder; name a file for the result") }
            target.appendPathComponent(name)
        }
        target = real(target)
        for input in inputs where input != "-" && isSame(real(URL(fileURLWithPath: input)), target) {
            throw RequestFault("'\(target.lastPathComponent)' is one of the inputs; name another file for the result")
        }
        if isStudysOwn(target) {
            throw RequestFault("'\(target.lastPathComponent)' is the study's own file; name another file for the result")
        }
        if let folder = study(folder: [Study.recordingFolder, Study.draftFolder], above: target, besides: ["ordrett.yaml"]) {
            throw RequestFault("the study's originals lie in '\(folder)/', and nothing is written there; name another place for the result")
        }
        if content != .anonymised, sharingStudy(of: target) != nil { throw GateFault(description: content.refusal) }
        let folder = target.deletingLastPathComponent()
        if !FileManager.default.fileExists(atPath: folder.path) {
            guard path.hasSuffix("/") else {
                throw RequestFault("there is no folder '\(folder.lastPathComponent)'; make it first, or end the path with / to have it made")
            }
            try SafeFile.makeFolder(folder, confidential: content.isConfidential)
        }
        return target
    }

    /// The same for what is a raw transcript's, or made from anonymised ones alone.
    public static func file(_ path: String, named name: String? = nil, confidential: Bool, inputs: [String]) throws -> URL {
        try file(path, named: name, holding: confidential ? .rawTranscript : .anonymised, inputs: inputs)
    }

    /// The study whose `deling/` a file lies in, however deep; nil for any other place.
    static func sharingStudy(of file: URL) -> URL? {
        var folder = real(file).deletingLastPathComponent()
        while folder.pathComponents.count > 1 {
            let above = folder.deletingLastPathComponent()
            if folder.lastPathComponent.lowercased() == "deling", ["ordrett.yaml", ".ordrett"].contains(where: { FileManager.default.fileExists(atPath: above.appendingPathComponent($0).path) }) {
                return above
            }
            folder = above
        }
        return nil
    }

    /// The same for a file that is not to replace another one.
    ///
    /// A link is not followed: what it points at is not what the user named.
    /// - Parameter force: replaces a plain file that stands there.
    /// - Throws: also ``RequestFault`` when something stands there.
    public static func newFile(_ path: String, named name: String? = nil, holding content: OutputContent, inputs: [String], force: Bool) throws -> URL {
        let given = isFolder(path) ? name.map { URL(fileURLWithPath: path).appendingPathComponent($0) } : URL(fileURLWithPath: path)
        var info = stat()
        if let given, lstat(given.path, &info) == 0 {
            let shown = given.lastPathComponent
            if info.st_mode & S_IFMT == S_IFLNK { throw RequestFault("'\(shown)' is a link, and is not followed; name the file itself") }
            if info.st_mode & S_IFMT == S_IFREG, !force { throw RequestFault("'\(shown)' is there already and was left as it is; name another file, or give --force to replace it") }
        }
        return try file(path, named: name, holding: content, inputs: inputs)
    }

    /// Settings, decisions, codes and the coding store: written by those who keep them alone.
    private static func isStudysOwn(_ file: URL) -> Bool {
        let name = file.lastPathComponent.lowercased()
        return FileManager.default.fileExists(atPath: file.path)
            && (["ordrett.yaml", "bokmal-ord.tsv", "koblingsnokkel.json", "intervjuer.json", "tilgangslogg.jsonl", ".studie.json"].contains(name) || name.hasPrefix("koding.sqlite"))
    }

    /// The name of the study's folder that the file lies in, however deep. Without regard to case: not all disks have any.
    private static func study(folder names: [String], above file: URL, besides signs: [String]) -> String? {
        var folder = file.deletingLastPathComponent()
        while folder.pathComponents.count > 1 {
            let above = folder.deletingLastPathComponent(), name = folder.lastPathComponent
            if names.contains(name.lowercased()), signs.contains(where: { FileManager.default.fileExists(atPath: above.appendingPathComponent($0).path) }) {
                return name
            }
            folder = above
        }
        return nil
    }

    private static func isSame(_ one: URL, _ other: URL) -> Bool {
        // By the file itself, since it may have more names than one: a hard link, or other letters on a disk without case.
        var first = stat(), second = stat()
        return stat(one.path, &first) == 0 && stat(other.path, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Without links, also where the last parts of the path are not there yet, or a link's target is not.
    private static func real(_ url: URL, depth: Int = 0) -> URL {
        let url = url.standardizedFileURL
        if let found = realpath(url.path, nil) {
            defer { free(found) }
            return URL(fileURLWithPath: String(cString: found))
        }
        guard url.pathComponents.count > 1 else { return url }
        let folder = real(url.deletingLastPathComponent(), depth: depth)
        if depth < 40, let link = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) {
            return real(link.hasPrefix("/") ? URL(fileURLWithPath: link) : folder.appendingPathComponent(link), depth: depth + 1)
        }
        return folder.appendingPathComponent(url.lastPathComponent)
    }
}
