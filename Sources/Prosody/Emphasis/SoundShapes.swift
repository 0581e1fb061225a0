import Foundation

/// What level a speaker's sounds ordinarily have, by their kind.
///
/// An open vowel is some decibels louder than a close one at the same effort, and a fricative softer than both, so that a
/// word's level says little about its emphasis before its sounds are known. Here the kind is heard rather than read: the
/// frames of a speaker's words are put into classes by the shape of their spectrum (k-means over cepstra without the level,
/// and voicing), and each frame is compared with the median of its class.
struct SoundShapes: Sendable {
    /// Most classes; a speaker with few words gets fewer.
    private static let classes = 32
    /// Frames in a class, at least, on average.
    private static let framesPerClass = 40
    /// Most frames that classes are made from.
    private static let sample = 8000
    /// How far under the loudest of its word a frame may lie and still be looked at, dB: the word's stressed vowel and what is
    /// near it in level, not its closures and its echo.
    private static let wordDepth: Float = 8
    /// How far under the speaker's loud frames, dB.
    private static let depth: Float = 30
    /// Bands further under a frame's strongest one than this count as this far under it, dB. In a room the weak bands hold
    /// noise, and would tell the class how loud the frame is.
    private static let bandDepth: Float = 20
    private static let cepstra = 8

    /// For each word, the frames looked at: decibels above what their class ordinarily has.
    private(set) var residuals: [[Float]]

    /// - Parameter words: the frames of each word of one speaker.
    init(words: [Range<Int>], contours: SpeechContours) {
        var frames: [(word: Int, frame: Int)] = []
        for (word, range) in words.enumerated() where !contours.spectrum.isEmpty {
            let peak = range.map { contours.level[$0] }.max() ?? 0
            for frame in range where frame < contours.spectrum.count && contours.level[frame] > peak - Self.wordDepth {
                frames.append((word, frame))
            }
        }
        let sorted = frames.map { contours.level[$0.frame] }.sorted()
        let floor = (sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]) - Self.depth
        frames.removeAll { contours.level[$0.frame] <= floor }
        residuals = [[Float]](repeating: [], count: words.count)
        guard frames.count >= 4 else { return }
        var shapes = frames.map { Self.shape(contours.spectrum, $0.frame, isVoiced: !contours.pitch[$0.frame].isNaN) }
        Self.normalize(&shapes)
        let centres = Self.centres(shapes)
        let owners = shapes.map { Self.nearest($0, centres) }
        var members = [[(word: Int, level: Float)]](repeating: [], count: centres.count)
        for (index, owner) in owners.enumerated() { members[owner].append((frames[index].word, contours.level[frames[index].frame])) }
        let overall = Self.median(frames.map { contours.level[$0.frame] })
        let ordinary = members.map { Class($0, overall: overall) }
        for (index, owner) in owners.enumerated() {
            let level = contours.level[frames[index].frame]
            residuals[frames[index].word].append(level - ordinary[owner].level(without: frames[index].word))
        }
    }

    /// What level a class of sounds ordinarily has: the median of the frames of *other* words, since an emphasised word may be most
    /// of a class of its own.
    private struct Class {
        private var all: Float = 0
        /// By word, where leaving it out makes a difference.
        private var others: [Int: Float] = [:]
        /// Frames of belief in the middle of all the speaker's frames.
        private static let belief: Float = 3
        /// Share of a class's frames under which a word cannot move its median by much.
        private static let share = 0.02

        init(_ members: [(word: Int, level: Float)], overall: Float) {
            func leaning(_ levels: [Float]) -> Float {
                let weight = Float(levels.count)
                return (SoundShapes.median(levels) * weight + overall * Self.belief) / (weight + Self.belief)
            }
            all = leaning(members.map(\.level))
            let counts = members.reduce(into: [:]) { $0[$1.word, default: 0] += 1 }
            for (word, count) in counts where Double(count) > Self.share * Double(members.count) {
                others[word] = leaning(members.filter { $0.word != word }.map(\.level))
            }
        }

        func level(without word: Int) -> Float { others[word] ?? all }
    }

    /// The first cepstra of the log mel energies without the level, and voicing.
    private static func shape(_ spectrum: SpectrumRows, _ frame: Int, isVoiced: Bool) -> SIMD16<Float> {
        let row = spectrum.decibels(frame)
        let least = (row.max() ?? 0) - bandDepth
        var result = SIMD16<Float>(repeating: 0)
        for band in 0..<SpectrumRows.bands { result += max(row[band], least) * cosines[band] }
        result[cepstra] = isVoiced ? 0 : 1
        return result
    }

    /// By band: what its decibels add to each cepstrum.
    private static let cosines: [SIMD16<Float>] = (0..<SpectrumRows.bands).map { band in
        var lanes = SIMD16<Float>(repeating: 0)
        for n in 0..<cepstra {
            let angle = Double.pi * Double(n + 1) * (Double(band) + 0.5) / Double(SpectrumRows.bands)
            lanes[n] = Float(cos(angle))
        }
        return lanes
    }

    /// Each cepstrum to variance 1; voicing weighs 1.5.
    private static func normalize(_ shapes: inout [SIMD16<Float>]) {
        let n = Float(shapes.count)
        var mean = SIMD16<Float>(repeating: 0), square = SIMD16<Float>(repeating: 0)
        for shape in shapes { mean += shape }
        mean /= n
        for shape in shapes { square += (shape - mean) * (shape - mean) }
        var scale = SIMD16<Float>(repeating: 0)
        for lane in 0..<cepstra { scale[lane] = 1 / max((square[lane] / n).squareRoot(), 1e-3) }
        scale[cepstra] = 1.5
        for index in shapes.indices { shapes[index] = (shapes[index] - mean) * scale }
    }

    private static func centres(_ shapes: [SIMD16<Float>]) -> [SIMD16<Float>] {
        let count = min(classes, max(4, shapes.count / framesPerClass))
        let step = max(1, (shapes.count + sample - 1) / sample)
        let chosen = stride(from: 0, to: shapes.count, by: step).map { shapes[$0] }
        // Evenly over the talk: no two of the first centres are neighbours in time.
        var centres = (0..<count).map { chosen[$0 * chosen.count / count] }
        for _ in 0..<10 {
            var sums = [SIMD16<Float>](repeating: .zero, count: count), counts = [Float](repeating: 0, count: count)
            for shape in chosen {
                let owner = nearest(shape, centres)
                sums[owner] += shape
                counts[owner] += 1
            }
            for index in 0..<count where counts[index] > 0 { centres[index] = sums[index] / counts[index] }
        }
        return centres
    }

    private static func nearest(_ shape: SIMD16<Float>, _ centres: [SIMD16<Float>]) -> Int {
        var best = 0, least = Float.infinity
        for (index, centre) in centres.enumerated() {
            let difference = shape - centre
            let distance = (difference * difference).sum()
            if distance < least { (best, least) = (index, distance) }
        }
        return best
    }

    private static func median(_ values: [Float]) -> Float {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
