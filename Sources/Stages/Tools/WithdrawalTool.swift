import Foundation
import Pipeline

/// What the command `withdraw` does.
public enum WithdrawalTool {
    /// What will go, for the person who confirms it.
    public struct Preview: Encodable, Sendable {
        public var storedResults: Int
        public var recordings: [String]
        /// Recordings that stay without the person's turns.
        public var sharedRecordings: [String]
        /// Others' recordings that mention the person by name.
        public var mentions: [String]
        /// Files that go, by kind.
        public var files: [String: [String]]
        /// Files that stay, without the person's turns or with a code for the name.
        public var edited: [String]
        public var registerEntries: Int
        /// Lines of the study's table of words.
        public var studyWords: [String]
        /// What is looked for afterwards, by kind.
        public var terms: [String: Int]
        public var notes: [String]
    }

    public struct Outcome: Encodable, Sendable {
        public var receipt: ErasureReceipt
        /// The receipt's file.
        public var path: String
        /// Files that still hold something, and kinds of what they hold.
        public var left: [Left]
        /// Files that could not be looked into.
        public var unread: [String]
        /// Files that have another name outside the study: the bytes are there still.
        public var linked: [String]
        /// Changed files whose old bytes could not be written over.
        public var notOverwritten: [String] = []
    }

    public struct Left: Encodable, Sendable {
        public var path: String
        public var kinds: [String]
    }

    public static func preview(_ request: WithdrawalRequest, study: String?, passphrase: PassphraseSource = PassphraseSource()) throws -> Preview {
        let root = try ConsentTool.root(study)
        try WithdrawalJournal.refuseWhileUnfinished(Study.layout(root))
        return preview(try WithdrawalPlanner(root: root, request: request, keys: StudyKeys(study: root, passphrase: passphrase)).plan())
    }

    private static func preview(_ plan: WithdrawalPlan) -> Preview {
        Preview(
            storedResults: plan.resultCount, recordings: plan.items, sharedRecordings: plan.sharedItems, mentions: plan.mentions,
            files: Dictionary(uniqueKeysWithValues: plan.files.map { ($0.key.rawValue, $0.value) }), edited: plan.edits.map(\.path),
            registerEntries: plan.registerEntries.count, studyWords: plan.studyWords,
            terms: Dictionary(grouping: plan.terms, by: \.kind.rawValue).mapValues(\.count), notes: plan.notes)
    }

    /// Erases a participant.
    /// - Parameter confirm: shown what will go, under the study's lock; false leaves everything as it is.
    /// - Returns: nil when it was not confirmed.
    public static func run(
        _ request: WithdrawalRequest, study: String?, restart: Bool = false, language: ErasureReceipt.Language = .bokmal,
        passphrase: PassphraseSource = PassphraseSource(), confirm: (Preview) -> Bool
    ) throws -> Outcome? {
        try run(request, study: study, restart: restart, language: language, passphrase: passphrase, confirm: confirm, before: { _ in })
    }

    static func run(
        _ request: WithdrawalRequest, study: String?, restart: Bool = false, language: ErasureReceipt.Language = .bokmal,
        passphrase: PassphraseSource = PassphraseSource(), confirm: (Preview) -> Bool = { _ in true }, before: @escaping (String) throws -> Void
    ) throws -> Outcome? {
        let root = try ConsentTool.root(study), folders = Study.layout(root)
        let lock = try StudyLock(folder: folders.cache)
        defer { lock.release() }
        let journal = WithdrawalJournal(folders)
        // The plan is the only thing that still names what is left to erase: one that can be read is finished, never forgotten.
        if !restart || (try? journal.read()) != nil { try WithdrawalJournal.refuseWhileUnfinished(folders) }
        let keys = StudyKeys(folders, passphrase: passphrase)
        let plan = try WithdrawalPlanner(root: root, request: request, keys: keys).plan()
        guard confirm(preview(plan)) else { return nil }
        if restart { try journal.erase() }
        return try carryOut(plan, folders, keys, language, before)
    }

    /// Goes on with a withdrawal that was interrupted.
    public static func resume(
        study: String?, language: ErasureReceipt.Language = .bokmal, passphrase: PassphraseSource = PassphraseSource()
    ) throws -> Outcome {
        let root = try ConsentTool.root(study), folders = Study.layout(root)
        let lock = try StudyLock(folder: folders.cache)
        defer { lock.release() }
        guard WithdrawalJournal(folders).exists else { throw RequestFault("no withdrawal was interrupted in this study") }
        return try carryOut(WithdrawalJournal(folders).read(), folders, StudyKeys(folders, passphrase: passphrase), language) { _ in }
    }

    private static func carryOut(
        _ plan: WithdrawalPlan, _ folders: OutputFolders, _ keys: StudyKeys, _ language: ErasureReceipt.Language, _ before: @escaping (String) throws -> Void
    ) throws -> Outcome {
        var run = WithdrawalRun(folders: folders, keys: keys, plan: plan, before: before)
        let (receipt, url, left) = try run.run(language: language)
        return Outcome(
            receipt: receipt, path: url.path,
            left: left.hits.map { hit in Left(path: hit.path, kinds: Set(hit.terms.map { plan.terms[$0].kind.rawValue }).sorted()) },
            unread: left.unread, linked: run.linked, notOverwritten: run.readable.sorted())
    }
}
