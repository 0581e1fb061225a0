import Foundation
import GRDB

/// Where the words and turns of a version stand, without the text itself: what counting needs, at a tenth of the memory.
public struct TextLayout: Sendable {
    public struct Turn: Sendable, Hashable {
        /// Empty in notes and documents.
        public var speaker: String
        /// Code points: the line with its label, and where what was said begins.
        public var first: Int
        public var body: Int
        public var last: Int
    }

    /// Code points where each word begins and ends, in the order of the text.
    public let starts: [Int32]
    public let ends: [Int32]
    public let turns: [Turn]

    init(packedWords data: Data, turns: [Turn]) {
        self.turns = turns
        var starts: [Int32] = [], ends: [Int32] = []
        let count = data.count / 20
        starts.reserveCapacity(count)
        ends.reserveCapacity(count)
        data.withUnsafeBytes { bytes in
            for index in 0..<count {
                starts.append(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 20 + 4, as: Int32.self)))
                ends.append(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 20 + 8, as: Int32.self)))
            }
        }
        self.starts = starts
        self.ends = ends
    }

    /// Indices of the words that a stretch touches; the same as ``SourceText/words(in:)``.
    public func words(in range: Range<Int>) -> Range<Int> {
        func first(_ values: [Int32], _ isPast: (Int) -> Bool) -> Int {
            var low = 0, high = values.count
            while low < high {
                let middle = (low + high) / 2
                if isPast(Int(values[middle])) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let from = first(ends) { $0 > range.lowerBound }
        return from..<max(from, first(starts) { $0 >= range.upperBound })
    }
}

extension CodingStore {
    /// The layout of one version.
    /// - Throws: ``StoreError/unknownSource(_:)``.
    public func layout(ofVersion id: Int64) throws -> TextLayout {
        try reading { db in
            guard let words = try Data.fetchOne(db.cachedStatement(sql: "SELECT words FROM source_version WHERE id = ?"), arguments: [id]) else {
                throw StoreError.unknownSource("\(id)")
            }
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: "SELECT speaker, first, body, last FROM turn WHERE versionId = ? ORDER BY id"), arguments: [id])
            var turns: [TextLayout.Turn] = []
            while let row = try rows.next() { turns.append(.init(speaker: row[0], first: row[1], body: row[2], last: row[3])) }
            return TextLayout(packedWords: words, turns: turns)
        }
    }
}
