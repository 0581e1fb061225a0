import Foundation

/// Reads what `whisper-cli -ojf` writes, and believes it only where it is about the piece it was asked for.
enum WhisperCppResult {
    static let engine = "whisper.cpp"
    /// Whisper hears in windows of this many seconds and may give times up to the end of the last.
    private static let window = 30.0

    /// - Throws: ``RecognizerError`` with places in the format only, never text of the talk.
    static func words(_ bytes: [UInt8], of piece: PieceFile, model: String) throws(RecognizerError) -> EngineResult {
        let document: LenientJSON
        do { document = try LenientJSON(bytes) } catch {
            throw .damagedResult(engine: engine, what: "not JSON, or cut short, at byte \(error.position) of \(bytes.count)")
        }
        guard let segments = document["transcription"]?.array else { throw .damagedResult(engine: engine, what: "no list 'transcription'") }
        try check(document, of: piece, model: model)
        let language = document["result"]?["language"]?.text
        if let language, language != piece.language.rawValue {
            throw .anotherLanguage(engine: engine, asked: piece.language.rawValue, got: language)
        }
        let limit = (piece.seconds / window).rounded(.up) * window + 1
        var words: [Building] = []
        for (number, segment) in segments.enumerated() {
            guard let offsets = span(segment["offsets"]) else { throw .damagedResult(engine: engine, what: "segment \(number + 1) has no offsets") }
            guard offsets.start <= limit else { throw .anotherRecording(engine: engine, what: "times past the end of the sound") }
            var isFirst = true
            if let tokens = segment["tokens"]?.array, !tokens.isEmpty {
                for token in tokens {
                    guard let bytes = token["text"]?.bytes else { throw .damagedResult(engine: engine, what: "a token of segment \(number + 1) has no text") }
                    if bytes.starts(with: Array("[_".utf8)) || bytes.isEmpty { continue }
                    let time = span(token["offsets"]) ?? offsets
                    add(bytes, time, token["p"]?.number, startsSegment: isFirst, to: &words)
                    isFirst = false
                }
            } else if let text = segment["text"]?.bytes {
                // Without tokens the segment's words share its time by their letters.
                spread(text, over: offsets, into: &words)
            }
        }
        return EngineResult(words: words.compactMap(\.word), language: language)
    }

    private static func check(_ document: LenientJSON, of piece: PieceFile, model: String) throws(RecognizerError) {
        for place in [document, document["params"], document["result"]] {
            for key in ["input", "file", "audio", "audio_file", "wav"] {
                guard let named = place?[key]?.text else { continue }
                let name = (named as NSString).lastPathComponent
                guard (name as NSString).deletingPathExtension == piece.name else {
                    throw .anotherRecording(engine: engine, what: "it names another file")
                }
            }
        }
        if let used = document["params"]?["model"]?.text, (used as NSString).lastPathComponent != (model as NSString).lastPathComponent {
            throw .anotherRecording(engine: engine, what: "it was made with another model")
        }
    }

    private static func span(_ offsets: LenientJSON?) -> (start: Double, end: Double)? {
        guard let from = offsets?["from"]?.number, let to = offsets?["to"]?.number else { return nil }
        return (from / 1000, to / 1000)
    }

    /// A word while its tokens come in.
    private struct Building {
        var bytes: [UInt8]
        var start: Double, end: Double
        var probabilities: [Double]

        var word: EngineWord? {
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { return nil }
            // The weakest token decides: a word with one doubtful part is doubtful.
            return EngineWord(text, start, end, probability: probabilities.min())
        }
    }

    private static func add(
        _ bytes: [UInt8], _ time: (start: Double, end: Double), _ probability: Double?, startsSegment: Bool, to words: inout [Building]
    ) {
        let isSpaced = bytes[0] == 0x20 || bytes[0] == 0x0A
        let carries = bytes.contains { $0 >= 0x80 || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
        if words.isEmpty || isSpaced || startsSegment && carries {
            words.append(Building(bytes: bytes, start: time.start, end: time.end, probabilities: probability.map { [$0] } ?? []))
        } else {
            let last = words.count - 1
            words[last].bytes += bytes
            // Punctuation is given the pause's time; it must not stretch the word.
            if carries {
                words[last].end = max(words[last].end, time.end)
                if let probability { words[last].probabilities.append(probability) }
            }
        }
    }

    private static func spread(_ text: [UInt8], over time: (start: Double, end: Double), into words: inout [Building]) {
        let parts = text.split(separator: 0x20).map(Array.init)
        let total = Double(max(1, parts.reduce(0) { $0 + $1.count }))
        var position = time.start
        for part in parts {
            let end = position + max(0, time.end - time.start) * Double(part.count) / total
            words.append(Building(bytes: part, start: position, end: end, probabilities: []))
            position = end
        }
    }
}
