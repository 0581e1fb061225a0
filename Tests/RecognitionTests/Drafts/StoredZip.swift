import Foundation

/// A zip archive without compression, made by hand (PKWARE APPNOTE 4.3), so that the reader is not tested with its own
/// library's writer.
enum StoredZip {
    static func archive(_ entries: [(String, String)], flags: UInt16 = 0) -> Data {
        var body: [UInt8] = [], directory: [UInt8] = []
        for (name, text) in entries {
            let offset = body.count, data = Array(text.utf8)
            let common = little16(20) + little16(flags) + little16(0) + little32(0x0021_0000) + little32(crc(data)) + little32(UInt32(data.count))
                + little32(UInt32(data.count)) + little16(UInt16(name.utf8.count)) + little16(0)
            body += little32(0x0403_4B50) + common + Array(name.utf8) + data
            directory += little32(0x0201_4B50) + little16(20) + common + little16(0) + little16(0) + little16(0) + little32(0)
                + little32(UInt32(offset)) + Array(name.utf8)
        }
        let end = little32(0x0605_4B50) + little16(0) + little16(0) + little16(UInt16(entries.count)) + little16(UInt16(entries.count))
            + little32(UInt32(directory.count)) + little32(UInt32(body.count)) + little16(0)
        return Data(body + directory + end)
    }

    /// A Word document with this body.
    static func docx(_ body: String) -> Data {
        archive([
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>\(body)</w:body></w:document>"),
        ])
    }

    private static func little16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
    private static func little32(_ value: UInt32) -> [UInt8] { little16(UInt16(value & 0xFFFF)) + little16(UInt16(value >> 16)) }

    private static func crc(_ data: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in data {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
