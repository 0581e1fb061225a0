/// Whether one file goes on where another ends.
enum SplitEvidence {
    /// What is known about a file beside its name.
    struct Facts {
        var format: AudioFormat
        var byteCount: Int64
        /// Seconds since 1970 by the recorder's clock at the first sample.
        var clock: Int?
        /// Samples since midnight at the first sample.
        var timeReference: UInt64?
        var originator: String
    }

    enum Verdict: Equatable {
        case joined(String)
        case apart(String)
        /// No evidence either way.
        case doubtful(String)
    }

    /// Clock times are whole seconds and recorders stamp them a little late: two seconds of slack.
    static let slack = 2.0

    static func judge(_ before: Facts, _ after: Facts, style: SplitName.Style) -> Verdict {
        guard before.format.rate == after.format.rate, before.format.channels == after.format.channels,
            before.format.container == after.format.container, before.format.encoding == after.format.encoding
        else { return .apart("their formats differ") }
        // A person wrote "part": a pause between the parts does not make them two recordings.
        if style == .named { return .joined("their names call them parts") }
        if let verdict = byClock(before, after) { return verdict }
        if let limit = sizeLimit(before.byteCount) { return .joined("the first one has a recorder's split size (\(limit))") }
        if let minutes = fullLength(before.format.seconds) {
            return style == .suffix
                ? .joined("their names continue each other and the first one lasts exactly \(minutes) minutes")
                : .joined("their numbers follow each other and the first one lasts exactly \(minutes) minutes")
        }
        return .doubtful(
            style == .suffix
                ? "their names look like parts, but nothing shows that the second goes on where the first ends"
                : "consecutive numbers alone are separate recordings on most recorders")
    }

    private static func byClock(_ before: Facts, _ after: Facts) -> Verdict? {
        // The time reference counts samples, so it decides when both recorders' chunks give a plausible one.
        if let first = before.timeReference, let second = after.timeReference, first > 0, second > 0, second > first,
            before.clock.map({ $0 / 86_400 }) == after.clock.map({ $0 / 86_400 })
        {
            let gap = (Double(second) - Double(first)) / Double(before.format.rate.hertz) - before.format.seconds
            if abs(gap) <= slack { return .joined("by its time reference the second starts where the first ends") }
            return .apart("by their time references \(fixed(abs(gap), 0)) s lie between them")
        }
        guard let first = before.clock, let second = after.clock else { return nil }
        let gap = Double(second - first) - before.format.seconds
        // A recorder that stamps all parts with the start of the recording says nothing about their order.
        if second == first { return nil }
        if abs(gap) <= slack { return .joined("by the recorder's clock the second starts where the first ends") }
        return .apart("by the recorder's clock \(fixed(abs(gap), 0)) s lie between them")
    }

    /// Recorders close a file just under 1, 2 or 4 (binary or decimal) gigabytes; a file within 2 % below counts.
    static func sizeLimit(_ bytes: Int64) -> String? {
        let limits: [(Int64, String)] = [
            (4 << 30, "4 GB"), (4_000_000_000, "4 GB"), (2 << 30, "2 GB"), (2_000_000_000, "2 GB"), (1 << 30, "1 GB"),
        ]
        return limits.first { bytes <= $0.0 + 65_536 && bytes >= $0.0 - $0.0 / 50 }?.1
    }

    /// Automatic splitting by time: exactly 5, 10, 15, 30, 60 or more minutes, to within a tenth of a second.
    static func fullLength(_ seconds: Double) -> Int? {
        for minutes in [5, 10, 15, 30, 60, 120, 180, 240, 360, 720] where abs(seconds - Double(minutes * 60)) <= 0.1 {
            return minutes
        }
        return nil
    }
}
