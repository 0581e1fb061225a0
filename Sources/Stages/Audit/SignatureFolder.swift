import Foundation
import Pipeline

/// The signatures of a study: a file a recording in `fortrolig/signaturer/`. They decide; what lies in `deling/` is their copy.
struct SignatureFolder: Sendable {
    static let name = "signaturer"
    let url: URL

    init(_ folders: OutputFolders) { url = folders.confidential.appendingPathComponent(Self.name) }

    func file(_ item: String) -> URL { url.appendingPathComponent(item + ".json") }

    /// What stands for the signature in a run's key.
    func digest(_ item: String) -> String {
        // Half the time there is none; an error that nobody looks at is slow to make.
        let path = url.path + "/" + item + ".json"
        return access(path, F_OK) == 0 ? (try? Digest.sha256(file: URL(filePath: path, directoryHint: .notDirectory))) ?? "none" : "none"
    }

    enum Found: Sendable {
        case none
        case signed(SignedAudit)
        /// The file is there, but not as it was written.
        case broken
    }

    func find(_ item: String) -> Found {
        guard FileManager.default.fileExists(atPath: file(item).path) else { return .none }
        guard let data = try? Data(contentsOf: file(item)), let signed = try? JSONDecoder().decode(SignedAudit.self, from: data), signed.isWhole
        else { return .broken }
        return .signed(signed)
    }

    /// All whole signatures, with the ids of their items.
    func all() -> [(item: String, signed: SignedAudit)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().compactMap { name in
            let item = String(name.dropLast(5))
            if case .signed(let signed) = find(item) { return (item, signed) }
            return nil
        }
    }

    func write(_ signed: SignedAudit, item: String) throws {
        try SafeFile.makeFolder(url, confidential: true)
        try SafeFile.write(signed.encoded(), to: file(item), confidential: true)
    }
}
