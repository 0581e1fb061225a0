import ChildProcesses
import Foundation
import Testing

@Suite(.serialized) struct ChildProcessTests {
    private func sh(_ script: String, takesInput: Bool = false) -> ChildProcess.Command {
        .init("/bin/sh", ["-c", script], takesInput: takesInput)
    }

    final class Bytes: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [UInt8] = []
        func add(_ bytes: [UInt8]) { lock.withLock { kept += bytes } }
        var text: String { lock.withLock { String(decoding: kept, as: UTF8.self) } }
        var count: Int { lock.withLock { kept.count } }
    }

    @Test func statusAndBothStreams() async throws {
        let out = Bytes(), err = Bytes()
        let ending = try await ChildProcess.run(sh("echo ut; echo feil >&2; exit 7"), output: { out.add($0) }, error: { err.add($0) })
        #expect(ending.cause == .exit(7))
        #expect(out.text == "ut\n")
        #expect(err.text == "feil\n")
        #expect(String(decoding: ending.errorTail, as: UTF8.self) == "feil\n")
    }

    @Test func signalsAreTold() async throws {
        let crash = try await ChildProcess.run(sh("kill -SEGV $$")), end = try await ChildProcess.run(sh("kill -KILL $$"))
        #expect(crash.cause == .signal(11))
        #expect(end.cause == .signal(9))
    }

    /// Both pipes are filled far past what they hold, at the same time, while input is written.
    @Test func fullPipesDoNotBlock() async throws {
        let out = Bytes(), err = Bytes()
        let child = try ChildProcess(
            sh("(head -c 3000000 /dev/zero | tr '\\0' a) >&2 & cat; wait", takesInput: true), output: { out.add($0) }, error: { err.add($0) })
        child.write([UInt8](repeating: 0x62, count: 2_000_000))
        child.closeInput()
        let ending = await child.ending()
        #expect(ending.isSuccess)
        #expect(out.count == 2_000_000)
        #expect(err.count == 3_000_000)
        #expect(ending.errorTail.count == 8192)
    }

    @Test func aChildThatClosesItsInputIsNoAccident() async throws {
        let child = try ChildProcess(sh("exec <&-; sleep 0.2", takesInput: true))
        child.write([UInt8](repeating: 0, count: 1_000_000))
        #expect(await child.ending().isSuccess)
    }

    @Test func programsThatAreNotThere() {
        #expect(throws: ChildProcess.StartError.self) { try ChildProcess(.init("/no/such/program")) }
        #expect(throws: ChildProcess.StartError.self) { try ChildProcess(.init("/etc/passwd")) }
    }

    @Test func argumentsSeeNoShell() async throws {
        let out = Bytes()
        _ = try await ChildProcess.run(.init("/bin/echo", ["$HOME;", "`id`", "å & æ"]), output: { out.add($0) })
        #expect(out.text == "$HOME; `id` å & æ\n")
    }

    @Test func timeEndsTheWholeGroup() async throws {
        let folder = try TestFolder()
        let ending = try await ChildProcess.run(
            sh("trap '' TERM; sh -c \"trap '' TERM; echo \\$\\$ > \(folder.file("inner")); while :; do sleep 0.05; done\" & while :; do sleep 0.05; done"),
            limits: .init(seconds: 0.5, grace: 0.2))
        #expect(ending.cause == .timedOut)
        let inner = try #require(Int32(folder.read("inner").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await eventually { kill(inner, 0) != 0 })
    }

    @Test func cancellationEndsTheGroup() async throws {
        let folder = try TestFolder()
        let task = Task {
            try await ChildProcess.run(sh("echo $$ > \(folder.file("pid")); sleep 100 & wait"), limits: .init(grace: 0.3))
        }
        #expect(await eventually { !folder.read("pid").isEmpty })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let pid = try #require(Int32(folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) != 0)
    }

    /// What the child left running does not outlive it, and does not hold the caller up.
    @Test func strayGrandchildrenEndWithTheChild() async throws {
        let folder = try TestFolder()
        let ending = try await ChildProcess.run(sh("sleep 100 & echo $! > \(folder.file("pid")); exit 0"))
        #expect(ending.isSuccess)
        let pid = try #require(Int32(folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await eventually { kill(pid, 0) != 0 })
    }

    @Test func nothingLeaks() async throws {
        _ = try await ChildProcess.run(sh("exit 0"))
        let before = openDescriptors()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let ending = try await ChildProcess.run(sh("exit \(number)"))
                    #expect(ending.cause == .exit(Int32(number)))
                }
            }
            try await group.waitForAll()
        }
        // Pipes are made before the start fails: each start that left one open would show.
        for _ in 0..<40 { #expect(throws: ChildProcess.StartError.self) { try ChildProcess(.init("/no/such/program")) } }
        #expect(await eventually { openDescriptors() < before + 25 })
    }

    /// A child sees standard input, output and error, and none of our other files.
    @Test func childrenInheritNoFiles() async throws {
        let file = try #require(fopen("/dev/null", "r"))
        defer { fclose(file) }
        let out = Bytes()
        _ = try await ChildProcess.run(sh("ls /proc/self/fd | wc -l"), output: { out.add($0) })
        // 0, 1, 2 and the folder that ls reads.
        #expect(Int(out.text.trimmingCharacters(in: .whitespacesAndNewlines)) == 4)
    }
}

@Suite struct PlaceholderTests {
    @Test func eachIsReplacedOnce() {
        let values = ["{wav}": "/tmp/{rttm}.wav", "{rttm}": "R", "{n}": "2"]
        #expect(Placeholders.fill("{wav}", values) == "/tmp/{rttm}.wav", "what one stands for brings in no other")
        #expect(Placeholders.fill("a{n}b{rttm}{{n}}{other}{", values) == "a2bR{2}{other}{")
        #expect(Placeholders.fill("", values) == "" && Placeholders.fill("æ{n}ø", [:]) == "æ{n}ø")
    }
}

@Suite struct ChildOutputTests {
    @Test func allThatGoesInComesBack() async throws {
        let text = (0..<300_000).map { UInt8(97 + $0 % 26) }
        let (ending, output) = try await ChildProcess.output(of: .init("/bin/cat"), reading: text, limits: .init(seconds: 60, output: 400_000))
        #expect(ending.isSuccess && output == text)
        let short = try await ChildProcess.output(of: .init("/bin/cat"), reading: text, limits: .init(seconds: 60, output: 100_000))
        #expect(short.ending.cause == .tooMuchOutput && short.output.count <= 100_000)
    }
}
