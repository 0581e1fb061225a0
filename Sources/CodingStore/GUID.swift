import Crypto
import Foundation

/// Identifiers that stay the same between exports and between two coders' stores.
public enum GUID {
    /// Ordrett's own name space, itself of version 5 in the URL name space for `urn:ordrett`.
    private static let space: [UInt8] = named("urn:ordrett", in: [
        0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
    ])

    /// UUID of version 5 (RFC 9562): the same name gives the same identifier everywhere.
    public static func named(_ name: String) -> String { text(named(name, in: space)) }

    public static func random() -> String { UUID().uuidString.lowercased() }

    static func version(item: String, digest: String) -> String { named("version \(item) \(digest)") }

    /// Any program's way of writing a GUID (braces, capitals) in ours; nil when it is none.
    public static func normalized(_ text: String) -> String? {
        var bare = text.trimmingCharacters(in: .whitespaces)
        if bare.hasPrefix("{"), bare.hasSuffix("}") { bare = String(bare.dropFirst().dropLast()) }
        return UUID(uuidString: bare)?.uuidString.lowercased()
    }

    private static func named(_ name: String, in space: [UInt8]) -> [UInt8] {
        var bytes = Array(Insecure.SHA1.hash(data: Data(space + Array(name.utf8))).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var out = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { out += "-" }
            let hex = String(byte, radix: 16)
            out += hex.count < 2 ? "0" + hex : hex
        }
        return out
    }
}
