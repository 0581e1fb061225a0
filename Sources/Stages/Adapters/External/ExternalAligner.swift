import Alignment
import Exchange
import Foundation
import Pipeline
import Signal
import Transcript

/// Another program that places the words in the sound: any aligner that reads a WAV and a text and writes CTM, TextGrid, WebVTT or JSON.
///
/// The words it writes must be those it was given, all of them and in their order, compared by letters and figures only: an aligner may
/// write a word in pieces, without its punctuation and in other casing. So no time can come to stand at another word.
struct ExternalAligner: Sendable {
    static let placeholders = ["{wav}", "{text}", "{json}", "{language}", "{result}"]
    let command: ExternalCommand
    let format: TimedTokens.Format

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], format: TimedTokens.Format, timeout: Double, base: URL) throws {
        self.command = try ExternalCommand(
            "external aligner", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: "{wav}")
        self.format = format
        guard self.command.asks(for: "{text}") || self.command.asks(for: "{json}") else {
            throw StageFault("the command of the external aligner has neither {text} nor {json} among its arguments: it would not know the words")
        }
    }

    /// A place for each word of the transcript, in order.
    /// - Parameter sound: writes the recording as WAV to where it is told; gives its samples at 16 kHz.
    /// - Throws: ``StageFault`` that says what the program did wrong; never words of the talk.
    func align(
        _ transcript: Transcript, language: String, complaints: URL?, sound: (URL) throws -> Int, progress: Signal.Progress
    ) throws -> [AlignedWord] {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let wave = folder.url.appendingPathComponent("recording.wav"), text = folder.url.appendingPathComponent("recording.txt")
        let json = folder.url.appendingPathComponent("recording.json"), result = folder.url.appendingPathComponent("result")
        let length = try sound(wave)
        try SafeFile.write(Data(TurnText(transcript).text.utf8), to: text, confidential: true)
        if command.asks(for: "{json}") { try SafeFile.write(TurnText.json(transcript), to: json, confidential: true) }
        let job = ExternalCommand.Job(
            values: ["{wav}": wave.path, "{text}": text.path, "{json}": json.path, "{language}": language, "{result}": result.path], result: result,
            writes: "words with times", complaints: complaints)
        let places = try command.run(job, in: folder.url, poll: { try progress(0.1) }) { data in
            let tokens = try TimedTokens(command.text(data, of: "words with times"), format: format, fault: command.fault)
            return try WordPlacing(transcript, length: length, fault: command.fault).places(of: tokens.lists)
        }
        try progress(1)
        return places
    }
}

/// Lays words with times on a transcript's.
struct WordPlacing {
    /// Seconds by which a word may run past the recording: tools round up to their own frames. What is beyond is cut off.
    static let overrun = 1.0
    private let transcript: Transcript
    /// Samples at 16 kHz.
    private let length: Int
    private let fault: (String) -> StageFault

    init(_ transcript: Transcript, length: Int, fault: @escaping (String) -> StageFault) {
        self.transcript = transcript
        self.length = length
        self.fault = fault
    }

    /// - Parameter lists: all words in one list in the order of the text, or each speaker's in one.
    func places(of lists: [[TimedTokens.Token]]) throws -> [AlignedWord] {
        let words = transcript.turns.enumerated().flatMap { turn, value in value.words.map { (turn: turn, speaker: value.speaker, letters: Self.letters($0.text)) } }
        var found = [AlignedWord](repeating: AlignedWord(range: nil, placement: .unplaced, confidence: 0), count: words.count)
        if lists.count == 1 {
            try lay(lists[0], on: Array(words.indices), words.map(\.letters), &found)
        } else {
            var free = Set(lists.indices.filter { lists[$0].contains { !Self.letters($0.text).isEmpty } })
            for speaker in transcript.speakers.map(\.id) {
                let own = words.indices.filter { words[$0].speaker == speaker && !words[$0].letters.isEmpty }
                guard !own.isEmpty else { continue }
                let wanted = own.flatMap { words[$0].letters }
                guard let list = free.sorted().first(where: { lists[$0].flatMap { Self.letters($0.text) } == wanted }) else {
                    throw fault("has no tier with exactly the words of speaker \(speaker)")
                }
                free.remove(list)
                try lay(lists[list], on: own, words.map(\.letters), &found)
            }
            guard free.isEmpty else { throw fault("has tiers of words that are nobody's in the text") }
        }
        for (index, word) in words.enumerated().dropFirst() where words[index - 1].turn == word.turn {
            guard let before = found[index - 1].range, let range = found[index].range else { continue }
            guard range.start >= before.start else { throw fault("gives times that run backwards: word \(index + 1) begins before the word before it, in the same turn") }
        }
        return found
    }

    private func lay(_ tokens: [TimedTokens.Token], on indices: [Int], _ letters: [[Character]], _ found: inout [AlignedWord]) throws {
        var word = 0, within = 0
        func skip() { while word < indices.count, letters[indices[word]].isEmpty { word += 1 } }
        for (number, token) in tokens.enumerated() {
            let own = Self.letters(token.text)
            skip()
            // Silences and noises have names of their own.
            let isNoise = own.isEmpty || "<[{(".contains(token.text.first ?? " ") || ["sil", "sp", "spn", "noise"].contains(String(own))
            guard word < indices.count else {
                if isNoise { continue }
                throw fault("gives more words than the text has: \(number + 1) and on, for \(indices.count)")
            }
            let index = indices[word], rest = letters[index].dropFirst(within)
            guard !own.isEmpty, rest.starts(with: own) else {
                if isNoise && within == 0 { continue }
                throw fault(
                    "gives other words than the text: its word \(number + 1) is not what comes there (word \(index + 1) of the text); it must give all words in their "
                        + "order, each by itself; one that was not found may stand in JSON without times")
            }
            try take(token, number, &found[index])
            within += own.count
            if within == letters[index].count {
                word += 1
                within = 0
            }
        }
        skip()
        guard word == indices.count, within == 0 else {
            throw fault("gives \(tokens.count) words and breaks off at word \(word + 1) of \(indices.count); it must give all words, in JSON without times where one was not found")
        }
    }

    private func take(_ token: TimedTokens.Token, _ number: Int, _ place: inout AlignedWord) throws {
        guard let time = token.time else { return }
        let limit = SampleRate.analysis.seconds(length) + Self.overrun
        // Also what is no number at all (nan).
        guard time.start >= 0, time.end >= time.start, time.end <= limit else {
            throw fault(
                time.end > limit && time.start >= 0
                    ? "places its word \(number + 1) after the end of the recording; did it read another file?"
                    : "gives times for its word \(number + 1) that cannot be: seconds, the end not before the start")
        }
        let frame = SampleRate.analysis.hertz / 100
        let start = min(SampleRate.analysis.position(seconds: time.start), max(0, length - frame))
        // A word without length could not be shown or played.
        let range = SampleRange(start, max(start + frame, min(length, SampleRate.analysis.position(seconds: time.end))))
        let confidence = token.confidence.map { $0.isFinite ? min(1, max(0, $0)) : 0 } ?? 1
        place = AlignedWord(
            range: place.range?.union(range) ?? range, placement: .aligned, confidence: place.range == nil ? confidence : min(confidence, place.confidence))
    }

    /// Letters and figures in lower case: what an aligner keeps of a word.
    static func letters(_ text: String) -> [Character] {
        text.precomposedStringWithCanonicalMapping.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
