import Anonymization
import AudioIngest
import Bokmal
import Foundation
import Pipeline
import Redaction
import Signal
import Transcript

/// What the command `redact-audio` does: a copy of a recording in which the spoken identifiers are not heard.
public struct RedactAudioTool: Sendable {
    public static let fillings = SoundMask.Filling.allCases.map(\.rawValue)
    public static let disguises = [RedactionReport.Disguise.speaker, .all].map(\.rawValue)
    /// What the copy's name ends in.
    public static let suffix = ".sladdet.flac"

    /// `silence`, `beep` or `noise`.
    public var filling = "silence"
    /// Seconds, 0 … 5 and 0 … 1.
    public var margin = 0.15
    public var fade = 0.02
    /// `speaker`, `all`, or nil.
    public var disguise: String?
    public var english = false

    public init() {}

    public struct Result: Sendable {
        public var report: RedactionReport
        /// The report for people.
        public var text: String
        public var notes: [String]
    }

    /// What is known of a recording before anything is taken out of it.
    struct Job {
        var id: String
        var recording: SoundAccess
        var plan: RedactionPlan
        var segments: [LabeledSegment] = []
        var policy: String?
        var wordless: [RedactionReport.Stretch]?
        var notes: [String] = []
        /// See ``SoundRedaction/secret``.
        var secret: String
    }

