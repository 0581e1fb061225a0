import Signal
import Transcript

/// Compares a recogniser's words with a second, more literal pass over the same sound, word by word.
///
/// NB-Whisper's main model writes grammatical sentences and drops what does not belong in them; its verbatim variant writes
/// what it hears. Hesitations, repetitions and broken-off words that only the second pass has are put back; all other
/// differences are left as they are and pointed at.
struct VerbatimComparison: Sendable {
    var words: [HeardWord]
    /// Which of `words` came from the second pass.
    var restored: [Int]
    var findings: [HeardFinding]

    /// One step of the edit script.
    enum Step: Hashable, Sendable {
        case same(Int, Int)
        case changed(Int, Int)
        /// Only in the first pass.
        case only(first: Int)
        /// Only in the second pass.
        case extra(second: Int)
    }

    init(main: [HeardWord], verbatim: [HeardWord]) {
        let script = Self.align(main, verbatim)
        var words: [HeardWord] = [], restored: [Int] = [], changed: [Int] = [], alone: [Int] = []
        var unheard: [(range: SampleRange, after: Int)] = []
        for (place, step) in script.enumerated() {
            switch step {
            case .same(let first, _):
                words.append(main[first])
            case .changed(let first, let second):
                var word = main[first]
                word.confidence = min(word.confidence ?? 0.5, verbatim[second].confidence ?? 0.5, 0.5)
                changed.append(words.count)
                words.append(word)
            case .only(let first):
                alone.append(words.count)
                words.append(main[first])
            case .extra(let second):
                if Self.belongs(second, in: verbatim, at: place, of: script) {
                    restored.append(words.count)
                    words.append(verbatim[second])
                } else {
                    unheard.append((verbatim[second].range, words.count - 1))
                }
            }
        }
        // A word put back must not make times run backwards or lie over its neighbours.
        for index in restored {
            let floor = index > 0 ? words[index - 1].range.end : words[index].range.start
            let ceiling = index + 1 < words.count ? max(floor, words[index + 1].range.start) : max(floor, words[index].range.end)
            let start = min(max(words[index].range.start, floor), ceiling)
            let fitted = SampleRange(start, min(max(words[index].range.end, start), ceiling))
            if fitted.count * 2 < words[index].range.count { words[index].placement = .interpolated }
            words[index].range = fitted
        }
        var findings: [HeardFinding] = []
        func point(_ code: String, _ severity: Finding.Severity, _ indices: [Int], _ message: (Int) -> String) {
            for group in Self.neighbours(indices) {
                findings.append(
                    HeardFinding(
                        code: code, severity: severity, message: message(group.count), range: TimeRepair.span(of: group, in: words), words: group))
            }
        }
        if !restored.isEmpty {
            findings.append(
                HeardFinding(
                    code: "verbatim-restored", severity: .note,
                    message: "\(restored.count) hesitations, repetitions and broken-off words come from the verbatim model", words: restored))
        }
        point("verbatim-differs", .review, changed) { "the two recognisers heard \($0 == 1 ? "another word" : "other words") here: listen" }
        point("verbatim-lacks", .review, alone) { "the verbatim model did not hear \($0 == 1 ? "this word" : "these \($0) words"): listen" }
        var index = 0
        while index < unheard.count {
            var last = index
            while last + 1 < unheard.count, unheard[last + 1].after == unheard[index].after { last += 1 }
            let range = unheard[index...last].dropFirst().reduce(unheard[index].range) { $0.union($1.range) }
            findings.append(
                HeardFinding(
                    code: "verbatim-has-more", severity: .review,
                    message: "the verbatim model heard \(last - index + 1) more word(s) here: listen", range: range,
                    words: unheard[index].after >= 0 ? [unheard[index].after] : []))
            index = last + 1
        }
        self.words = words
        self.restored = restored
        self.findings = findings
    }

    /// What the second pass alone has is put back when it is a hesitation, is said again right away, or breaks off.
    private static func belongs(_ index: Int, in words: [HeardWord], at place: Int, of script: [Step]) -> Bool {
        let parts = WordParts(words[index].text), key = parts.text.lowercased()
        if key.isEmpty { return false }
        if Tokens.isFiller(parts.text) || parts.isCutOff { return true }
        // "jeg jeg tror", "det er det er": extra words that are the same as those right after or before them.
        func isExtra(_ other: Int) -> Bool {
            let there = place + other - index
            guard script.indices.contains(there), case .extra(let second) = script[there] else { return false }
            return second == other
        }
        func keys(_ start: Int, _ count: Int) -> [String]? {
            start >= 0 && start + count <= words.count ? (start..<(start + count)).map { WordParts.key(words[$0].text) } : nil
        }
        for count in 1...4 {
            for start in (index - count + 1)...index where (start..<(start + count)).allSatisfy(isExtra) {
                let own = keys(start, count)
                if own == keys(start + count, count) || own == keys(start - count, count) { return true }
            }
        }
        // "kom kommune": the beginning of the next word, broken off without a sign.
        guard index + 1 < words.count else { return false }
        let next = WordParts.key(words[index + 1].text)
        return key.count >= 1 && key.count < next.count && next.hasPrefix(key) && key.count <= 4 && !shortWords.contains(key)
    }

