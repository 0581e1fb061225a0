/// JSON as careless programs write it: strings are bytes that need not be UTF-8, and control characters may stand in them.
///
/// whisper.cpp escapes only `"` and `\`, and a letter of several bytes may be split between two strings; a strict parser
/// would refuse the whole file for one such letter. Everything else is as strict as RFC 8259 where it matters: a document
/// that is cut short is an error, and so is anything after it.
enum LenientJSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([LenientJSON])
    /// In the order written.
    case object([(key: [UInt8], value: LenientJSON)])

    static func == (a: LenientJSON, b: LenientJSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): for (key, item) in value { hasher.combine(key); hasher.combine(item) }
        }
    }

    /// Where a document stops being JSON, in bytes from the start.
    struct SyntaxError: Error, Hashable { var position: Int }

    init(_ bytes: [UInt8]) throws(SyntaxError) {
        var parser = Parser(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        self = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error }
    }

    subscript(_ key: String) -> LenientJSON? {
        guard case .object(let pairs) = self else { return nil }
        let bytes = Array(key.utf8)
        return pairs.first { $0.key == bytes }?.value
    }
    var array: [LenientJSON]? { if case .array(let items) = self { items } else { nil } }
    var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    var number: Double? { if case .number(let value) = self { value } else { nil } }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0
        var error: SyntaxError { SyntaxError(position: position) }

        mutating func skipSpace() {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) throws(SyntaxError) -> LenientJSON {
            guard depth < 64 else { throw error }
            skipSpace()
            guard position < bytes.count else { throw error }
            switch bytes[position] {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"):
                // `nan` stands where a probability could not be worked out.
                if bytes[position...].starts(with: Array("nan".utf8)) { return try word("nan", .null) }
                return try word("null", .null)
            default: return try number()
            }
        }

        mutating func word(_ text: String, _ value: LenientJSON) throws(SyntaxError) -> LenientJSON {
            guard bytes[position...].starts(with: Array(text.utf8)) else { throw error }
            position += text.utf8.count
            return value
        }

        mutating func number() throws(SyntaxError) -> LenientJSON {
            if bytes[position...].starts(with: Array("-nan".utf8)) { return try word("-nan", .null) }
            if bytes[position...].starts(with: Array("-inf".utf8)) { return try word("-inf", .null) }
            if bytes[position...].starts(with: Array("inf".utf8)) { return try word("inf", .null) }
            let start = position
            while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) { position += 1 }
            guard position > start, let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else { throw error }
            return .number(value)
        }

        mutating func array(depth: Int) throws(SyntaxError) -> LenientJSON {
            position += 1
            var items: [LenientJSON] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            while true {
                items.append(try value(depth: depth + 1))
                skipSpace()
                if take(UInt8(ascii: "]")) { return .array(items) }
                guard take(UInt8(ascii: ",")) else { throw error }
            }
        }

        mutating func object(depth: Int) throws(SyntaxError) -> LenientJSON {
            position += 1
            var pairs: [(key: [UInt8], value: LenientJSON)] = []
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(pairs) }
            while true {
                skipSpace()
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error }
                let key = try string()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error }
                pairs.append((key, try value(depth: depth + 1)))
                skipSpace()
                if take(UInt8(ascii: "}")) { return .object(pairs) }
                guard take(UInt8(ascii: ",")) else { throw error }
            }
        }

        mutating func string() throws(SyntaxError) -> [UInt8] {
            position += 1
            var result: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") { return result }
                guard byte == UInt8(ascii: "\\") else {
                    result.append(byte)
                    continue
                }
                guard position < bytes.count else { throw error }
                let escape = bytes[position]
                position += 1
                switch escape {
                case UInt8(ascii: "n"): result.append(0x0A)
                case UInt8(ascii: "t"): result.append(0x09)
                case UInt8(ascii: "r"): result.append(0x0D)
                case UInt8(ascii: "b"): result.append(0x08)
                case UInt8(ascii: "f"): result.append(0x0C)
                case UInt8(ascii: "u"):
                    var unit = try hexadecimal()
                    if (0xD800..<0xDC00).contains(unit), bytes[position...].starts(with: Array("\\u".utf8)) {
                        let back = position
                        position += 2
                        let low = try hexadecimal()
                        if (0xDC00..<0xE000).contains(low) {
                            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                        } else {
                            position = back
                        }
                    }
                    result += Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
                default: result.append(escape)
                }
            }
            throw error
        }

        mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
            guard position + 4 <= bytes.count, let unit = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
            else { throw error }
            position += 4
            return unit
        }
    }
}
