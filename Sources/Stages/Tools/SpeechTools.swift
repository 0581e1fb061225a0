import AudioIngest
import DSP
import Foundation
import Pipeline
import Signal
import Speech

/// One stage alone on one file, in the field's formats: what the commands `vad`, `diarize` and `pitch` do.
public enum SpeechTools {
    /// The name a recording has in RTTM: the file's, without extension.
    public static func uri(_ path: String) -> String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// The access must live as long as the recording is read: a converted copy goes with it.
    static func open(_ path: String) throws -> SoundAccess { try SoundAccess(parts: [URL(fileURLWithPath: path)], keep: nil) }

    /// The mix of all channels, or the first channel where mixing would cancel the sound: two channels of opposite polarity,
    /// judged by the first minute.
    static func channel(of recording: Recording) throws -> ChannelSelection {
        guard recording.channels == 2 else { return .mix }
        let first = try recording.analysisSource(.channel(0), quality: .medium), second = try recording.analysisSource(.channel(1), quality: .medium)
        var both = 0.0, own = 0.0, other = 0.0, heard = 0
        while heard < 60 * SampleRate.analysis.hertz, let a = try first.nextBlock(), let b = try second.nextBlock() {
            for (x, y) in zip(a.samples, b.samples) {
                both += Double(x) * Double(y)
                own += Double(x) * Double(x)
                other += Double(y) * Double(y)
            }
            heard += a.samples.count
        }
        return both < -0.5 * (own * other).squareRoot() ? .channel(0) : .mix
    }

    /// What reading a recording showed: a file that ends before its header says so, and the like.
    /// - Parameter heard: samples at 16 kHz that came.
    static func warnings(_ source: RecordingSource, heard: Int, of recording: Recording) -> [String] {
        let known = (recording.warnings + source.warnings.filter { !recording.warnings.contains($0) }).map(\.description)
        let missing = SampleRate.analysis.seconds(recording.rate.convert(recording.length, to: .analysis) - heard)
        guard missing > 0.5, known.isEmpty else { return known }
        return [
            "the file is cut off: it promises \(Int(missing.rounded())) s more than could be read; copy it again if the original is whole"
        ]
    }

    /// The speech that an RTTM of this recording states.
    static func speech(in path: String, of recording: Recording, named name: String) throws -> [SampleRange] {
        let rttm = try RTTM(parsing: TextFile.read(path))
        guard rttm.files.count <= 1 else {
            throw StageFault("'\(TextFile.name(path))' is the RTTM of several recordings; give one of '\(TextFile.name(name))' alone")
        }
        let length = recording.rate.convert(recording.length, to: .analysis)
        let speech = SpeechStage.union(rttm.segments(rate: .analysis).map(\.range))
        if let last = speech.last, last.end > length + SampleRate.analysis.hertz {
            throw StageFault("'\(TextFile.name(path))' has speech after the end of the recording; is it of another one?")
        }
        return speech.map { SampleRange($0.start, min($0.end, length)) }.filter { !$0.isEmpty }
    }

    /// What to know of a recording before trusting it.
    public static func inspect(_ paths: [String], progress: @escaping Signal.Progress = { _ in }) throws -> RecordingInspection {
        let access = try SoundAccess(parts: paths.map { URL(fileURLWithPath: $0) }, keep: nil)
        return try withExtendedLifetime(access) { try RecordingInspection(of: access.recording, progress: progress) }
    }

    /// Speech as RTTM, and a score line every 10 ms.
    public static func vad(
        _ path: String, channel: Int?, progress: @escaping Signal.Progress = { _ in }
    ) throws -> (rttm: String, activity: VoiceActivity, warnings: [String]) {
        let access = try open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        var source = try recording.analysisSource(channel.map { .channel($0 - 1) } ?? self.channel(of: recording))
        let activity = try VoiceActivityDetector().detect(source: &source, progress: progress)
        let rttm = RTTM(
            segments: activity.segments.map { LabeledSegment(range: $0, label: "speech") }, rate: .analysis, file: uri(path),
            channel: channel ?? 1)
        return (rttm.formatted(), activity, warnings(source, heard: activity.sampleCount, of: recording))
    }

    /// `time⇥probability` every 10 ms; the time is the frame's start.
    public static func scores(_ activity: VoiceActivity) -> String {
        var text = ""
        text.reserveCapacity(activity.probability.count * 16)
        for (index, probability) in activity.probability.enumerated() {
            text += Decimal3.text(milliseconds: index * 10) + "\t" + Decimal3.text(Double(probability), places: 4) + "\n"
        }
        return text
    }

    /// `time⇥F0⇥voicing probability`, one line a step; F0 0 = unvoiced.
    public static func pitch(
        _ path: String, floor: Double, ceiling: Double, step: Double, progress: @escaping Signal.Progress = { _ in }
    ) throws -> String {
        let access = try open(path)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(self.channel(of: access.recording))
        let track = try PitchTracker(.init(floor: floor, ceiling: ceiling, step: step)).track(source: &source, progress: progress)
        var text = ""
        text.reserveCapacity(track.count * 24)
        for frame in 0..<track.count {
            text += Decimal3.text(track.time(ofFrame: frame), places: 4) + "\t" + Decimal3.text(Double(track.f0[frame]), places: 2)
                + "\t" + Decimal3.text(Double(track.voicing[frame]), places: 3) + "\n"
        }
        return text
    }
}

/// Numbers with a fixed number of decimals, without the cost and the locale of `String(format:)`.
public enum Decimal3 {
    public static func text(milliseconds: Int) -> String { text(Double(milliseconds) / 1000, places: 3) }

    public static func text(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "0" }
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let whole = scaled / scale
        var fraction = String(scaled % scale)
        while fraction.count < places { fraction = "0" + fraction }
        return (value < 0 && scaled > 0 ? "-" : "") + "\(whole)" + (places > 0 ? "." + fraction : "")
    }
}

/// Text files named on a command line.
public enum TextFile {
    /// UTF-8 text of a file; `-` is standard input.
    public static func read(_ path: String) throws -> String { try text(bytes(path), path) }

    /// UTF-8 text of bytes that were read from `path`.
    public static func text(_ data: Data, _ path: String) throws -> String {
        guard let text = String(data: data, encoding: .utf8) else {
            throw StageFault("'\(name(path))' is not UTF-8 text; save it as UTF-8")
        }
        // Windows line ends are one Character in Swift, which no split at "\n" finds: made plain here, once for all readers.
        let plain = text.unicodeScalars.contains("\r") ? text.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : text
        return plain.hasPrefix("\u{FEFF}") ? String(plain.dropFirst()) : plain
    }

    public static func bytes(_ path: String) throws -> Data {
        if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StageFault("there is no file '\(name(path))'; check the path")
        }
        guard !isFolder.boolValue else { throw StageFault("'\(name(path))' is a folder; name a file") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StageFault("'\(name(path))' cannot be read; check that you may open it")
        }
        return data
    }

    static func name(_ path: String) -> String { path == "-" ? "the input" : URL(fileURLWithPath: path).lastPathComponent }
}
