import Bokmal
import Foundation
import Testing
@testable import Stages

@Suite struct ApertiumStreamTests {
    let sentences = [["Eg", "veit", "ikkje", "."], ["XXXX", "[ler]", "^a$", "12-åring"]]

    /// What comes back as it was sent stands for itself; nothing that means something in the format is ever sent.
    @Test func roundTrip() throws {
        let sent = ApertiumStream.encode(sentences)
        let back = try ApertiumStream.decode(sent, of: sentences)
        #expect(back == [["Eg", "veit", "ikkje", "."], ["XXXX", "–", "–", "12-åring"]])
    }

    @Test func compoundsUnknownAndMerged() throws {
        let text = "[[t:w:0]]omsorg[[/]][[t:w:0]]penger[[/]] [[t:w:1]]*ukjend[[/]] [[t:w:2]]i[[/]] [[t:w:2]]morgen[[/]] [[t:w:3; t:w:4]]ett[[/]] [[t:w:5]]#skole[[/]].[][\n]"
        let back = try ApertiumStream.decode(text, of: [["omsorgspengar", "ukjend", "imorgon", "eit", "to", "skulen", "borte"]])
        #expect(back == [["omsorgspenger", nil, "i morgen", nil, nil, nil, nil]])
    }

    /// A word's parts that are no longer side by side cannot be put in its place.
    @Test func partedWords() throws {
        let text = "[[t:w:0]]peke[[/]] [[t:w:1]]ham[[/]] [[t:w:0]]ut[[/]].[][\n]"
        #expect(try ApertiumStream.decode(text, of: [["utpeike", "han"]]) == [[nil, "ham"]])
    }

    @Test(arguments: [
        "", "Jeg vet ikke.", "[][\n]", "[[t:w:0]]Jeg[[/]].[][\n][[t:w:0]]x[[/]].[][\n]", "[[t:w:7]]Jeg[[/]].[][\n]", "[[t:w:0]]Jeg.[][\n]",
        "[[t:w:-1]]Jeg[[/]].[][\n]", "[[t:w:a]]Jeg[[/]].[][\n]", "Jeg vet.[][\n]", "[[t:w:0]]Jeg[[/]].[][\n]mer",
    ])
    func garbageThrows(_ text: String) {
        #expect(throws: NynorskMisalignment.self) { try ApertiumStream.decode(text, of: [["Eg", "veit"]]) }
    }

    @Test(arguments: [
        ("omsorg", "penger", "omsorgspengar", "omsorgspenger"), ("skogs", "sopp", "skogsopp", "skogsopp"), ("by", "bane", "bybane", "bybane"),
        ("ulykke", "sted", "ulykkesstad", "ulykkessted"), ("hus", "leie", "husleige", "husleie"),
    ])
    func joints(_ head: String, _ tail: String, _ word: String, _ expected: String) {
        #expect(CompoundJoint.joined(head, tail, like: word) == expected)
    }
}

@Suite struct ApertiumTranslatorTests {
    /// A program of our own in Apertium's place.
    final class Fake {
        let folder: URL
        let translator: ApertiumTranslator
        init(_ script: String, seconds: Double = 20) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-apertium-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let program = folder.appendingPathComponent("apertium")
            try Data(("#!/bin/sh\n" + script).utf8).write(to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program.path)
            translator = ApertiumTranslator(program: program, data: nil, startSeconds: seconds, slowest: 1e6)
        }
        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    let sentences = [["Eg", "veit", "hemmelegheita"], ["Kva", "no", "?"]]

    @Test func anEchoIsAligned() async throws {
        let fake = try Fake("cat")
        defer { withExtendedLifetime(fake) {} }
        #expect(try await fake.translator.translate(sentences) == sentences)
    }

    @Test func moreThanAPipeHolds() async throws {
        let many = (0..<20_000).map { ["ord", "nummer", "\($0)"] }
        let fake = try Fake("cat")
        defer { withExtendedLifetime(fake) {} }
        #expect(try await fake.translator.translate(many) == many)
    }

