import Foundation
import Testing

@testable import Anonymization

@Suite struct PolicyTests {
    @Test func shippedPoliciesCoverEveryType() throws {
        for name in Policy.shippedNames {
            let policy = try Policy.shipped(name)
            #expect(policy.name == name)
            for type in EntityType.allCases where type.identifier == .direct { #expect(policy.action(for: type) != .keep, "\(name) \(type)") }
            #expect(policy.action(for: .municipality) != .keep)
        }
        let studyT = try Policy.load("studie-t")
        #expect(studyT.action(for: .person) == .mask(text: "XXXX"))
    }

    @Test(arguments: [
        ("types: {person: mask}", "name", ""),
        ("name: a\ntyps: {}", "typs", "types"),
        ("name: a\ntypes: {persn: mask}", "types.persn", "person"),
        ("name: a\ntypes: {person: hide}", "types.person", "pseudonym"),
        ("name: a\ntypes: {person: {code: \"Person\"}}", "types.person.code", "{n}"),
        ("name: a\ntypes: {person: {code: \"P {x}{n}\"}}", "types.person.code", "{A}"),
        ("name: a\ntypes: {place: pseudonym}", "types.place", "mask"),
        ("name: a\ntypes: {age: {generalise: \"{old}\"}}", "types.age.generalise", "{decade}"),
        ("name: a\nrecording_date: week", "recording_date", "month"),
        ("name: a\nspeakers: {boss: X}", "speakers.boss", "interviewer"),
        ("name: a\nallow: NAV", "allow", ""),
        ("- a", "", ""), ("name: [", "", ""),
    ]) func errorsNameFileKeyAndValues(_ yaml: String, _ key: String, _ allowed: String) {
        let error = #expect(throws: PolicyError.self) { try Policy(yaml: yaml, file: "egen.yaml") }
        #expect(error?.file == "egen.yaml" && error?.key == key)
        #expect(allowed.isEmpty || error?.allowed.contains(allowed) == true)
        #expect(error?.description.contains("egen.yaml") == true)
    }

    @Test func aFileByItsPath() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".yaml")
        try "name: egen\ntypes: {person: {code: \"M{n}\"}}\nallow: [NAV]\n".write(to: url, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: url) }
        let policy = try Policy.load(url.path)
        #expect(policy.action(for: .person) == .code(pattern: "M{n}") && policy.action(for: .phone) == .mask(text: "XXXX"))
        #expect(throws: PolicyError.self) { try Policy.load("/no/such/policy.yaml") }
    }

    @Test func lettersGoOnAfterZ() {
        #expect([1, 2, 26, 27, 52, 53, 702, 703].map(CodePattern.letters) == ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"])
    }
}
