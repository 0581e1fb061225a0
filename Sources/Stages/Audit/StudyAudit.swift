import Anonymization
import Foundation
import Pipeline
import Transcript

/// The audit of a whole study: what was replaced and found over all recordings, and who can be told from whom by traits and mentioned facts.
public struct StudyAudit: Codable, Sendable {
    public static let format = "ordrett.study-audit.1"
    /// The reports' names, without what tells their kind.
    public static let fileStem = "studie.revisjon"

    public struct RecordingRow: Codable, Sendable {
        public var recording: String
        public var verdict: AuditReport.Verdict
        public var errors: Int
        public var review: Int
        public var notes: Int
        public var decided: Int
        public var signature: AuditSigning.State
    }

    public struct FindingRow: Codable, Sendable {
        public var code: String
        public var severity: AuditReport.Severity
        public var places: Int
        public var recordings: Int
    }

    /// Who can be told from whom by one set of quasi-identifiers.
    public struct Exposure: Codable, Sendable {
        public var attributes: [String]
        public var k: Int
        public var combinations: [KAnonymity.Combination]
        public var minimalUniques: [KAnonymity.MinimalUnique]
        /// Classes below the wanted size. Values stand here for the study file's attributes alone, never for what was said.
        public var smallest: [KAnonymity.Class]
    }

    public var format = Self.format
    public var study: String
    public var participants: Int
    /// The size that every class should have.
    public var wanted = KAnonymity.wanted
    public var recordings: [RecordingRow]
    public var replacements: [AuditReport.Replacement]
    public var findings: [FindingRow]
    /// By the attributes of the study file; nil without any.
    public var traits: Exposure?
    /// By those and by the kinds of facts that stand in what each has said (`said.age`, …); nil without any.
    public var traitsAndFacts: Exposure?

    /// - Parameter root: a study, or a folder that `run --out` wrote to.
    /// - Throws: when the study file cannot be read.
    public static func make(root: URL) throws -> StudyAudit {
        let folders = Study.layout(root), store = ArtefactStore(folders: folders)
        let study = Study.exists(at: root) ? try Study(root: root) : nil
        let items = study.map { study in study.items.map(\.id) } ?? store.items().sorted()
        func newest<A: Artefact>(_ type: A.Type, _ item: String, _ stage: String) -> A? {
            store.latest(item: item, stage: stage).flatMap { try? A(decoding: $0.data) }
        }
        let policy = try store.records(item: Runner.studyItem, stage: "register").first?.components["setting.policy"].map { try PolicyFile.load($0, root: root) }
        var rows: [RecordingRow] = [], reports: [AuditReport] = [], detections: [TranscriptDetection] = [], said: [String: [String: Set<String>]] = [:]
        for item in items {
            guard let report = newest(AuditArtefact.self, item, "audit")?.report else { continue }
            reports.append(report)
            rows.append(.init(
                recording: report.recording, verdict: report.verdict, errors: report.items(.error).count, review: report.items(.review).count,
                notes: report.items(.note).count, decided: report.decided?.count ?? 0, signature: AuditSigning.state(item, folders: folders).state))
            let found = newest(DetectionList.self, item, "detect")?.detections ?? []
            detections += found
            if let policy, let document = newest(AnonymizedArtefact.self, item, "anonymize")?.transcript.document { gather(found, document, policy, &said) }
        }
        let people = (study?.file.participants ?? []).filter { $0.role == .participant }
        let records = people.map { KAnonymity.Record(id: $0.code, values: $0.attributes) }
        let withFacts = people.map { person in
            KAnonymity.Record(
                id: person.code,
                values: person.attributes.merging((said[person.code] ?? [:]).map { ("said." + $0.key, $0.value.sorted().joined(separator: "|")) }) { own, _ in own })
        }
        let hasFacts = withFacts.contains { $0.values.keys.contains { $0.hasPrefix("said.") } }
        return StudyAudit(
            study: study?.file.title ?? root.lastPathComponent, participants: people.count, recordings: rows,
            replacements: Audit.replacements(detections, policy), findings: findings(reports), traits: exposure(records),
            traitsAndFacts: hasFacts ? exposure(withFacts) : nil)
    }

