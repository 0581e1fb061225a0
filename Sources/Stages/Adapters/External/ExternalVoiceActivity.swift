import Foundation
import Pipeline
import Signal

/// Another program that says where there is speech: any command that reads a WAV and writes RTTM or Audacity's labels. Whose speech it is does not matter.
struct ExternalVoiceActivity: Sendable {
    static let placeholders = ["{wav}", "{rttm}"]
    let command: ExternalCommand

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        self.command = try ExternalCommand(
            "external speech detector", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: "{wav}")
    }

    /// Stretches of speech in order, none touching another. None is an answer, too.
    /// - Parameters:
    ///   - source: 16 kHz mono, read to its end.
    ///   - complaints: where what the program says goes when it fails.
    /// - Throws: ``StageFault`` that says what the program did wrong.
    func speech(source: inout some SampleSource, complaints: URL? = nil, progress: Signal.Progress) throws -> [SampleRange] {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let sound = folder.url.appendingPathComponent("recording.wav"), result = folder.url.appendingPathComponent("result.rttm")
        let length = try WaveWriter.write(&source, to: sound) { try progress(0.1 * $0) }
        let job = ExternalCommand.Job(values: ["{wav}": sound.path, "{rttm}": result.path], result: result, writes: "RTTM", complaints: complaints)
        let rttm = try command.run(job, in: folder.url, poll: { try progress(0.1) }) {
            try command.rttm($0, length: length, overrun: ExternalDiarizer.overrun)
        }
        try progress(1)
        return SpeechStage.union(rttm.segments(rate: .analysis).compactMap { $0.range.intersection(SampleRange(0, length)) })
    }
}
