import ArgumentParser
import Foundation
import Stages

struct AuditFilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit-files", abstract: "Look through files and folders that Ordrett did not make, before they are shared.",
        discussion: """
            Examples:
              ordrett audit-files ~/til-veileder
              ordrett audit-files ~/til-veileder --register ~/nokler/studie.nokkel --show
              ordrett audit-files artikkel.docx vedlegg.zip --json > funn.json

            Reads docx, xlsx, pptx, odt, ods, odp, rtf, pdf (with poppler's pdftotext), txt, md, html, csv, tsv, json, vtt, srt, xml, svg, eaf,
            TextGrid, qdpx, and zip archives with such files in them; of pictures and recordings what is written beside them. Looks
            at the text, and at what is easily overlooked: authors, comments, tracked changes, deleted and hidden text, headers, links,
            alternative texts, templates, embedded files, names of files and folders. The report (Bokmål; --english) says where and by which
            rule; the words themselves only with --show.

            Exit codes: 0 nothing found, 1 something found, 65 some files could not be read.
            """)

    @Argument(help: "Files and folders.", completion: .file()) var paths: [String]
    @Option(help: ArgumentHelp("A key register, whose names are looked for, too.", valueName: "file"), completion: .file()) var register: String?
    @OptionGroup var passphrase: PassphraseOptions
    @Option(help: ArgumentHelp("Leave out types that this policy keeps and that point at nobody alone.", valueName: "policy")) var policy: String?
    @Option(help: ArgumentHelp("Leave out findings under this belief, 0 to 1.", valueName: "score")) var minScore = 0.3
    @Flag(help: "The words that were found, on the terminal.") var show = false
    @Flag(help: "The report in English.") var english = false
    @Flag(help: "As JSON, without any words.") var json = false

    func validate() throws {
        if !(0...1).contains(minScore) { throw ValidationError("--min-score is from 0 to 1") }
        if show && json { throw ValidationError("--show is for the terminal; JSON never holds words") }
    }

    func run() async throws {
        // Words must not end up in a file by a redirection that somebody forgot.
        if show, isatty(STDOUT_FILENO) != 1 { throw CommandFailure.usage("--show writes to a terminal only; leave it out, or do not redirect the output") }
        var tool = FolderAuditTool()
        tool.policy = policy
        tool.minimumScore = minScore
        tool.english = english
        let (paths, register, secret, show) = (paths, register, passphrase.source(), show)
        let line = ProgressLine("audit")
        let result = try await Interruption.guarding { [tool] in
            Result { try tool.audit(paths, register: register, passphrase: secret, show: show, progress: line.report) }
        }.get()
        line.end()
        for note in result.notes { Talk.say("note: \(note)") }
        if json {
            try Talk.json(result.report)
        } else {
            Talk.data(result.text)
            for shown in result.shown where !shown.text.isEmpty {
                Talk.data("\(shown.finding.file)\t\(shown.finding.place)\t\(shown.finding.type?.rawValue ?? "")\t\(shown.text.replacing("\n", with: " "))\n")
            }
        }
        switch result.report.verdict {
        case .clean: return
        case .findings: throw ExitCode(Exit.someFailed)
        case .incomplete: throw ExitCode(Exit.badInput)
        }
    }
}
