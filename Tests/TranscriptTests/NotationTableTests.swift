import Foundation
import Testing
import Transcript

@Suite("Notation tables")
struct NotationTableTests {
    @Test("every shipped table loads under its own name", arguments: NotationTable.shipped)
    func loads(name: String) throws {
        let table = try NotationTable.named(name)
        #expect(table.name == name)
        #expect(!table.title.isEmpty)
        #expect(!table.pauses.isEmpty)
    }

    @Test(
        "pauses are written as the conventions say",
        arguments: [
            ("helse", 0.3, nil), ("helse", 1.2, "…"), ("helse", 4.2, "(pause 4 s)"),
            ("tekstlab", 0.5, "#"), ("tekstlab", 1.0, "##"), ("tekstlab", 0.1, nil),
            ("jefferson", 0.15, "(.)"), ("jefferson", 0.8, "(0.8)"), ("jefferson", 12.34, "(12.3)"),
            ("gat2", 0.1, "(.)"), ("gat2", 0.3, "(-)"), ("gat2", 0.6, "(--)"), ("gat2", 0.9, "(---)"), ("gat2", 1.5, "(1.5)"),
            ("noscribe", 2.1, "(..)"), ("noscribe", 9.4, "(.........)"), ("noscribe", 12.2, "(12 sekunder pause)"),
        ] as [(String, Double, String?)])
    func pauses(table: String, seconds: Double, expected: String?) throws {
        #expect(try NotationTable.named(table).pause(seconds: seconds) == expected)
    }

    @Test("every duration above a table's floor falls in exactly one class", arguments: NotationTable.shipped)
    func classesTile(name: String) throws {
        let table = try NotationTable.named(name)
        let plain = table.pauses.filter { $0.label == nil }
        let floor = plain.map(\.from).min() ?? 0
        for step in 0..<2000 {
            let seconds = Double(step) * 0.01
            let fitting = plain.count { $0.admits(seconds: seconds, label: nil) }
            #expect(fitting == (seconds >= floor ? 1 : 0), "\(seconds) s")
        }
    }

    @Test("labelled classes serve labelled pauses only")
    func labelled() throws {
        let table = try NotationTable.named("helse")
        #expect(table.pause(seconds: 1.2, label: "rhetorical") == "(kunstpause)")
        #expect(table.pause(seconds: 1.2, label: "latency") == nil)
        #expect(table.pause(seconds: 3.4, label: "latency") == "(pause 3 s)")
        #expect(table.pause(seconds: 1.2, label: "other") == "…")
    }

    @Test("a hesitation that was heard has a class of its own or is not written")
    func filled() throws {
        #expect(try NotationTable.named("helse").pause(seconds: 1.2, label: "filled") == "(nøler)")
        #expect(try NotationTable.named("gat2").pause(seconds: 0.1, label: "filled") == "((nøler))")
        #expect(try NotationTable.named("tekstlab").pause(seconds: 1.2, label: "filled") == nil)
    }

    @Test("a class in beats takes a pause by the speaker's own pace")
    func beats() throws {
        let table = try NotationTable(
            yaml: "name: x\npauses:\n  - { from: 2, to: 4, unit: beats, text: '/' }\n  - { from: 4, unit: beats, text: '//' }\n  - { from: 1, text: '(pause)' }", file: "f")
        #expect(table.pause(seconds: 0.5, beats: 2.5) == "/")
        #expect(table.pause(seconds: 0.5, beats: 5) == "//")
        #expect(table.pause(seconds: 0.5) == nil)
        #expect(table.pause(seconds: 1.5) == "(pause)")
        let pause = Mark(kind: .pause, source: .measured, evidence: ["duration_s": 0.4, "beats": 2.2])
        let turn = Turn(id: 1, speaker: "S1", elements: [.word(Word(id: 1, text: "ja")), .mark(pause), .word(Word(id: 2, text: "jo"))])
        let transcript = Transcript(recording: .init(id: "P", digest: "", rate: .init(16_000), length: 1, channels: 1), turns: [turn])
        #expect(TranscriptLayout(notation: table).layOut(transcript).paragraphs[0].text == "ja / jo")
    }

    @Test("what cannot be read back for certain is named; no shipped table loses a mark but as said here", arguments: NotationTable.shipped)
    func ambiguities(name: String) throws {
        let found = try NotationTable.named(name).ambiguities
        let lost = found.filter { $0.severity == .lost }.map(\.keys)
        // Jefferson's and GAT 2's sign for a pause nobody measured is the one for a short pause.
        let expected: [String: [[String]]] = [
            "jefferson": [["pauses", "untimed_pause"]], "gat2": [["pauses", "untimed_pause"]], "tekstlab": [["pauses", "untimed_pause"]],
        ]
        #expect(lost == expected[name] ?? [])
        let resolved: [String: [String]] = [
            "helse": ["pauses", "trailing_off"], "tekstlab": ["overlap_start", "overlap_end"], "noscribe": ["overlap_start", "overlap_end"], "gat2": ["tones"],
            "jefferson": ["intonation.rising"],
        ]
        #expect(found.contains { $0.severity == .resolved && $0.keys == resolved[name] })
    }

