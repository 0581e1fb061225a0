import Foundation
import Pipeline

/// The plan of a withdrawal that is under way. It names what is to vanish, so it is the last thing to be erased; while it is
/// there, nothing else works in the study.
struct WithdrawalJournal: Sendable {
    static let folder = ".tilbaketrekking"
    static let fileName = "plan.json"

    let url: URL

    init(_ folders: OutputFolders) {
        url = folders.confidential.appendingPathComponent(Self.folder).appendingPathComponent(Self.fileName)
    }

    var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

    /// - Throws: ``StageFault`` when a withdrawal was interrupted.
    static func refuseWhileUnfinished(_ folders: OutputFolders) throws {
        guard WithdrawalJournal(folders).exists else { return }
        throw StageFault("a withdrawal in this study was interrupted; finish it first with 'ordrett withdraw --resume'")
    }

    func read() throws -> WithdrawalPlan {
        guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, ENOENT, .read) }
        guard let plan = try? JSONDecoder().decode(WithdrawalPlan.self, from: data) else {
            throw StageFault("'fortrolig/\(Self.folder)/\(Self.fileName)' cannot be read; begin the withdrawal again with 'ordrett withdraw PARTICIPANT --restart'")
        }
        return plan
    }

    func write(_ plan: WithdrawalPlan) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SafeFile.write(encoder.encode(plan), to: url, confidential: true)
    }

    func erase() throws { _ = try FileErasure.eraseFolder(url.deletingLastPathComponent()) }
}
