import ArgumentParser
import Foundation
import Pipeline
import Stages

struct VADCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vad", abstract: "Where there is speech: RTTM on stdout.",
        discussion: """
            Examples:
              ordrett vad a.wav > a.rttm
              ordrett vad a.wav --scores a.scores.tsv > a.rttm      time and speech probability every 10 ms
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Option(help: ArgumentHelp("Write time and probability every 10 ms.", valueName: "file")) var scores: String?
    @Option(help: ArgumentHelp("Listen to one channel, counted from 1; by default the mix of all.", valueName: "n"))
    var channel: Int?

    func validate() throws {
        if let channel, channel < 1 { throw ValidationError("--channel counts from 1") }
    }

    func run() async throws {
        let line = ProgressLine("vad")
        let (input, channel) = (input, channel)
        let result = try await Interruption.guarding {
            Result { try SpeechTools.vad(input, channel: channel, progress: line.report) }
        }.get()
        line.end()
        if let scores {
            try OutputFile.write(
                Data(SpeechTools.scores(result.activity).utf8), to: scores, holding: .unaudited, inputs: [input])
        }
        for warning in result.warnings { Talk.say("warning: \(warning)") }
        for note in result.activity.notes { Talk.say("note: \(note)") }
        Talk.data(result.rttm)
    }
}

struct PitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pitch", abstract: "Pitch: time, F0 in hertz (0 = unvoiced) and voicing probability on stdout.",
        discussion: """
            Example:
              ordrett pitch a.wav --floor 60 --ceiling 500 --step 0.005 > a.f0.tsv
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Option(help: "Lowest pitch looked for, hertz.") var floor = 60.0
    @Option(help: "Highest pitch looked for, hertz.") var ceiling = 500.0
    @Option(help: "Seconds from one value to the next.") var step = 0.005

    func run() async throws {
        let line = ProgressLine("pitch")
        let (input, floor, ceiling, step) = (input, floor, ceiling, step)
        let text = try await Interruption.guarding {
            Result { try SpeechTools.pitch(input, floor: floor, ceiling: ceiling, step: step, progress: line.report) }
        }.get()
        line.end()
        Talk.data(text)
    }
}

/// One line of progress on a terminal; nothing when piped.
final class ProgressLine: Sendable {
    private let name: String
    private let begin = ContinuousClock.now

    init(_ name: String) { self.name = name }

    @Sendable func report(_ fraction: Double) throws {
        try Task.checkCancellation()
        guard Talk.isTerminal, ContinuousClock.now - begin > .milliseconds(500) else { return }
        let elapsed = Double((ContinuousClock.now - begin) / .seconds(1))
        let left = fraction > 0.02 ? ", about \(clockText(elapsed / fraction - elapsed)) left" : ""
        Talk.say(raw: "\r\u{1B}[K\(name) \(Int(min(1, max(0, fraction)) * 100)) %\(left)")
    }

    func end() { if Talk.isTerminal { Talk.say(raw: "\r\u{1B}[K") } }
}
