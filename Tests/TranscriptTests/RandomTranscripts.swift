import Signal
import Transcript

/// A seeded source of numbers (xorshift64*), so that a failure can be met again.
struct Chance {
    private var state: UInt64

    init(_ seed: UInt64) { state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int((next() >> 33) % UInt64(bound)) }
    mutating func hit(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
}

/// Transcripts with everything in them that the document can hold.
struct RandomTranscripts {
    /// Words that look like signs of some notation, too.
    var traps = true
    private var chance: Chance
    private var id = 0
    private var clock = 0

    init(seed: UInt64, traps: Bool = true) {
        chance = Chance(seed)
        self.traps = traps
    }

    private static let words = [
        "jeg", "det", "og", "så", "æ", "ikkje", "mytji", "sykepleier", "Bergen", "å", "i", "Åse", "på", "blåbærsyltetøy", "12", "3,5", "kl", "f.eks",
        "e-post", "og/eller", "ha'kke", "psykiatri", "kommunen", "studere", "1990-tallet", "50", "%", "§", "Ja", "I", "Kommune A", "[Navn 1]", "trøndersk",
    ]
    /// What would be read as a sign. A word of nothing but punctuation is not among them: it is punctuation.
    private static let traps = [
        "xxx", "#", "##", "*", "**", "heh", "°h", ".hh", "(0.8)", "(-)", "NAV", "PC-en", "XXXX", "°", ">fort<", "<", ">", "_", "__", "a_b", "*ja*", "(ler)",
        "((ler))", "{latter}", "[uhørbart]", "//", "//I:", "(I:", "\\", "a\\b", "ja…", "<<f>", "(pause", "psykiatri-", "-", "↑", "uh…", "[a?]", "(xxx)", "hm)",
        "f.eks.", "A", "ord--", "°°", "a:b", "JA", "ß", "<3", "((ja", "¿hva", "…og", "ja?", "(8)", "a//b", "ja*", "h[a", "&", "§§", "i…i", "a..b",
    ]
    private static let fillers = ["eh", "mm", "øh", "ehm"]
    private static let remarks: [Mark.Kind: [String]] = [
        .laughter: ["", "(ler)", "(ler litt)", "((latter))", "{humrer}"], .breath: ["", "(sukker)", "(puster ut)"], .cough: ["", "(hoster)", "(kremter)"],
        .comment: ["(peker på kartet)", "((banker på døra))", "[telefonen ringer]", "(viser (med hånda) hvor)"], .unclear: ["", "[uhørbart]", "xxx"],
        .trailingOff: ["", "…", "..", "...", "(…)"], .overlapStart: ["", "["], .overlapEnd: ["", "]"],
        .backchannel: ["(I: mm)", "(mhm)", "(Informant 4: ja ja)"], .toneOfVoice: ["", "(hvisker)", "(oppgitt stemme)", "(lavt)"],
    ]

    mutating func transcript(turns count: Int = 3) -> Transcript {
        id = 0
        clock = 0
        var turns: [Turn] = []
        for number in 1...count {
            let start = clock
            let listens = number > 1 && chance.hit(30)
            let elements = listens ? [word(["Mm", "Ja", "Ja ja", "NAV", "hm)"][chance.below(traps ? 5 : 3)])] : elements()
            turns.append(
                Turn(
                    id: number, speaker: listens ? "S1" : chance.pick(["S1", "S2"]),
                    range: chance.hit(80) ? SampleRange(listens ? start / 2 : start, max(clock, start) + 1) : nil, elements: elements, isBackchannel: listens))
        }
        return Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: .analysis, length: clock + 16_000, channels: 1),
            speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: "Informant 4", role: .participant)],
            turns: turns)
    }

    private mutating func word(_ text: String, filler: Bool = false) -> Element {
        id += 1
        let start = clock
        clock += 800 + chance.below(8000)
        let bokmal: String? = chance.hit(70) ? nil : chance.pick(["jeg", "har ikke", "", "mye"])
        return .word(
            Word(
                id: id, text: text, lead: chance.pick(["", "", "", "", "«", "(", "–", "\""]), trail: chance.pick(["", "", "", ",", ".", "?", "!", "»", ".»", ")", "–", ":", "?»"]),
                range: chance.hit(90) ? SampleRange(start, clock) : nil,
                prominence: chance.hit(30) ? Prominence(strength: 2, level: chance.below(3)) : nil,
                normalized: bokmal.map { Normalization(text: $0, rule: "test", confidence: 1) }, isCutOff: !filler && chance.hit(12), isFiller: filler,
                isUnclear: chance.hit(8)))
    }

    private mutating func elements() -> [Element] {
        var result: [Element] = []
        for _ in 0..<(1 + chance.below(14)) {
            switch chance.below(10) {
            case 0...5: result.append(word(traps && chance.hit(25) ? chance.pick(Self.traps) : chance.pick(Self.words)))
            case 6: result.append(word(chance.pick(Self.fillers), filler: true))
            default: result.append(mark())
            }
        }
        // Several stretches in a turn, so that they nest, meet and cross.
        if chance.hit(40) {
            for _ in 0..<(1 + chance.below(4)) {
                result.insert(.mark(Mark(kind: .toneOfVoice, source: .measured, label: chance.pick(Mark.toneLabels))), at: chance.below(result.count + 1))
            }
        }
        // Stretches end at a word of the turn, or nobody knows where.
        for (place, element) in result.enumerated() {
            guard case .mark(var mark) = element, mark.kind == .toneOfVoice, mark.text.isEmpty else { continue }
            let later = result[place...].compactMap(\.word?.id)
            guard !later.isEmpty, chance.hit(85) else { continue }
            mark.until = later[min(later.count - 1, chance.below(4))]
            result[place] = .mark(mark)
        }
        return result
    }

    private mutating func mark() -> Element {
        let kind = chance.pick(Mark.Kind.allCases)
        var mark = Mark(kind: kind, source: .measured, text: Self.remarks[kind].map { chance.pick($0) } ?? "")
        if !mark.text.isEmpty { mark.source = .draft }
        switch kind {
        case .pause:
            mark.label = chance.pick([nil, nil, nil, "rhetorical", "latency", "filled"])
            let seconds = Double(chance.below(130)) / 10 * (chance.hit(50) ? 0.1 : 1)
            switch chance.below(5) {
            case 0: (mark.text, mark.source) = (chance.pick(["(pause)", "(lang pause)", "#", "(kort pause)"]), .draft)
            case 1: mark.evidence["duration_s"] = seconds
            default: mark.range = SampleRange(clock, clock + Int(seconds * 16_000))
            }
        case .trailingOff: mark.label = chance.pick([nil, nil, "spaced", "cut"])
        case .toneOfVoice:
            mark.label = chance.pick(Mark.toneLabels + ["ironic"])
            if mark.text == "(hvisker)" { mark.label = "whisper" }
        case .intonation: mark.label = "rising"
        case .overlapStart: mark.label = chance.hit(20) ? "S02" : nil
        case .backchannel: mark.label = chance.hit(30) ? "S1" : nil
        default: break
        }
        return .mark(mark)
    }
}
