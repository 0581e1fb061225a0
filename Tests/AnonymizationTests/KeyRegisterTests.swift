import Foundation
import Testing
import Transcript

@testable import Anonymization

@Suite struct KeyRegisterTests {
    private func detections(_ names: [String]) -> [TranscriptDetection] {
        names.map { TranscriptDetection(turn: 1, wordIDs: [1], type: .person, key: $0, score: 1, rule: "t") }
    }

    @Test func assigningTwiceChangesNothing() throws {
        var g = Generator(state: 4)
        let names = ["kari", "karri", "cari", "kristin", "christin", "ola nordmann", "ola", "gunvor", "gunnvor", "torbjørn", "thorbjørn", "per", "pernille", "åsmund", "aasmund", "katrine", "cathrine"]
        for policyName in ["standard", "studie-t"] {
            let policy = try Policy.shipped(policyName)
            for _ in 0..<30 {
                let items = (0..<3).map { (itemID: "P\($0)", detections: detections((0..<6).map { _ in names.randomElement(using: &g)! })) }
                let once = KeyRegister.assign(register: KeyRegister(), detections: items, policy: policy)
                #expect(KeyRegister.assign(register: once, detections: items, policy: policy) == once)
                // The order of the items given does not matter.
                #expect(KeyRegister.assign(register: KeyRegister(), detections: items.reversed(), policy: policy) == once)
                // What stands stays when more comes.
                let more = KeyRegister.assign(register: once, detections: items + [("P0a", detections(names))], policy: policy)
                for (old, new) in zip(once.entries, more.entries) { #expect(old.key == new.key && old.code == new.code) }
                let data = try more.encoded()
                let back = try KeyRegister(decoding: data)
                #expect(back == more)
                let again = try back.encoded()
                #expect(again == data)
            }
        }
    }

    @Test func spellingsOfOneNameShareACode() throws {
        let r = KeyRegister.assign(
            register: KeyRegister(), detections: [("P1", detections(["kari", "cari", "karri", "kristin", "christin", "åsmund", "aasmund", "kåre"]))], policy: try .shipped("standard"))
        #expect(r.entries.map(\.key) == ["kari", "kristin", "åsmund", "kåre"])
        #expect(r.entries.map(\.code) == ["Person 1", "Person 2", "Person 3", "Person 4"])
        #expect(r.entries[0].aliases == ["cari", "karri"])
    }

    @Test func theUsersCodeStands() throws {
        var r = KeyRegister()
        r.setCode("Informant 7", type: .person, key: "kari")
        let policy = try Policy.shipped("standard")
        r = KeyRegister.assign(register: r, detections: [("P1", detections(["kari", "gunvor"]))], policy: policy)
        #expect(r.entries.map(\.code) == ["Informant 7", "Person 1"])
        r.setCode("Person 1", type: .person, key: "kari")
        r = KeyRegister.assign(register: r, detections: [("P1", detections(["torbjørn"]))], policy: policy)
        #expect(Set(r.entries.map(\.code)).count == 2 && r.entries.last?.code == "Person 2")
    }

    @Test func aWithdrawnCodeIsNotGivenAgain() throws {
        let policy = try Policy.shipped("standard")
        var r = KeyRegister.assign(register: KeyRegister(), detections: [("P1", detections(["kari", "gunvor"]))], policy: policy)
        r.remove(type: .person, key: "gunvor")
        r = try KeyRegister(decoding: r.encoded())
        r = KeyRegister.assign(register: r, detections: [("P2", detections(["torbjørn"]))], policy: policy)
        #expect(r.entries.map(\.code) == ["Person 1", "Person 3"])
        let data = try r.encoded()
        #expect(leaks(of: ["gunvor"], in: data).isEmpty)
    }

    @Test func distinctNamesAreNotJoined() {
        for (a, b) in [("kari", "kåre"), ("karin", "karina"), ("marie", "maria"), ("jan", "jon"), ("eva", "eli"), ("mette", "mattis")] {
            #expect(!NameKey.sameName(a, b), "\(a) \(b)")
        }
        for (a, b) in [("kristian", "christian"), ("sofie", "sophie"), ("torleif", "thorleif"), ("anne", "ane"), ("wenche", "venke"), ("åse", "aase"), ("katrine", "cathrine")] {
            #expect(NameKey.sameName(a, b), "\(a) \(b)")
        }
    }

    @Test func distanceAgreesWithAPlainRecursion() {
        func slow(_ a: ArraySlice<Character>, _ b: ArraySlice<Character>) -> Int {
            if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
            var best = min(slow(a.dropLast(), b) + 1, slow(a, b.dropLast()) + 1, slow(a.dropLast(), b.dropLast()) + (a.last == b.last ? 0 : 1))
            if a.count > 1, b.count > 1, a.last == b.dropLast().last, b.last == a.dropLast().last {
                best = min(best, slow(a.dropLast(2), b.dropLast(2)) + 1)
            }
            return best
        }
        var g = Generator(state: 2)
        for _ in 0..<60 {
            let a = String((0..<Int.random(in: 0...5, using: &g)).map { _ in "abc".randomElement(using: &g)! })
            let b = String((0..<Int.random(in: 0...5, using: &g)).map { _ in "abc".randomElement(using: &g)! })
            #expect(NameKey.distance(a, b, limit: 9) == slow(Array(a)[...], Array(b)[...]))
        }
    }
}
