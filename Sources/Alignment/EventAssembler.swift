import Signal

/// Turns the event list of a synthesis into one range a word and the phones with their words.
///
/// espeak-ng reports a word by where it stands in the text, splits some tokens into several words (numbers) and says
/// others together with their neighbour under one event (`in the`). Each event goes to the token that holds its text
/// position; a token passed over shares the phones of the event before it, divided by the phones each has alone.
struct EventAssembler {
    let words: [String]
    let events: [EspeakEvent]
    /// Samples synthesised.
    let length: Int

    func assemble(aloneCount: (Int) -> Int) -> (words: [SampleRange], phones: [SyntheticSpeech.Phone]) {
        var phones = phonesWithWords()
        divideMerged(&phones, aloneCount: aloneCount)
        var ranges = [SampleRange?](repeating: nil, count: words.count)
        for phone in phones {
            guard let word = phone.word else { continue }
            ranges[word] = ranges[word].map { SampleRange($0.start, phone.range.end) } ?? phone.range
        }
        var edge = 0
        let filled = ranges.map { range -> SampleRange in
            guard let range else { return SampleRange(edge, edge) }
            edge = range.end
            return range
        }
        return (filled, phones)
    }

    /// Phones in order, each with the token whose event it follows.
    private func phonesWithWords() -> [SyntheticSpeech.Phone] {
        var starts: [Int] = []
        var ends: [Int] = []
        var position = 0
        for word in words {
            starts.append(position)
            position += word.unicodeScalars.count
            ends.append(position)
            position += 1
        }
        var phones: [SyntheticSpeech.Phone] = []
        var token: Int?
        var cursor = 0
        for event in events {
            switch event.kind {
            case .word(let position, let count):
                guard count > 0 else { continue }
                // A position on the space before a token belongs to that token.
                while cursor + 1 < words.count, ends[cursor] <= position { cursor += 1 }
                if !words.isEmpty, position < ends[cursor] { token = cursor }
            case .phone(let symbol):
                let isSilence = symbol.isEmpty || symbol.hasPrefix("(")
                close(&phones, at: event.sample)
                phones.append(.init(
                    symbol: isSilence ? "" : symbol, range: SampleRange(event.sample, length),
                    word: isSilence ? nil : token))
            case .boundary:
                close(&phones, at: event.sample)
            }
        }
        close(&phones, at: length)
        return phones.filter { !$0.range.isEmpty }
    }

    private func close(_ phones: inout [SyntheticSpeech.Phone], at sample: Int) {
        guard let last = phones.indices.last, phones[last].range.end > sample else { return }
        phones[last].range = SampleRange(phones[last].range.start, sample)
    }

    /// Gives tokens without an event of their own a share of the phones of the token before.
    private func divideMerged(_ phones: inout [SyntheticSpeech.Phone], aloneCount: (Int) -> Int) {
        let spoken = Set(phones.compactMap(\.word))
        var index = 0
        while index < phones.count {
            guard let head = phones[index].word else {
                index += 1
                continue
            }
            var stop = index
            while stop < phones.count, phones[stop].word == head || phones[stop].word == nil { stop += 1 }
            let members = index..<stop
            var group = [head]
            while let next = group.last.map({ $0 + 1 }), next < words.count, !spoken.contains(next) { group.append(next) }
            if group.count > 1 { divide(&phones, members, among: group, aloneCount: aloneCount) }
            index = stop
        }
    }

    private func divide(
        _ phones: inout [SyntheticSpeech.Phone], _ members: Range<Int>, among group: [Int], aloneCount: (Int) -> Int
    ) {
        let sounding = members.filter { phones[$0].word != nil }
        let counts = group.map(aloneCount)
        let total = counts.reduce(0, +)
        guard total > 0, counts.dropFirst().contains(where: { $0 > 0 }) else { return }
        // Tokens said alone but swallowed here (a symbol the sentence did not need) take nothing when the head
        // already accounts for every phone.
        if counts[0] >= sounding.count { return }
        var before = 0
        for (member, token) in group.enumerated() {
            let from = (before * sounding.count + total / 2) / total
            before += counts[member]
            let to = (before * sounding.count + total / 2) / total
            for phone in sounding[from..<max(from, to)] { phones[phone].word = token }
        }
    }
}
