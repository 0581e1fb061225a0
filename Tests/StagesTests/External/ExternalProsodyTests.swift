import Foundation
import Pipeline
import Prosody
import Signal
import Testing
import Transcript
@testable import Stages

@Suite struct ExternalProsodyTests {
    // Words of 0.3 s at 0.4, 0.8, … s: turn 1 has words 1-4, turn 2 words 5-12, turn 3 word 13, turn 4 words 14-17.
    private let talk = ProgramBench.talk(isTimed: true)

    private func mark(_ script: String, _ arguments: [String] = ["{wav}", "{json}", "{result}"], timeout: Double = 120) throws -> (transcript: Transcript, unused: Int) {
        let bench = try ProgramBench(script)
        let program = try ExternalProsody(command: ["./program"] + arguments, timeout: timeout, base: bench.root)
        let marks = try program.marks(
            talk, complaints: bench.complaints,
            sound: { url in
                var source = ArraySource([Float](repeating: 0.1, count: 20 * 16_000), rate: .analysis)
                return try WaveWriter.write(&source, to: url, progress: { _ in })
            }, progress: { _ in })
        return marks.applied(to: talk)
    }

    private func table(_ rows: String) -> String { "cat > \"$3\" <<'END'\n" + rows.replacing("|", with: "\t") + "\nEND" }

    /// The turn as words, with marks between them.
    private func shown(_ turn: Turn) -> String {
        turn.elements.map { element in
            switch element {
            case .word(let word): word.text + (word.prominence.flatMap { $0.level > 0 ? "*\($0.level)" : nil } ?? "")
            case .mark(let mark): "(" + [mark.kind.rawValue, mark.label].compactMap { $0 }.joined(separator: " ") + (mark.until.map { " until \($0)" } ?? "") + ")"
            }
        }.joined(separator: " ")
    }

    @Test func marksGoToTheirWordsAndGaps() throws {
        let (marked, unused) = try mark(
            table(
                """
                0.75|0.79|pause
                1.2|1.5|prominent
                1.95|1.99|pause
                2.4|3.1|loud
                2.8|3.1|emphasis|S2
                3.11|3.19|laughter
                4.7|5.1|rising
                15|16|whisper
                16|17|breath
                """))
        #expect(shown(marked.turns[0]) == "Hei (pause) hva heter*1 du")
        #expect(shown(marked.turns[1]) == "(pause latency) Eg (toneOfVoice loud until 7) heiter Kari*2 (laughter) og kjem ikkje frå Bø (intonation rising)")
        #expect(shown(marked.turns[3]) == "Eg er 45 år (breath)")
        #expect(unused == 1, "a whisper where nobody has words")
        let pause = try #require(marked.turns[0].marks.first), rate = talk.recording.rate
        #expect(pause.source == .measured && pause.range == SampleRange(rate.position(seconds: 0.75), rate.position(seconds: 0.79)))
        #expect(abs((pause.evidence["duration_s"] ?? 0) - 0.04) < 1e-9)
        // Marked again, from what is marked already: the same.
        let again = GivenMarks([]).applied(to: marked).transcript
        #expect(again == talk)
    }

    @Test func whatTheDraftHasGetsItsPlace() throws {
        var typed = talk
        typed.turns[0].elements.insert(.mark(Mark(kind: .laughter, source: .draft, text: "ler litt")), at: 1)
        let range = SampleRange(SampleRate.analysis.position(seconds: 0.72), SampleRate.analysis.position(seconds: 0.78))
        let marked = GivenMarks([.init(range: range, name: "laughter")]).applied(to: typed).transcript
        #expect(marked.turns[0].marks.count == 1)
        #expect(marked.turns[0].marks[0].text == "ler litt" && marked.turns[0].marks[0].source == .draft)
        #expect(marked.turns[0].marks[0].range == range.converted(from: .analysis, to: talk.recording.rate))
    }

    /// Labels in another order give the same transcript.
    @Test func theOrderOfTheTableDoesNotCount() throws {
        let labels = (0..<40).map { number -> GivenMarks.Label in
            let start = (number * 7_919) % 110_000
            return .init(range: SampleRange(start, start + 4_000), name: GivenMarks.names[number % GivenMarks.names.count])
        }
        #expect(GivenMarks(labels).applied(to: talk).transcript == GivenMarks(labels.reversed()).applied(to: talk).transcript)
    }

