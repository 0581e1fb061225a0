import Anonymization
import Foundation
import Pipeline
import Synchronization

/// The keys of one study: the register of who has which code (*koblingsnøkkel*), closed with a passphrase, and the key that the
/// engine's own files are sealed with. Both lie outside the study, unless `key:` in `ordrett.yaml` says otherwise.
///
/// Nothing is derived, opened or made before it is needed.
public final class StudyKeys: Sendable {
    /// The register until version 0.1, in the confidential folder; taken over on the next run.
    static let plainName = "koblingsnokkel.json"
    static let registerName = "koblingsnokkel.ordrettkey"
    static let previousName = "koblingsnokkel.forrige.ordrettkey"
    static let cacheKeyName = "mellomlager.key"
    static let passphraseName = "passord"
    /// Passphrases that were remembered before, one a line: a register that is lost may come back and need one of them.
    static let formerPassphrasesName = "passord.forrige"
    static let copiesName = "kopier.json"

    public let folders: OutputFolders
    let passphrase: PassphraseSource
    private let environment: [String: String]

    private struct Memory {
        var sealer: Sealer?
        /// What scrypt made of the passphrase, so that it is asked for and derived once.
        var key: KeyEnvelope.Key?
        var passphrase: PassphraseSource.Found?
        var bases: (own: URL, register: URL, notes: [String])?
    }
    private let memory = Mutex(Memory())

    /// - Parameter folders: of the study, or of a folder that `run --out` writes to.
    public init(
        _ folders: OutputFolders, passphrase: PassphraseSource = PassphraseSource(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.folders = folders
        self.passphrase = passphrase
        self.environment = environment
    }

    public convenience init(study root: URL, passphrase: PassphraseSource = PassphraseSource()) {
        self.init(Study.layout(root), passphrase: passphrase)
    }

    // MARK: Places

    func card() throws -> StudyCard? { try StudyCard.load(folders) }

    /// The study's card, made when there is none.
    func cardForWriting() throws -> StudyCard {
        if let card = try card() { return card }
        // Several recordings begin at the same time, and a study has one id.
        try SafeFile.makeFolder(folders.confidential, confidential: true)
        let lock = try FileLock(folders.confidential.appendingPathComponent(".studie.lock"))
        defer { lock.release() }
        if let card = try card() { return card }
        let card = StudyCard.fresh()
        try card.save(folders)
        return card
    }

    /// What the study file says under `key:`; nil for the user's own key folder.
    private func stated() throws -> String? {
        let url = folders.root.appendingPathComponent(Study.fileName)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        return try StudyFile(yaml: text, file: Study.fileName).key
    }

    /// The folders that hold those of studies.
    private func bases() throws -> (own: URL, register: URL, notes: [String]) {
        if let known = memory.withLock({ $0.bases }) { return known }
        let own = try KeyFolder.base(environment)
        var register = own, notes: [String] = []
        if let stated = try stated() {
            register = KeyFolder.expanded(stated, from: folders.root, environment)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: register.path, isDirectory: &isFolder), isFolder.boolValue else {
                throw KeyFault.notMounted(stated)
            }
        }
        for url in [own, register] {
            if KeyFolder.lies(url, in: folders.sharing) { throw KeyFault.insideSharing }
            if KeyFolder.lies(url, in: folders.root), notes.isEmpty {
                notes.append("the key folder lies inside the study: whoever gets the study gets its key register, too; keep it elsewhere ('key:' in \(Study.fileName), or \(KeyFolder.variable))")
            }
        }
        memory.withLock { $0.bases = (own, register, notes) }
        return (own, register, notes)
    }

    private func places(_ id: String) throws -> (own: URL, register: URL) {
        let bases = try bases()
        return (bases.own.appendingPathComponent(id), bases.register.appendingPathComponent(id))
    }

    /// The user's folder for this study: cache key and remembered passphrase.
    func ownFolder(_ id: String) throws -> URL { try places(id).own }

    /// Where the register lies, or will; nil when the study has no id yet.
    public var registerURL: URL? {
        get throws { try card().map { try places($0.id).register.appendingPathComponent(Self.registerName) } }
    }

    func registerURL(_ id: String) throws -> URL { try places(id).register.appendingPathComponent(Self.registerName) }
    func previousURL(_ id: String) throws -> URL { try places(id).register.appendingPathComponent(Self.previousName) }
    func passphraseURL(_ id: String) throws -> URL { try places(id).own.appendingPathComponent(Self.passphraseName) }
    func formerPassphrasesURL(_ id: String) throws -> URL { try places(id).own.appendingPathComponent(Self.formerPassphrasesName) }
    func cacheKeyURL(_ id: String) throws -> URL { try places(id).own.appendingPathComponent(Self.cacheKeyName) }
    var plainURL: URL { folders.confidential.appendingPathComponent(Self.plainName) }
    var plainPreviousURL: URL { folders.confidential.appendingPathComponent(".forrige-" + Self.plainName) }

