import Foundation
import Pipeline

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
    ///   - path: as the user gave it; a folder that ends in `/` is made, 0700 when `confidential`.
    ///   - name: the file's name when `path` is a folder; nil where only a file will do.
    ///   - inputs: paths of all that the command reads; `-` is nobody's file.
    /// - Throws: ``RequestFault`` for a target that must not be written; ``FileFault`` when a folder cannot be made.
    public static func file(_ path: String, named name: String? = nil, confidential: Bool, inputs: [String]) throws -> URL {
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
        if confidential, let folder = study(folder: ["deling"], above: target, besides: ["ordrett.yaml", ".ordrett"]) {
            throw RequestFault("a raw transcript's file must not lie in '\(folder)/', which is for sharing; write it to fortrolig/, or give an anonymised transcript")
        }
        let folder = target.deletingLastPathComponent()
        if !FileManager.default.fileExists(atPath: folder.path) {
            guard path.hasSuffix("/") else {
                throw RequestFault("there is no folder '\(folder.lastPathComponent)'; make it first, or end the path with / to have it made")
            }
            try SafeFile.makeFolder(folder, confidential: confidential)
        }
        return target
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
