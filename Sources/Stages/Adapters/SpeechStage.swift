import AudioIngest
import Foundation
import Pipeline
import Signal
import Speech

/// Where there is speech.
struct SpeechStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "vad", version: 2, summary: "where there is speech", inputs: [RecordingSheet.self], output: SpeechMap.self,
        files: ["recording"],
        settings: [
            Setting("min_speech", .number(0.02...2, unit: "s"), default: .number(0.1), "shorter bursts are not speech"),
            Setting("min_pause", .number(0.02...2, unit: "s"), default: .number(0.15), "shorter gaps are part of the speech"),
        ] + ExternalCommand.settings("{wav} and {rttm}; it writes RTTM or Audacity's labels"))

    let options: VoiceActivityDetector.Options
    private let settings: Settings
    init(settings: Settings) {
        self.settings = settings
        var options = VoiceActivityDetector.Options()
        options.minimumSpeech = settings.number("min_speech")
        options.minimumPause = settings.number("min_pause")
        self.options = options
    }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        let own = ResourceDigest.sound.merging(["network": Digest.sha256(Data(VoiceActivityDetector.model.utf8))]) { $1 }
        guard let external = try external(folders) else { return own }
        return try own.merging(external.command.digests()) { $1 }
    }

    /// The program the settings name instead of Ordrett's own method; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalVoiceActivity? {
        let command = settings.list("command")
        return command.isEmpty ? nil : try ExternalVoiceActivity(command: command, timeout: settings.number("timeout"), base: folders.root)
    }

    func run(_ context: ItemContext) throws -> SpeechMap {
        let sheet = try context.input(RecordingSheet.self)
        let recording = try SoundAccess(context).recording
        let external = try external(context.folders), detector = try VoiceActivityDetector(options)
        let note = external.map { ["Where there is speech was found by '\($0.command.program.lastPathComponent)'."] } ?? []
        let layout = sheet.inspection.layout
        guard layout.kind == .oneSpeakerPerChannel, recording.channels == 2 else {
            var source = try recording.analysisSource(layout.recommended)
            if let external { return SpeechMap(speech: try external.speech(source: &source, complaints: context.complaints(Self.descriptor.id), progress: context.progress(0, 1)), channels: [], notes: note) }
            let activity = try detector.detect(source: &source, progress: context.progress(0, 1))
            return SpeechMap(speech: activity.segments, channels: [], notes: activity.notes.map(\.description))
        }
        var channels: [[SampleRange]] = [], notes: [String] = []
        for channel in 0..<2 {
            var source = try recording.analysisSource(.channel(channel))
            let progress = context.progress(Double(channel) / 2, Double(channel + 1) / 2)
            if let external {
                channels.append(try external.speech(source: &source, complaints: context.complaints(Self.descriptor.id), progress: progress))
                continue
            }
            let activity = try detector.detect(source: &source, progress: progress)
            channels.append(activity.segments)
            notes += activity.notes.map { "channel \(channel + 1): \($0.description)" }
        }
        return SpeechMap(speech: Self.union(channels.flatMap { $0 }), channels: channels, notes: notes + note)
    }

    /// Overlapping and touching stretches made one, in order.
    static func union(_ ranges: [SampleRange]) -> [SampleRange] {
        var result: [SampleRange] = []
        for range in ranges.sorted() where !range.isEmpty {
            if let last = result.last, range.start <= last.end {
                result[result.count - 1] = last.union(range)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
