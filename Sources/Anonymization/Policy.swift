import Foundation
import Transcript

/// What to do with one type of identifier.
public enum PolicyAction: Sendable, Hashable {
    case keep
    /// A stable code per entity: `{n}` counts 1, 2, …; `{A}` A, B, …; `{a}` a, b, ….
    case code(pattern: String)
    /// A coarser text, which may hold the placeholders of ``Generalisation/placeholders``.
    case generalise(to: String)
    case mask(text: String)
    /// Another name of the same gender and rough origin (people only).
    case pseudonym
    /// Moved in time, by a number of days that is the same throughout for one participant (dates only). At most `days` to either side.
    case shift(days: Int)

    /// The word in the policy file and in the audit.
    public var name: String {
        switch self {
        case .keep: "keep"
        case .code: "code"
        case .generalise: "generalise"
        case .mask: "mask"
        case .pseudonym: "pseudonym"
        case .shift: "shift"
        }
    }
}

/// A study's rules of anonymisation.
public struct Policy: Sendable, Hashable {
    public enum RecordingDate: String, Codable, Sendable, CaseIterable { case keep, month, year, drop }

    public var name: String
    public var summary: String
    /// What becomes of each type; a type not named gets `fallback`.
    public var actions: [EntityType: PolicyAction]
    public var fallback: PolicyAction
    /// What becomes of `RecordingReference.recordedAt`.
    public var recordingDate: RecordingDate
    /// A label per role; may hold `{code}` (the participant's code, else the number), `{n}`, `{A}`.
    public var speakers: [Role: String]
    /// Never and always identifying, whatever the detector thinks.
    public var allow: [String]
    public var deny: [String]

    public init(
        name: String, summary: String = "", actions: [EntityType: PolicyAction] = [:], fallback: PolicyAction = .mask(text: "XXXX"),
        recordingDate: RecordingDate = .month, speakers: [Role: String] = [:], allow: [String] = [], deny: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.actions = actions
        self.fallback = fallback
        self.recordingDate = recordingDate
        self.speakers = speakers
        self.allow = allow
        self.deny = deny
    }

    public func action(for type: EntityType) -> PolicyAction { actions[type] ?? fallback }

    /// Detector options with this policy's allow and deny lists.
    public func detectorOptions(_ base: Detector.Options = .init()) -> Detector.Options {
        var options = base
        options.allow += allow
        options.deny += deny
        return options
    }

    /// Every fixed text the policy may put into a transcript.
    var literals: [String] {
        (Array(actions.values) + [fallback]).compactMap { action in
            switch action {
            case .mask(let text), .generalise(let text): text
            default: nil
            }
        }
    }

    /// What stands instead of an entity. The policy decides first: a stricter one chosen later masks also what has had a code
    /// so far. The register decides which code, and a replacement that the study set by hand always holds.
    ///
    /// - Parameter shift: days to move this participant's dates by; nil where no participant is known.
    func text(for type: EntityType, entry: KeyRegister.Entry?, original: String, lists: NameLists, shift: Int? = nil) -> String {
        if let entry, entry.isUserSet { return entry.code }
        switch action(for: type) {
        case .keep: return original
        case .mask(let mask): return mask
        case .generalise(let template): return Generalisation.text(template, type: type, original: original, lists: lists)
        // Not in the register: the detections are not those it was assigned over. Hide rather than guess.
        case .code: return entry.map(\.code) ?? "XXXX"
        case .pseudonym: return entry.map { Pseudonyms.part(of: $0.code, key: $0.key, said: original, lists: lists) } ?? "XXXX"
        case .shift: return shift.flatMap { DateShift.text(original, days: $0) } ?? Generalisation.unknown["{year}"] ?? "XXXX"
        }
    }

    /// Whether two entities of a type come out different.
    func tellsApart(_ type: EntityType) -> Bool {
        switch action(for: type) {
        case .code(let pattern): CodePattern.counts(pattern)
        case .pseudonym: true
        default: false
        }
    }

    /// How a speaker is shown.
    ///
    /// What a study already calls its speakers (`Informant 9`, `D2`, `B`) is a code, and stays: numbering each recording's
    /// speakers anew would make one informant of many. A label that is a name becomes the register's code for that name.
    /// - Parameters:
    ///   - number: the speaker's place among those of the same role in the recording.
    ///   - isAlone: nobody else in the recording has the role.
    ///   - registered: the register's code, when the label is a name.
    func label(for speaker: Speaker, number: Int, isAlone: Bool, registered: String?) -> String {
        let role = speaker.role ?? .participant
        let pattern = speakers[role] ?? Self.defaultSpeakers[role] ?? "Deltaker {n}"
        if let code = speaker.participant {
            if pattern == "{code}" { return code }
            if Detector.isCode(label: speaker.label) { return speaker.label }
            return pattern.replacingOccurrences(of: "{code}", with: code)
                .replacingOccurrences(of: "{n}", with: String(number))
                .replacingOccurrences(of: "{A}", with: CodePattern.letters(number))
        }
        if role == .interviewer || role == .moderator, isAlone, !pattern.contains("{") { return pattern }
        if let registered { return registered }
        if Detector.isCode(label: speaker.label) { return speaker.label }
        if pattern == "{code}" { return "Deltaker \(number)" }
        return CodePattern.fill(pattern.replacingOccurrences(of: "{code}", with: "{n}"), number)
    }

    static let defaultSpeakers: [Role: String] = [
        .interviewer: "Intervjuer", .participant: "Informant {code}", .moderator: "Moderator", .other: "Deltaker {A}",
    ]
}

enum CodePattern {
    /// 1 → A, 26 → Z, 27 → AA.
    static func letters(_ number: Int) -> String {
        var n = max(1, number)
        var out = ""
        while n > 0 {
            n -= 1
            out = String(UnicodeScalar(UInt8(65 + n % 26))) + out
            n /= 26
        }
        return out
    }

    static func fill(_ pattern: String, _ number: Int) -> String {
        pattern.replacingOccurrences(of: "{n}", with: String(number))
            .replacingOccurrences(of: "{A}", with: letters(number))
            .replacingOccurrences(of: "{a}", with: letters(number).lowercased())
    }

    static func counts(_ pattern: String) -> Bool { ["{n}", "{A}", "{a}"].contains { pattern.contains($0) } }
}
