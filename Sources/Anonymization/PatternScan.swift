import Foundation

extension PatternRules {
    /// Rules that share their cues, in the order of ``all``.
    static let groups: [(cues: Cues, rules: [PatternRule])] = {
        var out: [(cues: Cues, rules: [PatternRule])] = []
        for rule in all {
            if let i = out.firstIndex(where: { $0.cues == rule.cues }) { out[i].rules.append(rule) } else { out.append((rule.cues, [rule])) }
        }
        return out
    }()
}

/// Runs the pattern rules around their cues only: a regular expression over every word of a text costs a hundred times what
/// all the other rules do.
enum PatternScan {
    /// Tokens looked at on either side of a cue. The longest things found are spoken e-mail addresses.
    static let before = 14, after = 22

    static func matches(_ text: RuleText) -> [(rule: PatternRule, range: Range<Int>)] {
        var out: [(rule: PatternRule, range: Range<Int>)] = []
        for group in PatternRules.groups {
            var window: Range<Int>?
            func flush() {
                guard let tokens = window else { return }
                window = nil
                let start = text.tokens[tokens.lowerBound].start, end = text.tokens[tokens.upperBound - 1].end
                let piece = PatternText(text.text.scalars[start..<end])
                for rule in group.rules {
                    for range in rule.matches(piece) { out.append((rule, range)) }
                }
            }
            for line in text.lines {
                for i in line where !text.cues[i].isDisjoint(with: group.cues) {
                    let low = max(line.lowerBound, i - before), high = min(line.upperBound, i + after + 1)
                    if let open = window {
                        if low <= open.upperBound { window = open.lowerBound..<max(high, open.upperBound); continue }
                        flush()
                    }
                    window = low..<high
                }
                flush()
            }
        }
        return out
    }

    /// Every rule over every line: slow, for comparison.
    static func exhaustiveMatches(_ text: RuleText) -> [(rule: PatternRule, range: Range<Int>)] {
        var out: [(rule: PatternRule, range: Range<Int>)] = []
        for line in text.lines {
            let piece = PatternText(text.text.scalars[text.tokens[line.lowerBound].start..<text.tokens[line.upperBound - 1].end])
            for rule in PatternRules.all {
                for range in rule.matches(piece) { out.append((rule, range)) }
            }
        }
        return out
    }
}

/// A stretch of text as a regular expression reads it, and the way back to code points.
struct PatternText {
    let string: String
    /// UTF-16 units.
    let length: Int
    private let start: Int
    /// Code point of every unit, when some are pairs.
    private let offsets: [Int]?
    let units: [UInt16]

    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var units: [UInt16] = []
        units.reserveCapacity(scalars.count + 2)
        var wide = false
        for scalar in scalars {
            if scalar.value > 0xFFFF { wide = true }
            units.append(contentsOf: UTF16.encode(scalar)!)
        }
        self.units = units
        string = String(decoding: units, as: UTF16.self)
        length = units.count
        start = scalars.startIndex
        offsets = wide ? PatternRule.offsets(Array(scalars)) : nil
    }

    func codePoint(_ unit: Int) -> Int { start + (offsets?[unit] ?? unit) }
}
