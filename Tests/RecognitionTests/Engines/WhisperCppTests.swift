import Foundation
import Signal
import Testing
import Transcript

@testable import Recognition

/// A stand-in for `whisper-cli`: reads its options as the program does and then misbehaves as told.
struct FakeWhisper {
    let folder: TestFolder
    let program: String
    let model: String

    /// - Parameter body: shell commands; `$wav`, `$of`, `$lang`, `$model` and `$name` (the WAV's name without its end) are set.
    init(_ body: String) throws {
        folder = try TestFolder()
        model = try folder.write("weights", "ggml-model.bin")
        program = try folder.script(
            """
            while [ $# -gt 0 ]; do
              case "$1" in
                -m) model="$2"; shift ;; -f) wav="$2"; shift ;; -l) lang="$2"; shift ;; -of) of="$2"; shift ;;
                -t|-bs|-mc|--prompt) shift ;;
                -ojf|-np|-pp|-sns) ;;
                *) echo "error: unknown argument: $1" >&2; exit 0 ;;
              esac
              shift
            done
            name=$(basename "$wav" .wav)
            head='"systeminfo":"x","params":{"model":"'$model'","language":"'$lang'","translate":false},"result":{"language":"'$lang'"},'

            """ + body, "whisper-cli")
    }

    /// With a gate of its own: tests that wait for a slow program must not hold up the others.
    var engine: WhisperCppEngine {
        var engine = WhisperCppEngine(program: program, model: model, options: .init(threads: 2, limit: 300))
        engine.gate = AsyncGate()
        return engine
    }

    static func token(_ text: String, _ from: Int, _ to: Int, _ p: Double = 0.9) -> String {
        #"{"text":"\#(text)","timestamps":{"from":"","to":""},"offsets":{"from":\#(from),"to":\#(to)},"id":1,"p":\#(p),"t_dtw":-1}"#
    }

    static func segment(_ from: Int, _ to: Int, _ tokens: [String], text: String = "") -> String {
        #"{"timestamps":{"from":"","to":""},"offsets":{"from":\#(from),"to":\#(to)},"text":"\#(text)","tokens":[\#(tokens.joined(separator: ","))]}"#
    }

    /// Writes a result with these segments.
    static func writes(_ segments: [String]) -> String {
        "cat > \"$of.json\" <<SLUTT\n{$head\"transcription\":[\(segments.joined(separator: ",\n"))]}\nSLUTT\n"
    }

    static let greeting = writes([
        segment(0, 2000, [token("[_BEG_]", 0, 0), token(" God", 100, 400), token(" mor", 500, 700), token("gen", 700, 1000, 0.4), token(",", 1000, 1500), token(" Æ", 1500, 1600), token("[_TT_100]", 2000, 2000)])
    ])
}

struct WhisperCppTests {
    private func run(_ body: String, seconds: Double = 10) async throws -> EngineResult {
        let fake = try FakeWhisper(body), piece = try TestPiece(seconds: seconds)
        return try await fake.engine.recognize(piece.piece, progress: { _ in })
    }

    private func fault(_ body: String, seconds: Double = 10) async throws -> RecognizerError? {
        do {
            _ = try await run(body, seconds: seconds)
            return nil
        } catch let error as RecognizerError { return error }
    }

    @Test func tokensBecomeWords() async throws {
        let result = try await run(FakeWhisper.greeting)
        #expect(result.words.map(\.text) == ["God", "morgen,", "Æ"])
        #expect(result.words.map(\.start) == [0.1, 0.5, 1.5])
        // The comma's pause does not stretch the word, and the weakest token counts.
        #expect(result.words.map(\.end) == [0.4, 1.0, 1.6])
        #expect(result.words.map(\.probability) == [0.9, 0.4, 0.9])
        #expect(result.language == "no")
    }

