import ArgumentParser
import Foundation
import Pipeline
import Stages

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The key register (koblingsnøkkel): who stands behind the codes.",
        discussion: """
            The register is encrypted and lies outside the study: in $ORDRETT_KEYS, else ~/.local/share/ordrett/nokler (on a Mac
            ~/Library/Application Support/Ordrett/nokler), or where 'key:' in ordrett.yaml says. While it exists the material is
            de-identified (avidentifisert); after 'ordrett key destroy' it is anonymised.

            Examples:
              ordrett key show
              ordrett key reveal "Informant 4" --by "A. Forsker" --reason "withdrawal, e-mail of 3 May"
              ordrett key export --encrypted /media/usb/studie.ordrettkey
              ordrett key rotate
              ordrett key destroy --by "A. Forsker"
            """,
        subcommands: [
            KeyShowCommand.self, KeyRevealCommand.self, KeyExportCommand.self, KeyImportCommand.self, KeyRotateCommand.self,
            KeyDestroyCommand.self, KeyNewCommand.self,
        ])
}

struct KeyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Where the register is, what is in it, and who can open it; names only when asked.",
        discussion: """
            Examples:
              ordrett key show
              ordrett key show --codes
              ordrett key show --names --by "A. Forsker" --reason "check of spelling before the second round"
              ordrett key show --passphrase > /media/usb/passord.txt

            Showing names is kept in fortrolig/tilgangslogg.jsonl: who, when, why, and no name.
            """)

    @OptionGroup var options: KeyOptions
    @Flag(help: "The codes, without what they stand for.") var codes = false
    @Flag(help: "What each code stands for; needs --by and --reason.") var names = false
    @Option(help: ArgumentHelp("Who looks, with --names.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("Why, with --names.", valueName: "text")) var reason: String?
    @Flag(name: .customLong("passphrase"), help: "The remembered passphrase, to write it down.") var showsPassphrase = false
    @Flag(name: .customLong("log"), help: "Who has opened the register, when and why.") var showsLog = false
    @Flag(help: "As JSON on stdout.") var json = false

    func validate() throws {
        if names, by?.isEmpty != false || reason?.isEmpty != false { throw ValidationError("--names needs --by NAME and --reason TEXT; both are kept in the access log") }
        if [codes, names, showsPassphrase, showsLog].filter({ $0 }).count > 1 { throw ValidationError("give one of --codes, --names, --passphrase and --log") }
    }

    func run() throws {
        // Only what cannot be told without the register is worth a question.
        let tools = try options.tools(asks: codes || names)
        if showsPassphrase {
            guard let passphrase = try tools.rememberedPassphrase() else {
                throw CommandFailure.badInput("no passphrase is remembered for this study; only those who know it can open the register")
            }
            return Talk.data(passphrase + "\n")
        }
        if codes {
            let codes = try tools.codes()
            return json ? try Talk.json(codes) : Talk.data(codes.map { $0 + "\n" }.joined())
        }
        if showsLog {
            let entries = tools.keys.accessLog.entries()
            if json { return try Talk.json(entries) }
            var table = TextTable(header: ["when", "who", "what", "code", "why"])
            table.rows = entries.map { [$0.when, $0.by, $0.act.rawValue, $0.code ?? "-", $0.reason ?? "-"] }
            return Talk.data(entries.isEmpty ? "nobody has opened the register\n" : table.text + "\n")
        }
        if names {
            let names = try tools.names(by: by ?? "", reason: reason ?? "")
            return json ? try Talk.json(names) : Talk.data(Self.table(names))
        }
        let report = try tools.report(opens: true)
        if json { return try Talk.json(report) }
        Talk.data(Self.text(report))
        for note in report.notes { Talk.say("note: \(note)") }
    }

    static func table(_ names: [KeyTools.Name]) -> String {
        var table = TextTable(header: ["code", "type", "name", "other writings"])
        table.rows = names.map { [$0.code, $0.type, $0.name, $0.otherWritings.isEmpty ? "-" : $0.otherWritings.joined(separator: ", ")] }
        return table.text + "\n"
    }

    static func text(_ report: KeyTools.Report) -> String {
        var lines: [String] = []
        switch report.status {
        case "exists": lines.append("The key register exists: the material is de-identified (avidentifisert), not anonymous.")
        case "lost": lines.append("The key register is not where it should be: the material counts as de-identified (avidentifisert).")
        case "unfinished": lines.append("Destroying the key register is unfinished: run 'ordrett key destroy' again; until then the material counts as de-identified (avidentifisert).")
        case "destroyed": lines.append("The key register was destroyed on \(report.destroyed?.prefix(10) ?? "-") by \(report.destroyedBy ?? "-"): the material is anonymised (anonymisert).")
        default: lines.append("No key register has been begun.")
        }
        if let register = report.register {
            lines.append("register    \(register)")
            lines.append("changed     \(report.changed ?? "-")")
            lines.append("readable by \(report.openToOthers ? "others on this machine, too" : "your user alone")")
            lines.append("passphrase  \(report.passphraseRemembered ? "remembered in the key folder" : "not remembered")")
            if let entries = report.entries {
                let total = entries.values.reduce(0, +)
                lines.append("entries     \(total)" + (total == 0 ? "" : ": " + entries.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")))
            }
            let copies = (report.previousKept ? ["the one before, encrypted, beside it"] : []) + report.copies
            lines.append("copies      " + (copies.isEmpty ? "none known" : copies.joined(separator: ", ")))
        }
        lines.append("opened      \(report.timesOpened) times" + (report.lastOpened.map { ", last \($0)" } ?? ""))
        return lines.joined(separator: "\n") + "\n"
    }
}

struct KeyRevealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal", abstract: "Whom one code stands for. Recorded, with the reason.",
        discussion: """
            Example:
              ordrett key reveal "Person 3" --by "A. Forsker" --reason "asked to see her own data"
            """)

    @Argument(help: "The code, as the transcripts have it.") var code: String
    @OptionGroup var options: KeyOptions
    @OptionGroup var who: WhoOptions
    @Flag(help: "As JSON on stdout.") var json = false

    func run() throws {
        let found = try options.tools().reveal(code, by: who.by, reason: who.reason)
        if json { return try Talk.json(found) }
        Talk.data(KeyShowCommand.table(found))
    }
}

struct KeyExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy the register: encrypted, or in the open with a reason.",
        discussion: """
            Examples:
              ordrett key export --encrypted /media/usb/studie.ordrettkey
              ordrett key export --encrypted /media/usb/studie.ordrettkey --force       over an older copy
              ordrett key export nokkel.csv --by "A. Forsker" --reason "archive of the project"
              ordrett key export nokkel.json --by "A. Forsker" --reason "move to another program"

            An encrypted copy opens with the passphrase of today, and 'ordrett key destroy' erases it with the rest when it can
            reach it. A copy in the open is a list of names: delete it as soon as it has served. A file that is there already is
            left as it is without --force, and a link is never followed.
            """)

    @Argument(help: "The file to write: .csv or .json in the open; any name with --encrypted.", completion: .file()) var file: String
    @Flag(help: "The closed register as it is.") var encrypted = false
    @Flag(help: "Replace a file that is there.") var force = false
    @Option(help: ArgumentHelp("Who does this.", valueName: "name")) var by: String?
    @Option(help: ArgumentHelp("Why, for a copy in the open.", valueName: "text")) var reason: String?
    @OptionGroup var options: KeyOptions

    func validate() throws {
        let ending = (file as NSString).pathExtension.lowercased()
        if !encrypted && !["csv", "json"].contains(ending) { throw ValidationError("name a .csv or .json file, or give --encrypted") }
        if !encrypted, by?.isEmpty != false || reason?.isEmpty != false { throw ValidationError("a register in the open needs --by NAME and --reason TEXT; both are kept in the access log") }
    }

    func run() throws {
        let tools = try options.tools()
        let target = try tools.place(forCopy: file, force: force)
        if encrypted {
            try SafeFile.write(tools.closedCopy(by: by ?? NSUserName()), to: target, confidential: true)
            try tools.noteCopy(target)
            return Talk.say("an encrypted copy is in '\(target.lastPathComponent)'; keep its passphrase apart from it")
        }
        let data = try tools.plain(json: (file as NSString).pathExtension.lowercased() == "json", by: by ?? "", reason: reason ?? "")
        try SafeFile.write(data, to: target, confidential: true)
        try tools.noteCopy(target)
        Talk.say("warning: '\(target.lastPathComponent)' names everybody in the open; keep it apart from the study, and delete it as soon as it has served")
    }
}

struct KeyImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put a register back from a copy, or take one over.",
        discussion: """
            Examples:
              ordrett key import /media/usb/studie.ordrettkey
              ordrett key import gammel/koblingsnokkel.json          a plain register of an earlier version
              ordrett key import annen.ordrettkey --adopt            one that was begun for another study folder

            Nothing is changed when the copy does not open. The register that was there is kept as the previous one.
            """)

    @Argument(help: "An encrypted copy, or a plain koblingsnokkel.json.", completion: .file()) var file: String
    @Flag(help: "Take a register of another study folder.") var adopt = false
    @Flag(help: "Put it in the place of the one there is.") var replace = false
    @Option(help: ArgumentHelp("Who does this.", valueName: "name")) var by: String?
    @OptionGroup var options: KeyOptions

    func run() throws {
        let data = try TextFile.bytes(file)
        for note in try options.tools().take(data, adopt: adopt, replace: replace, by: by ?? NSUserName()) { Talk.say(note) }
    }
}
