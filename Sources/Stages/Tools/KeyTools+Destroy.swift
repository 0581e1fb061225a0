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
        if try keys.status.isLinkable {
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
            let missed = try erase(by: by)
            if !missed.isEmpty { result.notes.append("copies that could not be reached, and must be deleted where they are: \(missed.joined(separator: ", "))") }
            try signatures.carryOver(by: by)
        }
        let report = await runner.complete(after: AnonymizedArtefact.self, items: request.all)
        result.restated = report.done
        if !report.held.isEmpty {
            result.notes.append("what nobody had signed as it was is not written anew to deling/: \(Set(report.held.map(\.item)).sorted().joined(separator: ", "))")
        }
        result.failures += report.failures
        if cache && result.failures.isEmpty {
            try keys.eraseCacheKey()
            result.notes.append("the cache key is destroyed: what the study had stored can be opened by nobody")
        }
        return result
    }

    private func request() throws -> RunRequest {
        if Study.exists(at: root) { return try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]) }
        return try RunRequest.stored(in: root)
    }

    /// The tombstone first: from then on nobody begins a register by mistake. Then what can be read, the register first.
    /// - Returns: paths of copies that were not there.
    private func erase(by: String) throws -> [String] {
        var card = try keys.cardForWriting()
        let last = try? keys.fingerprint()
        card.destroyed = .init(when: StudyCard.now(), by: by, fingerprint: last ?? nil)
        try card.save(keys.folders)
        let copies = try copies(), missed = copies.filter { !FileManager.default.fileExists(atPath: $0) }
        for url in [
            try keys.registerURL(card.id), try keys.previousURL(card.id), keys.plainURL, keys.plainPreviousURL,
            try keys.passphraseURL(card.id), try keys.formerPassphrasesURL(card.id), URL(fileURLWithPath: try keys.passphraseURL(card.id).path + ".ny"),
        ] + copies.map({ URL(fileURLWithPath: $0) }) { try SafeFile.erase(url) }
        try SafeFile.erase(copiesURL(card.id))
        keys.forgetPassphrase()
        try keys.accessLog.add(.destroy, by: by)
        let text = """
            Koblingsnøkkelen for studien ble slettet \(card.destroyed?.when ?? "") av \(by).
            Det finnes ikke lenger noen kobling mellom koder og personer her: materialet er anonymisert, så langt teksten rekker.
            Rådata (opptak, utkast og filer i fortrolig/) er fremdeles personopplysninger til de er slettet.

            """
        try SafeFile.write(Data(text.utf8), to: keys.folders.confidential.appendingPathComponent("koblingsnokkel-slettet.txt"), confidential: true)
        return missed
    }

    /// Begins another register after one was destroyed: people get new codes.
    public func beginAnew(by: String) throws {
        guard var card = try keys.card(), card.destroyed != nil else { throw StageFault("the study's key register is not destroyed; nothing was changed") }
        card.destroyed = nil
        card.begun = nil
        // Results that the old register gave must not be taken for the new one's.
        ArtefactStore(folders: keys.folders, safekeeping: keys.safekeeping).remove(item: Runner.studyItem)
        try card.save(keys.folders)
        try SafeFile.erase(keys.folders.confidential.appendingPathComponent("koblingsnokkel-slettet.txt"))
        try keys.accessLog.add(.new, by: by)
    }
}
