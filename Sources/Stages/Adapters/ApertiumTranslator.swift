import Bokmal
import ChildProcesses
import Foundation
import Pipeline
import Recognition

/// Apertium's Nynorsk to Bokmål (Debian: apertium-nno-nob), run as a program of its own: once for all sentences, text over
/// pipes only, no shell of ours, no network.
struct ApertiumTranslator: NynorskTranslator {
    let program: URL
    /// The pair's data; nil when only the program is known.
    let data: URL?
    /// Seconds to start in, and words a second at the least; it does about 2,500.
    var startSeconds = 60.0
    var slowest = 200.0

    /// What installs it, in words.
    static let remedy = "Debian, Ubuntu: sudo apt-get install apertium-nno-nob"

    /// The program in PATH with the pair nno-nob beside it; nil when either is missing.
    static func find(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> ApertiumTranslator? {
        guard let program = ExternalProgram.find("apertium", base: URL(fileURLWithPath: "/", isDirectory: true), path: path) else { return nil }
        let share = program.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/apertium", isDirectory: true)
        guard FileManager.default.fileExists(atPath: share.appendingPathComponent("modes/nno-nob.mode").path) else { return nil }
        return ApertiumTranslator(program: program, data: share)
    }

    /// What tells one installation from another, for the run key: the program, the mode and the pair's files.
    func digest() throws -> String {
        guard let data else { return try CommandFiles.digest(program) }
        let folder = data.appendingPathComponent("apertium-nno-nob", isDirectory: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.contains("nob-nno") }.sorted()
        let files = [program, data.appendingPathComponent("modes/nno-nob.mode")] + names.map { folder.appendingPathComponent($0) }
        let lines = try files.map { "\($0.lastPathComponent) \(try CommandFiles.digest($0))" }
        return Digest.sha256(Data(lines.joined(separator: "\n").utf8))
    }

    func translate(_ sentences: [[String]]) async throws -> [[String?]] {
        let input = Array(ApertiumStream.encode(sentences).utf8)
        let words = sentences.reduce(0) { $0 + $1.count }
        // Only what it needs: its own variables in the caller's environment would give other translations.
        let own = ProcessInfo.processInfo.environment
        var environment = ["LC_ALL": "C.UTF-8", "PATH": own["PATH"] ?? "/usr/bin:/bin"]
        environment["TMPDIR"] = own["TMPDIR"]
        let (ending, output) = try await ChildProcess.output(
            of: .init(program.path, ["-f", "none", "nno-nob"], environment: environment), reading: input,
            limits: .init(seconds: startSeconds + Double(words) / slowest, errorTail: 0, output: 8 * input.count + 65_536))
        switch ending.cause {
        case .exit(0): break
        case .exit(let status): throw ApertiumFault.failed(status: status)
        case .timedOut: throw ApertiumFault.timedOut
        case .tooMuchOutput: throw ApertiumFault.garbage
        case .signal, .stopped: throw ApertiumFault.ended
        }
        guard let text = String(validating: output, as: UTF8.self) else { throw ApertiumFault.garbage }
        return try ApertiumStream.decode(text, of: sentences)
    }
}

/// Why Apertium gave no translation. What it wrote is never repeated: it may quote the text.
enum ApertiumFault: Error, Hashable, CustomStringConvertible {
    case failed(status: Int32)
    case timedOut
    case ended
    case garbage

    var description: String {
        switch self {
        case .failed(let status): "it failed with exit code \(status)"
        case .timedOut: "it was not done in time and was stopped"
        case .ended: "it was ended from outside"
        case .garbage: "it wrote something that is no translation"
        }
    }
}
