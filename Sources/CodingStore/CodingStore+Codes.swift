import Anonymization
import Foundation
import GRDB
import Transcript

extension CodingStore {
    /// Adds a code under `parent` (nil: at the top). Names may repeat under different parents.
    @discardableResult
    public func addCode(
        _ name: String, definition: String = "", under parent: CodeRecord? = nil, color: String? = nil, who: String
    ) throws -> CodeRecord {
        try pool.write { db in
            var code = CodeRecord(
                id: nil, guid: UUID().uuidString, parentId: parent?.id, name: name, definition: definition, color: color)
            try code.insert(db)
            try Self.log(db, who: who, "code.add", "code \(code.id ?? 0)", new: name)
            return code
        }
    }

    public func codes() throws -> [CodeRecord] {
        try pool.read { try CodeRecord.order(Column("name"), Column("id")).fetchAll($0) }
    }

    /// Puts a code on the words `first ... last` (ids, both included) of a source's newest version.
    /// - Throws: ``StoreError/wordsOutsideVersion`` when the version lacks either word, or they stand in wrong order.
    @discardableResult
    public func apply(
        _ code: CodeRecord, toWords first: Int, through last: Int, of item: String, coder: String, round: Int = 1
    ) throws -> CodingRecord {
        guard let version = try versions(of: item).last, let versionId = version.id else {
            throw StoreError.unknownSource(item)
        }
        guard let codeId = code.id else { throw StoreError.unknownCode(code.name) }
        let words = try AnonymizedTranscript(decoding: version.document).document.turns.flatMap(\.words).map(\.id)
        guard let from = words.firstIndex(of: first), let to = words.firstIndex(of: last), from <= to else {
            throw StoreError.wordsOutsideVersion
        }
        return try pool.write { db in
            var coding = CodingRecord(
                id: nil, guid: UUID().uuidString, codeId: codeId, versionId: versionId, firstWord: first, lastWord: last,
                coder: coder, round: round, createdAt: Self.timestamp())
            try coding.insert(db)
            try Self.log(db, who: coder, "coding.add", "coding \(coding.id ?? 0)", new: code.name)
            return coding
        }
    }

    public func codings() throws -> [CodingRecord] {
        try pool.read { try CodingRecord.order(Column("id")).fetchAll($0) }
    }
}
