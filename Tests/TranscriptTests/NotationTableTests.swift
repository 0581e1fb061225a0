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
