import Anonymization
import Foundation
import Pipeline

extension StudyKeys: StudyState {
    public var lock: URL { folders.confidential.appendingPathComponent(".koblingsnokkel.lock") }

    /// The file's own digest: its bytes change whenever the register does, and nothing of what it says shows in them.
    public func fingerprint() throws -> String? {
        let card = try card()
        // What the register gave while it was there still stands; only what would have to look into it does not.
        if let stone = card?.destroyed {
            guard let last = stone.fingerprint else { throw KeyFault.destroyed(when: stone.when, by: stone.by) }
            return last
        }
        if let card {
            let url = try registerURL(card.id)
            if FileManager.default.fileExists(atPath: url.path) {
                guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, EACCES, .read) }
                return Digest.sha256(data)
            }
        }
        if FileManager.default.fileExists(atPath: plainURL.path) {
            guard let data = FileManager.default.contents(atPath: plainURL.path) else { throw FileFault(plainURL, EACCES, .read) }
            return Digest.sha256(data)
        }
        if let card, card.begun != nil { throw KeyFault.lost(try registerURL(card.id).deletingLastPathComponent().path) }
        return nil
    }

    public func read() throws -> Data {
        if let stone = try card()?.destroyed { throw KeyFault.destroyed(when: stone.when, by: stone.by) }
        if let card = try card(), let envelope = try envelope(card) { return try envelope.open(key(for: envelope)) }
        guard let data = FileManager.default.contents(atPath: plainURL.path) else { throw FileFault(plainURL, EACCES, .read) }
        return data
    }

    /// The closed register; nil when there is none.
    func envelope(_ card: StudyCard) throws -> KeyEnvelope? {
        let url = try registerURL(card.id)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, EACCES, .read) }
        let envelope = try KeyEnvelope(data)
        guard envelope.study == card.id else { throw KeyEnvelopeFault.otherStudy }
        return envelope
    }

    public func write(_ data: Data) throws -> [String] {
        var card = try cardForWriting()
        if let stone = card.destroyed { throw KeyFault.destroyed(when: stone.when, by: stone.by) }
        try makeFolders(card.id)
        let key: KeyEnvelope.Key, notes: [String]
        if let old = try envelope(card) {
            key = try self.key(for: old)
            notes = []
        } else {
            (key, notes) = try newKey(card.id)
        }
        try replace(data, card.id, key)
        if card.begun == nil {
            card.begun = StudyCard.now()
            try card.save(folders)
        }
        return notes + (try placeNotes())
    }

    /// Writes the register, keeps the one before, and makes sure that it opens again.
    func replace(_ data: Data, _ id: String, _ key: KeyEnvelope.Key) throws {
        let url = try registerURL(id), before = FileManager.default.contents(atPath: url.path)
        if let before { try SafeFile.write(before, to: previousURL(id), confidential: true) }
        try SafeFile.write(KeyEnvelope(closing: data, study: id, key: key).data, to: url, confidential: true)
        let back = try? KeyEnvelope(Data(contentsOf: url)).open(key)
        guard back == data else {
            if let before { try? SafeFile.write(before, to: url, confidential: true) }
            throw KeyFault.notWritten
        }
    }

    /// Takes a plain register of an earlier version over: closed, read back, and only then erased.
    public func prepare() throws -> [String] {
        guard FileManager.default.fileExists(atPath: plainURL.path) else { return [] }
        let known = try card()
        if let stone = known?.destroyed { throw KeyFault.destroyed(when: stone.when, by: stone.by) }
        guard let data = FileManager.default.contents(atPath: plainURL.path), (try? RegisterArtefact(decoding: data)) != nil else {
            throw KeyFault.plainUnreadable
        }
        var notes: [String] = []
        if let known, try envelope(known) != nil {
            guard try read() == data else { throw KeyFault.twoRegisters }
        } else if let known, known.begun != nil {
            // A plain file that was left behind says less than the register that is lost.
            throw KeyFault.lost(try registerURL(known.id).deletingLastPathComponent().path)
        } else {
            // The one before it first, so that it becomes the copy that is kept.
            if let earlier = FileManager.default.contents(atPath: plainPreviousURL.path), (try? RegisterArtefact(decoding: earlier)) != nil {
                notes += try write(earlier)
            }
            notes += try write(data)
        }
        try SafeFile.erase(plainURL)
        try SafeFile.erase(plainPreviousURL)
        notes.append("the key register of fortrolig/ was taken over into the encrypted one, and the plain file was erased; copies of it elsewhere (backups) are still readable")
        return notes
    }

    // MARK: For others

    /// What the register says; nil when there is none yet.
    /// - Throws: ``KeyFault`` when it is gone, destroyed or closed; ``KeyEnvelopeFault`` when it does not open.
    public func readRegister() throws -> RegisterArtefact? {
        guard try fingerprint() != nil else { return nil }
        return try RegisterArtefact(decoding: read())
    }

    /// Changes the register under its lock, whole or not at all. The one before is kept, unless its content must be gone.
    /// - Parameter erasingPrevious: for what somebody has a right to have erased: no copy of the register before stays here.
    /// - Throws: what `change` throws, with nothing changed; ``KeyFault/none`` when there is no register.
    public func updateRegister(erasingPrevious: Bool = false, _ change: (inout RegisterArtefact) throws -> Void) throws {
        try SafeFile.makeFolder(folders.confidential, confidential: true)
        let lock = try FileLock(lock)
        defer { lock.release() }
        _ = try prepare()
        guard var register = try readRegister() else { throw KeyFault.none }
        try change(&register)
        _ = try write(register.encoded())
        if erasingPrevious, let card = try card() { try SafeFile.erase(previousURL(card.id)) }
    }
}
