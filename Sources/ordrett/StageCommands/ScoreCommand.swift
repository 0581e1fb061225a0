import ArgumentParser
import Foundation
import Stages

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Compare a result with the truth.",
        discussion: """
            Examples:
              ordrett score diarization ref.rttm hyp.rttm --uem ref.uem
              ordrett score vad ref.rttm hyp.rttm
              ordrett score words ref.words.tsv hyp.words.tsv
              ordrett score spans ref.jsonl hyp.jsonl --json

            diarization: DER with miss, false alarm and confusion, overlap counted. vad: miss and false alarm on 10 ms
            frames. words: word error rate, and boundary errors where both have times. spans: precision and recall.
            """)

    enum What: String, ExpressibleByArgument, CaseIterable { case vad, diarization, words, spans }

    @Argument(help: "vad, diarization, words or spans.") var what: What
    @Argument(help: "The truth.", completion: .file()) var reference: String
    @Argument(help: "The result.", completion: .file()) var hypothesis: String
    @Option(help: ArgumentHelp("Stretches that count.", valueName: "uem"), completion: .file()) var uem: String?
    @Option(help: "Seconds around each reference edge that do not count (diarization).") var collar = 0.0
    @Flag(help: "Leave overlapping speech out (diarization).") var skipOverlap = false
    @Flag(inversion: .prefixedNo, help: "Fold case and punctuation (words).") var fold = true
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        func percent(_ value: Double) -> String { Decimal3.text(value, places: 2) + " %" }
        switch what {
        case .diarization:
            let score = try ScoreTools.diarization(reference, hypothesis, uem: uem, collar: collar, skipOverlap: skipOverlap)
            if json { return try Talk.json(score) }
            let share = { (value: Double) in score.total > 0 ? 100 * value / score.total : 0 }
            Talk.data(
                """
                DER          \(percent(100 * score.errorRate))
                miss         \(percent(share(score.miss)))
                false alarm  \(percent(share(score.falseAlarm)))
                confusion    \(percent(share(score.confusion)))
                total        \(Decimal3.text(score.total, places: 3)) s

                """)
        case .vad:
            let score = try ScoreTools.vad(reference, hypothesis, uem: uem)
            if json { return try Talk.json(score) }
            Talk.data(
                """
                miss            \(percent(score.missPercent))
                false alarm     \(percent(score.falseAlarmPercent))
                balanced error  \(percent(score.balancedErrorPercent))

                """)
        case .words:
            let result = try ScoreTools.words(reference, hypothesis, fold: fold)
            if json { return try Talk.json(result) }
            let score = result.words
            Talk.data(
                "WER  \(percent(100 * score.errorRate))  (\(score.words) words: \(score.substitutions) substituted, \(score.deletions) deleted, \(score.insertions) inserted)\n")
            guard let edges = result.boundaries else { return }
            for (name, edge) in [("starts", edges.starts), ("ends", edges.ends)] {
                Talk.data(
                    "\(name)  median \(Decimal3.text(edge.medianAbsolute, places: 1)) ms, mean \(Decimal3.text(edge.meanAbsolute, places: 1)) ms, within 20/50/80/100/150 ms: "
                        + [edge.within20, edge.within50, edge.within80, edge.within100, edge.within150]
                        .map { Decimal3.text(100 * $0, places: 1) }.joined(separator: " / ") + " %\n")
            }
            Talk.data("matched \(edges.matched), only in truth \(edges.unmatchedReference), only in result \(edges.unmatchedHypothesis)\n")
        case .spans:
            let score = try ScoreTools.spans(reference, hypothesis)
            if json { return try Talk.json(score) }
            for (name, counts) in [("exact", score.exact), ("overlap", score.overlap)] {
                Talk.data(
                    "\(name)  precision \(percent(100 * counts.precision))  recall \(percent(100 * counts.recall))  F1 \(percent(100 * counts.f1))  (\(counts.reference) in truth, \(counts.hypothesis) in result)\n")
            }
        }
    }
}
