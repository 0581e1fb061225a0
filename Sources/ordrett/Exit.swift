import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Exit codes, the same for every command.
enum Exit {
    static let someFailed: Int32 = 1
    static let internalFault: Int32 = 2
    /// Something waits for a person's signature, or must not be shared.
    static let gate: Int32 = 3
    static let badInput: Int32 = 65
    /// Shares of the work are missing: run them again (the `EX_TEMPFAIL` of sysexits).
    static let incomplete: Int32 = 75
    static let stopped: Int32 = 130

    /// Prints what is wrong to stderr and ends with the code that fits.
    static func end(_ error: any Error, usage: (any Error) -> Never) -> Never {
        switch error {
        case let code as ExitCode: Foundation.exit(code.rawValue)
        case is CleanExit, is ValidationError: usage(error)
        case is CancellationError:
            Talk.say("stopped")
            Foundation.exit(stopped)
        case let fault as RequestFault:
            Talk.say("error: \(fault)")
            Foundation.exit(64)
        case let fault as GateFault:
            Talk.say("error: \(fault)")
            Foundation.exit(gate)
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

/// Files that a command writes where the user says.
enum OutputFile {
    /// - Parameters:
    ///   - name: the file's name when the path is a folder.
    ///   - inputs: every path that the command reads.
    /// - Throws: as ``OutputTarget/file(_:named:holding:inputs:)``.
    static func write(_ data: Data, to path: String, named name: String? = nil, holding content: OutputContent, inputs: [String]) throws {
        try SafeFile.write(data, to: OutputTarget.file(path, named: name, holding: content, inputs: inputs), confidential: content.isConfidential)
    }

    /// What a tool made: to stdout, to a file, or under its own name into a folder.
    /// - Parameters:
    ///   - transcripts: the bytes of every transcript it shows; they must be signed for a file in `deling/`.
    ///   - tells: says that the file is confidential; once is enough for several.
    /// - Throws: ``GateFault`` when they are not; as ``OutputTarget/file(_:named:holding:inputs:)``.
    static func deliver(_ result: ExportTool.Result, to out: String?, inputs: [String?], transcripts: [Data], tells: Bool = true) throws {
        for note in result.notes { Talk.say("note: \(note)") }
        if let out {
            let target = try OutputTarget.file(out, named: result.name, confidential: result.isConfidential, inputs: inputs.compactMap { $0 })
            let shared = try SharedOutput.leave(target, transcripts: transcripts)
            try SafeFile.write(result.data, to: target, confidential: result.isConfidential || shared != nil)
            try shared?.record(result.data)
        }
        // Not said of a file that could not be written, but before a reader of stdout can go.
        if result.isConfidential && tells { Talk.say("note: a raw transcript; the file is stamped as confidential") }
        if out == nil { Talk.bytes(result.data) }
    }
}

/// Talk goes to stderr, data to stdout.
enum Talk {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line to stderr. That nobody reads it must not stop the work.
    static func say(_ line: String) { say(raw: line + "\n") }
    static func say(raw text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    static func data(_ text: String) { bytes(Data(text.utf8)) }

    /// Writes data to stdout, whole. A reader that has gone (`| head`) ends the program quietly; a full disk does not.
    static func bytes(_ data: Data) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { Foundation.exit(0) }
                say("error: cannot write the output: \(String(cString: strerror(errno))); make room on the disk and run again")
                Foundation.exit(Exit.badInput)
            }
            rest = rest.dropFirst(count)
        }
    }

    static func json<T: Encodable>(_ value: T) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        data(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
