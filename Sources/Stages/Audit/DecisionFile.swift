import Anonymization
import Foundation
import Pipeline

/// The study's decisions on findings, `fortrolig/avgjorelser.forseglet`: who, when, why, and where as keyed digests of words.
///
/// It is sealed with the study's cache key: reasons are free text, and a digest of a word is found by somebody who has the secret that
/// lies with it and a list of words.
struct DecisionFile: Sendable {
    static let name = "avgjorelser.forseglet"
    private static let place = "decisions"
    let url: URL
    private let lock: URL
    private let folders: OutputFolders
    private var keys: StudyKeys { StudyKeys(folders) }

    init(_ folders: OutputFolders) {
        self.folders = folders
        url = folders.confidential.appendingPathComponent(Self.name)
        lock = folders.cache.appendingPathComponent("avgjorelser.lock")
    }

    struct Content: Codable, Sendable {
        static let format = "ordrett.decisions.1"
        var format = Self.format
        /// The secret that words are digested with; made once for the study.
        var salt: Data
        var decisions: [AuditDecision]
    }

    /// Nil when nobody has decided anything yet.
    /// - Throws: ``StageFault`` when the file is there and cannot be read: decisions are not forgotten by accident.
    func read() throws -> Content? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        return try Self.readings.value(of: [url.path]) { try opened() }
    }

    /// Asked for with every recording of a study.
    private static let readings = FileReading<Content>()

    private func opened() throws -> Content {
        guard let sealed = try? Data(contentsOf: url), let data = try? keys.existing()?.open(sealed, at: Self.place), let content = try? JSONDecoder().decode(Content.self, from: data), content.format == Content.format else {
            throw StageFault("the decisions in fortrolig/\(Self.name) cannot be read; nothing was changed; restore the file from a copy, or take it away to decide anew")
        }
        return content
    }

    /// A recording's decisions, and what stands for them in a run's key.
    func decisions(of item: String) throws -> (decisions: [AuditDecision], salt: Data, digest: String) {
        guard let content = try read() else { return ([], Data(), "none") }
        let own = content.decisions.filter { $0.item == item }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        return (own, content.salt, own.isEmpty ? "none" : try ArtefactText.digest(own))
    }

    /// Forgets what was decided on recordings that leave the study.
    func forget(_ items: Set<String>) throws {
        guard FileManager.default.fileExists(atPath: url.path), try read()?.decisions.contains(where: { items.contains($0.item) }) == true else { return }
        try edit { $0.decisions.removeAll { items.contains($0.item) } }
    }

    /// Changes the decisions; two at once wait for each other.
    func edit(_ change: (inout Content) throws -> Void) throws {
        try SafeFile.makeFolder(lock.deletingLastPathComponent(), confidential: true)
        let held = try FileLock(lock)
        defer { held.release() }
        var content = try read() ?? Content(salt: Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }), decisions: [])
        try change(&content)
        content.decisions.sort { ($0.item, $0.at, $0.id) < ($1.item, $1.at, $1.id) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SafeFile.write(keys.forWriting().seal(encoder.encode(content), at: Self.place), to: url, confidential: true)
    }
}
