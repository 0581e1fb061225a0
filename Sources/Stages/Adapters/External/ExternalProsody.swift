import Foundation
import Pipeline
import Prosody
import Signal
import Transcript

/// Another program that marks pauses, emphasis and tone of voice: any that reads a WAV, and perhaps the transcript as JSON, and writes
/// labels along the recording as Audacity does.
struct ExternalProsody: Sendable {
    static let placeholders = ["{wav}", "{json}", "{result}"]
    let command: ExternalCommand

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        self.command = try ExternalCommand(
            "external program for prosody", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: "{wav}")
    }

    /// - Parameter sound: writes the recording as WAV to where it is told; gives its samples at 16 kHz.
    /// - Throws: ``StageFault`` that says what the program did wrong; never words of the talk.
    func marks(
        _ transcript: Transcript, complaints: URL?, sound: (URL) throws -> Int, progress: Signal.Progress
    ) throws -> GivenMarks {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let wave = folder.url.appendingPathComponent("recording.wav"), json = folder.url.appendingPathComponent("recording.json")
        let result = folder.url.appendingPathComponent("marks.txt")
        let length = try sound(wave)
        if command.asks(for: "{json}") { try SafeFile.write(TurnText.json(transcript), to: json, confidential: true) }
        let job = ExternalCommand.Job(
            values: ["{wav}": wave.path, "{json}": json.path, "{result}": result.path], result: result, writes: "a table of marks", complaints: complaints)
        let marks = try command.run(job, in: folder.url, poll: { try progress(0.1) }) {
            try read(command.text($0, of: "a table of marks"), speakers: transcript.speakers.map(\.id), length: length)
        }
        try progress(1)
        return marks
    }

    /// `start⇥end⇥mark`, and perhaps the speaker's id.
    func read(_ text: String, speakers: [String], length: Int) throws -> GivenMarks {
        let limit = SampleRate.analysis.seconds(length) + WordPlacing.overrun
        return GivenMarks(
            try LabelTable(text, fault: command.fault).rows.map { row in
                guard GivenMarks.names.contains(row.label) else {
                    throw command.fault("wrote a mark on line \(row.line) that is not known; the marks are \(GivenMarks.names.joined(separator: ", "))")
                }
                guard row.end <= limit else { throw command.fault("wrote a mark on line \(row.line) after the end of the recording; did it read another file?") }
                let speaker = row.more.first.flatMap { $0.isEmpty ? nil : $0 }
                if let speaker, !speakers.contains(speaker) {
                    throw command.fault("names a speaker on line \(row.line) that the transcript does not have; it has \(speakers.joined(separator: ", "))")
                }
                let start = min(length, SampleRate.analysis.position(seconds: row.start))
                return GivenMarks.Label(
                    range: SampleRange(start, max(start, min(length, SampleRate.analysis.position(seconds: row.end)))), name: row.label, speaker: speaker)
            })
    }
}
