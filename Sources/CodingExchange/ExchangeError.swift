import Anonymization

/// What can go wrong in an exchange. Names of sources are told, words of texts never.
public enum ExchangeError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case unknownFormat(file: String)
    case tooLarge(file: String, reason: String)
    case cannotWrite(file: String, reason: String)
    case nothingToExport(String)
    case notRedacted(item: String)
    /// What stands in the texts, by source.
    case identifiers([Found])

    public struct Found: Codable, Sendable, Hashable {
        public var source: String
        public var places: [TextVouching.Refusal.Place]
    }

    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "'\(file)' cannot be read: \(reason)"
        case .unknownFormat(let file):
            "'\(file)' is none of the projects that can be read: REFI-QDA (.qdpx, .qde, .qdc), Taguette (.sqlite3) or QualCoder (.qda folder)"
        case .tooLarge(let file, let reason): "'\(file)' is not opened: \(reason)"
        case .cannotWrite(let file, let reason): "'\(file)' cannot be written: \(reason); check that the folder exists and that the disk has room"
        case .nothingToExport(let what): "there is nothing to export: \(what)"
        case .notRedacted(let item):
            "the sound of '\(item)' is not the redacted sound that the coding store knows; make the redacted sound again, or export without sound"
        case .identifiers(let found):
            "what looks like direct identifiers stands in texts from elsewhere, and nothing was taken in.\n"
                + found.prefix(20).map { source in
                    let types = Dictionary(grouping: source.places, by: \.type).sorted { $0.key < $1.key }
                    let told = types.map { type, places in
                        let lines = Set(places.map(\.line)).sorted()
                        return "\(places.count) \(type.rawValue) (line \(lines.prefix(5).map(String.init).joined(separator: ", "))\(lines.count > 5 ? ", …" : ""))"
                    }
                    return "  \(source.source): " + told.joined(separator: "; ")
                }.joined(separator: "\n") + (found.count > 20 ? "\n  … and \(found.count - 20) more" : "")
                + "\nTake them out in the other program, or say who answers for the texts and why they identify nobody"
        }
    }
}
