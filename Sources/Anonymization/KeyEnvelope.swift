import Crypto
import CryptoExtras
import Foundation

/// A key register on disk: closed with a passphrase.
///
/// Three lines of ASCII:
///
/// 1. a JSON object: `format`, `study` (the id of the study it belongs to), `kdf` (scrypt of RFC 7914: `n`, `r`, `p`, `salt` in
///    base64), `cipher` (`chacha20-poly1305`, RFC 8439), `nonce`, `check` and `length` (bytes of the third part);
/// 2. ciphertext and tag in base64; the first line, as it stands, is its authenticated data;
/// 3. SHA-256 of the first two lines, in hexadecimal.
///
/// scrypt gives 64 bytes: the cipher's key, and a key for `check`, an HMAC over a constant. The last line tells a file that was
/// damaged or cut short from one that another passphrase opens; `check` tells a wrong passphrase from a file that somebody
/// changed and summed up again. Neither helps anybody to guess a passphrase who could not do so by the cipher's tag.
public struct KeyEnvelope: Sendable {
    /// What scrypt costs.
    public struct Cost: Codable, Sendable, Hashable {
        /// A power of two.
        public var n: Int
        public var r: Int
        public var p: Int

        public init(n: Int, r: Int, p: Int) {
            self.n = n
            self.r = r
            self.p = p
        }

        /// For a passphrase that a person chose: 128 MiB and about 0.3 s, above OWASP's least of 2^17, 8, 1.
        public static let chosen = Cost(n: 1 << 17, r: 8, p: 1)
        /// For a passphrase of 150 random bits, which nobody can guess at any speed: 16 MiB and some 40 ms.
        public static let random = Cost(n: 1 << 14, r: 8, p: 1)

        /// What is accepted from a file: no more than 512 MiB, so that a forged one cannot exhaust the machine.
        var isAcceptable: Bool {
            n >= 1 << 10 && n <= 1 << 19 && n & (n - 1) == 0 && (1...8).contains(r) && (1...4).contains(p)
        }
    }

    /// Bytes of salt.
    static let saltLength = 16
    public static let currentFormat = 1
    /// Files larger than this are no registers.
    static let largest = 64 << 20

    struct Header: Codable, Sendable {
        struct KDF: Codable, Sendable {
            var name = "scrypt"
            var n: Int
            var r: Int
            var p: Int
            var salt: Data
        }
        var check: Data
        var cipher = "chacha20-poly1305"
        var format: Int
        var kdf: KDF
        var kind = "ordrett.key-register"
        var length: Int
        var nonce: Data
        var study: String
    }

    let header: Header
    private let line: Data
    private let body: Data

    /// The id of the study it belongs to.
    public var study: String { header.study }
    public var cost: Cost { Cost(n: header.kdf.n, r: header.kdf.r, p: header.kdf.p) }
}

/// A register file that does not open. Nothing is changed by it.
public enum KeyEnvelopeFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notRegister
    case newer(Int)
    /// Bytes there, bytes that should be.
    case cutShort
    case damaged
    case excessive
    case otherStudy
    case wrongPassphrase
    /// The passphrase is right and the content is not what was written.
    case tampered
    case emptyPassphrase

    public var description: String {
        switch self {
        case .notRegister: "this file is no encrypted key register; name the file that ends in .ordrettkey"
        case .newer(let format): "the key register is of a newer kind (\(format)); use the version of Ordrett that wrote it"
        case .cutShort: "the key register is cut short; restore it from a copy ('ordrett key import FILE --replace')"
        case .damaged: "the key register is damaged or was changed; restore it from a copy ('ordrett key import FILE --replace')"
        case .excessive: "the key register asks for more work to open than any that Ordrett writes; it was tampered with: restore it from a copy"
        case .otherStudy: "the key register belongs to another study; check the key folder, or take it over with 'ordrett key import FILE --adopt'"
        case .wrongPassphrase: "the passphrase does not open the key register; nothing was changed: give the right one with --passphrase-file FILE or in ORDRETT_PASSPHRASE"
        case .tampered: "the key register was tampered with: the passphrase is right, the content is not as written; restore it from a copy ('ordrett key import FILE --replace')"
        case .emptyPassphrase: "the passphrase is empty; give the key register's own"
        }
    }
}

extension KeyEnvelope {
    /// Whether data look like a closed register, whole or not.
    public static func isOne(_ data: Data) -> Bool { data.starts(with: Data(start.utf8)) }

    /// The header's first key, since keys are sorted.
    private static let start = "{\"check\":"

