import Bokmal
import Foundation
import Testing

@testable import Anonymization

@Suite struct TalkTaggerTests {
    private static let weights = ShippedFiles.folder.appendingPathComponent("talktagger.bin")
    private static let text = """
        Faren min var den eneste i Bodø som mistet begge hendene, og så vant han VM i 1987!
        Hun? Det var dattera til lensmannen; ho gifte seg med tvillingbroren … altså ikke med meg
        eg heiter kari nordmann, og bur på haugen
        Overlevde brannen. Ja: den siste budeia!
        """

    private func place(_ words: String) -> Range<Int> {
        let range = Self.text.range(of: words)!
        let scalars = Self.text.unicodeScalars
        let start = scalars.distance(from: scalars.startIndex, to: range.lowerBound)
        return start..<(start + words.unicodeScalars.count)
    }

    private func checksum(_ values: some Sequence<UInt64>) -> String {
        let hex = String(values.reduce(0) { LexiconHash.mix($0 &+ $1) }, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// Scripts/training/talk_fixture.py wrote the fixture with the code that the weights were trained with, beside the same findings.
    @Test func seesWhatTheTrainingSaw() throws {
        let url = try #require(Bundle.module.url(forResource: "talk-features", withExtension: "tsv", subdirectory: "Fixtures"))
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let found: [(String, EntityType, String, Double)] = [
            ("Bodø", .place, "place.list", 0.9), ("1987", .date, "date.year", 0.5),
            ("dattera til lensmannen", .relationFact, "fact.kin-of-office", 0.55), ("kari nordmann", .person, "name.list", 0.85),
        ]
        let tags = [("Bodø", "GPE_LOC"), ("VM", "EVT"), ("kari nordmann", "PER")]
        let names = try NameModel(contentsOf: ShippedFiles.folder.appendingPathComponent("nametagger.bin"))
        let model = try TalkModel(contentsOf: Self.weights)
        let tokens = TokenizedText(Self.text).tokens
        try #require(tokens.count == rows.count)
        let features = TalkFeatures(
            tokens, names: NameFeatures(tokens, lists: .shared) { names.clusters(hash: $0) }.values,
            rules: found.map { words, type, rule, score in
                Detection(start: place(words).lowerBound, end: place(words).upperBound, type: type, score: score, rule: rule)
            },
            tags: tags.map { (place($0.0), $0.1) })
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                for i in range {
                    #expect(rows[i][3] == tokens[i].text)
                    let row = values[(i * TalkFeatures.columns)..<((i + 1) * TalkFeatures.columns)]
                    #expect(rows[i][1] == checksum(row), "attributes of token \(i)")
                    let hashes = model.templates.map { TalkFeatures.feature($0, model.parts, values, i, range) }
                    #expect(rows[i][2] == checksum(hashes), "features of token \(i)")
                }
            }
        }
    }

    @Test func fieldsGoByTheWholeWordThenByTheLongestStem() {
        let fields = TalkFields("""
            # a remark
            first! =brann bran
            second brannst =dø
            """)
        #expect(fields.number("brann") == 1 && fields.number("branden") == 1 && fields.number("brannstasjon") == 2)
        #expect(fields.number("dø") == 2 && fields.number("død") == 0 && fields.number("br") == 0 && fields.number("") == 0)
        #expect(fields.strong == 2)
    }

    /// Whatever the rules find stays, and what is added lies outside it or reaches further.
    @Test(arguments: [
        "Han var den eneste i bygda som kom levende fra forliset, og faren min ble dømt for å ha tent på butikken i Hemnes.",
        "Kommuneoverlegen og Ola på Haugen kranglet om hvem som var født først, i mars eller april.",
        "jeg er gift med tvillingbroren til eksmannen min og bor på solbakken med ni unger",
    ])
    func addsToWhatTheRulesFind(text: String) {
        let with = Detector().detect(text: text), without = Detector(talkTagger: nil).detect(text: text)
        for d in without { #expect(with.contains { $0.start <= d.start && d.end <= $0.end }) }
        // A direct identifier keeps its type: a policy may let a fact stand.
        for d in without where d.type.identifier == .direct { #expect(with.contains { $0.start <= d.start && d.end <= $0.end && $0.type == d.type }) }
        #expect(zip(with, with.dropFirst()).allSatisfy { $0.end <= $1.start })
        #expect(with == Detector().detect(text: text))
    }

    @Test func findsFactsThatNoRuleKnows() {
        let text = "Det var hun som satte fyr på stavkirka, og alle i posten visste det."
        let found = Detector().detect(text: text).filter { $0.type == .relationFact }
        #expect(found.contains { slice(text, $0).contains("satte fyr på stavkirka") })
        #expect(Detector().detect(text: "Vi satte oss ned og snakket om været, og så gikk vi hjem.").isEmpty)
        #expect(!Detector(options: .init(findsQuasiIdentifiers: false)).detect(text: text).contains { $0.rule == "talk.fact" })
    }

    @Test func remarksAreLeftToTheRules() {
        let text = TokenizedText("hun som satte fyr på stavkirka")
        #expect(!Detector().detect(text, remarks: [0..<text.scalars.count]).contains { $0.detection.rule.hasPrefix("talk") })
    }

    @Test func refusesDamagedWeights() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weights-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = try Data(contentsOf: Self.weights)
        func open(_ data: Data?) throws {
            let url = folder.appendingPathComponent("t.bin")
            try? FileManager.default.removeItem(at: url)
            if let data { try data.write(to: url) }
            _ = try TalkTagger(contentsOf: url)
        }
        try open(good)
        #expect(throws: NameModelError.unreadable(file: "t.bin")) { try open(nil) }
        for length in [0, 7, 200, good.count / 2, good.count - 4] {
            #expect(throws: NameModelError.self, "cut to \(length)") { try open(good.prefix(length)) }
        }
        for name in ["templ", "cstarts", "crows", "cscale", "cleast", "lstarts", "lrows", "lleast"] {
            var bytes = [UInt8](good)
            func integer(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
            for k in 0..<Int(bytes[4]) {
                let entry = 8 + 16 * k
                guard String(decoding: bytes[entry..<entry + 8].prefix { $0 != 0 }, as: UTF8.self) == name else { continue }
                for at in integer(entry + 8)..<(integer(entry + 8) + integer(entry + 12)) { bytes[at] = 0xFF }
            }
            #expect(throws: NameModelError.self, "\(name) full of 0xFF") { try open(Data(bytes)) }
        }
    }
}
