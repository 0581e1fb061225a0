import ChildProcesses
import Foundation
import Testing
@testable import Stages

@Suite struct LeftoversTests {
    /// The id of a process that was and is no more.
    private func past() async throws -> Int32 {
        let child = try ChildProcess(.init("/bin/true"))
        let id = child.processID
        _ = await child.ending()
        return id
    }

    private func folder(of owner: Int32) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-\(owner)-\(UUID().uuidString.prefix(6))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return url
    }

    /// A program whose master was killed neither goes on nor keeps what it was given; one whose master lives does both.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/cwd"))) func programsWithoutAMasterEnd() async throws {
        let left = try await folder(of: past()), own = try folder(of: getpid())
        defer { try? FileManager.default.removeItem(at: own) }
        let orphan = try ChildProcess(.init("/bin/sh", ["-c", "echo talk > copy; sleep 600"], folder: left.path))
        let busy = try ChildProcess(.init("/bin/sleep", ["600"], folder: own.path))
        defer { busy.stop() }
        // It stands in its folder from its first moment.
        Leftovers.sweep()
        let ending = await orphan.ending()
        #expect(ending.cause == .signal(9))
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(busy.ending(within: 0.2) == nil && FileManager.default.fileExists(atPath: own.path))
    }
}
