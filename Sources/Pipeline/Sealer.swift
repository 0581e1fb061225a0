import Crypto
import Foundation
import Synchronization

/// Closes what the engine keeps for itself: results, records and their names say nothing to anybody without the study's cache key.
///
/// The same data in the same place give the same bytes under one key, as everything the engine writes does. That is safe
/// because nothing is left to a nonce: the key of each message is derived from a keyed digest of its place and its content
/// (the synthetic value of RFC 5297, with HMAC-SHA-256 as the digest and ChaCha20-Poly1305 of RFC 8439 as the cipher). Two
/// different messages share a message key only if HMAC-SHA-256 collides; equal ones show that they are equal and nothing
/// else. Each message key closes one message, so the cipher's own nonce can be zero.
///
/// Shape of a sealed message: 8 bytes `ordrett` and a version, 32 bytes synthetic value, the ciphertext, 16 bytes tag.
public struct Sealer: Sendable {
    /// Bytes of a cache key.
    public static let keyLength = 32
    private static let mark = Data("ordrett\u{01}".utf8)

    private let messages, digests, names: SymmetricKey
    private let given = Names()

    /// Names that were made already: planning asks for the same ones many times.
    private final class Names: Sendable { let known = Mutex<[String: String]>([:]) }

    /// - Parameter key: ``keyLength`` random bytes.
    public init(key: Data) {
        let root = SymmetricKey(data: key)
        func derived(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("ordrett cache \(use)".utf8), outputByteCount: 32)
        }
        messages = derived("messages")
        digests = derived("digests")
        names = derived("names")
    }

    /// - Parameter place: where the message lies; opened as from another place it is refused.
    public func seal(_ data: Data, at place: String) throws -> Data {
        let place = Data(place.utf8)
        var digest = HMAC<SHA256>(key: digests)
        // The length first, so that no place and data run into another place and data.
        withUnsafeBytes(of: UInt64(place.count).littleEndian) { digest.update(data: Data($0)) }
        digest.update(data: place)
        digest.update(data: data)
        let value = Data(digest.finalize())
        let box = try ChaChaPoly.seal(data, using: key(of: value), nonce: Self.nonce, authenticating: place)
        return Self.mark + value + box.ciphertext + box.tag
    }

    /// - Throws: ``Closed`` when the message is of another key or place, changed, or cut short.
    public func open(_ sealed: Data, at place: String) throws -> Data {
        let sealed = Data(sealed), head = Self.mark.count + 32
        guard sealed.count >= head + 16, sealed.starts(with: Self.mark) else { throw Closed() }
        do {
            let box = try ChaChaPoly.SealedBox(
                nonce: Self.nonce, ciphertext: sealed[head..<sealed.count - 16], tag: sealed[(sealed.count - 16)...])
            return try ChaChaPoly.open(box, using: key(of: sealed[Self.mark.count..<head]), authenticating: Data(place.utf8))
        } catch { throw Closed() }
    }

    /// A name for a file or folder that stands for `text`, 32 hexadecimal digits: names of recordings can name people, and a
    /// plain digest of a name is found by anybody with a list of names.
    public func name(_ text: String) -> String {
        if let known = given.known.withLock({ $0[text] }) { return known }
        let name = Digest.hex(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: names).prefix(16))
        given.known.withLock { known in
            if known.count > 50_000 { known = [:] }
            known[text] = name
        }
        return name
    }

    private func key(of value: Data) -> SymmetricKey {
        SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: value, using: messages))
    }

    private static var nonce: ChaChaPoly.Nonce { get throws { try ChaChaPoly.Nonce(data: Data(count: 12)) } }

    public struct Closed: Error, Sendable {}
}

/// Has the key that a study's results are sealed with.
public protocol SealerSource: Sendable {
    /// Nil when the study has no key yet: then nothing is stored that could be opened.
    func existing() throws -> Sealer?
    /// The study's sealer, with a fresh key when it has none.
    func forWriting() throws -> Sealer
}

/// How the engine keeps what it makes.
public struct Safekeeping: Sendable {
    /// Nil: nothing is sealed. For data that name nobody.
    public var sealing: (any SealerSource)?
    /// States of study stages that are kept elsewhere than in a file of the confidential folder, by the name of the file.
    public var states: [String: any StudyState]

    public init(sealing: (any SealerSource)? = nil, states: [String: any StudyState] = [:]) {
        self.sealing = sealing
        self.states = states
    }
}

/// Where the state of a study stage lies.
public protocol StudyState: Sendable {
    /// A file to lock while the state is read, changed and written.
    var lock: URL { get }
    /// Puts the place in order before a run. Called under the lock.
    /// - Returns: what the user should know.
    func prepare() throws -> [String]
    /// Tells the present state from any other without opening it; nil when the study has none yet.
    /// - Throws: when the study had one and it is gone or closed for good.
    func fingerprint() throws -> String?
    /// The state's bytes; called only when there is a fingerprint.
    func read() throws -> Data
    /// Writes the state, whole or not at all, and keeps the one before.
    /// - Returns: what the user should know.
    func write(_ data: Data) throws -> [String]
}

extension StudyState {
    public func prepare() throws -> [String] { [] }
}
