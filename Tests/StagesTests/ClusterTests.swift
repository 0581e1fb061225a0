import Foundation
import Pipeline
import Testing
@testable import Stages

/// A study folder with recordings and no results, removed at the end.
private final class ClusterStudy {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-" + UUID().uuidString)

    init(recordings: Int) throws {
        for name in ["opptak", "fortrolig"] { try FileManager.default.createDirectory(at: root.appendingPathComponent(name), withIntermediateDirectories: true) }
        try Data("study: s\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        for number in 0..<recordings {
            try FileManager.default.copyItem(at: WholePipelineTests.sample("telefonintervju.wav"), to: root.appendingPathComponent("opptak/Samtale-\(number).wav"))
        }
    }

    deinit { try? FileManager.default.removeItem(at: root) }
}

@Suite struct ClusterTests {
    /// Random recordings, from a linear congruential generator.
    private func entries(_ count: Int, seed: UInt64) -> [ShardManifest.Entry] {
        var state = seed
        func next(_ below: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % below
        }
        return (0..<count).map { .init(id: "P\($0)", seconds: Double(next(60_000)) / 10, bytes: Int(next(1_000_000_000))) }
    }

    @Test(arguments: [1, 2, 3, 7, 40, 60]) func sharesDivideTheRecordingsAndAreBalanced(count: Int) {
        for seed in 1...20 as ClosedRange<UInt64> {
            let manifest = ShardManifest(entries(40, seed: seed)), shares = manifest.shares(count)
            #expect(shares.count == count)
            #expect(shares.flatMap { $0 }.sorted() == manifest.entries.map(\.id).sorted())
            let seconds = Dictionary(uniqueKeysWithValues: manifest.entries.map { ($0.id, $0.seconds) })
            let loads = shares.map { $0.reduce(0) { $0 + (seconds[$1] ?? 0) } }, sorted = seconds.values.sorted(by: >)
            // No division is better than an even one, or than the longest recording alone; Graham 1969: at most 4/3 of the best.
            let best = max(sorted[0], sorted.reduce(0, +) / Double(count), count < 40 ? sorted[count - 1] + sorted[count] : 0)
            #expect((loads.max() ?? 0) <= best * (4.0 / 3 - 1 / (3 * Double(count))) + 0.1)
            // Whatever order they are listed in.
            #expect(ShardManifest(manifest.entries.shuffled()).shares(count) == shares)
        }
    }

    @Test func aManifestReadsBackAndADamagedOneIsRefused() throws {
        let manifest = ShardManifest([.init(id: "Å-1", seconds: 12.3, bytes: 4), .init(id: "P2", seconds: 0, bytes: 64_000)])
        let again = try ShardManifest(text: manifest.text, name: "klynge.tsv")
        #expect(again == manifest && again.digest == manifest.digest && again.text.hasPrefix("# ordrett manifest 1"))
        for (text, line) in [("P1\t1\t2\n", nil), (manifest.text + "P2\t1.0\t3\n", 4), (manifest.text + "P3\tx\t3\n", 4), (manifest.text + "P3\t1.0\n", 4), (manifest.text + "P3\t-1\t3\n", 4), (manifest.text + "P3\tnan\t3\n", 4)] as [(String, Int?)] {
            do {
                _ = try ShardManifest(text: text, name: "klynge.tsv")
                Issue.record("read: \(text)")
            } catch let fault as StageFault {
                #expect(fault.description.contains(line.map { "line \($0)" } ?? "is no manifest"))
            }
        }
    }

    @Test func aRecordingThatIsAnotherNowIsRefused() throws {
        let study = try ClusterStudy(recordings: 2)
        let request = try RunRequest.make(arguments: [], study: study.root.path, out: nil, settings: [:]), manifest = ShardManifest(request)
        #expect(try manifest.items(of: request).map(\.id) == request.all.map(\.id))
        #expect(manifest.entries.allSatisfy { $0.seconds > 0 && $0.bytes > 0 })
        var entries = manifest.entries
        entries[0].bytes += 1
        #expect(throws: StageFault.self) { try ShardManifest(entries).items(of: request) }
        entries[0].id = "gone"
        #expect(throws: StageFault.self) { try ShardManifest(entries).items(of: request) }
    }

