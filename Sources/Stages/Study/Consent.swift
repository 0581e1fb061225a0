import Foundation
import Yams

/// What somebody has said yes to, as the study file has it. Every part may be unsaid.
public struct Consent: Codable, Sendable, Hashable {
    /// The day consent was given (`2026-01-10`).
    public var given: String?
    /// Which form, or where it is kept: a reference, never the form itself.
    public var form: String?
    /// To be recorded and to have the recording worked on.
    public var recording: Bool?
    /// To be quoted, under the code, in what is published.
    public var quotes: Bool?
    /// To have the anonymised transcript shared beyond the project.
    public var sharing: Bool?
    /// To have it kept in an archive after the project.
    public var archive: Bool?
    /// The day consent was withdrawn.
    public var withdrawn: String?

    public init() {}

    /// The names of the yes-or-no parts, in the order they are shown.
    public static let answers = ["recording", "quotes", "sharing", "archive"]

    public func answer(_ name: String) -> Bool? {
        switch name {
        case "recording": recording
        case "quotes": quotes
        case "sharing": sharing
        case "archive": archive
        default: nil
        }
    }

    /// Whether the person's recordings may be worked on: consent was given, not for everything but the recording, and stands.
    public var allowsWork: Bool { given != nil && recording != false && withdrawn == nil }
}

/// What the study demands of consent.
public struct ConsentRules: Sendable, Hashable {
    /// Recordings of participants without consent are not worked on.
    public var isRequired = false
    /// Recordings of participants who have not said yes to sharing give no files in `deling/`.
    public var isRequiredForSharing = false
}

extension StudyFileReader {
    func flag(_ node: Node?, _ key: String) throws -> Bool? {
        guard let node, node.null == nil else { return nil }
        switch node.scalar?.string.lowercased() {
        case "true", "yes", "ja": return true
        case "false", "no", "nei": return false
        default: throw fault(node, key, "expected yes or no (true, false)")
        }
    }

    func consent(_ node: Node?, _ key: String) throws -> Consent? {
        guard let node, node.null == nil else { return nil }
        let fields = try mapping(node, key, ["given", "form", "withdrawn"] + Consent.answers)
        var consent = Consent()
        consent.given = try date(fields["given"], "\(key).given")
        consent.form = try text(fields["form"], "\(key).form")
        consent.recording = try flag(fields["recording"], "\(key).recording")
        consent.quotes = try flag(fields["quotes"], "\(key).quotes")
        consent.sharing = try flag(fields["sharing"], "\(key).sharing")
        consent.archive = try flag(fields["archive"], "\(key).archive")
        consent.withdrawn = try date(fields["withdrawn"], "\(key).withdrawn")
        return consent
    }

    func consentRules(_ node: Node?) throws -> ConsentRules {
        guard let node, node.null == nil else { return ConsentRules() }
        let fields = try mapping(node, "consent", ["required", "required_for_sharing"])
        return ConsentRules(
            isRequired: try flag(fields["required"], "consent.required") ?? false,
            isRequiredForSharing: try flag(fields["required_for_sharing"], "consent.required_for_sharing") ?? false)
    }
}

extension StudyFile {
    /// Why a recording may not be worked on as the study file stands; nil when it may.
    func hold(_ entry: RecordingEntry?) -> String? {
        let present = (entry?.participants ?? []).compactMap { code in participants.first { $0.code == code } }
            .filter { $0.role == .participant }
        if let gone = present.first(where: { consents[$0.code]?.withdrawn != nil }) {
            return "the consent of \(gone.code) was withdrawn; erase what there is with 'ordrett withdraw \(gone.code)'"
        }
        guard consentRules.isRequired else { return nil }
        guard !present.isEmpty else {
            return "the study requires consent, and nothing says who speaks here; list the recording and its participants in \(Study.fileName)"
        }
        let missing = present.map(\.code).filter { consents[$0]?.allowsWork != true }
        guard !missing.isEmpty else { return nil }
        return "no consent is recorded for \(missing.joined(separator: ", ")); record it with 'ordrett consent \(missing[0]) --given DATE'"
    }

    /// Whose consent to sharing is missing in a recording; empty when it may be shared.
    func missingForSharing(_ entry: RecordingEntry?) -> [String] {
        let present = (entry?.participants ?? []).compactMap { code in participants.first { $0.code == code } }
            .filter { $0.role == .participant }
        // A no holds whatever the study requires: the rule only says what silence means.
        guard consentRules.isRequiredForSharing else { return present.map(\.code).filter { consents[$0]?.sharing == false } }
        if present.isEmpty { return ["?"] }
        return present.map(\.code).filter { consents[$0]?.sharing != true || consents[$0]?.allowsWork != true }
    }
}
