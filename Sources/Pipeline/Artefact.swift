import Foundation

/// Who may see a stage's result.
public enum Sensitivity: String, Codable, Sendable {
    /// Numbers without words or names (speech edges, levels). May lie in the cache.
    case plain
    /// Names people or holds their words. Lies under the confidential folder, 0600 in 0700.
    case confidential
    /// Anonymised: may be shared.
    case shareable
}

/// What a stage hands on to the next.
///
/// The encoding is part of the contract: the same value gives the same bytes, because later run keys are made of them.
public protocol Artefact: Sendable {
    /// A stable name, unique among artefacts: `speech`, `turns`, `transcript.aligned`.
    static var kind: String { get }
    static var sensitivity: Sensitivity { get }
    func encoded() throws -> Data
    init(decoding data: Data) throws
}

extension Artefact where Self: Codable {
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    public init(decoding data: Data) throws { self = try JSONDecoder().decode(Self.self, from: data) }
}
