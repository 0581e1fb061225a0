import AudioIngest
import ChildProcesses
import CodingStore
import Foundation
import Recognition

/// What is left of terms in a study's folder: names of files and their bytes, inside packed documents and databases, too.
struct StudySearch: Sendable {
    struct Hit: Codable, Sendable, Hashable {
        /// Relative to the study's folder.
        var path: String
        /// Indices of the terms.
        var terms: [Int]
    }

    struct Result: Sendable {
        var hits: [Hit] = []
        /// Files whose inside could not be read: sealed, compressed or closed.
        var unread: [String] = []
        var files = 0
    }

    let search: ByteSearch

    init(_ terms: [ByteSearch.Term]) { search = ByteSearch(terms) }

    /// - Parameter skipping: paths that are not looked into.
    func run(_ root: URL, skipping: (String) -> Bool = { _ in false }) -> Result {
        var result = Result()
        for path in StudyRoom.files(root) where !skipping(path) {
            result.files += 1
            var found = search.find(in: Data(path.utf8))
            let url = root.appendingPathComponent(path)
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)).map({ found.formUnion(search.find(in: Data($0.utf8))) }) == nil {
                guard let inside = look(into: url) else {
                    result.unread.append(path)
                    if !found.isEmpty { result.hits.append(Hit(path: path, terms: found.sorted())) }
                    continue
                }
                found.formUnion(inside)
            }
            if !found.isEmpty { result.hits.append(Hit(path: path, terms: found.sorted())) }
        }
        return result
    }

    private static let soundEndings = Set((SupportedFormats.readableExtensions + SupportedFormats.convertibleExtensions).map { $0.lowercased() })
    private static let block = 1 << 22

    /// Terms in one file; nil when it cannot be read.
    func look(into url: URL) -> Set<Int>? {
        let ending = url.pathExtension.lowercased()
        guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
        defer { try? handle.close() }
        var found: Set<Int> = [], tail = Data(), isFirst = true, isPacked = false, isDatabase = false, isClosed = false, isText = false
        let isSound = Self.soundEndings.contains(ending)
        let overlap = max(64, search.longest + 4)
        while true {
            let block: Data
            do { block = try handle.read(upToCount: Self.block) ?? Data() } catch { return nil }
            if block.isEmpty { break }
            if isFirst {
                isPacked = block.starts(with: [0x50, 0x4B, 3, 4])
                isDatabase = block.starts(with: Array("SQLite format 3\0".utf8))
                isText = !isSound && Self.isText(block)
                isClosed = block.starts(with: Array("%PDF".utf8)) || block.starts(with: [0x1F, 0x8B])
            }
            // Tags stand at a sound file's ends; between them few bytes mean nothing.
            let window = tail + block
            found.formUnion(search.find(in: window, shortToo: isText))
            if isSound, isFirst { found.formUnion(search.find(in: Self.tags(block))) }
            tail = Data(window.suffix(overlap))
            isFirst = false
        }
        if isPacked {
            guard let parts = try? PackedParts.read(url) else { return nil }
            for part in parts {
                found.formUnion(search.find(in: Data(part.name.utf8)))
                found.formUnion(search.find(in: part.data))
                if let text = String(data: part.data, encoding: .utf8), text.hasPrefix("<") || text.hasPrefix("\u{FEFF}<") {
                    // A word processor cuts words into runs.
                    found.formUnion(search.find(in: Data(Self.withoutTags(text).utf8)))
                }
            }
        } else if isDatabase {
            guard (try? CodingStore.eachText(at: url, { found.formUnion(search.find(in: Data($0.utf8))) })) != nil else { return nil }
        } else if ["html", "htm", "svg", "xml", "eaf"].contains(ending), let data = try? Data(contentsOf: url) {
            found.formUnion(search.find(in: Data(Self.withoutTags(String(decoding: data, as: UTF8.self)).utf8)))
        }
        return isClosed && found.isEmpty ? (ending == "pdf" ? PrintedText.read(url).map { search.find(in: $0) } : nil) : found
    }

    /// What stands before a sound file's samples, which hold any few letters by chance.
    private static func tags(_ block: Data) -> Data {
        let head = block.prefix(1 << 16)
        if head.starts(with: Array("RIFF".utf8)) || head.starts(with: Array("RF64".utf8)) {
            return head.range(of: Data("data".utf8)).map { head.prefix(upTo: $0.lowerBound) } ?? head
        }
        guard head.starts(with: Array("fLaC".utf8)) else { return Data() }
        // Blocks of a type, with a last one told by the top bit, and a length in three bytes.
        let bytes = [UInt8](head)
        var place = 4
        while place + 4 <= bytes.count {
            let length = Int(bytes[place + 1]) << 16 | Int(bytes[place + 2]) << 8 | Int(bytes[place + 3]), isLast = bytes[place] & 0x80 != 0
            place += 4 + length
            if isLast { break }
        }
        return Data(bytes.prefix(place))
    }

    /// Few letters mean something only in text, not among the bytes of a packed or sealed file.
    private static func isText(_ data: Data) -> Bool {
        if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) { return true }
        let head = data.prefix(1 << 13)
        guard !head.contains(0) else { return false }
        // The cut may go through a letter.
        return (0...3).contains { String(data: head.dropLast($0), encoding: .utf8) != nil } || head.allSatisfy { $0 >= 0x20 || [9, 10, 13].contains($0) }
    }

    static func withoutTags(_ text: String) -> String {
        var result = String.UnicodeScalarView(), inside = false
        for scalar in text.unicodeScalars {
            if scalar == "<" { inside = true } else if scalar == ">" { inside = false } else if !inside { result.append(scalar) }
        }
        return String(result)
            .replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&quot;", with: "\"")
            .replacingOccurrences(of: "&#39;", with: "'").replacingOccurrences(of: "&amp;", with: "&")
    }
}

/// The text of a PDF, where poppler's `pdftotext` is installed: what stands in one is compressed.
enum PrintedText {
    static func read(_ url: URL) -> Data? {
        guard let program = Doctor.find("pdftotext") else { return nil }
        guard let folder = try? TemporaryFolder() else { return nil }
        defer { withExtendedLifetime(folder) {} }
        let child = ExternalProgram(program: URL(fileURLWithPath: program), arguments: ["-q", "-enc", "UTF-8", url.path, "-"], folder: folder.url, timeout: 120)
        guard let outcome = try? child.run(), case .exit(0) = outcome.ending else { return nil }
        return outcome.output
    }
}
