import Foundation

/// A small table that is kept between runs to save time, and lost without harm: lines of fields, sealed.
enum MemoryFile {
    private static let end: UInt8 = 0x0A, between: UInt8 = 0x1F
    private static let head = "ordrett memory 1"

    /// Whether a field can stand in the table.
    static func fits(_ field: String) -> Bool { !field.utf8.contains { $0 == end || $0 == between } }

    /// Nil when it is not there, of another key, or of another version.
    static func read(_ file: URL, sealing: (any SealerSource)?, place: String) -> [[String]]? {
        guard var data = try? Data(contentsOf: file) else { return nil }
        if let sealing {
            guard let sealer = (try? sealing.existing()).flatMap({ $0 }), let opened = try? sealer.open(data, at: place) else { return nil }
            data = opened
        }
        return data.withUnsafeBytes { buffer -> [[String]]? in
            var lines = buffer.split(separator: end, omittingEmptySubsequences: true).makeIterator()
            guard let first = lines.next(), String(decoding: first, as: UTF8.self) == head else { return nil }
            var result: [[String]] = []
            while let line = lines.next() {
                result.append(line.split(separator: between, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) })
            }
            return result
        }
    }

    /// - Returns: whether it could be written. That it could not is no fault of a run.
    static func write(_ lines: [[String]], to file: URL, sealing: (any SealerSource)?, place: String) -> Bool {
        var data = Data(head.utf8)
        data.append(end)
        for fields in lines where fields.allSatisfy(fits) {
            for (index, field) in fields.enumerated() {
                if index > 0 { data.append(between) }
                data.append(contentsOf: field.utf8)
            }
            data.append(end)
        }
        if let sealing {
            // Looking at a study makes no key for it.
            guard let sealer = (try? sealing.existing()).flatMap({ $0 }), let sealed = try? sealer.seal(data, at: place) else { return false }
            data = sealed
        }
        return (try? SafeFile.write(data, to: file, confidential: true)) != nil
    }
}

extension FileMark {
    var fields: [String] { [String(size), String(inode), String(modified), String(changed)] }

    /// From the first four of `fields`.
    init?(fields: ArraySlice<String>) {
        let parts = Array(fields.prefix(4))
        guard parts.count == 4, let size = Int64(parts[0]), let inode = UInt64(parts[1]), let modified = Int64(parts[2]), let changed = Int64(parts[3])
        else { return nil }
        self.init(size: size, inode: inode, modified: modified, changed: changed)
    }
}
