import Anonymization
import Foundation
import Pipeline
import Signal
import Speech
import Testing
import Transcript
@testable import Stages

/// The whole way on the sample recordings, whose truth is known.
@Suite(.serialized) struct WholePipelineTests {
    static let samples = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("SampleAudio")

    struct Identifiers: Decodable { var mustNotAppear: [String] }

    static func sample(_ name: String) -> URL { samples.appendingPathComponent(name) }

    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("whole-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    private func run(_ request: RunRequest, jobs: Int = 2) async -> RunReport {
        await request.runner(options: .init(jobs: jobs), observer: { _ in }).run(request.selected)
    }

    private func files(_ root: URL) -> [URL] {
        (FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? [])
            .filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    }

    /// The texts inside a file: of a docx, of its parts.
    private func content(_ url: URL) throws -> Data {
        guard url.pathExtension == "docx" else { return try Data(contentsOf: url) }
        let unzip = Process(), pipe = Pipe()
        unzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        unzip.arguments = ["python3", "-c", "import sys,zipfile,re\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): sys.stdout.buffer.write(re.sub(rb'<[^>]+>',b'',z.read(n))+b'\\n')", url.path]
        unzip.standardOutput = pipe
        try unzip.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        unzip.waitUntilExit()
        #expect(unzip.terminationStatus == 0)
        return data
    }

    @Test func aFolderOfRecordingsBecomesAnonymisedTranscripts() async throws {
        let out = try folder()
        defer { try? FileManager.default.removeItem(at: out) }
        let inputs = ["intervju_stereo.wav", "R09_0001.wav", "R09_0002.wav"].map { Self.sample($0).path }
        let request = try RunRequest.make(arguments: ["intervju"] + inputs, study: nil, out: out.path, settings: [:])
        #expect(request.all.map(\.id) == ["R09_0001", "intervju_stereo"])
        let first = await run(request)
        #expect(first.failures.isEmpty && first.done.isEmpty)
        #expect(first.held.map(\.item) == ["R09_0001", "R09_0001", "intervju_stereo", "intervju_stereo"])
        #expect(Set(first.held.map(\.stage)) == ["export", "figures"])
        #expect(files(request.study.folders.sharing).isEmpty, "nothing is shared before somebody has signed")
        try Signing.signAll(out)
        let report = await run(request)
        #expect(report.failures.isEmpty && report.held.isEmpty)
        #expect(report.done.count == 2)
        #expect(report.stagesRun == 4, "what was held back, of two recordings")
        #expect(try AuditVerification.verify(out.path).isGood)

        let shared = files(request.study.folders.sharing)
        for ending in ["docx", "html", "vtt", "maxqda.txt", "nvivo.txt", "json", "signert.json", "rttm", "forlop.svg", "samtaletall.csv"] {
            let found = shared.map(\.lastPathComponent).filter { $0.hasSuffix("." + ending) && !$0.hasSuffix("samtaletall.html") && (ending != "json" || !$0.hasSuffix(".signert.json")) }
            #expect(found.count == 2, "\(ending)")
        }
        let truth = try JSONDecoder().decode(
            Identifiers.self, from: Data(contentsOf: Self.sample("fasit/identifiers.json"))
        ).mustNotAppear
        #expect(truth.count > 20)
        for file in shared {
            let leaked = leaks(of: truth, in: try content(file)).map { truth[$0] }
            #expect(leaked.isEmpty, "\(file.lastPathComponent)")
        }
        // The check can fail: the raw document does hold names.
        let raw = try #require(files(request.study.folders.confidential).first { $0.lastPathComponent.hasSuffix(".fortrolig.docx") })
        #expect(!leaks(of: truth, in: try content(raw)).isEmpty)

        // Informants of different recordings stay different people.
        let stereo = try String(contentsOf: request.study.folders.sharing.appendingPathComponent("intervju_stereo.maxqda.txt"), encoding: .utf8)
        let split = try String(contentsOf: request.study.folders.sharing.appendingPathComponent("R09_0001.maxqda.txt"), encoding: .utf8)
        #expect(stereo.contains("Informant 4:") && split.contains("Informant 9:"))

        for id in ["intervju_stereo", "R09_0001"] { try checkAgainstTruth(id, ArtefactStore(folders: request.study.folders)) }

        // Again: nothing to do, and on one core the same bytes.
        #expect(await run(request).stagesRun == 0)
        let alone = try folder()
        defer { try? FileManager.default.removeItem(at: alone) }
        let serial = try RunRequest.make(arguments: ["intervju"] + inputs, study: nil, out: alone.path, settings: [:])
        _ = await run(serial, jobs: 1)
        try Signing.signAll(alone)
        _ = await run(serial, jobs: 1)
        for file in shared {
            let other = serial.study.folders.sharing.appendingPathComponent(file.lastPathComponent)
            #expect(try Data(contentsOf: file) == Data(contentsOf: other), "\(file.lastPathComponent)")
        }
    }

