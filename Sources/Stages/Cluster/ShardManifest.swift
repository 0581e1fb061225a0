import AudioIngest
import Foundation
import Pipeline

/// Which recordings several processes or machines share the work on, and how long they are: all of them divide the same list alike.
///
/// A text file, one recording a line: id, seconds, bytes, parted by tabs; `#` begins a remark.
public struct ShardManifest: Sendable, Hashable {
    public struct Entry: Sendable, Hashable, Codable {
        public var id: String
        /// Duration; 0 where the header does not tell it.
        public var seconds: Double
        /// Of all its files together.
        public var bytes: Int

        /// What it counts when the work is divided, in seconds. A header that tells nothing leaves the size, as of 16 bits at 16 kHz.
        var load: Double { seconds > 0 ? seconds : Double(bytes) / 32_000 }
    }

    /// Where it lies in a study, in `fortrolig/`.
    public static let fileName = "klynge.tsv"
    static let head = "# ordrett manifest 1: id, seconds, bytes"

    /// In order of their ids.
    public let entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries.sorted { $0.id < $1.id } }

    /// Of all recordings of a request.
    public init(_ request: RunRequest) {
        self.init(
            request.selected.map { item in
                let parts = item.files["recording"] ?? []
                let seconds = (try? Recording(parts: parts.map(\.path)))?.seconds ?? 0
                return Entry(id: item.id, seconds: (seconds * 10).rounded() / 10, bytes: item.weight)
            })
    }

    /// - Throws: ``StageFault`` that names the line.
    public init(text: String, name: String) throws {
        var entries: [Entry] = [], seen: Set<String> = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == Self.head else { throw StageFault("'\(name)' is no manifest of Ordrett's; make one with 'ordrett cluster manifest'") }
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let seconds = Double(fields[1]), seconds.isFinite, seconds >= 0, let bytes = Int(fields[2]), bytes >= 0,
                !fields[0].isEmpty, seen.insert(String(fields[0])).inserted
            else { throw StageFault("'\(name)', line \(index + 1): expected an id that stands once, seconds and bytes, parted by tabs; make it again with 'ordrett cluster manifest'") }
            entries.append(Entry(id: String(fields[0]), seconds: seconds, bytes: bytes))
        }
        self.init(entries)
    }

    public var text: String {
        Self.head + "\n" + entries.map { "\($0.id)\t\(String(format: "%.1f", $0.seconds))\t\($0.bytes)\n" }.joined()
    }

    /// SHA-256 of its text.
    public var digest: String { Digest.sha256(Data(text.utf8)) }

    /// Ids of each share, in order of ids: the longest first, each to the share that has least (Graham's rule of the longest processing
    /// time, never more than a third above the best division). The same for everybody who has the list.
    public func shares(_ count: Int) -> [[String]] {
        var shares = Array(repeating: (load: 0.0, ids: [String]()), count: max(1, count))
        for entry in entries.sorted(by: { (-$0.load, $0.id) < (-$1.load, $1.id) }) {
            let least = shares.indices.min { (shares[$0].load, shares[$0].ids.count, $0) < (shares[$1].load, shares[$1].ids.count, $1) } ?? 0
            shares[least].load += entry.load
            shares[least].ids.append(entry.id)
        }
        return shares.map { $0.ids.sorted() }
    }

    // MARK: In a study

    static func url(_ folders: OutputFolders) -> URL { folders.confidential.appendingPathComponent(fileName) }

    /// - Parameter path: nil for the study's own.
    public static func load(_ path: String?, _ folders: OutputFolders) throws -> ShardManifest {
        let url = path.map { URL(fileURLWithPath: $0) } ?? url(folders), name = url.lastPathComponent
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw StageFault("there is no manifest '\(name)'; make one with 'ordrett cluster manifest'")
        }
        guard let data = try? Data(contentsOf: url) else { throw FileFault(url, errno == 0 ? EACCES : errno, .read) }
        guard let text = String(data: data, encoding: .utf8) else { throw StageFault("'\(name)' is not UTF-8 text; make it again with 'ordrett cluster manifest'") }
        return try ShardManifest(text: text, name: name)
    }

    public func save(_ path: String?, _ folders: OutputFolders) throws -> URL {
        let url = path.map { URL(fileURLWithPath: $0) } ?? Self.url(folders)
        try SafeFile.write(Data(text.utf8), to: url, confidential: true)
        return url
    }

    /// The study's recordings that it lists.
    /// - Throws: ``StageFault`` for one that has gone or is another now. One that is held is left out.
    public func items(of request: RunRequest) throws -> [Item] {
        let held = Set(request.study.held.map(\.id))
        return try entries.compactMap { entry in
            guard let item = request.all.first(where: { $0.id == entry.id }) else {
                if held.contains(entry.id) { return nil }
                throw StageFault("the manifest lists '\(entry.id)', which is no recording of this study; make it again with 'ordrett cluster manifest'")
            }
            guard item.weight == entry.bytes else {
                throw StageFault("'\(entry.id)' is not as long as the manifest says: the recording has been changed, or is still being copied; make the manifest again with 'ordrett cluster manifest'")
            }
            return item
        }
    }
}
