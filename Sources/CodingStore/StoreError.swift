/// What can go wrong with the coding store. Never quotes transcripts, memos or other texts; names of codes and sources are told.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    case cannotOpen(file: String, reason: String)
    case notAStore(file: String)
    case newerThanProgram(file: String)
    case damaged(file: String)
    case noCoder
    case unknownCode(String)
    case ambiguousCode(String)
    case unknownSource(String)
    case unknown(kind: String, name: String)
    case alreadyThere(kind: String, name: String)
    case wordsOutsideVersion
    case noWords
    case isUsed(kind: String, name: String, by: String)
    case wouldHangOnItself(String)
    case wrongValue(String)
    case nothingToUndo
    case nothingToRedo
    case changedSince(operation: Int64)
    case otherStudy
    case roundIsOpen(Int)
    case noOpenRound

    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason):
            "cannot open the coding store '\(file)': \(reason); check that you may read and write it and that the disk has room"
        case .notAStore(let file):
            "'\(file)' is not a coding store; move it away, or restore the newest backup beside it"
        case .newerThanProgram(let file):
            "the coding store '\(file)' was made by a newer Ordrett; update Ordrett to open it"
        case .damaged(let file):
            "the coding store '\(file)' fails its integrity check; nothing was changed; restore the newest backup beside it"
        case .noCoder: "nobody is named as the coder; say who with --coder"
        case .unknownCode(let name): "there is no code '\(name)'; list the codes and try again"
        case .ambiguousCode(let name): "several codes are called '\(name)'; write its path from the top (theme/code)"
        case .unknownSource(let item): "the store has no transcript of '\(item)'; import it first"
        case .unknown(let kind, let name): "there is no \(kind) '\(name)'; list them and try again"
        case .alreadyThere(let kind, let name): "there is a \(kind) '\(name)' already; choose another name"
        case .wordsOutsideVersion: "the stretch of words does not lie within the transcript version"
        case .noWords: "no words are there; give another place"
        case .isUsed(let kind, let name, let by): "the \(kind) '\(name)' is used by \(by); take that away first, or say that it may go"
        case .wouldHangOnItself(let name): "'\(name)' cannot be moved under itself"
        case .wrongValue(let what): what
        case .nothingToUndo: "there is nothing of this coder's to take back"
        case .nothingToRedo: "there is nothing to do again"
        case .changedSince(let operation):
            "operation \(operation) cannot be taken back: what it changed has been changed again since, or something hangs on it; take the later operations back first"
        case .otherStudy: "the two stores belong to different studies; merge only copies of the same study's store"
        case .roundIsOpen(let number): "round \(number) is not finished; finish it first"
        case .noOpenRound: "no round is open; start one first"
        }
    }
}
