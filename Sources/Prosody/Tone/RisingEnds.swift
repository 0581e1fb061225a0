import Foundation
import Signal

/// Statements whose melody ends like a question's.
///
/// East Norwegian ends ordinary statements with a rise, so that a rise alone says little: it has to be larger than this
/// speaker's ends usually are, and to reach above the speaker's middle.
struct RisingEnds: Sendable {
    let contours: SpeechContours
    /// Least rise from the lowest pitch of the last half second to the end, semitones, and how much more than the speaker's median.
    var leastRise = 4.0
    var beyondUsual = 3.0

    struct End: Sendable, Hashable {
        /// Index of the last word.
        var word: Int
        var rise: Double
        var usual: Double
    }

    /// - Parameters:
    ///   - words: of the whole talk.
    ///   - ends: indices of words after which a sentence or a turn ends.
    ///   - questions: those of them that end a question.
    func find(_ words: [ProsodicWord], ends: [Int], questions: Set<Int>) -> [End] {
        let pitches = Dictionary(grouping: words.indices, by: { words[$0].speaker }).mapValues { indices -> Double in
            let all = indices.flatMap { index in words[index].range.map { contours.frames(in: $0).map { contours.pitch[$0] } } ?? [] }
            return RobustRegression.median(all.filter { !$0.isNaN }.map(Double.init))
        }
        var rises: [String: [(word: Int, rise: Double, end: Double)]] = [:]
        for index in ends {
            if let found = rise(words, at: index) { rises[words[index].speaker, default: []].append((index, found.rise, found.end)) }
        }
        var result: [End] = []
        for (speaker, list) in rises where list.count >= 5 {
            let usual = RobustRegression.median(list.filter { !questions.contains($0.word) }.map(\.rise))
            let middle = pitches[speaker] ?? 0
            for item in list where !questions.contains(item.word) {
                guard item.rise >= leastRise, item.rise >= usual + beyondUsual, item.end >= middle + 1 else { continue }
                result.append(End(word: item.word, rise: (item.rise * 10).rounded() / 10, usual: (usual * 10).rounded() / 10))
            }
        }
        return result.sorted { $0.word < $1.word }
    }

    /// From the lowest place of the last half second to the last 60 ms of voice, semitones.
    private func rise(_ words: [ProsodicWord], at index: Int) -> (rise: Double, end: Double)? {
        guard let range = words[index].range else { return nil }
        let frames = contours.frames(in: range)
        // What came before is this speaker's only as far as their own words go.
        var lowest = frames.lowerBound, place = index - 1
        while place >= 0, words[place].speaker == words[index].speaker, let earlier = words[place].range, earlier.end <= range.start + SampleRate.analysis.hertz / 5,
            contours.frames(in: earlier).upperBound > frames.lowerBound - 50
        {
            lowest = min(lowest, contours.frames(in: earlier).lowerBound)
            place -= 1
        }
        guard let last = frames.last(where: { !contours.pitch[$0].isNaN }) else { return nil }
        let tail = (max(0, last - 5)...last).map { contours.pitch[$0] }.filter { !$0.isNaN }
        let start = max(lowest, last - 50)
        guard last - 8 > start else { return nil }
        let before = (start...last - 8).filter { !contours.pitch[$0].isNaN }
        guard tail.count >= 4, before.count >= 8 else { return nil }
        // A jump of half an octave between neighbouring frames is the tracker's, not the voice's.
        var previous: Float?
        for frame in start...last where !contours.pitch[frame].isNaN {
            if let before = previous, abs(contours.pitch[frame] - before) > 5 { return nil }
            previous = contours.pitch[frame]
        }
        // The lowest of medians of five: one frame is no melody.
        let smooth = before.map { frame in
            RobustRegression.median((max(start, frame - 2)...frame + 2).map { contours.pitch[$0] }.filter { !$0.isNaN }.map(Double.init))
        }
        let end = RobustRegression.median(tail.map(Double.init))
        guard let low = smooth.min(), abs(end - low) < 14 else { return nil }
        return (end - low, end)
    }
}
