import Foundation

@testable import Anonymization

/// A sentence of the fixtures: `[type|words]` marks what identifies.
struct MarkedSentence {
    var text: String
    /// Code points, with the type.
    var marks: [(range: Range<Int>, type: EntityType)]

    static func read(_ name: String) throws -> [MarkedSentence] {
        let url = Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures")
        let lines = try String(contentsOf: url!, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return lines.map { MarkedSentence(String($0)) }
    }

    init(_ line: String) {
        var scalars: [Unicode.Scalar] = []
        marks = []
        var rest = Substring(line)
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            scalars += rest[..<open].unicodeScalars
            let inner = rest[rest.index(after: open)..<close].split(separator: "|", maxSplits: 1)
            let start = scalars.count
            scalars += inner[1].unicodeScalars
            marks.append((start..<scalars.count, EntityType(rawValue: String(inner[0]))!))
            rest = rest[rest.index(after: close)...]
        }
        scalars += rest.unicodeScalars
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        text = String(view)
    }

    /// Counts over the words and numbers of the sentences.
    struct Score {
        var found = 0, missed = 0, extra = 0, typed = 0
        var recall: Double { Double(found) / Double(max(1, found + missed)) }
        var precision: Double { Double(found) / Double(max(1, found + extra)) }
        var types: Double { Double(typed) / Double(max(1, found)) }
    }

    static func score(_ sentences: [MarkedSentence], by detector: Detector, lowercased: Bool = false) -> Score {
        var out = Score()
        for sentence in sentences {
            let found = detector.detect(text: lowercased ? sentence.text.lowercased() : sentence.text)
            for token in TokenizedText(sentence.text).tokens where token.kind == .word || token.kind == .number {
                let range = token.start..<token.end
                let mark = sentence.marks.first { $0.range.overlaps(range) }, detection = found.first { ($0.start..<$0.end).overlaps(range) }
                switch (mark, detection) {
                case (let mark?, let detection?):
                    out.found += 1
                    if mark.type == detection.type { out.typed += 1 }
                case (_?, nil): out.missed += 1
                case (nil, _?): out.extra += 1
                case (nil, nil): break
                }
            }
        }
        return out
    }
}
