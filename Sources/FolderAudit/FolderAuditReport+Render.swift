import Anonymization

extension FolderAuditReport {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    /// The report for people: by file, what was found where; then what was not looked at.
    public func render(_ language: Language) -> String {
        let nb = language == .bokmal
        var lines = [nb ? "# Kontroll før deling" : "# Check before sharing", ""]
        let checked = files.count { $0.state == .checked }
        let with = Set(findings.map(\.file)).count
        lines.append(nb
            ? "- \(checked) \(checked == 1 ? "fil" : "filer") er lest. \(findings.count) funn" + (with == 0 ? "." : " i \(with) \(with == 1 ? "fil eller mappe" : "filer og mapper").")
            : "- \(checked) \(checked == 1 ? "file was" : "files were") read. \(findings.count) \(findings.count == 1 ? "finding" : "findings")" + (with == 0 ? "." : " in \(with) \(with == 1 ? "file or folder" : "files and folders")."))
        lines.append(usedRegister
            ? (nb ? "- Det er lett etter navnene i koblingsnøkkelen." : "- The names of the key register were looked for.")
            : (nb ? "- Ingen koblingsnøkkel er brukt: bare det som ser ut som navn og lignende, er funnet." : "- No key register was used: only what looks like a name and the like was found."))
        if let policy { lines.append(nb ? "- Typer som regelsettet \(policy) beholder, er ikke tatt med." : "- Types that the policy \(policy) keeps are left out.") }
        lines.append(nb
            ? "- Et rent resultat er ingen garanti: en særegen historie kan røpe et menneske uten et eneste navn."
            : "- A clean result is no guarantee: an unusual story can give somebody away without a single name.")
        var byFile: [String: [Finding]] = [:]
        for finding in findings { byFile[finding.file, default: []].append(finding) }
        for (file, found) in byFile.sorted(by: { $0.key < $1.key }) {
            lines += ["", "## \(Self.cell(file))", "", nb ? "| Sted | Hva | Regel | Sikkerhet | Antall |" : "| Place | What | Rule | Score | Times |", "|---|---|---|---:|---:|"]
            var rows: [(String, Int)] = []
            for finding in found {
                let origin = finding.origin == .body || finding.type == nil ? "" : " (\(nb ? Self.origins[finding.origin] ?? finding.origin.rawValue : finding.origin.rawValue))"
                let what = finding.type.map { $0.name(nb) } ?? Self.what(finding.rule, nb)
                let row = "| \(Self.cell(PlaceWords.text(finding.place, bokmal: nb)))\(origin) | \(what) | \(finding.rule) | \(Self.score(finding.score, nb)) |"
                if let last = rows.last, last.0 == row { rows[rows.count - 1].1 += 1 } else { rows.append((row, 1)) }
            }
            lines += rows.map { "\($0.0) \($0.1) |" }
        }
        let unread = files.filter { $0.state != .checked }
        if !unread.isEmpty || !gaps.isEmpty {
            lines += ["", nb ? "## Ikke kontrollert" : "## Not checked", ""]
            for file in unread {
                let state = file.state == .unreadable ? (nb ? "**kunne ikke leses**" : "**could not be read**") : (nb ? "ikke lest" : "not read")
                lines.append("- \(Self.cell(file.file)): \(state)\(file.reason.map { ": \(nb ? $0.bokmal : $0.english)" } ?? "")")
            }
            var seen: [String: [String]] = [:]
            for gap in gaps { seen["\(Self.cell(PlaceWords.text(gap.place, bokmal: nb))): \(nb ? gap.reason.bokmal : gap.reason.english)", default: []].append(gap.file) }
            for (gap, files) in seen.sorted(by: { $0.key < $1.key }) {
                lines.append("- \(gap) (\(files.count == 1 ? Self.cell(files[0]) : nb ? "\(files.count) filer" : "\(files.count) files"))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "/").replacing("\n", with: " ") }

    private static func score(_ value: Double, _ nb: Bool) -> String {
        let scaled = Int((value * 100).rounded()), text = scaled >= 100 ? "1.00" : "0.\(scaled < 10 ? "0" : "")\(scaled)"
        return nb ? text.replacing(".", with: ",") : text
    }

    private static func what(_ rule: String, _ nb: Bool) -> String {
        guard let code = FileNotice.Code(rawValue: String(rule.dropFirst("file.".count))) else { return rule }
        let pair: (String, String) =
            switch code {
            case .author: ("navn på forfatter eller bruker", "an author's or user's name")
            case .company: ("navn på virksomhet", "a company's name")
            case .template: ("mal med sti eller navn", "a template's path or name")
            case .comment: ("merknader", "comments")
            case .trackedChange: ("sporede endringer", "tracked changes")
            case .hiddenText: ("skjult tekst", "hidden text")
            case .hiddenSheet: ("skjult ark", "a hidden sheet")
            case .embeddedFile: ("innebygd fil", "an embedded file")
            case .macro: ("makroer", "macros")
            case .thumbnail: ("miniatyrbilde av første side", "a thumbnail of the first page")
            case .userPath: ("sti på noens maskin", "a path on somebody's machine")
            case .printer: ("skriver", "a printer")
            case .imageMetadata: ("opplysninger i bilde", "data in a picture")
            case .location: ("stedet bildet er tatt", "where a picture was taken")
            case .audioMetadata: ("opplysninger i lydfil", "data in a sound file")
            case .rawAudio: ("lydopptak: en stemme identifiserer", "a recording: a voice identifies")
            case .rawVideo: ("video: ansikt og stemme identifiserer", "a video: face and voice identify")
            case .attachment: ("vedlegg", "attachments")
            case .form: ("skjema", "a form")
            case .keyRegister: ("koblingsnøkkel", "a key register")
            case .confidentialStamp: ("fil stemplet som fortrolig", "a file stamped as confidential")
            case .notChecked: ("ikke kontrollert", "not checked")
            case .unreadable: ("kunne ikke leses", "could not be read")
            }
        return nb ? pair.0 : pair.1
    }

    private static let origins: [TextOrigin: String] = [
        .header: "topp-/bunntekst", .footnote: "fotnote", .comment: "merknad", .deleted: "slettet tekst", .hidden: "skjult", .metadata: "egenskaper", .link: "lenke",
        .altText: "alternativ tekst", .name: "navn",
    ]
}
