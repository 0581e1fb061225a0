import Foundation
import Pipeline
import Signal
import Testing
import Transcript
@testable import Stages

/// Other programs in a pipeline, through a whole study.
@Suite(.serialized) struct ExternalStagesTests {
    private func load(_ stages: String) throws -> PipelineDefinition {
        try PipelineDefinition(yaml: "name: prove\nstages:\n" + stages, file: "prove.yaml", catalogue: ordrettStages)
    }

    /// Every stage either takes another program or says why not.
    @Test func whatCannotBeReplacedSaysWhy() throws {
        for stage in ordrettStages.stages.map({ $0.descriptor }) {
            let takes = stage.settings.contains { $0.name == "command" }
            #expect(takes != (stage.irreplaceable != nil), "\(stage.id)")
            #expect(!takes || stage.settings.contains { $0.name == "timeout" && !$0.isPrivate } && stage.settings.contains { $0.name == "command" && $0.isPrivate }, "\(stage.id)")
        }
        #expect(Set(ordrettStages.stages.map { $0.descriptor }.filter { $0.irreplaceable == nil }.map(\.id))
            == ["vad", "speakers", "roles", "words", "align", "prosody", "detect", "bokmal", "export"])
        for (text, word) in [("  - ingest: {command: [x]}", "digest"), ("  - ingest\n  - contours: {command: [x]}", "pictures")] {
            let error = #expect(throws: DefinitionError.self) { try load(text) }
            #expect(error?.message.contains("no other program can take this stage's place: ") == true && error?.message.contains(word) == true)
            #expect(error?.line == text.split(separator: "\n").count + 2)
        }
        // From the command line as well.
        let error = #expect(throws: DefinitionError.self) {
            try PipelineDefinition(yaml: "stages: [ingest]", file: "p.yaml", catalogue: ordrettStages, overrides: ["ingest": ["command": "[x]"]])
        }
        #expect(error?.message.contains("no other program") == true)
    }

    @Test func nobodyLooksForNamesIsRefused() {
        #expect(throws: DefinitionError.self) {
            let settings = Settings(schema: DetectStage.descriptor.settings, overrides: ["own": .bool(false)])
            _ = try DetectStage(settings: settings)
        }
        for ending in ["", "docx", "DOCX", "../x", "textgrid"] {
            let settings = Settings(schema: ExportStage.descriptor.settings, overrides: ["command": .list(["x", "{json}"]), "ending": .text(ending)])
            #expect(throws: DefinitionError.self, "\(ending)") { _ = try ExportStage(settings: settings) }
        }
    }

    /// The sample interview with a program for every stage that takes one.
    private final class Study {
        let root: URL

        static let stages = """
              - ingest
              - vad: {command: [sh, vad.sh, '{wav}', '{rttm}']}
              - speakers: {command: [sh, speakers.sh, '{wav}', '{rttm}']}
              - voices
              - interviewer
              - roles: {command: [sh, roles.sh]}
              - words
              - align: {command: [python3, align.py, '{wav}', '{text}', '{result}']}
              - prosody: {command: [sh, prosody.sh, '{wav}', '{result}']}
              - detect: {command: [python3, detect.py]}
              - bokmal: {command: [sed, -e, 's/ikkje/ikke/g']}
              - register
              - anonymize
              - audit
              - export: {formats: [txt], confidential: [], command: [python3, export.py, '{json}', '{result}'], ending: words}
            """

        init() throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("external-" + UUID().uuidString)
            for folder in ["opptak", "utkast"] { try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true) }
            let samples = WholePipelineTests.samples, item = "intervju_stereo"
            try FileManager.default.copyItem(at: samples.appendingPathComponent("\(item).wav"), to: root.appendingPathComponent("opptak/\(item).wav"))
            try FileManager.default.copyItem(at: samples.appendingPathComponent("utkast/\(item).txt"), to: root.appendingPathComponent("utkast/\(item).txt"))
            func put(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }
            let truth = samples.appendingPathComponent("fasit").path
            try put("study: prove\npipeline: prove.yaml\n", "ordrett.yaml")
            try put("name: prove\nstages:\n" + Self.stages + "\n", "prove.yaml")
            // Audacity's labels of where there is speech.
            try put("awk '{ printf \"%s\\t%s\\tspeech\\n\", $4, $4 + $5 }' '\(truth)/\(item).speech.rttm' > \"$2\"\n", "vad.sh")
            try put("cp '\(truth)/\(item).speech.rttm' \"$2\"\n", "speakers.sh")
            try put("awk '{ t[$8] += $5 } END { for (v in t) if (t[v] > m) { m = t[v]; w = v } for (v in t) print v \"\\t\" (v == w ? \"participant\" : \"interviewer\") }'\n", "roles.sh")
            try put("printf '1.00\\t1.20\\temphasis\\n3.0\\t3.4\\tpause\\n' > \"$2\"\n", "prosody.sh")
            // The draft's words, one after the other where the truth has the recording's.
            try put(
                """
                import sys, json
                rows = [line.rstrip('\\n').split('\\t') for line in open('\(truth)/\(item).words.tsv', encoding='utf-8')]
                times = [(float(r[0]), float(r[1])) for r in rows if r[0][:1].isdigit()]
                words = open(sys.argv[2], encoding='utf-8').read().split()
                with open(sys.argv[3], 'w', encoding='utf-8') as out:
                    for index, word in enumerate(words):
                        start, end = times[min(index, len(times) - 1)]
                        out.write(json.dumps(dict(word=word, start=start, end=end) if index < len(times) else dict(word=word)) + '\\n')
                """, "align.py")
            // The third word, whatever it is.
            try put(
                """
                import sys, re
                text = sys.stdin.read()
                word = list(re.finditer(r'\\w+', text))[2]
                print('T1\\tMISC %d %d\\t%s' % (word.start(), word.end(), word.group()))
                """, "detect.py")
            try put(
                """
                import sys, json
                made = json.load(open(sys.argv[1], encoding='utf-8'))
                assert made['status'] == 'deidentified', made['status']
                words = [e['text'] for t in made['turns'] for e in t['elements'] if e['type'] == 'word']
                open(sys.argv[2], 'w', encoding='utf-8').write('\\n'.join(words) + '\\n')
                """, "export.py")
        }

        deinit { try? FileManager.default.removeItem(at: root) }

        func run(_ settings: [String: String] = [:]) async throws -> RunReport {
            let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
            return await request.runner(options: .init(jobs: 1), observer: { _ in }).run(request.selected)
        }

        func latest<A: Artefact>(_ stage: String, _ type: A.Type) throws -> A {
            let store = ArtefactStore(folders: Stages.Study.layout(root))
            return try A(decoding: try #require(store.latest(item: "intervju_stereo", stage: stage)).data)
        }
    }

    @Test func aStudyOfOtherPeoplesPrograms() async throws {
        let study = try Study()
        let first = try await study.run()
        #expect(first.failures.isEmpty, "\(first.failures.map(\.message))")
        #expect(first.held.map(\.stage) == ["export"])
        let shared = study.root.appendingPathComponent("deling")
        #expect(((try? FileManager.default.contentsOfDirectory(atPath: shared.path)) ?? []).isEmpty, "no program's file is shared before somebody has signed")

        let map = try study.latest("speakers", SpeakerMap.self)
        #expect(map.count == 2)
        let roles = try study.latest("roles", RoleMap.self)
        #expect(Set(roles.roles.values) == [.interviewer, .participant] && roles.certainty == .likely)
        let aligned = try study.latest("align", AlignedTranscript.self).transcript
        #expect(aligned.findings.contains { $0.code == "external-aligner" })
        let first3 = aligned.turns.flatMap(\.words).prefix(3).compactMap(\.range)
        #expect(first3.count == 3 && abs(aligned.recording.rate.seconds(first3[0].start) - 0.60059) < 0.001)
        let marked = try study.latest("prosody", MarkedTranscript.self).transcript
        #expect(marked.turns.flatMap(\.words).filter { $0.prominence?.level == 2 }.map(\.id) == [3])
        let found = try study.latest("detect", DetectionList.self).detections
        #expect(found.contains { $0.rule == "program" && $0.wordIDs == [3] })
        #expect(found.contains { $0.rule != "program" }, "what is found here is found all the same")

        try Signing.signAll(study.root)
        let second = try await study.run()
        #expect(second.failures.isEmpty && second.held.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(atPath: shared.path)
        let own = try #require(files.first { $0.hasSuffix(".words") })
        let text = try String(contentsOf: shared.appendingPathComponent(own), encoding: .utf8)
        let anonymized = try study.latest("anonymize", AnonymizedArtefact.self).transcript
        #expect(text == anonymized.document.turns.flatMap(\.words).map(\.text).joined(separator: "\n") + "\n")
        let manifest = ShareManifest.read(shared.appendingPathComponent(try #require(files.first { $0.hasSuffix(".signert.json") })))
        #expect(manifest?.files.contains { $0.name == own } == true, "the program's file is on the manifest")
        #expect(try AuditVerification.verify(study.root.path).isGood)

        // Nothing again; another script, and only what comes of it.
        #expect(try await study.run().stagesRun == 0)
        try Data("printf '1.00\\t1.20\\tprominent\\n' > \"$2\"\n".utf8).write(to: study.root.appendingPathComponent("prosody.sh"))
        let third = try await study.run()
        #expect(third.failures.isEmpty)
        #expect(try study.latest("prosody", MarkedTranscript.self).transcript.turns.flatMap(\.words).filter { $0.prominence?.level == 1 }.map(\.id) == [3])
        #expect(try study.latest("prosody", MarkedTranscript.self).transcript.turns.flatMap(\.words).allSatisfy { $0.prominence?.level != 2 })
    }

    /// A program that fails fails its recording, says so without the talk, and leaves what it said to who may read it.
    @Test func aProgramThatFailsIsTold() async throws {
        let study = try Study()
        try Data("import sys\nsys.stderr.write('og da sa Oddny det\\n')\nsys.exit(7)\n".utf8).write(to: study.root.appendingPathComponent("detect.py"))
        let report = try await study.run()
        let failure = try #require(report.failures.first)
        #expect(report.failures.count == 1 && failure.stage == "detect" && failure.item == "intervju_stereo")
        #expect(failure.message.contains("exit code 7") && failure.message.contains("fortrolig/intervju_stereo.detect.program.txt") && !failure.message.contains("Oddny"))
        let file = study.root.appendingPathComponent("fortrolig/intervju_stereo.detect.program.txt")
        #expect(try String(contentsOf: file, encoding: .utf8) == "og da sa Oddny det\n")
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
}