    @Test(
        "a pattern without its placeholder would lose words, and is named by file, line and key",
        arguments: [
            ("emphasis: { style: italic, plain_text: 'nei' }", "emphasis.plain_text", "{word}"), ("unclear_word: 'abc'", "unclear_word", "{word}"),
            ("backchannels: { placement: inline, inline: '({speaker})' }", "backchannels.inline", "{text}"),
        ])
    func required(yaml: String, key: String, placeholder: String) throws {
        let error = try #require(throws: NotationError.self) { try NotationTable(yaml: "name: x\n" + yaml, file: "min.yaml") }
        #expect(error.file == "min.yaml" && error.line == 2 && error.key == key && error.problem.contains(placeholder))
    }

    @Test("a key that stands twice is named with its line")
    func twice() throws {
        let error = try #require(throws: NotationError.self) { try NotationTable(yaml: "name: x\ncough: '@'\ncough: '#'", file: "min.yaml") }
        #expect(error.key == "cough" && error.line != nil && error.problem.contains("twice"))
    }

    @Test(
        "a study's own table says what it loses",
        arguments: [
            ("laughter: '@'\ncough: '@'", ["laughter", "cough"]), ("tones: { soft: { start: '°', end: '°' }, low: { start: '°', end: '/' } }", ["tones.low", "tones.soft"]),
            ("emphasis: { style: capitals }\ntones: { loud: { style: capitals } }", ["emphasis", "tones.loud"]),
            ("overlap_start: '°'\ntones: { soft: { start: '°', end: '/' } }", ["overlap_start", "tones.soft"]),
            ("emphasis: { style: bold, plain_text: '*{word}*' }\nunclear_word: '*{word}*'", ["emphasis.plain_text", "unclear_word"]),
        ])
    func ownAmbiguities(yaml: String, keys: [String]) throws {
        let table = try NotationTable(yaml: "name: x\nuntimed_pause: '(pause)'\n" + yaml, file: "f")
        #expect(table.ambiguities.contains { $0.severity == .lost && $0.keys == keys }, "\(table.ambiguities)")
    }

    @Test("odd durations do no harm", arguments: [Double.nan, .infinity, -1, 1e300])
    func odd(seconds: Double) throws {
        for name in NotationTable.shipped { _ = try NotationTable.named(name).pause(seconds: seconds) }
        #expect(try NotationTable.named("helse").pause(seconds: .nan) == nil)
        #expect(try NotationTable.named("helse").pause(seconds: -1) == nil)
    }

    @Test(
        "mistakes name the key, the line and what is allowed",
        arguments: [
            ("name: x\nemphasis: { style: cursive }", "emphasis.style", 2, ["none", "capitals", "italic", "bold", "underline"]),
            ("name: x\nemphasis: { style: italic, level: 3 }", "emphasis.level", 2, ["1", "2"]),
            ("name: x\npauses:\n  - { from: 0.2, text: a }\n  - { from: 2, to: 1, text: b }", "pauses[1].to", 4, []),
            ("name: x\npauses:\n  - { from: 0.2, text: '{secs}' }", "pauses[0].text", 3, ["{seconds}", "{dots}"]),
            ("name: x\npauses:\n  - { from: soon, text: a }", "pauses[0].from", 3, []),
            ("name: x\nbackchannels: { placement: above }", "backchannels.placement", 2, ["own-turn", "inline", "dropped"]),
            ("name: x\nfillers: { verbatim: maybe }", "fillers.verbatim", 2, ["keep", "drop"]),
            ("title: x", "name", 1, []),
            ("name: x\npauses: [{ from: 1, text: a, unit: minutes }]", "pauses[0].unit", 2, ["seconds", "beats"]),
            ("name: x\nemphasis: { style: capitals, unit: letter }", "emphasis.unit", 2, ["word", "syllable"]),
            ("name: x\ntones: { angry: { start: '!', end: '!' } }", "tones.angry", 2, Mark.toneLabels),
            ("name: x\ntones: { soft: { start: '°' } }", "tones.soft.end", 2, []),
            ("name: x\ntones: { soft: { start: 'p ', end: '>' } }", "tones.soft.start", 2, []),
            ("name: x\ntones: { soft: { start: '<', end: ' >' } }", "tones.soft.end", 2, []),
            ("name: x\ntones: { loud: { style: bold } }", "tones.loud.style", 2, ["signs", "capitals"]),
            ("name: x\ntones: { loud: { style: capitals, end: '<' } }", "tones.loud.end", 2, []),
            ("name: x\nintonation: { falling: '.' }", "intonation.falling", 2, ["rising"]),
            ("name: x\nintonation: { rising: 'opp' }", "intonation.rising", 2, []),
        ] as [(String, String, Int, [String])])
    func mistakes(yaml: String, key: String, line: Int, allowed: [String]) throws {
        let error = try #require(throws: NotationError.self) { _ = try NotationTable(yaml: yaml, file: "egen.yaml") }
        #expect(error.key == key)
        #expect(error.line == line)
        #expect(error.allowed == allowed)
        #expect(error.description.hasPrefix("egen.yaml:\(line): \(key): "))
    }

