import Foundation
import Pipeline

/// The passphrase that the key folder remembers, and those it remembered before.
extension StudyKeys {
    func formerPassphrases(_ id: String) throws -> [String] {
        let text = try? String(contentsOf: formerPassphrasesURL(id), encoding: .utf8)
        return text?.split(whereSeparator: \.isNewline).map(String.init) ?? []
    }

    /// Remembers a passphrase. Another that is remembered already is kept with the former ones: a register that cannot be found
    /// now, or a copy of it, may open with that one alone.
    func rememberPassphrase(_ text: String, _ id: String) throws {
        let url = try passphraseURL(id)
        if FileManager.default.fileExists(atPath: url.path) {
            guard let data = FileManager.default.contents(atPath: url.path) else { throw FileFault(url, EACCES, .read) }
            let old = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines), former = try formerPassphrases(id)
            if old == text { return }
            if !old.isEmpty, !former.contains(old) { try write(former: [old] + former, id) }
        }
        try SafeFile.write(Data((text + "\n").utf8), to: url, confidential: true)
    }

    /// Forgets one of the former passphrases: it was changed for another, and is to open nothing.
    func forgetFormerPassphrase(_ text: String, _ id: String) throws {
        let former = try formerPassphrases(id), rest = former.filter { $0 != text }
        guard rest != former else { return }
        try SafeFile.erase(formerPassphrasesURL(id))
        if !rest.isEmpty { try write(former: rest, id) }
    }

    private func write(former: [String], _ id: String) throws {
        try SafeFile.write(Data(former.map { $0 + "\n" }.joined().utf8), to: formerPassphrasesURL(id), confidential: true)
    }
}
