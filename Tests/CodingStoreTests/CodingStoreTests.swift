import Foundation
import GRDB
import Signal
import Testing
import Transcript
@testable import Anonymization
@testable import CodingStore

@Suite struct CodingStoreTests {
    let folder: URL
    var url: URL { folder.appendingPathComponent("koding.sqlite") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func transcript(_ text: String, item: String = "P01") -> AnonymizedTranscript {
        var id = 0
        let elements = text.split(separator: " ").map { part -> Element in
            id += 1
            return .word(Word(id: id, text: String(part), range: SampleRange(id * 100, id * 100 + 80)))
        }
        let document = Transcript(
            recording: .init(id: item, digest: "d", rate: SampleRate(1_000), length: 9_000, channels: 1),
            speakers: [Speaker(id: "S1", label: "Informant 4")],
            turns: [Turn(id: 1, speaker: "S1", range: SampleRange(100, 8_000), elements: elements)])
        return AnonymizedTranscript(document: document, policy: "standard", status: .deidentified)
    }

    @Test func importsOnceAndKeepsVersions() throws {
        let store = try CodingStore(url)
        #expect(try store.importTranscript(transcript("vi har det travelt"), who: "A") == .new)
        #expect(try store.importTranscript(transcript("vi har det travelt"), who: "A") == .unchanged(version: 1))
        #expect(try store.importTranscript(transcript("vi hadde det travelt"), who: "A") == .newVersion(2))
        // Nothing was coded on the first, so its text is gone from the file, not only from the tables.
        let versions = try store.versions(of: "P01")
        #expect(versions.map(\.number) == [2])
        #expect(try AnonymizedTranscript(decoding: versions[0].document) == transcript("vi hadde det travelt"))
        // An older state that comes back is the newest again.
        #expect(try store.importTranscript(transcript("vi har det travelt"), who: "A") == .newVersion(3))
        #expect(try store.importTranscript(transcript("vi hadde det travelt"), who: "A") == .newVersion(4))
        let turns = try store.turns(ofVersion: try #require(try store.versions(of: "P01").last?.id))
        #expect(turns.map(\.text) == ["vi hadde det travelt"])
        #expect(turns.map(\.speaker) == ["Informant 4"])
        #expect(turns[0].start == 0.1)
        try store.checkIntegrity()
        #expect(try store.history().filter { $0.action == "import" && $0.target.hasPrefix("source_version") && $0.new != nil }.count == 4)
        #expect(try store.history().filter { $0.target.hasPrefix("source_version") && $0.old != nil }.count == 3)
    }

    @Test func codingsWhoseWordsAreGoneStandOnTheirVersion() throws {
        let store = try CodingStore(url)
        try store.importTranscript(transcript("a b c d"), who: "A")
        let parent = try store.addCode("samarbeid", who: "A")
        let code = try store.addCode("ansvar", under: parent, who: "A")
        let coding = try store.apply(code, toWords: 2, through: 3, of: "P01", coder: "A")
        let unit = try #require(try store.units().first)
        #expect(CodePoints(try store.text(of: "P01").text.text)[unit.start..<unit.end] == "b c")
        try store.importTranscript(transcript("x y"), who: "A")
        #expect(try store.codings() == [coding])
        #expect(try store.lostUnits().map(\.id) == [coding.unitId])
        #expect(try store.versions(of: "P01").first?.id == unit.versionId)
        #expect(throws: StoreError.self) { try store.apply(code, toWords: 2, through: 9, of: "P01", coder: "A") }
        #expect(throws: StoreError.self) { try store.apply(code, toWords: 2, through: 1, of: "P01", coder: "A") }
        #expect(throws: StoreError.self) { try store.apply(code, toWords: 1, through: 1, of: "P02", coder: "A") }
        #expect(throws: DatabaseError.self) { try store.pool.write { try parent.delete($0) } }
    }

    @Test func theHistoryCannotBeRewritten() throws {
        let store = try CodingStore(url)
        try store.importTranscript(transcript("a b"), who: "A")
        #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: "DELETE FROM history") } }
        #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: "UPDATE history SET who = 'B'") } }
        #expect(Set(try store.history().map(\.who)) == ["A"])
    }

    @Test func theFileIsClosedToOthersAndBackedUpWhole() throws {
        let store = try CodingStore(url)
        try store.importTranscript(transcript("a b"), who: "A")
        let mode = { (url: URL) in
            (try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue
        }
        #expect(try mode(url) == 0o600)
        let copy = try store.backUp()
        #expect(try mode(copy) == 0o600)
        let restored = try CodingStore(copy)
        #expect(try restored.sources() == store.sources())
    }

    @Test func whatIsNotAStoreIsLeftAlone() throws {
        let bytes = Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try bytes.write(to: url)
        #expect(throws: StoreError.self) { try CodingStore(url) }
        #expect(try Data(contentsOf: url) == bytes)
    }

    @Test func aNewStoreMayBeOpenedByManyAtOnce() async throws {
        let url = self.url
        for round in 0..<10 {
            let fresh = url.deletingLastPathComponent().appendingPathComponent("ny\(round).sqlite")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<8 {
                    let document = transcript("en to tre", item: "P\(index)")
                    group.addTask { _ = try CodingStore(fresh).importTranscript(document, who: "A") }
                }
                try await group.waitForAll()
            }
            #expect(try CodingStore(fresh).sources().count == 8)
        }
    }

    @Test func anEmptyFileIsNotTakenForANewStore() throws {
        try Data().write(to: url)
        #expect(throws: StoreError.self) { try CodingStore(url) }
    }

    @Test func knowsWhichDocumentsItHolds() throws {
        #expect(try CodingStore.Reader(url).documents().isEmpty)
        let store = try CodingStore(url)
        try store.importTranscript(transcript("a b"), who: "A")
        let first = try #require(try store.versions(of: "P01").last?.digest)
        #expect(try CodingStore.Reader(url).documents() == ["P01": first])
        try store.importTranscript(transcript("a b c"), who: "A")
        let newest = try #require(try store.versions(of: "P01").last?.digest)
        #expect(newest != first)
        #expect(try CodingStore.Reader(url).documents() == ["P01": newest])
        let other = folder.appendingPathComponent("annen.sqlite")
        try Data("not a store".utf8).write(to: other)
        #expect(throws: StoreError.self, "none that cannot be read is empty") { try CodingStore.Reader(other).documents() }
    }

    @Test func aStoreThatIsHeldForAMomentIsWaitedFor() async throws {
        try CodingStore(url).importTranscript(transcript("a b"), who: "A")
        // A writer that has the file to himself, as when it is opened and closed.
        let holder = try DatabaseQueue(path: url.path)
        try await holder.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE source SET item = item; COMMIT")
        }
        let url = self.url
        async let found = Task.detached { try CodingStore.Reader(url).documents() }.value
        try await Task.sleep(for: .milliseconds(300))
        try holder.close()
        #expect(try await found.keys.sorted() == ["P01"])
    }

    @Test func writersWaitForEachOther() async throws {
        let store = try CodingStore(url)
        let url = self.url
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                let document = transcript("en to tre", item: "P\(index)")
                group.addTask { _ = try CodingStore(url).importTranscript(document, who: "A") }
            }
            try await group.waitForAll()
        }
        #expect(try store.sources().map(\.item) == (0..<8).map { "P\($0)" })
    }
}
