import Signal
import Testing

@testable import Alignment

@Suite struct SpeechSynthesizerTests {
    let norwegian = "Han fikk 50 % av det, 1 000 kroner. Ja nei det var 25. mai kl. 10.30! mm eh".split(separator: " ").map(String.init)

    @Test func everyWordHasItsOwnStretchInOrder() throws {
        let speech = try SpeechSynthesizer(voice: "nb").render(words: norwegian)
        #expect(speech.rate == SampleRate(22_050))
        #expect(speech.words.count == norwegian.count)
        for (index, range) in speech.words.enumerated() {
            #expect(range.count > 400, "word \(index)")
            if index > 0 { #expect(range.start >= speech.words[index - 1].end) }
        }
        #expect((speech.words.last?.end ?? 0) <= speech.samples.count)
        #expect(speech.samples.contains { abs($0) > 0.05 })
    }

    @Test func wordsSaidInOneBreathAreDivided() throws {
        // espeak-ng says `in the`, `of the`, `was a`, `lot of` and `out of` as one word each.
        let words = "in the end of the day it was a lot of people out of it".split(separator: " ").map(String.init)
        let speech = try SpeechSynthesizer(voice: "en-us").render(words: words)
        let symbols = { (word: Int) in speech.phones.filter { $0.word == word }.map(\.symbol).joined() }
        #expect(symbols(0) == "ɪn")
        #expect(symbols(1).hasPrefix("ð"))
        #expect(symbols(4).hasPrefix("ð"))
        #expect(symbols(8) == "ɐ")
        #expect(speech.words.allSatisfy { !$0.isEmpty })
    }

    @Test func phonesAreInOrderWithoutOverlapAndBelongToTheirWords() throws {
        let speech = try SpeechSynthesizer(voice: "nb").render(words: norwegian)
        for (a, b) in zip(speech.phones, speech.phones.dropFirst()) {
            #expect(a.range.end <= b.range.start)
            if let first = a.word, let second = b.word { #expect(first <= second) }
        }
        for phone in speech.phones {
            guard let word = phone.word else { continue }
            #expect(speech.words[word].intersection(phone.range) == phone.range)
        }
    }

    @Test func longerTextTakesLongerAndTheSameTextAsLong() throws {
        let synthesizer = try SpeechSynthesizer(voice: "nb")
        let short = try synthesizer.render(words: ["en"])
        let long = try synthesizer.render(words: ["en", "kommunestyrerepresentant"])
        #expect(long.samples.count > short.samples.count)
        let again = try synthesizer.render(words: ["en"])
        #expect(again.phones == short.phones && again.samples.count == short.samples.count)
        let slow = try SpeechSynthesizer(voice: "nb", wordsPerMinute: 100).render(words: ["en"])
        #expect(slow.samples.count > short.samples.count)
    }

    @Test func nothingToSayGivesNothing() throws {
        let speech = try SpeechSynthesizer(voice: "nb").render(words: [])
        #expect(speech.words.isEmpty && speech.phones.allSatisfy { $0.word == nil })
        let odd = try SpeechSynthesizer(voice: "nb").render(words: ["…", "😀", "ja"])
        #expect(odd.words.count == 3)
        #expect(odd.words[2].count > 400)
    }

    @Test func missingVoiceSaysWhatToDo() {
        #expect(throws: SynthesisError.voiceMissing(voice: "xx-none")) { _ = try SpeechSynthesizer(voice: "xx-none") }
        #expect(SynthesisError.voiceMissing(voice: "xx").description.contains("--voices"))
        #expect(SynthesisError.dataMissing(path: "/x").description.contains("espeak-ng-data"))
    }

    @Test(arguments: [("nb", "nb"), ("no", "nb"), ("nn-NO", "nb"), ("en-US", "en-us"), ("en", "en-us"), ("sv", "sv")])
    func languagesHaveVoices(tag: String, voice: String) throws {
        #expect(SpeechSynthesizer.voice(forLanguage: tag) == voice)
        _ = try SpeechSynthesizer(voice: voice)
    }

    @Test(arguments: [
        ("bl.a.", "", "blant-annet"), ("«Hei»", "", "Hei"), ("50", "", "50"), ("%", "", "%"), ("…", "", ""), ("–", "", ""),
        ("ja", ".", "ja."), ("ja", ",", "ja,"), ("hva", "?»", "hva?"), ("-", "", ""), ("", ".", ""), ("gå-", "", "gå"),
        ("😀", "", ""), ("to ord", "", "toord"), ("ja", "…", "ja,"),
    ])
    func tokensBecomeSayable(text: String, trail: String, spoken: String) {
        #expect(Pronunciation.spoken(text, trail: trail, language: "nb") == spoken)
    }
}
