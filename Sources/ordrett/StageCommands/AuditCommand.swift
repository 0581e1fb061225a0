import ArgumentParser
import Foundation
import Pipeline
import Stages

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look for what still identifies, in a study or in any folder; sign what may be shared; verify it later.",
        discussion: """
            Examples:
              ordrett audit                                        the study you stand in
              ordrett audit ~/til-veileder                         any other folder or file, as 'ordrett audit-files' does
              ordrett audit P07.anonym.json --register nokkel.ordrettkey
              ordrett audit sign P07 --by "Kari Forsker"           after reading fortrolig/P07.lesekopi.fortrolig.docx and its report
              ordrett audit verify deling/

            Nothing goes into a study's deling/ before somebody has signed the audit of exactly those bytes: 'ordrett run' ends with exit
            code 3 until then. docs/audit.md tells what a signature covers, and what it does not.
            """,
        subcommands: [AuditLookCommand.self, AuditSignCommand.self, AuditVerifyCommand.self], defaultSubcommand: AuditLookCommand.self)
}

struct AuditLookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: "Look through a study, an anonymised transcript, or any folder or file, for what still identifies.",
        discussion: """
            Examples:
              ordrett audit                                        the study you stand in, as a whole: reports into fortrolig/
              ordrett audit ~/studie --json
              ordrett audit P07.anonym.json --register nokkel.ordrettkey
              ordrett audit ~/til-veileder                         any other folder, as 'ordrett audit-files' does
              ordrett audit artikkel.docx vedlegg.zip              files that Ordrett did not make, likewise

            A study is audited as a whole, and a sealed transcript by itself: exit code 1 when something of the key register is still there.
            Anything else is looked through for what identifies, in the text and beside it ('ordrett audit-files --help' tells how):
            exit code 0 nothing found, 1 something found, 65 some files could not be read.
            """)

    @Argument(help: "A study's folder, a sealed transcript (- for stdin), or other folders and files; by default the study you stand in.", completion: .file())
    var paths: [String] = []
    @Option(help: ArgumentHelp("The key register, to look for what it holds.", valueName: "file"), completion: .file())
    var register: String?
    @Option(help: ArgumentHelp("The policy it was made with; by default the register's.", valueName: "policy"))
    var policy: String?
    @Option(help: ArgumentHelp("Other folders and files: leave out findings under this belief, 0 to 1.", valueName: "score")) var minScore: Double?
    @Flag(help: "Other folders and files: the words that were found, on the terminal.") var show = false
    @OptionGroup var passphrase: PassphraseOptions
    @Flag(help: "The report in English.") var english = false
    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        guard let first = paths.first else {
            guard let root = Study.find(from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath)) else {
                throw CommandFailure.usage("name a study's folder, a sealed transcript, or files to look through, or stand in a study")
            }
            try refuseFilesOptions()
            return try study(root)
        }
        if paths.contains(where: isStudy) {
            guard paths.count == 1 else { throw CommandFailure.usage("a study is audited by itself; name its folder alone") }
            try refuseFilesOptions()
            return try study(URL(fileURLWithPath: first))
        }
        let transcripts = try paths.filter(isTranscript)
        guard !transcripts.isEmpty else { return try await files() }
        guard paths.count == 1 else { throw CommandFailure.usage("a transcript is audited by itself; name one alone, or use 'ordrett audit-files' for files of any kind") }
        try refuseFilesOptions()
        let result = try TextTools.audit(TextFile.bytes(first), register: register, policy: policy, english: english, json: json, passphrase: passphrase.source())
        Talk.data(result.text.hasSuffix("\n") ? result.text : result.text + "\n")
        if !result.clean { throw ExitCode(Exit.someFailed) }
    }

    private func isStudy(_ path: String) -> Bool {
        let url = URL(fileURLWithPath: path)
        return Study.exists(at: url) || FileManager.default.fileExists(atPath: url.appendingPathComponent(".ordrett").path)
    }

    /// Ordrett's own, sealed or raw: those are audited by what they hold, or refused.
    private func isTranscript(_ path: String) throws -> Bool {
        if path == "-" { return true }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure.badInput("there is no file or folder '\(URL(fileURLWithPath: path).lastPathComponent)'; check the path")
        }
        return !isFolder.boolValue && TextTools.isTranscript(atPath: path)
    }

    private func refuseFilesOptions() throws {
        if show || minScore != nil { throw CommandFailure.usage("--show and --min-score are for folders and files that Ordrett did not make") }
    }

    /// Folders and files that somebody else's programs made.
    private func files() async throws {
        var options: [String] = []
        for (name, value) in [("--register", register), ("--policy", policy), ("--min-score", minScore.map { "\($0)" })] {
            if let value { options += [name, value] }
        }
        for (name, isSet) in [("--english", english), ("--show", show), ("--json", json)] where isSet { options.append(name) }
        var files = try AuditFilesCommand.parse(options + ["--"] + paths)
        files.passphrase = passphrase
        try await files.run()
    }

    private func study(_ root: URL) throws {
        let audit = try StudyAudit.make(root: root)
        let names = try StudyAudit.write(root: root, english: english)
        Talk.data(json ? String(decoding: try audit.encoded(), as: UTF8.self) : audit.page(english: english).markdown)
        Talk.say("written to fortrolig/: \(names.joined(separator: ", "))")
        if audit.recordings.contains(where: { $0.errors > 0 }) { throw ExitCode(Exit.someFailed) }
    }
}

