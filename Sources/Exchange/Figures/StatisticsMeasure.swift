import Transcript

/// One column of the talk statistics: its name in files for programs, its name for people, and how it is written.
struct StatisticsMeasure: Sendable {
    enum Group: CaseIterable { case talk, tempo, pauses, answers, together, other }
    enum Form {
        case count
        /// Seconds, written as minutes and seconds for people.
        case time
        /// Seconds, with two decimals for people.
        case seconds
        case rate
        /// 0 … 1, written as percent for people.
        case share
    }

    /// Stable: programs read it.
    let key: String
    let bokmal: String
    let english: String
    let group: Group
    let form: Form
    /// Shown in the overview of a study, where the room is narrow.
    let isKey: Bool
    let value: @Sendable (TalkStatistics.SpeakerStatistics) -> Double?

    func name(_ language: DocumentLanguage) -> String { language == .english ? english : bokmal }

    private init(
        _ key: String, _ bokmal: String, _ english: String, _ group: Group, _ form: Form, isKey: Bool = false,
        _ value: @escaping @Sendable (TalkStatistics.SpeakerStatistics) -> Double?
    ) {
        (self.key, self.bokmal, self.english) = (key, bokmal, english)
        (self.group, self.form, self.isKey, self.value) = (group, form, isKey, value)
    }

    /// In the order of the files' columns. New ones go last, so that a study's scripts keep working.
    static let all: [StatisticsMeasure] = [
        .init("talk_s", "Taletid", "Talk time", .talk, .time, isKey: true) { $0.talkTime },
        .init("speech_s", "Taletid uten pauser", "Talk time without pauses", .talk, .time) { $0.speechTime },
        .init("share", "Andel av taletiden", "Share of talk time", .talk, .share, isKey: true) { $0.share },
        .init("turns", "Replikker", "Turns", .talk, .count, isKey: true) { Double($0.turns) },
        .init("words", "Ord", "Words", .talk, .count, isKey: true) { Double($0.words) },
        .init("turn_mean_s", "Replikklengde, snitt (s)", "Turn length, mean (s)", .talk, .seconds) { $0.turnLengths.mean },
        .init("turn_q1_s", "Replikklengde, nedre kvartil (s)", "Turn length, lower quartile (s)", .talk, .seconds) { $0.turnLengths.lowerQuartile },
        .init("turn_median_s", "Replikklengde, median (s)", "Turn length, median (s)", .talk, .seconds, isKey: true) { $0.turnLengths.median },
        .init("turn_q3_s", "Replikklengde, øvre kvartil (s)", "Turn length, upper quartile (s)", .talk, .seconds) { $0.turnLengths.upperQuartile },
        .init("turn_longest_s", "Lengste replikk (s)", "Longest turn (s)", .talk, .seconds) { $0.turnLengths.longest },

        .init("words_per_min", "Ord per minutt", "Words a minute", .tempo, .rate, isKey: true) { $0.wordsPerMinute },
        .init("syllables_per_s", "Stavelser per sekund", "Syllables a second", .tempo, .rate) { $0.syllablesPerSecond },
        .init("articulation_rate", "Stavelser per sekund uten pauser", "Articulation rate (syllables/s)", .tempo, .rate, isKey: true) { $0.articulationRate },

        .init("pauses", "Pauser i replikker", "Pauses in turns", .pauses, .count) { Double($0.pauses) },
        .init("pauses_per_min", "Pauser per minutt", "Pauses a minute", .pauses, .rate, isKey: true) { $0.pausesPerMinute },
        .init("pause_mean_s", "Pauselengde, snitt (s)", "Pause length, mean (s)", .pauses, .seconds) { $0.pauseLengths.mean },
        .init("pause_median_s", "Pauselengde, median (s)", "Pause length, median (s)", .pauses, .seconds, isKey: true) { $0.pauseLengths.median },
        .init("pause_longest_s", "Lengste pause (s)", "Longest pause (s)", .pauses, .seconds) { $0.pauseLengths.longest },
        .init("pause_total_s", "Pauser i alt", "Pauses in all", .pauses, .time) { $0.pauseLengths.total },
        .init("rhetorical_pauses", "Kunstpauser", "Rhetorical pauses", .pauses, .count) { Double($0.rhetoricalPauses) },
        .init("filled_pauses", "Nølelyder (eh, øh)", "Filled pauses (eh, øh)", .pauses, .count) { Double($0.filledPauses) },
        .init("filled_per_min", "Nølelyder per minutt", "Filled pauses a minute", .pauses, .rate) { $0.filledPausesPerMinute },

        .init("latencies", "Svar etter målt stillhet", "Answers after a measured silence", .answers, .count) { Double($0.latencies) },
        .init("latency_q1_s", "Svartid, nedre kvartil (s)", "Response latency, lower quartile (s)", .answers, .seconds) { $0.latencyLengths.lowerQuartile },
        .init("latency_median_s", "Svartid, median (s)", "Response latency, median (s)", .answers, .seconds, isKey: true) { $0.latencyLengths.median },
        .init("latency_q3_s", "Svartid, øvre kvartil (s)", "Response latency, upper quartile (s)", .answers, .seconds) { $0.latencyLengths.upperQuartile },
        .init("offsets", "Talerskifter til taleren", "Changes to this speaker", .answers, .count) { Double($0.transferOffsets.count) },
        .init("offset_median_s", "Overgang, median (s, under 0: overlapp)", "Floor transfer offset, median (s, below 0: overlap)", .answers, .seconds) { $0.transferOffsets.median },

        .init("overlaps", "Strekk med samtidig tale", "Stretches of simultaneous talk", .together, .count) { Double($0.overlaps) },
        .init("overlap_s", "Samtidig tale i alt", "Simultaneous talk in all", .together, .time, isKey: true) { $0.overlapTime },
        .init("overlap_starts", "Begynner mens andre snakker", "Begins while another talks", .together, .count) { Double($0.overlapStarts) },
        .init("interruptions", "Tar ordet fra andre", "Takes the floor from another", .together, .count) { Double($0.interruptions) },
        .init("backchannels", "Lyttesignaler (mm, ja)", "Backchannels (mm, ja)", .together, .count, isKey: true) { Double($0.backchannels) },

        .init("laughs", "Latter", "Laughter", .other, .count, isKey: true) { Double($0.laughs) },
        .init("emphasized", "Betonte ord", "Emphasised words", .other, .count) { Double($0.emphasized) },
        .init("emphasized_per_100", "Betonte ord per 100", "Emphasised words a hundred", .other, .rate) { $0.emphasizedPer100Words },
        .init("questions", "Spørsmålstegn", "Question marks", .other, .count) { Double($0.questions) },
    ]

