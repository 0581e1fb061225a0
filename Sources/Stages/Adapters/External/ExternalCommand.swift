import ChildProcesses
import Exchange
import Foundation
import Pipeline
import Recognition
import Signal

/// Another program that does a stage's work: files of the field's formats in a private folder in and out, no shell, a time limit.
///
/// Arguments name files by placeholders such as `{wav}`. The result is what the program writes to the file it was told, else to
/// standard output. What it says on standard error is kept nowhere but, when it fails, in a file of its own in the confidential
/// folder; a message repeats only lines that are known to be harmless.
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
    ///   - needs: the placeholder without which the program would not know what to work on; nil where it reads standard input.
    ///   - base: the folder that relative paths count from.
    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(_ what: String, command: [String], timeout: Double, base: URL, placeholders: [String], needs: String?) throws {
        guard let name = command.first, !name.isEmpty else {
            throw StageFault("the command of the \(what) is empty; give a program and its arguments")
        }
        if let needs, !command.dropFirst().contains(where: { $0.contains(needs) }) {
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

    /// Whether the arguments ask for something.
    func asks(for placeholder: String) -> Bool { command.dropFirst().contains { $0.contains(placeholder) } }

    /// One piece of work for the program.
    struct Job {
        /// What the placeholders stand for.
        var values: [String: String] = [:]
        /// What it reads on standard input; nil: nothing.
        var input: Data?
        /// The file among `values` that it may write to; nil: it writes to standard output.
        var result: URL?
        /// The format it should write, for messages.
        var writes: String
        /// Bytes of the result beyond which it is not read.
        var limit = 64 << 20
        /// Where what it says on standard error goes when it fails; nil: nowhere.
        var complaints: URL?
    }

    /// - Parameters:
    ///   - folder: private; where the program works. Its own temporary files go there, too.
    ///   - poll: called now and then; throws to end the program.
    ///   - read: checks and takes what the program wrote.
    /// - Throws: ``StageFault`` that says what the program did wrong; what `poll` and `read` throw.
    func run<Result>(_ job: Job, in folder: URL, poll: () throws -> Void, read: (Data) throws -> Result) throws -> Result {
        var child = ExternalProgram(
            program: program, arguments: files.arguments.map { Placeholders.fill($0, job.values) }, folder: folder, timeout: timeout, input: job.input)
        child.outputLimit = job.limit
        child.environment["TMPDIR"] = folder.path
        let outcome = try child.run(poll: poll)
        if let complaints = job.complaints, unlink(complaints.path) != 0, errno != ENOENT { throw FileFault(complaints, errno) }
        do { return try read(result(outcome, job)) } catch let fault as StageFault {
            guard let complaints = job.complaints, !outcome.messages.isEmpty else { throw fault }
            try SafeFile.write(Data(outcome.messages), to: complaints, confidential: true)
            throw StageFault("\(fault); what it said on standard error stands in fortrolig/\(complaints.lastPathComponent)")
        }
    }

    private func result(_ outcome: ExternalProgram.Outcome, _ job: Job) throws -> Data {
        // A program may print what it heard: only lines that are known to be harmless are repeated.
        let said = outcome.lastMessage.flatMap { LastWords.harmless(in: Array($0.utf8)) }
        let reason = said.map { "; its last message: \($0)" } ?? ""
        switch outcome.ending {
        case .exit(0): break
        case .exit(let status): throw fault("failed with exit code \(status)\(reason)")
        case .signal(let number): throw fault("was ended by signal \(number)\(reason)")
        case .timedOut: throw fault("was not done after \(SettingValue.number(timeout)) s and was stopped; raise the timeout")
        case .tooMuchOutput: throw fault("wrote without end and was stopped; it should write \(job.writes) only")
        }
        guard let result = job.result else { return outcome.output }
        var info = stat()
        guard lstat(result.path, &info) == 0, info.st_size > 0 else { return outcome.output }
        guard info.st_mode & S_IFMT == S_IFREG else { throw fault("made something else than a file of its result; it should write \(job.writes) to it") }
        guard Int(info.st_size) <= job.limit else { throw fault("wrote \(info.st_size >> 20) MB, more than any such result holds; it should write \(job.writes) only") }
        do { return try Data(contentsOf: result) } catch { throw FileFault(result, EIO, .read) }
    }

    /// Text of a program's result.
    func text(_ data: Data, of format: String) throws -> String {
        guard let text = String(data: data, encoding: .utf8) else { throw fault("wrote something that is not text in UTF-8; it should write \(format)") }
        return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    }

    /// Reads the RTTM, or the table of labels as Audacity writes them, that a program wrote of one recording.
    /// - Parameter length: samples of the recording at 16 kHz; what runs past it by up to `overrun` seconds is cut off by whoever
    ///   uses the segments.
    func rttm(_ data: Data, length: Int, overrun: Double) throws -> RTTM {
        let text = try text(data, of: "RTTM")
        let rttm: RTTM
        if let labels = try LabelTable(ifIn: text, fault: fault) {
            rttm = RTTM(entries: labels.rows.map { .init(file: "recording", start: $0.start, duration: $0.end - $0.start, label: $0.label.isEmpty ? "speech" : $0.label) })
        } else {
            do { rttm = try RTTM(parsing: text) } catch { throw fault("did not write RTTM: \(error)") }
        }
        guard rttm.files.count <= 1 else { throw fault("wrote the RTTM of several recordings; it was given one") }
        let limit = length + SampleRate.analysis.position(seconds: overrun)
        // Compared in seconds first: a time may be too large for a position.
        guard rttm.entries.allSatisfy({ $0.end <= SampleRate.analysis.seconds(limit) }) else {
            throw fault("says that somebody speaks after the end of the recording; did it read another file?")
        }
        return rttm
    }

    /// Settings by which a stage takes another program.
    /// - Parameters:
    ///   - holds: what the arguments may hold and what the program writes, for the help.
    ///   - timeout: seconds.
    static func settings(_ holds: String, timeout: Double = 7_200) -> [Setting] {
        [
            Setting(
                "command", .list(of: []), default: .list([]), "another program that does it: [program, argument, ...] with \(holds)", isPrivate: true),
            Setting(
                "timeout", .number(1...604_800, unit: "s"), default: .number(timeout), "seconds after which the other program is stopped"),
        ]
    }
}

extension ItemContext {
    /// Where what another program said on standard error is put when it failed: it may hold words of the talk.
    func complaints(_ stage: String) -> URL {
        folders.confidential.appendingPathComponent("\(TextEscaping.fileName(item.id)).\(stage).program.txt")
    }

    /// The recording as 16 kHz mono WAV, 0600 in a private folder.
    /// - Returns: samples written.
    func writeSound(to url: URL, _ sheet: RecordingSheet, progress: Signal.Progress) throws -> Int {
        let access = try SoundAccess(self)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(sheet.inspection.layout.recommended)
        return try WaveWriter.write(&source, to: url, progress: progress)
    }
}
