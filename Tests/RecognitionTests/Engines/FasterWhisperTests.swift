import Foundation
import Signal
import Testing

@testable import Recognition

/// The engine's side of the protocol, against workers that misbehave: shell scripts in the place of Python.
@Suite(.serialized) struct FasterWhisperTests {
    /// - Parameter transcribe: shell commands for a request; `$id`, `$wav` and `$n` (requests so far) are set.
    private struct Fake {
        let folder: TestFolder
        let engine: FasterWhisperEngine

        init(_ transcribe: String, greeting: String? = nil, limit: Double = 300, startLimit: Double = 300) throws {
            folder = try TestFolder()
            for name in ["model.bin", "config.json", "tokenizer.json"] { _ = try folder.write("x", name) }
            let hello = greeting ?? #"echo '{"event":"ready","protocol":1,"faster_whisper":"1","ctranslate2":"4"}'"#
            let program = try folder.script(
                """
                echo start >> "\(folder.file("starts"))"
                \(hello)
                n=0
                while read -r line; do
                  id=$(echo "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
                  case "$line" in *'"op":"load"'*) echo "{\\"id\\":$id,\\"event\\":\\"loaded\\"}"; continue ;; esac
                  wav=$(basename "$(echo "$line" | sed 's/.*"wav":"\\([^"]*\\)".*/\\1/')")
                  n=$((n+1))
                  \(transcribe)
                done
                """, "python")
            engine = FasterWhisperEngine(
                python: program, model: folder.url.path, options: .init(limit: limit, startLimit: startLimit), worker: folder.file("config.json"))
        }

        var starts: Int { folder.read("starts").split(separator: "\n").count }
        static func words(_ text: String) -> String {
            #"echo "{\"id\":$id,\"event\":\"words\",\"words\":[{\"word\":\" \#(text)\",\"start\":0.5,\"end\":0.9,\"probability\":0.7}]}""#
        }
        static let done = #"echo "{\"id\":$id,\"event\":\"done\",\"wav\":\"$wav\",\"language\":\"no\",\"duration\":3.0}""#
    }

    private func hear(_ fake: Fake, _ piece: TestPiece? = nil) async throws -> [EngineWord] {
        let piece = try piece ?? TestPiece(seconds: 3)
        return try await fake.engine.recognize(piece.piece, progress: { _ in }).words
    }

    private func fault(_ fake: Fake) async throws -> RecognizerError? {
        do {
            _ = try await hear(fake)
            return nil
        } catch let error as RecognizerError { return error }
    }

    @Test func oneProcessForManyPieces() async throws {
        let fake = try Fake(Fake.words("hei") + "\n" + Fake.done)
        for _ in 0..<3 {
            let words = try await hear(fake)
            #expect(words == [EngineWord("hei", 0.5, 0.9, probability: 0.7)])
        }
        #expect(fake.starts == 1)
        let identity = try await fake.engine.identity()
        #expect(identity.version == "faster-whisper 1, ctranslate2 4")
    }

    /// A crash at the second piece fails that one; the third starts a new process.
    @Test func crashFailsOnePiece() async throws {
        let fake = try Fake("[ -e \(#"$(dirname "$0")/crash"#) ] && { rm \(#""$(dirname "$0")/crash""#); echo 'hemmelig' >&2; kill -SEGV $$; }\n" + Fake.words("hei") + "\n" + Fake.done)
        _ = try await hear(fake)
        _ = try fake.folder.write("", "crash")
        let error = try await fault(fake)
        #expect(error == .failed(engine: "faster-whisper", how: "crashed (signal 11)", said: nil))
        let words = try await hear(fake)
        #expect(words.map(\.text) == ["hei"])
        #expect(fake.starts == 2)
    }

