import Anonymization
import Foundation
import Pipeline

/// What the command `key` does with a study's register.
public struct KeyTools: Sendable {
    public let keys: StudyKeys
    let root: URL

    init(keys: StudyKeys, root: URL) {
        self.keys = keys
        self.root = root
    }

    /// - Parameter study: the study's folder, or one that `run --out` wrote to; nil for the study that the current folder lies in.
    public init(study: String?, passphrase: PassphraseSource) throws {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        guard let root = study.map({ URL(fileURLWithPath: $0, isDirectory: true) }) ?? Study.find(from: here) else {
            throw StageFault("there is no study here; stand in its folder, or name it with --study")
        }
        let keys = StudyKeys(study: root, passphrase: passphrase)
        guard try Study.exists(at: root) || keys.status != .none else {
            throw StageFault("'\(root.lastPathComponent)' is no study, and nothing has been run into it; check --study")
        }
        self.root = root
        self.keys = keys
    }

    // MARK: Show

    public struct Report: Encodable, Sendable {
        /// none, exists, lost, unfinished, destroyed
        public var status: String
        /// avidentifisert while the register exists or may exist; anonymisert after its destruction.
        public var material: String
        public var register: String?
        /// ISO 8601, UTC.
        public var changed: String?
        public var destroyed: String?, destroyedBy: String?
        /// Entries by type; nil when the register was not opened.
        public var entries: [String: Int]?
        public var passphraseRemembered: Bool
        public var previousKept: Bool
        /// Readable by others than its owner.
        public var openToOthers: Bool
        public var copies: [String]
        public var timesOpened: Int
        public var lastOpened: String?
        public var logIntact: Bool
        public var notes: [String]
    }

