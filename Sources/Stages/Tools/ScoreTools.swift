import Foundation
import Signal
import Speech
import Transcript

/// Comparing a result with the truth: what the command `score` does. Positions are milliseconds.
public enum ScoreTools {
    private static let rate = SampleRate(1_000)

    private static func regions(_ path: String?, file: String) throws -> [SampleRange]? {
        guard let path else { return nil }
        let entries = try UEM(parsing: TextFile.read(path)).entries
        guard !entries.isEmpty else { throw StageFault("'\(TextFile.name(path))' holds no stretches to score") }
        let own = entries.filter { $0.file == file }
        return (own.isEmpty ? entries : own).map { SampleRange(rate.position(seconds: $0.start), rate.position(seconds: $0.end)) }
    }

    private static func truth(_ path: String) throws -> RTTM {
        let rttm = try RTTM(parsing: TextFile.read(path))
        guard !rttm.entries.isEmpty else { throw StageFault("'\(TextFile.name(path))' holds no speech to compare with") }
        return rttm
    }

    /// Files named in either RTTM, each scored alone; one name on both sides may differ.
    private static func pairs(_ reference: RTTM, _ hypothesis: RTTM) -> [(file: String, reference: [LabeledSegment], hypothesis: [LabeledSegment])] {
        if reference.files.count <= 1 && hypothesis.files.count <= 1 {
            return [(reference.files.first ?? hypothesis.files.first ?? "", reference.segments(rate: rate), hypothesis.segments(rate: rate))]
        }
        return reference.files.map { ($0, reference.segments(rate: rate, file: $0), hypothesis.segments(rate: rate, file: $0)) }
    }

    public static func diarization(
        _ reference: String, _ hypothesis: String, uem: String?, collar: Double, skipOverlap: Bool
    ) throws -> DiarizationScore {
        guard collar.isFinite, collar >= 0 else { throw RequestFault("--collar is a number of seconds, 0 or more") }
        let ref = try truth(reference), hyp = try RTTM(parsing: TextFile.read(hypothesis))
        return DiarizationScore.pooled(
            try pairs(ref, hyp).map { pair in
                DiarizationScore(
                    reference: pair.reference, hypothesis: pair.hypothesis, rate: rate,
                    regions: try regions(uem, file: pair.file), collar: collar, skipOverlap: skipOverlap)
            })
    }

    public static func vad(_ reference: String, _ hypothesis: String, uem: String?) throws -> VoiceActivityScore {
        let ref = try truth(reference), hyp = try RTTM(parsing: TextFile.read(hypothesis))
        return VoiceActivityScore.pooled(
            try pairs(ref, hyp).map { pair in
                VoiceActivityScore(
                    reference: pair.reference.map(\.range), hypothesis: pair.hypothesis.map(\.range), rate: rate,
                    regions: try regions(uem, file: pair.file))
            })
    }

    /// Word error rate of the words, and boundary errors where both sides have times.
    public static func words(_ reference: String, _ hypothesis: String, fold: Bool) throws -> WordsResult {
        let ref = try timed(reference), hyp = try timed(hypothesis)
        let score = WordScore(reference: ref.map(\.text), hypothesis: hyp.map(\.text), folding: fold)
        func placed(_ rows: [(text: String, range: SampleRange?)]) -> [BoundaryScore.TimedWord] {
            rows.compactMap { row in row.range.map { .init(text: row.text, range: $0) } }
        }
        let a = placed(ref), b = placed(hyp)
        return WordsResult(
            words: score, boundaries: a.isEmpty || b.isEmpty ? nil : BoundaryScore(reference: a, hypothesis: b, rate: rate))
    }

    public struct WordsResult: Codable, Sendable {
        public var words: WordScore
        public var boundaries: BoundaryScore?
    }

    /// Spans as JSON lines or tab-separated `start end type`, in code points.
    public static func spans(_ reference: String, _ hypothesis: String) throws -> SpanScore {
        SpanScore(reference: try spans(reference), hypothesis: try spans(hypothesis))
    }

    private struct JSONSpan: Decodable { var start: Int, end: Int, type: String? }

    private static func spans(_ path: String) throws -> [SpanScore.Span] {
        let lines = try TextFile.read(path).split(separator: "\n")
        return try lines.enumerated().map { index, line in
            if line.hasPrefix("{") {
                guard let span = try? JSONDecoder().decode(JSONSpan.self, from: Data(line.utf8)), span.start <= span.end else {
                    throw StageFault("'\(TextFile.name(path))' line \(index + 1): expected start, end and type")
                }
                return .init(start: span.start, end: span.end, type: span.type ?? "")
            }
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 2, let start = Int(fields[0]), let end = Int(fields[1]), start <= end else {
                throw StageFault("'\(TextFile.name(path))' line \(index + 1): expected start, end and type")
            }
            return .init(start: start, end: end, type: fields.count > 2 ? String(fields[2]) : "")
        }
    }

    /// Words of a TSV with times, or of plain text without.
    private static func timed(_ path: String) throws -> [(text: String, range: SampleRange?)] {
        let text = try TextFile.read(path)
        guard text.contains("\t") else {
            return text.split(whereSeparator: \.isWhitespace).map { (String($0), nil) }
        }
        var rows: [(text: String, range: SampleRange?)] = []
        for (number, line) in text.split(separator: "\n").enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 3 else {
                throw StageFault("'\(TextFile.name(path))' line \(number + 1): expected start, end and word with tabs between")
            }
            let hasSpeaker = fields.count >= 4 && Double(fields[3]) == nil
            let word = hasSpeaker ? fields[3] : fields[2]
            if let start = Double(fields[0]), let end = Double(fields[1]), start >= 0, end >= start, end < 1e6 {
                rows.append((word, SampleRange(rate.position(seconds: start), rate.position(seconds: end))))
            } else if fields[0] == "-" {
                rows.append((word, nil))
            } else if number > 0 || Double(fields[0]) != nil {
                throw StageFault("'\(TextFile.name(path))' line \(number + 1): start and end are seconds, end not before start")
            }
        }
        return rows
    }
}