    @Test func anotherFilesAnswer() async throws {
        let named = try Fake(#"echo "{\"id\":$id,\"event\":\"done\",\"wav\":\"annen.wav\",\"language\":\"no\",\"duration\":3.0}""#)
        #expect(try await fault(named) == .anotherRecording(engine: "faster-whisper", what: "it names another file"))
        let long = try Fake(#"echo "{\"id\":$id,\"event\":\"done\",\"wav\":\"$wav\",\"language\":\"no\",\"duration\":60.0}""#)
        #expect(try await fault(long) == .anotherRecording(engine: "faster-whisper", what: "the sound has another length"))
        let late = try Fake(#"echo "{\"id\":99,\"event\":\"words\",\"words\":[{\"word\":\"x\",\"start\":0,\"end\":1}]}"; "# + Fake.done)
        #expect(try await fault(late) == .anotherRecording(engine: "faster-whisper", what: "an answer to another request"))
    }

    @Test func errorsAreTold() async throws {
        let audio = try Fake(#"echo "{\"id\":$id,\"event\":\"error\",\"kind\":\"audio\",\"type\":\"ValueError\"}""#)
        #expect(try await fault(audio) == .failed(engine: "faster-whisper", how: "could not read the sound", said: "ValueError"))
        #expect(try await fault(audio) != nil)
        #expect(audio.starts == 1)  // an error is no crash
        let noise = try Fake("echo 'Traceback: hemmelig'")
        #expect(try await fault(noise) == .damagedResult(engine: "faster-whisper", what: "a line that is not of the protocol"))
        let gone = try Fake("exit 0")
        #expect(try await fault(gone) == .failed(engine: "faster-whisper", how: "ended in the middle of its work", said: nil))
    }

    @Test func startsThatFail() async throws {
        let missing = try Fake("", greeting: #"echo '{"event":"missing","type":"ImportError"}'; exit 3"#)
        guard case .notInstalled? = try await fault(missing) else {
            Issue.record("no error")
            return
        }
        let old = try Fake("", greeting: #"echo '{"event":"ready","protocol":7}'"#)
        guard case .notInstalled? = try await fault(old) else {
            Issue.record("no error")
            return
        }
        let mute = try Fake("", greeting: "sleep 100", startLimit: 0.3)
        #expect(try await fault(mute) == .timedOut(engine: "faster-whisper", seconds: 0.3))
    }

    @Test func hangingAndCancelling() async throws {
        let slow = try Fake("sleep 100", limit: 0.3)
        #expect(try await fault(slow) == .timedOut(engine: "faster-whisper", seconds: 0.3))
        let stuck = try Fake("echo $$ > \"$(dirname \"$0\")/pid\"; sleep 100"), piece = try TestPiece(seconds: 3)
        let engine = stuck.engine, file = piece.piece
        let task = Task { try await engine.recognize(file, progress: { _ in }) }
        let waiting = Task { try await engine.recognize(file, progress: { _ in }) }
        #expect(await eventually { !stuck.folder.read("pid").isEmpty })
        waiting.cancel()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) { try await waiting.value }
        let pid = try #require(Int32(stuck.folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await eventually { kill(pid, 0) != 0 })
    }

    /// Many recordings share the process; each gets its own answer.
    @Test func manyAtOnce() async throws {
        let fake = try Fake(Fake.words("${wav%.wav}") + "\n" + Fake.done)
        let engine = fake.engine
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    let piece = try TestPiece(seconds: 3)
                    let result = try await engine.recognize(piece.piece, progress: { _ in })
                    #expect(result.words.map(\.text) == [piece.piece.name])
                }
            }
            try await group.waitForAll()
        }
        #expect(fake.starts == 1)
    }
}

struct CommandEngineTests {
    private func engine(_ script: String, _ arguments: [String] = ["{wav}", "{language}", "{model}"], limit: Double? = 300) throws -> (TestFolder, CommandEngine) {
        let folder = try TestFolder()
        var engine = CommandEngine(command: [try folder.script(script)] + arguments, model: "/m {wav}", limit: limit)
        engine.gate = AsyncGate()
        return (folder, engine)
    }

    @Test func wordsAndSpeakers() async throws {
        let (folder, engine) = try engine(
            """
            echo "$1|$2|$3" > "$(dirname "$0")/args"
            echo '{"word":"Hei,","start":0.5,"end":0.8,"probability":0.9,"speaker":"S1"}'
            echo; echo '{"start":1,"end":1.5,"word":" du "}'
            printf '{"word":"der","start":2,"end":2.5}'
            """)
        let piece = try TestPiece()
        let result = try await engine.recognize(piece.piece, progress: { _ in })
        #expect(
            result.words == [EngineWord("Hei,", 0.5, 0.8, probability: 0.9, speaker: "S1"), EngineWord("du", 1, 1.5), EngineWord("der", 2, 2.5)])
        #expect(folder.read("args") == "\(piece.piece.path)|no|/m {wav}\n")
    }

    @Test func misbehaviour() async throws {
        let piece = try TestPiece()
        for (script, expected) in [
            ("echo 'Kari bor her'", RecognizerError.damagedResult(engine: "command", what: "line 1 is not a word with start and end")),
            ("echo '{\"word\":\"a\",\"start\":1}'", .damagedResult(engine: "command", what: "line 1 is not a word with start and end")),
            ("echo 'error: Kari bor her' >&2; exit 4", .failed(engine: "command", how: "ended with status 4", said: nil)),
        ] {
            let (_folder, engine) = try engine(script)
            await #expect(throws: expected) { try await engine.recognize(piece.piece, progress: { _ in }) }
            withExtendedLifetime(_folder) {}
        }
        await #expect(throws: RecognizerError.self) { try await CommandEngine(command: []).recognize(piece.piece, progress: { _ in }) }
        let (folder, slow) = try engine("sleep 100", limit: 0.3)
        await #expect(throws: RecognizerError.timedOut(engine: "command", seconds: 0.3)) { try await slow.recognize(piece.piece, progress: { _ in }) }
        withExtendedLifetime(folder) {}
    }

    /// A program that never stops talking is stopped, long before memory is full.
    @Test func endlessWordsAreStopped() async throws {
        let piece = try TestPiece()
        var (folder, engine) = try engine("while :; do echo '{\"word\":\"a\",\"start\":1,\"end\":2}'; done")
        engine.wordLimit = 1000
        do {
            _ = try await engine.recognize(piece.piece, progress: { _ in })
            Issue.record("no error")
        } catch let error as RecognizerError {
            guard case .damagedResult("command", let what) = error else {
                Issue.record("another error")
                return
            }
            #expect(what.contains("more words"))
        }
        // Just as many as allowed is no fault.
        (folder, engine) = try self.engine("for i in 1 2 3 4 5; do echo '{\"word\":\"a\",\"start\":1,\"end\":2}'; done")
        engine.wordLimit = 5
        #expect(try await engine.recognize(piece.piece, progress: { _ in }).words.count == 5)
        engine.wordLimit = 4
        await #expect(throws: RecognizerError.self) { try await engine.recognize(piece.piece, progress: { _ in }) }
        #expect(CommandEngine(command: []).limit == 14_400)
        withExtendedLifetime(folder) {}
    }

    /// The program's own speakers go before the segments; the whole recording is one piece.
    @Test func wholeRecordings() async throws {
        let (folder, engine) = try engine("echo '{\"word\":\"Hei\",\"start\":30,\"end\":31,\"speaker\":\"X\"}'")
        let transcript = try await RecognizerSource(engine: engine).words(for: soundRequest(seconds: 60, speech: [(29, 33)], turns: [(28, 34, "A")]))
        #expect(transcript.speakers.map(\.label) == ["X"])
        #expect(transcript.turns.first?.words.first?.range == SampleRange(480_000, 496_000))
        withExtendedLifetime(folder) {}
    }
}

struct RecognizerFoldersTests {
    @Test func standardPlaces() {
        #expect(RecognizerFolders.standard(environment: ["XDG_DATA_HOME": "/d", "HOME": "/h"]).models.path == "/d/ordrett/models")
        #expect(RecognizerFolders.standard(environment: ["XDG_DATA_HOME": "d", "HOME": "/h"]).fasterWhisper.path == "/h/.local/share/ordrett/recognizers/faster-whisper")
        #expect(RecognizerFolders.program("sh", environment: ["PATH": "relative:/nowhere:/bin"]) == "/bin/sh")
        #expect(RecognizerFolders.program("no-such-program-x") == nil)
    }

