import Anonymization
import CodingStore
import Foundation

/// The analysis to and from other programs.
public enum ProjectExchange {
    /// What a store can leave as.
    public enum ExportFormat: String, Sendable, CaseIterable {
        /// REFI-QDA project: NVivo, MAXQDA, ATLAS.ti, QualCoder, Quirkos, Dedoose, f4analyse, Transana.
        case qdpx
        /// REFI-QDA codebook.
        case qdc
        /// A folder of flat tables for R and pandas.
        case csv

        public var summary: String {
            switch self {
            case .qdpx: "REFI-QDA project for NVivo, MAXQDA, ATLAS.ti, QualCoder and others"
            case .qdc: "REFI-QDA codebook: codes and sets without texts"
            case .csv: "a folder of tables for R, pandas and spreadsheets"
            }
        }
    }

    /// What can be taken in.
    public enum ImportFormat: String, Sendable, CaseIterable { case qdpx, qde, qdc, taguette, qualcoder }

    public struct ImportOptions: Sendable {
        /// Who answers for texts in which the detector finds direct identifiers; nil when nobody does.
        public var voucher: TextVouching.Voucher?
        /// The sealed transcript of a source, by its name: a text that equals it needs nobody to answer for it, and its words get their times back.
        public var sealed: @Sendable (String) -> AnonymizedTranscript?
        public var detector: Detector
        /// Only read and looked through; nothing is written.
        public var isTrial: Bool

        public init(
            voucher: TextVouching.Voucher? = nil, detector: Detector = Detector(), isTrial: Bool = false,
            sealed: @escaping @Sendable (String) -> AnonymizedTranscript? = { _ in nil }
        ) {
            self.voucher = voucher
            self.detector = detector
            self.isTrial = isTrial
            self.sealed = sealed
        }
    }

    /// The files of ``ExportFormat/csv``.
    public static var tableFiles: [String] { FlatTables.files }

    // MARK: - export