    /// - Parameter opens: whether the register is opened to count what is in it.
    public func report(opens: Bool) throws -> Report {
        let status = try keys.status, card = try keys.card(), log = keys.accessLog
        func mode(_ url: URL?) -> Int {
            (url.flatMap { try? FileManager.default.attributesOfItem(atPath: $0.path)[.posixPermissions] as? NSNumber }?.intValue) ?? 0
        }
        let url = try status == .exists ? keys.registerURL.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil } ?? keys.plainURL : nil
        let changed = url.flatMap { try? FileManager.default.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date }
        var report = Report(
            status: "none", material: status.isLinkable ? "avidentifisert" : "anonymisert", register: url?.path,
            changed: changed?.ISO8601Format(), passphraseRemembered: false, previousKept: false,
            openToOthers: (mode(url) | mode(url?.deletingLastPathComponent())) & 0o077 != 0, copies: try copies(), timesOpened: 0, logIntact: log.firstBroken() == nil,
            notes: try keys.placeNotes())
        switch status {
        case .none: break
        case .exists: report.status = "exists"
        case .lost:
            report.status = "lost"
            report.notes.append(KeyFault.lost(try card.map { try keys.registerURL($0.id).deletingLastPathComponent().path } ?? "").description)
        case .unfinished(let when, let by):
            report.status = "unfinished"
            report.destroyed = when
            report.destroyedBy = by
        case .destroyed(let when, let by):
            report.status = "destroyed"
            report.destroyed = when
            report.destroyedBy = by
        }
        if let card {
            report.passphraseRemembered = FileManager.default.fileExists(atPath: try keys.passphraseURL(card.id).path)
            report.previousKept = FileManager.default.fileExists(atPath: try keys.previousURL(card.id).path)
        }
        let looks = log.entries()
        report.timesOpened = looks.count
        report.lastOpened = looks.last?.when
        if status == .exists {
            if opens {
                do {
                    let entries = try keys.readRegister()?.register.entries ?? []
                    report.entries = Dictionary(grouping: entries, by: { $0.type.rawValue }).mapValues(\.count)
                } catch KeyFault.passphraseNeeded { report.notes.append(KeyFault.passphraseNeeded.description) }
            }
            if url == keys.plainURL { report.notes.append("the register is a plain file of an earlier version; the next 'ordrett run' takes it over into an encrypted one") }
            if report.openToOthers { report.notes.append("others on this machine may read the register's file; close it: chmod 600, and its folder 700") }
            if report.passphraseRemembered && report.copies.isEmpty {
                report.notes.append("no copy is known: if this disk is lost, so is the register; 'ordrett key export --encrypted FILE' makes one")
            }
        }
        if !report.logIntact { report.notes.append("'\(AccessLog.name)' has been changed from line \(log.firstBroken() ?? 0) on; compare it with a copy") }
        return report
    }

    /// The remembered passphrase, for its owner to write down; nil when none is remembered.
    public func rememberedPassphrase() throws -> String? {
        guard let card = try keys.card() else { return nil }
        return (try? String(contentsOf: keys.passphraseURL(card.id), encoding: .utf8))?.trimmingCharacters(in: .newlines)
    }

    public struct Name: Codable, Sendable, Hashable {
        public var code: String, type: String, name: String, otherWritings: [String], setByHand: Bool
    }

    /// Everybody and everything in the register. Recorded.
    public func names(by: String, reason: String, act: AccessLog.Act = .names) throws -> [Name] {
        let entries = try opened(reason).register.entries
        try keys.accessLog.add(act, by: by, reason: reason)
        return entries.map(Self.name)
    }

    /// Whom a code stands for: all writings that have it. Recorded, with the code.
    public func reveal(_ code: String, by: String, reason: String) throws -> [Name] {
        func folded(_ text: String) -> String { text.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespaces).lowercased() }
        let found = try opened(reason).register.entries.filter { folded($0.code) == folded(code) }
        guard !found.isEmpty else { throw StageFault("no entry of the register has the code '\(code)'; 'ordrett key show --codes' lists the codes") }
        try keys.accessLog.add(.reveal, by: by, reason: reason, code: found[0].code)
        return found.map(Self.name)
    }

    /// The codes alone, in the order in which they were given.
    public func codes() throws -> [String] {
        guard let register = try keys.readRegister() else { throw try absent() }
        var seen: Set<String> = []
        return register.register.entries.map(\.code).filter { seen.insert($0).inserted }
    }

    private static func name(_ entry: KeyRegister.Entry) -> Name {
        Name(code: entry.code, type: entry.type.rawValue, name: entry.key, otherWritings: entry.aliases, setByHand: entry.isUserSet)
    }

    /// The register, when the reason for opening it can stand in a log: one that names somebody in the register cannot.
    private func opened(_ reason: String) throws -> RegisterArtefact {
        guard let register = try keys.readRegister() else { throw try absent() }
        try Self.check(reason, register)
        return register
    }

    static func check(_ reason: String, _ register: RegisterArtefact) throws {
        func words(_ text: String) -> [String] {
            text.precomposedStringWithCanonicalMapping.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        }
        guard reason.contains(where: \.isLetter) else { throw StageFault("say why: --reason \"…\"; it is kept in \(AccessLog.name)") }
        let said = words(reason)
        let capitals = Set(reason.split { !$0.isLetter }.filter { $0.first?.isUppercase == true }.flatMap { words(String($0)) })
        for entry in register.register.entries {
            for parts in ([entry.key] + entry.aliases).map(words) where !parts.isEmpty {
                let whole = said.count >= parts.count && (0...(said.count - parts.count)).contains { Array(said[$0..<$0 + parts.count]) == parts }
                // One of a person's names alone tells, too; written small it may be an ordinary word.
                guard whole || entry.type == .person && parts.contains(where: { $0.count > 1 && capitals.contains($0) }) else { continue }
                throw StageFault("the reason names somebody or something of the register, and it is kept in a log; write it with codes")
            }
        }
    }

    // MARK: Export and import

    /// The whole register in the open. Recorded.
    public func plain(json: Bool, by: String, reason: String) throws -> Data {
        let names = try names(by: by, reason: reason, act: .export)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            return try encoder.encode(names) + [0x0A]
        }
        func cell(_ text: String) -> String {
            let safe = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
            return safe.contains(where: { "\",\n\r;".contains($0) }) ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
        }
        let rows = [["code", "type", "name", "other_writings", "set_by_hand"]] + names.map {
            [$0.code, $0.type, $0.name, $0.otherWritings.joined(separator: "; "), $0.setByHand ? "yes" : "no"]
        }
        return Data(rows.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined().utf8)
    }

    /// The closed register as it is, for a copy elsewhere. Opens with the passphrase of today. Recorded.
    public func closedCopy(by: String) throws -> Data {
        guard let card = try keys.card(), let envelope = try keys.envelope(card) else {
            if case .exists = try keys.status { throw StageFault("the register is still a plain file; 'ordrett run' takes it over, then copy it") }
            throw try absent()
        }
        // A copy that nobody can open is none.
        _ = try envelope.open(keys.key(for: envelope))
        try keys.accessLog.add(.copy, by: by)
        return envelope.data
    }

    /// Why there is no register to work on.
    func absent() throws -> KeyFault {
        switch try keys.status {
        case .unfinished(let when, let by), .destroyed(let when, let by): .destroyed(when: when, by: by)
        case .lost: .lost(try keys.registerURL?.deletingLastPathComponent().path ?? "")
        case .none, .exists: .none
        }
    }

    /// Where a copy may be put: never over another file unasked, through a link, or among the keys themselves.
    /// - Parameter force: replaces a plain file that stands there.
    public func place(forCopy path: String, force: Bool) throws -> URL {
        let target = try OutputTarget.newFile(path, holding: .keyRegister, inputs: [], force: force)
        if let card = try keys.card() {
            for folder in Set([try keys.ownFolder(card.id), try keys.registerURL(card.id).deletingLastPathComponent()]) where KeyFolder.lies(target, in: folder) {
                throw RequestFault("the register itself lies there; a copy beside it is lost with it: name a place outside '\(folder.path)'")
            }
        }
        return target
    }

    /// Remembers where a copy was put, so that it is destroyed with the rest.
    public func noteCopy(_ url: URL) throws {
        guard let card = try keys.card() else { return }
        let all = Set(try copies() + [url.standardizedFileURL.path]).sorted()
        try SafeFile.write(JSONEncoder().encode(all), to: copiesURL(card.id), confidential: true)
    }

    func copiesURL(_ id: String) throws -> URL { try keys.ownFolder(id).appendingPathComponent(StudyKeys.copiesName) }

    func copies() throws -> [String] {
        guard let card = try keys.card(), let data = try? Data(contentsOf: copiesURL(card.id)) else { return [] }
        return (try? JSONDecoder().decode([String].self, from: data)) ?? []
    }

    /// Puts a register in from a file: an encrypted copy, or the plain one of an earlier version.
    /// - Parameters:
    ///   - adopt: takes one of another study, or of the same study made anew.
    ///   - replace: where there is a register already; that one is kept as the previous.
    /// - Returns: what the user should know.
    public func take(_ data: Data, adopt: Bool, replace: Bool, by: String) throws -> [String] {
        try SafeFile.makeFolder(keys.folders.confidential, confidential: true)
        let lock = try FileLock(keys.lock)
        defer { lock.release() }
        var card = try keys.cardForWriting()
        if let stone = card.destroyed { throw KeyFault.destroyed(when: stone.when, by: stone.by) }
        let isThere = try keys.status == .exists
        if isThere && !replace { throw StageFault("the study has a key register; --replace puts this one in its place, and keeps the one there is as the previous") }
        var notes: [String] = []
        let content: Data, key: KeyEnvelope.Key
        if KeyEnvelope.isOne(data) {
            let envelope = try KeyEnvelope(data)
            guard adopt || envelope.study == card.id else { throw KeyEnvelopeFault.otherStudy }
            key = try keys.key(for: envelope)
            content = try envelope.open(key)
        } else {
            content = data
            // Before a key is made: that one would be remembered.
            guard (try? RegisterArtefact(decoding: content)) != nil else { throw StageFault("this file is no key register of Ordrett's; nothing was changed") }
            key = try keys.envelope(card).map { try keys.key(for: $0) } ?? {
                let made = try keys.newKey(card.id)
                notes += made.notes
                return made.key
            }()
        }
        guard (try? RegisterArtefact(decoding: content)) != nil else { throw StageFault("this file is no key register of Ordrett's; nothing was changed") }
        try keys.makeFolders(card.id)
        if FileManager.default.fileExists(atPath: keys.plainURL.path) {
            // It is what the study has now: kept as the previous one, closed.
            if let plain = FileManager.default.contents(atPath: keys.plainURL.path), plain != content { try keys.replace(plain, card.id, key) }
        }
        try keys.replace(content, card.id, key)
        try SafeFile.erase(keys.plainURL)
        try SafeFile.erase(keys.plainPreviousURL)
        card.begun = card.begun ?? StudyCard.now()
        try card.save(keys.folders)
        try keys.accessLog.add(.import, by: by)
        if let opened = keys.openedWith?.passphrase, let remembered = try rememberedPassphrase(), remembered != opened {
            try keys.rememberPassphrase(opened, card.id)
            notes.append("the passphrase remembered in the key folder was another; the one that opens this register is remembered now")
        }
        notes.append("the key register is in place; 'ordrett run' goes on with its codes")
        return notes
    }

    // MARK: Rotate

    /// Closes the register anew with another passphrase, under a fresh salt and nonce. The previous copy, which the old passphrase
    /// opens, goes.
    /// - Parameters:
    ///   - new: nil for one made at random, which is remembered.
    ///   - remembers: whether the new one is kept in the key folder.
    public func rotate(to new: String?, remembers: Bool, by: String) throws -> [String] {
        let lock = try FileLock(keys.lock)
        defer { lock.release() }
        _ = try keys.prepare()
        guard let card = try keys.card(), let envelope = try keys.envelope(card) else {
            throw try absent()
        }
        let content = try envelope.open(keys.key(for: envelope)), old = keys.openedWith?.passphrase
        if let new, new.count < PassphraseSource.shortest { throw KeyFault.shortPassphrase }
        let text = new ?? KeyEnvelope.randomPassphrase(), keeps = remembers || new == nil
        let key = try KeyEnvelope.Key(passphrase: text, cost: new == nil ? .random : .chosen)
        let url = try keys.passphraseURL(card.id), next = URL(fileURLWithPath: url.path + ".ny")
        // Either passphrase is remembered at any moment that the power may fail.
        if keeps { try SafeFile.write(Data((text + "\n").utf8), to: next, confidential: true) }
        try keys.replace(content, card.id, key)
        try SafeFile.erase(keys.previousURL(card.id))
        if keeps {
            guard rename(next.path, url.path) == 0 else { throw FileFault(url, errno) }
        } else {
            try SafeFile.erase(url)
        }
        if let old { try keys.forgetFormerPassphrase(old, card.id) }
        keys.remember(key, .init(passphrase: text, origin: "the new passphrase"))
        try keys.accessLog.add(.rotate, by: by)
        var notes = ["the key register is closed with the new passphrase" + (keeps ? ", which is remembered in the key folder" : "; it is not remembered: without it the register cannot be opened by anybody")]
        let copies = try copies()
        if !copies.isEmpty { notes.append("copies made before still open with the old passphrase: \(copies.joined(separator: ", ")); make new ones and delete those") }
        return notes
    }
}
