import Anonymization
import CodingStore
import Foundation
import GRDB
import Transcript

/// What a store holds, read once, in one snapshot, in the shape that analyses ask for. Texts are fetched only when they are quoted.
///
/// Codings on lost units, and on versions that are not a source's newest, are left out and counted.
public struct CodedStudy: Sendable {
    public struct Source: Sendable, Hashable {
        public var id: Int64
        public var guid: String
        public var item: String
        public var kind: SourceRecord.Kind
        public var wave: String
        /// The newest version.
        public var version: Int64
        public var status: AnonymizedTranscript.Status
    }

    public struct Code: Sendable, Hashable {
        public var id: Int64
        public var guid: String
        public var name: String
        /// From the top, `/` between.
        public var path: String
        public var definition: String
        public var color: String?
        /// Indices into ``CodedStudy/codes``.
        public var parent: Int?
        public var depth: Int
    }

    /// A code on a stretch of a source's newest version. Sources, codes and coders by their index.
    public struct Coding: Sendable, Hashable {
        public var code: Int
        public var source: Int
        /// Code points, end exclusive.
        public var start: Int
        public var end: Int
        public var coder: Int
        public var round: Int
        /// Row id of the meaning unit.
        public var unit: Int64
        public var range: Range<Int> { start..<end }
    }

    public struct Unit: Sendable, Hashable {
        public var id: Int64
        public var guid: String
        public var source: Int
        public var start: Int
        public var end: Int
        public var condensed: String
        public var name: String
        public var coder: Int
        public var round: Int
        public var range: Range<Int> { start..<end }
    }

    public let scope: AnalysisScope
    /// By item.
    public let sources: [Source]
    /// In the order of the tree: a code, then what is under it.
    public let codes: [Code]
    /// By name.
    public let coders: [CoderRecord]
    public let rounds: [RoundRecord]
    /// By source, start, end, code, coder, round.
    public let codings: [Coding]
    /// How many codings were left out since their words are gone from the newest text.
    public let lostCodings: Int
    public let themes: [ThemeRecord]
    public let members: [ThemeMemberRecord]
    public let cases: [CaseRecord]
    public let caseSources: [CaseSourceRecord]
    public let attributes: [AttributeRecord]
    public let values: [AttributeValueRecord]
    let store: CodingStore

    /// - Throws: ``StoreError``; ``StoreError/unknownSource(_:)`` and ``StoreError/unknown(kind:name:)`` for names in the scope that the
    ///   store does not have.
    public init(_ store: CodingStore, scope: AnalysisScope = AnalysisScope()) throws {
        self.store = store
        self.scope = scope
        let read = try store.reading { db in try Reading(db, scope: scope) }
        sources = read.sources
        codes = read.codes
        coders = read.coders
        codings = read.codings
        lostCodings = read.lost
        rounds = read.rounds
        themes = read.themes
        members = read.members
        cases = read.cases
        caseSources = read.caseSources
        attributes = read.attributes
        values = read.values
    }

    /// De-identified as soon as one source is.
    public var status: AnonymizedTranscript.Status { sources.contains { $0.status == .deidentified } ? .deidentified : .anonymous }

    /// The text of a source's newest version, to count and to quote from.
    public func text(ofSource index: Int) throws -> SourceText { try store.sourceText(ofVersion: sources[index].version) }

    /// Code points of a source's newest text. Asked for one by one: the text lies deep in its row.
    func length(ofSource index: Int) throws -> Int {
        try store.reading { try Int.fetchOne($0, sql: "SELECT length(text) FROM source_version WHERE id = ?", arguments: [sources[index].version]) } ?? 0
    }

    /// The code and all beneath it: a stretch of ``codes``, since they stand in the order of the tree.
    public func subtree(of code: Int) -> Range<Int> {
        var end = code + 1
        while end < codes.count, codes[end].depth > codes[code].depth { end += 1 }
        return code..<end
    }

    /// The code of a path (`samarbeid/ansvar`), a name that is there once, or a GUID.
    /// - Throws: ``StoreError/unknownCode(_:)``, ``StoreError/ambiguousCode(_:)``.
    public func code(_ path: String) throws -> Int {
        let id = try store.code(path).id
        guard let index = codes.firstIndex(where: { $0.id == id }) else { throw StoreError.unknownCode(path) }
        return index
    }

    /// The meaning units of the sources, with or without codes, by source and place; lost ones are not among them.
    public func units() throws -> [Unit] {
        let sourceIndex = Dictionary(uniqueKeysWithValues: sources.indices.map { (sources[$0].version, $0) })
        let coderIndex = Dictionary(uniqueKeysWithValues: coders.indices.map { (coders[$0].id ?? 0, $0) })
        let rows = try store.reading { db in
            try UnitRecord.fetchAll(db, sql: "SELECT * FROM unit WHERE NOT isLost ORDER BY versionId, start, \"end\", id")
        }
        return rows.compactMap { row -> Unit? in
            guard let source = sourceIndex[row.versionId], let coder = coderIndex[row.coderId] else { return nil }
            return Unit(
                id: row.id ?? 0, guid: row.guid, source: source, start: row.start, end: row.end, condensed: row.condensed, name: row.name, coder: coder,
                round: row.round)
        }.sorted { ($0.source, $0.start, $0.end, $0.id) < ($1.source, $1.start, $1.end, $1.id) }
    }

    /// Index of a coder's name.
    /// - Throws: ``StoreError/unknown(kind:name:)``.
    public func coder(_ name: String) throws -> Int {
        guard let index = coders.firstIndex(where: { $0.name == name }) else { throw StoreError.unknown(kind: "coder", name: name) }
        return index
    }

    /// What every table says of what was left out.
    func leftOut(_ words: ResultWords) -> [String] {
        guard lostCodings > 0 else { return [] }
        return [words.say(
            "\(lostCodings) \(lostCodings == 1 ? "koding" : "kodinger") er ikke med: ordene finnes ikke lenger i den nyeste teksten.",
            "\(lostCodings) \(lostCodings == 1 ? "coding is" : "codings are") left out: the words are gone from the newest text.")]
    }
}
