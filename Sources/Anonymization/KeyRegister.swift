import Crypto
import Foundation

/// The study's key register (*koblingsnøkkel*): which code stands for whom. It holds real names: keep it apart from the
/// data, readable by its owner alone. While it exists the transcripts are de-identified, not anonymous.
public struct KeyRegister: Codable, Sendable, Hashable {
    public struct Entry: Codable, Sendable, Hashable {
        public var type: EntityType
        /// The entity: lower case, genitive off (`kari nordmann`).
        public var key: String
        /// What stands in the transcripts instead.
        public var code: String
        /// The pattern that gave the code; empty for one set by hand or not counted.
        public var pattern: String
        /// Other writings of the same entity, sorted.
        public var aliases: [String]
        /// Set by hand: assignment never touches it.
        public var isUserSet: Bool

        public init(type: EntityType, key: String, code: String, pattern: String = "", aliases: [String] = [], isUserSet: Bool = false) {
            self.type = type
            self.key = key
            self.code = code
            self.pattern = pattern
            self.aliases = aliases
            self.isUserSet = isUserSet
        }

        var forms: [String] { [key] + aliases }
    }

    public static let currentFormat = 1
    public var format: Int
    /// In the order of assignment: never reordered, so codes never move.
    public private(set) var entries: [Entry]

    /// Codes of entities taken out: never given to anybody else.
    public private(set) var retiredCodes: [String]

    /// What the shifts of dates come from: 16 random bytes in hexadecimal, made when a policy first shifts dates. Who has not this
    /// cannot move a date back. Nil until then.
    public private(set) var secret: String?

    public init(entries: [Entry] = []) {
        format = Self.currentFormat
        self.entries = entries
        retiredCodes = []
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// The same register gives the same bytes.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(self)
        data.append(0x0A)
        return data
    }

    public init(decoding data: Data) throws { self = try JSONDecoder().decode(KeyRegister.self, from: data) }

    /// The types whose entities are registered: those that name something, and the numbers that point at one person.
    static func registers(_ type: EntityType) -> Bool {
        switch type {
        case .date, .age, .jobTitle, .ethnicity, .relationFact, .other, .url: false
        default: true
        }
    }