    @Test("an unknown key is refused with the keys there are")
    func unknownKey() throws {
        let error = try #require(throws: NotationError.self) { _ = try NotationTable(yaml: "name: x\npauser: []", file: "f") }
        #expect(error.key == "pauser")
        #expect(error.allowed.contains("pauses"))
    }

    @Test("text that is no table at all gives an error, not a crash", arguments: ["", "- 1\n- 2", "{", "a: [", "\u{0}", "name: [x]", "&a [*a]"])
    func garbage(yaml: String) {
        #expect(throws: NotationError.self) { _ = try NotationTable(yaml: yaml, file: "f") }
    }

    @Test("a study's own table is read from its path, and nothing else")
    func ownFile() throws {
        let path = NSTemporaryDirectory() + "notation-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("name: vår\nlaughter: <3\npauses: [{ from: 1, text: '/' }]\n".utf8).write(to: URL(fileURLWithPath: path))
        let table = try NotationTable.load(path: path)
        #expect(table.name == "vår")
        #expect(table.laughter.plain == "<3")
        #expect(table.pause(seconds: 1) == "/")
        #expect(try NotationTable.load(path: "gat2").name == "gat2")
        let missing = try #require(throws: NotationError.self) { _ = try NotationTable.load(path: "gat3") }
        #expect(missing.allowed.contains("gat2"))
        #expect(throws: NotationError.self) { _ = try NotationTable.load(path: "/ingen/slik.yaml") }
    }
}

@Suite("Citing patterns")
struct QuotationStyleTests {
    private let recording = RecordingReference(
        id: "R09", digest: "", rate: .init(48_000), length: 48_000, channels: 1, recordedAt: "2006-12-06T09:05:00")
    private let speaker = Speaker(id: "S1", label: "Informant 4", role: .participant, participant: "D2")

    @Test(
        "the studies' own ways",
        arguments: [
            ("({label})", nil, "(Informant 4)"), ("({date:dd.MM.yy}. {role})", "leder", "(06.12.06. leder)"), ("{code}:", nil, "D2:"),
            ("{recording} {date:d.M.yyyy HH:mm} {role}", nil, "R09 6.12.2006 09:05 deltaker"),
        ] as [(String, String?, String)])
    func patterns(pattern: String, role: String?, expected: String) throws {
        let citation = try QuotationStyle(pattern).citation(of: speaker, in: recording, role: role)
        #expect(citation.text == expected)
        #expect(citation.missing.isEmpty)
    }

    @Test("what is not known is left out and named")
    func missing() throws {
        var undated = recording
        undated.recordedAt = nil
        let citation = try QuotationStyle("({date:dd.MM.yy} {code})").citation(of: Speaker(id: "S1", label: "B"), in: undated)
        #expect(citation.text == "()")
        #expect(citation.missing == ["date", "code"])
    }

    @Test("an unknown placeholder is refused")
    func unknown() throws {
        let error = try #require(throws: NotationError.self) { _ = try QuotationStyle("{name}") }
        #expect(error.allowed.contains("{label}"))
    }

    @Test("a label that looks like a placeholder is only text")
    func injection() throws {
        let odd = Speaker(id: "S1", label: "{recording}")
        #expect(try QuotationStyle("{label}").citation(of: odd, in: recording).text == "{recording}")
    }

    @Test("coding keeps the pattern and checks it")
    func coding() throws {
        let style = try QuotationStyle("({label})")
        let data = try JSONEncoder().encode([style])
        #expect(try JSONDecoder().decode([QuotationStyle].self, from: data) == [style])
        #expect(throws: (any Error).self) { try JSONDecoder().decode([QuotationStyle].self, from: Data("[\"{x}\"]".utf8)) }
    }
}
