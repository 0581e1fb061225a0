import Anonymization

/// What was found in files that somebody wants to share. It holds places and rules, never a file's text.
public struct FolderAuditReport: Codable, Sendable, Hashable {
    public struct Finding: Codable, Sendable, Hashable {
        /// Relative to what was named on the command line; `a.zip > b.docx` for a file in another.
        public var file: String
        public var place: String
        public var origin: TextOrigin
        /// An identifier's type; nil for something about the file.
        public var type: EntityType?
        public var rule: String
        /// Belief, 0 … 1.
        public var score: Double
    }

    public enum State: String, Codable, Sendable { case checked, notChecked = "not-checked", unreadable }

    public struct File: Codable, Sendable, Hashable {
        public var file: String
        public var kind: FileKind
        public var state: State
        /// Why, when it was not checked or could not be read.
        public var reason: UnreadReason?
        public var findings: Int
    }

    /// Something that was not looked at, inside a file that was.
    public struct Gap: Codable, Sendable, Hashable {
        public var file: String
        public var place: String
        public var reason: UnreadReason
    }

    public enum Verdict: String, Codable, Sendable { case clean, findings, incomplete }

    public var files: [File]
    public var findings: [Finding]
    public var gaps: [Gap]
    /// Whether names of a key register were looked for.
    public var usedRegister: Bool
    public var policy: String?

    public var verdict: Verdict { files.contains { $0.state == .unreadable } ? .incomplete : findings.isEmpty ? .clean : .findings }

    public init(files: [File] = [], findings: [Finding] = [], gaps: [Gap] = [], usedRegister: Bool = false, policy: String? = nil) {
        self.files = files
        self.findings = findings
        self.gaps = gaps
        self.usedRegister = usedRegister
        self.policy = policy
    }
}
