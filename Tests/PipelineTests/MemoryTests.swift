import Foundation
import Testing
@testable import Pipeline

@Suite struct MemoryTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("memory-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    @Test func aFileIsSettledOnlyWhenLaterChangesMustShow() {
        func mark(_ modified: Int64, _ changed: Int64) -> FileMark { FileMark(size: 1, inode: 1, modified: modified, changed: changed) }
        let second: Int64 = 1_000_000_000, fine = 5_000 * second + 123_456_789
        #expect(!mark(fine, fine).isSettled(by: fine), "a clock that stands still")
        #expect(!mark(fine, fine).isSettled(by: fine - second), "one that goes back")
        #expect(!mark(fine, fine).isSettled(by: fine + 10_000_000))
        #expect(mark(fine, fine).isSettled(by: fine + 100_000_000))
        #expect(!mark(fine - 100 * second, fine).isSettled(by: fine + 10_000_000), "an old date on a new file")
        // A file system that counts in steps of two seconds.
        #expect(!mark(5_000 * second, 5_000 * second).isSettled(by: 5_001 * second + 1))
        #expect(mark(5_000 * second, 5_000 * second).isSettled(by: 5_003 * second))
    }

    @Test func aDigestThatWasTakenTooSoonIsTakenAgain() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        let url = place.appendingPathComponent("a"), memory = place.appendingPathComponent("memory")
        try Data("now".utf8).write(to: url)
        let mark = try #require(FileMark(url.path)), key = Digest.sha256(Data(url.path.utf8))
        // As if the file had been read before its last change, which its dates do not show.
        func remember(_ noted: Int64) { #expect(MemoryFile.write([[key] + mark.fields + [String(noted), "before"]], to: memory, sealing: nil, place: "digests")) }
        remember(mark.changed)
        #expect(try DigestMemory(file: memory).digest(of: url) == Digest.sha256(Data("now".utf8)))
        remember(mark.changed + 5_000_000_000)
        #expect(try DigestMemory(file: memory).digest(of: url) == "before", "one taken late enough is believed")
    }

    @Test func aChangeThatKeepsSizeAndDateIsSeen() async throws {
        let study = try ToyStudy(["Gunnhild"]), keys = ToyKeys()
        func runner() throws -> Runner {
            Runner(
                definition: try PipelineDefinition(yaml: toyYAML, file: "toy.yaml", catalogue: toyCatalogue), folders: study.folders,
                safekeeping: Safekeeping(sealing: keys),
                digests: DigestMemory(file: study.folders.cache.appendingPathComponent("digests.json"), sealing: keys))
        }
        _ = await (try runner()).run(study.items)
        #expect(await (try runner()).run(study.items).stagesRun == 0)
        for (ending, reason) in [("artefact", Reason.outputMissing), ("record", .firstRun)] {
            let files = FileManager.default.enumerator(at: study.folders.confidential, includingPropertiesForKeys: nil)!.compactMap { $0 as? URL }
            let url = try #require(files.first { $0.pathExtension == ending && $0.path.contains("/shout/") })
            let before = try FileManager.default.attributesOfItem(atPath: url.path)
            let handle = try FileHandle(forUpdating: url)
            try handle.seek(toOffset: 60)
            let byte = try #require(try handle.read(upToCount: 1)?.first)
            try handle.seek(toOffset: 60)
            try handle.write(contentsOf: Data([byte ^ 1]))
            try handle.close()
            try FileManager.default.setAttributes([.modificationDate: before[.modificationDate]!], ofItemAtPath: url.path)
            let step = try runner().plan(study.items).first { $0.stage == "shout" }
            #expect(step?.reason == reason, "\(ending)")
            #expect(await (try runner()).run(study.items).stagesRun == 1)
        }
    }

    @Test func nothingIsReadAgainForAnUnchangedStudy() async throws {
        let study = try ToyStudy(["Gunnhild", "Torbjørn"]), keys = ToyKeys()
        let digests = DigestMemory(file: study.folders.cache.appendingPathComponent("digests.json"), sealing: keys)
        let runner = Runner(
            definition: try PipelineDefinition(yaml: toyYAML, file: "toy.yaml", catalogue: toyCatalogue), folders: study.folders,
            safekeeping: Safekeeping(sealing: keys), digests: digests)
        _ = await runner.run(study.items)
        // Another process: what the memory on the disk says, without the store.
        var store = ArtefactStore(folders: study.folders, safekeeping: Safekeeping(sealing: keys))
        store.memory = StoreMemory(folders: study.folders, sealing: keys)
        for item in study.items {
            for stage in ["read", "shout", "report"] {
                let whole = try #require(store.records(item: item.id, stage: stage).first)
                let place = try #require(store.files.place(item: item.id, stage: stage, key: whole.key))
                let mark = try #require(FileMark(place.recordPath)), artefact = try #require(store.files.artefactPath(of: whole).flatMap(FileMark.init))
                // A coarse clock keeps the memory from being believed; that is not this test's matter.
                guard mark.isSettled(by: mark.changed + 100_000_000), artefact.isSettled(by: artefact.changed + 100_000_000) else { continue }
                let known = try #require(store.memory?.record(place.record, mark))
                #expect(known.output == whole.output && known.products == whole.products && known.item == item.id && known.components.isEmpty)
                #expect(store.memory?.isVerified(place.record, output: whole.output, artefact) == true)
                #expect(try #require(store.whole(known)).components == whole.components)
            }
        }
        // Whoever erases an item erases what is remembered of it.
        store.remove(item: study.items[0].id)
        #expect(!FileManager.default.fileExists(atPath: study.folders.cache.appendingPathComponent(StoreMemory.fileName).path))
    }
}
