import AudioIngest
import Foundation
import Pipeline
import Signal
import Speech
import Transcript

/// Who speaks when in one file, and who asks: what the command `diarize` does.
public struct DiarizationTool: Sendable {
    public struct Options: Sendable {
        /// Nil estimates the number.
        public var speakers: Int?
        public var maxSpeakers = 8
        /// RTTM of the speech to divide; nil finds the speech first.
        public var vad: String?
        /// Another program and its arguments, with `{wav}`, `{rttm}` and `{speakers}`; empty for Ordrett's own method.
        public var command: [String] = []
        /// Seconds the other program may take.
        public var timeout = 7_200.0
        /// Recordings of one known voice each, by name; the speaker who is alike gets the name.
        public var voices: [(name: String, path: String)] = []
        /// Whether second speakers are marked where two speak at once; they come out as segments that overlap others.
        public var overlap = true
        /// Whether to say who asks.
        public var roles = false

        public init() {}
    }

    public struct Speaker: Encodable, Sendable {
        public var label: String
        public var role: String
        /// 0 … 1, of the role.
        public var confidence: Double
        public var seconds: Double
        public var turns: Int
    }

    public struct Segment: Encodable, Sendable {
        /// Seconds.
        public var start: Double, end: Double
        public var speaker: String
        public var confidence: Double?
    }

    public struct Result: Encodable, Sendable {
        public var segments: [Segment]
        /// Empty unless roles were asked for.
        public var speakers: [Speaker]
        public var notes: [String]
        /// The segments as RTTM.
        public var rttm: String

        private enum CodingKeys: String, CodingKey { case segments, speakers, notes }
    }

    /// Belief at which a speaker gets a known voice's name.
    static let sure = 0.7

    /// - Throws: ``StageFault``, and what reading the recording throws.
    public static func run(_ path: String, _ options: Options, progress: @escaping Signal.Progress = { _ in }) throws -> Result {
        let access = try SpeechTools.open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let channel = try SpeechTools.channel(of: recording)
        var map: SpeakerSegmentation, overlaps: [LabeledSegment] = []
        if options.command.isEmpty {
            let speech: [SampleRange]
            var warnings: [String] = []
            if let vad = options.vad {
                speech = try SpeechTools.speech(in: vad, of: recording, named: path)
            } else {
                var source = try recording.analysisSource(channel)
                let activity = try VoiceActivityDetector().detect(source: &source, progress: { try progress($0 * 0.4) })
                speech = activity.segments
                warnings = SpeechTools.warnings(source, heard: activity.sampleCount, of: recording)
            }
            let source = try recording.analysisSource(channel), segmenter = SpeakerSegmenter()
            if options.overlap {
                (map, overlaps) = try segmenter.segmentMarkingOverlap(
                    source: source, speech: speech, speakers: options.speakers, maxSpeakers: options.maxSpeakers,
                    progress: { try progress(0.4 + 0.5 * $0) })
            } else {
                var source = source
                map = try segmenter.segment(
                    source: &source, speech: speech, speakers: options.speakers, maxSpeakers: options.maxSpeakers,
                    progress: { try progress(0.4 + 0.5 * $0) })
            }
            map.notes = warnings + map.notes
        } else {
            let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            let external = try ExternalDiarizer(command: options.command, timeout: options.timeout, base: here)
            var source = try recording.analysisSource(channel)
            map = try external.segment(
                source: &source, speakers: options.speakers, most: options.maxSpeakers, progress: { try progress(0.9 * $0) })
        }
        map.segments = (map.segments + overlaps).sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        if !options.voices.isEmpty { try name(&map, from: recording, options.voices, progress: { try progress(0.9 + 0.1 * $0) }) }
        var speakers: [Speaker] = []
        if options.roles {
            speakers = SpeakerRoles(segments: map.segments, rate: .analysis).guesses.map { guess in
                Speaker(
                    label: guess.label, role: guess.role.rawValue, confidence: guess.confidence,
                    seconds: (10 * guess.seconds).rounded() / 10, turns: guess.turns)
            }
        }
        let rttm = RTTM(segments: map.segments, rate: .analysis, file: SpeechTools.uri(path))
        try progress(1)
        return Result(
            segments: rttm.entries.map { Segment(start: $0.start, end: $0.end, speaker: $0.label, confidence: $0.confidence) },
            speakers: speakers, notes: map.notes, rttm: rttm.formatted())
    }

    /// Gives speakers the names of known voices they are alike.
    private static func name(
        _ map: inout SpeakerSegmentation, from recording: Recording, _ voices: [(name: String, path: String)],
        progress: Signal.Progress
    ) throws {
        var known: [VoicePrint] = []
        for voice in voices {
            let access = try SpeechTools.open(voice.path)
            defer { withExtendedLifetime(access) {} }
            var source = try access.recording.analysisSource(try SpeechTools.channel(of: access.recording))
            let speech = try VoiceActivityDetector().detect(source: &source, progress: { _ in try progress(0) }).segments
            source = try access.recording.analysisSource(try SpeechTools.channel(of: access.recording))
            let prints = try VoicePrinter().prints(
                source: &source, segments: speech.map { LabeledSegment(range: $0, label: voice.name) }, progress: { _ in try progress(0) })
            guard let print = prints.first, print.seconds >= VoicePrint.leastSeconds else {
                throw StageFault("the recording of the voice '\(voice.name)' holds too little speech to know it by; give some seconds more")
            }
            known.append(print)
        }
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        let prints = try VoicePrinter().prints(source: &source, segments: map.segments, progress: progress)
        let matches = try KnownVoiceMatching(known: known, among: prints).matches
        var names: [String: String] = [:]
        for voice in voices {
            guard let match = matches.first(where: { $0.name == voice.name && $0.belief >= sure }), names[match.label] == nil else {
                map.notes.append("No speaker is surely the voice '\(voice.name)'.")
                continue
            }
            names[match.label] = voice.name
            map.notes.append("\(match.label) is the voice '\(voice.name)' (\(Int((100 * match.belief).rounded())) %).")
        }
        // A name that another speaker keeps as label would make two people one.
        let kept = Set(map.segments.map(\.label)).subtracting(names.keys)
        if let clash = voices.first(where: { kept.contains($0.name) }) {
            throw StageFault("the name '\(clash.name)' is also the label of another speaker here; give the voice another name")
        }
        for index in map.segments.indices { map.segments[index].label = names[map.segments[index].label] ?? map.segments[index].label }
    }
}
