import Foundation
import Pipeline

/// The store of results of a study, or of a folder that `run --out` wrote to, for commands that look into it.
public enum StudyStore {
    /// - Parameter path: nil for the study that the current folder lies in.
    /// - Throws: ``RequestFault`` when there is none.
    public static func open(_ path: String?) throws -> ArtefactStore {
        guard let root = StudyTranscripts.root(path) else {
            throw RequestFault("this is no study folder; name one with --study, or the folder that 'ordrett run --out' wrote to")
        }
        let store = ArtefactStore(folders: Study.layout(root))
        guard Study.exists(at: root) || !store.items().isEmpty else {
            throw RequestFault("'\(root.lastPathComponent)' is no study, and nothing has been run into it; check --study")
        }
        return store
    }
}
