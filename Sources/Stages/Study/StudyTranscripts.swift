import Foundation
import Pipeline

/// The transcripts that a study's runs have made, for commands that work on one.
public enum StudyTranscripts {
    /// The anonymised transcript of a recording, as the last run left it.
    ///
    /// - Parameters:
    ///   - id: the recording's id in the study.
    ///   - study: the study's folder, or one that `run --out` wrote to; nil for the study one stands in.
    /// - Throws: ``StageFault`` that says what is missing.
    public static func sealed(_ id: String, study: String?) throws -> Data {
        guard let root = root(study) else {
            throw StageFault("there is no file '\(TextFile.name(id))', and no study here that has such a recording; give a transcript's path, or name the study with --study")
        }
        let store = ArtefactStore(folders: Study.layout(root))
        guard let found = store.latest(item: id, stage: "anonymize") else {
            let known = store.items().sorted()
            throw StageFault(
                "the study has no anonymised transcript of '\(TextFile.name(id))'"
                    + (known.isEmpty ? "; run 'ordrett run' first" : "; it has recordings \(known.joined(separator: ", "))"))
        }
        return found.data
    }

    private static func root(_ path: String?) -> URL? {
        if let path { return URL(fileURLWithPath: path, isDirectory: true) }
        return Study.find(from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true))
    }
}
