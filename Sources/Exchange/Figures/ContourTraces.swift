import Foundation
import Signal

/// The pitch and loudness of each speaker, told apart by who holds the floor, on the scale that a figure shows.
///
/// In a shareable figure both are relative to the speaker's own median: absolute pitch tells sex and age, and helps to
/// recognise a voice. The medians are not kept.
struct ContourTraces {
    enum Scale: Equatable {
        /// Semitones, and dB, from the speaker's own median.
        case relative
        /// Hz, and dB re full scale.
        case absolute
    }

    let scale: Scale
    /// Seconds from one value to the next; value `i` speaks for the moment `(i + ½)·step`.
    let step: Double
    /// Who holds the floor: a lane, or −1 for nobody.
    let owner: [Int16]
    /// Semitones or Hz; not a number outside turns and where there is no pitch.
    let pitch: [Float]
    /// dB; outside turns relative to all talk of the recording.
    let level: [Float]

    init(_ contours: SoundContours, bars: [TalkPicture.Bar], lanes: Int, scale: Scale) {
        self.scale = scale
        step = contours.step
        let owner = Self.owners(bars, count: contours.count, step: contours.step)
        self.owner = owner
        var pitch = contours.pitch, level = contours.level
        for index in pitch.indices where owner[index] < 0 || !(pitch[index].isFinite && pitch[index] > 0) { pitch[index] = .nan }
        for index in level.indices where !level[index].isFinite { level[index] = .nan }
        if scale == .relative {
            let all = Self.median(level.indices.lazy.filter { owner[$0] >= 0 }.map { level[$0] }) ?? Self.median(level) ?? 0
            for lane in 0..<max(0, lanes) {
                let own = owner.indices.filter { owner[$0] == lane }
                let middle = Self.median(own.lazy.map { pitch[$0] })
                // Voiced speech alone: the pauses in a turn would pull the median down.
                let loud = Self.median(own.lazy.filter { pitch[$0].isFinite }.map { level[$0] }) ?? Self.median(own.lazy.map { level[$0] }) ?? 0
                for index in own {
                    if let middle { pitch[index] = 12 * log2(pitch[index] / middle) }
                    level[index] -= loud
                }
            }
            for index in level.indices where owner[index] < 0 { level[index] -= all }
        }
        self.pitch = pitch
        self.level = level
    }

    /// The lane whose turn covers each value's moment: the latest started where several do. Backchannels hold no floor.
    static func owners(_ bars: [TalkPicture.Bar], count: Int, step: Double) -> [Int16] {
        var owner = [Int16](repeating: -1, count: count)
        guard step > 0 else { return owner }
        // By start, so that a later turn overwrites an earlier one for as long as it lasts.
        let turns = bars.enumerated().filter { !$0.element.isBackchannel }
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
        for (_, bar) in turns where bar.start.isFinite && bar.end.isFinite {
            // The moment (i + ½)·step lies in start ..< end.
            let low = max(0, Int(min(Double(count), (bar.start / step - 0.5).rounded(.up))))
            let high = min(count, Int(max(0, min(Double(count), (bar.end / step - 0.5).rounded(.up)))))
            if low < high { for index in low..<high { owner[index] = Int16(clamping: bar.lane) } }
        }
        return owner
    }

    private static func median(_ values: some Sequence<Float>) -> Float? {
        let sorted = values.filter(\.isFinite).sorted()
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }
}

/// A curve with one step a pixel column: of the values in a column, the least, the middle and the greatest.
struct ColumnEnvelope: Equatable {
    struct Column: Equatable {
        var index: Int
        var least: Float
        var middle: Float
        var greatest: Float
        /// Values that were a number.
        var count: Int
    }

    /// In order; columns without any number are left out.
    var columns: [Column] = []

    /// - Parameters:
    ///   - values: evenly spaced, value `i` at `(i + ½)·step` seconds; only those that `includes` accepts count.
    ///   - start: seconds at the left edge of column 0.
    ///   - width: seconds a column; at least one value's step makes a curve without holes.
    ///   - count: columns.
    init(_ values: [Float], step: Double, start: Double, width: Double, count: Int, where includes: (Int) -> Bool) {
        guard step > 0, width > 0, count > 0 else { return }
        let first = max(0, Int((start / step - 0.5).rounded(.up)))
        let last = min(values.count, Int(((start + width * Double(count)) / step - 0.5).rounded(.up)))
        guard first < last else { return }
        var bucket: [Float] = [], current = 0
        func close(_ bucket: inout [Float], _ columns: inout [Column]) {
            guard !bucket.isEmpty else { return }
            bucket.sort()
            columns.append(
                Column(index: current, least: bucket[0], middle: bucket[bucket.count / 2], greatest: bucket[bucket.count - 1], count: bucket.count))
            bucket.removeAll(keepingCapacity: true)
        }
        for index in first..<last {
            let column = min(count - 1, max(0, Int(((Double(index) + 0.5) * step - start) / width)))
            if column != current {
                close(&bucket, &columns)
                current = column
            }
            if values[index].isFinite, includes(index) { bucket.append(values[index]) }
        }
        close(&bucket, &columns)
    }

    /// Stretches of columns without a gap of more than `gap` columns between.
    func stretches(gap: Int = 1) -> [ArraySlice<Column>] {
        var found: [ArraySlice<Column>] = []
        var start = 0
        for index in columns.indices.dropFirst() where columns[index].index - columns[index - 1].index > gap {
            found.append(columns[start..<index])
            start = index
        }
        if start < columns.count { found.append(columns[start...]) }
        return found
    }
}
