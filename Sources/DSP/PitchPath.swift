import Foundation

/// The best path through the pitch candidates of successive frames (Viterbi), decided with a fixed lag.
struct PitchPath: Sendable {
    private struct Node: Sendable {
        /// log₂ Hz; negative infinity stands for unvoiced.
        var logFrequency: Float
        var score: Float
        var back: Int32
    }

    /// Frames the path is decided behind the newest one.
    private let lag: Int
    /// Frames looked ahead for the level that silence is measured against.
    private let lookahead: Int
    private let decay: Float
    private let options: PitchTracker.Options
    private let jumpCost: Float
    private let voicingCost: Float

    private var waiting: [PitchCandidates] = []
    private var waitingStart = 0
    private var reference: Float = 0
    /// The frames behind the newest that are not yet decided; `starts[i]` is where the nodes of frame `i` begin.
    private var nodes: [Node] = []
    private var starts: [Int] = []
    private var voicing: [Float] = []

    init(options: PitchTracker.Options, step: Double) {
        self.options = options
        lag = max(50, Int(2 / step))
        lookahead = Int(2 / step)
        // The reference falls by half in five seconds, so that one knock does not silence the minutes after it.
        decay = Float(exp2(-step / 5))
        let correction = 0.01 / step
        jumpCost = Float(options.octaveJumpCost * correction)
        voicingCost = Float(options.voicedUnvoicedCost * correction)
    }

    mutating func append(_ frame: PitchCandidates, to track: inout PitchTrack) {
        reference = max(reference * decay, frame.peak)
        waiting.append(frame)
        if waiting.count - waitingStart > lookahead {
            step(waiting[waitingStart])
            waitingStart += 1
            if waitingStart >= 1024 {
                waiting.removeFirst(waitingStart)
                waitingStart = 0
            }
        }
        if starts.count >= 2 * lag { decide(upTo: starts.count - lag, to: &track) }
    }

    mutating func finish(to track: inout PitchTrack) {
        while waitingStart < waiting.count {
            step(waiting[waitingStart])
            waitingStart += 1
        }
        decide(upTo: starts.count, to: &track)
    }

    private mutating func step(_ frame: PitchCandidates) {
        let threshold = Float(options.voicingThreshold)
        let level = reference > 0 ? frame.peak / reference : 0
        let silence = Float(options.silenceThreshold) / (1 + threshold)
        let excess = silence > 0 ? max(0, 2 - level / silence) : 0
        let first = nodes.count, previous = starts.last.map { $0..<first } ?? 0..<0
        starts.append(first)
        var best: Float = 0
        nodes.append(Node(logFrequency: -.infinity, score: threshold + excess, back: 0))
        let cost = Float(options.octaveCost), base = log2(Float(options.floor))
        for i in frame.strength.indices {
            best = max(best, frame.strength[i])
            let local = frame.strength[i] + cost * (frame.logFrequency[i] - base)
            nodes.append(Node(logFrequency: frame.logFrequency[i], score: local, back: 0))
        }
        voicing.append(1 / (1 + exp((threshold + excess - best) / 0.08)))
        guard !previous.isEmpty else { return }
        let end = nodes.count
        nodes.withUnsafeMutableBufferPointer { nodes in
            for j in first..<end {
                let here = nodes[j].logFrequency, voiced = here.isFinite
                var top = -Float.infinity, from = previous.lowerBound
                for k in previous {
                    let there = nodes[k].logFrequency
                    let change: Float =
                        voiced != there.isFinite ? voicingCost : (voiced ? jumpCost * abs(here - there) : 0)
                    let score = nodes[k].score - change
                    if score > top {
                        top = score
                        from = k
                    }
                }
                nodes[j].score += top
                nodes[j].back = Int32(from - previous.lowerBound)
            }
        }
    }

    /// Writes the first `count` undecided frames of the best path and forgets them.
    private mutating func decide(upTo count: Int, to track: inout PitchTrack) {
        guard let last = starts.last, count > 0 else { return }
        var choice = last
        for j in last..<nodes.count where nodes[j].score > nodes[choice].score { choice = j }
        var pitch = [Float](repeating: 0, count: count)
        for frame in stride(from: starts.count - 1, through: 0, by: -1) {
            let node = nodes[choice]
            if frame < count { pitch[frame] = node.logFrequency.isFinite ? exp2(node.logFrequency) : 0 }
            if frame > 0 { choice = starts[frame - 1] + Int(node.back) }
        }
        track.f0.append(contentsOf: pitch)
        track.voicing.append(contentsOf: voicing[..<count])
        voicing.removeFirst(count)
        guard count < starts.count else {
            nodes.removeAll()
            starts.removeAll()
            return
        }
        // Scores are kept small by taking the newest frame's best from all of them: only differences matter.
        let keep = starts[count]
        nodes.removeFirst(keep)
        starts.removeFirst(count)
        for i in starts.indices { starts[i] -= keep }
        if let newest = starts.last {
            let top = nodes[newest...].reduce(-Float.infinity) { max($0, $1.score) }
            for j in newest..<nodes.count { nodes[j].score -= top }
        }
    }
}
