import Foundation
import Pipeline

/// What the command `disclose` does.
public enum DisclosureTool {
    /// - Parameters:
    ///   - code: the participant's code, or the id of a recording that lists nobody.
    ///   - names: the person's names, to find entries of the key register by.
    ///   - out: a folder to make, 0700; its files are 0600.
    ///   - givesSound: copies recordings in which no other participant speaks.
    /// - Returns: the files written.
    public static func disclose(
        _ code: String, names: [String], reason: String, by: String, out: String, givesSound: Bool, study: String?,
        language: ErasureReceipt.Language = .bokmal, passphrase: PassphraseSource = PassphraseSource()
    ) throws -> [URL] {
        guard !reason.trimmingCharacters(in: .whitespaces).isEmpty else { throw RequestFault("say why with --reason: every look into the data is written down") }
        let root = try ConsentTool.root(study), folders = Study.layout(root)
        try WithdrawalJournal.refuseWhileUnfinished(folders)
        let target = URL(fileURLWithPath: out, isDirectory: true)
        var info = stat()
        if lstat(target.path, &info) == 0 {
            if info.st_mode & S_IFMT == S_IFLNK { throw RequestFault("'\(target.lastPathComponent)' is a link, and is not followed; name the folder itself") }
            guard info.st_mode & S_IFMT == S_IFDIR else { throw RequestFault("'\(target.lastPathComponent)' is a file; name a folder to make") }
        }
        // The folder's own name with a file in it: the same rules as for any file that a command writes.
        _ = try OutputTarget.file(target.path + "/", named: "innsyn.json", holding: .disclosure, inputs: [])
        guard try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty else {
            throw RequestFault("the folder '\(target.lastPathComponent)' is not empty; name a new one")
        }
        let opened = try Study(root: root), keys = StudyKeys(folders, passphrase: passphrase)
        let register = names.isEmpty ? nil : try StudyRegister(keys: keys).load()?.register
        let maker = DisclosureMaker(root: root, study: opened, store: ArtefactStore(folders: folders, safekeeping: keys.safekeeping), register: register)
        var disclosure = try maker.disclosure(of: code, names: names, date: Retention.today())
        disclosure.hasRegister = try keys.status == .exists
        // Written down before anything is shown.
        try keys.accessLog.add(.disclose, by: by, reason: reason, code: code)
        try SafeFile.narrow([target])
        var written: [URL] = []
        for index in disclosure.recordings.indices where givesSound && !disclosure.recordings[index].holdsOthers {
            for url in opened.everything.first(where: { $0.id == disclosure.recordings[index].id })?.files["recording"] ?? [] {
                guard FileManager.default.fileExists(atPath: url.path) else { continue }
                let copy = target.appendingPathComponent(url.lastPathComponent)
                try FileManager.default.copyItem(at: url.resolvingSymlinksInPath(), to: copy)
                chmod(copy.path, 0o600)
                disclosure.recordings[index].given.append(url.lastPathComponent)
                written.append(copy)
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        for (name, data) in [("innsyn.json", try encoder.encode(disclosure) + Data("\n".utf8)), ("innsyn.html", Data(disclosure.html(language).utf8))] {
            let url = target.appendingPathComponent(name)
            try SafeFile.write(data, to: url, confidential: true)
            written.append(url)
        }
        return written
    }
}
