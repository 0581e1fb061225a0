import ChildProcesses
import Foundation
import Testing

@Suite struct ExternalProgramTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("child-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    private func run(_ script: String, timeout: Double = 20, limit: Int? = nil, poll: () throws -> Void = {}) throws -> ExternalProgram.Outcome {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        var child = ExternalProgram(program: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", script], folder: place, timeout: timeout)
        if let limit { child.outputLimit = limit }
        defer { #expect((try? FileManager.default.contentsOfDirectory(atPath: place.path))?.isEmpty == true, "nothing is left behind") }
        return try child.run(poll: poll)
    }

    @Test func givesOutputStatusAndTheLastMessage() throws {
        let outcome = try run("echo one; echo first >&2; printf 'second \\033[1m line\\n\\n---\\n' >&2; exit 3")
        #expect(outcome.ending == .exit(3))
        #expect(String(decoding: outcome.output, as: UTF8.self) == "one\n")
        #expect(outcome.lastMessage == "second [1m line")
        #expect(try run("exit 0").lastMessage == nil)
    }

    @Test func standsInItsOwnFolderWithNothingToRead() throws {
        let outcome = try run("cat; pwd; : > made; rm made")
        #expect(String(decoding: outcome.output, as: UTF8.self).contains("/child-"), "in its own folder, with nothing read before")
    }

    @Test func muchOutputDoesNotBlockAndTooMuchIsStopped() throws {
        let outcome = try run("i=0; while [ $i -lt 4000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done")
        #expect(outcome.output.count == 4_000 * 41)
        #expect(try run("while :; do echo 0123456789; done", limit: 100_000).ending == .tooMuchOutput)
    }

    @Test func tooManyMessagesAreStoppedToo() throws {
        let outcome = try run("while :; do echo 0123456789 >&2; done", limit: 100_000)
        #expect(outcome.ending == .tooMuchOutput)
        #expect(outcome.messages.count <= 100_000)
    }

    /// A program that has ended by the time its flood is seen has not given all it wrote.
    @Test func aShortFloodIsNoResult() throws {
        let outcome = try run("head -c 60000 /dev/zero", limit: 50_000)
        #expect(outcome.ending == .tooMuchOutput)
        #expect(outcome.output.isEmpty)
    }

    @Test func readsWhatItIsGivenAndKeepsTheEndOfMessages() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        let text = Data((0..<200_000).map { UInt8(97 + $0 % 26) })
        var child = ExternalProgram(
            program: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "cat; printf 'abcdefgh' >&2"], folder: place, timeout: 20, input: text)
        child.messageLimit = 5
        let outcome = try child.run()
        #expect(outcome.output == text)
        #expect(outcome.messages == Array("defgh".utf8))
    }

    @Test func argumentsThatCCannotHoldAreRefused() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        let child = ExternalProgram(program: URL(fileURLWithPath: "/bin/echo"), arguments: ["a\u{0}b"], folder: place, timeout: 20)
        #expect(throws: ChildProcess.StartError.self) { _ = try child.run() }
    }

    @Test func whatHangsIsEndedWithItsChildren() throws {
        let place = try folder(), mark = place.appendingPathComponent("mark")
        defer { try? FileManager.default.removeItem(at: place) }
        // The shell ignores the request, and a helper of its own would write the mark later.
        let outcome = try run("trap '' TERM; (sleep 4; : > '\(mark.path)') & sleep 60", timeout: 0.3)
        #expect(outcome.ending == .timedOut)
        Thread.sleep(forTimeInterval: 2.5)
        #expect(!FileManager.default.fileExists(atPath: mark.path))
    }

    @Test func stoppingTheCallerEndsTheChild() throws {
        struct Stop: Error {}
        var polls = 0
        #expect(throws: Stop.self) {
            _ = try run("sleep 60") {
                polls += 1
                if polls == 3 { throw Stop() }
            }
        }
    }

    @Test func aSignalIsTold() throws { #expect(try run("kill -9 $$").ending == .signal(9)) }

    @Test func programsAreFoundByNameAndByPath() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.createDirectory(at: place.appendingPathComponent("bin/folder"), withIntermediateDirectories: true)
        let tool = place.appendingPathComponent("bin/tool"), plain = place.appendingPathComponent("bin/plain")
        for url in [tool, plain] { try Data("#!/bin/sh\n".utf8).write(to: url) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: plain.path)
        let path = "relative:\(place.path)/bin"
        #expect(ExternalProgram.find("tool", base: place, path: path)?.path == tool.path)
        #expect(ExternalProgram.find("bin/tool", base: place, path: "")?.path == tool.path)
        #expect(ExternalProgram.find(tool.path, base: URL(fileURLWithPath: "/"), path: "")?.path == tool.path)
        for name in ["plain", "folder", "", "none", "./tool"] { #expect(ExternalProgram.find(name, base: place, path: path) == nil) }
    }

    @Test func whatCannotStartIsAnError() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(at: place) }
        let child = ExternalProgram(program: place.appendingPathComponent("none"), arguments: [], folder: place, timeout: 1)
        #expect(throws: ChildProcess.StartError.self) { _ = try child.run() }
    }
}
