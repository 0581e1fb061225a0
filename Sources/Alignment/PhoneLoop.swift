/// Speech of any kind: any phone after any other.
///
/// How well the best sequence of phones explains a frame is the yardstick for the words of a text: a word that was said comes
/// close to it, a word that was not said stays far below. This is the background or garbage model of keyword spotting
/// (Rose and Paul 1990).
struct PhoneLoop {
    /// Log density it costs to begin a phone.
    var entry: Float

    /// - Parameters:
    ///   - densities: `rows · width` log densities of consecutive frames; a path may begin and end anywhere.
    ///   - width: models a row; the first `states` of them are phone states, three a phone.
    /// - Returns: for every row the log density of the best path's state, less what it costs to begin a phone there.
    func scores(_ densities: [Float], rows: Int, width: Int, states: Int) -> [Float] {
        let phones = states / StateChain.statesPerPhone
        var result = [Float](repeating: 0, count: rows)
        guard phones > 0, rows > 0 else { return result }
        // 0 stays, 1 from the state before, 2 from two before, 3 from the end of any phone.
        var steps = [UInt8](repeating: 0, count: rows * states)
        var exits = [Int](repeating: 0, count: rows)
        var previous = Array(densities[0..<states]), current = previous
        densities.withUnsafeBufferPointer { density in
            steps.withUnsafeMutableBufferPointer { steps in
                for row in 1..<max(1, rows) {
                    previous.withUnsafeBufferPointer { before in
                        current.withUnsafeMutableBufferPointer { now in
                            var best = 0
                            for phone in 1..<max(1, phones) where before[3 * phone + 2] > before[3 * best + 2] { best = phone }
                            exits[row] = 3 * best + 2
                            let entering = before[3 * best + 2] - entry
                            for phone in 0..<phones {
                                let s = 3 * phone, place = row * states + s, emitted = row * width + s
                                let a = before[s], b = before[s + 1], c = before[s + 2]
                                steps[place] = entering > a ? 3 : 0
                                now[s] = max(a, entering) + density[emitted]
                                steps[place + 1] = a > b ? 1 : 0
                                now[s + 1] = max(a, b) + density[emitted + 1]
                                var top = c
                                var step: UInt8 = 0
                                if b > top { (top, step) = (b, 1) }
                                if a > top { (top, step) = (a, 2) }
                                steps[place + 2] = step
                                now[s + 2] = top + density[emitted + 2]
                            }
                        }
                    }
                    swap(&previous, &current)
                }
            }
        }
        var state = 0
        for candidate in 1..<states where previous[candidate] > previous[state] { state = candidate }
        for row in stride(from: rows - 1, through: 0, by: -1) {
            let step = steps[row * states + state]
            result[row] = densities[row * width + state] - (step == 3 ? entry : 0)
            state = step == 3 ? exits[row] : state - Int(step)
        }
        return result
    }
}
