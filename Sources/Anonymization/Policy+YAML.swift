import Foundation
import Transcript
import Yams

/// What is wrong with a policy file.
public struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// Path of the key, `types.person.code`; empty for the whole file.
    public var key: String
    public var problem: String
    public var allowed: [String]

    public var description: String {
        var text = "\(file): " + (key.isEmpty ? "" : "\(key): ") + problem
        if !allowed.isEmpty { text += "; allowed: " + allowed.joined(separator: ", ") }
        return text
    }
}

extension Policy {
    /// The names of the shipped policies.
    public static let shippedNames = ["standard", "pseudonymer", "streng", "studie-f", "studie-k", "studie-n", "studie-t", "studie-v"]

    /// A shipped policy.
    /// - Throws: ``PolicyError``.
    public static func shipped(_ name: String) throws -> Policy {
        guard shippedNames.contains(name) else {
            throw PolicyError(file: name, key: "", problem: "no such policy is shipped", allowed: shippedNames)
        }
        return try Policy(contentsOf: ShippedFiles.folder.appendingPathComponent("policies/\(name).yaml"))
    }

    /// A shipped policy by name, or a study's own file by its path.
    /// - Throws: ``PolicyError``.
    public static func load(_ nameOrPath: String) throws -> Policy {
        shippedNames.contains(nameOrPath) ? try shipped(nameOrPath) : try Policy(contentsOf: URL(fileURLWithPath: nameOrPath))
    }

    public init(contentsOf url: URL) throws {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw PolicyError(
                file: url.lastPathComponent, key: "", problem: "cannot be read as UTF-8; give the path of a policy file or a shipped policy's name",
                allowed: Self.shippedNames)
        }
        try self.init(yaml: text, file: url.lastPathComponent)
    }

    /// - Parameter file: the name to give in errors.
    public init(yaml: String, file: String) throws {
        func fail(_ key: String, _ problem: String, _ allowed: [String] = []) -> PolicyError {
            PolicyError(file: file, key: key, problem: problem, allowed: allowed)
        }
        let loaded: Any?
        do { loaded = try Yams.load(yaml: yaml) } catch { throw fail("", "is not valid YAML") }
        guard let root = loaded as? [String: Any] else { throw fail("", "is not a YAML mapping with text keys") }
        let keys = ["name", "description", "default", "types", "recording_date", "speakers", "allow", "deny"]
        for key in root.keys.sorted() where !keys.contains(key) { throw fail(key, "unknown key", keys) }
        guard let name = root["name"] as? String, !name.isEmpty else { throw fail("name", "is missing or not a text") }
        self.init(name: name, summary: (root["description"] as? String) ?? "")

        func action(_ value: Any, _ key: String) throws -> PolicyAction {
            let names = ["keep", "code", "generalise", "mask", "pseudonym", "shift"]
            if let word = value as? String {
                switch word {
                case "keep": return .keep
                case "mask": return .mask(text: "XXXX")
                case "pseudonym": return .pseudonym
                case "shift": return .shift(days: DateShift.usual)
                case "code", "generalise": throw fail(key, "\(word) needs its text, as in {\(word): \"…\"}")
                default: throw fail(key, "unknown action", names)
                }
            }
            guard let map = value as? [String: Any], map.count == 1, let (word, raw) = map.first else {
                throw fail(key, "is not an action", names)
            }
            guard names.contains(word) else { throw fail("\(key).\(word)", "unknown action", names) }
            if word == "shift" {
                guard let days = raw as? Int, DateShift.allowed.contains(days) else {
                    throw fail("\(key).shift", "is not a number of days from \(DateShift.allowed.lowerBound) to \(DateShift.allowed.upperBound)")
                }
                return .shift(days: days)
            }
            guard let text = raw as? String, !text.trimmingCharacters(in: .whitespaces).isEmpty else {
                throw fail("\(key).\(word)", "is not a text")
            }
            switch word {
            case "code":
                try Self.check(text, ["{n}", "{A}", "{a}"], fail("\(key).code", "unknown placeholder", ["{n}", "{A}", "{a}"]))
                guard CodePattern.counts(text) else { throw fail("\(key).code", "the pattern does not count", ["{n}", "{A}", "{a}"]) }
                return .code(pattern: text)
            case "generalise":
                let allowed = Generalisation.placeholders
                try Self.check(text, allowed, fail("\(key).generalise", "unknown placeholder", allowed))
                return .generalise(to: text)
            case "mask":
                try Self.check(text, [], fail("\(key).mask", "a mask has no placeholders"))
                return .mask(text: text)
            default: throw fail("\(key).\(word)", "takes no text")
            }
        }

        func check(_ action: PolicyAction, for type: EntityType?, _ key: String) throws {
            let others = ["keep", "code", "generalise", "mask"]
            if action == .pseudonym, type != .person { throw fail(key, "pseudonym is for people only", others) }
            if case .shift = action, type != .date { throw fail(key, "shift is for dates only", others) }
        }

        if let value = root["default"] {
            fallback = try action(value, "default")
            try check(fallback, for: nil, "default")
        }
        if let value = root["types"] {
            guard let types = value as? [String: Any] else { throw fail("types", "is not a mapping") }
            for key in types.keys.sorted() {
                guard let type = EntityType(rawValue: key) else {
                    throw fail("types.\(key)", "unknown type", EntityType.allCases.map(\.rawValue))
                }
                let parsed = try action(types[key] ?? "", "types.\(key)")
                try check(parsed, for: type, "types.\(key)")
                actions[type] = parsed
            }
        }
        if let value = root["recording_date"] {
            guard let word = value as? String, let date = RecordingDate(rawValue: word) else {
                throw fail("recording_date", "unknown value", RecordingDate.allCases.map(\.rawValue))
            }
            recordingDate = date
        }
        if case .shift = self.action(for: .date), recordingDate == .keep || recordingDate == .month {
            throw fail("recording_date", "would give away how far the dates are shifted", ["year", "drop"])
        }
        if let value = root["speakers"] {
            guard let map = value as? [String: Any] else { throw fail("speakers", "is not a mapping") }
            for key in map.keys.sorted() {
                guard let role = Role(rawValue: key) else { throw fail("speakers.\(key)", "unknown role", Role.allCases.map(\.rawValue)) }
                guard let text = map[key] as? String, !text.isEmpty else { throw fail("speakers.\(key)", "is not a text") }
                try Self.check(text, ["{code}", "{n}", "{A}"], fail("speakers.\(key)", "unknown placeholder", ["{code}", "{n}", "{A}"]))
                speakers[role] = text
            }
        }
        func list(_ key: String) throws -> [String] {
            guard let value = root[key] else { return [] }
            guard let texts = value as? [Any] else { throw fail(key, "is not a list of texts") }
            return try texts.map { item in
                guard let text = item as? String, !text.isEmpty else { throw fail(key, "is not a list of texts") }
                return text
            }
        }
        allow = try list("allow")
        deny = try list("deny")
    }

    private static func check(_ text: String, _ allowed: [String], _ error: @autoclosure () -> PolicyError) throws {
        var rest = text
        for placeholder in allowed { rest = rest.replacingOccurrences(of: placeholder, with: "") }
        if rest.contains("{") || rest.contains("}") { throw error() }
    }
}
