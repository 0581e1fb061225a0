import Foundation
import ZipFiles

/// What may still be unpacked in one audit, so that a small file cannot fill the machine.
final class UnpackBudget {
    let zip: ZipBudget
    /// Archives in archives.
    let depth: Int

    init(bytes: Int = 512 << 20, entryLimit: Int = 64 << 20, depth: Int = 4, entries: Int = 20_000) {
        zip = ZipBudget(parts: entries, partBytes: entryLimit, totalBytes: bytes)
        self.depth = depth
    }
}

/// A zip archive in memory, its faults in the words of an audit.
final class Archive {
    private let archive: ZipArchive
    private let files: [String: ZipArchive.Part]
    /// Names of its files, in order; folders are left out.
    let names: [String]
    /// Names of folders that have an entry of their own.
    let folders: [String]

    /// - Throws: ``ReadingFault`` when the bytes are no zip archive, or hold too many files.
    init(_ data: Data, budget: UnpackBudget) throws(ReadingFault) {
        do { archive = try ZipArchive(data, budget: budget.zip) } catch { throw ReadingFault(zip: error) }
        let parts = archive.parts.filter { !$0.isFolder }
        names = parts.map(\.name)
        folders = archive.parts.filter(\.isFolder).map { String($0.name.dropLast()) }
        // Programs differ in which of two entries of one name they show: one would go unread.
        guard Set(names).count == names.count else { throw ReadingFault(.twoOfOneName) }
        files = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0) })
    }

    func contains(_ name: String) -> Bool { files[name] != nil }

    /// The unpacked bytes of an entry.
    /// - Throws: ``ReadingFault`` for a damaged, encrypted or too large one.
    func data(_ name: String) throws(ReadingFault) -> Data {
        guard let part = files[name] else { throw ReadingFault(.partMissing(name)) }
        do { return try archive.data(part) } catch { throw ReadingFault(zip: error) }
    }

    /// What packers write beside the files: comments, and extra fields with text in them.
    func readBeside(into content: inout FileContent) {
        func comment(_ data: Data, _ place: String) {
            guard !data.isEmpty else { return }
            content.add(place, Self.text(data), .comment)
            content.note(.comment, place)
        }
        comment(archive.comment, "archive comment")
        for part in archive.parts {
            comment(archive.comment(part), "archive comment on \(part.name)")
            for field in archive.extraFields(part) where !Self.isQuiet(field) {
                let place = "extra field 0x\(String(field.id, radix: 16)) of \(part.name)", text = Self.readable(field.data)
                content.add(place, text, .metadata)
                // What is not all text has something in it that nobody has read.
                if text.utf8.count < field.data.count / 2 { content.note(.notChecked, place, reason: .extraField) }
            }
        }
    }

    /// Times, numbers of users, and room to grow: fields whose whole sense is known, and is nobody's name.
    private static func isQuiet(_ field: ZipArchive.ExtraField) -> Bool {
        switch field.id {
        // Times (0x5455, 0x000A), UNIX times and ids (0x5855, 0x7855, 0x7875), alignment (0xD935), the mark of a jar (0xCAFE).
        case 0x5455, 0x000A, 0x5855, 0x7855, 0x7875, 0xD935, 0xCAFE: field.data.count <= 64
        // Office's room to grow: two numbers and nothing else.
        case 0xA220, 0xA028: field.data.dropFirst(4).allSatisfy { $0 == 0 }
        default: field.data.isEmpty
        }
    }

    private static func text(_ data: Data) -> String {
        String(data: data, encoding: .utf8) ?? String(data: data, encoding: .isoLatin1) ?? ""
    }

    /// Runs of at least four signs that can be read, in one or in two bytes each.
    static func readable(_ data: Data) -> String {
        let pairs = data.count / 2, high = (0..<pairs).count { data[data.startIndex + 2 * $0 + 1] == 0 }
        let text = pairs >= 4 && high * 4 >= pairs * 3 ? String(data: data.prefix(2 * pairs), encoding: .utf16LittleEndian) ?? text(data) : text(data)
        let runs = text.split { character in character.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.value == 0xFFFD } }
        return runs.filter { $0.count >= 4 && $0.contains(where: \.isLetter) || $0.count { $0.isNumber } > 4 }.joined(separator: "\n")
    }
}
