import Bokmal
import Foundation
import Pipeline

/// The study's decisions on single words, on disk.
enum StudyWordsFile {
    /// - Parameters:
    ///   - name: as the setting `words` of the stage has it; empty for none.
    ///   - root: where relative paths count from.
    /// - Throws: ``StageFault`` or ``DefinitionError`` with the line; neither quotes what stands there.
    static func load(_ name: String, root: URL) throws -> StudyWords {
        guard !name.isEmpty, let text = try text(name, root: root) else { return StudyWords() }
        return try parse(text, file: URL(fileURLWithPath: name).lastPathComponent)
    }

    static func parse(_ text: String, file: String) throws -> StudyWords {
        do { return try StudyWords(parsing: text) } catch let error as StudyWords.LineError {
            throw DefinitionError(file: file, line: error.line, message: error.message)
        }
    }

    static func url(_ name: String, root: URL) -> URL {
        name.hasPrefix("/") ? URL(fileURLWithPath: name) : root.appendingPathComponent(name)
    }

    /// Nil when the study has no such file. That is as it should be under the usual name; another one was meant to be there.
    static func text(_ name: String, root: URL) throws -> String? {
        let url = url(name, root: root), shown = url.lastPathComponent
        guard FileManager.default.fileExists(atPath: url.path) else {
            if name == StudyWords.fileName { return nil }
            throw StageFault("there is no file '\(shown)' with the study's words; check 'words' under bokmal, or make the file")
        }
        guard !url.standardizedFileURL.pathComponents.contains("deling") else {
            throw StageFault("the study's words cannot lie in deling/: they hold words as they were said; move '\(shown)', and name it under bokmal.words")
        }
        guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, EACCES, .read) }
        guard let text = String(data: data, encoding: .utf8) else {
            throw StageFault("'\(shown)' is not UTF-8 text; save it as UTF-8")
        }
        return text
    }

    /// Changes the file, 0600: it holds words as they were said. Two at once wait for each other.
    static func edit(_ name: String, folders: OutputFolders, _ change: (String) throws -> String) throws {
        try SafeFile.makeFolder(folders.cache, confidential: true)
        let lock = try FileLock(folders.cache.appendingPathComponent("words.lock"))
        defer { lock.release() }
        let url = url(name, root: folders.root)
        guard !url.standardizedFileURL.pathComponents.contains("deling") else {
            throw StageFault("the study's words cannot lie in deling/: they hold words as they were said; name another file under bokmal.words")
        }
        let before = FileManager.default.fileExists(atPath: url.path) ? try text(name, root: folders.root) ?? "" : heading
        let after: String
        do { after = try change(before) } catch let error as StudyWords.LineError {
            if error.line == 0 { throw StageFault(error.message) }
            throw DefinitionError(file: url.lastPathComponent, line: error.line, message: error.message)
        }
        if after != before {
            if before == heading { ignore(url.lastPathComponent, root: folders.root) }
            try SafeFile.write(Data(after.utf8), to: url, confidential: true)
        }
    }

    /// A study made before there was such a table does not keep it out of its history yet.
    private static func ignore(_ name: String, root: URL) {
        let file = root.appendingPathComponent(".gitignore")
        guard let text = try? String(contentsOf: file, encoding: .utf8), !text.split(separator: "\n").contains(where: { $0.hasSuffix(name) }) else { return }
        try? SafeFile.write(Data((text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + name + "\n").utf8), to: file, confidential: false)
    }

    private static let heading = """
        # Studiens ord for bokmålslaget: sagt, tabulator, skrevet, eventuelt tabulator og en merknad.
        # = lar ordet stå; !form utelukker én form; alt annet skrives i stedet for ordet.

        """
}
