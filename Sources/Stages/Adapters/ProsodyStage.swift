import AudioIngest
import Foundation
import Pipeline
import Prosody
import Signal
import Transcript

/// Pauses, emphasis, tone of voice, laughter and breath, from the sound.
struct ProsodyStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "prosody", version: 2, summary: "pauses, emphasis and tone of voice",
        inputs: [RecordingSheet.self, SpeechMap.self, WordedTranscript.self],
        optionalInputs: [AlignedTranscript.self], output: MarkedTranscript.self, files: ["recording"],
        settings: [
            Setting("pause_min", .number(0.05...10, unit: "s"), default: .number(0.25), "the shortest pause that is marked"),
            Setting(
                "pause_beats", .number(0...20, unit: "beats"), default: .number(0),
                "the same in the speaker's own mean syllables, which then decides instead; 0: pause_min decides"),
            Setting("rhetorical", .bool, default: .bool(true), "tell rhetorical pauses from others"),
            Setting("emphasis", .bool, default: .bool(true), "mark words that stand out"),
            Setting(
                "emphasis_share", .number(0.005...0.5, unit: ""), default: .number(0.05),
                "about this share of the words is marked as emphasised, at most"),
            Setting("sounds", .bool, default: .bool(true), "laughter, breath and hesitation sounds between the words"),
            Setting("tone", .bool, default: .bool(true), "stretches that are loud, soft, high, low, fast, slow, creaky or whispered; rising ends"),
            Setting("tone_level", .number(2...30, unit: "dB"), default: .number(6), "how much louder or softer than usual is marked, at least"),
            Setting("tone_pitch", .number(1...24, unit: "semitones"), default: .number(4), "how much higher; three quarters of it lower"),
            Setting("tone_rate", .number(1.1...4, unit: "times"), default: .number(1.5), "how much faster or slower"),
        ] + ExternalCommand.settings("{wav}, {json} and {result}; it writes a table of marks: start, end, mark, perhaps speaker"))

    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        try ResourceDigest.sound.merging(external(folders)?.command.digests() ?? [:]) { $1 }
    }

    /// The program the settings name instead of Ordrett's own method; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalProsody? {
        let command = settings.list("command")
        return command.isEmpty ? nil : try ExternalProsody(command: command, timeout: settings.number("timeout"), base: folders.root)
    }

    private var options: ProsodyOptions {
        var options = ProsodyOptions()
        options.leastPause = settings.number("pause_min")
        options.leastPauseBeats = settings.number("pause_beats") > 0 ? settings.number("pause_beats") : nil
        options.strongShare = settings.number("emphasis_share")
        options.marksSounds = settings.bool("sounds")
        options.marksTone = settings.bool("tone")
        options.tone.level = settings.number("tone_level")
        options.tone.high = settings.number("tone_pitch")
        options.tone.low = 0.75 * settings.number("tone_pitch")
        options.tone.rate = settings.number("tone_rate")
        return options
    }

    func run(_ context: ItemContext) throws -> MarkedTranscript {
        let transcript = try context.latestTranscript()
        guard transcript.turns.contains(where: { $0.words.contains { $0.range != nil } }) else {
            return MarkedTranscript(transcript)
        }
        let sheet = try context.input(RecordingSheet.self)
        if let external = try external(context.folders) {
            let marks = try external.marks(
                transcript, complaints: context.complaints(Self.descriptor.id),
                sound: { try context.writeSound(to: $0, sheet, progress: context.progress(0, 0.1)) }, progress: context.progress(0, 1))
            var (marked, unused) = marks.applied(to: transcript)
            marked.findings.removeAll { $0.stage == Self.descriptor.id }
            let name = external.command.program.lastPathComponent
            marked.findings.append(Finding(stage: Self.descriptor.id, code: "external-prosody", severity: .note, message: "Pauses, emphasis and tone of voice were marked by '\(name)'."))
            if unused > 0 {
                marked.findings.append(
                    Finding(stage: Self.descriptor.id, code: "marks-without-words", severity: .note, message: "\(unused) marks of '\(name)' lie where nobody has words; they are left out."))
            }
            return MarkedTranscript(marked)
        }
        let access = try SoundAccess(context)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(sheet.inspection.layout.recommended)
        var marked = try ProsodyAnalyzer(options: options).annotate(
            transcript: transcript, source: &source, speech: context.input(SpeechMap.self).speech,
            progress: context.progress(0, 1))
        for turn in marked.turns.indices {
            for element in marked.turns[turn].elements.indices {
                switch marked.turns[turn].elements[element] {
                case .word(var word) where !settings.bool("emphasis"):
                    word.prominence = nil
                    marked.turns[turn].elements[element] = .word(word)
                case .mark(var mark) where mark.label == "rhetorical" && !settings.bool("rhetorical"):
                    mark.label = nil
                    marked.turns[turn].elements[element] = .mark(mark)
                default: break
                }
            }
        }
        return MarkedTranscript(marked)
    }
}
