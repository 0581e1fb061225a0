import AudioIngest
import Foundation
import Pipeline

/// A study folder, or a bare folder of recordings with an output folder beside it.
public struct Study: Sendable {
    public static let fileName = "ordrett.yaml"
    public static let recordingFolder = "opptak"
    public static let draftFolder = "utkast"
    public static let storeName = "koding.sqlite"
    /// Tables, quotations and exports of the analysis.
    public static let analysisFolder = "koding"

    public let folders: OutputFolders
    public let file: StudyFile
    /// All recordings of the study that may be worked on, by id.
    public let items: [Item]
    /// With those that are held.
    let everything: [Item]
    /// Remarks for the researcher: parts joined, files left out.
    public let notes: [String]
    /// Recordings that may not be worked on, and why.
    public let held: [Hold]

    public struct Hold: Sendable, Hashable, Codable {
        public var id: String
        public var reason: String
        /// Whether this is as it should be, and no run fails for it: the sound is gone because its day had come.
        public var isExpected = false
    }

    /// Whether a folder is a study.
    public static func exists(at root: URL) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(fileName).path)
    }

    /// The study that holds `url`: the folder itself, or the nearest above that has an `ordrett.yaml`.
    public static func find(from url: URL) -> URL? {
        var folder = url.standardizedFileURL
        while true {
            if exists(at: folder) { return folder }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            if parent.path == folder.path { return nil }
            folder = parent
        }
    }

    /// Ids become names of files and folders.
    static func isSafe(id: String) -> Bool {
        !id.isEmpty && id.count <= 100 && !id.hasPrefix(".") && !id.hasPrefix("_")
            && id.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0) }
    }

    static func safe(id: String) -> String {
        let cleaned = String(
            String.UnicodeScalarView(
                // Composed letters: a name from a Mac comes with its accents apart.
                id.precomposedStringWithCanonicalMapping.unicodeScalars.map {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0) ? $0 : "_"
                })
        ).prefix(100)
        let trimmed = cleaned.drop { $0 == "." || $0 == "_" }
        return trimmed.isEmpty ? "opptak" : String(trimmed)
    }

    static func layout(_ root: URL) -> OutputFolders {
        OutputFolders(
            root: root, sharing: root.appendingPathComponent("deling"), confidential: root.appendingPathComponent("fortrolig"),
            cache: root.appendingPathComponent(".ordrett"))
    }

    /// Opens a study folder.
    public init(root: URL) throws {
        folders = Self.layout(root)
        let url = root.appendingPathComponent(Self.fileName)
        guard let data = try? Data(contentsOf: url) else { throw FileFault(url, errno == 0 ? ENOENT : errno, .read) }
        guard let yaml = String(data: data, encoding: .utf8) else {
            throw DefinitionError(file: Self.fileName, message: "not UTF-8 text; save it as UTF-8")
        }
        let file = try StudyFile(yaml: yaml, file: Self.fileName)
        self.file = file
        var items: [Item] = [], notes: [String] = [], taken: Set<String> = [], held: [Hold] = []
        let drafts = DraftFolder(root.appendingPathComponent(Self.draftFolder))
        for entry in file.recordings {
            let urls = entry.files.map { Self.resolve($0, in: root) }
            taken.formUnion(urls.map(\.standardizedFileURL.path))
            items.append(
                Self.item(
                    id: entry.id, parts: urls, draft: entry.draft.map { Self.resolve($0, in: root) },
                    facts: ItemFacts(
                        language: file.language, speakers: entry.speakers,
                        participants: entry.participants.compactMap { code in file.participants.first { $0.code == code } },
                        date: entry.date),
                    interviewer: entry.interviewer, wave: entry.wave))
            if let reason = file.hold(entry) { held.append(Hold(id: entry.id, reason: reason)) }
            let missing = file.missingForSharing(entry)
            if !missing.isEmpty { items[items.count - 1].facts[SharingFact.name] = SharingFact.withheld }
        }
        // Recordings that lie in opptak/ and are not yet in the file are worked on too, under their file's name.
        let folder = root.appendingPathComponent(Self.recordingFolder)
        if FileManager.default.fileExists(atPath: folder.path) {
            let scan = try RecordingScanner().scan([folder.path])
            var unlisted: [String] = []
            for candidate in scan where !candidate.parts.contains(where: { taken.contains(URL(fileURLWithPath: $0).standardizedFileURL.path) }) {
                let id = Self.unique(Self.safe(id: candidate.id), among: items)
                let parts = candidate.parts.map { URL(fileURLWithPath: $0) }
                items.append(
                    Self.item(
                        id: id, parts: parts, draft: nil,
                        facts: ItemFacts(language: file.language)))
                if let reason = file.hold(nil) { held.append(Hold(id: id, reason: reason)) }
                if !file.missingForSharing(nil).isEmpty { items[items.count - 1].facts[SharingFact.name] = SharingFact.withheld }
                unlisted.append(id)
                if let note = candidate.note { notes.append("\(id): \(note)") }
            }
            if !unlisted.isEmpty { notes.append("\(Self.some(of: unlisted)): found in \(Self.recordingFolder)/, not listed in \(Self.fileName)") }
        }
        let expired = try ExpiredRecordings(folders)
        notes += drafts.assign(to: &items, hasGone: expired.hasTakenSound)
        let stones = try Tombstones(folders)
        if !stones.isEmpty {
            held += stones.holds(items, digests: DigestMemory(file: folders.cache.appendingPathComponent("digests.json"), sealing: StudyKeys(folders)))
        }
        held += expired.holds(items)
        // Made before consent was taken back: said on every run and in the status until they are gone.
        for item in items {
            let isHeld = held.contains { $0.id == item.id }
            guard item.isWithheldFromSharing || isHeld else { continue }
            let left = WithheldFiles(item.id, folders).present
            guard !left.isEmpty, try SharingGate.consent(item.id, folders) != nil else { continue }
            notes.append(
                "\(item.id): consent does not allow sharing, and deling/ holds files of it from before: \(left.joined(separator: ", ")); "
                    + (isHeld ? "delete them" : "a run up to the export erases those that nobody has changed"))
        }
        let stopped = Set(held.map(\.id))
        everything = items.sorted { $0.id < $1.id }
        self.items = items.filter { !stopped.contains($0.id) }.sorted { $0.id < $1.id }
        self.notes = notes
        self.held = held.sorted { ($0.id, $0.reason) < ($1.id, $1.reason) }
    }

    /// Files and folders of recordings without a study; everything Ordrett writes goes to `out`.
    public init(bare inputs: [URL], out: URL) throws {
        folders = Self.layout(out)
        file = StudyFile()
        held = []
        var items: [Item] = [], notes: [String] = [], homes: Set<URL> = []
        for candidate in try RecordingScanner().scan(inputs.map(\.path)) {
            let id = Self.unique(Self.safe(id: candidate.id), among: items)
            let parts = candidate.parts.map { URL(fileURLWithPath: $0) }
            homes.insert(parts[0].deletingLastPathComponent())
            items.append(Self.item(id: id, parts: parts, draft: nil, facts: ItemFacts()))
            if let note = candidate.note { notes.append("\(id): \(note)") }
        }
        for home in homes.sorted(by: { $0.path < $1.path }) {
            notes += DraftFolder(home.appendingPathComponent(Self.draftFolder)).assign(to: &items, ofFolder: home)
        }
        self.items = items.sorted { $0.id < $1.id }
        everything = self.items
        self.notes = notes
    }

    private static func unique(_ id: String, among items: [Item]) -> String {
        // Ids become names of files, and some file systems do not tell P07 from p07.
        func isTaken(_ id: String) -> Bool { items.contains { $0.id.lowercased() == id.lowercased() } }
        guard isTaken(id) else { return id }
        for number in 2... where !isTaken("\(id)-\(number)") { return "\(id)-\(number)" }
        return id
    }

    /// "P01, P02, P03 and 97 others": a study that lists no recording at all is told so in one line.
    static func some(of ids: [String]) -> String {
        let shown = ids.count <= 4 ? ids : Array(ids.prefix(3))
        return shown.joined(separator: ", ") + (ids.count > shown.count ? " and \(ids.count - shown.count) others" : "")
    }

    private static func resolve(_ path: String, in root: URL) -> URL {
        path.hasPrefix("/") ? URL(fileURLWithPath: path) : root.appendingPathComponent(path)
    }

    private static func item(
        id: String, parts: [URL], draft: URL?, facts: ItemFacts, interviewer: [String] = [], wave: String? = nil
    ) -> Item {
        var files = ["recording": parts]
        if let draft { files["draft"] = [draft] }
        // Not through Foundation, which looks up who owns each file.
        let weight = parts.reduce(0) { sum, url in
            var info = stat()
            return stat(url.path, &info) == 0 ? sum + Int(info.st_size) : sum
        }
        var stated = [ItemFacts.name: facts.canonical]
        stated[InterviewerFact.name] = InterviewerFact.canonical(interviewer)
        stated[WaveFact.name] = wave
        return Item(id: id, files: files, facts: stated, weight: weight)
    }
}
