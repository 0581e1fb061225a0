import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Exit codes, the same for every command.
enum Exit {
    static let someFailed: Int32 = 1
    static let internalFault: Int32 = 2
    static let badInput: Int32 = 65
    static let stopped: Int32 = 130

    /// Prints what is wrong to stderr and ends with the code that fits.
    static func end(_ error: any Error, usage: (any Error) -> Never) -> Never {
        switch error {
        case let code as ExitCode: Foundation.exit(code.rawValue)
        case is CleanExit, is ValidationError: usage(error)
        case is CancellationError:
            Talk.say("stopped")
            Foundation.exit(stopped)
        case let failure as CommandFailure:
            Talk.say("error: \(failure.message)")
            Foundation.exit(failure.code)
        default:
            // What is not ours comes from the argument parser, which knows its own words and codes.
            if String(reflecting: type(of: error)).hasPrefix("ArgumentParser") { usage(error) }
            let (message, isInternal) = ErrorWords.describe(error)
            Talk.say("error: \(message)")
            Foundation.exit(isInternal ? internalFault : badInput)
        }
    }
}

/// A command ends with a message and a code.
struct CommandFailure: Error {
    var message: String
    var code: Int32

    static func usage(_ message: String) -> CommandFailure { CommandFailure(message: message, code: 64) }
    static func badInput(_ message: String) -> CommandFailure { CommandFailure(message: message, code: Exit.badInput) }
}

/// Talk goes to stderr, data to stdout.
enum Talk {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Writes data to stdout; a reader that has gone ends the program quietly.
    static func data(_ text: String) {
        do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch { Foundation.exit(0) }
    }

    static func json<T: Encodable>(_ value: T) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        data(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
