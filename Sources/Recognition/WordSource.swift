import Signal
import Transcript

/// What a source of words is asked for.
public struct WordRequest: Sendable {
    public var recording: RecordingReference
    /// Opens the recording's sound from the start, mono at 16 kHz; nil for sources that need none.
    public var sound: (@Sendable () throws -> any SampleSource)?
    /// Who spoke when, in samples at the recording's own rate; may be empty.
    public var turns: [LabeledSegment]
    /// Where somebody speaks, in samples at the recording's own rate; nil when nobody has looked. A recogniser hears only
    /// that; none at all means that there is nothing to hear.
    public var speech: [SampleRange]?
    /// BCP 47 tag of the talk; always given to a recogniser, which would else guess a neighbouring language.
    public var language: String

    public init(
        recording: RecordingReference, sound: (@Sendable () throws -> any SampleSource)? = nil, turns: [LabeledSegment] = [],
        language: String = "nb", speech: [SampleRange]? = nil
    ) {
        self.recording = recording
        self.sound = sound
        self.turns = turns
        self.speech = speech
        self.language = language
    }
}

/// Anything that can say which words a recording holds: a typed draft, a recogniser, or nobody yet.
public protocol WordSource: Sendable {
    /// The words of one recording, in turns, with as many times as the source knows.
    /// - Parameter progress: called once a block; what it throws ends the work.
    func words(for request: WordRequest, progress: @escaping Progress) async throws -> Transcript
}

extension WordSource {
    public func words(for request: WordRequest) async throws -> Transcript {
        try await words(for: request, progress: { _ in })
    }
}

/// Words that somebody typed.
public struct DraftSource: WordSource {
    public var draft: Draft

    public init(draft: Draft) { self.draft = draft }

    public func words(for request: WordRequest, progress: @escaping Progress) async throws -> Transcript {
        try progress(0)
        let transcript = draft.transcript(recording: request.recording, language: request.language)
        try progress(1)
        return transcript
    }
}

/// No words yet: a time-coded skeleton of the speaker turns, one empty paragraph each, for typing by hand.
public struct SkeletonSource: WordSource {
    /// Turns of one speaker with at most this much silence between them become one, seconds.
    public var joinGap: Double
    /// Turns shorter than this are left out, seconds.
    public var shortest: Double

    public init(joinGap: Double = 2, shortest: Double = 0.3) {
        self.joinGap = joinGap
        self.shortest = shortest
    }

    public func words(for request: WordRequest, progress: @escaping Progress) async throws -> Transcript {
        try progress(0)
        let transcript = skeleton(of: request.turns, recording: request.recording, language: request.language)
        try progress(1)
        return transcript
    }

    /// - Parameter segments: who spoke when, in any order, in samples at the recording's own rate.
    public func skeleton(of segments: [LabeledSegment], recording: RecordingReference, language: String = "nb") -> Transcript {
        let rate = recording.rate
        var joined: [LabeledSegment] = []
        let sorted = segments.sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        for segment in sorted {
            if let last = joined.last, last.label == segment.label,
                rate.seconds(segment.range.start - last.range.end) <= joinGap
            {
                joined[joined.count - 1].range = last.range.union(segment.range)
            } else if segment.range.seconds(at: rate) >= shortest {
                joined.append(segment)
            }
        }
        var speakers: [Speaker] = []
        let turns = joined.enumerated().map { index, segment in
            let id: String
            if let known = speakers.first(where: { $0.label == segment.label }) {
                id = known.id
            } else {
                id = "S\(speakers.count + 1)"
                speakers.append(Speaker(id: id, label: segment.label))
            }
            return Turn(id: index + 1, speaker: id, range: segment.range, confidence: segment.confidence)
        }
        return Transcript(recording: recording, language: language, speakers: speakers, turns: turns)
    }
}
