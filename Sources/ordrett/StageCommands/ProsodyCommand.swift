import ArgumentParser
import Foundation
import Stages

struct ProsodyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prosody",
        abstract: "Pauses, emphasis, tone of voice, laughter and breath: start, end, word, prominence and labels on stdout.",
        discussion: """
            Examples:
              ordrett align a.wav a.txt > a.words.tsv && ordrett prosody a.wav --words a.words.tsv
              ordrett prosody a.wav --words a.words.tsv --json > a.json     every mark with what was measured

            Labels: prominent, emphasis; loud, soft, high, low, fast, slow, creaky, whisper on each word of a stretch; rising;
            and after a word, in seconds, pause=, rhetorical-pause=, latency-pause=, filled=, breath=, laughter=.
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Option(
        help: ArgumentHelp("Words with times, as 'ordrett align' writes them, or a transcript in Ordrett's JSON.", valueName: "file"),
        completion: .file())
    var words: String
    @Flag(help: "The marked transcript with the measured values behind every mark.") var json = false
    @Flag(help: ArgumentHelp("What the emphasis model weighs: for training it.", visibility: .hidden)) var emphasisFeatures = false

    func run() async throws {
        let line = ProgressLine("prosody")
        let (input, words, json, isForTraining) = (input, words, json, emphasisFeatures)
        let output = try await Interruption.guarding {
            Result {
                if isForTraining { return try ProsodyTools.emphasisFeatures(input, words: words, progress: line.report) }
                if json { return try ProsodyTools.json(input, words: words, progress: line.report) }
                return try ProsodyTools.table(input, words: words, progress: line.report)
            }
        }.get()
        line.end()
        Talk.data(output)
    }
}
