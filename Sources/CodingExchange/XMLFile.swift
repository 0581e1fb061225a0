import Foundation

/// Writes an XML file piece by piece, 0600, so that no document is ever whole in memory.
struct XMLFile: ~Copyable {
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var open: [StaticString] = []
    private var isInTag = false
    private let name: String

    init(_ url: URL, name: String) throws {
        self.name = name
        guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]), let handle = FileHandle(forWritingAtPath: url.path)
        else { throw ExchangeError.cannotWrite(file: name, reason: "a temporary file beside it cannot be made") }
        self.handle = handle
        buffer.reserveCapacity(1 << 20)
        add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    }

    private mutating func add(_ text: String) { buffer.append(contentsOf: text.utf8) }
    private mutating func add(_ text: StaticString) { text.withUTF8Buffer { buffer.append(contentsOf: $0) } }

    private mutating func closeTag() {
        if isInTag { buffer.append(contentsOf: [0x3E, 0x0A]) }
        isInTag = false
    }

    private mutating func indent() { buffer.append(contentsOf: repeatElement(0x20, count: open.count)) }

    mutating func start(_ element: StaticString) throws {
        closeTag()
        if buffer.count > 1 << 20 { try flush() }
        indent()
        add("<")
        add(element)
        open.append(element)
        isInTag = true
    }

    /// Nil leaves the attribute out.
    mutating func attribute(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        add(" ")
        add(key)
        add("=\"")
        escape(value, isAttribute: true)
        add("\"")
    }

    mutating func end() {
        guard let element = open.popLast() else { return }
        if isInTag {
            add("/>\n")
            isInTag = false
            return
        }
        indent()
        add("</")
        add(element)
        add(">\n")
    }

    /// An element with text alone.
    mutating func text(_ element: StaticString, _ value: String) {
        closeTag()
        indent()
        add("<")
        add(element)
        add(">")
        escape(value, isAttribute: false)
        add("</")
        add(element)
        add(">\n")
    }

    mutating func empty(_ element: StaticString, _ key: StaticString, _ value: String) {
        closeTag()
        indent()
        add("<")
        add(element)
        add(" ")
        add(key)
        add("=\"")
        escape(value, isAttribute: true)
        add("\"/>\n")
    }

    /// What XML 1.0 has no way to write (control characters, U+FFFE, U+FFFF) is left out.
    private mutating func escape(_ value: String, isAttribute: Bool) {
        let plain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x26 && $0 != 0x3C && $0 != 0x3E && $0 != 0x22 }
        if plain { return add(value) }
        for scalar in value.unicodeScalars {
            switch scalar.value {
            case 0x26: add("&amp;")
            case 0x3C: add("&lt;")
            case 0x3E: add("&gt;")
            case 0x22 where isAttribute: add("&quot;")
            case 0x0A where isAttribute: add("&#10;")
            case 0x09 where isAttribute: add("&#9;")
            case 0x0D: add("&#13;")
            case 0x09, 0x0A: buffer.append(UInt8(scalar.value))
            case 0..<0x20, 0xFFFE, 0xFFFF: break
            default: buffer.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }

    private mutating func flush() throws {
        do { try handle.write(contentsOf: buffer) } catch { throw ExchangeError.cannotWrite(file: name, reason: "the disk refuses") }
        buffer.removeAll(keepingCapacity: true)
    }

    consuming func finish() throws {
        while !open.isEmpty { end() }
        try flush()
        try? handle.close()
    }
}
