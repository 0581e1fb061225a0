import Crypto
import Foundation
import Transcript

/// A transcript that has been through anonymisation: the only thing that sharing and coding accept.
///
/// It can be made only inside this module, by ``Anonymizer``; there is no public way to dress a raw `Transcript` up
/// as one. On disk it carries a seal over its content, so that a raw transcript, or one edited by hand afterwards, is
/// not taken for an anonymised one.
public struct AnonymizedTranscript: Sendable, Hashable {
    /// Whether somebody could still link the codes to people.
    public enum Status: String, Codable, Sendable {
        /// A key register exists: the data are personal data (*avidentifisert*).
        case deidentified
        /// No key register exists any more (*anonymt*, as far as the transcript goes).
        case anonymous
    }

    /// The scrubbed document. Words keep their ids and times, so every word traces back to the sound.
    public let document: Transcript
    /// Name of the policy it was made with.
    public let policy: String
    public let status: Status

    /// The finding on a turn whose text does not read as Bokmål. Files for people say how many there are.
    public static let notBokmal = "not-bokmal"

    /// How many turns do not read as Bokmål.
    public var turnsOutsideBokmal: Int { document.findings.count { $0.code == Self.notBokmal } }

    /// The same transcript once the register is destroyed and nobody can link its codes to people. Nil when it says so already.
    public func withoutRegister() -> AnonymizedTranscript? {
        status == .anonymous ? nil : AnonymizedTranscript(document: document, policy: policy, status: .anonymous)
    }

    init(document: Transcript, policy: String, status: Status) {
        self.document = document
        self.policy = policy
        self.status = status
    }
}

extension AnonymizedTranscript {
    public enum SealError: Error, Sendable, CustomStringConvertible {
        case notAnonymized
        case broken
        public var description: String {
            switch self {
            case .notAnonymized: "this file is not an anonymised transcript; run the anonymisation stage on it first"
            case .broken: "the file's seal does not match its content: it was changed after anonymisation; run the stage again"
            }
        }
    }

    private struct Body: Codable {
        var kind: String
        var policy: String
        var status: Status
        var document: Transcript
    }

    private struct Sealed: Codable {
        var seal: String
        var body: Body
    }

    private static let kind = "ordrett.anonymized-transcript.1"

    private static let bodyStart = Data("{\"body\":".utf8)

    /// What is sealed: the body as JSON with sorted keys.
    private static func content(_ body: Body) throws -> Data {
        var shell = body
        shell.document.turns = []
        return try TurnwiseJSON.encode(shell, turns: body.document.turns)
    }

    private static func seal(_ content: Data) -> String { SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined() }

    private static func bodyEnd(_ seal: String) -> Data { Data(",\"seal\":\"\(seal)\"}\n".utf8) }

    /// The same transcript gives the same bytes.
    public func encoded() throws -> Data {
        let content = try Self.content(Body(kind: Self.kind, policy: policy, status: status, document: document))
        return Self.bodyStart + content + Self.bodyEnd(Self.seal(content))
    }

    /// - Throws: ``SealError`` when the data are not a sealed anonymised transcript.
    public init(decoding data: Data) throws {
        guard let sealed = try? TurnwiseJSON.decode(data, as: Sealed.self, turns: \.body.document.turns), sealed.body.kind == Self.kind else {
            throw SealError.notAnonymized
        }
        // The bytes as they stand are what was sealed, or else, laid out otherwise, what they say is.
        let end = Self.bodyEnd(sealed.seal)
        let stands = data.starts(with: Self.bodyStart) && data.suffix(end.count) == end
            && Self.seal(data.dropFirst(Self.bodyStart.count).dropLast(end.count)) == sealed.seal
        guard try stands || Self.seal(Self.content(sealed.body)) == sealed.seal else { throw SealError.broken }
        self.init(document: sealed.body.document, policy: sealed.body.policy, status: sealed.body.status)
    }
}
