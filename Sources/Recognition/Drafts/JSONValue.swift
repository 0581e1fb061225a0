/// A JSON document (RFC 8259) with strings as the bytes they are.
///
/// Recognisers cut letters of several bytes in two, which no strict reader takes: strings here stay bytes until they
/// are whole. Depth and number of values are limited.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    static let depthLimit = 64
    /// Twice all that whisper.cpp says of every token of ten hours of talk.
    static let countLimit = 3_000_000

    subscript(_ key: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.key == key }?.value
    }
    var array: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
    var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
    var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    /// A finite number, also one written as a string.
    var number: Double? {
        switch self {
        case .number(let value): value.isFinite ? value : nil
        case .string(let bytes): Double(String(decoding: bytes, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// Where JSON begins in a file; nil when the file does not look like it. `[00:01] …` and `{00:01} …` are no JSON.
    static func start(of bytes: [UInt8]) -> Int? {
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        func skip() { while index < bytes.count, [9, 10, 13, 32].contains(bytes[index]) { index += 1 } }
        skip()
        let start = index
        guard index < bytes.count, bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "[") else { return nil }
        let isObject = bytes[index] == UInt8(ascii: "{")
        index += 1
        skip()
        guard index < bytes.count else { return nil }
        return bytes[index] == UInt8(ascii: isObject ? "\"" : "{") || bytes[index] == UInt8(ascii: isObject ? "}" : "]") ? start : nil
    }

    /// - Returns: the value; of several values one after the other (JSON lines), an array.
    static func parse(_ bytes: [UInt8], from start: Int = 0) throws(DraftError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, index: start)
        var values: [JSONValue] = []
        repeat {
            values.append(try parser.value(depth: 0))
            parser.skip()
        } while parser.index < bytes.count
        return values.count == 1 ? values[0] : .array(values)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var index: Int
    var count = 0

    private var broken: DraftError { .damaged(part: "JSON") }

    mutating func skip() {
        while index < bytes.count, bytes[index] == 32 || (9...13).contains(bytes[index]) { index += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skip()
        guard index < bytes.count, bytes[index] == UInt8(ascii: sign) else { return false }
        index += 1
        return true
    }

    mutating func value(depth: Int) throws(DraftError) -> JSONValue {
        count += 1
        guard count <= JSONValue.countLimit else { throw .tooLarge(limit: Draft.sizeLimit) }
        guard depth < JSONValue.depthLimit else { throw broken }
        skip()
        guard index < bytes.count else { throw broken }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            index += 1
            var fields: [(key: String, value: JSONValue)] = []
            if take("}") { return .object([]) }
            repeat {
                skip()
                let key = String(decoding: try string(), as: UTF8.self)
                guard take(":") else { throw broken }
                fields.append((key, try value(depth: depth + 1)))
            } while take(",")
            guard take("}") else { throw broken }
            return .object(fields)
        case UInt8(ascii: "["):
            index += 1
            var items: [JSONValue] = []
            if take("]") { return .array([]) }
            repeat { items.append(try value(depth: depth + 1)) } while take(",")
            guard take("]") else { throw broken }
            return .array(items)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try plain()
        }
    }

    /// A number or a name, `NaN` and `Infinity` among them, which Python writes.
    private mutating func plain() throws(DraftError) -> JSONValue {
        let start = index
        while index < bytes.count, index - start < 64, bytes[index] > 32, !",]}:\"[{".utf8.contains(bytes[index]) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        switch text {
        case "null", "NaN", "Infinity", "-Infinity": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first), let value = Double(text) else { throw broken }
            return .number(value)
        }
    }

    private mutating func string() throws(DraftError) -> [UInt8] {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw broken }
        index += 1
        var result: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"):
                guard index < bytes.count else { throw broken }
                let escaped = bytes[index]
                index += 1
                switch escaped {
                case UInt8(ascii: "n"), UInt8(ascii: "r"): result.append(10)
                case UInt8(ascii: "t"): result.append(9)
                case UInt8(ascii: "b"), UInt8(ascii: "f"): result.append(32)
                case UInt8(ascii: "u"): try unicode(into: &result)
                default: result.append(escaped)
                }
            default: result.append(byte)
            }
        }
        throw broken
    }

    private mutating func unicode(into result: inout [UInt8]) throws(DraftError) {
        var units = [try unit()]
        if (0xD800..<0xDC00).contains(units[0]), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") {
            index += 2
            units.append(try unit())
        }
        result += String(decoding: units, as: UTF16.self).utf8
    }

    private mutating func unit() throws(DraftError) -> UInt16 {
        guard index + 4 <= bytes.count, let value = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16) else { throw broken }
        index += 4
        return value
    }
}
