import Foundation
import Testing

@testable import Pipeline

@Suite struct SealerTests {
    private let sealer = Sealer(key: Data((0..<32).map { UInt8($0) }))

    @Test func whatIsSealedComesBackFromItsPlaceAlone() throws {
        for length in [0, 1, 31, 32, 4096, 100_000] {
            let data = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            let sealed = try sealer.seal(data, at: "a/b")
            #expect(try sealer.open(sealed, at: "a/b") == data)
            #expect(throws: Sealer.Closed.self) { try sealer.open(sealed, at: "a/c") }
            #expect(throws: Sealer.Closed.self) { try Sealer(key: Data(repeating: 9, count: 32)).open(sealed, at: "a/b") }
        }
    }

    @Test func theSameGivesTheSameAndAnythingElseDoesNot() throws {
        let one = try sealer.seal(Data("Kari".utf8), at: "x")
        #expect(try sealer.seal(Data("Kari".utf8), at: "x") == one)
        let others = [try sealer.seal(Data("Kari".utf8), at: "y"), try sealer.seal(Data("Karl".utf8), at: "x"), try sealer.seal(Data("xKari".utf8), at: "")]
        // Not even the first bytes are alike: each has a key of its own.
        #expect(Set(([one] + others).map { $0.dropFirst(8).prefix(8) }).count == 4)
        #expect(one.range(of: Data("Kari".utf8)) == nil)
    }

    @Test func anyChangeIsRefused() throws {
        let sealed = try sealer.seal(Data("Informant 4".utf8), at: "x")
        for place in sealed.indices {
            var data = sealed
            data[place] ^= 0x20
            #expect(throws: Sealer.Closed.self) { try sealer.open(data, at: "x") }
        }
        for length in 0..<sealed.count { #expect(throws: Sealer.Closed.self) { try sealer.open(sealed.prefix(length), at: "x") } }
    }

    @Test func namesTellNothingWithoutTheKey() {
        #expect(sealer.name("item/Kari") == sealer.name("item/Kari"))
        #expect(sealer.name("item/Kari") != Sealer(key: Data(repeating: 1, count: 32)).name("item/Kari"))
        #expect(sealer.name("item/Kari").count == 32)
    }
}

/// A key in memory.
final class ToyKeys: SealerSource, @unchecked Sendable {
    private let lock = NSLock()
    private var sealer: Sealer?
    func existing() throws -> Sealer? { lock.withLock { sealer } }
    func forWriting() throws -> Sealer {
        lock.withLock {
            sealer = sealer ?? Sealer(key: Data((0..<32).map { _ in UInt8.random(in: 0...255) }))
            return sealer!
        }
    }
    func lose() { lock.withLock { sealer = nil } }
}

@Suite struct SealedStudyTests {
    private func runner(_ study: ToyStudy, _ keys: ToyKeys) throws -> Runner {
        Runner(
            definition: try PipelineDefinition(yaml: toyYAML, file: "toy.yaml", catalogue: toyCatalogue), folders: study.folders,
            safekeeping: Safekeeping(sealing: keys),
            digests: DigestMemory(file: study.folders.cache.appendingPathComponent("digests.json"), sealing: keys))
    }

    private func files(_ folders: OutputFolders) -> [URL] {
        [folders.confidential, folders.cache].flatMap {
            (FileManager.default.enumerator(at: $0, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
        }
    }

    @Test func aSealedStudyRunsOnceAndShowsNothing() async throws {
        let study = try ToyStudy(["Gunnhild", "Torbjørn"]), keys = ToyKeys()
        let runner = try runner(study, keys)
        #expect(await runner.run(study.items).failures.isEmpty)
        #expect(await runner.run(study.items).stagesRun == 0)
        // Another process, with the same key.
        #expect(await (try self.runner(study, keys)).run(study.items).stagesRun == 0)
        #expect(try self.runner(study, keys).plan(study.items).allSatisfy { if case .reuse = $0.action { true } else { false } })
        let all = files(study.folders)
        #expect(all.count > 8)
        for url in all {
            let text = String(decoding: try Data(contentsOf: url), as: UTF8.self).lowercased()
            for name in ["gunnhild", "torbj", study.items[0].id.lowercased()] {
                #expect(!text.contains(name) && !url.path.dropFirst(study.root.path.count).lowercased().contains(name), "\(url.lastPathComponent)")
            }
        }
        #expect(runner.store.items() == study.items.map(\.id).sorted())
    }

    @Test func aLostKeyCostsWorkAndNothingElse() async throws {
        let study = try ToyStudy(["Gunnhild"]), keys = ToyKeys()
        _ = await (try runner(study, keys)).run(study.items)
        let before = study.shared(0)
        keys.lose()
        let store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping(sealing: keys))
        #expect(store.items().isEmpty)
        let report = await (try runner(study, keys)).run(study.items)
        #expect(report.failures.isEmpty && report.stagesRun == 4)
        #expect(study.shared(0) == before)
    }

    @Test func aDamagedResultIsMadeAnew() async throws {
        let study = try ToyStudy(["Gunnhild"]), keys = ToyKeys()
        _ = await (try runner(study, keys)).run(study.items)
        for url in files(study.folders) where url.pathExtension == "artefact" && url.path.contains("/shout/") {
            var data = try Data(contentsOf: url)
            data[data.count / 2] ^= 1
            try data.write(to: url)
        }
        let report = await (try runner(study, keys)).run(study.items)
        #expect(report.failures.isEmpty && report.stagesRun == 1)
    }

    @Test func whatAnEarlierVersionStoredInTheOpenIsSealed() async throws {
        let study = try ToyStudy(["Gunnhild", "Torbjørn"]), keys = ToyKeys()
        #expect(await (try study.runner()).run(study.items).failures.isEmpty)
        func shows() throws -> Bool { try files(study.folders).contains { String(decoding: try Data(contentsOf: $0), as: UTF8.self).lowercased().contains("gunnhild") } }
        #expect(try shows())
        let report = await (try runner(study, keys)).run(study.items)
        // Nothing is made anew: the state, too, is taken over.
        #expect(report.failures.isEmpty && report.stagesRun == 0)
        #expect(try !shows())
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: study.folders.confidential.appendingPathComponent(".mellomlager").path)) == ["forseglet", "roster.json.sealed"])
    }

    @Test func anItemIsErasedWithAllThatNamesIt() async throws {
        let study = try ToyStudy(["Gunnhild", "Torbjørn"]), keys = ToyKeys()
        let runner = try runner(study, keys), gone = study.items[0].id
        _ = await runner.run(study.items)
        #expect(runner.store.products(item: gone).map(\.name) == ["\(gone).txt"])
        runner.store.remove(item: gone)
        #expect(runner.store.items() == [study.items[1].id])
        #expect(runner.store.products(item: gone).isEmpty)
        #expect(runner.store.latest(item: gone, stage: "shout") == nil)
        #expect(runner.store.records(item: Runner.studyItem, stage: "roster").allSatisfy { !$0.components.keys.contains { $0.hasSuffix(gone) } })
    }
}
