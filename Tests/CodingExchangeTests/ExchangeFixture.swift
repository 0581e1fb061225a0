import Foundation
import Signal
import Transcript
@testable import Anonymization
@testable import CodingStore

/// Numbers that are the same on every run.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

enum ExchangeFixture {
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("exchange-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A sealed transcript of turns of words, each word a tenth of a second.
    static func transcript(_ turns: [String], item: String = "P01", speakers: [String] = ["Informant 4", "Intervjuer"]) -> AnonymizedTranscript {
        var id = 0, number = 0
        let made = turns.map { text -> Turn in
            number += 1
            let start = id * 100 + 100
            let elements = text.split(separator: " ").map { part -> Element in
                id += 1
                return .word(Word(id: id, text: String(part), range: SampleRange(id * 100, id * 100 + 80)))
            }
            return Turn(id: number, speaker: "S\((number - 1) % speakers.count + 1)", range: SampleRange(start, id * 100 + 80), elements: elements)
        }
        let document = Transcript(
            recording: .init(id: item, digest: "d", rate: SampleRate(1_000), length: 9_000_000, channels: 1),
            speakers: speakers.enumerated().map { Speaker(id: "S\($0.offset + 1)", label: $0.element) }, turns: made)
        return AnonymizedTranscript(document: document, policy: "standard", status: .deidentified)
    }

    static func text(_ text: String) -> AnonymizedText {
        AnonymizedText(text: text, basis: .vouched(Vouching(who: "Leder", at: "2026-01-01T00:00:00Z", reason: "ingen navn", findings: [:])))
    }

    /// A store with something of everything.
    static func full(_ url: URL) throws -> CodingStore {
        let store = try CodingStore(url)
        let talk = ["vi får det til 👩‍⚕️ på blåbærtunet sa hun", "hvordan da", "jo vi møtes e\u{301}n gang i uka og snakker", "ja", "det er nå slik det er"]
        try store.importTranscript(transcript(talk), who: "Anne")
        try store.importTranscript(transcript(talk.reversed().map { $0 }, item: "F02", speakers: ["A", "B", "Moderator"]), who: "Anne")
        try store.importText(text("Notat 😀\r\nlinje to er her\r\n\r\nlinje fire\n"), item: "feltnotat 1", kind: .note, who: "Anne")
        try store.setWave("2006", of: "P01", who: "Anne")
        try store.pool.write { db in
            try db.execute(sql: "UPDATE study SET name = 'Samarbeid', description = 'Om <samarbeid> & \"ansvar\"'")
            try db.execute(sql: "UPDATE source SET media = 'redigert/P01.flac', mediaDigest = 'abc' WHERE item = 'P01'")
        }
        try store.startRound("åpen koding", who: "Anne")
        let top = try store.addCode("samarbeid", definition: "Det de gjør\n[ordrett level=theme]\n\\[ordrett x]", color: "#aa00ff", examples: "«vi møtes»\nog ]\"slikt\\", who: "Anne")
        let under = try store.addCode("ansvar", under: top, who: "Anne"), other = try store.addCode("tid", who: "Anne")
        try store.change(other, .init(isCodable: false), who: "Anne")
        try store.apply(top, to: .words(1, 4), of: "P01", coder: "Anne")
        try store.apply(under, to: .words(1, 4), of: "P01", coder: "Bjørg")
        try store.apply(under, to: .words(5, 9), of: "P01", coder: "Bjørg")
        try store.apply(top, to: .words(1, 3), of: "F02", coder: "Anne")
        try store.apply(top, to: .characters(6..<14), of: "feltnotat 1", coder: "Anne")
        try store.apply(under, to: .characters(15..<30), of: "feltnotat 1", coder: "Anne")
        try store.finishRound(who: "Anne")
        try store.startRound(who: "Bjørg")
        try store.apply(top, to: .words(5, 9), of: "P01", coder: "Anne")
        let unit = try store.markUnit(.turn(3), of: "P01", condensed: "Møtes ukentlig", name: "møter", coder: "Bjørg")
        let main = try store.addTheme("Å få det til", level: .maintheme, definition: "Samlende", color: "#112233", who: "Anne")
        let theme = try store.addTheme("Møter", level: .theme, under: main, who: "Anne")
        let sub = try store.addTheme("Tid sammen", level: .subtheme, under: theme, who: "Anne")
        try store.gather([(.code, top.guid), (.unit, unit.guid)], under: sub, who: "Anne")
        try store.gather([(.source, try store.sources()[0].guid)], under: try store.addTheme("intervjuer", level: .set, who: "Anne"), who: "Anne")
        let leader = try store.addCase("D1", description: "leder", who: "Anne"), town = try store.addCase("kommune A", kind: "municipality", who: "Anne")
        try store.assign("P01", to: leader, who: "Anne")
        try store.assign("F02", speaker: "B", to: town, who: "Anne")
        for (name, value, wave) in [("innbyggere", "4200", "2003"), ("innbyggere", "4100", "2006"), ("andel", "0,00001", ""), ("start", "06.12.2006", ""), ("merknad", "a\nb", "")] {
            try store.set(name, to: value, of: .study(town), wave: wave, who: "Anne")
        }
        try store.addAttribute("fast", kind: .boolean, description: "fast stilling", who: "Anne")
        try store.set("fast", to: "ja", of: .study(leader), who: "Anne")
        try store.set("dato", to: "2006-05-23", of: .source("P01"), who: "Anne")
        let coding = try store.codings()[0]
        for (target, title) in [
            (nil, "Plan"), (top.guid, ""), (unit.guid, "om enheten"), (coding.guid, "om kodingen"), (main.guid, "om temaet"), (leader.guid, "om kasuset"),
            (try store.sources()[1].guid, "om kilden"),
        ] as [(String?, String)] {
            let memo = try store.addMemo("tekst <& \r\nto", title: title, on: target, who: "Bjørg")
            if title == "Plan" { try store.addMemo("svar", on: memo.guid, who: "Anne") }
        }
        try store.addLink("fører til", from: top.guid, to: theme.guid, who: "Anne")
        let link = try store.addLink("", from: unit.guid, to: under.guid, direction: .bidirectional, who: "Anne")
        try store.addMemo("om lenken", on: link.guid, who: "Anne")
        try store.operate("graph.add", who: "Anne") { journal in
            let a = Graph.Vertex(guid: GUID.named("a"), represented: top.guid, name: "samarbeid", firstX: -5, firstY: 10, secondX: 100, secondY: 40, shape: "Oval", color: "#aabbcc")
            let b = Graph.Vertex(guid: GUID.named("b"), represented: theme.guid, firstX: 300, firstY: 10)
            let edge = Graph.Edge(guid: GUID.named("e"), represented: link.guid, source: a.guid, target: b.guid, direction: .oneWay, lineStyle: "dashed")
            _ = try journal.inserted(GraphRecord(guid: GUID.named("kart"), name: "Kart", content: Graph(vertices: [a, b], edges: [edge]).encoded))
        }
        return store
    }
}
