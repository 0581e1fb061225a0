import CEspeak
import Foundation
import Signal

/// Text to synthetic speech through libespeak-ng, in the process and without sound output.
///
/// espeak-ng keeps its state in globals, so every call runs under one process-wide lock.
public struct SpeechSynthesizer: Sendable {
    /// The espeak-ng voice, for example `nb` or `en-us`.
    public let voice: String
    /// Words a minute, 80 … 450.
    public let wordsPerMinute: Int

    /// - Parameters:
    ///   - voice: an espeak-ng voice name; see ``voice(forLanguage:)``.
    ///   - wordsPerMinute: speaking rate, clamped to 80 … 450. The default, 175, is espeak-ng's own.
    /// - Throws: ``SynthesisError`` when espeak-ng's data or the voice is not installed.
    public init(voice: String, wordsPerMinute: Int = 175) throws {
        self.voice = voice
        self.wordsPerMinute = min(450, max(80, wordsPerMinute))
        try EspeakEngine.shared.prepare(voice: voice, wordsPerMinute: self.wordsPerMinute)
    }

    /// The linked espeak-ng, by its own word.
    public static var engineVersion: String { espeak_Info(nil).map { String(cString: $0) } ?? "unknown" }

    /// The voice for a BCP 47 language tag: the Norwegian ones share `nb`, other tags name their voice themselves.
    public static func voice(forLanguage tag: String) -> String {
        let tag = tag.lowercased().replacingOccurrences(of: "_", with: "-")
        switch tag.split(separator: "-").first.map(String.init) ?? "" {
        case "nb", "no", "nn", "": return "nb"
        case "en": return tag == "en" || tag == "en-us" ? "en-us" : tag
        default: return tag
        }
    }

    /// Says `words` in one breath, with the pauses that their punctuation asks for.
    ///
    /// - Parameter words: as they are to be pronounced, punctuation included; a word must not hold white space.
    /// - Returns: the sound (22,050 Hz) with one range a word. Where the voice runs words together under one dictionary
    ///   entry (`in the`), its phones are divided by how the words sound alone.
    public func render(words: [String]) throws -> SyntheticSpeech {
        try EspeakEngine.shared.speak(words, voice: voice, wordsPerMinute: wordsPerMinute)
    }
}

/// libespeak-ng's global state behind one lock.
final class EspeakEngine: @unchecked Sendable {
    static let shared = EspeakEngine()
    private static let steadyVariant = "+miguel"

    private let lock = NSLock()
    private var rate: SampleRate?
    private var current: (voice: String, speed: Int)?
    /// Phones of a word said alone, by voice and word, so that common words are looked up once.
    private var phoneCounts: [String: Int] = [:]

    func prepare(voice: String, wordsPerMinute: Int) throws {
        lock.lock()
        defer { lock.unlock() }
        try select(voice: voice, wordsPerMinute: wordsPerMinute)
    }

    func speak(_ words: [String], voice: String, wordsPerMinute: Int) throws -> SyntheticSpeech {
        lock.lock()
        defer { lock.unlock() }
        let rate = try select(voice: voice, wordsPerMinute: wordsPerMinute)
        let text = words.joined(separator: " ")
        settle()
        defer { EspeakCollector.reset() }
        let status = text.withCString { pointer in
            espeak_Synth(
                pointer, text.utf8.count + 1, 0, POS_CHARACTER, 0, UInt32(espeakCHARS_UTF8), nil, nil)
        }
        guard status == EE_OK else { throw SynthesisError.engineFailed(status: Int(status.rawValue)) }
        let assembler = EventAssembler(words: words, events: EspeakCollector.events, length: EspeakCollector.samples.count)
        let (ranges, phones) = assembler.assemble { self.phoneCount(words[$0]) }
        return SyntheticSpeech(rate: rate, samples: EspeakCollector.samples, words: ranges, phones: phones)
    }

