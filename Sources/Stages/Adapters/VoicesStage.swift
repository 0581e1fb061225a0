import AudioIngest
import Foundation
import Pipeline
import Recognition
import Signal
import Speech
import Transcript

/// How each voice sounds, and what is said of it: what the study needs to find the interviewer in all its recordings.
struct VoicesStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "voices", version: 1, summary: "how each voice sounds, to know it again in other recordings",
        inputs: [RecordingSheet.self, SpeakerMap.self], output: VoiceList.self, files: ["recording", "draft"],
        facts: [InterviewerFact.name],
        irreplaceable: "its voice prints are compared with each other over the whole study, and another program's are of another kind; replace speakers or roles instead")

    init(settings: Settings) {}

    func resources(in folders: OutputFolders) throws -> [String: String] {
        try ResourceDigest.sound.merging(["speech": ResourceDigest.of(SpeechResources.folder)]) { $1 }
    }

    func run(_ context: ItemContext) throws -> VoiceList {
        let sheet = try context.input(RecordingSheet.self), segments = try context.input(SpeakerMap.self).segments
        let access = try SoundAccess(context)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(sheet.inspection.layout.recommended)
        let prints = try VoicePrinter().prints(source: &source, segments: segments, progress: context.progress(0, 1))
        // A draft that cannot be read is the words stage's to complain of.
        let draft = context.files("draft").first.flatMap { try? WordsStage.read($0) }
        let text = draft.map { LabelledText($0.transcript(recording: sheet.reference), segments: segments) }
        let asked = text?.questionShares()
        let behaviour = SpeakerRoles(segments: segments, rate: .analysis, questionShare: asked).guesses
        let stated = try Self.stated(context.item.statedInterviewers, voices: behaviour.map(\.label), text: text)
        var list = VoiceList(voices: [], seconds: [:], turns: [:], labels: text?.sureLabels ?? [:])
        for guess in behaviour {
            let known: StudyVoices.Known? =
                stated.isEmpty
                ? text?.known(voice: guess.label)
                : .init(isInterviewer: stated.contains(guess.label), belief: 1)
            list.voices.append(
                .init(
                    label: guess.label, print: prints.first { $0.label == guess.label }, behaviour: guess.interviewer, known: known))
            list.seconds[guess.label] = (10 * guess.seconds).rounded() / 10
            list.turns[guess.label] = guess.turns
        }
        return list
    }

    /// The voices that the study file means.
    private static func stated(_ names: [String], voices: [String], text: LabelledText?) throws -> Set<String> {
        var result = Set<String>()
        for name in names {
            if let voice = voices.first(where: { $0.lowercased() == name.lowercased() }) {
                result.insert(voice)
            } else if let voice = text?.matching.voice(of: name.lowercased())?.voice {
                result.insert(voice)
            } else {
                throw StageFault(
                    "'interviewer' in \(Study.fileName) names no voice of this recording and no label of its draft; the voices are \(voices.joined(separator: ", "))")
            }
        }
        return result
    }
}

/// A draft's labels against the voices of the recording.
struct LabelledText {
    let matching: LabelMatching
    private var roles: [String: Role] = [:]
    private var asked: [String: (questions: Int, turns: Int)] = [:]
    /// At this belief a label's role goes to its voice, and a voice's to its label.
    static let sure = 0.7

    /// - Parameter segments: voices, at 16 kHz.
    init(_ transcript: Transcript, segments: [LabeledSegment]) {
        let rate = transcript.recording.rate
        var labels: [String: String] = [:]
        for speaker in transcript.speakers {
            labels[speaker.id] = speaker.label.lowercased()
            if let role = speaker.role { roles[speaker.label.lowercased()] = role }
        }
        var pieces: [LabelMatching.Piece] = []
        for turn in transcript.turns where !turn.isBackchannel {
            guard let label = labels[turn.speaker] else { continue }
            let words = turn.words
            pieces.append(
                .init(
                    label: label, weight: words.reduce(0.0) { $0 + Double($1.text.count) + 1 },
                    range: turn.range.map { $0.converted(from: rate, to: .analysis) }))
            let isQuestion = words.contains { $0.text.contains("?") || $0.trail.contains("?") }
            asked[label, default: (0, 0)].questions += isQuestion ? 1 : 0
            asked[label, default: (0, 0)].turns += 1
        }
        matching = LabelMatching(pieces: pieces, segments: segments)
    }

    /// Labels matched surely, and their voices.
    var sureLabels: [String: String] {
        Dictionary(uniqueKeysWithValues: matching.matches.filter { $0.belief >= Self.sure }.map { ($0.label, $0.voice) })
    }

    /// Share of questions among the turns of each voice, where the labels could be matched.
    func questionShares() -> [String: Double]? {
        let sure = sureLabels.sorted { $0.key < $1.key }
        guard !sure.isEmpty, asked.values.contains(where: { $0.questions > 0 }) else { return nil }
        var shares: [String: Double] = [:]
        for (label, voice) in sure {
            if let count = asked[label], count.turns > 0 { shares[voice] = Double(count.questions) / Double(count.turns) }
        }
        return shares
    }

    /// What the draft's label says of a voice.
    func known(voice: String) -> StudyVoices.Known? {
        guard let match = matching.matches.first(where: { $0.voice == voice }), let role = roles[match.label] else { return nil }
        return .init(isInterviewer: role == .interviewer || role == .moderator, belief: min(0.98, match.belief))
    }
}