    /// Facts that stand in what each participant has said: what the policy keeps or makes coarser. What is coded or masked tells nothing.
    private static func gather(
        _ detections: [TranscriptDetection], _ document: Transcript, _ policy: Policy, _ said: inout [String: [String: Set<String>]]
    ) {
        var speaker: [Int: String] = [:]
        for turn in document.turns { speaker[turn.id] = document.speaker(turn.speaker)?.participant }
        let texts = Dictionary(document.turns.flatMap(\.words).map { ($0.id, $0.text) }, uniquingKeysWith: { a, _ in a })
        for found in detections where found.field == .words && found.type.identifier == .quasi {
            guard let person = speaker[found.turn] else { continue }
            switch policy.action(for: found.type) {
            case .keep: said[person, default: [:]][found.type.rawValue, default: []].insert(found.key)
            case .generalise:
                guard let text = found.wordIDs.compactMap({ texts[$0] }).first else { continue }
                said[person, default: [:]][found.type.rawValue, default: []].insert(text)
            default: continue
            }
        }
    }

    private static func findings(_ reports: [AuditReport]) -> [FindingRow] {
        struct Kind: Hashable { var code: String, severity: AuditReport.Severity }
        var places: [Kind: Int] = [:], recordings: [Kind: Set<String>] = [:]
        for report in reports {
            for item in report.items {
                let kind = Kind(code: item.code, severity: item.severity)
                places[kind, default: 0] += 1
                recordings[kind, default: []].insert(report.recording)
            }
        }
        return places.map { FindingRow(code: $0.key.code, severity: $0.key.severity, places: $0.value, recordings: recordings[$0.key]?.count ?? 0) }
            .sorted { ($1.severity, $0.code) < ($0.severity, $1.code) }
    }

    private static func exposure(_ records: [KAnonymity.Record]) -> Exposure? {
        let table = KAnonymity(records)
        guard let k = table.k, !table.attributes.isEmpty else { return nil }
        let smallest = table.classes(over: table.attributes).filter { $0.size < KAnonymity.wanted }.map { one in
            KAnonymity.Class(values: one.values.filter { !$0.key.hasPrefix("said.") }, members: one.members)
        }
        return Exposure(
            attributes: table.attributes, k: k, combinations: Array(table.combinations().filter { $0.exposed > 0 }.prefix(40)),
            minimalUniques: table.minimalUniques(), smallest: smallest)
    }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// Writes the report into `fortrolig/`, as `studie.revisjon` in four formats.
    /// - Returns: names of the files.
    @discardableResult
    public static func write(root: URL, english: Bool = false) throws -> [String] {
        let audit = try make(root: root), page = audit.page(english: english), folder = Study.layout(root).confidential
        let files: [(String, Data)] = [
            (fileStem + ".html", Data(page.html.utf8)), (fileStem + ".docx", try page.docx()), (fileStem + ".md", Data(page.markdown.utf8)),
            (fileStem + ".json", try audit.encoded()),
        ]
        for (name, data) in files {
            let url = folder.appendingPathComponent(name)
            if (try? Data(contentsOf: url)) != data { try SafeFile.write(data, to: url, confidential: true) }
        }
        return files.map(\.0)
    }

    // MARK: When it is due

    /// In the cache, from the first stage of a run until the report has followed: a run that is killed after its last stage leaves a report
    /// of what was before.
    static let dueMark = "revisjon-ventes"

    public static func isDue(_ folders: OutputFolders) -> Bool { FileManager.default.fileExists(atPath: mark(folders).path) }

    /// A disk that cannot take the mark ends the run, and the next one has stages to run.
    public static func markDue(_ folders: OutputFolders) { try? SafeFile.write(Data(), to: mark(folders), confidential: true) }

    private static func mark(_ folders: OutputFolders) -> URL { folders.cache.appendingPathComponent(dueMark) }

    /// Writes the report after a run, and takes the mark away.
    public static func follow(_ folders: OutputFolders) throws {
        try write(root: folders.root)
        unlink(mark(folders).path)
    }
}
