/// Words by which a mark typed in brackets says what it is. One list for drafts and for reading a notation back.
public enum MarkVocabulary {
    public static let laughter: Set<String> = [
        "ler", "le", "latter", "lattermild", "humrer", "fniser", "fnis", "flirer", "småler", "hehe", "haha", "laughs", "laughing", "laughter",
    ]
    public static let breath: Set<String> = ["puster", "sukker", "sukk", "innpust", "utpust", "pust", "hhh", "hh", "sighs", "gisper"]
    public static let cough: Set<String> = ["hoster", "host", "kremter", "kremt", "harker", "nyser", "coughs"]
    /// Tones of voice and the `Mark.label` of each. `lavt` is loudness; the label `low` is for pitch.
    public static let tones: [String: String] = [
        "hvisker": "whisper", "kviskrar": "whisper", "lavt": "soft", "stille": "soft", "høyt": "loud", "roper": "loud", "whispers": "whisper",
        "fort": "fast", "sakte": "slow", "langsomt": "slow", "ironisk": "ironic", "oppgitt": "resigned", "gråtkvalt": "tearful",
    ]
    public static let listening: Set<String> = [
        "mm", "mhm", "mmm", "hm", "ja", "nei", "jo", "ok", "okei", "akkurat", "nettopp", "ja ja", "mm mm",
    ]
    static let pauses: Set<String> = ["pause", "pauser", "tenkepause", "kunstpause", "stillhet", "silence", "tenker", "tenkjer"]

    /// How a document writes a tone's label.
    static func word(for label: String, english: Bool) -> String { english ? label : bokmal[label] ?? label }

    private static let bokmal = [
        "low": "dypt", "loud": "høyt", "whisper": "hvisker", "fast": "fort", "slow": "langsomt", "high": "lyst", "creaky": "knirk",
        "soft": "lavt", "monotone": "ensformig", "lively": "livlig", "tense": "anspent", "ironic": "ironisk", "resigned": "oppgitt",
        "tearful": "gråtkvalt",
    ]

    /// What the text of a bracket says, when it says something by these words.
    static func kind(of text: String) -> (kind: Mark.Kind, label: String?)? {
        let low = text.lowercased()
        let parts = low.split(whereSeparator: { !$0.isLetter }).map(String.init)
        guard (1...5).contains(parts.count) else { return nil }
        if parts.contains(where: pauses.contains) { return (.pause, nil) }
        if listening.contains(low) { return (.backchannel, nil) }
        if parts.contains(where: laughter.contains) { return (.laughter, nil) }
        if parts.contains(where: breath.contains) { return (.breath, nil) }
        if parts.contains(where: cough.contains) { return (.cough, nil) }
        if let tone = parts.compactMap({ tones[$0] }).first { return (.toneOfVoice, tone) }
        if let label = bokmal.first(where: { $0.value == low })?.key { return (.toneOfVoice, label) }
        if parts.count == 1, Mark.toneLabels.contains(low) { return (.toneOfVoice, low) }
        if parts.contains("stemme") { return (.toneOfVoice, nil) }
        return nil
    }
}
