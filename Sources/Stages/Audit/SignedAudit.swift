import Anonymization
import Foundation
import Pipeline

/// That a person has read the audit of one recording, and stands for what may be shared of it.
///
/// It names the bytes it is about by their SHA-256 (FIPS 180-4): the sealed transcript, the audit's report and the policy. It holds no
/// word of the talk. The seal shows that nobody changed the signature by accident or by hand; it is no cryptographic signature, and who
/// signed is what they say of themselves.
public struct SignedAudit: Codable, Sendable, Hashable {
    public static let format = "ordrett.signed-audit.1"

    /// A stage as it was when the transcript was made, with digests of the lists and models it brought.
    public struct StageVersion: Codable, Sendable, Hashable {
        public var stage: String
        public var version: String
        public var resources: [String: String]
    }

    /// Findings that stood open when it was signed, by code: never what they are about.
    public struct OpenFindings: Codable, Sendable, Hashable {
        public var code: String
        public var severity: AuditReport.Severity
        public var count: Int
        /// Ids of the turns; 0 for labels and the recording's id.
        public var turns: [Int]
    }

    /// The signature was given for the same text while the key register was there.
    public struct CarriedOver: Codable, Sendable, Hashable {
        /// UTC, ISO 8601.
        public var at: String
        /// Who destroyed the register.
        public var by: String
        /// Seal of the signature as it was given.
        public var from: String
    }

    public var format = Self.format
    /// The recording's id in what is shared.
    public var recording: String
    public var signedBy: String
    /// UTC, to the second, ISO 8601.
    public var signedAt: String
    public var note: String?
    /// Ordrett's own version.
    public var program: String
    /// SHA-256 of the sealed anonymised transcript.
    public var transcript: String
    /// SHA-256 of the audit's report.
    public var audit: String
    public var policy: String
    public var policyDigest: String
    public var status: AnonymizedTranscript.Status
    public var verdict: AuditReport.Verdict
    public var open: [OpenFindings]
    public var stages: [StageVersion]
    public private(set) var carriedOver: CarriedOver?
    /// SHA-256 of all the rest.
    public private(set) var seal = ""

    public init(
        recording: String, signedBy: String, signedAt: String, note: String?, transcript: String, audit: String, policy: String, policyDigest: String,
        status: AnonymizedTranscript.Status, report: AuditReport, stages: [StageVersion]
    ) {
        self.recording = recording
        self.signedBy = signedBy
        self.signedAt = signedAt
        self.note = note
        self.program = OrdrettVersion.text
        self.transcript = transcript
        self.audit = audit
        self.policy = policy
        self.policyDigest = policyDigest
        self.status = status
        self.verdict = report.verdict
        self.open = Self.open(report)
        self.stages = stages.sorted { $0.stage < $1.stage }
        seal = computedSeal
    }

    /// The same signature for the same text with another status.
    func carried(transcript: String, audit: String, status: AnonymizedTranscript.Status, at: String, by: String) -> SignedAudit {
        var new = self
        new.transcript = transcript
        new.audit = audit
        new.status = status
        new.carriedOver = CarriedOver(at: at, by: by, from: seal)
        new.seal = new.computedSeal
        return new
    }

    /// Whether the file is as it was written.
    public var isWhole: Bool { format == Self.format && seal == computedSeal }

    /// Findings that a person should look at, of all kinds.
    public var openCount: Int { open.filter { $0.severity != .note }.reduce(0) { $0 + $1.count } }

    private var computedSeal: String {
        var bare = self
        bare.seal = ""
        return (try? bare.encoded()).map { Digest.sha256($0) } ?? ""
    }

    private static func open(_ report: AuditReport) -> [OpenFindings] {
        Dictionary(grouping: report.items) { $0.severity.rawValue + " " + $0.code }.values.compactMap { group in
            group.first.map {
                OpenFindings(code: $0.code, severity: $0.severity, count: group.count, turns: Set(group.map(\.turn)).sorted())
            }
        }.sorted { ($1.severity, $0.code) < ($0.severity, $1.code) }
    }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

/// The program's own version.
public enum OrdrettVersion {
    public static let number = "0.1.0"
    public static let text = "ordrett " + number
}