    @discardableResult
    private func select(voice: String, wordsPerMinute: Int) throws -> SampleRate {
        let rate = try start()
        if current?.voice != voice {
            current = nil
            phoneCounts.removeAll()
            // espeak-ng lets the pitch of most voices flutter, and where the flutter stands depends on everything said
            // before. A variant without it makes the same text sound the same.
            let isSteady = !voice.contains("+") && espeak_SetVoiceByName(voice + Self.steadyVariant) == EE_OK
            guard isSteady || espeak_SetVoiceByName(voice) == EE_OK else { throw SynthesisError.voiceMissing(voice: voice) }
        }
        if current?.speed != wordsPerMinute {
            espeak_SetParameter(espeakRATE, Int32(wordsPerMinute), 0)
        }
        current = (voice, wordsPerMinute)
        return rate
    }

    /// The first sound depends on the last one before it, even across calls: let every text follow the same one.
    private func settle() {
        let text = "hos oss, "
        _ = text.withCString { espeak_Synth($0, text.utf8.count + 1, 0, POS_CHARACTER, 0, UInt32(espeakCHARS_UTF8), nil, nil) }
        EspeakCollector.reset()
    }

    private func start() throws -> SampleRate {
        if let rate { return rate }
        // espeak_Initialize prints and carries on without its data, so look for the data first.
        espeak_ng_InitializePath(nil)
        var folder: UnsafePointer<CChar>?
        _ = espeak_Info(&folder)
        let path = folder.map { String(cString: $0) } ?? ""
        guard FileManager.default.fileExists(atPath: path + "/phontab") else {
            throw SynthesisError.dataMissing(path: path)
        }
        let options = espeakINITIALIZE_DONT_EXIT | espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA
        let hertz = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nil, Int32(options))
        guard hertz > 0 else { throw SynthesisError.engineFailed(status: Int(hertz)) }
        espeak_SetSynthCallback { samples, count, events in EspeakCollector.receive(samples, count, events) }
        let rate = SampleRate(Int(hertz))
        self.rate = rate
        return rate
    }

    /// Phones of one word said alone. Only called under the lock.
    private func phoneCount(_ word: String) -> Int {
        if let known = phoneCounts[word] { return known }
        var count = 0
        word.withCString { start in
            var position: UnsafeRawPointer? = UnsafeRawPointer(start)
            // Separator "_" between phones, in bits 8 and up.
            let mode = Int32(espeakPHONEMES_IPA) | (Int32(UInt8(ascii: "_")) << 8)
            while position != nil {
                guard let phones = espeak_TextToPhonemes(&position, Int32(espeakCHARS_UTF8), mode) else { break }
                count += String(cString: phones).split(whereSeparator: { $0 == "_" || $0 == " " }).count
            }
        }
        phoneCounts[word] = count
        return count
    }
}

/// One event of libespeak-ng, with its text position turned to 0-based.
struct EspeakEvent: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case word(position: Int, length: Int), phone(String), boundary }
    var kind: Kind
    var sample: Int
}

/// Where the C callback leaves what it is given. Touched only while ``EspeakEngine``'s lock is held: synthesis is
/// synchronous, so the callback runs on the caller's thread.
enum EspeakCollector {
    nonisolated(unsafe) static var samples: [Float] = []
    nonisolated(unsafe) static var events: [EspeakEvent] = []

    static func reset() {
        samples = []
        events = []
    }

    static func receive(
        _ wave: UnsafeMutablePointer<Int16>?, _ count: Int32, _ list: UnsafeMutablePointer<espeak_EVENT>?
    ) -> Int32 {
        if let wave, count > 0 {
            for sample in UnsafeBufferPointer(start: wave, count: Int(count)) { samples.append(Float(sample) / 32_768) }
        }
        guard var event = list else { return 0 }
        while event.pointee.type != espeakEVENT_LIST_TERMINATED {
            let value = event.pointee
            if value.type == espeakEVENT_WORD {
                let kind = EspeakEvent.Kind.word(position: Int(value.text_position) - 1, length: Int(value.length))
                events.append(EspeakEvent(kind: kind, sample: Int(value.sample)))
            } else if value.type == espeakEVENT_PHONEME {
                let name = withUnsafeBytes(of: value.id.string) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                events.append(EspeakEvent(kind: .phone(name), sample: Int(value.sample)))
            } else if value.type == espeakEVENT_END {
                events.append(EspeakEvent(kind: .boundary, sample: Int(value.sample)))
            }
            event += 1
        }
        return 0
    }
}
