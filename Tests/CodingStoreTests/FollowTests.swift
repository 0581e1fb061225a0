import Foundation
import Testing
@testable import CodingStore

/// The study's own file and the store: what the file says is kept in step, what hands did stays.
@Suite struct FollowTests {
    let folder: URL
    init() throws { folder = try StoreFixture.folder() }

    private func traits(_ store: CodingStore) throws -> [String: String] {
        let names = Dictionary(uniqueKeysWithValues: try store.attributes().map { ($0.id, $0.name) })
        return Dictionary(uniqueKeysWithValues: try store.attributeValues().map { (names[$0.attributeId] ?? "", $0.value) })
    }

    @Test func keepsInStepAndLeavesWhatHandsDid() throws {
        let store = try CodingStore(folder.appendingPathComponent("koding.sqlite"))
        try store.importTranscript(StoreFixture.transcript(["ja", "nei"]), who: "ordrett")
        func follow(_ traits: [String: String], wave: String = "T1") throws -> Bool {
            try store.follow([Participation(code: "I4", traits: traits, speaker: "Informant 4")], of: "P01", wave: wave)
        }
        #expect(try follow(["kommune": "A", "alder": "42"]))
        #expect(try store.cases().map(\.name) == ["I4"] && store.caseSources().map(\.speaker) == ["Informant 4"])
        #expect(try traits(store) == ["kommune": "A", "alder": "42"] && store.sources()[0].wave == "T1")
        #expect(try store.attributes().map(\.kind) == [.integer, .text])
        let operations = try store.operations().count
        #expect(try !follow(["kommune": "A", "alder": "42"]))
        #expect(try store.operations().count == operations, "nothing to do leaves no line")
        // The file changes: the store follows.
        #expect(try follow(["kommune": "B", "alder": "42"], wave: "T2"))
        #expect(try traits(store)["kommune"] == "B" && store.sources()[0].wave == "T2")
        // Hands: a value changed, one taken away, the wave moved, the source moved.
        let found = try store.study(case: "I4")
        try store.set("kommune", to: "C", of: .study(found), who: "AB")
        try store.set("alder", to: "", of: .study(found), who: "AB")
        try store.setWave("T9", of: "P01", who: "AB")
        #expect(try !follow(["kommune": "D", "alder": "43"], wave: "T3"))
        #expect(try traits(store) == ["kommune": "C"] && store.sources()[0].wave == "T9")
        try store.unassign("P01", speaker: "Informant 4", from: found, who: "AB")
        #expect(try !follow([:], wave: ""))
        #expect(try store.caseSources().isEmpty)
        // A new trait of the file still comes.
        #expect(try follow(["stilling": "leder"], wave: ""))
        #expect(try traits(store) == ["kommune": "C", "stilling": "leder"])
        try store.drop(found, who: "AB")
        #expect(try !follow(["stilling": "leder"], wave: ""))
        #expect(try store.cases().isEmpty, "a case that somebody dropped stays away")
    }
}
