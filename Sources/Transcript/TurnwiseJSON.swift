import Foundation

/// Compact JSON of a transcript, or of what holds one, a turn at a time: the encoders and decoders of Foundation take many times the
/// memory of what they are given, and a day's talk has tens of thousands of words.
///
/// The bytes are those that `JSONEncoder` gives of the whole with sorted keys and without escaping slashes.
public enum TurnwiseJSON {
    /// Where the turns of one transcript go: no string can hold this, since JSON escapes the quotes in it.
    private static let key = Data("\"turns\":[".utf8)

    /// - Parameters:
    ///   - shell: has one transcript in it, without turns.
    ///   - turns: the transcript's.
    /// - Throws: `EncodingError`.
    public static func encode(_ shell: some Encodable, turns: [Turn]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let around = try encoder.encode(shell)
        guard let place = around.range(of: key)?.upperBound else {
            throw EncodingError.invalidValue(shell, .init(codingPath: [], debugDescription: "there is no transcript in it"))
        }
        var data = around[..<place]
        for (n, turn) in turns.enumerated() {
            if n > 0 { data.append(UInt8(ascii: ",")) }
            data.append(try encoder.encode(turn))
        }
        data.append(around[place...])
        return data
    }

    /// What `encode` was given; of JSON that is laid out otherwise the same, by way of the whole.
    /// - Parameter turns: where the turns go.
    /// - Throws: `DecodingError`.
    public static func decode<Shell: Decodable>(_ data: Data, as type: Shell.Type, turns: WritableKeyPath<Shell, [Turn]>) throws -> Shell {
        let decoder = JSONDecoder()
        guard let (around, pieces) = split(data), !pieces.isEmpty else { return try decoder.decode(type, from: data) }
        var whole = try decoder.decode(type, from: around)
        whole[keyPath: turns] = try pieces.map { try decoder.decode(Turn.self, from: data[$0]) }
        return whole
    }

    /// The JSON around the turns, and where each of them is; nil where no turns are found.
    private static func split(_ data: Data) -> (around: Data, pieces: [Range<Int>])? {
        // Only one key may be the transcript's: what others wrote can hold more of the name.
        guard let start = data.range(of: key)?.upperBound, data.range(of: key, in: start..<data.endIndex) == nil else { return nil }
        var pieces: [Range<Int>] = []
        var depth = 0, first = start, inString = false, isEscaped = false, i = start
        let end: Int? = data.withUnsafeBytes { bytes in
            let base = data.startIndex
            while i < data.endIndex {
                let byte = bytes[i - base]
                if inString {
                    if isEscaped { isEscaped = false } else if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { inString = false }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): inString = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                    case UInt8(ascii: "}"), UInt8(ascii: "]"):
                        if depth == 0 {
                            if first < i || !pieces.isEmpty { pieces.append(first..<i) }
                            return i
                        }
                        depth -= 1
                    case UInt8(ascii: ",") where depth == 0:
                        pieces.append(first..<i)
                        first = i + 1
                    default: break
                    }
                }
                i += 1
            }
            return nil
        }
        // Laid out by somebody else: blanks where turns would be.
        guard let end, !pieces.contains(where: { data[$0].allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }) else { return nil }
        return (data[..<start] + data[end...], pieces)
    }
}
