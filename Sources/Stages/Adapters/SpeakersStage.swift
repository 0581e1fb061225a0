import AudioIngest
import Foundation
import Pipeline
import Recognition
import Signal
import Speech
import Transcript

/// Who speaks when.
struct SpeakersStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "speakers", version: 2, summary: "who speaks when", inputs: [RecordingSheet.self, SpeechMap.self],
        output: SpeakerMap.self, files: ["recording", "draft"], facts: [ItemFacts.name],
        settings: [
            Setting("count", .integerOrAuto(1...8), default: .auto, "people who speak; auto: from the study, the draft, or the voices"),
            Setting("max", .integer(1...8), default: .integer(8), "the most people there can be, when the count is estimated"),
            Setting(
                "channels", .choice(["auto", "mix", "separate"]), default: .text("auto"),
                "separate: one speaker on each channel; mix: one mixed signal; auto: decided by measuring"),
            Setting("overlap", .bool, default: .bool(true), "mark where two speak at once, and who the second is"),
        ] + ExternalCommand.settings("{wav}, {rttm} and {speakers} (0 when not known); it writes RTTM"))

    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        var resources = try ResourceDigest.sound.merging(["speech": ResourceDigest.of(SpeechResources.folder)]) { $1 }
        if let external = try external(folders) { resources.merge(try external.digests()) { $1 } }
        return resources
    }

    /// The program the settings name instead of Ordrett's own method; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalDiarizer? {
        let command = settings.list("command")
        guard !command.isEmpty else { return nil }
        return try ExternalDiarizer(command: command, timeout: settings.number("timeout"), base: folders.root)
    }

    func run(_ context: ItemContext) throws -> SpeakerMap {
        let map = try context.input(SpeechMap.self), sheet = try context.input(RecordingSheet.self)
        let recording = try SoundAccess(context).recording
        var notes = map.notes
        let choice = settings.text("channels")
        let expected = count(context, &notes)
        // Five people on two channels are a stereo pair, however far apart the microphones stood.
        let separate =
            map.channels.count == 2
            && (choice == "separate"
                || (choice == "auto" && sheet.inspection.layout.kind == .oneSpeakerPerChannel && (expected ?? 2) == 2))
        let segmentation: SpeakerSegmentation
        var overlaps: [LabeledSegment] = []
        if let external = try external(context.folders) {
            var source = try recording.analysisSource(sheet.inspection.layout.recommended)
            segmentation = try external.segment(
                source: &source, speakers: expected, most: settings.integer("max") ?? 8,
                mayBeEmpty: map.speech.isEmpty, complaints: context.complaints(Self.descriptor.id), progress: context.progress(0, 1))
        } else if separate {
            var first = try recording.analysisSource(.channel(0)), second = try recording.analysisSource(.channel(1))
            segmentation = try SpeakerSegmenter().segmentChannels(
                first: &first, second: &second, firstSpeech: map.channels[0], secondSpeech: map.channels[1],
                progress: context.progress(0, 1))
            notes.append("one speaker per channel: \(sheet.inspection.layout.reason)")
        } else {
            let source = try recording.analysisSource(sheet.inspection.layout.recommended)
            let most = settings.integer("max") ?? 8
            if settings.bool("overlap") {
                (segmentation, overlaps) = try SpeakerSegmenter().segmentMarkingOverlap(
                    source: source, speech: map.speech, speakers: expected, maxSpeakers: most, progress: context.progress(0, 1))
            } else {
                var source = source
                segmentation = try SpeakerSegmenter().segment(
                    source: &source, speech: map.speech, speakers: expected, maxSpeakers: most, progress: context.progress(0, 1))
            }
        }
        let guess = SpeakerRoles(segments: segmentation.segments, rate: .analysis)
        var roles: [String: Role] = [:]
        for speaker in guess.guesses { roles[speaker.label] = speaker.role == .interviewer ? .interviewer : .participant }
        return SpeakerMap(
            segments: segmentation.segments, overlaps: overlaps, count: segmentation.speakerCount, countWasGiven: segmentation.countWasGiven,
            roles: roles, notes: notes + segmentation.notes)
    }

    /// The pipeline's word, then the study's, then the draft's; nil to estimate.
    private func count(_ context: ItemContext, _ notes: inout [String]) -> Int? {
        if let given = settings.integer("count") { return given }
        if let known = context.item.recordingFacts.speakers { return min(known, SpeakerSegmenter.mostSpeakers) }
        if let url = context.files("draft").first, let draft = try? WordsStage.read(url) {
            let labels = Set(draft.pieces.compactMap { $0.label?.lowercased() })
            if labels.count > 1 && labels.count <= SpeakerSegmenter.mostSpeakers {
                notes.append("number of speakers taken from the draft: \(labels.count)")
                return labels.count
            }
        }
        return nil
    }
}