    /// - Parameters:
    ///   - audio: the recording.
    ///   - words: `start⇥end⇥word` as `ordrett align` writes it, or a raw transcript's JSON.
    ///   - detections: what `detect` found in that transcript; nil to look for it now.
    ///   - policy: which types are kept.
    public func redact(
        _ audio: String, words: String, detections: String?, policy: String, to url: URL, progress: @escaping Signal.Progress
    ) throws -> Result {
        let access = try SpeechTools.open(audio), recording = access.recording
        let transcript = try Self.transcript(words, of: recording, named: audio)
        let rules = try PolicyFile.load(policy, root: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
        let found: [TranscriptDetection]
        if let detections {
            let data = try TextFile.bytes(detections)
            guard let list = try? DetectionList(decoding: data) else {
                throw StageFault("'\(TextFile.name(detections))' is no list of detections of a transcript; leave --detections out to have them found now")
            }
            found = list.detections
        } else {
            found = Detector(options: rules.detectorOptions()).detect(transcript: transcript)
        }
        let plan = try planner.plan(transcript, identifiers: Self.spoken(found, policy: rules), length: recording.length)
        var job = Job(id: SpeechTools.uri(audio), recording: access, plan: plan, secret: try recording.digest())
        job.segments = Self.segments(transcript)
        job.policy = policy
        return try run(job, to: url, progress: progress)
    }

    /// Takes out stretches that somebody has written down.
    /// - Parameter spans: `start end` in seconds, one stretch a line, perhaps with a type after them.
    public func redact(_ audio: String, spans: String, to url: URL, progress: @escaping Signal.Progress) throws -> Result {
        let access = try SpeechTools.open(audio)
        let plan = try SpanFile.plan(TextFile.read(spans), named: TextFile.name(spans), of: access.recording, margin: margin, gap: planner.options.gap)
        return try run(Job(id: SpeechTools.uri(audio), recording: access, plan: plan, secret: try access.recording.digest()), to: url, progress: progress)
    }

    var planner: RedactionPlanner { RedactionPlanner(.init(margin: margin)) }

    func run(_ job: Job, to url: URL, progress: @escaping Signal.Progress) throws -> Result {
        guard let filling = SoundMask.Filling(rawValue: filling) else {
            throw RequestFault("'\(self.filling)' is nothing to put into a recording; allowed: \(Self.fillings.joined(separator: ", "))")
        }
        var redaction = SoundRedaction(filling: filling, margin: margin, fade: fade, disguise: .none, secret: job.secret)
        if let disguise {
            guard let chosen = RedactionReport.Disguise(rawValue: disguise), chosen != .none else {
                throw RequestFault("'\(disguise)' is no way to disguise voices; allowed: \(Self.disguises.joined(separator: ", "))")
            }
            redaction.disguise = chosen
            redaction.segments = job.segments
        }
        var notes = job.notes
        if redaction.disguise == .speaker, job.segments.isEmpty {
            notes.append("nobody knows who speaks when; all of the sound is moved by one amount")
            redaction.disguise = .all
        }
        var report = try withExtendedLifetime(job.recording) {
            try redaction.write(job.recording.recording, plan: job.plan, named: job.id, to: url, progress: progress)
        }
        report.policy = job.policy
        report.wordless = job.wordless
        if report.guessed > 0 { notes.append("\(report.guessed) identifiers have no sure time; the stretch between their neighbours was taken out") }
        if report.missing > 0 { notes.append("\(report.missing) findings point at words that the transcript does not hold; they were not taken out") }
        if report.disguise != .none { notes.append("a disguised voice is not anonymous: keep the file as confidential as the recording") }
        return Result(report: report, text: report.render(english ? .english : .bokmal), notes: notes)
    }

    /// Findings in the words, without those of types that the policy keeps.
    static func spoken(_ detections: [TranscriptDetection], policy: Policy) -> [SpokenIdentifier] {
        detections.filter { $0.field == .words && policy.action(for: $0.type) != .keep }
            .map { SpokenIdentifier(words: $0.wordIDs, type: $0.type.rawValue) }
    }

    /// Who speaks when, by turns.
    static func segments(_ transcript: Transcript) -> [LabeledSegment] {
        transcript.turns.compactMap { turn in
            let range = turn.words.compactMap(\.range).reduce(turn.range) { $0?.union($1) ?? $1 }
            return range.map { LabeledSegment(range: $0, label: turn.speaker) }
        }
    }

    private static func transcript(_ path: String, of recording: Recording, named audio: String) throws -> Transcript {
        let data = try TextFile.bytes(path)
        if let transcript = try? Transcript(decoding: data) {
            let known = transcript.recording
            guard known.length == recording.length, known.rate == recording.rate else {
                throw StageFault("'\(TextFile.name(path))' is the transcript of another recording than '\(TextFile.name(audio))': their lengths differ")
            }
            return transcript
        }
        let words = try TimedWords(TextFile.text(data, path), file: TextFile.name(path))
        var transcript = Transcript(
            recording: .init(id: SpeechTools.uri(audio), digest: "", rate: recording.rate, length: recording.length, channels: recording.channels))
        for (index, row) in words.rows.enumerated() {
            let range = row.range?.converted(from: .analysis, to: recording.rate)
            if let range, range.start >= recording.length {
                throw StageFault("'\(TextFile.name(path))' has words after the end of '\(TextFile.name(audio))'; does it belong to it?")
            }
            let (lead, text, trail) = Self.parts(row.text)
            let word = Word(id: index + 1, text: text, lead: lead, trail: trail, range: range, placement: range == nil ? .unplaced : .given)
            if transcript.turns.last?.speaker != row.speaker {
                transcript.turns.append(Turn(id: transcript.turns.count + 1, speaker: row.speaker))
                if transcript.speaker(row.speaker) == nil { transcript.speakers.append(Speaker(id: row.speaker, label: row.speaker)) }
            }
            transcript.turns[transcript.turns.count - 1].elements.append(.word(word))
        }
        return transcript
    }

    /// Punctuation apart, so that a name before a comma is a name.
    private static func parts(_ text: String) -> (lead: String, text: String, trail: String) {
        func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        guard let first = text.firstIndex(where: isPart), let last = text.lastIndex(where: isPart) else { return ("", text, "") }
        return (String(text[..<first]), String(text[first...last]), String(text[text.index(after: last)...]))
    }
}

/// A table of stretches to take out.
enum SpanFile {
    static func plan(_ text: String, named file: String, of recording: Recording, margin: Double, gap: Double) throws -> RedactionPlan {
        let rate = recording.rate
        var plan = RedactionPlan(spans: []), spans: [RedactionSpan] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " || $0 == ";" }).map { $0.replacing(",", with: ".") }
            if fields.isEmpty || line.hasPrefix("#") { continue }
            guard fields.count >= 2, let start = Double(fields[0]), let end = Double(fields[1]), start >= 0, end > start, end < 1e6 else {
                if number == 0, Double(fields[0]) == nil { continue }  // a heading
                throw StageFault("'\(file)' line \(number + 1): expected start and end in seconds, the end after the start")
            }
            let range = SampleRange(rate.position(seconds: start), min(recording.length, rate.position(seconds: end)))
            guard !range.isEmpty else { throw StageFault("'\(file)' line \(number + 1): the stretch begins after the end of the recording") }
            let wide = rate.position(seconds: margin), type = fields.count > 2 ? EntityType(rawValue: String(fields[2]))?.rawValue ?? "other" : "other"
            plan.counts[type, default: 0] += 1
            spans.append(
                RedactionSpan(range: SampleRange(max(0, range.start - wide), min(recording.length, range.end + wide)), types: [type], identifiers: 1))
        }
        guard !spans.isEmpty else { throw StageFault("'\(file)' holds no stretches; nothing was written") }
        plan.spans = RedactionSpan.merged(spans, gap: rate.position(seconds: gap))
        return plan
    }
}