    /// What is to be said of where the keys lie.
    func placeNotes() throws -> [String] { try bases().notes }

    /// Makes the study's folders, closed to others, with a note on what they are.
    func makeFolders(_ id: String) throws {
        let place = try places(id)
        for folder in Set([place.own, place.register]) {
            try SafeFile.makeFolder(folder, confidential: true)
            try SafeFile.narrow([folder])
            let note = folder.appendingPathComponent("LESMEG.txt")
            guard !FileManager.default.fileExists(atPath: note.path) else { continue }
            let text = """
                Nøkler for en studie i Ordrett (\(title()), id \(id)).
                Koblingsnøkkelen her sier hvem kodene i studien står for. Ta kopi av den med «ordrett key export --encrypted FIL»;
                slett den med «ordrett key destroy» når studien skal anonymiseres. Ikke legg noe av dette i studiemappen.

                """
            try SafeFile.write(Data(text.utf8), to: note, confidential: true)
        }
    }

    /// The study's own title: not the name of a folder, which may name people.
    private func title() -> String {
        let url = folders.root.appendingPathComponent(Study.fileName)
        return (try? String(contentsOf: url, encoding: .utf8)).flatMap { try? StudyFile(yaml: $0, file: Study.fileName).title } ?? "mappe med resultater"
    }

    // MARK: What there is

    public enum Status: Sendable, Hashable {
        /// No register has been begun.
        case none
        case exists
        /// There was one, and it is not where it should be.
        case lost
        /// Somebody began to destroy it, and something of it, of its passphrases or of its copies is still there.
        case unfinished(when: String, by: String)
        /// ISO 8601, UTC; who did it.
        case destroyed(when: String, by: String)

        /// Whether somebody could still link codes to people. A register that cannot be found may lie somewhere.
        public var isLinkable: Bool { if case .destroyed = self { false } else { true } }
    }

    public var status: Status {
        get throws {
            let card = try card()
            if let card, let stone = card.destroyed {
                // A key folder that is not there now shows nothing: what the card says, stands.
                let isLeft = (try? !remains(card.id).isEmpty) ?? false
                return isLeft ? .unfinished(when: stone.when, by: stone.by) : .destroyed(when: stone.when, by: stone.by)
            }
            if let card, FileManager.default.fileExists(atPath: try registerURL(card.id).path) { return .exists }
            if FileManager.default.fileExists(atPath: plainURL.path) { return .exists }
            return card?.begun == nil ? .none : .lost
        }
    }

