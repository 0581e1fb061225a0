import Bokmal
import Foundation
import Testing

@testable import Anonymization

/// The chain against every path there is.
@Suite struct NameChainTests {
    private static let size = NameModel.labels

    private static func chain(_ count: Int, seed: UInt64, scale: Float = 0.05) -> (chain: NameChain, transitions: [Int32]) {
        var generator = Generator(state: seed)
        let transitions = (0..<((size + 1) * (size + 1))).map { _ in Int32.random(in: -60...60, using: &generator) }
        var chain = NameChain(transitions: transitions, scale: scale)
        chain.reset(count)
        for _ in 0..<count {
            let row = (0..<size).map { _ in Int32.random(in: -80...80, using: &generator) }
            chain.add { scores in for l in 0..<size { scores[l] = row[l] } }
        }
        return (chain, transitions)
    }

    /// Every allowed path with its score in steps.
    private static func paths(_ chain: NameChain, _ transitions: [Int32]) -> [(path: [Int], score: Int)] {
        var out: [(path: [Int], score: Int)] = [([], 0)]
        for i in 0..<chain.count {
            out = out.flatMap { path, score in
                (0..<size).compactMap { label in
                    let before = path.last ?? size
                    guard NameChain.allowed(before, label) else { return nil }
                    return (path + [label], score + Int(transitions[before * (size + 1) + label]) + Int(chain.emissions[i * size + label]))
                }
            }
        }
        return out.compactMap { path, score in
            NameChain.allowed(path.last!, size) ? (path, score + Int(transitions[path.last! * (size + 1) + size])) : nil
        }
    }

    @Test(arguments: [1, 2, 3], [UInt64(1), 2, 3, 4])
    func findsTheBestOfAllPaths(count: Int, seed: UInt64) {
        let (chain, transitions) = Self.chain(count, seed: seed)
        let all = Self.paths(chain, transitions)
        let best = all.map(\.score).max()!
        let own = chain.bestPath()
        #expect(all.first { $0.path == own }?.score == best)
    }

