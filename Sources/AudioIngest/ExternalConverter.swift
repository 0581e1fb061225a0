import ChildProcesses
import Foundation
import Signal

/// Converts what libsndfile cannot read to WAV with ffmpeg, when it is installed.
public struct ExternalConverter: Sendable {
    /// Absolute path of the program.
    public let program: String

    /// Finds `ffmpeg` in the folders of `PATH`; nil when it is not installed.
    public init?(path: String? = ProcessInfo.processInfo.environment["PATH"]) {
        for folder in (path ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let candidate = folder + "/ffmpeg"
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: String(candidate), isDirectory: &isDirectory), !isDirectory.boolValue,
                FileManager.default.isExecutableFile(atPath: String(candidate))
            {
                program = String(candidate)
                return
            }
        }
        return nil
    }

    /// - Parameter program: absolute path of an ffmpeg executable.
    public init(program: String) { self.program = program }

    /// The error for a file that needs a converter where there is none.
    public static func missing(for name: String) -> IngestError {
        IngestError(
            .converterMissing, "“\(name)” must be converted, and ffmpeg is not installed.",
            advice: "Install ffmpeg (apt install ffmpeg, brew install ffmpeg), or convert the file to WAV or FLAC yourself.")
    }

    /// Converts the first sound track of `input` to a 16-bit PCM WAV file (RF64 beyond 4 GB) at its own rate and channels.
    ///
    /// The output gets the input's name with the ending `.wav` (numbered when that is taken), mode 0600, and no metadata; the
    /// same input and ffmpeg give the same bytes. Nothing is left behind on failure. Cancelling the task, or throwing from
    /// `progress`, which is called with 0 about twenty times a second, stops ffmpeg.
    /// - Returns: path of the new file.
    /// - Throws: `IngestError` with `conversionFailed`, `noSpace`, `converterMissing` or what opening the input throws;
    ///   `CancellationError`.
    public func convert(_ input: String, toWAVIn directory: String, progress: Signal.Progress? = nil) throws -> String {
        let source = try ReadOnlyFile(path: input)
        let output = try reserve(directory, stem: RecordingScanner.stem(input), ending: "wav")
        var finished = false
        defer { if !finished { unlink(output) } }

        // The file: prefix and the protocol list keep a strange file name from being read as an address.
        let arguments = [
            "-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", "file,pipe", "-i",
            "file:" + URL(fileURLWithPath: input).path, "-vn", "-sn", "-dn", "-map", "0:a:0", "-map_metadata", "-1",
            "-fflags", "+bitexact", "-flags:a", "+bitexact", "-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav",
            "file:" + URL(fileURLWithPath: output).path,
        ]
        var child = ExternalProgram(
            program: URL(fileURLWithPath: program), arguments: arguments, folder: URL(fileURLWithPath: directory, isDirectory: true), timeout: Self.patience)
        child.messageLimit = 8_192
        let outcome: ExternalProgram.Outcome
        do { outcome = try child.run { try progress?(0) } } catch is ChildProcess.StartError {
            throw IngestError(
                .converterMissing, "ffmpeg could not be started for “\(source.name)”.",
                advice: "Check that \(program) is a working program.")
        }
        let size = (try? ReadOnlyFile(path: output).size) ?? 0
        guard case .exit(0) = outcome.ending, size > 44 else {
            if case .timedOut = outcome.ending { throw failed(source.name, "ffmpeg was not done after a day") }
            throw failure(source.name, messages: outcome.messages)
        }
        finished = true
        return output
    }

    /// Seconds. A recording of a day takes minutes.
    private static let patience = 86_400.0

    /// Creates an empty file with mode 0600 that did not exist before.
    private func reserve(_ directory: String, stem: String, ending: String) throws -> String {
        for number in 1..<10_000 {
            let name = number == 1 ? "\(stem).\(ending)" : "\(stem)-\(number).\(ending)"
            let path = directory.hasSuffix("/") ? directory + name : directory + "/" + name
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                close(descriptor)
                return path
            }
            if errno == EEXIST { continue }
            let number = errno
            if number == ENOSPC || number == EDQUOT { throw noSpace(stem) }
            throw IngestError(
                .conversionFailed,
                "No file can be created in “\(ReadOnlyFile.lastComponent(directory))”: \(String(cString: strerror(number))).",
                advice: "Check that the folder exists and that you may write to it.")
        }
        throw failed(stem, "there are too many files of that name")
    }

    private func failure(_ name: String, messages: [UInt8]) -> IngestError {
        let lines = ByteReader.text(messages).split(whereSeparator: \.isNewline).map(String.init)
        if lines.contains(where: { $0.contains("No space left") || $0.contains("Disk quota exceeded") }) { return noSpace(name) }
        // ffmpeg begins lines with the full path; the folder is nobody's business.
        let last = lines.last.map { line in
            line.split(separator: " ").map { ReadOnlyFile.lastComponent(String($0)) }.joined(separator: " ")
        }
        return failed(name, last ?? "ffmpeg gave no reason")
    }

    private func failed(_ name: String, _ reason: String) -> IngestError {
        IngestError(
            .conversionFailed, "“\(name)” could not be converted: \(reason).",
            advice: "Convert it to WAV or FLAC with the recorder's own software. Encrypted dictation files must be decrypted first.")
    }

    private func noSpace(_ name: String) -> IngestError {
        IngestError(
            .noSpace, "There is no space left on the disk to convert “\(name)”.",
            advice: "An hour of stereo sound takes about 650 MB: free some space, or choose another working folder.")
    }
}
