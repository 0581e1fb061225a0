import CodingStore
import Foundation
import Pipeline

/// A coding store opened for a command, with whoever works on it.
public struct CodingDesk: Sendable {
    public let store: CodingStore
    /// The study that the store lies in; nil for one that lies alone.
    public let root: URL?
    private let coder: String?

    public static let coderVariable = "ORDRETT_CODER"

    /// Opens a store that is there.
    /// - Parameters:
    ///   - path: the store's file; nil for the study's.
    ///   - study: the study's folder; nil for the one that one stands in.
    ///   - coder: who works; nil for ``coderVariable`` in the environment, else the one that the study names.
    /// - Throws: ``RequestFault`` when there is none; ``StoreError``.
    public init(store path: String?, study: String?, coder: String?) throws {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        let url: URL
        if let path {
            url = URL(fileURLWithPath: path)
            guard FileManager.default.fileExists(atPath: url.path) else {
                throw RequestFault("there is no coding store '\(url.lastPathComponent)'; check the path, or begin one with 'ordrett store'")
            }
            root = Study.find(from: study.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? url.deletingLastPathComponent())
        } else {
            guard let found = study.map({ URL(fileURLWithPath: $0, isDirectory: true) }) ?? Study.find(from: here) else {
                throw RequestFault("this is no study folder; stand in one, name it with --study, or give the coding store with --store")
            }
            url = found.appendingPathComponent(Study.storeName)
            guard FileManager.default.fileExists(atPath: url.path) else {
                throw RequestFault("the study has no coding store yet; 'ordrett run' makes it, and so does 'ordrett init'")
            }
            root = Study.exists(at: found) ? found.standardizedFileURL : nil
        }
        store = try CodingStore(url)
        self.coder = coder ?? ProcessInfo.processInfo.environment[Self.coderVariable].flatMap { $0.isEmpty ? nil : $0 }
            ?? root.flatMap { (try? Study(root: $0))?.file.coder }
    }

    /// Whoever works, for the history.
    /// - Throws: ``RequestFault`` when nobody is named.
    public func who() throws -> String {
        guard let name = coder?.trimmingCharacters(in: .whitespacesAndNewlines), !name.isEmpty, !name.contains(where: \.isNewline) else {
            throw RequestFault("who codes? give --coder NAME (initials will do), set \(Self.coderVariable), or write 'coder: NAME' in \(Study.fileName)")
        }
        return name
    }

    /// Where a command's files go when nobody says: `koding/` in the study, beside the store otherwise.
    public var folder: URL { store.url.deletingLastPathComponent().appendingPathComponent(Study.analysisFolder, isDirectory: true) }

    // MARK: - names

    /// How a GUID is shown: as much of it as tells it from others in practice.
    public static func short(_ guid: String) -> String { String(guid.prefix(8)) }

    /// The one thing whose GUID begins so.
    /// - Throws: ``StoreError/unknown(kind:name:)``; ``RequestFault`` when several do.
    public static func pick<T>(_ handle: String, of all: [T], guid: (T) -> String, kind: String) throws -> T {
        let wanted = handle.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "{} "))
        let found = wanted.count < 4 ? [] : all.filter { guid($0).hasPrefix(wanted) }
        guard found.count < 2 || found.contains(where: { guid($0) == wanted }) else {
            throw RequestFault("several \(kind)s begin with '\(handle)'; write more of the identifier")
        }
        guard let one = found.first(where: { guid($0) == wanted }) ?? found.first else { throw StoreError.unknown(kind: kind, name: handle) }
        return one
    }

    public func unit(_ handle: String) throws -> UnitRecord { try Self.pick(handle, of: store.units(), guid: \.guid, kind: "meaning unit") }
    public func memo(_ handle: String) throws -> MemoRecord { try Self.pick(handle, of: store.memos(), guid: \.guid, kind: "memo") }

    /// What memos and links hang on, by a word for what it is.
    public static let targetKinds = ["code", "case", "source", "unit", "theme", "memo", "round", "study"]

    /// The GUID of `code:samarbeid/ansvar`, `case:I4`, `source:P07`, `unit:1a2b3c4d`, `theme:…`, `memo:…`, `round:2`; nil for `study`.
    /// - Throws: ``RequestFault`` for another word; ``StoreError`` for what is not there.
    public func target(_ text: String) throws -> String? {
        if text == "study" { return nil }
        if let guid = GUID.normalized(text) { return guid }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw RequestFault("say what it is about: code:NAME, case:NAME, source:NAME, unit:ID, theme:NAME, memo:ID, round:NUMBER, or study")
        }
        switch parts[0] {
        case "code": return try store.code(parts[1]).guid
        case "case": return try store.study(case: parts[1]).guid
        case "source": return try source(parts[1]).guid
        case "unit": return try unit(parts[1]).guid
        case "theme": return try store.theme(parts[1]).guid
        case "memo": return try memo(parts[1]).guid
        case "round":
            guard let round = try store.rounds().first(where: { String($0.number) == parts[1] }) else { throw StoreError.unknown(kind: "round", name: parts[1]) }
            return round.guid
        default: throw RequestFault("'\(parts[0])' is nothing that memos and links hang on; allowed: \(Self.targetKinds.joined(separator: ", "))")
        }
    }

    public func source(_ name: String) throws -> SourceRecord {
        let all = try store.sources()
        guard let found = all.first(where: { $0.item == name }) ?? all.first(where: { $0.item.lowercased() == name.lowercased() }) else {
            throw StoreError.unknownSource(name)
        }
        return found
    }

    /// Words for every GUID: `code:samarbeid/ansvar`.
    public func targetNames() throws -> [String: String] {
        var out: [String: String] = [:]
        let paths = try store.paths()
        for code in try store.codes() { out[code.guid] = "code:" + (paths[code.id ?? 0] ?? code.name) }
        for found in try store.cases() { out[found.guid] = "case:" + found.name }
        for source in try store.sources() { out[source.guid] = "source:" + source.item }
        for unit in try store.units() { out[unit.guid] = "unit:" + Self.short(unit.guid) }
        for theme in try store.themes() { out[theme.guid] = "theme:" + theme.name }
        for memo in try store.memos() { out[memo.guid] = "memo:" + Self.short(memo.guid) }
        for round in try store.rounds() { out[round.guid] = "round:\(round.number)" }
        return out
    }
}
