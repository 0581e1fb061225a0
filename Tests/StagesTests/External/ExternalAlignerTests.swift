import Exchange
import Foundation
import Signal
import Testing
import Transcript
@testable import Stages

@Suite struct ExternalAlignerTests {
    private let talk = ProgramBench.talk()

    private func align(_ bench: ProgramBench, _ arguments: [String] = ["{wav}", "{text}", "{result}"], timeout: Double = 120) throws -> [SampleRange?] {
        let aligner = try ExternalAligner(command: ["./program"] + arguments, format: .auto, timeout: timeout, base: bench.root)
        return try aligner.align(
            talk, language: "nb", complaints: bench.complaints,
            sound: { url in
                var source = ArraySource([Float](repeating: 0.1, count: 20 * 16_000), rate: .analysis)
                return try WaveWriter.write(&source, to: url, progress: { _ in })
            }, progress: { _ in }
        ).map(\.range)
    }

    private func fault(_ script: String, timeout: Double = 120) throws -> String {
        let bench = try ProgramBench(script)
        return ProgramBench.fault { _ = try align(bench, timeout: timeout) }
    }

    /// Our own files with word times, read as an aligner's, put every word where it was.
    @Test(arguments: [ExportFormat.ctm, .textGrid])
    func ourOwnFilesComeBackAsTheyWere(_ format: ExportFormat) throws {
        let timed = ProgramBench.talk(isTimed: true)
        var layout = LayoutOptions()
        layout.view = .verbatim
        var table = try NotationTable.named("helse")
        table.backchannels.placement = .ownTurn
        table.fillers.verbatim = .keep
        let file = try ConfidentialExport.render(timed, format: format, notation: table, layout: layout)
        let bench = try ProgramBench("cat '\(format.rawValue)' > \"$3\"; true")
        try bench.put(String(decoding: file.data, as: UTF8.self), format.rawValue)
        try Data("#!/bin/sh\ncat '\(bench.root.path)/\(format.rawValue)' > \"$3\"\n".utf8).write(to: bench.root.appendingPathComponent("program"))
        let found = try align(bench)
        let wanted = timed.turns.flatMap(\.words).map { $0.range!.converted(from: timed.recording.rate, to: .analysis) }
        #expect(found.count == wanted.count)
        for (a, b) in zip(found, wanted) {
            let a = try #require(a)
            #expect(abs(a.start - b.start) <= 17 && abs(a.end - b.end) <= 17, "to a millisecond")
        }
    }

    private static let words = "hei hva heter du eg heiter kari og kjem ikkje frå bø mm eg er 45 år".split(separator: " ").map(String.init)