    @Test(arguments: [
        "cat; exit 3", "exit 0", "echo hei", "cat >/dev/null; printf '\\377\\376'", "kill -9 $$", "head -c 40", "cat; cat /dev/zero | head -c 3000000",
        "sed s/t:w/t:x/g",
    ])
    func failuresFallBackToOwnRules(_ script: String) async throws {
        let fake = try Fake(script)
        defer { withExtendedLifetime(fake) {} }
        let lines = ["Eg", "veit", "ikkje", "kva", "hemmelegheita", "er", "."]
        let run: (Normalizer) -> Void = { _ = $0.normalizeTokenStream(lines, from: .nynorsk) }
        var warnings: [String] = []
        let proposals = try await NynorskEngine.auto.proposals(for: Normalizer(), using: fake.translator, warn: { warnings.append($0) }, in: run)
        #expect(proposals.isEmpty)
        #expect(warnings.count == 1)
        #expect(!warnings.joined().contains("cannot start"))
        // What is said about it holds no word of the text.
        for word in lines where word.count > 4 { #expect(!warnings.joined().contains(word)) }
        await #expect(throws: StageFault.self) {
            try await NynorskEngine.apertium.proposals(for: Normalizer(), using: fake.translator, warn: { _ in }, in: run)
        }
    }

    @Test func aProgramThatHangsIsStopped() async throws {
        let fake = try Fake("exec sleep 600", seconds: 0.3)
        defer { withExtendedLifetime(fake) {} }
        await #expect(throws: ApertiumFault.timedOut) { try await fake.translator.translate(sentences) }
    }

    @Test func cancellationIsNoFailure() async throws {
        let fake = try Fake("exec sleep 600")
        defer { withExtendedLifetime(fake) {} }
        let translator = fake.translator, sentences = sentences
        let task = Task { try await translator.translate(sentences) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func textWithoutNynorskStartsNothing() async throws {
        let fake = try Fake("exit 1")
        defer { withExtendedLifetime(fake) {} }
        var warnings = 0
        let proposals = try await NynorskEngine.auto.proposals(
            for: Normalizer(), using: fake.translator, warn: { _ in warnings += 1 },
            in: { _ = $0.normalizeTokenStream(["Hun", "fikk", "ikke", "hjelpen", "hun", "trengte", "."]) })
        #expect(proposals.isEmpty && warnings == 0)
    }

    @Test func missing() throws {
        #expect(try NynorskEngine.auto.translator(path: "/nonexistent") == nil)
        #expect(try NynorskEngine.auto.digest(path: "/nonexistent") == "none")
        let fault = #expect(throws: StageFault.self) { try NynorskEngine.apertium.translator(path: "/nonexistent") }
        #expect(fault.map { "\($0)".contains("apertium-nno-nob") } == true)
    }

    /// The program alone, without the pair, is as good as missing.
    @Test func withoutThePair() throws {
        let fake = try Fake("cat")
        #expect(ApertiumTranslator.find(path: fake.folder.path) == nil)
    }
}

@Suite(.enabled(if: ApertiumTranslator.find() != nil, "apertium-nno-nob is not installed")) struct InstalledApertiumTests {
    @Test func translates() async throws {
        let translator = try #require(try NynorskEngine.auto.translator())
        let sentences = [["Eg", "veit", "ikkje", "kva", "ho", "vil", "."], ["#", "[ler]", "Xyzzy", "\\", "^$", "42", "skulane"], ["Ikkje"]]
        let first = try await translator.translate(sentences)
        #expect(first[0] == ["Jeg", "vet", "ikke", "hva", "hun", "vil", "."])
        #expect(first[1].last == "skolene")
        #expect(first[1][2] == nil)
        #expect(first[2] == ["Ikke"])
        #expect(try await translator.translate(sentences) == first)
        // A sentence's translation does not hang on those around it.
        #expect(try await translator.translate(sentences.reversed()) == first.reversed())
        #expect(try translator.digest().count == 64)
    }
}