    private static let shortWords: Set<String> = ["i", "å", "en", "et", "er", "på", "av", "om", "at", "for", "de", "det", "den", "så", "ut", "inn", "opp", "til", "med", "vi", "du"]

    private static func neighbours(_ indices: [Int]) -> [[Int]] {
        var groups: [[Int]] = []
        for index in indices {
            if let last = groups.last?.last, last + 1 == index { groups[groups.count - 1].append(index) } else { groups.append([index]) }
        }
        return groups
    }

    // MARK: The edit script

    /// A cheapest edit script from `a` to `b` by spelling, in their order.
    static func align(_ a: [HeardWord], _ b: [HeardWord]) -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(max(a.count, b.count))
        let keysA = a.map { WordParts.key($0.text) }, keysB = b.map { WordParts.key($0.text) }
        align(a, 0..<a.count, keysA, b, 0..<b.count, keysB, &steps)
        return steps
    }

    /// Most cells of one table; longer lists are cut in two at a pause.
    private static let cells = 1 << 21

    private static func align(
        _ a: [HeardWord], _ inA: Range<Int>, _ keysA: [String], _ b: [HeardWord], _ inB: Range<Int>, _ keysB: [String], _ steps: inout [Step]
    ) {
        if inA.isEmpty || inB.isEmpty {
            steps += inA.map { .only(first: $0) } + inB.map { .extra(second: $0) }
        } else if inA.count > 1, (inA.count + 1) * (inB.count + 1) > cells {
            // The widest pause of the middle third is a safe place for both.
            let third = max(1, inA.count / 3)
            var cut = inA.lowerBound + inA.count / 2, widest = Int.min
            for index in (inA.lowerBound + third)..<max(inA.lowerBound + third + 1, inA.upperBound - third) {
                let pause = a[index].range.start - a[index - 1].range.end
                if pause > widest { (cut, widest) = (index, pause) }
            }
            let time = (a[cut - 1].range.end + a[cut].range.start) / 2
            let other = inB.first { b[$0].range.middle >= time } ?? inB.upperBound
            align(a, inA.lowerBound..<cut, keysA, b, inB.lowerBound..<other, keysB, &steps)
            align(a, cut..<inA.upperBound, keysA, b, other..<inB.upperBound, keysB, &steps)
        } else {
            steps += table(inA, keysA, inB, keysB, distance: { abs(a[$0].range.middle - b[$1].range.middle) })
        }
    }

    private static func table(_ inA: Range<Int>, _ keysA: [String], _ inB: Range<Int>, _ keysB: [String], distance: (Int, Int) -> Int) -> [Step] {
        let n = inA.count, m = inB.count, width = m + 1
        // A missing word costs 1000, a likeness 800, another word 1500, words more than two seconds apart 2500; of
        // equal words the nearer is taken.
        var row = (0...m).map { 1000 * $0 }
        var from = [UInt8](repeating: 2, count: (n + 1) * width)
        for i in 0...n { from[i * width] = 1 }
        for i in 1...n {
            var diagonal = row[0]
            row[0] = 1000 * i
            for j in 1...m {
                let x = inA.lowerBound + i - 1, y = inB.lowerBound + j - 1
                let apart = distance(x, y)
                let pair = min(200, apart / 160) + (apart > 32_000 ? 2500 : keysA[x] == keysB[y] ? 0 : alike(keysA[x], keysB[y]) ? 800 : 1500)
                var best = diagonal + pair, step: UInt8 = 0
                if row[j] + 1000 < best { (best, step) = (row[j] + 1000, 1) }
                if row[j - 1] + 1000 < best { (best, step) = (row[j - 1] + 1000, 2) }
                diagonal = row[j]
                row[j] = best
                from[i * width + j] = step
            }
        }
        var steps: [Step] = [], i = n, j = m
        while i > 0 || j > 0 {
            switch i == 0 ? 2 : j == 0 ? 1 : from[i * width + j] {
            case 1:
                i -= 1
                steps.append(.only(first: inA.lowerBound + i))
            case 2:
                j -= 1
                steps.append(.extra(second: inB.lowerBound + j))
            default:
                i -= 1
                j -= 1
                let x = inA.lowerBound + i, y = inB.lowerBound + j
                steps.append(keysA[x] == keysB[y] ? .same(x, y) : .changed(x, y))
            }
        }
        return steps.reversed()
    }

    /// Same first letter and at least half of the longer word in common at its ends.
    private static func alike(_ a: String, _ b: String) -> Bool {
        let front = zip(a, b).prefix { $0 == $1 }.count
        guard front > 0 else { return false }
        let back = zip(a.dropFirst(front).reversed(), b.dropFirst(front).reversed()).prefix { $0 == $1 }.count
        return 2 * (front + back) >= max(a.count, b.count)
    }
}
