import Foundation
import Pipeline

/// What the command `expire` does.
public enum ExpiryTool {
    public struct Demand: Encodable, Sendable {
        public var part: String
        public var date: String
        public var files: [String]
        public var takesRegister: Bool
        /// What cannot be made good of recordings that are not shared yet.
        public var loss: String?
    }

    public struct Outcome: Encodable, Sendable {
        public var receipt: ErasureReceipt
        public var path: String
        public var linked: [String]
        /// Transcripts that could not be made to say that they are anonymous now.
        public var failures: [String]
        public var notes: [String] = []
    }

    public struct Preview: Encodable, Sendable {
        public var demands: [Demand]
        /// Dates that come within thirty days.
        public var coming: [String]
    }

    /// What the study's dates demand.
    /// - Parameter day: the day to ask about (`2026-03-12`).
    public static func preview(study: String?, on day: String = Retention.today()) throws -> Preview {
        let root = try ConsentTool.root(study)
        return try preview(RetentionExpiry(root: root, keys: StudyKeys(study: root)), root, day)
    }

    private static func preview(_ expiry: RetentionExpiry, _ root: URL, _ day: String) throws -> Preview {
        let demands = try expiry.demands(on: day), study = try Study(root: root), retention = study.file.retention
        let unshared = RetentionReminder.unshared(study)
        return Preview(
            demands: demands.map {
                Demand(part: $0.part.rawValue, date: $0.date, files: $0.files, takesRegister: $0.takesRegister, loss: RetentionReminder.loss($0.part, unshared))
            },
            coming: retention.due(on: day).filter { $0.days > 0 }.map { "\($0.part.rawValue): \($0.date)" })
    }

    /// Does what the dates demand.
    /// - Parameters:
    ///   - confirm: shown what will go; false leaves everything as it is.
    ///   - day: the day that counts as today.
    /// - Returns: nil when there was nothing to do, or it was not confirmed.
    public static func run(
        study: String?, who: String, language: ErasureReceipt.Language = .bokmal, on day: String = Retention.today(),
        passphrase: PassphraseSource = PassphraseSource(), confirm: (Preview) -> Bool
    ) async throws -> Outcome? {
        try await run(study: study, who: who, language: language, on: day, passphrase: passphrase, confirm: confirm, before: { _ in })
    }

    static func run(
        study: String?, who: String, language: ErasureReceipt.Language = .bokmal, on day: String, passphrase: PassphraseSource = PassphraseSource(),
        confirm: (Preview) -> Bool = { _ in true }, before: (String) throws -> Void
    ) async throws -> Outcome? {
        let root = try ConsentTool.root(study), folders = Study.layout(root), keys = StudyKeys(folders, passphrase: passphrase)
        try WithdrawalJournal.refuseWhileUnfinished(folders)
        let expiry = try RetentionExpiry(root: root, keys: keys)
        var demands = try expiry.demands(on: day)
        guard !demands.isEmpty, confirm(try preview(expiry, root, day)) else { return nil }
        var failures: [String] = []
        if demands.contains(where: \.takesRegister) {
            // The transcripts must say that they are anonymous, and are made anew for it; where the whole study goes, nobody reads them.
            let destruction = try await KeyTools(keys: keys, root: root).destroy(by: who, force: demands.contains { $0.part == .everything })
            failures = destruction.failures.map { "\($0.item): \($0.message)" }
            if case .unfinished = try keys.status {
                throw StageFault("the key register is not wholly destroyed (\(failures.joined(separator: "; "))); nothing else was erased; see to it, and run 'ordrett expire' again")
            }
            if try keys.status.isLinkable {
                throw StageFault("the key register was not destroyed, since not every transcript could be made to say so (\(failures.joined(separator: "; "))); nothing was erased; see 'ordrett key destroy'")
            }
        }
        let lock = try StudyLock(folder: folders.cache)
        defer { lock.release() }
        // Results were made anew for it: what lies there now is what has to go.
        let now = try expiry.demands(on: day)
        for index in demands.indices { demands[index].files = now.first { $0.part == demands[index].part }?.files ?? [] }
        let (receipt, url, linked, notes) = try expiry.carryOut(demands, who: who, date: day, language: language, before: before)
        return Outcome(receipt: receipt, path: url.path, linked: linked, failures: failures, notes: notes)
    }
}
