import Foundation

/// Why a model cannot be listed, fetched or trusted, and what to do about it.
public enum ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    case cannotRead(name: String)
    case cannotWrite(name: String, code: Int32)
    case unknownModel(String, known: [String])
    case notDownloaded(String)
    /// Only https, and http on this machine itself, are used.
    case unsafeAddress(String)
    case notFound(name: String)
    case server(name: String, status: Int)
    case network(name: String, why: String)
    /// The server sent fewer or more bytes than it said.
    case wrongSize(name: String, expected: Int64, got: Int64)
    case wrongChecksum(name: String, expected: String, got: String)
    case badChecksum(String)
    case diskFull(name: String, needed: Int64, free: Int64)
    /// Somebody else is downloading the same model.
    case busy(name: String)

    public var description: String {
        switch self {
        case .cannotRead(let name): "cannot read '\(name)': check that it exists and that you may open it"
        case .cannotWrite(let name, let code): "cannot write '\(name)' (\(String(cString: strerror(code)))): check the folder and the disk"
        case .unknownModel(let name, let known): "there is no model '\(name)' in the catalogue; there are \(known.joined(separator: ", "))"
        case .notDownloaded(let name): "the model '\(name)' is not here; fetch it with `ordrett model download \(name)`"
        case .unsafeAddress(let host): "'\(host)' is not reached over https; models are fetched over https only"
        case .notFound(let name): "the server has no '\(name)'; the model may have moved: see `ordrett model list`"
        case .server(let name, let status): "the server answered with status \(status) for '\(name)'; try again later, the download goes on where it stopped"
        case .network(let name, let why): "'\(name)' could not be fetched (\(why)); try again, the download goes on where it stopped"
        case .wrongSize(let name, let expected, let got): "'\(name)' should have \(expected) bytes and has \(got); try again, the download goes on where it stopped"
        case .wrongChecksum(let name, let expected, let got):
            "'\(name)' is not what it should be (SHA-256 \(got.prefix(16))…, expected \(expected.prefix(16))…); it must not be used and was set aside or removed: download it again"
        case .badChecksum(let text): "'\(text.prefix(70))' is not a SHA-256 checksum: 64 hexadecimal digits"
        case .diskFull(let name, let needed, let free):
            "'\(name)' needs \(needed / 1_000_000) MB and \(free / 1_000_000) MB are free; make room, or choose another folder with --folder"
        case .busy(let name): "'\(name)' is being downloaded by another ordrett; wait for it"
        }
    }
}