    /// All that a register's destruction takes and that is still there; the list of copies stays as long as one of them does.
    func remains(_ id: String) throws -> [URL] {
        try registerFiles(id).filter { FileManager.default.fileExists(atPath: $0.path) }
            + [ownFolder(id).appendingPathComponent(Self.copiesName)].filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// The register, the one before it, and what opens them.
    func registerFiles(_ id: String) throws -> [URL] {
        [
            try registerURL(id), try previousURL(id), plainURL, plainPreviousURL, try passphraseURL(id), try formerPassphrasesURL(id),
            URL(fileURLWithPath: try passphraseURL(id).path + ".ny"),
        ]
    }

    /// The register is still the plain file of an earlier version.
    var isPlain: Bool { get throws { try !(registerURL.map { FileManager.default.fileExists(atPath: $0.path) } ?? false) && FileManager.default.fileExists(atPath: plainURL.path) } }

    var isLost: Bool { if case .lost? = try? status { true } else { false } }

    public var accessLog: AccessLog { AccessLog(folders) }

    // MARK: Passphrases

    /// The key that opens an envelope, derived once.
    func key(for envelope: KeyEnvelope) throws -> KeyEnvelope.Key {
        if let key = memory.withLock({ $0.key }), (try? envelope.open(key)) != nil { return key }
        if let found = try memory.withLock({ $0.passphrase }) ?? passphrase.given() {
            return try tried([found], envelope)
        }
        // The second is there when a change of passphrase was cut off half-way.
        let url = try passphraseURL(envelope.study)
        let texts = [url.path, url.path + ".ny"].compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.map { $0.trimmingCharacters(in: .newlines) }
        let remembered = (texts + (try formerPassphrases(envelope.study))).map {
            PassphraseSource.Found(passphrase: $0, origin: "the passphrase remembered in the key folder")
        }
        if !remembered.isEmpty { return try tried(remembered, envelope) }
        guard let prompt = passphrase.prompt else { throw KeyFault.passphraseNeeded }
        for left in (0..<3).reversed() {
            guard let typed = try prompt("Passphrase of the key register: "), !typed.isEmpty else { throw KeyFault.passphraseNeeded }
            let key = try envelope.key(typed)
            do { _ = try envelope.open(key) } catch KeyEnvelopeFault.wrongPassphrase where left > 0 { continue } catch KeyEnvelopeFault.wrongPassphrase {
                throw KeyFault.wrongPassphrase("what was typed")
            }
            memory.withLock {
                $0.key = key
                $0.passphrase = .init(passphrase: typed, origin: "what was typed")
            }
            return key
        }
        throw KeyFault.passphraseNeeded
    }

    private func tried(_ all: [PassphraseSource.Found], _ envelope: KeyEnvelope) throws -> KeyEnvelope.Key {
        for found in all {
            let key = try envelope.key(found.passphrase)
            do { _ = try envelope.open(key) } catch KeyEnvelopeFault.wrongPassphrase { continue }
            remember(key, found)
            return key
        }
        throw KeyFault.wrongPassphrase(all[0].origin)
    }

    func remember(_ key: KeyEnvelope.Key, _ found: PassphraseSource.Found) {
        memory.withLock { $0.key = key; $0.passphrase = found }
    }

    /// What the register was opened or begun with, in this process.
    var openedWith: PassphraseSource.Found? { memory.withLock { $0.passphrase } }

    func forgetPassphrase() { memory.withLock { $0.key = nil; $0.passphrase = nil } }

    /// A key for a register that is begun now: from what was given, else from a passphrase made at random and remembered.
    /// - Parameter name: what a message calls the register.
    func newKey(_ id: String, of name: String? = nil) throws -> (key: KeyEnvelope.Key, notes: [String]) {
        let what = try name.map { "the key register \($0) is begun, encrypted" }
            ?? "the study's key register is begun, encrypted, in \(try registerURL(id).deletingLastPathComponent().path)"
        if let given = try passphrase.given() {
            guard given.passphrase.count >= PassphraseSource.shortest else { throw KeyFault.shortPassphrase }
            let key = try KeyEnvelope.Key(passphrase: given.passphrase, cost: .chosen)
            remember(key, given)
            return (key, ["\(what); it opens with \(given.origin), which is remembered nowhere"])
        }
        let made = KeyEnvelope.randomPassphrase(), url = try passphraseURL(id)
        try rememberPassphrase(made, id)
        let key = try KeyEnvelope.Key(passphrase: made, cost: .random)
        remember(key, .init(passphrase: made, origin: "the passphrase remembered in the key folder"))
        guard name == nil else { return (key, ["\(what); its passphrase was made at random and is remembered in \(url.path)"]) }
        return (key, [
            "\(what); its passphrase was made at random and is remembered there, for your user alone. 'ordrett key show --passphrase' shows it, 'ordrett key export --encrypted FILE' makes a copy, 'ordrett key rotate' sets one of your own"
        ])
    }
}

extension StudyKeys: SealerSource {
    public func existing() throws -> Sealer? {
        if let known = memory.withLock({ $0.sealer }) { return known }
        guard let card = try card() else { return nil }
        let url = try cacheKeyURL(card.id)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, EACCES, .read) }
        guard data.count == Sealer.keyLength else { throw KeyFault.cacheKey }
        let sealer = Sealer(key: data)
        memory.withLock { $0.sealer = sealer }
        return sealer
    }

    public func forWriting() throws -> Sealer {
        if let sealer = try existing() { return sealer }
        let card = try cardForWriting()
        try makeFolders(card.id)
        let url = try cacheKeyURL(card.id)
        // Several recordings begin at the same time: one of them makes the key.
        let lock = try FileLock(URL(fileURLWithPath: url.path + ".lock"))
        defer { lock.release() }
        if let sealer = try existing() { return sealer }
        var generator = SystemRandomNumberGenerator()
        let key = Data((0..<Sealer.keyLength).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try SafeFile.write(key, to: url, confidential: true)
        let sealer = Sealer(key: key)
        memory.withLock { $0.sealer = sealer }
        return sealer
    }

    /// Destroys the cache key: what the engine has stored of this study can never be opened again, wherever copies of it lie.
    /// - Returns: whether there was one to erase; a study without its card has lost the way to it.
    public func eraseCacheKey() throws -> Bool {
        guard let card = try card() else { return false }
        let url = try cacheKeyURL(card.id), wasThere = FileManager.default.fileExists(atPath: url.path)
        try SafeFile.erase(url)
        memory.withLock { $0.sealer = nil }
        return wasThere
    }

    /// What a user is told when there was no cache key to erase.
    static let noCacheKey =
        "no cache key of the study was found, so none was destroyed: it is gone already, or lies in a key folder that ORDRETT_KEYS named before; look there"

    /// Erases the study's whole folders among the keys: what lies there names the study.
    func eraseFolders() throws {
        guard let card = try card() else { return }
        let place = try places(card.id)
        for folder in Set([place.own, place.register]) { _ = try FileErasure.eraseFolder(folder) }
    }

    /// How a run of this study keeps its files.
    public var safekeeping: Safekeeping { Safekeeping(sealing: self, states: [RegisterStage.stateFile: self]) }
}

extension ArtefactStore {
    /// The store of a study, or of a folder that `run --out` writes to.
    public init(folders: OutputFolders) { self.init(folders: folders, safekeeping: StudyKeys(folders).safekeeping) }
}
