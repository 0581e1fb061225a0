import Signal
import Transcript

/// What a picture of a recording shows, in seconds and lanes: no word of the transcript is in it.
struct TalkPicture {
    struct Lane: Hashable {
        var speaker: String
        var label: String
        /// Of all talk time, 0 … 1.
        var share: Double?
    }

    /// A turn, or a listener's token.
    struct Bar: Hashable {
        var lane: Int
        var start: Double
        var end: Double
        var isBackchannel: Bool
    }

    struct Silence: Hashable {
        enum Kind: CaseIterable { case pause, rhetorical, latency, filled }
        var lane: Int
        var start: Double
        var end: Double
        var kind: Kind
        var length: Double { end - start }
    }

    /// Something heard at a moment or over a stretch.
    struct Sign: Hashable {
        enum Kind: Hashable { case laughter, rising, tone(Tone) }
        var lane: Int
        var start: Double
        var end: Double
        var kind: Kind
    }

    /// Tones of voice by the labels that prosody gives. What a draft says in its own words is `other`: its words may quote.
    enum Tone: String, CaseIterable { case loud, soft, high, low, fast, slow, creaky, whisper, monotone, lively, tense, other }

    struct Stress: Hashable {
        var lane: Int
        var start: Double
        var end: Double
        /// 1 or 2.
        var level: Int
    }

    var duration: Double
    var lanes: [Lane] = []
    /// By start.
    var bars: [Bar] = []
    var silences: [Silence] = []
    var signs: [Sign] = []
    var stresses: [Stress] = []
    /// Two or more turns at once.
    var overlaps: [ClosedRange<Double>] = []
    /// Turns and marks that cannot be shown, since nothing tells their time.
    var untimed = 0

    init(_ transcript: Transcript) {
        let rate = transcript.recording.rate
        let statistics = TalkStatistics(transcript: transcript)
        lanes = statistics.speakers.map { Lane(speaker: $0.speaker, label: $0.label, share: $0.share) }
        var index: [String: Int] = [:]
        for (number, lane) in lanes.enumerated() { index[lane.speaker] = number }
        duration = transcript.recording.seconds
        var floor: [(key: Int, range: SampleRange)] = []
        for turn in transcript.turns {
            guard let lane = index[turn.speaker], let span = TurnTimes.span(of: turn, rate: rate) else {
                untimed += 1
                continue
            }
            if !turn.isBackchannel, let range = TurnTimes.range(of: turn) { floor.append((lane, range)) }
            bars.append(Bar(lane: lane, start: span.lowerBound, end: span.upperBound, isBackchannel: turn.isBackchannel))
            for word in turn.words {
                guard let level = word.prominence?.level, level > 0, let range = word.range else { continue }
                stresses.append(Stress(lane: lane, start: rate.seconds(range.start), end: rate.seconds(range.end), level: min(2, level)))
            }
            for element in turn.elements.indices { add(element, of: turn, lane: lane, lanes: index, rate: rate) }
        }
        bars.sort { ($0.start, $0.lane, $0.end) < ($1.start, $1.lane, $1.end) }
        silences.sort { ($0.start, $0.lane) < ($1.start, $1.lane) }
        overlaps = TurnTimes.stretches(floor) { $0.count > 1 }.map { rate.seconds($0.start)...rate.seconds($0.end) }
        // A transcript may outlast what the recording says of its own length by a rounding; never by more.
        duration = max(duration, bars.map(\.end).max() ?? 0)
    }

    private mutating func add(_ index: Int, of turn: Turn, lane: Int, lanes: [String: Int], rate: SampleRate) {
        guard let mark = turn.elements[index].mark else { return }
        switch mark.kind {
        case .pause, .trailingOff:
            guard let length = TurnTimes.duration(of: mark, rate: rate) else { return }
            guard let place = TurnTimes.place(ofElement: index, in: turn, rate: rate) else { return untimed += 1 }
            let kind: Silence.Kind =
                switch mark.label {
                case "latency": .latency
                case "rhetorical": .rhetorical
                case "filled": .filled
                default: .pause
                }
            let end = mark.range == nil ? place.lowerBound + length : place.upperBound
            silences.append(Silence(lane: lane, start: place.lowerBound, end: end, kind: kind))
        case .laughter, .intonation:
            if mark.kind == .intonation, mark.label != "rising" { return }
            guard let place = TurnTimes.place(ofElement: index, in: turn, rate: rate) else { return untimed += 1 }
            let kind: Sign.Kind = mark.kind == .laughter ? .laughter : .rising
            signs.append(Sign(lane: lane, start: place.lowerBound, end: place.upperBound, kind: kind))
        case .toneOfVoice:
            guard let place = TurnTimes.cover(ofMarkAt: index, in: turn, rate: rate) else { return untimed += 1 }
            let tone = mark.label.flatMap(Tone.init(rawValue:)) ?? .other
            signs.append(Sign(lane: lane, start: place.lowerBound, end: place.upperBound, kind: .tone(tone)))
        case .backchannel:
            guard let own = mark.label.flatMap({ lanes[$0] }) else { return }
            guard let place = TurnTimes.place(ofElement: index, in: turn, rate: rate) else { return untimed += 1 }
            bars.append(Bar(lane: own, start: place.lowerBound, end: place.upperBound, isBackchannel: true))
        case .breath, .cough, .unclear, .overlapStart, .overlapEnd, .comment: return
        }
    }
}