    /// - Throws: ``KeyEnvelopeFault`` for anything but a whole file as it was written.
    public init(_ data: Data) throws {
        guard data.count <= Self.largest else { throw KeyEnvelopeFault.notRegister }
        let start = Data(Self.start.utf8)
        guard Self.isOne(data) else { throw start.starts(with: data) ? KeyEnvelopeFault.cutShort : .notRegister }
        let parts = data.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { throw KeyEnvelopeFault.cutShort }
        let line = Data(parts[0]), text = Data(parts[1]), sum = Data(parts[2])
        guard parts.count == 4 else { throw sum.count <= 64 ? KeyEnvelopeFault.cutShort : KeyEnvelopeFault.damaged }
        guard parts[3].isEmpty, sum == Self.sum(line, text) else { throw KeyEnvelopeFault.damaged }
        struct Kind: Decodable { var kind: String?, format: Int? }
        guard let kind = try? JSONDecoder().decode(Kind.self, from: line), kind.kind == "ordrett.key-register", let format = kind.format else {
            throw KeyEnvelopeFault.notRegister
        }
        guard format <= Self.currentFormat else { throw KeyEnvelopeFault.newer(format) }
        guard let header = try? JSONDecoder().decode(Header.self, from: line), header.cipher == "chacha20-poly1305", header.kdf.name == "scrypt",
            header.nonce.count == 12, header.kdf.salt.count == Self.saltLength, header.check.count == 16,
            let body = Data(base64Encoded: text), body.base64EncodedData() == text, body.count == header.length, body.count >= 16
        else { throw KeyEnvelopeFault.damaged }
        self.header = header
        self.line = line
        self.body = body
        guard cost.isAcceptable else { throw KeyEnvelopeFault.excessive }
    }

    /// The file's bytes.
    public var data: Data {
        let text = body.base64EncodedData()
        return line + [0x0A] + text + [0x0A] + Self.sum(line, text) + [0x0A]
    }

    private static func sum(_ line: Data, _ text: Data) -> Data {
        Data(SHA256.hash(data: line + [0x0A] + text + [0x0A]).map { String(format: "%02x", $0) }.joined().utf8)
    }

    /// Closes `content`.
    /// - Parameters:
    ///   - key: from ``Key/init(passphrase:cost:)``, or the one that opened the file before: the nonce is fresh each time.
    public init(closing content: Data, study: String, key: Key) throws {
        let nonce = ChaChaPoly.Nonce()
        let header = Header(
            check: key.check, format: Self.currentFormat,
            kdf: .init(n: key.cost.n, r: key.cost.r, p: key.cost.p, salt: key.salt), length: content.count + 16, nonce: Data(nonce), study: study)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.header = header
        line = try encoder.encode(header)
        let box = try ChaChaPoly.seal(content, using: key.cipher, nonce: nonce, authenticating: line)
        body = box.ciphertext + box.tag
    }

    /// Opens the register.
    /// - Throws: ``KeyEnvelopeFault``.
    public func open(_ key: Key) throws -> Data {
        guard key.salt == header.kdf.salt, key.cost == cost, key.isOf(header.check) else { throw KeyEnvelopeFault.wrongPassphrase }
        do {
            let box = try ChaChaPoly.SealedBox(
                nonce: ChaChaPoly.Nonce(data: header.nonce), ciphertext: body.dropLast(16), tag: body.suffix(16))
            return try ChaChaPoly.open(box, using: key.cipher, authenticating: line)
        } catch { throw KeyEnvelopeFault.tampered }
    }

    /// The key that this passphrase gives for this file. Costs what the file says.
    public func key(_ passphrase: String) throws -> Key { try Key(passphrase: passphrase, salt: header.kdf.salt, cost: cost) }
}

extension KeyEnvelope {
    /// What scrypt made of a passphrase.
    public struct Key: Sendable {
        public let cost: Cost
        let salt: Data
        let cipher: SymmetricKey
        let check: Data
        private let checking: SymmetricKey

        /// Under a fresh salt.
        public init(passphrase: String, cost: Cost) throws {
            var generator = SystemRandomNumberGenerator()
            try self.init(
                passphrase: passphrase, salt: Data((0..<KeyEnvelope.saltLength).map { _ in UInt8.random(in: 0...255, using: &generator) }), cost: cost)
        }

        init(passphrase: String, salt: Data, cost: Cost) throws {
            guard !passphrase.isEmpty else { throw KeyEnvelopeFault.emptyPassphrase }
            guard cost.isAcceptable else { throw KeyEnvelopeFault.excessive }
            // One writing of a letter with its accent, whatever keyboard it came from.
            let text = Data(passphrase.precomposedStringWithCanonicalMapping.utf8)
            let bytes = try Scrypt.derive(text, salt: salt, cost: cost, count: 64)
            self.cost = cost
            self.salt = salt
            cipher = SymmetricKey(data: bytes.prefix(32))
            checking = SymmetricKey(data: bytes.suffix(32))
            check = Data(HMAC<SHA256>.authenticationCode(for: Data("ordrett key check".utf8), using: checking).prefix(16))
        }

        /// Compared in constant time.
        func isOf(_ other: Data) -> Bool {
            guard other.count == check.count else { return false }
            return zip(other, check).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }

    /// A passphrase of 150 random bits: six groups of five letters and digits that cannot be taken for one another.
    public static func randomPassphrase() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return (0..<6).map { _ in
            String((0..<5).map { _ in letters[Int(UInt8.random(in: 0...255, using: &generator) & 31)] })
        }.joined(separator: "-")
    }
}

/// scrypt, RFC 7914.
enum Scrypt {
    static func derive(_ passphrase: Data, salt: Data, cost: KeyEnvelope.Cost, count: Int) throws -> Data {
        try KDF.Scrypt.deriveKey(
            from: passphrase, salt: salt, outputByteCount: count, rounds: cost.n, blockSize: cost.r, parallelism: cost.p
        ).withUnsafeBytes { Data($0) }
    }
}
