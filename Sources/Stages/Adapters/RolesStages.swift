import Foundation
import Pipeline
import Signal
import Speech
import Transcript

/// The voice that comes back in all recordings of the study: the interviewer's.
struct InterviewerStage: StudyStage {
    static let stateFile = "intervjuer.json"
    static let stateIsRenewable = true
    static let descriptor = StageDescriptor(
        id: "interviewer", version: 1, summary: "the interviewer's voice, over the whole study", inputs: [VoiceList.self],
        output: InterviewerMap.self,
        irreplaceable: "it compares the voices of all recordings; replace roles instead")

    init(settings: Settings) {}

    func resources(in folders: OutputFolders) throws -> [String: String] { ["speech": try ResourceDigest.of(SpeechResources.folder)] }

    func run(_ context: StudyContext<InterviewerMap>) throws -> InterviewerMap {
        let recordings = try context.items.indices.map { index in
            StudyVoices.Recording(id: context.items[index].id, voices: try context.input(VoiceList.self, of: index).voices)
        }
        return InterviewerMap(guesses: try StudyVoices(recordings).guesses)
    }
}

/// Who is what in one recording.
struct RolesStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "roles", version: 1, summary: "who asks and who answers; the guess is shown and can be set",
        inputs: [SpeakerMap.self, VoiceList.self, InterviewerMap.self], output: RoleMap.self,
        settings: ExternalCommand.settings("{rttm} (else on standard input) and {result}; it writes a table: voice, tab, role", timeout: 600))

    /// Confidence from which a guess is called likely.
    static let likely = 0.8

    private let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func resources(in folders: OutputFolders) throws -> [String: String] { try external(folders)?.command.digests() ?? [:] }

    /// The program the settings name instead of Ordrett's own guess; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalRoles? {
        let command = settings.list("command")
        return command.isEmpty ? nil : try ExternalRoles(command: command, timeout: settings.number("timeout"), base: folders.root)
    }

    func run(_ context: ItemContext) throws -> RoleMap {
        let list = try context.input(VoiceList.self)
        let guess = try context.input(InterviewerMap.self).guesses.first { $0.recording == context.item.id }
        let stated = list.voices.filter { $0.known.map { $0.isInterviewer && $0.belief >= 1 } ?? false }.map(\.label)
        // What a person has set goes before any guess, also before another program's.
        if stated.isEmpty, let external = try external(context.folders) {
            let own = try external.roles(
                of: context.input(SpeakerMap.self), voices: list.voices.map(\.label), recording: context.item.id,
                complaints: context.complaints(Self.descriptor.id), progress: context.progress(0, 1))
            var map = RoleMap(roles: own, labels: [:], certainty: .likely, findings: [])
            for (label, voice) in list.labels { map.labels[label] = own[voice] }
            map.findings = [
                Finding(stage: Self.descriptor.id, code: "external-roles", severity: .note, message: "Who is what was said by '\(external.command.program.lastPathComponent)'."),
            ]
            return map
        }
        // A lone voice is not taken for the interviewer's on a guess: recordings of one are mostly of one who tells.
        let single = guess?.label.flatMap { label in
            list.voices.count > 1 || (guess?.confidence ?? 0) >= Self.likely ? label : nil
        }
        let interviewers = stated.isEmpty ? single.map { [$0] } ?? [] : stated
        var roles: [String: Role] = [:]
        for voice in list.voices { roles[voice.label] = interviewers.contains(voice.label) ? .interviewer : .participant }
        let certainty: RoleMap.Certainty =
            !stated.isEmpty ? .given : (guess?.confidence ?? 0) >= Self.likely ? .likely : .doubtful
        var map = RoleMap(roles: roles, labels: [:], certainty: certainty, findings: [])
        for (label, voice) in list.labels where certainty != .doubtful { map.labels[label] = roles[voice] }
        if let finding = Self.finding(list, interviewers, guess, certainty) { map.findings = [finding] }
        return map
    }

    /// Says who was taken for the interviewer and how to set it. Nil where there is nothing to choose, or a person chose.
    private static func finding(
        _ list: VoiceList, _ interviewers: [String], _ guess: StudyVoices.Guess?, _ certainty: RoleMap.Certainty
    ) -> Finding? {
        guard list.voices.count > 1, certainty != .given, let interviewer = interviewers.first, let guess else { return nil }
        // A typed label that says who asks needs nobody's attention.
        if guess.reasons.first == .labelled && certainty == .likely { return nil }
        let others = list.voices.map { voice in
            "\(voice.label) \(Int(list.seconds[voice.label] ?? 0)) s in \(list.turns[voice.label] ?? 0) turns"
        }.joined(separator: ", ")
        let why = guess.reasons.map(words).joined(separator: "; ")
        return Finding(
            stage: "roles", code: certainty == .doubtful ? "interviewer-doubtful" : "interviewer-guessed",
            severity: certainty == .doubtful ? .warning : .note,
            message: "\(interviewer) is taken for the interviewer" + (why.isEmpty ? "" : ": \(why)")
                + " (\(others)); to set it, write 'interviewer: \(interviewer)' or another voice for this recording in \(Study.fileName)")
    }

    static func words(_ reason: StudyVoices.Reason) -> String {
        switch reason {
        case .set: "set in \(Study.fileName)"
        case .labelled: "a label of the draft says so"
        case .recurs: "the same voice is in other recordings"
        case .behaviour: "speaks less, in shorter turns"
        }
    }
}
