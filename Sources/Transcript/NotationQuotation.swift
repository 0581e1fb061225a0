/// How a study cites what somebody said: `(Informant 4)`, `(06.12.06. leder)`, `D2:`.
public struct QuotationStyle: Codable, Sendable, Hashable {
    /// Text with placeholders: `{label}`, `{code}`, `{role}`, `{recording}`, `{date:dd.MM.yy}`.
    public let pattern: String

    /// A citation, and what it ought to have held but nobody knew.
    public struct Citation: Sendable, Hashable {
        public var text: String
        /// Placeholder names without a value.
        public var missing: [String]
    }

    static let fields = ["label", "code", "role", "recording"]

    /// - Parameter pattern: see ``pattern``. A date's form is made of `dd`, `d`, `MM`, `M`, `yyyy`, `yy`, `HH`, `mm`
    ///   and other characters as they are.
    /// - Throws: ``NotationError`` for an unknown placeholder.
    public init(_ pattern: String) throws {
        for name in pattern.placeholders where !Self.fields.contains(name) && !name.hasPrefix("date:") {
            throw NotationError(
                file: "quotation style", key: name, problem: "unknown placeholder",
                allowed: Self.fields.map { "{\($0)}" } + ["{date:dd.MM.yy}"])
        }
        guard pattern.count <= 200 else {
            throw NotationError(file: "quotation style", problem: "longer than 200 characters")
        }
        self.pattern = pattern
    }

    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(pattern)
    }

    /// The citation of a speaker in a recording.
    /// - Parameter role: what the study calls the speaker's role (`leder`); nil for the general word.
    public func citation(of speaker: Speaker, in recording: RecordingReference, role: String? = nil) -> Citation {
        var values: [String: String] = [:]
        values["label"] = speaker.label.isEmpty ? nil : speaker.label
        values["code"] = speaker.participant
        values["role"] = role ?? speaker.role?.bokmal
        values["recording"] = recording.id.isEmpty ? nil : recording.id
        var missing: [String] = []
        for name in pattern.placeholders where values[name] == nil {
            if name.hasPrefix("date:"), let date = recording.recordedAt.flatMap({ formatted($0, as: String(name.dropFirst(5))) }) {
                values[name] = date
            } else {
                values[name] = ""
                missing.append(name.hasPrefix("date:") ? "date" : name)
            }
        }
        return Citation(text: pattern.filled(values).collapsed, missing: missing)
    }

    /// - Returns: nil when the form asks for more than the date says: anonymisation may keep the month only, or the year.
    private func formatted(_ iso: String, as form: String) -> String? {
        let digits = iso.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).map(String.init)
        guard let year = digits.first, year.count == 4 else { return nil }
        func part(_ index: Int) -> String? { digits.indices.contains(index) && digits[1...index].allSatisfy { $0.count == 2 } ? digits[index] : nil }
        let short = { (text: String) in text.hasPrefix("0") ? String(text.dropFirst()) : text }
        let units: [(String, String?)] = [
            ("yyyy", year), ("yy", String(year.suffix(2))), ("MM", part(1)), ("M", part(1).map(short)), ("dd", part(2)),
            ("d", part(2).map(short)), ("HH", part(3)), ("mm", part(4)),
        ]
        var rest = form[...], result = ""
        while let first = rest.first {
            if let unit = units.first(where: { rest.hasPrefix($0.0) }) {
                guard let value = unit.1 else { return nil }
                result += value
                rest = rest.dropFirst(unit.0.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}

extension Role {
    /// The field's Norwegian word.
    public var bokmal: String {
        switch self {
        case .interviewer: "intervjuer"
        case .participant: "deltaker"
        case .moderator: "moderator"
        case .other: "annen"
        }
    }
}

extension String {
    /// Runs of spaces made one, none inside brackets' edges or at the ends.
    fileprivate var collapsed: String {
        split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
            .replacingAll("( ", "(").replacingAll(" )", ")")
    }

    private func replacingAll(_ old: String, _ new: String) -> String {
        guard let range = self.firstRange(of: old) else { return self }
        return self[..<range.lowerBound] + new + String(self[range.upperBound...]).replacingAll(old, new)
    }
}