    /// As a program reads it: a dot, three decimals, none for counts; empty for what is not known.
    func plain(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return Decimals.text(value, form == .count ? 0 : 3)
    }

    /// As a person reads it; an en dash for what is not known.
    func shown(_ value: Double?, _ language: DocumentLanguage) -> String {
        guard let value, value.isFinite else { return "–" }
        let mark = language == .english ? "." : ","
        switch form {
        case .count: return Decimals.text(value, value == value.rounded() ? 0 : 1, mark: mark)
        case .time: return Decimals.minutes(value)
        case .seconds: return Decimals.text(value, 2, mark: mark)
        case .rate: return Decimals.text(value, 1, mark: mark)
        case .share: return Decimals.text(100 * value, 0, mark: mark) + " %"
        }
    }
}

extension StatisticsMeasure.Group {
    func name(_ language: DocumentLanguage) -> String {
        let english = language == .english
        return switch self {
        case .talk: english ? "Talk" : "Taletid"
        case .tempo: english ? "Tempo" : "Tempo"
        case .pauses: english ? "Pauses" : "Pauser"
        case .answers: english ? "Answers" : "Svar"
        case .together: english ? "Together" : "Samspill"
        case .other: english ? "Other" : "Annet"
        }
    }
}

extension Role {
    func name(_ language: DocumentLanguage) -> String {
        let english = language == .english
        return switch self {
        case .interviewer: english ? "interviewer" : "intervjuer"
        case .participant: english ? "participant" : "deltaker"
        case .moderator: english ? "moderator" : "moderator"
        case .other: english ? "other" : "annen"
        }
    }
}

/// Numbers written without regard to the machine's locale.
enum Decimals {
    /// Rounded half away from zero, with exactly `places` decimals; never `-0`.
    static func text(_ value: Double, _ places: Int, mark: String = ".") -> String {
        let places = min(max(places, 0), 6), scale = (0..<places).reduce(1) { product, _ in product * 10 }
        let limited = min(max(value.isFinite ? value : 0, -1e12), 1e12)
        let whole = Int((limited * Double(scale)).rounded())
        let sign = whole < 0 ? "-" : "", size = abs(whole)
        guard scale > 1 else { return sign + String(size) }
        let fraction = String(size % scale)
        return sign + String(size / scale) + mark + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// The fewest decimals up to `places`: `3`, `2.5`.
    static func short(_ value: Double, _ places: Int) -> String {
        var text = text(value, places)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// `m:ss`, `h:mm:ss` from an hour on.
    static func minutes(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds.isFinite ? seconds : 0, 0), 3.6e9).rounded())
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return whole < 3600 ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