    @Test func theCommandLineIsWhatTheProgramNeeds() throws {
        let piece = try TestPiece()
        let engine = WhisperCppEngine(program: "/x", model: "/m.bin", options: .init(threads: 3, prompt: "a b"))
        #expect(
            engine.arguments(piece.piece, base: "/o") == [
                "-m", "/m.bin", "-f", piece.piece.path, "-l", "no", "-ojf", "-of", "/o", "-np", "-pp", "-t", "3", "-bs", "5", "-mc", "0",
                "--prompt", "a b",
            ])
    }

    @Test func lettersSplitBetweenTokens() async throws {
        // "blåbær" with å and æ cut in two: printf writes the single bytes.
        let halves = FakeWhisper.writes([
            FakeWhisper.segment(0, 1000, [
                FakeWhisper.token(" bl@1", 0, 200), FakeWhisper.token("@2b@3", 200, 400), FakeWhisper.token("@4r", 400, 600), FakeWhisper.token(" \\\"hei\\\"", 700, 900),
            ])
        ])
        let result = try await run(halves + #"LC_ALL=C sed -i -e "s/@1/$(printf '\303')/" -e "s/@2/$(printf '\245')/" -e "s/@3/$(printf '\303')/" -e "s/@4/$(printf '\246')/" "$of.json""#)
        #expect(result.words.map(\.text) == ["blåbær", "\"hei\""])
        #expect(result.words[0].end == 0.6)
    }

    @Test func silenceGivesNothing() async throws {
        let result = try await run(FakeWhisper.writes([]))
        #expect(result.words.isEmpty)
    }

    // MARK: Misbehaviour

    @Test func statusNoughtWithoutAResult() async throws {
        guard case .noResult(_, let said)? = try await fault("echo 'error: failed to read audio file' >&2; exit 0") else {
            Issue.record("no error")
            return
        }
        #expect(said == "error: failed to read audio file")
    }

    @Test func unknownOptionEndsWithStatusNought() async throws {
        let fake = try FakeWhisper(FakeWhisper.greeting), piece = try TestPiece()
        var odd = fake.engine
        odd.options.more = ["--no-such-option"]
        await #expect(throws: RecognizerError.noResult(engine: "whisper.cpp", said: "error: unknown argument: --no-such-option")) {
            try await odd.recognize(piece.piece, progress: { _ in })
        }
    }

    @Test(arguments: [
        "cat > \"$of.json\" <<SLUTT\n{\"params\":{\"input\":\"/lyd/deltaker9.wav\"},\"transcription\":[]}\nSLUTT",
        "cat > \"$of.json\" <<SLUTT\n{\"params\":{\"model\":\"/other/ggml-tiny.bin\"},\"transcription\":[]}\nSLUTT",
        // Times that only a longer recording has.
        FakeWhisper.writes([FakeWhisper.segment(95_000, 97_000, [FakeWhisper.token(" hemmelig", 95_000, 97_000)])]),
    ])
    func resultsAboutOtherSound(_ body: String) async throws {
        guard case .anotherRecording? = try await fault(body) else {
            Issue.record("no error")
            return
        }
    }

    /// A result under another name, even in the right folder, is not this piece's.
    @Test func resultUnderAnotherName() async throws {
        guard case .noResult? = try await fault("echo '{\"transcription\":[]}' > \"$(dirname \"$of\")/annen.json\"") else {
            Issue.record("no error")
            return
        }
    }

    @Test func otherLanguage() async throws {
        let error = try await fault("echo '{\"result\":{\"language\":\"en\"},\"transcription\":[]}' > \"$of.json\"")
        #expect(error == .anotherLanguage(engine: "whisper.cpp", asked: "no", got: "en"))
    }

    @Test(arguments: ["truncate -s -40 \"$of.json\"", "echo x >> \"$of.json\"", "echo '{}' > \"$of.json\"", "echo '[' > \"$of.json\"", "echo '{\"transcription\":[{}]}' > \"$of.json\""])
    func damagedResults(_ damage: String) async throws {
        guard case .damagedResult? = try await fault(FakeWhisper.greeting + damage) else {
            Issue.record("no error")
            return
        }
    }

    @Test(arguments: [(2, "exit 2"), (3, "exit 3"), (10, "exit 10"), (134, "exit 134")])
    func badStatuses(_ status: Int, _ end: String) async throws {
        // A whole result does not help a run that ended badly.
        let error = try await fault(FakeWhisper.greeting + "echo '[00:00.000 --> 00:02.000] hemmelig tale' >&2; echo 'whisper_init: failed' >&2; \(end)")
        guard case .failed(_, let how, let said)? = error else {
            Issue.record("no error")
            return
        }
        #expect(how.contains("\(status)"))
        #expect(said == "whisper_init: failed")
        #expect(error?.description.contains("hemmelig") == false)
    }

    @Test func killedBySignal() async throws {
        guard case .failed(_, let how, _)? = try await fault("kill -KILL $$") else {
            Issue.record("no error")
            return
        }
        #expect(how.contains("signal 9"))
    }

    /// What was said never reaches a message, wherever the program prints it.
    @Test func talkNeverReachesMessages() async throws {
        let error = try await fault("echo 'Kari bor i Hamar'; echo 'Kari bor i Hamar' >&2; exit 1")
        #expect(error != nil)
        #expect(error?.description.contains("Kari") == false)
    }

    @Test func hangingIsEnded() async throws {
        let fake = try FakeWhisper("sleep 100"), piece = try TestPiece()
        var engine = fake.engine
        engine.options.limit = 0.3
        await #expect(throws: RecognizerError.timedOut(engine: "whisper.cpp", seconds: 0.3)) { try await engine.recognize(piece.piece, progress: { _ in }) }
    }

    @Test func progressIsClampedAndNeverFalls() async throws {
        let fake = try FakeWhisper(
            "for p in '  5' ' 40' ' 30' '100' '145'; do echo \"whisper_print_progress_callback: progress = $p%\" >&2; done\n" + FakeWhisper.greeting)
        let piece = try TestPiece(), seen = Seen()
        _ = try await fake.engine.recognize(piece.piece, progress: { seen.add($0) })
        #expect(seen.values.prefix(5) == [0.05, 0.4, 0.4, 1, 1])
        #expect(seen.values.allSatisfy { $0 <= 1 })
    }

    final class Seen: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [Double] = []
        func add(_ value: Double) { lock.withLock { kept.append(value) } }
        var values: [Double] { lock.withLock { kept } }
    }

    @Test func progressMayStopTheWork() async throws {
        struct Enough: Error {}
        let fake = try FakeWhisper("echo $$ > \"$of.pid\"; echo 'progress =  10%' >&2; sleep 100"), piece = try TestPiece()
        await #expect(throws: Enough.self) { try await fake.engine.recognize(piece.piece, progress: { _ in throw Enough() }) }
    }

    @Test func cancellationEndsTheChild() async throws {
        let fake = try FakeWhisper("echo $$ > \"$(dirname $0)/pid\"; sleep 100"), piece = try TestPiece()
        let engine = fake.engine, file = piece.piece
        let task = Task { try await engine.recognize(file, progress: { _ in }) }
        #expect(await eventually { !fake.folder.read("pid").isEmpty })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let pid = try #require(Int32(fake.folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) != 0)
    }

    @Test func hugeStandardErrorIsNotKept() async throws {
        let result = try await run("head -c 5000000 /dev/zero | tr '\\0' 'e' >&2\n" + FakeWhisper.greeting)
        #expect(result.words.count == 3)
    }

    @Test func missingProgramAndModel() async throws {
        let fake = try FakeWhisper(""), piece = try TestPiece()
        var engine = fake.engine
        engine.model = "/no/such/model.bin"
        await #expect(throws: RecognizerError.noModel(engine: "whisper.cpp", model: "model.bin")) { try await engine.recognize(piece.piece, progress: { _ in }) }
        engine = fake.engine
        engine.program = "/no/such/whisper-cli"
        await #expect(throws: RecognizerError.self) { try await engine.recognize(piece.piece, progress: { _ in }) }
    }

    // MARK: Taking turns

    /// Six pieces at once, through several engines: no two programs run side by side.
    @Test func onlyOneProgramRunsAtATime() async throws {
        // Whoever finds another's mark says so.
        let body = """
            mark="$(dirname "$0")/busy"
            mkdir "$mark" 2>/dev/null || echo x >> "$(dirname "$0")/clash"
            sleep 0.1; rmdir "$mark" 2>/dev/null

            """ + FakeWhisper.greeting
        let fake = try FakeWhisper(body)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for threads in 1...6 {
                var engine = fake.engine
                engine.options.threads = threads
                engine.gate = .heavyPrograms
                group.addTask { [engine] in
                    let piece = try TestPiece()
                    let words = try await engine.recognize(piece.piece, progress: { _ in }).words
                    #expect(words.count == 3)
                }
            }
            try await group.waitForAll()
        }
        #expect(fake.folder.read("clash") == "")
    }

    /// A recording that is given up while it waits for its turn goes at once, and the one at work is not disturbed.
    @Test func waitingCanBeCancelled() async throws {
        let gate = AsyncGate(), seen = Seen()
        try await gate.enter()
        let waiting = Task { try await gate.through { seen.add(1) } }
        let next = Task { try await gate.through { seen.add(2) } }
        try await Task.sleep(nanoseconds: 20_000_000)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(seen.values.isEmpty)
        await gate.leave()
        try await next.value
        #expect(seen.values == [2])
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await gate.through { throw Broken() } }
        try await gate.through { seen.add(3) }
        #expect(seen.values == [2, 3])
    }

    // MARK: What decides the words

    @Test func librariesBesideTheProgramCount() async throws {
        let fake = try FakeWhisper(""), bin = fake.folder.url.appendingPathComponent("bin"), lib = fake.folder.url.appendingPathComponent("lib")
        for folder in [bin, lib] { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        let program = bin.appendingPathComponent("whisper-cli")
        try FileManager.default.copyItem(atPath: fake.program, toPath: program.path)
        func version() async throws -> String { try await WhisperCppEngine(program: program.path, model: fake.model).identity().version }
        let alone = try await version()
        #expect(try alone == FileDigest.sha256(ofFile: program.path))
        try Data("1".utf8).write(to: lib.appendingPathComponent("libother.so"))
        #expect(try await version() == alone)
        var seen: Set = [alone]
        for (folder, name, text) in [(lib, "libwhisper.so.1", "a"), (lib, "libwhisper.so.1", "b"), (bin, "libggml-cpu.so", "a"), (bin, "libggml.dylib", "a")] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
            #expect(seen.insert(try await version()).inserted)
        }
        // Another name for the same file is no change.
        let now = try await version()
        try FileManager.default.createSymbolicLink(at: lib.appendingPathComponent("libwhisper.so"), withDestinationURL: lib.appendingPathComponent("libwhisper.so.1"))
        #expect(try await version() == now)
        // Nor is a link to the program.
        let link = fake.folder.url.appendingPathComponent("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
        #expect(try WhisperCppEngine.version(of: link.path) == now)
    }

    // MARK: Whole recordings

    /// Fifty recordings at once, every fifth failing: each gets the words of its own sound or an error.
    @Test func noRecordingGetsAnothersWords() async throws {
        // The stand-in "hears" the length of its sound: a word per second, named by the number of samples.
        let fake = try FakeWhisper(
            """
            size=$(wc -c < "$wav"); n=$(( (size - 44) / 2 ))
            if [ $((n % 5)) -eq 0 ]; then
              [ $((n % 2)) -eq 0 ] && exit 0
              echo '{"transcription":[' > "$of.json"; exit 134
            fi
            sleep 0.0$((n % 7))

            """ + FakeWhisper.writes([FakeWhisper.segment(0, 900, [FakeWhisper.token(" ord$n", 100, 900)])]))
        let engine = fake.engine
        let before = openDescriptors()
        let results = await withTaskGroup(of: (Int, String?).self) { group in
            for item in 0..<50 {
                group.addTask {
                    let length = 16_000 + item
                    let request = WordRequest(
                        recording: RecordingReference(id: "P\(item)", digest: "", rate: .analysis, length: length, channels: 1),
                        sound: { ArraySource([Float](repeating: 0.1, count: length), rate: .analysis) })
                    let transcript = try? await RecognizerSource(engine: engine).words(for: request)
                    if let transcript { #expect(transcript.recording.id == "P\(item)") }
                    return (item, transcript.map { $0.turns.flatMap(\.words).map(\.text).joined(separator: " ") })
                }
            }
            var results: [Int: String?] = [:]
            for await (item, text) in group { results[item] = text }
            return results
        }
        for item in 0..<50 {
            let length = 16_000 + item
            #expect(results[item] == .some(length % 5 == 0 ? nil : "ord\(length)"))
        }
        #expect(await eventually { openDescriptors() < before + 25 })
    }
}
