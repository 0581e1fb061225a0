import Anonymization
import Foundation
import Pipeline

extension KeyTools {
    public struct Destruction: Sendable {
        /// What was made to say "anonymisert", by item.
        public var restated: [String] = []
        /// What could not be, and why.
        public var failures: [ItemFailure] = []
        public var notes: [String] = []
    }

    /// The study's title and what stands in the way of destroying its register: recordings that wait to be run.
    public func beforeDestruction() throws -> (title: String, waiting: [String]) {
        guard Study.exists(at: root) else { return (root.lastPathComponent, []) }
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let plan = try request.runner(options: .init(), keys: keys, observer: { _ in }).plan(request.all)
        let waiting = Set(plan.filter { if case .run = $0.action { $0.item != Runner.studyItem } else { false } }.map(\.item))
        return (request.study.file.title, waiting.sorted())
    }

    /// Destroys the register with all that is known of copies and passphrases, and makes everything say "anonymisert".
    ///
    /// The stored transcripts and their audits are made anew first, while the register is there to audit with: if that fails,
    /// nothing is destroyed. Then the tombstone is written and the register erased; then the coding store and the files for
    /// sharing are made anew. A study whose register is destroyed already gets that last part again.
    /// - Parameters:
    ///   - force: destroys although some transcript could not be made anew.
    ///   - cache: destroys the cache key, too, last of all: the stored drafts and findings, from which one who has both could link
    ///     codes to people again, can then be opened by nobody.
    public func destroy(by: String, force: Bool = false, cache: Bool = false) async throws -> Destruction {
        var result = Destruction()
        let run = try StudyLock(folder: keys.folders.cache)
        defer { run.release() }
        let request = try request()
        let runner = request.runner(options: .init(), keys: keys, observer: { _ in })
        let signatures = CarriedSignatures(keys.folders)
        var erasure: Erasure?
        if case .unfinished = try keys.status {
            let lock = try FileLock(keys.lock)
            defer { lock.release() }
            erasure = try erase(by: by)
        } else if try keys.status.isLinkable {
            let lock = try FileLock(keys.lock)
            defer { lock.release() }
            do { result.notes += try keys.prepare() } catch KeyFault.lost {}
            if case .none = try keys.status { throw KeyFault.none }
            var opens = false
            do { opens = try keys.fingerprint() != nil && !keys.read().isEmpty } catch where force || keys.isLost {
                result.notes.append("the register does not open, so transcripts and files could not be made anew; they still say avidentifisert")
            }
            if opens {
                let report = await runner.restate(
                    AnonymizedArtefact.self, items: request.all, component: ("resource." + AnonymizeStage.status.name, AnonymizeStage.status.value),
                    through: "audit"
                ) { $0.transcript.withoutRegister().map(AnonymizedArtefact.init) }
                guard report.failures.isEmpty || force else {
                    result.failures = report.failures
                    result.notes.append("nothing was destroyed")
                    return result
                }
            }
            erasure = try erase(by: by)
            try signatures.carryOver(by: by)
        }
        if let erasure {
            if !erasure.missed.isEmpty {
                result.notes.append("copies that could not be reached, and must be deleted where they are: \(erasure.missed.joined(separator: ", "))")
            }
            guard erasure.failures.isEmpty else {
                result.failures += erasure.failures
                result.notes.append("destroying is unfinished: what could not be erased still links codes to people; see to it, and run 'ordrett key destroy' again")
                return result
            }
        }
        let report = await runner.complete(after: AnonymizedArtefact.self, items: request.all)
        result.restated = report.done
        if !report.held.isEmpty {
            result.notes.append("what nobody had signed as it was is not written anew to deling/: \(Set(report.held.map(\.item)).sorted().joined(separator: ", "))")
        }
        result.failures += report.failures
        if cache && result.failures.isEmpty {
            let wasThere = try keys.eraseCacheKey()
            result.notes.append(wasThere ? "the cache key is destroyed: what the study had stored can be opened by nobody" : StudyKeys.noCacheKey)
        }
        return result
    }

    private func request() throws -> RunRequest {
        if Study.exists(at: root) { return try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]) }
        return try RunRequest.stored(in: root)
    }

    private struct Erasure {
        /// Paths of copies that were not there.
        var missed: [String] = []
        var failures: [ItemFailure] = []
    }

    /// The tombstone first: from then on nobody begins a register by mistake. Then what can be read, the register first; one file
    /// that cannot be erased keeps no other. Done again, it takes what was left.
    private func erase(by: String) throws -> Erasure {
        var card = try keys.cardForWriting()
        if card.destroyed == nil {
            let last = try? keys.fingerprint()
            card.destroyed = .init(when: StudyCard.now(), by: by, fingerprint: last ?? nil)
            try card.save(keys.folders)
        }
        let copies = try copies()
        var erasure = Erasure(missed: copies.filter { !FileManager.default.fileExists(atPath: $0) })
        func tried(_ url: URL) -> Bool {
            do { try SafeFile.erase(url) } catch {
                erasure.failures.append(.init(
                    item: url.lastPathComponent, stage: "destroy",
                    message: "'\(url.path)' could not be erased (\(error)); make it and its folder writable, or delete it yourself, and run 'ordrett key destroy' again"))
                return false
            }
            return true
        }
        for url in try keys.registerFiles(card.id) { _ = tried(url) }
        let left = copies.filter { !tried(URL(fileURLWithPath: $0)) }
        if left.isEmpty { _ = tried(try copiesURL(card.id)) } else {
            try SafeFile.write(JSONEncoder().encode(left), to: copiesURL(card.id), confidential: true)
        }
        keys.forgetPassphrase()
        try keys.accessLog.add(.destroy, by: by)
        guard erasure.failures.isEmpty else { return erasure }
        let text = """
            Koblingsnøkkelen for studien ble slettet \(card.destroyed?.when ?? "") av \(by).
            Det finnes ikke lenger noen kobling mellom koder og personer her: materialet er anonymisert, så langt teksten rekker.
            Rådata (opptak, utkast og filer i fortrolig/) er fremdeles personopplysninger til de er slettet.

            """
        try SafeFile.write(Data(text.utf8), to: keys.folders.confidential.appendingPathComponent("koblingsnokkel-slettet.txt"), confidential: true)
        return erasure
    }

    /// Begins another register after one was destroyed: people get new codes.
    public func beginAnew(by: String) throws {
        guard var card = try keys.card(), card.destroyed != nil else { throw StageFault("the study's key register is not destroyed; nothing was changed") }
        if case .unfinished = try keys.status {
            throw StageFault("destroying the register before is unfinished: run 'ordrett key destroy' again first; nothing was changed")
        }
        card.destroyed = nil
        card.begun = nil
        // Results that the old register gave must not be taken for the new one's.
        ArtefactStore(folders: keys.folders, safekeeping: keys.safekeeping).remove(item: Runner.studyItem)
        try card.save(keys.folders)
        try SafeFile.erase(keys.folders.confidential.appendingPathComponent("koblingsnokkel-slettet.txt"))
        try keys.accessLog.add(.new, by: by)
    }
}
