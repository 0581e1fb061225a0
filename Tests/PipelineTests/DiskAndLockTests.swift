import Foundation
import Testing
@testable import Pipeline

/// A stage whose disk is full for texts that say so.
private struct FullStage: ItemStage {
    static let descriptor = StageDescriptor(id: "full", version: 1, summary: "fills", inputs: [Letters.self], output: Shouted.self)
    init(settings: Settings) {}
    func run(_ context: ItemContext) throws -> Shouted {
        let text = try context.input(Letters.self).text
        if text.hasPrefix("full"), !FileManager.default.fileExists(atPath: context.folders.root.appendingPathComponent("room").path) {
            throw FileFault(URL(fileURLWithPath: "/study/fortrolig/a.docx"), ENOSPC)
        }
        return Shouted(text: text)
    }
}

@Suite struct DiskAndLockTests {
    @Test func aFullDiskEndsTheRunBeforeCodesAreGiven() async throws {
        let study = try ToyStudy(["a", "full of words", "z"])
        let yaml = "name: toy\nstages:\n  - read\n  - full\n  - roster\n  - report\n"
        func run() async throws -> RunReport {
            let runner = Runner(
                definition: try PipelineDefinition(yaml: yaml, file: "toy.yaml", catalogue: StageCatalogue([ReadStage.self, FullStage.self, RosterStage.self, ReportStage.self])),
                folders: study.folders, digests: DigestMemory(file: nil))
            return await runner.run(study.items)
        }
        let report = try await run()
        #expect(report.ending?.contains("make room on the disk") == true && report.cancelled && report.done.isEmpty)
        #expect(report.failures.map(\.endsRun) == [true])
        // Had codes been given to those that were ready, they would stay, and the order would be another one.
        #expect(!FileManager.default.fileExists(atPath: study.folders.confidential.appendingPathComponent("roster.json").path))
        try Data().write(to: study.root.appendingPathComponent("room"))
        #expect(try await run().done.count == 3)
        #expect((0..<3).map { study.shared($0) } == ["0", "1", "2"])
    }

    @Test func errorsOfTheDiskAreKnown() {
        let url = URL(fileURLWithPath: "/a/b")
        for number in [ENOSPC, EDQUOT, EROFS] { #expect(FileFault.isOfDisk(FileFault(url, number))) }
        #expect(FileFault.isOfDisk(CocoaError(.fileWriteOutOfSpace)) && FileFault.isOfDisk(POSIXError(.ENOSPC)))
        #expect(!FileFault.isOfDisk(FileFault(url, EACCES)) && !FileFault.isOfDisk(CocoaError(.fileNoSuchFile)))
    }

    @Test func aSecondRunIsToldWhoHoldsTheStudyAndWaits() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lock-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try StudyLock(folder: folder)
        #expect(!first.wasLeft)
        do {
            _ = try StudyLock(folder: folder)
            Issue.record("two hold one lock")
        } catch let busy as StudyLock.Busy {
            #expect(busy.holder?.process == getpid() && busy.description.contains("process \(getpid()), since "))
        }
        struct Enough: Error {}
        var looks = 0
        #expect(throws: Enough.self) {
            _ = try StudyLock.wait(folder: folder) { busy in
                #expect((busy != nil) == (looks == 0))
                looks += 1
                if looks == 3 { throw Enough() }
            }
        }
        var isReleased = false
        let second = try StudyLock.wait(folder: folder) { _ in
            if !isReleased { first.release() }
            isReleased = true
        }
        #expect(isReleased && !second.wasLeft)
        second.release()
        // One that was killed leaves its name.
        try Data("{\"process\":1,\"since\":0}".utf8).write(to: folder.appendingPathComponent("lock"))
        let third = try StudyLock(folder: folder)
        #expect(third.wasLeft)
        third.release()
        // Nobody has swept up yet.
        let fourth = try StudyLock(folder: folder)
        #expect(fourth.wasLeft)
        fourth.swept()
        fourth.release()
        #expect(try !StudyLock(folder: folder).wasLeft)
    }

    @Test func runsShareAStudyAndWhoeverWantsItAloneDoesNot() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lock-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try StudyLock(folder: folder, .shared)
        // What must be done alone, such as sweeping up, is done before others are let in.
        #expect(throws: StudyLock.Busy.self) { _ = try StudyLock(folder: folder, .shared) }
        try first.share()
        let second = try StudyLock(folder: folder, .shared)
        #expect(first.others == nil && second.others?.holder?.process == getpid() && !second.wasLeft)
        #expect(throws: StudyLock.Busy.self) { _ = try StudyLock(folder: folder) }
        first.release()
        #expect(throws: StudyLock.Busy.self) { _ = try StudyLock(folder: folder) }
        second.release()
        let alone = try StudyLock(folder: folder)
        #expect(!alone.wasLeft && alone.others == nil)
        #expect(throws: StudyLock.Busy.self) { _ = try StudyLock(folder: folder, .shared) }
        alone.release()
        // One of several was killed: whoever is alone next knows.
        try Data("{\"process\":1,\"since\":0}\n".utf8).write(to: folder.appendingPathComponent("lock"))
        let third = try StudyLock(folder: folder, .shared)
        #expect(third.wasLeft)
        try third.share()
        let fourth = try StudyLock(folder: folder, .shared)
        let file = try FileHandle(forWritingTo: folder.appendingPathComponent("lock"))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"process\":1,\"since\":1}\n".utf8))
        third.release()
        fourth.release()
        #expect(try StudyLock(folder: folder).wasLeft)
    }

    @Test func filesAreCopiedWholeAndNothingIsReplaced() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("copy-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appendingPathComponent("a"), target = folder.appendingPathComponent("b/c")
        var data = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try data.write(to: source)
        #expect(try SafeFile.copy(source, to: target) == Digest.sha256(data))
        #expect(try Data(contentsOf: target) == data)
        data[0] ^= 1
        try data.write(to: source)
        #expect(throws: FileFault.self) { _ = try SafeFile.copy(source, to: target) }
        #expect(try Data(contentsOf: target) != data)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.deletingLastPathComponent().path) == ["c"])
    }
}
