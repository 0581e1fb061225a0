import Foundation
import Pipeline
import Recognition
import Signal
import Speech

/// Another program that says who speaks when: any command that reads a WAV and writes RTTM.
///
/// The command gets the recording as 16 kHz mono WAV, 0600 in a private folder that is removed afterwards, and writes RTTM to
/// the file it was told or to standard output. No shell is involved.
struct ExternalDiarizer: Sendable {
    /// What the arguments may hold; each occurrence is replaced.
    static let placeholders = ["{wav}", "{rttm}", "{speakers}"]
    /// Seconds by which an RTTM may run past the recording: tools round up to their own frames. What is beyond is cut off.
    static let overrun = 1.0

    private let external: ExternalCommand

    /// - Parameter base: the folder that relative paths count from.
    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        external = try ExternalCommand("external diariser", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: "{wav}")
    }

    /// Digests of the program and of the files that its arguments name (scripts, configurations), for the run key.
    func digests() throws -> [String: String] { try external.digests() }

    /// - Parameters:
    ///   - source: 16 kHz mono, read to its end.
    ///   - speakers: how many people speak, when known; `{speakers}` is 0 when not.
    ///   - most: the most there can be.
    ///   - complaints: where what the program says goes when it fails.
    ///   - mayBeEmpty: whether an RTTM without anybody is an answer, as where no speech was found.
    /// - Throws: ``StageFault`` that says what the program did wrong; never words from the recording.
    func segment(
        source: inout some SampleSource, speakers: Int?, most: Int, mayBeEmpty: Bool = false, complaints: URL? = nil, progress: Signal.Progress
    ) throws -> SpeakerSegmentation {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let sound = folder.url.appendingPathComponent("recording.wav"), result = folder.url.appendingPathComponent("result.rttm")
        let length = try WaveWriter.write(&source, to: sound) { try progress(0.1 * $0) }
        let job = ExternalCommand.Job(
            values: ["{wav}": sound.path, "{rttm}": result.path, "{speakers}": String(speakers ?? 0)], result: result, writes: "RTTM", complaints: complaints)
        let map = try external.run(job, in: folder.url, poll: { try progress(0.1) }) {
            try read($0, length: length, speakers: speakers, most: most, mayBeEmpty: mayBeEmpty)
        }
        try progress(1)
        return map
    }

    /// An RTTM as voices `S1`, `S2`, … in order of appearance.
    /// - Parameter length: samples of the recording at 16 kHz.
    func read(_ data: Data, length: Int, speakers: Int?, most: Int, mayBeEmpty: Bool = false) throws -> SpeakerSegmentation {
        let rttm = try external.rttm(data, length: length, overrun: Self.overrun), name = external.program.lastPathComponent
        func fault(_ what: String) -> StageFault { external.fault(what) }
        let whole = SampleRange(0, length)
        let segments = rttm.segments(rate: .analysis).compactMap { segment -> LabeledSegment? in
            let range = segment.range.intersection(whole)
            guard let range, !range.isEmpty else { return nil }
            let confidence = segment.confidence.flatMap { $0.isFinite ? min(1, max(0, $0)) : nil }
            return LabeledSegment(range: range, label: segment.label, confidence: confidence)
        }
        guard mayBeEmpty || !segments.isEmpty else { throw fault("found nobody speaking: its RTTM has no SPEAKER line") }
        var names: [String: String] = [:]
        let renamed = segments.map { segment -> LabeledSegment in
            let label = names[segment.label] ?? "S\(names.count + 1)"
            names[segment.label] = label
            return LabeledSegment(range: segment.range, label: label, confidence: segment.confidence)
        }
        if let speakers, names.count > speakers {
            throw fault("found \(names.count) people where there are \(speakers); give it {speakers}, or correct the number")
        }
        guard names.count <= max(most, speakers ?? 0) else {
            throw fault("found \(names.count) people; at most \(most) are expected (the setting 'max')")
        }
        var notes = ["Who speaks when was found by '\(name)'."]
        if let speakers, names.count < speakers { notes.append("\(speakers) speakers were expected; '\(name)' found \(names.count).") }
        return SpeakerSegmentation(
            segments: renamed.sorted { ($0.range, $0.label) < ($1.range, $1.label) }, speakerCount: names.count, countWasGiven: speakers != nil, notes: notes)
    }
}
