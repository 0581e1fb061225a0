import Foundation
import Pipeline

/// What still lies in `deling/` of a recording that consent has come to withhold: the files on its manifest.
struct WithheldFiles {
    private let folders: OutputFolders
    private let url: URL

    init(_ item: String, _ folders: OutputFolders) {
        self.folders = folders
        let signed: String? = if case .signed(let signed) = SignatureFolder(folders).find(item) { signed.recording } else { nil }
        url = folders.sharing.appendingPathComponent(ShareManifest.name(signed ?? item))
    }

    /// Only what lies inside `deling/`: a manifest is a file that anybody can write.
    private var listed: [ShareManifest.File] {
        (ShareManifest.read(url)?.files ?? []).filter { !$0.name.hasPrefix("/") && !$0.name.split(separator: "/").contains("..") }
    }

    /// The files that are there, and the manifest; by name.
    var present: [String] {
        (Set(listed.map(\.name)).sorted() + [url.lastPathComponent]).filter {
            FileManager.default.fileExists(atPath: folders.sharing.appendingPathComponent($0).path)
        }
    }

    /// Erases every file that is exactly as it was listed, and then the manifest. What somebody has changed stays, and stays listed.
    /// - Returns: the changed files.
    /// - Throws: ``FileFault`` when one cannot be read or erased.
    func erase() throws -> [String] {
        let lock = try ShareManifest.lock(folders)
        defer { lock.release() }
        if FileManager.default.fileExists(atPath: url.path), ShareManifest.read(url)?.isWhole != true { return [url.lastPathComponent] }
        var changed: Set<String> = []
        for file in listed {
            let target = folders.sharing.appendingPathComponent(file.name)
            guard FileManager.default.fileExists(atPath: target.path) else { continue }
            if try Digest.sha256(file: target) == file.sha256 { try SafeFile.erase(target) } else { changed.insert(file.name) }
        }
        if changed.isEmpty { try SafeFile.erase(url) }
        return changed.sorted()
    }
}
