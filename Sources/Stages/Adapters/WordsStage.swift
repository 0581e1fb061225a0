import Foundation
import Pipeline
import Recognition
import Signal
import Transcript

/// The words: from the researcher's draft, or none yet.
struct WordsStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "words", version: 1, summary: "words from a draft, or a time-coded skeleton for typing",
        inputs: [RecordingSheet.self, SpeakerMap.self], output: WordedTranscript.self, files: ["draft"],
        facts: [ItemFacts.name],
        settings: [
            Setting(
                "engine", .choice(["auto", "draft", "skeleton"]), default: .text("auto"),
                "auto: the draft when there is one, else a skeleton; draft: fail without one; skeleton: ignore drafts"),
        ])

    let engine: String
    init(settings: Settings) { engine = settings.text("engine") }

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
        let request = WordRequest(recording: sheet.reference, turns: turns, language: facts.language)
        let draft = engine == "skeleton" ? nil : context.files("draft").first
        if engine == "draft" && draft == nil {
            throw StageFault(
                "there is no draft for this recording; put one in \(Study.draftFolder)/ under the recording's id, or set words.engine to auto")
        }
        let source: any WordSource
        var notes: [Finding] = []
        if let draft {
            let read = try Self.read(draft)
            notes = read.notes.map {
                Finding(stage: "words", code: $0.code, severity: .note, message: $0.message)
            }
            source = DraftSource(draft: read)
        } else {
            source = SkeletonSource()
        }
        var transcript = try await source.words(for: request, progress: context.progress(0, 1))
        transcript.findings = notes + transcript.findings + map.notes.map {
            Finding(stage: "speakers", code: "speakers-note", severity: .note, message: $0)
        }
        Self.name(&transcript, voices: draft == nil ? map.roles : [:], facts: facts)
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