    /// The entry of an entity, by its key, another writing of it, or its sound.
    public func entry(type: EntityType, key: String) -> Entry? { RegisterIndex(entries).find(type, key).map { entries[$0] } }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        format = try container.decode(Int.self, forKey: .format)
        guard format == Self.currentFormat else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container, debugDescription: "written by another version of the program; use that version")
        }
        entries = try container.decode([Entry].self, forKey: .entries)
        retiredCodes = try container.decodeIfPresent([String].self, forKey: .retiredCodes) ?? []
        secret = try container.decodeIfPresent(String.self, forKey: .secret)
    }

    /// Sets the code of an entity by hand; makes the entry when there is none.
    public mutating func setCode(_ code: String, type: EntityType, key: String) {
        if let i = entries.firstIndex(where: { $0.type.series == type.series && $0.forms.contains(key) }) {
            entries[i].code = code
            entries[i].isUserSet = true
        } else {
            entries.append(Entry(type: type, key: key, code: code, isUserSet: true))
        }
    }

    /// Makes another writing stand for an entity that is in the register.
    public mutating func addAlias(_ alias: String, type: EntityType, key: String) {
        guard let i = entries.firstIndex(where: { $0.type.series == type.series && $0.forms.contains(key) }) else { return }
        if !entries[i].forms.contains(alias) { entries[i].aliases = (entries[i].aliases + [alias]).sorted() }
    }

    /// Takes an entity out, for a participant who withdraws.
    public mutating func remove(type: EntityType, key: String) {
        for entry in entries where entry.type.series == type.series && entry.forms.contains(key) && !entry.pattern.isEmpty {
            retiredCodes = Set(retiredCodes + [entry.code]).sorted()
        }
        entries.removeAll { $0.type.series == type.series && $0.forms.contains(key) }
    }

    /// The register with every entity of the detections in it. Entries that exist keep their codes; new ones follow in the
    /// order of item id, then of first occurrence. Assigning the same detections again changes nothing.
    public static func assign(
        register: KeyRegister, detections: [(itemID: String, detections: [TranscriptDetection])], policy: Policy
    ) -> KeyRegister {
        var out = register
        if case .shift = policy.action(for: .date), out.secret == nil { out.secret = newSecret() }
        let items = detections.enumerated().sorted { ($0.element.itemID, $0.offset) < ($1.element.itemID, $1.offset) }
        var index = RegisterIndex(out.entries)
        var numbers: [String: Int] = [:]
        for entry in out.entries where !entry.pattern.isEmpty { numbers[entry.pattern, default: 0] += 1 }
        var codes = Set(out.entries.map(\.code) + out.retiredCodes)
        // Real names of the study, which no pseudonym may repeat.
        var taken: Set<String> = []
        var pseudonyms = Pseudonyms.Words(out.entries, lists: .shared)
        if policy.action(for: .person) == .pseudonym {
            for entry in out.entries {
                for form in entry.forms { taken.formUnion(form.split(separator: " ").map(String.init)) }
                for word in entry.code.split(separator: " ") { taken.insert(NameKey.fold(String(word))) }
            }
            // A pseudonym of somebody who has left stays with them.
            for code in out.retiredCodes { for word in code.split(separator: " ") { taken.insert(NameKey.fold(String(word))) } }
            for item in items {
                for d in item.element.detections where d.type == .person { taken.formUnion(d.key.split(separator: " ").map(String.init)) }
            }
        }
        func give(_ entry: inout Entry, _ action: PolicyAction) {
            switch action {
            case .keep: return
            case .mask(let text): entry.code = text
            case .generalise(let template): entry.code = Generalisation.text(template, type: entry.type, original: entry.key, lists: .shared)
            case .code(let pattern):
                entry.pattern = pattern
                numbers[pattern, default: 0] += 1
                var number = numbers[pattern, default: 1]
                while codes.contains(CodePattern.fill(pattern, number)) { number += 1 }
                entry.code = CodePattern.fill(pattern, number)
            case .pseudonym:
                entry.pattern = Pseudonyms.pattern
                entry.code = pseudonyms.choose(for: entry.key, taken: &taken, lists: .shared)
            case .shift: return
            }
            codes.insert(entry.code)
        }
        for item in items {
            for d in item.element.detections where registers(d.type) && !d.key.isEmpty {
                let action = policy.action(for: d.type)
                if action == .keep { continue }
                // Masked or generalised until now, under another policy: it gets a code like any other.
                if let i = index.find(d.type, d.key), out.entries[i].pattern.isEmpty, !out.entries[i].isUserSet {
                    var entry = out.entries[i]
                    give(&entry, action)
                    out.entries[i] = entry
                }
                if index.exactly(d.type, d.key) != nil { continue }
                if let i = index.find(d.type, d.key) {
                    out.entries[i].aliases = (out.entries[i].aliases + [d.key]).sorted()
                    index.alias(d.key, type: d.type, of: i)
                    continue
                }
                var entry = Entry(type: d.type, key: d.key, code: "")
                give(&entry, action)
                index.insert(entry, at: out.entries.count)
                out.entries.append(entry)
            }
        }
        return out
    }
}

extension KeyRegister {
    private static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in String(format: "%02x", UInt8.random(in: .min ... .max, using: &generator)) }.joined()
    }

    /// How many days a participant's dates are moved by.
    /// - Parameters:
    ///   - participant: the participant's code; the recording's id where there is none.
    ///   - most: the policy's most days to either side.
    /// - Returns: nil while the register has no secret.
    func dateShift(of participant: String, most: Int) -> Int? {
        guard let secret else { return nil }
        let digest = HMAC<SHA256>.authenticationCode(for: Data(participant.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        let seed = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return DateShift.days(seed: seed, most: most)
    }
}
