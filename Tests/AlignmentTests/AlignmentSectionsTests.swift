import Foundation
import Signal
import Testing

@testable import Alignment

@Suite struct AlignmentSectionsTests {
    private func seconds(_ value: Double) -> Int { SampleRate.analysis.position(seconds: value) }

    /// Words of talk with pauses, some without times, some said over one another.
    fileprivate func talk(_ length: Double, _ random: inout SeededGenerator) -> [AlignableWord] {
        var words: [AlignableWord] = [], time = 0.0
        while time < length - 5 {
            let own = Double.random(in: 0.1...0.6, using: &random)
            let over = Double.random(in: 0...1, using: &random) < 0.05 ? -0.3 : 0
            let hint = SampleRange(seconds(max(0, time + over)), seconds(max(0, time + over) + own))
            words.append(AlignableWord(text: "ord", timeHint: Double.random(in: 0...1, using: &random) < 0.1 ? nil : hint))
            time += own + (Double.random(in: 0...1, using: &random) < 0.1 ? Double.random(in: 0.5...4, using: &random) : 0.05)
        }
        return words
    }

    @Test func cutsLieBetweenWordsAndLeaveNoneOut() throws {
        var random = SeededGenerator(state: 3)
        for round in 0..<30 {
            let length = Double.random(in: 3_600...30_000, using: &random), words = talk(length, &random)
            let cut = try #require(AlignmentSections(words: words, expectedCount: seconds(length), tolerance: 2), "round \(round)")
            #expect(cut.sections.count >= 2 && cut.sections.first?.sound.start == 0 && cut.sections.last?.sound.end == .max)
            #expect(cut.sections.flatMap { Array($0.words) } == Array(words.indices))
            for (index, section) in cut.sections.enumerated() {
                #expect(section.sound.start % 160 == 0)
                let end = min(section.sound.end, seconds(length))
                #expect(end - section.sound.start <= seconds(1.5 * 1_200 + 2 * 180 + 10), "section \(index) of \(cut.sections.count)")
                // Every word has room around its time, at borders, too.
                for word in words[section.words] {
                    guard let hint = word.timeHint else { continue }
                    #expect(hint.start - section.sound.start >= min(hint.start, seconds(2)) && section.sound.end - hint.end >= seconds(2))
                }
            }
        }
    }

    @Test func whatIsShortOrHasNoTimesStaysWhole() {
        var random = SeededGenerator(state: 4)
        #expect(AlignmentSections(words: talk(3_500, &random), expectedCount: seconds(3_500), tolerance: 2) == nil)
        let plain = (0..<30_000).map { _ in AlignableWord(text: "ord") }
        #expect(AlignmentSections(words: plain, expectedCount: seconds(20_000), tolerance: 2) == nil)
        #expect(AlignmentSections(words: talk(7_200, &random), expectedCount: nil, tolerance: 2) == nil)
        // Times that all hold one another leave no place to cut.
        let whole = (0..<100).map { _ in AlignableWord(text: "ord", timeHint: SampleRange(0, seconds(7_200))) }
        #expect(AlignmentSections(words: whole, expectedCount: seconds(7_200), tolerance: 2) == nil)
    }

    /// Against slices of the whole.
    @Test func piecesOfASourceAreSlicesOfIt() throws {
        var random = SeededGenerator(state: 5)
        for _ in 0..<200 {
            let samples = (0..<Int.random(in: 1...3_000, using: &random)).map(Float.init)
            let reader = SectionReader(ArraySource(samples, rate: .analysis, blockLength: Int.random(in: 1...700, using: &random)))
            var starts = [0]
            while let last = starts.last, last < 3_200 { starts.append(last + Int.random(in: 100...900, using: &random)) }
            for (index, start) in starts.enumerated() {
                let next = index + 1 < starts.count ? starts[index + 1] : nil
                let end = next.map { $0 + Int.random(in: 0...90, using: &random) } ?? .max
                var piece = reader.section(SampleRange(start, end), next: next), found: [Float] = []
                let expected = start < samples.count ? Array(samples[start..<min(end, samples.count)]) : []
                #expect(piece.expectedCount == expected.count)
                while let block = try piece.nextBlock() {
                    #expect(block.start == found.count && !block.samples.isEmpty)
                    found += block.samples
                }
                #expect(found == expected, "\(start)..<\(end) of \(samples.count)")
            }
        }
    }

    @Test func wordsAreFoundInSectionsAsInTheWhole() throws {
        let sentences = SyntheticRecording.sentences + SyntheticRecording.sentences.reversed() + SyntheticRecording.sentences
        let recording = try SyntheticRecording(sentences, silences: [0.5, 1.5, 0.6, 3, 0.8])
        let words = zip(SyntheticRecording.alignable(sentences), recording.words).map { word, truth in
            var word = word
            word.timeHint = SampleRange(max(0, truth.start - 4_000), truth.end + 4_000)
            return word
        }
        // Times that overlap by that much leave gaps between sentences only.
        var aligner = ForcedAligner()
        aligner.sections = .init(shortest: 5, section: 15, search: 6)
        let cut = try #require(AlignmentSections(words: words, expectedCount: recording.samples.count, tolerance: 2, lengths: aligner.sections))
        #expect(cut.sections.count >= 3)
        var source = ArraySource(recording.samples, rate: .analysis)
        let found = try aligner.align(words: words, source: &source, speech: recording.speech)
        #expect(found.count == words.count && source.nextBlock() == nil)
        var edge = 0
        for range in found.compactMap(\.range) {
            #expect(range.start >= edge && range.end <= recording.samples.count)
            edge = range.end
        }
        let errors = startErrors(found, recording.words)
        #expect(errors[errors.count / 2] <= 0.03)
        #expect(Double(errors.count { $0 <= 0.1 }) >= 0.9 * Double(errors.count))
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
