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

    /// Somebody who spoke among others goes with all that the study's file had told of them, and the others stay.
    @Test func whoWithdrawsFromSharedTalkGoesWithTheirTraits() throws {
        let url = folder.appendingPathComponent("delt.sqlite"), store = try CodingStore(url)
        try store.importTranscript(StoreFixture.transcript(["ja", "nei"], speakers: ["B", "C"]), who: "ordrett")
        try store.follow([Participation(code: "I2", traits: ["bosted": "fyrvokterbolig"], speaker: "B"), Participation(code: "I3", traits: ["bosted": "by"], speaker: "C")], of: "P01")
        try store.set("bosted", to: "leilighet", of: .study(store.study(case: "I2")), who: "AB")
        let count = try CodingStore.erase(at: url, items: [], participants: ["I2"])
        #expect(!count.isEmpty)
        let left = try CodingStore(url)
        #expect(try left.cases().map(\.name) == ["I3"] && left.attributeValues().map(\.value) == ["by"] && left.caseSources().map(\.speaker) == ["C"])
        var texts: [String] = []
        try CodingStore.eachText(at: url) { texts.append($0) }
        #expect(!texts.contains { $0.contains("fyrvokterbolig") || $0.contains("leilighet") || $0.contains("I2") })
        #expect(texts.contains { $0.contains("I3") })
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
        // Sources have traits, too; and what began as a number may become a text.
        #expect(try store.follow([], of: "P01", sourceTraits: ["Dato": "2006-12-06"]))
        #expect(try !store.follow([], of: "P01", sourceTraits: ["Dato": "2006-12-06"]))
        #expect(try store.attributes().first { $0.name == "Dato" }?.kind == .date && traits(store)["Dato"] == "2006-12-06")
        #expect(try store.follow([Participation(code: "I4", traits: ["år": "3"], speaker: "")], of: "P01"))
        #expect(try store.follow([Participation(code: "I4", traits: ["år": "mange"], speaker: "")], of: "P01"))
        #expect(try !store.follow([Participation(code: "I4", traits: ["år": "mange"], speaker: "")], of: "P01"))
        #expect(try store.attributes().first { $0.name == "år" }?.kind == .text && traits(store)["år"] == "mange")
        try store.drop(found, who: "AB")
        #expect(try !follow(["stilling": "leder"], wave: ""))
        #expect(try store.cases().isEmpty, "a case that somebody dropped stays away")
    }
}
