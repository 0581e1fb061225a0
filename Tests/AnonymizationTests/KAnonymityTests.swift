import Testing

@testable import Anonymization

@Suite struct KAnonymityTests {
    /// By comparing every record with every other, attribute by attribute.
    private func slowSize(_ records: [KAnonymity.Record], _ one: KAnonymity.Record, _ names: [String]) -> Int {
        records.count { other in names.allSatisfy { (one.values[$0] ?? "") == (other.values[$0] ?? "") } }
    }

    private func slowSubsets(_ names: [String]) -> [[String]] {
        (1..<(1 << names.count)).map { bits in names.indices.filter { bits >> $0 & 1 == 1 }.map { names[$0] } }
    }

    @Test func classesAgreeWithComparingEveryPair() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            let names = Array(["alder", "kjønn", "kommune", "rolle"].prefix(Int.random(in: 1...4, using: &generator)))
            let records = (0..<Int.random(in: 1...25, using: &generator)).map { number in
                KAnonymity.Record(
                    id: "I\(number)",
                    values: Dictionary(uniqueKeysWithValues: names.compactMap { name in
                        Int.random(in: 0..<5, using: &generator) == 0 ? nil : (name, String(Int.random(in: 0..<3, using: &generator)))
                    }))
            }
            let table = KAnonymity(records), used = table.attributes
            for one in table.classes(over: used) {
                for member in one.members {
                    let record = records.first { $0.id == member }!
                    #expect(slowSize(records, record, used) == one.size)
                }
            }
            #expect(table.classes(over: used).reduce(0) { $0 + $1.size } == records.count)
            #expect(table.k == records.map { slowSize(records, $0, used) }.min())
            let combinations = table.combinations()
            #expect(combinations.count == (used.isEmpty ? 0 : (1 << used.count) - 1))
            for one in combinations {
                let sizes = records.map { slowSize(records, $0, one.attributes) }
                #expect(one.k == sizes.min() && one.unique == sizes.count { $0 == 1 } && one.exposed == sizes.count { $0 < 6 })
            }
            // A minimal unique: alone by it, and by no part of it.
            var slow: Set<KAnonymity.MinimalUnique> = []
            for record in records where !used.isEmpty {
                let alone = slowSubsets(used).filter { slowSize(records, record, $0) == 1 }
                for names in alone where !alone.contains(where: { $0.count < names.count && Set($0).isSubset(of: names) }) {
                    slow.insert(.init(id: record.id, attributes: names))
                }
            }
            #expect(Set(table.minimalUniques()) == slow)
        }
    }

    @Test func aKnownTable() {
        let table = KAnonymity([
            .init(id: "I1", values: ["rolle": "leder", "kommune": "A"]), .init(id: "I2", values: ["rolle": "leder", "kommune": "B"]),
            .init(id: "I3", values: ["rolle": "sykepleier", "kommune": "A"]), .init(id: "I4", values: ["rolle": "sykepleier", "kommune": "A"]),
        ])
        #expect(table.k == 1)
        #expect(table.classes(over: ["kommune", "rolle"]).map(\.size) == [1, 1, 2])
        #expect(table.minimalUniques() == [.init(id: "I1", attributes: ["kommune", "rolle"]), .init(id: "I2", attributes: ["kommune"])])
        #expect(KAnonymity([]).k == nil && KAnonymity([]).combinations().isEmpty)
    }
}