    @Test func faultsAreToldWithoutTheTalk() throws {
        func fault(_ script: String, timeout: Double = 120) -> String { ProgramBench.fault { _ = try mark(script, timeout: timeout) } }
        #expect(fault(table("1|2|hemmelig")).contains("mark on line 1 that is not known"))
        #expect(fault(table("1|2|loud\n3|2|loud")).contains("line 2 whose times cannot be"))
        #expect(fault(table("1|nan|loud")).contains("line 1 whose times cannot be"))
        #expect(fault(table("1|400|loud")).contains("after the end of the recording"))
        #expect(fault(table("1|2|loud|Kari")).contains("names a speaker on line 1"))
        #expect(fault(table("og da sa Kari det")).contains("line 1 that is not start, end and label"))
        #expect(fault("printf '\\377' > \"$3\"").contains("not text in UTF-8"))
        #expect(fault("exit 5").contains("exit code 5"))
        #expect(fault("exec sleep 60", timeout: 1).contains("not done after 1 s"))
        #expect(ProgramBench.fault { _ = try ExternalProsody(command: ["/bin/sh", "{json}"], timeout: 1, base: URL(fileURLWithPath: "/")) }.contains("no {wav}"))
    }

    /// What our own analysis of a real recording marks, written as a table by whose every mark is found again, comes back as it was.
    @Test func ourOwnMarksComeBack() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("prosody-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        var request = try RunRequest.make(
            arguments: ["intervju", WholePipelineTests.sample("intervju_stereo.wav").path], study: nil, out: root.path, settings: [:])
        request.stop(after: "prosody")
        #expect(await request.runner(options: .init(jobs: 1), observer: { _ in }).run(request.selected).failures.isEmpty)
        let store = ArtefactStore(folders: request.study.folders)
        func latest<A: Artefact>(_ stage: String, _ type: A.Type) throws -> A { try A(decoding: try #require(store.latest(item: "intervju_stereo", stage: stage)).data) }
        let before = try latest("align", AlignedTranscript.self).transcript, own = try latest("prosody", MarkedTranscript.self).transcript
        let rate = own.recording.rate
        var rows: [String] = []
        for turn in own.turns {
            for element in turn.elements {
                var label: String?, range = element.range
                switch element {
                case .word(let word): label = word.prominence.flatMap { $0.level == 0 ? nil : $0.level == 2 ? "emphasis" : "prominent" }
                case .mark(let mark) where mark.source == .measured || mark.evidence["measured"] != nil:
                    switch mark.kind {
                    case .pause, .trailingOff: label = mark.label == "rhetorical" ? "rhetorical-pause" : mark.label == "filled" ? "filled" : "pause"
                    case .toneOfVoice, .intonation: label = mark.label
                    default: label = mark.kind.rawValue
                    }
                    if mark.kind == .toneOfVoice, let first = turn.words.first(where: { $0.range?.start == mark.range?.start })?.range,
                        let last = turn.words.first(where: { $0.id == mark.until })?.range { range = first.union(last) }
                case .mark: break
                }
                guard let label, let range else { continue }
                rows.append("\(rate.seconds(range.start))\t\(rate.seconds(range.end))\t\(label)\t\(turn.speaker)")
            }
        }
        #expect(rows.count > 10)
        let bench = try ProgramBench("")
        let program = try ExternalProsody(command: ["./program", "{wav}"], timeout: 20, base: bench.root)
        let made = try program.read(rows.shuffled().joined(separator: "\n"), speakers: own.speakers.map(\.id), length: rate.convert(own.recording.length, to: .analysis))
        let (again, unused) = made.applied(to: before)
        #expect(unused == 0)
        for (a, b) in zip(again.turns, own.turns) { #expect(shown(a) == shown(b)) }
        // And where it was, to a sample of the analysis.
        for (a, b) in zip(again.turns.flatMap(\.marks), own.turns.flatMap(\.marks)) where b.kind == .pause {
            guard let x = a.range, let y = b.range else { continue }
            #expect(abs(x.start - y.start) <= 3 && abs(x.end - y.end) <= 3)
        }
    }
}
