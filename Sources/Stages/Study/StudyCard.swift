import Foundation
import Pipeline

/// What a study knows of its keys: its id, and what became of its register. Holds no key and no name of a participant.
///
/// Kept twice, in `fortrolig/.studie.json` and `.ordrett/studie.json`: whoever empties one of the folders does not lose the way to
/// the register.
struct StudyCard: Codable, Sendable, Hashable {
    struct Tombstone: Codable, Sendable, Hashable {
        /// ISO 8601, UTC.
        var when: String
        /// Who destroyed the register, as they called themselves.
        var by: String
        /// What told the register's last state from others: results that it gave stand as they are.
        var fingerprint: String?
    }

    var format = 1
    /// 32 hexadecimal digits, random.
    var id: String
    /// When the study's register was begun; nil for none yet.
    var begun: String?
    /// Set when the register was destroyed.
    var destroyed: Tombstone?

    static func fresh() -> StudyCard {
        var generator = SystemRandomNumberGenerator()
        return StudyCard(id: (0..<16).map { _ in String(format: "%02x", UInt8.random(in: 0...255, using: &generator)) }.joined())
    }

    static func now() -> String { Date().ISO8601Format() }

    private static func places(_ folders: OutputFolders) -> [URL] {
        [folders.confidential.appendingPathComponent(".studie.json"), folders.cache.appendingPathComponent("studie.json")]
    }

    /// Nil when the study has none yet.
    /// - Throws: ``KeyFault`` when there is one that cannot be read.
    static func load(_ folders: OutputFolders) throws -> StudyCard? {
        var found: StudyCard?, isBroken = false
        for url in places(folders) where FileManager.default.fileExists(atPath: url.path) {
            guard let data = try? Data(contentsOf: url), let card = try? JSONDecoder().decode(StudyCard.self, from: data),
                card.id.wholeMatch(of: /[0-9a-f]{32}/) != nil
            else {
                isBroken = true
                continue
            }
            guard let other = found else {
                found = card
                continue
            }
            // A destroyed register stays destroyed, whichever of the two an old copy was put over.
            if other.id == card.id {
                found?.begun = other.begun ?? card.begun
                found?.destroyed = other.destroyed ?? card.destroyed
            }
        }
        if found == nil && isBroken { throw KeyFault.card }
        return found
    }

    func save(_ folders: OutputFolders) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let data = try encoder.encode(self)
        for url in Self.places(folders) { try SafeFile.write(data, to: url, confidential: true) }
    }
}

/// Something about a study's keys is not as it should be. Nothing was changed.
public enum KeyFault: Error, Sendable, Hashable, CustomStringConvertible {
    case card
    /// The folder of `key:` is not there.
    case notMounted(String)
    case insideSharing
    case noHome
    /// The register was there and is gone; where it was looked for.
    case lost(String)
    case destroyed(when: String, by: String)
    case none
    case passphraseNeeded
    case wrongPassphrase(String)
    case shortPassphrase
    case emptyPassphrase(String)
    case twoRegisters
    case plainUnreadable
    case notWritten
    case cacheKey

    /// There is no register to be had here and now; nothing is wrong with one.
    var isAbsence: Bool {
        switch self {
        case .notMounted, .lost, .destroyed, .none, .passphraseNeeded: true
        default: false
        }
    }

    public var description: String {
        switch self {
        case .card: "'fortrolig/.studie.json', which says which keys are the study's, cannot be read; restore it from a copy"
        case .notMounted(let place):
            "the key folder '\(place)' (key: in \(Study.fileName)) is not there; put in or mount the disk that it lies on, and run again"
        case .insideSharing: "the key folder must not lie in deling/, which is for sharing; change 'key:' in \(Study.fileName), or ORDRETT_KEYS"
        case .noHome: "there is no home folder to keep keys in; set ORDRETT_KEYS to a folder outside the study"
        case .lost(let place):
            "the study's key register is gone from \(place): with a new one the same people would get new codes; if ORDRETT_KEYS or 'key:' has changed, set it as it was, else restore the register with 'ordrett key import FILE'"
        case .destroyed(let when, let by):
            "the key register was destroyed on \(when.prefix(10)) by \(by): the study is anonymised, and no new codes are given; 'ordrett key new' begins another register, with new codes for all"
        case .none: "the study has no key register yet; 'ordrett run' begins one"
        case .passphraseNeeded:
            "the key register is closed: give its passphrase with --passphrase-file FILE or in ORDRETT_PASSPHRASE, or run in a terminal and type it"
        case .wrongPassphrase(let origin): "\(origin) does not open the key register; nothing was changed: give the right one with --passphrase-file FILE or in ORDRETT_PASSPHRASE; a copy opens with the passphrase of the day it was made"
        case .shortPassphrase: "a passphrase has at least \(PassphraseSource.shortest) characters; several words are easier to keep in mind than signs"
        case .emptyPassphrase(let origin): "\(origin) is empty; put the key register's passphrase there"
        case .twoRegisters:
            "there is a plain key register in fortrolig/ and another, encrypted one, and they differ; remove 'fortrolig/\(StudyKeys.plainName)', or take it over with 'ordrett key import fortrolig/\(StudyKeys.plainName)'"
        case .plainUnreadable: "'fortrolig/\(StudyKeys.plainName)' cannot be read; nothing was changed; restore it from a copy"
        case .notWritten: "the key register that was written does not read back as it should; the one before was kept; check the disk"
        case .cacheKey: "the cache key in the key folder is damaged; remove '\(StudyKeys.cacheKeyName)' there, and the results are made again"
        }
    }
}