struct AuditSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Stand for the audit of recordings as they are now, so that they may be shared.",
        discussion: """
            Examples:
              ordrett audit sign P07 P09 --by "Kari Forsker"
              ordrett audit sign P07 --by "Kari Forsker" --note "lest mot opptaket 12.3."
              ordrett audit sign --all --by "Kari Forsker" --study demo

            Read first: fortrolig/ID.revisjon.html and fortrolig/ID.lesekopi.fortrolig.docx. What is open is counted in the signature. Errors (something
            of the key register is left) cannot be signed. Then run 'ordrett run' again: it writes deling/.
            Exit code 1 when something could not be signed.
            """)

    @Argument(help: "Recordings of the study.") var items: [String] = []
    @Flag(help: "Every recording of the study.") var all = false
    @Option(help: ArgumentHelp("Who has read it and stands for it.", valueName: "name")) var by: String
    @Option(help: ArgumentHelp("What to say of it; it stands in deling/, too.", valueName: "text")) var note: String?
    @Option(help: ArgumentHelp("The study folder, or one that 'run --out' wrote to; by default the one you stand in.", valueName: "dir")) var study: String?
    @Flag(help: "The signatures as JSON on stdout.") var json = false

    func validate() throws {
        if by.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty { throw ValidationError("--by needs a name") }
        if all != items.isEmpty { throw ValidationError("name the recordings to sign, or give --all") }
    }

    func run() throws {
        let signing = try AuditSigning(study: study)
        let lock = try signing.lock()
        defer { lock.release() }
        let chosen = all ? signing.items : items
        guard !chosen.isEmpty else { throw CommandFailure.badInput("no recordings to sign; run 'ordrett run' first") }
        struct Row: Encodable { var item: String, outcome: String, reason: String? = nil, signature: SignedAudit? = nil }
        var rows: [Row] = []
        for item in chosen {
            switch try signing.sign(item, by: by.trimmingCharacters(in: .whitespacesAndNewlines), note: note) {
            case .signed(let signed):
                rows.append(Row(item: item, outcome: "signed", signature: signed))
                Talk.say("\(item): signed; \(signed.openCount) findings open")
            case .alreadySigned(let signed):
                rows.append(Row(item: item, outcome: "already signed", signature: signed))
                Talk.say("\(item): was signed on \(signed.signedAt.prefix(10)), and nothing has changed since")
            case .refused(let reason):
                rows.append(Row(item: item, outcome: "refused", reason: reason))
                Talk.say("\(item): not signed: \(reason)")
            }
        }
        if json { try Talk.json(rows) }
        if rows.contains(where: { $0.outcome == "signed" }) { Talk.say("run 'ordrett run' to write deling/") }
        if rows.contains(where: { $0.outcome == "refused" }) { throw ExitCode(Exit.someFailed) }
    }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check files for sharing against the signed audits beside them.",
        discussion: """
            Examples:
              ordrett audit verify                       deling/ of the study you stand in
              ordrett audit verify ~/sendt/deling
              ordrett audit verify deling/P07.docx

            ok: made from what is signed. changed: other bytes than listed. missing: listed, not there. unsigned: nobody has signed for it.
            outdated: the transcript has changed since it was signed. broken: the manifest itself was changed.
            Exit code 1 unless all is ok.
            """)

    @Argument(help: "A folder with signed manifests (ID.signert.json), or one file; by default the study you stand in.", completion: .file())
    var path: String?
    @Flag(help: "As JSON on stdout.") var json = false

    func run() throws {
        let result = try AuditVerification.verify(path ?? Study.find(from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))?.path ?? ".")
        if json { try Talk.json(result) } else {
            var table = TextTable(header: ["file", "state", "recording", "signed"])
            for entry in result.entries { table.rows.append([entry.file, entry.state.rawValue, entry.recording ?? "-", entry.signedAt ?? "-"]) }
            Talk.data(result.entries.isEmpty ? "nothing is there to verify\n" : table.text + "\n")
            let bad = result.entries.count { $0.state != .ok }
            if !result.entries.isEmpty { Talk.say(bad == 0 ? "\(result.entries.count) files, all as signed" : "\(bad) of \(result.entries.count) files are not as signed") }
        }
        if !result.isGood { throw ExitCode(Exit.someFailed) }
    }
}
