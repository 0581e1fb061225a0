import Anonymization
import Crypto
import Foundation
import Signal
import Transcript

/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same study everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// A rank from 0 that falls off as Zipf's law does, roughly.
    mutating func rank(of count: Int) -> Int { min(count - 1, Int(pow(Double(count + 1), unit())) - 1) }
}

/// Talk that nobody said: common words of Bokmål, and made-up ones for the long tail.
struct GeneratedTalk {
    private static let common = """
        det er og i jeg at som på en ikke til vi å har av for med så men de om et var kan den hadde når fra der skal bare være eller hva hvis også da \
        noe må litt fordi blir veldig mye hvordan kommunen sykehuset pasienten samarbeid ansvar oppfølging møte legen ansatte tiltak hjemme kjenner trenger \
        opplever tid ressurser kompetanse helse psykisk ungdom bruker familie arbeid veileder plan koordinator tjeneste avdeling leder kollega støtte \
        trygghet tillit informasjon kommunikasjon rutine hverdag utfordring løsning erfaring spørsmål
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    private static let syllables = ["ar", "bel", "dri", "en", "fo", "gjen", "hå", "in", "ja", "kom", "lig", "mø", "ning", "om", "på", "ra", "sæl", "ter", "un", "ve"]

    let vocabulary: [String]

    init(_ random: inout SeededGenerator) {
        var words = Self.common
        for _ in 0..<20_000 { words.append((0..<(2 + random.below(3))).map { _ in Self.syllables[random.below(Self.syllables.count)] }.joined()) }
        vocabulary = words
    }

    /// Questions and answers of about `count` words, a third of a second each.
    func transcript(_ item: String, informant: String, words count: Int, _ random: inout SeededGenerator) throws -> AnonymizedTranscript {
        var turns: [Turn] = [], word = 0, at = 0
        while word < count {
            let asks = turns.count % 2 == 0, length = min(count - word, asks ? 4 + random.below(20) : 10 + random.below(120))
            var elements: [Element] = []
            let begin = at
            for index in 0..<length {
                word += 1
                let ends = index == length - 1 || random.below(14) == 0
                elements.append(
                    .word(Word(
                        id: word, text: vocabulary[random.rank(of: vocabulary.count)], trail: ends ? (asks && index == length - 1 ? "?" : ".") : "",
                        range: SampleRange(at, at + 300), placement: .aligned)))
                at += 333
                if random.below(60) == 0 {
                    elements.append(.mark(Mark(kind: .pause, source: .measured, range: SampleRange(at, at + 1_500))))
                    at += 1_500
                }
            }
            turns.append(Turn(id: turns.count + 1, speaker: asks ? "S1" : "S2", range: SampleRange(begin, at), elements: elements))
            at += 400
        }
        let document = Transcript(
            recording: .init(id: item, digest: String(repeating: "0", count: 64), rate: SampleRate(1_000), length: at, channels: 1),
            speakers: [
                Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: informant, role: .participant, participant: informant),
            ], turns: turns)
        return try AnonymizedTranscript(decoding: Self.sealed(document))
    }

    private struct Body: Encodable {
        var kind = "ordrett.anonymized-transcript.1"
        var policy = "standard"
        var status = "deidentified"
        var document: Transcript
    }

    private struct Sealed: Encodable {
        var seal: String
        var body: Body
    }

    /// The file that anonymisation would write of a talk with nobody in it.
    private static func sealed(_ document: Transcript) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(document: document)
        let seal = SHA256.hash(data: try encoder.encode(body)).map { String(format: "%02x", $0) }.joined()
        return try encoder.encode(Sealed(seal: seal, body: body))
    }
}
