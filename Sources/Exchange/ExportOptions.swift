import Foundation

/// What some formats can do beside the layout.
public struct ExportOptions: Sendable, Hashable {
    /// Where a document shows the time of a turn.
    public enum TimePlacement: String, Codable, Sendable, CaseIterable {
        /// Before the speaker's label.
        case inline
        /// In the page's left margin, outside the text.
        case margin
    }

    /// For docx, odt and pdf; the other formats have no margin.
    public var timePlacement: TimePlacement

    public init(timePlacement: TimePlacement = .inline) { self.timePlacement = timePlacement }
}

/// The recording as a confidential file names it: a path from the file to the recording.
public struct AudioReference: Sendable, Hashable {
    /// With `/` between folders; never absolute and never an address.
    public let path: String

    /// - Parameter path: from the folder of the exported file to the recording, such as `../opptak/P07.wav`.
    /// - Returns: nil for an empty or absolute path, an address (`https:…`), or one with control characters.
    public init?(relativePath path: String) {
        let first = path.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        guard !path.isEmpty, path.first != "/", !first.contains(":"), !path.contains("\\"),
            path.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else { return nil }
        self.path = path
    }

    /// The way from a folder to a recording.
    public init?(from folder: URL, to recording: URL) {
        let from = folder.standardizedFileURL.pathComponents, to = recording.standardizedFileURL.pathComponents
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to[common...]
        // A first part that looks like an address is still a file here.
        let path = steps.joined(separator: "/")
        self.init(relativePath: steps.first?.contains(":") == true ? "./" + path : path)
    }

    /// The path as a reference in a page or a document: everything but letters, digits and a few signs in percent code.
    var escaped: String {
        var result = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || (48...57).contains(byte) || "-._~/".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count < 2 ? "0" : "") + hex
            }
        }
        return result
    }

    /// By the file name's extension (RFC 4337, 3003 and the registrations in use).
    var mediaType: String {
        switch path.lowercased().split(separator: ".").last.map(String.init) ?? "" {
        case "wav", "bwf": "audio/x-wav"
        case "mp3": "audio/mpeg"
        case "m4a", "mp4": "audio/mp4"
        case "flac": "audio/flac"
        case "ogg", "oga", "opus": "audio/ogg"
        default: "audio/*"
        }
    }
}

/// Makes a PDF of a document. Exchange starts no programs: whoever runs one hands it in.
public protocol PDFConverter: Sendable {
    /// - Parameter document: an OpenDocument text (.odt).
    func pdf(ofOpenDocument document: Data) throws -> Data
}

/// Why a file could not be made.
public enum ExportFault: Error, Sendable, CustomStringConvertible {
    /// A PDF was asked for without a converter.
    case noConverter

    public var description: String {
        switch self {
        case .noConverter: "a PDF is made by LibreOffice, which was not found; install it (Debian, Ubuntu: libreoffice-writer), or export docx or odt"
        }
    }
}
