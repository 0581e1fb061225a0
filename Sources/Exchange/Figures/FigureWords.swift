import Transcript

/// What the figures say, in Bokmål and English.
struct FigureWords {
    let language: DocumentLanguage

    func say(_ bokmal: String, _ english: String) -> String { language == .english ? english : bokmal }

    /// With the language's decimal mark.
    func decimal(_ value: Double, _ places: Int) -> String { Decimals.text(value, places, mark: language == .english ? "." : ",") }

    func seconds(_ value: Double) -> String { decimal(value, value < 10 ? 2 : 1) + " s" }

    func silence(_ kind: TalkPicture.Silence.Kind) -> String {
        switch kind {
        case .pause: say("pause", "pause")
        case .rhetorical: say("kunstpause", "rhetorical pause")
        case .latency: say("svartid", "response latency")
        case .filled: say("nølelyd", "filled pause")
        }
    }

    func sign(_ kind: TalkPicture.Sign.Kind) -> String {
        switch kind {
        case .laughter: say("latter", "laughter")
        case .rising: say("stigende tone", "rising tone")
        case .tone(let tone): say("stemmeleie: ", "tone of voice: ") + self.tone(tone)
        }
    }

    func tone(_ tone: TalkPicture.Tone) -> String {
        switch tone {
        case .loud: say("høyt", "loud")
        case .soft: say("lavt", "soft")
        case .high: say("lyst", "high")
        case .low: say("dypt", "low")
        case .fast: say("fort", "fast")
        case .slow: say("langsomt", "slow")
        case .creaky: say("knirk", "creaky")
        case .whisper: say("hvisking", "whisper")
        case .monotone: say("ensformig", "monotone")
        case .lively: say("livlig", "lively")
        case .tense: say("anspent", "tense")
        case .other: say("annet", "other")
        }
    }

    /// What stands over a stretch with a tone of voice: two letters, explained in the legend.
    func short(_ tone: TalkPicture.Tone) -> String {
        switch tone {
        case .loud: say("hø", "ld")
        case .soft: say("la", "sf")
        case .high: say("ly", "hi")
        case .low: say("dy", "lo")
        case .fast: say("fo", "fa")
        case .slow: say("ls", "sl")
        case .creaky: say("kn", "cr")
        case .whisper: say("hv", "wh")
        case .monotone: say("en", "mo")
        case .lively: say("li", "li")
        case .tense: say("an", "te")
        case .other: say("st", "tv")
        }
    }

    /// A tooltip: when, who, what and how long.
    func tip(_ start: Double, _ end: Double, _ who: String, _ what: String) -> String {
        guard end > start else { return "\(start.clock) \(TextEscaping.line(who)): \(what)" }
        return "\(start.clock)–\(end.clock) \(TextEscaping.line(who)): \(what), \(seconds(end - start))"
    }

    func count(_ number: Int, _ one: (String, String), _ many: (String, String)) -> String {
        let words = number == 1 ? one : many
        return "\(number) " + say(words.0, words.1)
    }
}

/// Colours that stay apart for the colour-blind (Okabe and Ito 2008), darkened where white ground asks for it; for line art
/// each is at least 3 : 1 to white.
enum FigureColours {
    static let lanes = ["#0072B2", "#D55E00", "#00815D", "#B5558A", "#A87400", "#2F8DC4", "#5B4A9E", "#555555"]
    static func lane(_ index: Int) -> String { lanes[((index % lanes.count) + lanes.count) % lanes.count] }
    static let ink = "#1a1a1a", faint = "#5c5c5c", line = "#d4d4d4", ground = "#f4f4f2", nobody = "#9a9a9a"
}
