import Exchange
import Foundation
import Pipeline

/// Another program that makes one more format: any that reads Ordrett's JSON of an anonymised transcript and writes a file.
///
/// What it makes is shared through the same gate as every other file: only of a transcript that somebody has signed, onto its manifest.
struct ExternalExport: Sendable {
    static let placeholders = ["{json}", "{result}"]
    let command: ExternalCommand
    /// The new file's ending, without a point.
    let ending: String

    /// Endings that mean Ordrett's own files: a program's must not take their names.
    private static let taken = Set(ExportFormat.allCases.flatMap { [$0.rawValue, $0.fileExtension.lowercased()] } + ["txt", "csv", "svg", "png", "json", "flac", "wav"])

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], ending: String, timeout: Double, base: URL) throws {
        self.command = try ExternalCommand("external exporter", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: "{json}")
        self.ending = ending
    }

    /// Why an ending cannot be; nil for one that can.
    static func refusal(_ ending: String) -> String? {
        guard ending.wholeMatch(of: #/[a-z0-9][a-z0-9-]{0,15}/#) != nil else { return "expected small letters and figures, such as xlsx, without a point" }
        return taken.contains(ending) ? "Ordrett makes files of that name itself; take another ending, such as own-\(ending)" : nil
    }

    /// - Parameter json: the anonymised transcript as ``ExportFormat/json``.
    /// - Throws: ``StageFault`` that says what the program did wrong.
    func file(of json: ShareableFile, complaints: URL?, progress: () throws -> Void) throws -> ShareableFile {
        try json.converted(to: ending) { data in
            let folder = try TemporaryFolder()
            defer { withExtendedLifetime(folder) {} }
            let source = folder.url.appendingPathComponent("transcript.json"), result = folder.url.appendingPathComponent("result." + ending)
            try SafeFile.write(data, to: source, confidential: true)
            let job = ExternalCommand.Job(
                values: ["{json}": source.path, "{result}": result.path], result: result, writes: "one file", limit: 256 << 20, complaints: complaints)
            return try command.run(job, in: folder.url, poll: progress) { made in
                guard !made.isEmpty else { throw command.fault("made an empty file; it should write one to {result} or to standard output") }
                return made
            }
        }
    }
}
