import Foundation

/// What can be wrong with a file of the compiled lexicon.
public enum LexiconError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be opened.
    case unreadable(file: String)
    /// The file is there, but is not what the scripts in Scripts/lexicon write.
    case damaged(file: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let file):
            "The lexicon file \(file) cannot be read. Install Ordrett again with its resource bundles beside the program."
        case .damaged(let file, let reason):
            "The lexicon file \(file) is damaged (\(reason)). Install Ordrett again, or run Scripts/lexicon/build.sh."
        }
    }
}

/// A memory-mapped file of named, 4-byte aligned sections (little-endian): `OLX1`, the number of sections, then
/// 8 bytes of name, offset and length of each.
///
/// The bytes are never written after opening, so the class may be shared between threads.
package final class MappedSections: @unchecked Sendable {
    private let data: NSData
    private let file: String
    private var sections: [String: UnsafeRawBufferPointer] = [:]

    package init(contentsOf url: URL) throws {
        file = url.lastPathComponent
        guard let data = try? NSData(contentsOf: url, options: .mappedIfSafe) else {
            throw LexiconError.unreadable(file: file)
        }
        self.data = data
        let all = UnsafeRawBufferPointer(start: data.bytes, count: data.length)
        guard all.count >= 8, all.prefix(4).elementsEqual("OLX1".utf8) else {
            throw LexiconError.damaged(file: file, reason: "no OLX1 header")
        }
        let count = Int(Self.integer(all, at: 4))
        guard count <= 64, all.count >= 8 + 16 * count else {
            throw LexiconError.damaged(file: file, reason: "cut short")
        }
        for index in 0..<count {
            let entry = 8 + 16 * index
            let name = String(decoding: all[entry..<entry + 8].prefix { $0 != 0 }, as: UTF8.self)
            let offset = Int(Self.integer(all, at: entry + 8))
            let length = Int(Self.integer(all, at: entry + 12))
            guard offset % 4 == 0, length % 4 == 0, offset + length <= all.count else {
                throw LexiconError.damaged(file: file, reason: "section \(name) lies outside the file")
            }
            sections[name] = UnsafeRawBufferPointer(rebasing: all[offset..<offset + length])
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func contains(_ name: String) -> Bool { sections[name] != nil }

    /// A section as 32-bit integers. The pointer is valid as long as this object lives.
    package func integers(_ name: String, count: Int? = nil) throws -> UnsafeBufferPointer<UInt32> {
        guard let section = sections[name] else {
            throw LexiconError.damaged(file: file, reason: "section \(name) is missing")
        }
        let integers = section.bindMemory(to: UInt32.self)
        if let count, integers.count != count {
            throw LexiconError.damaged(file: file, reason: "section \(name) has the wrong size")
        }
        return integers
    }

    /// A section holding a table of sorted strings.
    func strings(_ name: String) throws -> StringTable {
        let integers = try integers(name)
        guard let table = StringTable(owner: self, integers: integers) else {
            throw LexiconError.damaged(file: file, reason: "section \(name) is no string table")
        }
        return table
    }

    /// A section holding a short list of strings in their own order.
    func stringList(_ name: String) throws -> [String] {
        let integers = try integers(name)
        guard let first = integers.first, Int(first) + 2 <= integers.count else { throw failure("section \(name)") }
        let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: integers[(Int(first) + 2)...]))
        return try (1..<Int(first) + 1).map { index in
            let start = Int(integers[index]), end = Int(integers[index + 1])
            guard start <= end, end <= bytes.count else { throw failure("section \(name)") }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    /// Checks that `starts` parts `entries` into runs, one after another to the end.
    func check(_ starts: UnsafeBufferPointer<UInt32>, into entries: UnsafeBufferPointer<UInt32>) throws {
        var last: UInt32 = 0
        for start in starts {
            guard start >= last else { throw failure("entries out of order") }
            last = start
        }
        guard Int(last) == entries.count else { throw failure("cut short") }
    }

    package func failure(_ reason: String) -> LexiconError { .damaged(file: file, reason: reason) }
}

/// Distinct strings sorted by their UTF-8 bytes; a string's id is its rank, from 0.
struct StringTable: Sendable {
    private let owner: MappedSections
    private nonisolated(unsafe) let offsets: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    let count: Int

    init?(owner: MappedSections, integers: UnsafeBufferPointer<UInt32>) {
        guard let first = integers.first, Int(first) + 2 <= integers.count else { return nil }
        count = Int(first)
        offsets = UnsafeBufferPointer(rebasing: integers[1..<count + 2])
        bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: integers[(count + 2)...]))
        self.owner = owner
        var last: UInt32 = 0
        for offset in offsets {
            if offset < last { return nil }
            last = offset
        }
        guard Int(last) <= bytes.count else { return nil }
    }

    /// The string of an id in `0..<count`.
    subscript(id: Int) -> String {
        String(decoding: bytes[Int(offsets[id])..<Int(offsets[id + 1])], as: UTF8.self)
    }

    /// The id of a string, or nil when the table does not hold it.
    func id(of string: String) -> Int? {
        var string = string
        return string.withUTF8 { wanted in
            var low = 0
            var high = count
            while low < high {
                let middle = (low + high) / 2
                let start = Int(offsets[middle])
                let length = Int(offsets[middle + 1]) - start
                let shared = min(length, wanted.count)
                var order = 0
                var position = 0
                while position < shared {
                    order = Int(bytes[start + position]) - Int(wanted[position])
                    if order != 0 { break }
                    position += 1
                }
                if order == 0 { order = length - wanted.count }
                if order == 0 { return middle }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }
}
