import AudioIngest
import Foundation

/// Sound: a voice identifies whoever speaks, and recorders write dates, serial numbers and names beside it.
enum SoundReader {
    static func read(_ data: Data, path: String?, into content: inout FileContent) {
        content.note(.rawAudio)
        let head = [UInt8](data.prefix(1 << 20))
        if head.starts(with: Array("ID3".utf8)) || data.suffix(128).starts(with: Array("TAG".utf8)) || data.range(of: Data("APETAGEX".utf8)) != nil {
            content.note(.audioMetadata, "ID3")
            id3(head, into: &content)
        }
        guard let path, let file = try? AudioFile(path: path) else {
            if data.range(of: Data("bext".utf8), in: 0..<min(data.count, 4_096)) != nil { content.note(.audioMetadata, "bext") }
            return
        }
        let metadata = file.metadata
        if let broadcast = metadata.broadcast {
            content.note(.audioMetadata, "bext")
            for (name, value) in [
                ("description", broadcast.description), ("originator", broadcast.originator), ("reference", broadcast.originatorReference),
                ("date", broadcast.originationDate), ("history", broadcast.codingHistory),
            ] { content.add("bext \(name)", value, .metadata) }
        }
        if let notes = metadata.productionNotes {
            content.note(.audioMetadata, "iXML")
            for value in [notes.project, notes.scene, notes.tape, notes.note].compactMap({ $0 }) + notes.tracks.compactMap(\.name) { content.add("iXML", value, .metadata) }
        }
        for tag in metadata.tags where tag.name.lowercased() != "encoder" && tag.name.lowercased() != "software" {
            content.note(.audioMetadata, "tags")
            content.add("tag \(tag.name)", tag.value, .metadata)
        }
        for cue in metadata.cues { for text in [cue.label, cue.note].compactMap({ $0 }) { content.add("marker", text, .metadata) } }
    }

    /// Text frames of ID3v2.3 and v2.4.
    private static func id3(_ bytes: [UInt8], into content: inout FileContent) {
        guard bytes.starts(with: Array("ID3".utf8)), bytes.count > 10 else { return }
        func size(_ at: Int, _ bits: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << bits | Int($1) } }
        let end = min(bytes.count, 10 + size(6, 7)), bits = bytes[3] >= 4 ? 7 : 8
        var at = 10
        while at + 10 < end {
            let name = String(decoding: bytes[at..<at + 4], as: UTF8.self), length = size(at + 4, bits)
            guard name.allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber) }), length > 1, at + 10 + length <= end else { break }
            if (name.hasPrefix("T") || name == "COMM"), name != "TSSE", name != "TENC" {
                let body = Data(bytes[(at + 11)..<(at + 10 + length)])
                let text = bytes[at + 10] == 1 || bytes[at + 10] == 2 ? String(data: body, encoding: .utf16) : bytes[at + 10] == 3 ? String(data: body, encoding: .utf8) : String(data: body, encoding: .isoLatin1)
                content.add("ID3 \(name)", (text ?? "").replacing("\0", with: " "), .metadata)
            }
            if name == "APIC" { content.note(.embeddedFile, "ID3 picture") }
            at += 10 + length
        }
    }
}
