import Signal
import Transcript

/// What is measured of the marks that a draft has.
///
/// The key `measured` in a mark's evidence says that its range and values come from here, so that a later measuring can take
/// them back.
extension Mark {
    private static let measuredKey = "measured"
    private static let labelKey = "measured_label"

    /// Gives a typed mark its place and values.
    /// - Parameter label: a finer kind, for a mark that has none.
    mutating func measured(range: SampleRange, evidence: [String: Double], confidence: Double? = nil, label: String? = nil) {
        self.range = range
        self.evidence = evidence
        self.evidence[Self.measuredKey] = 1
        self.confidence = confidence
        if self.label == nil, let label {
            self.label = label
            self.evidence[Self.labelKey] = 1
        }
    }

    var isMeasuredTyped: Bool { source == .draft && evidence[Self.measuredKey] != nil }

    fileprivate mutating func forgetMeasured() {
        if evidence[Self.labelKey] != nil { label = nil }
        evidence = [:]
        confidence = nil
        range = nil
    }
}

extension Turn {
    /// Takes back what an earlier run measured of typed marks: they get the gap between the words around them, as before.
    mutating func forgetMeasured() {
        for index in elements.indices {
            guard var mark = elements[index].mark, mark.isMeasuredTyped else { continue }
            mark.forgetMeasured()
            let before = elements[..<index].last { $0.word?.range != nil }?.word?.range?.end
            let after = elements[index...].first { $0.word?.range != nil }?.word?.range?.start
            if let start = before ?? after { mark.range = SampleRange(min(start, after ?? start), max(start, after ?? start)) }
            elements[index] = .mark(mark)
        }
    }
}
