import Testing
@testable import Pipeline

@Suite struct PipelineDefinitionTests {
    private func error(_ yaml: String) -> DefinitionError? {
        do {
            _ = try PipelineDefinition(yaml: yaml, file: "p.yaml", catalogue: toyCatalogue)
            return nil
        } catch { return error as? DefinitionError }
    }

    struct Bad: Sendable {
        var yaml: String, line: Int?, key: String?, says: String
    }

    static let bad = [
        Bad(yaml: "", line: nil, key: nil, says: "empty"),
        Bad(yaml: "stages: [", line: 2, key: nil, says: "YAML"),
        Bad(yaml: "name: x\n", line: 1, key: "stages", says: "missing"),
        Bad(yaml: "name: x\nstages:\n  - reed\n", line: 3, key: "reed", says: "read, shout"),
        Bad(yaml: "naem: x\nstages: [read]\n", line: 1, key: "naem", says: "name, summary, stages"),
        Bad(yaml: "stages:\n  - shout\n", line: 2, key: "shout", says: "read"),
        Bad(yaml: "stages:\n  - read\n  - read\n", line: 3, key: "read", says: "twice"),
        Bad(yaml: "stages:\n  - read:\n      kepe: 3\n", line: 3, key: "read.kepe", says: "keep"),
        Bad(yaml: "stages:\n  - read:\n      keep: 300\n", line: 3, key: "read.keep", says: "1 to 100"),
        Bad(yaml: "stages:\n  - read\n  - shout:\n      mark: '#'\n", line: 4, key: "shout.mark", says: "!, ?"),
        Bad(yaml: "stages:\n  - read\n  - shout:\n      pauses.min: 9\n", line: 4, key: "shout.pauses.min", says: "0.05 to 5 s"),
        Bad(yaml: "stages:\n  - read: 7\n", line: 2, key: "read", says: "settings"),
    ]

    @Test(arguments: bad) func errorsNameFileLineKeyAndWhatIsAllowed(_ bad: Bad) throws {
        let error = try #require(self.error(bad.yaml))
        #expect(error.file == "p.yaml")
        #expect(error.line == bad.line)
        #expect(error.key == bad.key)
        #expect(error.message.contains(bad.says))
    }

    @Test func defaultsAreFilledIn() throws {
        let pipeline = try PipelineDefinition(yaml: toyYAML, file: "p.yaml", catalogue: toyCatalogue)
        #expect(pipeline.steps.map(\.descriptor.id) == ["read", "shout", "roster", "report"])
        #expect(pipeline.steps[1].settings.number("pauses.min") == 0.25)
        #expect(pipeline.until("shout").steps.count == 2)
    }

    @Test func overridesAreCheckedAsTheFileIs() throws {
        let pipeline = try PipelineDefinition(
            yaml: toyYAML, file: "p.yaml", catalogue: toyCatalogue, overrides: ["shout": ["pauses.min": "0.3"]])
        #expect(pipeline.steps[1].settings.number("pauses.min") == 0.3)
        for (stage, key, value) in [("shout", "pauses.min", "9"), ("shout", "x", "1"), ("nope", "x", "1")] {
            #expect(throws: DefinitionError.self) {
                try PipelineDefinition(
                    yaml: toyYAML, file: "p.yaml", catalogue: toyCatalogue, overrides: [stage: [key: value]])
            }
        }
    }

    @Test func differentListsHaveDifferentSpellings() {
        #expect(SettingValue.list(["a, b"]).description != SettingValue.list(["a", "b"]).description)
        #expect(SettingValue.list(["a\"", "b"]).description != SettingValue.list(["a", "\"b"]).description)
    }

    @Test func textsFromTheCommandLineAreTakenAsTheyStand() {
        #expect(Setting.Kind.text(hint: "").value(ofText: "{label}: # 1") == .text("{label}: # 1"))
        #expect(Setting.Kind.choice(["a"]).value(ofText: "b") == nil)
        #expect(Setting.Kind.bool.value(ofText: "true") == .bool(true))
        #expect(Setting.Kind.list(of: []).value(ofText: "[x, y]") == .list(["x", "y"]))
    }

    @Test func keysDependOnContentAlone() {
        func key(_ settings: [String: SettingValue], _ inputs: [String: String]) -> String {
            RunKey.make(
                stage: ShoutStage.descriptor,
                settings: Settings(schema: ShoutStage.descriptor.settings, overrides: settings), resources: [:],
                inputs: inputs, files: [:], facts: [:]
            ).digest
        }
        #expect(key([:], ["letters": "a"]) == key(["mark": .text("!")], ["letters": "a"]))
        #expect(key([:], ["letters": "a"]) != key(["mark": .text("?")], ["letters": "a"]))
        #expect(key([:], ["letters": "a"]) != key([:], ["letters": "b"]))
    }

    /// Published test vector (FIPS 180-4: "abc").
    @Test func digestIsSHA256() {
        #expect(
            Digest.sha256(.init("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
