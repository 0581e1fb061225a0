import Foundation
import ZipFiles

/// A packed draft, its faults in the words of drafts.
final class ZipReader {
    private let archive: ZipArchive

    /// - Throws: ``DraftError/damaged(part:)`` when the bytes are no zip archive.
    init(_ data: Data) throws(DraftError) {
        do { archive = try ZipArchive(data) } catch { throw Self.words(error) }
    }

    func contains(_ name: String) -> Bool { archive.part(name) != nil }

    /// The unpacked bytes of an entry; nil when there is none of that name.
    func data(_ name: String) throws(DraftError) -> Data? {
        guard let part = archive.part(name) else { return nil }
        do { return try archive.data(part) } catch { throw Self.words(error) }
    }

    private static func words(_ fault: ZipFault) -> DraftError {
        switch fault {
        case .notArchive: .damaged(part: "zip")
        case .damaged(let part): .damaged(part: part)
        case .encrypted: .passwordProtected
        case .partTooLarge(_, let limit), .tooLarge(let limit): .tooLarge(limit: limit)
        case .tooMany: .damaged(part: "zip")
        }
    }
}