    /// A folder may be "executed", too, and must hide neither a program further on nor pass for one.
    @Test func foldersAreNoPrograms() throws {
        let folder = try TestFolder()
        for name in ["a", "b"] { try FileManager.default.createDirectory(at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true) }
        try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("a/tool"), withIntermediateDirectories: true)
        let tool = try folder.script("exit 0", "b/tool")
        #expect(RecognizerFolders.program("tool", environment: ["PATH": "\(folder.file("a")):\(folder.file("b"))"]) == tool)
        #expect(RecognizerFolders.program(folder.file("a/tool")) == nil)
        #expect(RecognizerFolders.program(tool) == tool)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: tool)
        #expect(RecognizerFolders.program(folder.file("link")) == folder.file("link"))
        #expect(RecognizerFolders.program(try folder.write("text", "plain")) == nil)
    }

    @Test func versionsWithoutStarting() throws {
        let folder = try TestFolder()
        let python = folder.file("bin/python3"), packages = "lib/python3.12/site-packages/"
        func add(_ name: String) throws {
            try FileManager.default.createDirectory(at: folder.url.appendingPathComponent(packages + name), withIntermediateDirectories: true)
        }
        #expect(RecognizerInstaller.versions(python: python) == nil)
        try add("faster_whisper-1.2.1.dist-info")
        try add("ctranslate2")
        try add("faster_whisper_extra-9.dist-info")
        #expect(RecognizerInstaller.versions(python: python) == nil)
        try add("ctranslate2-4.6.0.dist-info")
        #expect(RecognizerInstaller.versions(python: python) == "faster-whisper 1.2.1, ctranslate2 4.6.0")
        #expect(RecognizerInstaller.versions(python: "python3") == nil)
    }

