import Anonymization
import ChildProcesses
import FolderAudit
import Foundation
import Pipeline

/// What `audit` does with files and folders that Ordrett did not make: the check before sharing.
public struct FolderAuditTool: Sendable {
    /// Types that this policy keeps, and that point at nobody alone, are no findings; nil to find everything.
    public var policy: String?
    public var minimumScore = 0.3
    public var english = false

    public init() {}

    public struct Result: Sendable {
        public var report: FolderAuditReport
        /// The report for people.
        public var text: String
        /// Findings with their words, for the terminal alone; empty unless asked for.
        public var shown: [FolderAudit.Shown]
        public var notes: [String]
    }

    /// - Parameters:
    ///   - register: path of a key register, whose names are looked for, too.
    ///   - show: keep the words that were found.
    public func audit(
        _ paths: [String], register: String?, passphrase: PassphraseSource, show: Bool, progress: @escaping @Sendable (Double) throws -> Void
    ) throws -> Result {
        for path in paths where !FileManager.default.fileExists(atPath: path) {
            throw StageFault("there is no file or folder '\(TextFile.name(path))'; check the path")
        }
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let rules = try policy.map { try PolicyFile.load($0, root: here) }
        var known = try register.map { try TextTools.register($0, passphrase: passphrase).register }, notes: [String] = []
        if register == nil, let root = paths.lazy.compactMap({ Study.find(from: URL(fileURLWithPath: $0)) }).first {
            // Without the passphrase much can be looked for still; with a wrong one, or a damaged register, somebody believes more was.
            do { known = try StudyKeys(study: root, passphrase: passphrase).readRegister()?.register } catch let fault as KeyFault where fault.isAbsence {
                notes.append("the study's key register could not be opened, and its names were not looked for: \(fault)")
            }
        }
        var options = FolderAudit.Options()
        options.minimumScore = minimumScore
        let pdf = PDFReader.find()
        let audit = FolderAudit(options: options, policy: rules, register: known, pdf: pdf.map { reader in { @Sendable in try reader.read($0) } })
        var shown: [FolderAudit.Shown] = []
        let report = try audit.audit(paths, show: show ? { shown.append($0) } : nil, progress: progress)
        if report.files.isEmpty { throw StageFault("there are no files in '\(paths.map(TextFile.name).joined(separator: "', '"))'; nothing was checked: check the path") }
        if pdf == nil, report.files.contains(where: { $0.kind == .pdf }) {
            notes.append("PDF was not checked: 'pdftotext' is not in PATH; install it (Debian, Ubuntu: sudo apt-get install poppler-utils; macOS: brew install poppler)")
        }
        let unread = report.files.count { $0.state == .unreadable }
        if unread > 0 { notes.append("\(unread) files could not be read; look at them yourself, or leave them out of what you share") }
        return Result(report: report, text: report.render(english ? .english : .bokmal), shown: shown, notes: notes)
    }
}

/// poppler's programs as a reader of PDF.
struct PDFReader: Sendable {
    let text: URL
    let info: URL?
    let detach: URL?
    /// Seconds for one file.
    var timeout = 120.0

    static func find(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> PDFReader? {
        let here = URL(fileURLWithPath: "/", isDirectory: true)
        guard let text = ExternalProgram.find("pdftotext", base: here, path: path) else { return nil }
        return PDFReader(
            text: text, info: ExternalProgram.find("pdfinfo", base: here, path: path), detach: ExternalProgram.find("pdfdetach", base: here, path: path))
    }

    func read(_ data: Data) throws -> PDFText {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let file = folder.url.appendingPathComponent("a.pdf")
        try SafeFile.write(data, to: file, confidential: true)
        let pages = try run(text, ["-q", "-enc", "UTF-8", file.path, "-"], folder.url)
        guard let pages else { throw StageFault("damaged, or protected by a password") }
        var properties: [(name: String, value: String)] = []
        if let info, let output = try run(info, ["-enc", "UTF-8", file.path], folder.url) {
            for line in output.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2, ["Title", "Subject", "Keywords", "Author", "Creator", "Producer"].contains(parts[0]), !parts[1].isEmpty { properties.append((parts[0], parts[1])) }
            }
        }
        if let info, let packet = try run(info, ["-meta", file.path], folder.url), packet.contains(where: { !$0.isWhitespace }) {
            let words = packet.replacing(#/<\?[^>]*\?>/#, with: "").replacing(#/<[^>]*>/#, with: "\t").split(whereSeparator: { $0 == "\t" || $0 == "\n" })
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.contains(where: \.isLetter) && $0.wholeMatch(of: #/[0-9T:.Z+-]+|uuid:.*|xmp\..*|[a-z]+/[a-z]+/#) == nil }
            if !words.isEmpty { properties.append(("XMP", words.joined(separator: "\n"))) }
        }
        var attachments = 0
        if let detach, let list = try run(detach, ["-list", file.path], folder.url) {
            attachments = list.split(separator: "\n").first.flatMap { $0.firstMatch(of: #/^(\d+) /#) }.flatMap { Int($0.1) } ?? 0
        }
        return PDFText(pages: pages.split(separator: "\u{0C}", omittingEmptySubsequences: false).map(String.init), properties: properties, attachments: attachments)
    }

    /// What a program wrote; nil when it failed.
    private func run(_ program: URL, _ arguments: [String], _ folder: URL) throws -> String? {
        let outcome = try ExternalProgram(program: program, arguments: arguments, folder: folder, timeout: timeout).run()
        guard case .exit(0) = outcome.ending else { return nil }
        return String(decoding: outcome.output, as: UTF8.self)
    }
}
