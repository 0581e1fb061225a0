/// What can go wrong with the coding store. Never quotes its content.
public enum StoreError: Error, Sendable, CustomStringConvertible {
    case cannotOpen(file: String, reason: String)
    case notAStore(file: String)
    case newerThanProgram(file: String)
    case damaged(file: String)
    case unknownCode(String)
    case unknownSource(String)
    case wordsOutsideVersion

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
        case .unknownCode(let name): "there is no code '\(name)'; list the codes and try again"
        case .unknownSource(let item): "the store has no transcript of '\(item)'; import it first"
        case .wordsOutsideVersion: "the stretch of words does not lie within the transcript version"
        }
    }
}