    /// Somebody else's environment is left alone; what we broke off ourselves can be begun again.
    @Test func onlyOurOwnFoldersAreEmptied() async throws {
        let folder = try TestFolder()
        // A stand-in for Python that clears the folder as `venv --clear` does, and whose packages cannot be had.
        let python = try folder.script(
            """
            [ "$2" = venv ] || exit 1
            rm -rf "$4"; mkdir -p "$4/bin"; touch "$4/pyvenv.cfg"; echo x >> "\(folder.file("cleared"))"
            printf '#!/bin/sh\\nexit 1\\n' > "$4/bin/python3"
            chmod +x "$4/bin/python3"
            """, "python3")
        let place = folder.url.appendingPathComponent("env")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        _ = try folder.write("home = /usr/bin", "env/pyvenv.cfg")
        _ = try folder.write("a year's work", "env/analysis.py")
        let installer = RecognizerInstaller(folder: place, python: python)
        do {
            _ = try await installer.install()
            Issue.record("no error")
        } catch let error as RecognizerError { #expect(error.description.contains("not Ordrett's")) }
        #expect(folder.read("env/analysis.py") == "a year's work")
        #expect(folder.read("cleared") == "")
        try FileManager.default.removeItem(at: place)
        for round in 1...2 {
            await #expect(throws: RecognizerError.self) { try await installer.install() }
            #expect(folder.read("cleared").count == 2 * round)
            #expect(FileManager.default.fileExists(atPath: place.appendingPathComponent(".ordrett-recognizer").path))
        }
        // An installation of an older version has the record only.
        try FileManager.default.removeItem(at: place.appendingPathComponent(".ordrett-recognizer"))
        _ = try folder.write("{}", "env/ordrett-recognizer.json")
        await #expect(throws: RecognizerError.self) { try await installer.install() }
        #expect(folder.read("cleared").count == 6)
    }

    @Test func installationsAreWholeOrNot() async throws {
        let folder = try TestFolder()
        // A stand-in for Python: makes an "environment" whose own Python fails at pip.
        let python = try folder.script(
            """
            [ "$2" = venv ] || exit 1
            mkdir -p "$4/bin"
            printf '#!/bin/sh\\necho "ERROR: No matching distribution" >&2\\nexit 1\\n' > "$4/bin/python3"
            chmod +x "$4/bin/python3"
            """, "python3")
        let place = folder.url.appendingPathComponent("env")
        let installer = RecognizerInstaller(folder: place, python: python, packages: URL(fileURLWithPath: "/wheels"))
        #expect(installer.steps(python: "p")[1].command.contains("--no-index"))
        await #expect(throws: RecognizerError.installationFailed(step: "installing faster-whisper \(RecognizerInstaller.fasterWhisperVersion)", said: "ERROR: No matching distribution")) {
            try await installer.install()
        }
        #expect(RecognizerInstaller.installed(in: place) == nil)
    }
}
