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

    let program: URL
    /// Program and arguments as given.
    let command: [String]
    /// Seconds.
    let timeout: Double
    private let base: URL

    /// - Parameter base: the folder that relative paths count from.
    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        guard let name = command.first, !name.isEmpty else {
            throw StageFault("the command of the external diariser is empty; give a program and its arguments")
        }
        guard command.dropFirst().contains(where: { $0.contains("{wav}") }) else {
            throw StageFault("the command of the external diariser has no {wav} among its arguments: it would not know what to listen to")
        }
        guard let program = ExternalProgram.find(name, base: base) else {
            throw StageFault(
                "the external diariser '\((name as NSString).lastPathComponent)' is not an executable file"
                    + (name.contains("/") ? "; check the path (relative ones count from the study folder)" : " in PATH; install it or give its path"))
        }
        self.program = program
        self.command = command
        self.timeout = timeout
        self.base = base
    }

    /// Digests of the program and of the files that its arguments name (scripts, configurations), for the run key.
    func digests() throws -> [String: String] {
        try CommandFiles(program: program, command: command, placeholders: Self.placeholders, base: base).digests()
    }

    /// - Parameters:
    ///   - source: 16 kHz mono, read to its end.
    ///   - speakers: how many people speak, when known; `{speakers}` is 0 when not.
    ///   - most: the most there can be.
    ///   - mayBeEmpty: whether an RTTM without anybody is an answer, as where no speech was found.
    /// - Throws: ``StageFault`` that says what the program did wrong; never words from the recording.
    func segment(
        source: inout some SampleSource, speakers: Int?, most: Int, mayBeEmpty: Bool = false, progress: Signal.Progress
    ) throws -> SpeakerSegmentation {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let sound = folder.url.appendingPathComponent("recording.wav"), result = folder.url.appendingPathComponent("result.rttm")
        let length = try WaveWriter.write(&source, to: sound) { try progress(0.1 * $0) }
        func filled(_ text: String) -> String {
            text.replacing("{wav}", with: sound.path).replacing("{rttm}", with: result.path)
                .replacing("{speakers}", with: String(speakers ?? 0))
        }
        let files = CommandFiles(program: program, command: command, placeholders: Self.placeholders, base: base)
        let arguments = files.arguments.map(filled)
        let child = ExternalProgram(program: program, arguments: arguments, folder: folder.url, timeout: timeout)
        let outcome = try child.run { try progress(0.1) }
        let name = program.lastPathComponent
        // A program may print what it heard: only lines that are known to be harmless are repeated.
        let said = outcome.lastMessage.flatMap { LastWords.harmless(in: Array($0.utf8)) }
        let reason = said.map { "; its last message: \($0)" } ?? ""
        switch outcome.ending {
        case .exit(0): break
        case .exit(let status): throw StageFault("the external diariser '\(name)' failed with exit code \(status)\(reason)")
        case .signal(let number): throw StageFault("the external diariser '\(name)' was ended by signal \(number)\(reason)")
        case .timedOut:
            throw StageFault(
                "the external diariser '\(name)' was not done after \(SettingValue.number(timeout)) s and was stopped; raise the timeout")
        case .tooMuchOutput:
            throw StageFault("the external diariser '\(name)' wrote without end and was stopped; it should write RTTM only")
        }
        let filed = (try? Data(contentsOf: result)) ?? Data()
        let written = filed.isEmpty ? outcome.output : filed
        let map = try Self.read(written, from: name, length: length, speakers: speakers, most: most, mayBeEmpty: mayBeEmpty)
        try progress(1)
        return map
    }

    /// An RTTM as voices `S1`, `S2`, … in order of appearance.
    /// - Parameter length: samples of the recording at 16 kHz.
    static func read(
        _ data: Data, from name: String, length: Int, speakers: Int?, most: Int, mayBeEmpty: Bool = false
    ) throws -> SpeakerSegmentation {
        func fault(_ what: String) -> StageFault { StageFault("the external diariser '\(name)' \(what)") }
        guard let text = String(data: data, encoding: .utf8) else { throw fault("wrote something that is not text; it should write RTTM") }
        let rttm: RTTM
        do { rttm = try RTTM(parsing: text) } catch { throw fault("did not write RTTM: \(error)") }
        guard rttm.files.count <= 1 else { throw fault("wrote the RTTM of several recordings; it was given one") }
        let limit = length + SampleRate.analysis.position(seconds: overrun)
        // Compared in seconds first: a time may be too large for a position.
        guard rttm.entries.allSatisfy({ $0.end <= SampleRate.analysis.seconds(limit) }) else {
            throw fault("says that somebody speaks after the end of the recording; did it read another file?")
        }
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