    /// Writes a store to a file (0600), or to a folder of tables (0700). The same store gives the same bytes. An old file is replaced only
    /// when the new one is whole.
    ///
    /// - Parameter progress: 0 … 1.
    public static func export(
        _ store: CodingStore, as format: ExportFormat, to url: URL, options: ProjectExportOptions = .init(), progress: (Double) -> Void = { _ in }
    ) throws -> ExchangeReport {
        let manager = FileManager.default, name = url.lastPathComponent
        let folder = url.deletingLastPathComponent().appendingPathComponent(".\(name).\(UUID().uuidString.prefix(8))")
        do { try manager.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700]) } catch {
            throw ExchangeError.cannotWrite(file: name, reason: "a temporary folder beside it cannot be made")
        }
        defer { try? manager.removeItem(at: folder) }
        let made = folder.appendingPathComponent("made")
        let report: ExchangeReport
        switch format {
        case .qdpx:
            let result = try store.snapshot { snapshot in
                let project = try REFIProject(snapshot, options: options, folder: folder, name: name)
                return try project.write(progress: progress)
            }
            report = result.report
            try ArchiveWriter.pack([("project.qde", folder.appendingPathComponent("project.qde"), true)] + result.files, to: made, name: name)
        case .qdc: report = try store.snapshot { try REFICodebook.write($0, to: made, name: name) }
        case .csv:
            try manager.createDirectory(at: made, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            report = try store.snapshot { try FlatTables.write($0, to: made, progress: progress) }
        }
        try put(made, at: url)
        return report
    }

    private static func put(_ made: URL, at url: URL) throws {
        var isFolder: ObjCBool = false
        let manager = FileManager.default, there = manager.fileExists(atPath: url.path, isDirectory: &isFolder)
        var madeFolder: ObjCBool = false
        _ = manager.fileExists(atPath: made.path, isDirectory: &madeFolder)
        if there, madeFolder.boolValue || isFolder.boolValue {
            // A folder may hold other things: only the tables in it are replaced.
            guard isFolder.boolValue, madeFolder.boolValue else { throw ExchangeError.cannotWrite(file: url.lastPathComponent, reason: "something else is there by that name") }
            for file in FlatTables.files {
                guard rename(made.appendingPathComponent(file).path, url.appendingPathComponent(file).path) == 0 else {
                    throw ExchangeError.cannotWrite(file: file, reason: "it cannot be replaced")
                }
            }
            return
        }
        guard rename(made.path, url.path) == 0 else { throw ExchangeError.cannotWrite(file: url.lastPathComponent, reason: "it cannot be replaced") }
    }

    // MARK: - import

    /// What a file or folder is, by its name and first bytes.
    public static func format(of url: URL) throws -> ImportFormat {
        let name = url.lastPathComponent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw ExchangeError.unreadable(file: name, reason: "there is no such file")
        }
        if isFolder.boolValue {
            guard FileManager.default.fileExists(atPath: url.appendingPathComponent("data.qda").path) else { throw ExchangeError.unknownFormat(file: name) }
            return .qualcoder
        }
        let handle = try? FileHandle(forReadingFrom: url)
        let start = (try? handle?.read(upToCount: 4_096)) ?? Data()
        try? handle?.close()
        if start.starts(with: Array("PK".utf8)) { return .qdpx }
        if start.starts(with: Array("SQLite format 3\0".utf8)) { return name == "data.qda" ? .qualcoder : .taguette }
        let text = TextFile.decode([UInt8](start)).text
        if text.contains("QDA-XML:codebook") || text.contains("<CodeBook") && !text.contains("<Project") { return .qdc }
        if text.contains("<Project") || name.lowercased().hasSuffix(".qde") { return .qde }
        throw ExchangeError.unknownFormat(file: name)
    }

    /// Takes a project in, as one operation; with texts after a backup. Texts are looked through before anything is written.
    ///
    /// - Throws: ``ExchangeError``, ``StoreError``.
    public static func take(
        _ url: URL, as format: ImportFormat? = nil, into store: CodingStore, who: String, options: ImportOptions = .init(), progress: (Double) -> Void = { _ in }
    ) throws -> ExchangeReport {
        var foreign = try read(url, as: format ?? self.format(of: url))
        progress(0.2)
        try lookThrough(&foreign, store: store, options: options) { progress(0.2 + 0.5 * $0) }
        if options.isTrial { return foreign.report }
        let before = Set(backups(beside: store.url))
        let taken = try store.take(foreign.content, action: "import.project", who: who)
        var report = foreign.report
        report.backup = backups(beside: store.url).first { !before.contains($0) }
        report.note(.adjusted, .stood, taken.there.values.reduce(0, +))
        for renaming in taken.renamed { report.note(.adjusted, .renamed, 1, renaming.to) }
        report.note(.warning, .lostUnits, taken.lost)
        for (name, count) in taken.wrongValues.sorted(by: { $0.key < $1.key }) { report.note(.leftOut, .wrongValues, count, name) }
        for (table, count) in taken.dangling.sorted(by: { $0.key < $1.key }) { report.note(.leftOut, .dangling, count, table) }
        for item in taken.versions.keys.sorted() { report.note(.adjusted, .versions, 1, item) }
        progress(1)
        return report
    }

    private static func backups(beside url: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)) ?? []).filter { $0.hasPrefix(url.lastPathComponent + ".sikkerhet-") }.sorted()
    }

    static func read(_ url: URL, as format: ImportFormat) throws -> ForeignProject {
        let name = url.lastPathComponent
        switch format {
        case .qdpx, .qde:
            let parts = try format == .qdpx ? ProjectParts(archive: url) : ProjectParts(beside: url)
            guard let project = parts.project else { throw ExchangeError.unreadable(file: name, reason: "there is no project (.qde) in it") }
            var reader = REFIReader(parts: parts, file: name)
            try reader.read(XMLNode.parse(parts.data(project), file: name))
            return reader.project
        case .qdc:
            let parts = ProjectParts(beside: url)
            var reader = REFIReader(parts: nil, file: name)
            try reader.read(XMLNode.parse(parts.data(name), file: name))
            return reader.project
        case .taguette: return try TaguetteReader.read(url)
        case .qualcoder: return try QualCoderReader.read(url)
        }
    }

    /// Turns texts into anonymised ones, or refuses them all.
    private static func lookThrough(_ foreign: inout ForeignProject, store: CodingStore, options: ImportOptions, progress: (Double) -> Void) throws {
        let vouching = TextVouching(detector: options.detector), now = Date().ISO8601Format(.iso8601)
        let knownUnits = Set(try store.units().map(\.guid))
        let (stored, knownMemos) = try store.snapshot { snapshot in
            let versions = try snapshot.newestVersions()
            var texts: [String: Int64] = [:]
            for source in try snapshot.sources() {
                guard let version = versions[source.id ?? 0] else { continue }
                texts[source.guid] = version.id
                texts["item " + source.item] = version.id
            }
            return (texts, Dictionary(uniqueKeysWithValues: try snapshot.memos().map { ($0.guid, $0.text) }))
        }
        var refused: [ExchangeError.Found] = [], vouched = 0
        func loose(_ text: String, _ place: String) {
            guard text.contains(where: { !$0.isWhitespace }) else { return }
            let found = vouching.directIdentifiers(in: text)
            vouched += found.count
            if !found.isEmpty, options.voucher == nil { refused.append(.init(source: place, places: found)) }
        }
        for index in foreign.content.sources.indices {
            progress(Double(index) / Double(foreign.content.sources.count))
            let source = foreign.content.sources[index]
            if let text = foreign.texts[source.guid] {
                let here = stored[source.guid] ?? stored["item " + source.name]
                if let here, try store.snapshot({ try $0.text(ofVersion: here) }) == text {
                    // It is here already, whatever it came from.
                } else if let sealed = options.sealed(source.name), let same = AnonymizedText(text, of: sealed) {
                    foreign.content.sources[index].text = same
                } else {
                    do {
                        let looked = try vouching.look(through: text, voucher: options.voucher, at: now)
                        if case .vouched(let by) = looked.basis { vouched += by.findings.values.reduce(0, +) }
                        foreign.content.sources[index].text = looked
                    } catch let refusal as TextVouching.Refusal {
                        refused.append(.init(source: source.name, places: refusal.places))
                    }
                }
            }
            let own = source.units.filter { !knownUnits.contains($0.guid) }.flatMap { [$0.name, $0.condensed] }.filter { !$0.isEmpty }
            loose((own + [source.description]).joined(separator: "\n"), "\(source.name): names and descriptions of selections")
        }
        loose(foreign.content.memos.filter { knownMemos[$0.guid] != $0.text }.map { $0.title + "\n" + $0.text }.joined(separator: "\n"), "memos")
        if !refused.isEmpty { throw ExchangeError.identifiers(refused) }
        foreign.report.note(.warning, .identifiersVouched, vouched)
        let content = foreign.content
        var names = [content.study.name, content.study.description]
        for code in content.codes { names += [code.name, code.definition, code.examples] }
        for found in content.cases { names += [found.name, found.description] + found.values.map(\.value) }
        for theme in content.themes { names += [theme.name, theme.definition] }
        names += content.sources.map(\.name)
        for (_, values) in content.sourceValues.sorted(by: { $0.key < $1.key }) { names += values.map(\.value) }
        let found = vouching.directIdentifiers(in: names.filter { !$0.isEmpty }.joined(separator: "\n"))
        let types = Dictionary(grouping: found, by: \.type).sorted { $0.key < $1.key }
        for (type, places) in types { foreign.report.note(.warning, .identifiersInNames, places.count, type.rawValue) }
    }
}