    /// Words, pauses and speakers lie where the sample's maker put them.
    private func checkAgainstTruth(_ id: String, _ store: ArtefactStore) throws {
        let marked = try #require(store.latest(item: id, stage: "prosody"))
        let transcript = try MarkedTranscript(decoding: marked.data).transcript
        let rate = transcript.recording.rate
        let truth = try String(contentsOf: Self.sample("fasit/\(id).words.tsv"), encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t").map(String.init) }.filter { $0.count >= 4 && Double($0[0]) != nil }
        let words = transcript.turns.flatMap(\.words)
        #expect(words.count == truth.count)
        // Matched by order and text; a number is spelt in pieces in the one and not in the other.
        let pairs = zip(words, truth).filter { $0.text.lowercased() == $1[3].lowercased().trimmingCharacters(in: ["-"]) }
        #expect(pairs.count >= truth.count * 9 / 10)
        let errors = pairs.map { word, row in
            word.range.map { abs(rate.seconds($0.start) - (Double(row[0]) ?? 0)) } ?? 10
        }.sorted()
        #expect(errors[errors.count / 2] < 0.04, "\(id): median")
        #expect(errors[errors.count * 9 / 10] < 0.15, "\(id): ninth decile")

        // Every long pause inside a turn is marked, with its length.
        let pauses = try String(contentsOf: Self.sample("fasit/\(id).pauses.tsv"), encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t").map(String.init) }.filter { $0.count >= 4 && $0[3] == "inside" }
        let found = transcript.turns.flatMap(\.marks).filter { $0.kind == .pause || $0.kind == .trailingOff }.compactMap(\.range)
        for pause in pauses {
            guard let start = Double(pause[0]), let end = Double(pause[1]), end - start >= 0.6 else { continue }
            let nearest = found.map { abs(rate.seconds($0.start) - start) + abs(rate.seconds($0.end) - end) }.min() ?? 10
            #expect(nearest < 0.5, "\(id): pause at \(start)")
        }

        // In the split recording the interviewer says five seconds in all: too little to know a voice by.
        guard id != "R09_0001" else { return }
        let map = try SpeakerMap(decoding: try #require(store.latest(item: id, stage: "speakers")).data)
        let reference = try RTTM(parsing: String(contentsOf: Self.sample("fasit/\(id).speech.rttm"), encoding: .utf8))
        let score = DiarizationScore(
            reference: reference.segments(rate: .analysis), hypothesis: map.segments, rate: .analysis)
        #expect(score.confusion / score.total < 0.05, "\(id): speakers")
        #expect(score.errorRate < 0.2, "\(id): speech and speakers")
    }

    @Test func confidentialFilesAreClosedAndStamped() async throws {
        let out = try folder()
        defer { try? FileManager.default.removeItem(at: out) }
        let request = try RunRequest.make(
            arguments: ["intervju", Self.sample("intervju_stereo.wav").path], study: nil, out: out.path, settings: [:])
        #expect(await run(request).failures.isEmpty)
        for file in files(request.study.folders.confidential) {
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600, "\(file.lastPathComponent)")
        }
        let words = "Hattfjelldal"
        for file in files(request.study.folders.cache) {
            #expect(try Data(contentsOf: file).range(of: Data(words.utf8)) == nil, "the cache quotes a transcript")
        }
    }

    @Test func aBadRecordingFailsAloneWithItsOwnMessage() async throws {
        let out = try folder(), inputs = try folder()
        defer {
            try? FileManager.default.removeItem(at: out)
            try? FileManager.default.removeItem(at: inputs)
        }
        try FileManager.default.copyItem(at: Self.sample("intervju_stereo.wav"), to: inputs.appendingPathComponent("good.wav"))
        try Data("dette er ikke lyd".utf8).write(to: inputs.appendingPathComponent("text.wav"))
        try Data().write(to: inputs.appendingPathComponent("empty.wav"))
        try FileManager.default.createDirectory(at: inputs.appendingPathComponent("folder.wav"), withIntermediateDirectories: true)
        let request = try RunRequest.make(
            arguments: ["intervju", inputs.path], study: nil, out: out.path, settings: [:])
        let report = await run(request)
        #expect(report.done.isEmpty && Set(report.held.map(\.item)) == ["good"])
        #expect(Set(report.failures.map(\.item)) == ["text", "empty"])
        #expect(Set(report.failures.map(\.message)).count == 2)
        #expect(report.failures.allSatisfy { !$0.isInternal })
    }
}