    @Test(arguments: [1, 2, 3], [UInt64(5), 6, 7])
    func sumsOverAllPaths(count: Int, seed: UInt64) {
        let (chain, transitions) = Self.chain(count, seed: seed)
        let all = Self.paths(chain, transitions)
        let top = all.map(\.score).max()!
        var expected = [Double](repeating: 0, count: count * Self.size)
        var total = 0.0
        for (path, score) in all {
            let weight = exp(Double(score - top) * 0.05)
            total += weight
            for (i, label) in path.enumerated() { expected[i * Self.size + label] += weight }
        }
        for (own, wanted) in zip(chain.marginals(), expected) { #expect(abs(Double(own) - wanted / total) < 1e-4) }
    }

    @Test func aSequenceMayBeEmptyOrLong() {
        #expect(Self.chain(0, seed: 1).chain.stretches(threshold: 0.1).found.isEmpty)
        let (chain, _) = Self.chain(300, seed: 2)
        let marginals = chain.marginals()
        for i in 0..<300 { #expect(abs(marginals[(i * Self.size)..<((i + 1) * Self.size)].reduce(0, +) - 1) < 1e-3) }
        var last = 0
        for name in chain.stretches(threshold: 0.15).found {
            #expect(name.tokens.lowerBound >= last && name.tokens.upperBound <= 300 && !name.tokens.isEmpty)
            last = name.tokens.upperBound
        }
    }

    @Test func anOpenNameMustBeClosed() {
        let b = 1, i = 2, e = 3, s = 4, end = Self.size
        #expect(NameChain.allowed(end, b) && NameChain.allowed(b, i) && NameChain.allowed(i, e) && NameChain.allowed(e, end))
        #expect(NameChain.allowed(s, s) && NameChain.allowed(0, b) && NameChain.allowed(e, 0))
        #expect(!NameChain.allowed(b, 0) && !NameChain.allowed(0, i) && !NameChain.allowed(b, end) && !NameChain.allowed(b, e + 4))
    }
}

@Suite struct NameTaggerTests {
    private static let weights = ShippedFiles.folder.appendingPathComponent("nametagger.bin")

    private func checksum(_ values: some Sequence<UInt64>) -> String {
        let hex = String(values.reduce(0) { LexiconHash.mix($0 &+ $1) }, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// Scripts/training/name_fixture.py wrote the fixture with the code that the weights were trained with.
    @Test func seesWhatTheTrainingSaw() throws {
        let url = try #require(Bundle.module.url(forResource: "name-features", withExtension: "tsv", subdirectory: "Fixtures"))
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let text = """
            Kari Nordmann bor på Ås, og jobber ved St. Olavs hospital i Trondheim.
            «Det var fint», sa Per-Arne. Han kom fra Sør-Varanger kommune i 1998!
            eg heiter ola nordmann og bur i bodø, ikkje i oslo
            NRK og Equinor ASA møtte statsminister Gro Harlem Brundtland's folk.
            Mo i Ranas største bedrift – Mo Industripark – hadde 1 200 ansatte.
            Tore'n sa at O’Brien og Åse-Marie E. Sæthers mor var i Møre og Romsdals avis
            Kari ringte Nordmann. Da svarte kari at Ås var langt unna. "Hva nå?" spurte Liv.
            CO2-avgiften, A4-ark og vg3 😀 ﬁnt… J. R. Hansen, dr. Dahl og Müller-Øverås
            Hundebjeffingens ettermiddagsmøtene var samarbeidspartnernes.
            """
        let model = try NameModel(contentsOf: Self.weights)
        let tokens = TokenizedText(text).tokens
        let features = NameFeatures(tokens, lists: .shared) { model.clusters(hash: $0) }
        try #require(tokens.count == rows.count)
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                for i in range {
                    #expect(rows[i][3] == tokens[i].text)
                    let row = values[(i * NameFeatures.columns)..<((i + 1) * NameFeatures.columns)]
                    #expect(rows[i][1] == checksum(row), "attributes of token \(i)")
                    let hashes = (0..<(model.templateStarts.count - 1)).map { t in
                        NameFeatures.feature(t, model.parts[model.templateStarts[t]..<model.templateStarts[t + 1]], values, i, range)
                    }
                    #expect(rows[i][2] == checksum(hashes), "features of token \(i)")
                }
            }
        }
    }

    private func names(_ text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return detector.taggedNames(in: text).map { name in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[name.range])
            return "\(name.type.tag) \(String(view))"
        }
    }

    @Test func tagsInventedSentences() {
        #expect(names("I fjor flyttet Ragnvald Kvamsøy fra Bodø til Tromsø.") == ["PER Ragnvald Kvamsøy", "GPE_LOC Bodø", "GPE_LOC Tromsø"])
        #expect(names("Direktør Siv Tunheim i Nordavind Energi AS sier nei.").contains("ORG Nordavind Energi AS"))
        #expect(names("Vi satte oss ned og snakket om været, og så gikk vi hjem.").isEmpty)
    }

    @Test func tagsTextWithoutCapitals() {
        let found = names("jeg snakket med kari nordmann i går, og hun bor i trondheim nå")
        #expect(found.contains("PER kari nordmann"))
        #expect(found.contains("GPE_LOC trondheim"))
    }

    /// A recogniser may write one speaker's turns without capitals in a text that has them elsewhere.
    @Test func aLongLineWithoutCapitalsIsReadAsSuch() {
        let text = "Hva heter søsteren din? Bor hun her i Norge, eller i Sverige?\nnei hun heter ingeborg tveit og hun bor i drammen sammen med mannen sin"
        #expect(names(text).contains("PER ingeborg tveit"))
        #expect(!NameTagger.lacksCapitals(TokenizedText("ja det er det").tokens[...]))
    }

    @Test func theDetectorUsesIt() {
        // Beside the list's Kristin no rule knows what kind of thing the rest is.
        let text = "Han spilte for Storhamar mot Vålerenga i går."
        let with = Detector().detect(text: text), without = Detector(tagger: nil).detect(text: text)
        #expect(with.contains { $0.type == .organisation && slice(text, $0) == "Vålerenga" })
        #expect(!without.contains { $0.type == .organisation && slice(text, $0) == "Vålerenga" })
        // What rules find stays found.
        for found in without { #expect(with.contains { $0.start <= found.start && found.end <= $0.end }) }
    }

    @Test func givesTheSameForTheSame() {
        let text = "Per Olsen møtte Siv Jensen i Oslo. Olsen dro videre til Hamar."
        #expect(names(text) == names(text))
        #expect(NameFeatures.sequences(TokenizedText(String(repeating: "ord ", count: 600)).tokens).map(\.count) == [256, 256, 88])
        #expect(names("").isEmpty && names("\n\n \n").isEmpty)
    }

    @Test func refusesDamagedWeights() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weights-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = try Data(contentsOf: Self.weights)
        func open(_ data: Data?) throws {
            let url = folder.appendingPathComponent("w.bin")
            try? FileManager.default.removeItem(at: url)
            if let data { try data.write(to: url) }
            _ = try NameTagger(contentsOf: url)
        }
        try open(good)
        #expect(throws: NameModelError.unreadable(file: "w.bin")) { try open(nil) }
        for length in [0, 7, 200, good.count / 2, good.count - 4] {
            #expect(throws: NameModelError.self, "cut to \(length)") { try open(good.prefix(length)) }
        }
        // A section made of 0xFF: starts out of order, labels that there are none of, a scale that is no number.
        for name in ["templ", "cstarts", "crows", "ctrans", "cscale", "lstarts", "lrows", "words"] {
            var bytes = [UInt8](good)
            let sections = Int(bytes[4])
            for k in 0..<sections {
                let entry = 8 + 16 * k
                guard String(decoding: bytes[entry..<entry + 8].prefix { $0 != 0 }, as: UTF8.self) == name else { continue }
                func integer(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
                let offset = integer(entry + 8), length = integer(entry + 12)
                for at in offset..<(offset + length) { bytes[at] = 0xFF }
            }
            if name == "ctrans" { continue }
            do {
                try open(Data(bytes))
                Issue.record("\(name) full of 0xFF was taken")
            } catch let error as NameModelError {
                #expect("\(error)".contains("train_names.py"))
            }
        }
    }
}