    @Test func theScriptIsOneThatBashTakesWhateverThePathsAre() throws {
        let study = try ClusterStudy(recordings: 1)
        let request = try RunRequest.make(arguments: [], study: study.root.path, out: nil, settings: [:])
        var script = ClusterScript(request: request, manifest: URL(fileURLWithPath: "/a b/it's $HOME/klynge.tsv"), shares: 40, program: "/opt/`x`/ordrett", environment: ["ORDRETT_KEYS": "/keys"])
        script.limit = 10
        script.account = "p1"
        let text = script.text
        #expect(text.contains("#SBATCH --array=1-40%10\n") && text.contains("#SBATCH --account=p1\n") && text.contains("seq 3") && text.contains("export ORDRETT_KEYS='/keys'"))
        #expect(!text.contains("--partition"))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("script-\(UUID().uuidString).sh")
        defer { try? FileManager.default.removeItem(at: file) }
        // The values, as bash reads them.
        let values = text.split(separator: "\n").filter { $0.hasPrefix("manifest=") || $0.hasPrefix("ordrett=") }.joined(separator: "\n")
        try Data((values + "\nprintf '%s|%s' \"$manifest\" \"$ordrett\"\n").utf8).write(to: file)
        #expect(try bash([file.path]) == (0, "/a b/it's $HOME/klynge.tsv|/opt/`x`/ordrett"))
        try Data(text.utf8).write(to: file)
        #expect(try bash(["-n", file.path]) == (0, ""))
        #expect(try bash([file.path, "nonsense"]).code == 64)
    }

    private func bash(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = Pipe()
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func reportsOfSharesAreSealedAndTheNewestCounts() throws {
        let study = try ClusterStudy(recordings: 2), keys = StudyKeys(Study.layout(study.root))
        let request = try RunRequest.make(arguments: [], study: study.root.path, out: nil, settings: [:]), manifest = ShardManifest(request), id = request.all[0].id
        let reports = ShardReports(Study.layout(study.root), keys: keys)
        var report = ShardReport(manifest: manifest.digest, shard: 1, count: 2, items: request.all.map(\.id)), run = RunReport()
        run.failures = [ItemFailure(item: id, stage: "ingest", message: "cut off")]
        // It failed on what is still there.
        run.failures[0].key = try request.runner(options: .init(), keys: keys, observer: { _ in }).plan(request.all).first { $0.item == id }?.key?.digest
        run.awaiting = [request.all[1].id: "interviewer"]
        report.close(run)
        try reports.write(report)
        #expect(reports.failures(of: manifest)[id]?.message == "cut off")
        #expect(reports.rows(of: manifest)[request.all[1].id]?.outcome == "waits")
        let left = try MissingShares(manifest, request: request, keys: keys, count: nil)
        #expect(left.count == 2 && left.rows.map(\.outcome) == ["failed", "missing"] && left.array == "1-2")
        // A full disk says nothing of the recording.
        var full = report
        run.failures[0].endsRun = true
        full.began += 0.5
        full.close(run)
        #expect(full.rows.map(\.outcome) == ["stopped", "waits"])
        // Another list is another matter.
        #expect(reports.failures(of: ShardManifest(Array(manifest.entries.dropLast()))).isEmpty)
        var newer = ShardReport(manifest: manifest.digest, shard: 3, count: 5, items: [id])
        newer.began = report.began + 1
        try reports.write(newer)
        #expect(reports.failures(of: manifest).isEmpty && reports.rows(of: manifest)[id]?.outcome == "running")
        for name in try FileManager.default.contentsOfDirectory(atPath: ShardReports.folder(Study.layout(study.root)).path) {
            let data = try Data(contentsOf: ShardReports.folder(Study.layout(study.root)).appendingPathComponent(name))
            #expect(data.range(of: Data("cut off".utf8)) == nil && data.range(of: Data(id.utf8)) == nil)
        }
        #expect(StudyRoom.claiming("fortrolig/klynge.tsv") == [.memory] && StudyRoom.claiming("fortrolig/.mellomlager/andeler/1-2") == [.memory])
        #expect(StudyRoom.claiming(".ordrett/laas/0a.lock") == [.locks])
    }
}
