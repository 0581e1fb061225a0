import Foundation
import Pipeline
import Recognition
import Signal
import Transcript

/// The words: from the researcher's draft, from a recogniser, or none yet.
struct WordsStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "words", version: 2, summary: "words from a draft, a recogniser, or a time-coded skeleton for typing",
        inputs: [RecordingSheet.self, SpeechMap.self, SpeakerMap.self], optionalInputs: [RoleMap.self],
        output: WordedTranscript.self, files: ["recording", "draft"],
        facts: [ItemFacts.name],
        settings: [
            Setting(
                "engine", .choice(["auto", "draft", "skeleton"] + Recognizers.engines), default: .text("auto"),
                "auto: the draft when there is one, else a skeleton; draft: fail without one; skeleton: ignore drafts; "
                    + "else the recogniser, for recordings without a draft"),
        ] + Recognizers.settings)

    let settings: Settings
    private var engine: String { settings.text("engine") }
    init(settings: Settings) { self.settings = settings }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        try Recognizers(settings, base: folders.root)?.resources() ?? [:]
    }

    static func read(_ url: URL) throws -> Draft {
        let data: Data
        do { data = try Data(contentsOf: url) } catch { throw FileFault(url, FileManager.default.fileExists(atPath: url.path) ? EACCES : ENOENT, .read) }
        return try Draft(data: data, name: url.lastPathComponent)
    }

    func run(_ context: ItemContext) async throws -> WordedTranscript {
        let sheet = try context.input(RecordingSheet.self), map = try context.input(SpeakerMap.self)
        let facts = context.item.recordingFacts, rate = sheet.reference.rate
        let turns = map.segments.map { segment in
            LabeledSegment(
                range: segment.range.converted(from: .analysis, to: rate), label: segment.label,
                confidence: segment.confidence)
        }
        let speech = try context.input(SpeechMap.self).speech
        var request = WordRequest(
            recording: sheet.reference, turns: turns, language: facts.language,
            speech: speech.map { $0.converted(from: .analysis, to: rate) })
        let draft = engine == "skeleton" ? nil : context.files("draft").first
        if engine == "draft" && draft == nil {
            throw StageFault(
                "there is no draft for this recording; put one in \(Study.draftFolder)/ under the recording's id, or set words.engine to auto")
        }
        let source: any WordSource
        if let draft {
            let read = try Self.read(draft)
            source = DraftSource(draft: read)
        } else if let recognizers = Recognizers(settings, base: context.folders.root) {
            let recording = try SoundAccess(context).recording
            let channel = sheet.inspection.layout.recommended
            request.sound = { try recording.analysisSource(channel) }
            unlink(context.complaints(Self.descriptor.id).path)
            source = try recognizers.source(complaints: context.complaints(Self.descriptor.id))
        } else {
            source = SkeletonSource()
        }
        var transcript: Transcript
        do { transcript = try await source.words(for: request, progress: context.progress(0, 1)) } catch let error as RecognizerError {
            let said = context.complaints(Self.descriptor.id)
            guard FileManager.default.fileExists(atPath: said.path) else { throw error }
            throw StageFault("\(error); what it said on standard error stands in fortrolig/\(said.lastPathComponent)")
        }
        transcript.findings += map.notes.map {
            Finding(stage: "speakers", code: "speakers-note", severity: .note, message: $0)
        }
        transcript.findings += map.overlaps.map { overlap in
            Finding(
                stage: "speakers", code: "overlapping-speech", severity: .note, message: "two speak at once",
                range: overlap.range.converted(from: .analysis, to: rate))
        }
        let roles = try context.optional(RoleMap.self)
        if let roles {
            transcript.findings += roles.findings
            // A label that says nothing of its own gets the role of the voice it was matched with; what a person set in the
            // study file goes before what a label says.
            for index in transcript.speakers.indices where draft != nil {
                guard transcript.speakers[index].role == nil || roles.certainty == .given else { continue }
                let label = transcript.speakers[index].label.lowercased()
                transcript.speakers[index].role = roles.labels[label] ?? transcript.speakers[index].role
            }
        }
        Self.name(&transcript, voices: draft == nil ? roles?.roles ?? map.roles : [:], facts: facts)
        return WordedTranscript(transcript)
    }

    /// Gives speakers the study's labels, codes and roles where they can be told, and readable labels where not.
    static func name(_ transcript: inout Transcript, voices: [String: Role], facts: ItemFacts) {
        var unnamed = 0
        for index in transcript.speakers.indices {
            var speaker = transcript.speakers[index]
            if let role = voices[speaker.label] { speaker.role = role }
            let own = facts.participants.first {
                $0.code.lowercased() == speaker.label.lowercased() || $0.label.lowercased() == speaker.label.lowercased()
            }
            // With one participant of a role and one speaker of it, they are the same.
            let alone: StudyFile.Participant? = {
                guard own == nil, let role = speaker.role else { return nil }
                let ofRole = facts.participants.filter { $0.role == role }
                let speakersOfRole = transcript.speakers.filter { $0.role == role }
                return ofRole.count == 1 && speakersOfRole.count <= 1 ? ofRole[0] : nil
            }()
            if let participant = own ?? alone {
                speaker.label = participant.label
                speaker.role = participant.role
                speaker.participant = participant.code
            } else if !voices.isEmpty {
                unnamed += 1
                speaker.label = speaker.role == .interviewer ? "Intervjuer" : "Taler \(unnamed)"
            }
            transcript.speakers[index] = speaker
        }
    }
}

/// A stage cannot go on with this item: what is wrong and what to do.
struct StageFault: Error, Sendable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
