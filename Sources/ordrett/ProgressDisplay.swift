import Foundation
import Pipeline
import Synchronization

/// Shows a run: one moving line with an estimate on a terminal, plain lines when piped.
final class ProgressDisplay: Sendable {
    private struct State {
        var weights: [String: Double] = [:]
        /// Share done of each item, over its stages.
        var shares: [String: Double] = [:]
        var current: [String: (stage: String, fraction: Double)] = [:]
        var stagesDone: [String: Int] = [:]
        var stages = 1
        var lineShown = false
        var lastDrawn = ContinuousClock.now - .seconds(1)
    }

    private let state: Mutex<State>
    private let begin = ContinuousClock.now
    private let isTerminal: Bool
    private let quiet: Bool

    init(items: [Item], stages: Int, quiet: Bool) {
        var initial = State()
        initial.stages = max(1, stages)
        for item in items { initial.weights[item.id] = Double(max(1, item.weight)) }
        state = Mutex(initial)
        isTerminal = Talk.isTerminal
        self.quiet = quiet
    }

    func show(_ event: RunEvent) {
        if quiet {
            // What is said once must not be missed.
            if case .note(let text) = event { Talk.say("note: \(text)") }
            return
        }
        state.withLock { state in
            switch event {
            case .planned: break
            case .started(let item, let stage, let reason, _):
                state.current[item] = (stage, 0)
                if !isTerminal { Talk.say("\(item): \(stage): \(reason)") } else { draw(&state, force: true) }
            case .progress(let item, let stage, let fraction):
                state.current[item] = (stage, min(1, max(0, fraction)))
                if isTerminal { draw(&state, force: false) }
            case .finished(let item, let stage, let outcome):
                state.current[item] = nil
                state.stagesDone[item, default: 0] += 1
                if case .ran(let seconds, let same) = outcome, !isTerminal {
                    let time = String(format: "%.1f", seconds)
                    Talk.say("\(item): \(stage): done in \(time) s\(same ? ", same result as before" : "")")
                }
                if case .held = outcome, !isTerminal { Talk.say("\(item): \(stage): waits for a signature") }
                if isTerminal { draw(&state, force: true) }
            case .failed(let failure):
                state.current[failure.item] = nil
                state.stagesDone[failure.item] = state.stages
                clear(&state)
                Talk.say("\(failure.item): \(failure.stage): failed: \(failure.message)")
            case .note(let text):
                clear(&state)
                Talk.say("note: \(text)")
            case .itemDone(let item, _, _):
                state.stagesDone[item] = state.stages
            }
        }
    }

    func end() { state.withLock { clear(&$0) } }

    private func clear(_ state: inout State) {
        if isTerminal && state.lineShown {
            Talk.say(raw: "\r\u{1B}[K")
            state.lineShown = false
        }
    }

    private func draw(_ state: inout State, force: Bool) {
        let now = ContinuousClock.now
        guard force || now - state.lastDrawn > .milliseconds(100) else { return }
        state.lastDrawn = now
        var done = 0.0, total = 0.0
        for (item, weight) in state.weights {
            total += weight
            let stages = Double(state.stagesDone[item] ?? 0) + (state.current[item]?.fraction ?? 0)
            done += weight * min(1, stages / Double(state.stages))
        }
        let share = total > 0 ? done / total : 0
        let elapsed = Double((now - begin) / .seconds(1))
        let left = share > 0.02 && elapsed > 1 ? ", about \(clockText(elapsed / share - elapsed)) left" : ""
        let working = state.current.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.stage) \(Int($0.value.fraction * 100)) %" }.joined(separator: "  ")
        let line = "\(Int(share * 100)) %\(left)  \(working)"
        Talk.say(raw: "\r\u{1B}[K\(line.prefix(Self.width - 1))")
        state.lineShown = true
    }

    private static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}
