import ChildProcesses
import Exchange
import Foundation
import Pipeline

/// LibreOffice as the maker of PDFs: no window, a profile of its own in a private folder, a time limit.
///
/// A profile of its own keeps the researcher's open LibreOffice, its macros and its list of recent documents out of it.
struct OfficeConverter: PDFConverter {
    let program: URL
    /// Seconds. The first start of a fresh profile takes some.
    var timeout = 180.0
    /// Called about twenty times a second while it works; throws to end it, with all it started.
    private(set) var poll: @Sendable () throws -> Void = {}

    /// - Throws: ``StageFault`` that says what to install.
    static func find(path: String? = ProcessInfo.processInfo.environment["PATH"]) throws -> OfficeConverter {
        let here = URL(fileURLWithPath: "/", isDirectory: true)
        for name in ["soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"] {
            if let program = ExternalProgram.find(name, base: here, path: path) { return OfficeConverter(program: program) }
        }
        throw StageFault(
            "a PDF is made by LibreOffice, and 'soffice' is not in PATH; install it (Debian, Ubuntu: sudo apt-get install libreoffice-writer; macOS: brew install --cask libreoffice), or leave pdf out of the formats")
    }

    func polled(_ poll: @escaping @Sendable () throws -> Void) -> OfficeConverter {
        var converter = self
        converter.poll = poll
        return converter
    }

    /// What tells one LibreOffice from another, for the run key: its version file where there is one, else the program.
    func digest() throws -> String {
        let real = program.resolvingSymlinksInPath()
        let version = real.deletingLastPathComponent().appendingPathComponent("versionrc")
        return try CommandFiles.digest(FileManager.default.fileExists(atPath: version.path) ? version : real)
    }

    func pdf(ofOpenDocument document: Data) throws -> Data {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let source = folder.url.appendingPathComponent("transcript.odt"), result = folder.url.appendingPathComponent("transcript.pdf")
        try SafeFile.write(document, to: source, confidential: true)
        // Tags let a screen reader follow the headings; a LibreOffice older than 7.4 passes over the wish.
        let filter = "pdf:writer_pdf_Export:{\"UseTaggedPDF\":{\"type\":\"boolean\",\"value\":\"true\"}}"
        let profile = folder.url.appendingPathComponent("profile", isDirectory: true)
        let arguments = [
            "-env:UserInstallation=\(profile.absoluteString)", "--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to",
            filter, "--outdir", folder.url.path, source.path,
        ]
        // Its own temporary files hold the text, too: they belong in the private folder, which is gone even when it is stopped.
        let child = ExternalProgram(
            program: URL(fileURLWithPath: "/usr/bin/env"), arguments: ["TMPDIR=\(folder.url.path)", program.path] + arguments, folder: folder.url,
            timeout: timeout)
        let outcome = try child.run(poll: poll)
        // LibreOffice ends with 0 also when it made nothing. What it says is not repeated: it may quote the document.
        let made = (try? Data(contentsOf: result)) ?? Data()
        switch outcome.ending {
        case .exit(0) where made.starts(with: Data("%PDF".utf8)): return made
        case .exit(0): throw StageFault("LibreOffice made no PDF; check that libreoffice-writer is installed (libreoffice-core alone is not enough)")
        case .exit(let status): throw StageFault("LibreOffice failed with exit code \(status) and made no PDF; try 'soffice --headless --version' to see whether it starts")
        case .signal(let number): throw StageFault("LibreOffice was ended by signal \(number) and made no PDF; run again, with more memory if there is little")
        case .timedOut: throw StageFault("LibreOffice was not done after \(SettingValue.number(timeout)) s and was stopped; run again when the machine is less busy, or leave pdf out of the formats")
        case .tooMuchOutput: throw StageFault("LibreOffice wrote messages without end and was stopped; try 'soffice --headless --version' to see whether it starts")
        }
    }
}
