import Yams

/// A YAML mapping on its way into a value, with errors that name file, line and key.
struct YAMLMap {
    let file: String
    let path: String
    let line: Int?
    private let entries: [(key: String, value: Node)]

    init(_ node: Node, file: String, path: String) throws {
        guard let mapping = node.mapping else {
            throw NotationError(file: file, line: node.mark?.line, key: path, problem: "must be a mapping of keys to values")
        }
        self.file = file
        self.path = path
        self.line = node.mark?.line
        self.entries = mapping.map { ($0.key.scalar?.string ?? "", $0.value) }
    }

    private func node(_ key: String) -> Node? { entries.first { $0.key == key }?.value }
    private func full(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    func error(_ key: String, _ problem: String, allowed: [String] = []) -> NotationError {
        NotationError(file: file, line: node(key)?.mark?.line ?? line, key: full(key), problem: problem, allowed: allowed)
    }

    func allow(_ keys: [String]) throws {
        for entry in entries where !keys.contains(entry.key) {
            throw error(entry.key, "unknown key", allowed: keys)
        }
    }

    func optionalString(_ key: String) throws -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.string else { throw error(key, "must be text") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            throw error(key, "must not hold control characters")
        }
        return text
    }

    func string(_ key: String, default fallback: String? = nil) throws -> String {
        if let text = try optionalString(key) { return text }
        guard let fallback else { throw error(key, "is missing") }
        return fallback
    }

    /// - Parameter required: a placeholder that must be there, since what it stands for would be lost without it.
    func pattern(_ key: String, _ names: [String], required: String? = nil, default fallback: String? = nil) throws -> String {
        let text = try string(key, default: fallback)
        if let required, !text.placeholders.contains(required) {
            throw error(key, "must hold {\(required)}, or what it stands for is lost")
        }
        for name in text.placeholders where !names.contains(name) {
            throw error(key, "unknown placeholder", allowed: names.map { "{\($0)}" })
        }
        return text
    }

    func choice(_ key: String, _ values: [String], default fallback: String? = nil) throws -> String {
        let text = try string(key, default: fallback)
        guard values.contains(text) else { throw error(key, "not one of the values there are", allowed: values) }
        return text
    }

    func optionalNumber(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = try optionalString(key) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw error(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws -> Double {
        guard let value = try optionalNumber(key, in: range) else { throw error(key, "is missing") }
        return value
    }

    func strings(_ key: String) throws -> [String] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else { throw error(key, "must be a list of texts") }
        return try sequence.map {
            guard let text = $0.scalar?.string else { throw error(key, "must be a list of texts") }
            return text
        }
    }

    func map(_ key: String) throws -> YAMLMap? { try node(key).map { try YAMLMap($0, file: file, path: full(key)) } }

    func list(_ key: String) throws -> [YAMLMap] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        return try sequence.enumerated().map { try YAMLMap($1, file: file, path: full("\(key)[\($0)]")) }
    }

    /// Text alone, or a mapping with `plain` and `described`.
    func mark(_ key: String, default fallback: NotationTable.MarkNotation) throws -> NotationTable.MarkNotation {
        guard let node = node(key) else { return fallback }
        if node.scalar != nil { return .init(try string(key)) }
        guard let map = try map(key) else { return fallback }
        try map.allow(["plain", "described"])
        return .init(
            try map.string("plain"),
            described: map.node("described") == nil ? nil : try map.pattern("described", ["raw", "text", "label"]))
    }
}
