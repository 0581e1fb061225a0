import AudioIngest
import Foundation
import Pipeline
import Signal
import Testing
import Transcript
@testable import Stages

@Suite struct RunsTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("runs-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    // MARK: Configuration

    @Test func commentsAndOrderInAStudyFileChangeNoSetting() throws {
        let root = try folder()
        defer { try? FileManager.default.removeItem(at: root) }
        func settings(_ yaml: String) throws -> [String] {
            try Data(yaml.utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
            return try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]).definition.steps.map { step in
                ([step.descriptor.id] + step.settings.canonical.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
            }
        }
        let one = try settings("study: s\npipeline: intervju\nnotation: jefferson\nsettings:\n  prosody: {pause_min: 0.3, tone: false}\n")
        let other = try settings("# A remark.\nsettings:\n  prosody:\n    tone: no   # not now\n    pause_min: 0.30\nnotation: 'jefferson'\npipeline: intervju\nstudy: s\n")
        #expect(one == other)
        let changed = try settings("study: s\npipeline: intervju\nnotation: jefferson\nsettings:\n  prosody: {pause_min: 0.35, tone: false}\n")
        #expect(zip(one, changed).filter { $0 != $1 }.map { $0.0.prefix(8) } == ["prosody "])
    }

    // MARK: Log

    @Test func theLogHoldsNoIdsAndNoValues() throws {
        let root = try folder()
        defer { try? FileManager.default.removeItem(at: root) }
        for name in ["opptak", "fortrolig"] { try FileManager.default.createDirectory(at: root.appendingPathComponent(name), withIntermediateDirectories: true) }
        try Data("study: s\n".utf8).write(to: root.appendingPathComponent("ordrett.yaml"))
        try FileManager.default.copyItem(at: WholePipelineTests.sample("telefonintervju.wav"), to: root.appendingPathComponent("opptak/Gunnhild.wav"))
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:]), keys = StudyKeys(request.study.folders)
        let recorder = RunRecorder(request, keys: keys, jobs: 2)
        let changed = Reason(from: ["setting.prompt": "Kari"], to: ["setting.prompt": "Ola"])
        recorder.note(.started(item: "Gunnhild", stage: "words", reason: changed, expected: nil))
        let log = RunLog(request.study.folders)
        #expect(log.entries().map(\.outcome) == [nil], "a run that is killed shows")
        recorder.note(.finished(item: "Gunnhild", stage: "words", outcome: .ran(seconds: 1.25, sameBytes: false)))
        recorder.note(.started(item: "Gunnhild", stage: "align", reason: .firstRun, expected: nil))
        recorder.note(.failed(ItemFailure(item: "Gunnhild", stage: "align", message: "cannot read 'Gunnhild.docx'")))
        var report = RunReport()
        report.failures = [ItemFailure(item: "Gunnhild", stage: "align", message: "")]
        try recorder.close(report)
        let url = request.study.folders.confidential.appendingPathComponent(RunLog.name), text = try String(contentsOf: url, encoding: .utf8)
        for secret in ["Gunnhild", "gunnhild", "Kari", "Ola"] { #expect(!text.contains(secret)) }
        #expect((try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let entry = try #require(log.entries().first)
        #expect(entry.outcome == "failed" && entry.steps?.map(\.outcome) == ["done", "failed"] && entry.steps?.first?.reason == "config.prompt changed")
        #expect(RunLog.ids(request)[entry.steps?.first?.item ?? ""] == "Gunnhild")
        // A line cut short by a full disk takes no other with it.
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"run\":\"half".utf8))
        try handle.close()
        let second = RunRecorder(request, keys: keys, jobs: 1)
        second.note(.started(item: "Gunnhild", stage: "words", reason: .forced, expected: nil))
        #expect(log.entries().count == 2)
    }

    // MARK: Differences

    private func transcript(_ words: [(String, String?)], pause: Int? = nil) -> Transcript {
        let rate = SampleRate.analysis
        var elements: [Element] = words.enumerated().map { index, word in
            .word(
                Word(
                    id: index, text: word.0, range: SampleRange(index * 8_000, index * 8_000 + 4_000),
                    normalized: word.1.map { Normalization(text: $0, rule: "word", confidence: 1) }))
        }
        if let pause { elements.insert(.mark(Mark(kind: .pause, source: .measured, range: SampleRange(4_000, 4_000 + pause))), at: 1) }
        return Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: rate, length: 160_000, channels: 1), language: "nb",
            speakers: [Speaker(id: "S1", label: "Informant")], turns: [Turn(id: 0, speaker: "S1", elements: elements)])
    }

    @Test func differencesNameWordsMarksAndForms() {
        let before = transcript([("ho", "hun"), ("va", "var"), ("der", nil)]), after = transcript([("ho", "hun"), ("va", "er"), ("der", nil), ("ja", nil)], pause: 8_000)
        let rows = RunDifference.rows(RunDifference.tokens(before, forms: true), RunDifference.tokens(after, forms: true))
        #expect(rows == [
            .init(seconds: 0.25, speaker: "Informant", what: "mark", before: "", after: "(pause 0.50 s)"),
            .init(seconds: 0.5, speaker: "Informant", what: "form", before: "→var", after: "→er"),
            .init(seconds: 1.5, speaker: "Informant", what: "word", before: "", after: "ja"),
        ])
        // Without forms, what the Bokmål layer did does not show.
        #expect(RunDifference.rows(RunDifference.tokens(before, forms: false), RunDifference.tokens(after, forms: false)).map(\.what) == ["mark", "word"])
        #expect(RunDifference.rows(RunDifference.tokens(after, forms: true), RunDifference.tokens(after, forms: true)).isEmpty)
    }

    // MARK: Watching

    @Test func aRecordingIsTakenWhenItIsWhole() throws {
        let root = try folder(), recorder = root.appendingPathComponent("recorder")
        defer { try? FileManager.default.removeItem(at: root) }
        var watch = RecordingWatch(folder: recorder, calm: 10)
        #expect(watch.look(now: 0).ready.isEmpty, "not plugged in")
        try FileManager.default.createDirectory(at: recorder, withIntermediateDirectories: true)
        let whole = try Data(contentsOf: WholePipelineTests.sample("telefonintervju.wav")), url = recorder.appendingPathComponent("R09_0003.wav")
        try whole.prefix(whole.count / 2).write(to: url)
        try Data("note".utf8).write(to: recorder.appendingPathComponent("README.txt"))
        #expect(watch.look(now: 1).growing == ["R09_0003.wav"])
        #expect(watch.look(now: 8).growing == ["R09_0003.wav"])
        // It grows once more just before it would have been taken.
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        try handle.write(contentsOf: whole[(whole.count / 2)..<(whole.count - 100)])
        let grown = watch.look(now: 12)
        #expect(grown.growing == ["R09_0003.wav"] && grown.arriving == ["R09_0003.wav"] && grown.unfinished.count == 1)
        // Still, but the header speaks of more: a copy that was broken off.
        let broken = watch.look(now: 30)
        #expect(broken.damaged == ["R09_0003.wav"] && broken.ready.isEmpty)
        let again = watch.look(now: 60)
        #expect(again.damaged.isEmpty && again.unfinished.count == 1, "told once, and still no recording")
        try handle.write(contentsOf: whole.suffix(100))
        try handle.close()
        #expect(watch.look(now: 70).ready.isEmpty)
        #expect(watch.look(now: 81).ready.map(\.lastPathComponent) == ["R09_0003.wav"])
        let done = watch.look(now: 200)
        #expect(done.ready.isEmpty && done.unfinished.isEmpty, "once")

        try FileManager.default.createDirectory(at: root.appendingPathComponent("opptak"), withIntermediateDirectories: true)
        let digests = DigestMemory(file: nil)
        func bring() throws -> String? { try RecordingImport.bring(url, into: root, digests: digests) {} }
        #expect(try bring() == "R09_0003.wav")
        let copy = root.appendingPathComponent("opptak/R09_0003.wav")
        #expect(try Data(contentsOf: copy) == whole)
        #expect((try FileManager.default.attributesOfItem(atPath: copy.path)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try bring() == nil, "the study has it")
        // Another recording of the same name is another recording.
        var other = whole
        other[whole.count - 1] ^= 1
        try other.write(to: url)
        #expect(try bring() == "R09_0003-2.wav")
        #expect(try Data(contentsOf: copy) == whole)
        struct Stop: Error {}
        other[whole.count - 1] ^= 2
        try other.write(to: url)
        // It goes on growing while it is copied.
        #expect(throws: StageFault.self) {
            _ = try RecordingImport.bring(url, into: root, digests: digests) { try (other + Data([0])).write(to: url) }
        }
        try other.write(to: url)
        #expect(throws: Stop.self) { _ = try RecordingImport.bring(url, into: root, digests: digests) { throw Stop() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("opptak").path).sorted() == ["R09_0003-2.wav", "R09_0003.wav"])
    }

    @Test func aRecordingThatIsStillCopiedIsLeftOutOfARun() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("study-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        _ = try StudyMaker.make(at: root, pipeline: "intervju")
        let own = root.appendingPathComponent("opptak"), whole = try Data(contentsOf: WholePipelineTests.sample("intervju_dialekt.flac"))
        try whole.write(to: own.appendingPathComponent("P01.flac"))
        let growing = own.appendingPathComponent("P02.flac")
        try whole.prefix(whole.count / 2).write(to: growing)
        var watch = RecordingWatch(folder: own, calm: 10, isLocal: true)
        let clock = Date().timeIntervalSince1970
        let first = watch.look(now: 0, clock: clock)
        #expect(first.ready.isEmpty && first.growing == ["P01.flac", "P02.flac"], "put there just now")
        // Another start of the program: what was last changed long ago is ready at once, and half a FLAC file never is.
        var later = RecordingWatch(folder: own, calm: 10, isLocal: true)
        let look = later.look(now: 0, clock: clock + 60)
        #expect(look.ready.map(\.lastPathComponent) == ["P01.flac"] && look.damaged == ["P02.flac"] && look.unfinished.count == 1)
        var request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        #expect(request.selected.map(\.id) == ["P01", "P02"])
        request.leaveOut(look.unfinished)
        #expect(request.selected.map(\.id) == ["P01"] && request.all.map(\.id) == ["P01", "P02"])
        try whole.write(to: growing)
        #expect(later.look(now: 20, clock: clock + 80).growing == ["P02.flac"])
        #expect(later.look(now: 31, clock: clock + 91).ready.map(\.lastPathComponent) == ["P02.flac"])
    }
}
