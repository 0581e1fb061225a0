import Foundation

/// What cameras and programs write into pictures besides the picture: JPEG, PNG, TIFF, GIF and WebP.
enum ImageReader {
    static func read(_ data: Data, into content: inout FileContent) {
        let bytes = [UInt8](data)
        if bytes.starts(with: [0xFF, 0xD8]) { jpeg(bytes, into: &content) } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { png(bytes, into: &content) } else if bytes.starts(with: Array("RIFF".utf8)) {
            webp(bytes, into: &content)
        } else if bytes.starts(with: Array("II".utf8)) || bytes.starts(with: Array("MM".utf8)) {
            tiff(bytes[...], place: "EXIF", into: &content)
        } else if bytes.starts(with: Array("GIF8".utf8)) {
            if contains(bytes, "XMP DataXMP") || zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x21 && $1 == 0xFE }) { content.note(.imageMetadata, "comment") }
        }
        // Faces and signs are for eyes.
        content.note(.notChecked, "picture", reason: .picture)
    }

    private static func contains(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }

    private static func jpeg(_ bytes: [UInt8], into content: inout FileContent) {
        var at = 2
        while at + 4 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1], length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            if marker == 0xDA || marker == 0xD9 { break }
            guard length >= 2, at + 2 + length <= bytes.count else { break }
            let body = bytes[(at + 4)..<(at + 2 + length)]
            switch marker {
            case 0xE1 where body.starts(with: Array("Exif\0\0".utf8)): tiff(body.dropFirst(6), place: "EXIF", into: &content)
            case 0xE1 where body.starts(with: Array("http://ns.adobe.com/xap".utf8)): xmp(body, into: &content)
            case 0xED: iptc(body, into: &content)
            case 0xFE:
                content.note(.imageMetadata, "comment")
                content.add("comment", String(decoding: body, as: UTF8.self), .metadata)
            default: break
            }
            at += 2 + length
        }
    }

    private static func png(_ bytes: [UInt8], into content: inout FileContent) {
        var at = 8
        while at + 12 <= bytes.count {
            let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }, kind = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            guard length >= 0, at + 12 + length <= bytes.count else { break }
            let body = bytes[(at + 8)..<(at + 8 + length)]
            switch kind {
            case "tEXt", "iTXt", "zTXt":
                let key = String(decoding: body.prefix { $0 != 0 }, as: UTF8.self)
                // The program's name alone is nobody's.
                if key != "Software" && !key.hasPrefix("date:") {
                    content.note(.imageMetadata, kind)
                    if kind != "zTXt" {
                        content.add("\(kind) \(key)", String(decoding: body.drop { $0 != 0 }, as: UTF8.self).replacing("\0", with: " "), .metadata)
                    } else { content.note(.notChecked, "zTXt", reason: .packedPictureText) }
                }
            case "eXIf": tiff(body, place: "EXIF", into: &content)
            case "tIME", "IEND": break
            default: break
            }
            at += 12 + length
        }
    }

    private static func webp(_ bytes: [UInt8], into content: inout FileContent) {
        var at = 12
        while at + 8 <= bytes.count {
            let kind = String(decoding: bytes[at..<at + 4], as: UTF8.self)
            let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) }
            guard at + 8 + length <= bytes.count else { break }
            let body = bytes[(at + 8)..<(at + 8 + length)]
            if kind == "EXIF" { tiff(body.starts(with: Array("Exif\0\0".utf8)) ? body.dropFirst(6) : body, place: "EXIF", into: &content) }
            if kind == "XMP " { xmp(body, into: &content) }
            at += 8 + length + length % 2
        }
    }

    private static func xmp(_ body: ArraySlice<UInt8>, into content: inout FileContent) {
        content.note(.imageMetadata, "XMP")
        let text = String(decoding: body, as: UTF8.self)
        if text.contains("GPSLatitude") { content.note(.location, "XMP") }
        content.add("XMP", text.replacing(/<[^>]*>/, with: "\t"), .metadata)
    }

    /// IPTC captions, by-lines and places, inside Photoshop's block.
    private static func iptc(_ body: ArraySlice<UInt8>, into content: inout FileContent) {
        var at = body.startIndex
        while at + 5 <= body.endIndex {
            guard body[at] == 0x1C, body[at + 1] == 2 else { at += 1; continue }
            let length = Int(body[at + 3]) << 8 | Int(body[at + 4])
            guard at + 5 + length <= body.endIndex else { break }
            content.note(.imageMetadata, "IPTC")
            content.add("IPTC \(body[at + 2])", String(decoding: body[(at + 5)..<(at + 5 + length)], as: UTF8.self), .metadata)
            at += 5 + length
        }
    }

    /// TIFF directories: texts of all tags, and whether the place was noted (GPS). At most 40 directories of 500 entries.
    private static func tiff(_ body: ArraySlice<UInt8>, place: String, into content: inout FileContent) {
        let bytes = Array(body)
        guard bytes.count >= 8 else { return }
        let little = bytes[0] == 0x49
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at + count <= bytes.count else { return nil }
            let slice = bytes[at..<at + count]
            return (little ? Array(slice.reversed()) : Array(slice)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42 else { return }
        // Figures of the picture itself: size, resolution, orientation, colours, and the program.
        let plain: Set<Int> = [0x100, 0x101, 0x102, 0x103, 0x106, 0x111, 0x112, 0x115, 0x116, 0x117, 0x11A, 0x11B, 0x11C, 0x128, 0x131, 0x13E, 0x13F, 0x152, 0x153, 0x213, 0xA001, 0xA002, 0xA003, 0x8769, 0x9000, 0x9101, 0xA000]
        var queue = [number(4, 4) ?? 0], seen: Set<Int> = []
        while let directory = queue.popLast(), seen.count < 40 {
            guard directory > 0, seen.insert(directory).inserted, let count = number(directory, 2), count <= 500 else { continue }
            for index in 0..<count {
                let at = directory + 2 + 12 * index
                guard let tag = number(at, 2), let kind = number(at + 2, 2), let length = number(at + 4, 4) else { break }
                if tag == 0x8769 || tag == 0xA005 { queue.append(number(at + 8, 4) ?? 0) }
                if tag == 0x8825 {
                    content.note(.location, place)
                    continue
                }
                if !plain.contains(tag) { content.note(.imageMetadata, place) }
                guard kind == 2 || kind == 1 || kind == 7, length > 3, length < 65_536, !plain.contains(tag), let from = length <= 4 ? at + 8 : number(at + 8, 4), from >= 0, from + length <= bytes.count else { continue }
                let value = Array(bytes[from..<from + length])
                if kind == 2 { content.add("\(place) tag \(tag)", String(decoding: value.prefix { $0 != 0 }, as: UTF8.self), .metadata) }
                // Windows' own title, comment, author, keywords, subject: UTF-16.
                if (0x9C9B...0x9C9F).contains(tag), let text = String(data: Data(value), encoding: .utf16LittleEndian) { content.add("\(place) tag \(tag)", text.replacing("\0", with: ""), .metadata) }
            }
            if let next = number(directory + 2 + 12 * count, 4) { queue.append(next) }
        }
    }
}
