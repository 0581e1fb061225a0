import Anonymization
import Foundation
import Pipeline

/// A key register that a command is given by its path: encrypted, or plain where somebody keeps one so. Which, its content says.
struct RegisterFile {
    let url: URL
    private let keys: StudyKeys
    private let isPlain: Bool
    private var old: Data?

    /// - Parameters:
    ///   - plain: a file that is made now is left in the open.
    /// - Throws: ``StageFault`` when the file is no register; ``KeyFault`` and ``KeyEnvelopeFault`` when it does not open.
    init(_ path: String, passphrase: PassphraseSource, plain: Bool = false) throws {
        url = URL(fileURLWithPath: path)
        keys = StudyKeys(Study.layout(url.deletingLastPathComponent()), passphrase: passphrase)
        if FileManager.default.fileExists(atPath: url.path) { old = try TextFile.bytes(path) }
        isPlain = old.map { !KeyEnvelope.isOne($0) } ?? plain
    }

    var exists: Bool { old != nil }

    /// Nil when there is no file yet.
    func read() throws -> RegisterArtefact? {
        guard let old else { return nil }
        var data = old
        if !isPlain {
            let envelope = try KeyEnvelope(old)
            data = try envelope.open(keys.key(for: envelope))
        }
        do { return try RegisterArtefact(decoding: data) } catch {
            throw StageFault("'\(url.lastPathComponent)' is no key register of Ordrett's, or cannot be read; nothing was changed; restore it from a copy")
        }
    }

    /// Writes it, whole or not at all, and keeps the one before beside it, closed in the same way.
    /// - Returns: what the user should know.
    func write(_ register: RegisterArtefact) throws -> [String] {
        let content = try register.encoded()
        var data = content, notes: [String] = []
        if !isPlain {
            let study: String, key: KeyEnvelope.Key
            if let old {
                let envelope = try KeyEnvelope(old)
                (study, key) = (envelope.study, try keys.key(for: envelope))
            } else {
                study = StudyCard.fresh().id
                (key, notes) = try keys.newKey(study, of: "'\(url.lastPathComponent)'")
            }
            data = try KeyEnvelope(closing: content, study: study, key: key).data
        } else if !exists {
            notes = ["'\(url.lastPathComponent)' names people in the open; without --plain-register it is encrypted"]
        }
        if let old { try SafeFile.write(old, to: url.deletingLastPathComponent().appendingPathComponent(".forrige-" + url.lastPathComponent), confidential: true) }
        try SafeFile.write(data, to: url, confidential: true)
        return notes
    }
}
