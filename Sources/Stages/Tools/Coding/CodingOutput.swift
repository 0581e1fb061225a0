import CodingStore
import Foundation
import Pipeline

/// Files that the coding commands make: into the study's `koding/` when nobody says, and into `deling/` only through its gate.
public enum CodingOutput {
    /// - Parameters:
    ///   - path: a file or a folder/; nil for the study's `koding/`.
    ///   - sources: whose words the file shows; in `deling/` each must be signed as it is in the store.
    /// - Returns: where it lies.
    /// - Throws: ``GateFault``; as ``OutputTarget/file(_:named:confidential:inputs:)``.
    @discardableResult
    public static func write(_ data: Data, to path: String?, named name: String, desk: CodingDesk, sources: [String]) throws -> URL {
        let target: URL
        if let path {
            target = try OutputTarget.file(path, named: name, confidential: false, inputs: [desk.store.url.path])
        } else {
            try SafeFile.makeFolder(desk.folder, confidential: true)
            target = desk.folder.appendingPathComponent(name)
        }
        let documents = OutputTarget.sharingStudy(of: target) == nil ? [] : try documents(of: sources, desk.store)
        let shared = try SharedOutput.leave(target, transcripts: documents)
        // What quotes people is theirs who work on the study, wherever it lies.
        try SafeFile.write(data, to: target, confidential: true)
        try shared?.record(data)
        return target
    }

    /// The sealed documents of every kept version of the sources. One of a note is empty, and nobody can have signed it.
    private static func documents(of sources: [String], _ store: CodingStore) throws -> [Data] {
        try Set(sources).sorted().flatMap { try store.versions(of: $0).map(\.document) }
    }

    /// A file's name from somebody's words: letters, digits and hyphens.
    public static func fileName(_ words: [String], ending: String) -> String {
        let stem = words.map { word in
            String(word.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }).split(separator: "-").joined(separator: "-")
        }.filter { !$0.isEmpty }.joined(separator: "_")
        return (stem.isEmpty ? "koding" : String(stem.prefix(80))) + "." + ending
    }
}
