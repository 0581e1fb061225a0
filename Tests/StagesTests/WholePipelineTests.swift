import Anonymization
import Foundation
import Pipeline
import Testing
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
        let report = await run(request)
        #expect(report.failures.isEmpty)
        #expect(report.done.count == 2)

        let shared = files(request.study.folders.sharing)
        for ending in ["docx", "html", "vtt", "maxqda.txt", "nvivo.txt", "json", "rttm", "revisjon.md"] {
            #expect(shared.filter { $0.lastPathComponent.hasSuffix("." + ending) }.count == 2)
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
        let raw = try #require(files(request.study.folders.confidential).first { $0.pathExtension == "docx" })
        #expect(!leaks(of: truth, in: try content(raw)).isEmpty)

        // Informants of different recordings stay different people.
        let stereo = try String(contentsOf: request.study.folders.sharing.appendingPathComponent("intervju_stereo.maxqda.txt"), encoding: .utf8)
        let split = try String(contentsOf: request.study.folders.sharing.appendingPathComponent("R09_0001.maxqda.txt"), encoding: .utf8)
        #expect(stereo.contains("Informant 4:") && split.contains("Informant 9:"))

        // Again: nothing to do, and on one core the same bytes.
        #expect(await run(request).stagesRun == 0)
        let alone = try folder()
        defer { try? FileManager.default.removeItem(at: alone) }
        let serial = try RunRequest.make(arguments: ["intervju"] + inputs, study: nil, out: alone.path, settings: [:])
        _ = await run(serial, jobs: 1)
        for file in shared {
            let other = serial.study.folders.sharing.appendingPathComponent(file.lastPathComponent)
            #expect(try Data(contentsOf: file) == Data(contentsOf: other), "\(file.lastPathComponent)")
        }
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
        #expect(report.done == ["good"])
        #expect(Set(report.failures.map(\.item)) == ["text", "empty"])
        #expect(Set(report.failures.map(\.message)).count == 2)
        #expect(report.failures.allSatisfy { !$0.isInternal })
    }
}
