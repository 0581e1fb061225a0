import Foundation

/// The folders of a study (or of an output folder) that the engine writes to.
public struct OutputFolders: Sendable, Hashable {
    public enum Place: String, Codable, Sendable {
        /// Only what may be shared.
        case sharing
        /// Raw transcripts and the key register, 0700.
        case confidential
        /// The study folder itself.
        case root
    }

    public var root: URL
    public var sharing: URL
    public var confidential: URL
    /// Plain artefacts and digests.
    public var cache: URL

    public init(root: URL, sharing: URL, confidential: URL, cache: URL) {
        self.root = root
        self.sharing = sharing
        self.confidential = confidential
        self.cache = cache
    }

    public func url(_ place: Place) -> URL {
        switch place {
        case .sharing: sharing
        case .confidential: confidential
        case .root: root
        }
    }
}

/// A file written for people, on the run record.
public struct Product: Codable, Sendable, Hashable {
    public var place: OutputFolders.Place
    public var name: String
    public var digest: String
}

/// Gathers the files one run of a stage writes.
final class ProductCollector: @unchecked Sendable {
    private let lock = NSLock()
    private var written: [Product] = []
    private var reason: String?
    private let item: String
    /// Digests of the products that earlier runs of this stage on this item wrote, by place and name.
    private let known: [String: Set<String>]

    init(item: String, known: [String: Set<String>]) {
        self.item = item
        self.known = known
    }

    var products: [Product] { lock.withLock { written } }

    /// Why the stage gives nothing away yet; nil when it does.
    var held: String? { lock.withLock { reason } }

    func hold(_ reason: String) { lock.withLock { self.reason = reason } }

    func add(_ product: Product) { lock.withLock { written.append(product) } }

    func publish(_ name: String, _ data: Data, in place: OutputFolders.Place, folders: OutputFolders) throws {
        if place == .sharing, held != nil { throw EngineError.sharedWhileHeld(item) }
        let url = folders.url(place).appendingPathComponent(name)
        let digest = Digest.sha256(data)
        if FileManager.default.fileExists(atPath: url.path) {
            // Not the bytes any run of this stage wrote, or nobody can tell: somebody edited the file, and their work is kept.
            let present = try? Digest.sha256(file: url)
            let isOurs = present.map { $0 == digest || known[place.rawValue + "/" + name]?.contains($0) == true } ?? false
            // What somebody typed has been through no audit: it does not stay among what is shared.
            if !isOurs { try SafeFile.setAside(url, into: place == .sharing ? folders.confidential : nil) }
        }
        // De-identified data are still personal data: closed to others until somebody shares them.
        try SafeFile.write(data, to: url, confidential: true)
        add(Product(place: place, name: name, digest: digest))
    }
}
