/// What is wrong with a notation table or a citing pattern, and where.
public struct NotationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The table's name or the file's last path component.
    public var file: String
    /// Line in the file, from 1, when known.
    public var line: Int?
    /// Dotted path of the key, `pauses[2].from`; empty when the whole file is meant.
    public var key: String
    public var problem: String
    /// What the key may hold, when that is a list.
    public var allowed: [String]

    public init(file: String, line: Int? = nil, key: String = "", problem: String, allowed: [String] = []) {
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.allowed = allowed
    }

    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        text += ": "
        if !key.isEmpty { text += key + ": " }
        text += problem
        if !allowed.isEmpty { text += "; allowed: " + allowed.joined(separator: ", ") }
        return text
    }
}
