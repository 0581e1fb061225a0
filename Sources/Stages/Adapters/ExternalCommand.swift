import Foundation
import Pipeline
import Recognition
import Signal

/// Another program that does a stage's work: files of the field's formats in a private folder in and out, no shell, a time limit.
///
/// Arguments name files by placeholders such as `{wav}`. The result is what the program writes to the file it was told, else to
/// standard output. What it says on standard error is repeated only where that is known to be harmless.
struct ExternalCommand: Sendable {
    /// What a message calls it: `external diariser`.
    let what: String
    /// What the arguments may hold; each occurrence is replaced.
    let placeholders: [String]
    let program: URL
    /// Program and arguments as given.
    let command: [String]
    /// Seconds.
    let timeout: Double
    private let base: URL

    /// - Parameters:
    ///   - needs: the placeholder without which the program would not know what to work on.
    ///   - base: the folder that relative paths count from.
    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(_ what: String, command: [String], timeout: Double, base: URL, placeholders: [String], needs: String) throws {
        guard let name = command.first, !name.isEmpty else {
            throw StageFault("the command of the \(what) is empty; give a program and its arguments")
        }
        guard command.dropFirst().contains(where: { $0.contains(needs) }) else {
            throw StageFault("the command of the \(what) has no \(needs) among its arguments: it would not know what to \(needs == "{wav}" ? "listen to" : "read")")
        }
        guard let program = ExternalProgram.find(name, base: base) else {
            throw StageFault(
                "the \(what) '\((name as NSString).lastPathComponent)' is not an executable file"
                    + (name.contains("/") ? "; check the path (relative ones count from the study folder)" : " in PATH; install it or give its path"))
        }
        self.what = what
        self.placeholders = placeholders
        self.program = program
        self.command = command
        self.timeout = timeout
        self.base = base
    }

    private var files: CommandFiles { CommandFiles(program: program, command: command, placeholders: placeholders, base: base) }

    /// Digests of the program and of the files that its arguments name (scripts, configurations), for the run key.
    func digests() throws -> [String: String] { try files.digests() }

    func fault(_ what: String) -> StageFault { StageFault("the \(self.what) '\(program.lastPathComponent)' \(what)") }

    /// - Parameters:
    ///   - folder: private; where the program works.
    ///   - values: what the placeholders stand for.
    ///   - result: the file among `values` that the program may write to.
    ///   - writes: the format it should write, for messages.
    ///   - poll: called now and then; throws to end the program.
    /// - Throws: ``StageFault`` that says what the program did wrong; what `poll` throws.
    func run(in folder: URL, values: [String: String], result: URL, writes: String, poll: () throws -> Void) throws -> Data {
        let arguments = files.arguments.map { argument in values.sorted { $0.key < $1.key }.reduce(argument) { $0.replacing($1.key, with: $1.value) } }
        let outcome = try ExternalProgram(program: program, arguments: arguments, folder: folder, timeout: timeout).run(poll: poll)
        // A program may print what it heard: only lines that are known to be harmless are repeated.
        let said = outcome.lastMessage.flatMap { LastWords.harmless(in: Array($0.utf8)) }
        let reason = said.map { "; its last message: \($0)" } ?? ""
        switch outcome.ending {
        case .exit(0): break
        case .exit(let status): throw fault("failed with exit code \(status)\(reason)")
        case .signal(let number): throw fault("was ended by signal \(number)\(reason)")
        case .timedOut: throw fault("was not done after \(SettingValue.number(timeout)) s and was stopped; raise the timeout")
        case .tooMuchOutput: throw fault("wrote without end and was stopped; it should write \(writes) only")
        }
        let filed = (try? Data(contentsOf: result)) ?? Data()
        return filed.isEmpty ? outcome.output : filed
    }

    /// Reads the RTTM that a program wrote of one recording.
    /// - Parameter length: samples of the recording at 16 kHz; what runs past it by up to `overrun` seconds is cut off by whoever
    ///   uses the segments.
    func rttm(_ data: Data, length: Int, overrun: Double) throws -> RTTM {
        guard let text = String(data: data, encoding: .utf8) else { throw fault("wrote something that is not text; it should write RTTM") }
        let rttm: RTTM
        do { rttm = try RTTM(parsing: text) } catch { throw fault("did not write RTTM: \(error)") }
        guard rttm.files.count <= 1 else { throw fault("wrote the RTTM of several recordings; it was given one") }
        let limit = length + SampleRate.analysis.position(seconds: overrun)
        // Compared in seconds first: a time may be too large for a position.
        guard rttm.entries.allSatisfy({ $0.end <= SampleRate.analysis.seconds(limit) }) else {
            throw fault("says that somebody speaks after the end of the recording; did it read another file?")
        }
        return rttm
    }

    /// Settings by which a stage takes another program.
    /// - Parameter holds: what the arguments may hold, for the help.
    static func settings(_ holds: String) -> [Setting] {
        [
            Setting(
                "command", .list(of: []), default: .list([]), "another program that does it: [program, argument, ...] with \(holds)", isPrivate: true),
            Setting(
                "timeout", .number(1...604_800, unit: "s"), default: .number(7_200), "seconds after which the other program is stopped"),
        ]
    }
}