    /// The same words in every format, written by a program that reads the text it is given.
    @Test(arguments: ["ctm", "json", "jsonl", "vtt", "timed-vtt", "textgrid", "table"])
    func everyFormatGivesTheSamePlaces(_ format: String) throws {
        let bench = try ProgramBench(
            """
            import sys, json, re
            words = [w.strip(',.?') for w in open(sys.argv[2], encoding='utf-8').read().split()]
            times = [(0.5 * i, 0.5 * i + 0.25) for i in range(len(words))]
            form, out = '\(format)', open(sys.argv[3], 'w', encoding='utf-8')
            clock = lambda t: '00:%02d:%06.3f' % (t // 60, t % 60)
            if form == 'ctm': out.write(''.join('x 1 %.3f %.3f %s\\n' % (a, b - a, w) for w, (a, b) in zip(words, times)))
            if form == 'table': out.write(''.join('%.3f\\t%.3f\\t%s\\n' % (a, b, w) for w, (a, b) in zip(words, times)))
            if form == 'json': json.dump({'words': [dict(word=w, start=a, end=b) for w, (a, b) in zip(words, times)]}, out)
            if form == 'jsonl': out.write(''.join(json.dumps(dict(word=w, start=a, end=b)) + '\\n' for w, (a, b) in zip(words, times)))
            if form == 'vtt': out.write('WEBVTT\\n\\n' + ''.join('%s --> %s\\n%s\\n\\n' % (clock(a), clock(b), w) for w, (a, b) in zip(words, times)))
            if form == 'timed-vtt': out.write('WEBVTT\\n\\n%s --> %s\\n<v A>' % (clock(0), clock(times[-1][1])) + ' '.join('<%s><c>%s</c><%s>' % (clock(a), w, clock(b)) for w, (a, b) in zip(words, times)) + '\\n')
            if form == 'textgrid':
                rows = [x for w, (a, b) in zip(words, times) for x in ((a, b, w), (b, b + 0.25, ''))]
                out.write('File type = "ooTextFile"\\nObject class = "TextGrid"\\n\\nxmin = 0\\nxmax = 20\\ntiers? <exists>\\nsize = 1\\nitem []:\\nitem [1]:\\nclass = "IntervalTier"\\nname = "words"\\nxmin = 0\\nxmax = 20\\nintervals: size = %d\\n' % len(rows))
                out.write(''.join('intervals [%d]:\\nxmin = %s\\nxmax = %s\\ntext = "%s"\\n' % (i + 1, a, b, w) for i, (a, b, w) in enumerate(rows)))
            """, shell: "/usr/bin/env python3")
        let found = try align(bench)
        #expect(found.count == Self.words.count)
        for (index, range) in found.enumerated() { #expect(range == SampleRange(8_000 * index, 8_000 * index + 4_000), "\(index)") }
    }

    @Test func piecesOfAWordAreOneWordAndOneThatWasNotFoundHasNoPlace() throws {
        var items = Self.words.enumerated().map { "{\"word\": \"\($1)\", \"start\": \(Double($0)), \"end\": \(Double($0) + 0.5)}" }
        items[5] = "{\"word\": \"hei\", \"start\": 5.0, \"end\": 5.2}\n{\"word\": \"-ter\", \"start\": 5.2, \"end\": 5.5}"
        items[6] = "{\"word\": \"Kari,\"}"
        let bench = try ProgramBench("cat > \"$3\" <<'END'\n\(items.joined(separator: "\n"))\nEND")
        let found = try align(bench)
        #expect(found[5] == SampleRange(80_000, 88_000))
        #expect(found[6] == nil)
    }

    @Test func whatIsWrongIsToldWithoutTheTalk() throws {
        func ctm(_ change: (inout [(String, Double, Double)]) -> Void) -> String {
            var rows = Self.words.enumerated().map { ($1, Double($0), 0.5) }
            change(&rows)
            return "cat > \"$3\" <<'END'\n" + rows.map { "x 1 \($0.1) \($0.2) \($0.0)" }.joined(separator: "\n") + "\nEND"
        }
        #expect(try fault(ctm { _ in }) == "no fault")
        #expect(try fault(ctm { $0.remove(at: 6) }).contains("word 7 of the text"))
        #expect(try fault(ctm { $0[3].0 = "hemmelig" }).contains("its word 4 is not what comes there"))
        #expect(try fault(ctm { $0[1].0 = "hvaheter"; $0.remove(at: 2) }).contains("each by itself"))
        #expect(try fault(ctm { $0.removeLast(3) }).contains("breaks off at word 15 of 17"))
        #expect(try fault(ctm { $0.append(("hemmelig", 18, 0.1)) }).contains("more words than the text has"))
        #expect(try fault(ctm { $0[16].1 = 400 }).contains("after the end of the recording"))
        #expect(try fault(ctm { $0[2].1 = -1 }).contains("cannot be"))
        #expect(try fault(ctm { $0[2].1 = .nan }).contains("cannot be"))
        #expect(try fault(ctm { $0[6].1 = 4.5 }).contains("run backwards"))
        #expect(try fault("echo 'Kari sa hemmelig' > \"$3\"").contains("not CTM"))
        #expect(try fault("printf '\\377\\376' > \"$3\"").contains("not text in UTF-8"))
        #expect(try fault("exit 0").contains("breaks off at word 1"))
        #expect(try fault("exec sleep 60", timeout: 1).contains("not done after 1 s"))
        #expect(try fault("kill -11 $$").contains("signal 11"))
        #expect(ProgramBench.fault { _ = try ExternalAligner(command: ["/bin/sh", "{wav}"], format: .auto, timeout: 1, base: URL(fileURLWithPath: "/")) }.contains("neither {text} nor {json}"))
    }

    @Test func whatAFailingProgramSaysIsKeptInAClosedFileUntilItWorks() throws {
        let bench = try ProgramBench("echo 'og da sa Kari det' >&2; exit 4")
        let told = ProgramBench.fault { _ = try align(bench) }
        #expect(told.contains("exit code 4") && told.contains("fortrolig/klage.txt"))
        #expect(try String(contentsOf: bench.complaints, encoding: .utf8) == "og da sa Kari det\n")
        let mode = try FileManager.default.attributesOfItem(atPath: bench.complaints.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let items = Self.words.map { "{\"word\": \"\($0)\"}" }.joined(separator: "\n")
        try Data("#!/bin/sh\necho warning >&2\ncat > \"$3\" <<'END'\n\(items)\nEND\n".utf8).write(to: bench.root.appendingPathComponent("program"))
        #expect(try align(bench).allSatisfy { $0 == nil })
        #expect(!FileManager.default.fileExists(atPath: bench.complaints.path))
    }

    @Test func theProgramWorksInAClosedFolderThatGoes() throws {
        let trace = "trace-" + UUID().uuidString, note = FileManager.default.temporaryDirectory.appendingPathComponent(trace)
        defer { try? FileManager.default.removeItem(at: note) }
        let items = Self.words.map { "{\"word\": \"\($0)\"}" }.joined(separator: "\n")
        let bench = try ProgramBench(
            """
            set -e
            test "$(ls -ld "$PWD" | cut -c1-10)" = drwx------
            test "$TMPDIR" = "$PWD"
            for file in "$1" "$2" "$4"; do test "$(ls -l "$file" | cut -c1-10)" = -rw-------; done
            case "$(basename "$PWD")" in ordrett-[0-9]*-*) ;; *) exit 9;; esac
            test "$5" = nb
            grep -q '"ordrett.transcript"' "$4"
            pwd > '\(note.path)'
            cat > "$3" <<'END'
            \(items)
            END
            """)
        _ = try align(bench, ["{wav}", "{text}", "{result}", "{json}", "{language}"])
        let folder = try String(contentsOf: note, encoding: .utf8).trimmingCharacters(in: .newlines)
        #expect(!folder.isEmpty && !FileManager.default.fileExists(atPath: folder))
    }
}
