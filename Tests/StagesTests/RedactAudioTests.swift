import Anonymization
import AudioIngest
import CodingStore
import Foundation
import Pipeline
import Redaction
import Signal
import Testing
import Transcript

@testable import Stages

/// The command on the sample recordings, whose words and times are known.
@Suite(.serialized) struct RedactAudioTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("redact-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func sample(_ name: String) -> String { WholePipelineTests.sample(name).path }

    private func samples(_ path: String) throws -> [Float] {
        let source = try Recording(path: path).interleavedSource()
        var result: [Float] = []
        while let block = try source.nextBlock() { result += block }
        return result
    }

    private func truth(_ name: String) throws -> [(start: Double, end: Double, word: String)] {
        let text = try String(contentsOf: WholePipelineTests.sample("fasit/\(name).words.tsv"), encoding: .utf8)
        var rows: [(start: Double, end: Double, word: String)] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count >= 4, let start = Double(fields[0]), let end = Double(fields[1]) else { continue }
            rows.append((start, end, fields[3]))
        }
        return rows
    }

    @Test func namesAreNotHeardAndAllElseIsAsItWas() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let audio = sample("intervju_stereo.wav"), out = folder.appendingPathComponent("a.sladdet.flac")
        let result = try RedactAudioTool().redact(
            audio, words: sample("fasit/intervju_stereo.words.tsv"), detections: nil, policy: "standard", to: out, progress: { _ in })
        let before = try samples(audio), after = try samples(out.path)
        let recording = try Recording(path: audio), rate = recording.rate, channels = recording.channels
        #expect(after.count == before.count)
        #expect(result.report.identifiers > 5)
        let made = try Recording(path: out.path)
        #expect(made.rate == rate && made.format.bitsPerSample == recording.format.bitsPerSample)

        // Every name of the sample's own list is silent, where its maker put it.
        let secret = try JSONDecoder().decode(WholePipelineTests.Identifiers.self, from: Data(contentsOf: WholePipelineTests.sample("fasit/identifiers.json")))
            .mustNotAppear.map { $0.lowercased() }
        var checked = 0
        for row in try truth("intervju_stereo") where secret.contains(row.word.lowercased().trimmingCharacters(in: .punctuationCharacters)) {
            checked += 1
            for frame in rate.position(seconds: row.start)..<rate.position(seconds: row.end) {
                #expect((0..<channels).allSatisfy { after[frame * channels + $0] == 0 }, "at \(row.start) s")
            }
        }
        #expect(checked >= 3)
        // Far from every span, every bit is as it was.
        var same = 0
        for frame in 0..<before.count / channels {
            let second = rate.seconds(frame)
            guard !result.report.spans.contains(where: { second > $0.start - 0.021 && second < $0.end + 0.021 }) else { continue }
            for index in frame * channels..<(frame + 1) * channels {
                if before[index] != after[index] { Issue.record("differs at \(second) s") ; return }
                same += 1
            }
        }
        #expect(same > before.count / 2)
        // The report speaks of types and times alone.
        for word in secret where word.count > 3 { #expect(!result.text.lowercased().contains(word)) }
        let json = String(decoding: try JSONEncoder().encode(result.report), as: UTF8.self).lowercased()
        for word in secret where word.count > 3 { #expect(!json.contains(word)) }
    }

    /// A decoder of other people's: the reference `flac`, when it is installed.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/flac")))
    func anotherDecoderReadsTheSame() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let audio = sample("intervju_stereo.wav"), out = folder.appendingPathComponent("a.flac"), wav = folder.appendingPathComponent("a.wav")
        let spans = folder.appendingPathComponent("spans.tsv")
        try "start\tend\n1.5\t2.25\tperson\n4,0\t4,5\n".write(to: spans, atomically: true, encoding: .utf8)
        var tool = RedactAudioTool()
        tool.margin = 0
        tool.filling = "beep"
        let result = try tool.redact(audio, spans: spans.path, to: out, progress: { _ in })
        #expect(result.report.counts == ["person": 1, "other": 1])
        for arguments in [["-t", "-s", "-w", out.path], ["-d", "-s", "-f", "-o", wav.path, out.path]] {
            let flac = Process()
            flac.executableURL = URL(fileURLWithPath: "/usr/bin/flac")
            flac.arguments = arguments
            try flac.run()
            flac.waitUntilExit()
            #expect(flac.terminationStatus == 0)
        }
        #expect(try samples(wav.path) == samples(out.path))
    }

    @Test func nothingOfTheRecordersDataIsInTheCopy() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let rate = 16_000, count = 3 * rate
        func le<T: FixedWidthInteger>(_ value: T) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
        func chunk(_ id: String, _ body: Data) -> Data {
            var result = Data(id.utf8)
            result += le(UInt32(body.count))
            result += body
            return body.count % 2 == 1 ? result + Data([0]) : result
        }
        let secrets = ["Solveig Hansteen", "ZOOM-77123", "2024-03-12"]
        func field(_ text: String, _ length: Int) -> Data { (Data(text.utf8) + Data(count: length)).prefix(length) }
        var bext = Data()
        for part in [field(secrets[0], 256), field(secrets[1], 32), field("REF", 32), field(secrets[2], 10), field("14:03:00", 8)] { bext += part }
        bext += Data(count: 8)
        bext += le(UInt16(1))
        bext += Data(count: 254)
        var tags = Data("INFO".utf8)
        tags += chunk("IART", Data((secrets[0] + "\0").utf8))
        tags += chunk("ICMT", Data((secrets[1] + "\0").utf8))
        let info = chunk("LIST", tags)
        var pcm = Data()
        for n in 0..<count { pcm += le(Int16(8_000 * sin(Double(n) * 0.1))) }
        var format = le(UInt16(1))
        format += le(UInt16(1))
        format += le(UInt32(rate))
        format += le(UInt32(2 * rate))
        format += le(UInt16(2))
        format += le(UInt16(16))
        var body = Data("WAVE".utf8)
        for part in [chunk("fmt ", format), chunk("bext", bext), info, chunk("data", pcm)] { body += part }
        let audio = folder.appendingPathComponent("x.wav"), spans = folder.appendingPathComponent("s.tsv"), out = folder.appendingPathComponent("x.flac")
        try (Data("RIFF".utf8) + le(UInt32(body.count)) + body).write(to: audio)
        try "1 2\n".write(to: spans, atomically: true, encoding: .utf8)
        _ = try RedactAudioTool().redact(audio.path, spans: spans.path, to: out, progress: { _ in })
        let bytes = try Data(contentsOf: out)
        for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil) }
        // Of FLAC's blocks: the stream's figures, and nothing that somebody could have filled in.
        var position = 4, kinds: [UInt8] = []
        while true {
            let head = bytes[position], length = bytes[(position + 1)..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
            kinds.append(head & 0x7F)
            if head & 0x7F == 4 {  // comments: the encoder's name, and none
                let vendor = Int(bytes[position + 4]) | Int(bytes[position + 5]) << 8
                #expect(bytes[(position + 8 + vendor)..<(position + 12 + vendor)].allSatisfy { $0 == 0 })
            }
            position += 4 + length
            if head & 0x80 != 0 { break }
        }
        #expect(kinds.allSatisfy { [0, 1, 3, 4].contains($0) }, "\(kinds)")
        let mode = try FileManager.default.attributesOfItem(atPath: out.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }

    @Test(arguments: [(8, 1), (16, 2), (24, 3)]) func bitsAndChannelsAreKept(bits: Int, channels: Int) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appendingPathComponent("in.flac"), out = folder.appendingPathComponent("out.flac"), spans = folder.appendingPathComponent("s.tsv")
        let descriptor = open(url.path, O_RDWR | O_CREAT, 0o600)
        let writer = try FLACWriter(descriptor: descriptor, name: "in", rate: SampleRate(22_050), channels: channels, bits: bits)
        var state: UInt32 = 1
        let full = Float(1 << (bits - 1))
        let samples = (0..<20_000 * channels).map { _ -> Float in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(bitPattern: state) >> Int32(32 - bits)) / full
        }
        try writer.write(samples)
        try writer.finish()
        try "0.2 0.4\n".write(to: spans, atomically: true, encoding: .utf8)
        var tool = RedactAudioTool()
        tool.margin = 0
        tool.fade = 0
        let result = try tool.redact(url.path, spans: spans.path, to: out, progress: { _ in })
        #expect(result.report.bits == bits && result.report.channels == channels && result.report.clipped == 0)
        let after = try self.samples(out.path)
        try #require(after.count == samples.count)
        let wanted = samples.enumerated().map { index, value in (4_410..<8_820).contains(index / channels) ? Float(0) : value }
        #expect(after == wanted)
    }

    @Test func withoutTimesItRefusesAndWritesNothing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let words = folder.appendingPathComponent("w.tsv"), out = folder.appendingPathComponent("o.flac")
        try "-\t-\tjeg\n-\t-\theter\n-\t-\tSolveig\n".write(to: words, atomically: true, encoding: .utf8)
        #expect(throws: RedactionError.noTimes) {
            _ = try RedactAudioTool().redact(sample("R09_0001.wav"), words: words.path, detections: nil, policy: "standard", to: out, progress: { _ in })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.tsv"])
    }

    @Test func aStudysRecordingGoesToTheConfidentialFolder() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let root = folder.appendingPathComponent("studie")
        try FileManager.default.createDirectory(at: root.appendingPathComponent("opptak"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: root.appendingPathComponent("utkast"), withIntermediateDirectories: true)
        try "study: prøve\npipeline: intervju\n".write(to: root.appendingPathComponent("ordrett.yaml"), atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(atPath: sample("intervju_stereo.wav"), toPath: root.appendingPathComponent("opptak/P01.wav").path)
        let drafts = try FileManager.default.contentsOfDirectory(atPath: WholePipelineTests.sample("utkast").path)
        let draft = try #require(drafts.first { $0.hasPrefix("intervju_stereo.") })
        try FileManager.default.copyItem(
            at: WholePipelineTests.sample("utkast/" + draft), to: root.appendingPathComponent("utkast/P01." + URL(fileURLWithPath: draft).pathExtension))
        // Before anything has been run nobody knows what to take out.
        #expect(throws: StageFault.self) { _ = try RedactAudioTool().redact("P01", study: root.path, out: nil, progress: { _ in }) }
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        #expect(await request.runner(options: .init(), observer: { _ in }).run(request.selected).failures.isEmpty)
        var tool = RedactAudioTool()
        tool.filling = "beep"
        let (result, url) = try tool.redact("P01", study: root.path, out: nil, progress: { _ in })
        #expect(url.path.hasSuffix("fortrolig/P01.sladdet.flac"))
        #expect(result.report.identifiers >= 5, "\(result.report.counts)")
        #expect(result.report.missing == 0)
        #expect(result.report.wordless != nil)
        // By the aligner's times, not the maker's: every name still goes.
        let after = try samples(url.path), rate = try Recording(path: url.path).rate
        let secret = try JSONDecoder().decode(WholePipelineTests.Identifiers.self, from: Data(contentsOf: WholePipelineTests.sample("fasit/identifiers.json")))
            .mustNotAppear.map { $0.lowercased() }
        for row in try truth("intervju_stereo") where secret.contains(row.word.lowercased().trimmingCharacters(in: .punctuationCharacters)) {
            for frame in rate.position(seconds: row.start)..<rate.position(seconds: row.end) { #expect(abs(after[2 * frame]) <= 0.101, "at \(row.start) s") }
            let middle = rate.position(seconds: (row.start + row.end) / 2)
            #expect((middle..<middle + 50).contains { abs(after[2 * $0]) > 0.05 }, "a beep at \(row.start) s")
        }
        // Again: the same bytes.
        let first = try Digest.sha256(file: url)
        _ = try tool.redact("P01", study: root.path, out: nil, progress: { _ in })
        #expect(try Digest.sha256(file: url) == first)
        let copies = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".flac") }
        #expect(copies == ["fortrolig/P01.sladdet.flac"])
        try await sharing(root, tool)
        tool.disguise = "speaker"
        let disguised = try tool.redact("P01", study: root.path, out: nil, progress: { _ in })
        #expect(disguised.result.report.voices == 2 && disguised.result.report.disguise == .speaker)
        #expect(try samples(url.path).count == after.count)
    }

    /// The way into `deling/`: signed, up to date, listened to, and nothing else.
    private func sharing(_ root: URL, _ tool: RedactAudioTool) async throws {
        let out = root.appendingPathComponent("deling").path + "/"
        #expect(RedactAudioTool.isForSharing(out) && RedactAudioTool.isForSharing(out + "a.flac") && !RedactAudioTool.isForSharing(folder.path))
        func refusal(_ target: String? = nil, by: String? = "Kari F", force: Bool = false) -> String {
            do {
                _ = try tool.share("P01", study: root.path, out: target ?? out, by: by, force: force, progress: { _ in })
                return ""
            } catch { return (error is GateFault ? "gate: " : error is RequestFault ? "request: " : "") + "\(error)" }
        }
        func sharedFiles() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasSuffix(".flac") || $0.hasSuffix(".tmp") }) ?? [] }
        #expect(refusal().hasPrefix("gate: the sound of 'P01'") && refusal().contains("ordrett audit sign P01"))
        try Signing.signAll(root)
        #expect(refusal(by: " ").hasPrefix("gate: ") && refusal(by: nil).contains("listened"))
        #expect(refusal(out + "navn.flac").hasPrefix("request: "))
        // No other sound goes there, under any name.
        for content in [OutputContent.sound] {
            #expect(throws: GateFault.self) { try OutputTarget.newFile(out + "P01.sladdet.flac", holding: content, inputs: [], force: true) }
        }
        let draft = try #require(FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("utkast").path).first)
        let url = root.appendingPathComponent("utkast/" + draft), text = try Data(contentsOf: url)
        try (text + Data("Informant: Og Gudveig Husvik.\n".utf8)).write(to: url)
        #expect(refusal().hasPrefix("gate: 'P01' is out of date"))
        try text.write(to: url)
        var other = tool
        other.margin = 0.4
        #expect(throws: GateFault.self, "another copy than the one in fortrolig/, which alone somebody can have heard") {
            try other.share("P01", study: root.path, out: out, by: "Kari F", force: false, progress: { _ in })
        }
        #expect(sharedFiles().isEmpty, "nothing came there on the way")

        let shared = try tool.share("P01", study: root.path, out: out, by: "Kari F", force: false, progress: { _ in })
        #expect(sharedFiles() == ["P01.sladdet.flac"])
        #expect(try Digest.sha256(file: shared.url) == Digest.sha256(file: root.appendingPathComponent("fortrolig/P01.sladdet.flac")), "what was listened to")
        #expect((try FileManager.default.attributesOfItem(atPath: shared.url.path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let manifest = try #require(ShareManifest.read(root.appendingPathComponent("deling/P01.signert.json")))
        let file = try #require(manifest.files.first { $0.name == "P01.sladdet.flac" })
        #expect(manifest.isWhole && file.madeBy == "redact-audio" && file.how?["listenedBy"] == "Kari F" && file.how?["filling"] == "beep")
        #expect(file.sha256 == shared.result.report.digest)
        #expect(try AuditVerification.verify(root.path).entries.first { $0.file == "P01.sladdet.flac" }?.state == .ok)
        let source = try #require(try CodingStore(root.appendingPathComponent("koding.sqlite")).sources().first { $0.item == "P01" })
        #expect(source.media == "deling/P01.sladdet.flac" && source.mediaDigest == file.sha256, "what an exported analysis may point at")
        #expect(refusal().contains("already"))
        #expect(refusal(force: true).isEmpty)
        // Who withdraws takes it along, whatever it is called.
        try FileManager.default.removeItem(at: root.appendingPathComponent("deling/P01.signert.json"))
        try FileManager.default.removeItem(at: shared.url)
    }
}
