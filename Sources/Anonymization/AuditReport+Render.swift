extension AuditReport {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    /// A report to sign and file, as Markdown. It points at turns and words by number and quotes nothing.
    public func render(language: Language) -> String {
        let nb = language == .bokmal
        var lines: [String] = []
        lines.append(nb ? "# Kontroll av avidentifisering" : "# De-identification audit")
        lines.append("")
        lines.append((nb ? "- Opptak: " : "- Recording: ") + recording)
        lines.append((nb ? "- Regelsett: " : "- Policy: ") + policy)
        switch status {
        case .deidentified:
            lines.append(nb
                ? "- Status: **avidentifisert**. Koblingsnøkkelen finnes: teksten er fremdeles personopplysninger."
                : "- Status: **de-identified** (avidentifisert). The key register exists: the text is still personal data.")
        case .anonymous:
            lines.append(nb
                ? "- Status: koblingsnøkkelen er slettet. Om teksten er anonym, avgjøres av innholdet og av punktene under."
                : "- Status: the key register is destroyed. Whether the text is anonymous depends on its content and the points below.")
        }
        lines.append(nb ? "- Omfang: \(turns) replikker, \(words) ord" : "- Extent: \(turns) turns, \(words) words")
        lines.append((nb ? "- Konklusjon: " : "- Verdict: ") + verdictText(nb))
        lines.append("")
        lines.append(nb ? "## Hva som er byttet ut i studien" : "## What has been replaced in the study")
        lines.append("")
        if counts.isEmpty {
            lines.append(nb ? "Ingenting er registrert i koblingsnøkkelen." : "The key register is empty.")
        } else {
            lines.append(nb ? "| type | behandling | antall |" : "| type | action | entities |")
            lines.append("|---|---|---:|")
            for count in counts { lines.append("| \(count.type.rawValue) | \(count.action) | \(count.entities) |") }
        }
        for severity in [Severity.error, .review, .note] {
            let group = items(severity)
            guard !group.isEmpty else { continue }
            lines.append("")
            lines.append("## " + heading(severity, nb) + " (\(group.count))")
            lines.append("")
            for item in group { lines.append("- " + line(item, nb)) }
        }
        lines.append("")
        lines.append(nb ? "## Underskrift" : "## Signature")
        lines.append("")
        for field in nb
            ? ["Gjennomgått av", "Dato", "Rolle i prosjektet", "Underskrift"] : ["Reviewed by", "Date", "Role in the project", "Signature"] {
            lines.append("\(field): ______________________________")
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private func verdictText(_ nb: Bool) -> String {
        switch verdict {
        case .clean: nb ? "ingen funn" : "nothing found"
        case .review: nb ? "**må leses av et menneske** før deling" : "**a person must read it** before it is shared"
        case .leak: nb ? "**lekkasje: må ikke deles**" : "**leak: do not share**"
        }
    }

    private func heading(_ severity: Severity, _ nb: Bool) -> String {
        switch severity {
        case .error: nb ? "Feil som må rettes" : "Errors to correct"
        case .review: nb ? "Til gjennomlesing" : "To review"
        case .note: nb ? "Merknader" : "Notes"
        }
    }

    private func line(_ item: Item, _ nb: Bool) -> String {
        let what: String
        switch item.code {
        case "leak": what = nb ? "noe fra koblingsnøkkelen står igjen" : "something of the key register remains"
        case "leak-sound": what = nb ? "noe som lyder som et navn i koblingsnøkkelen, står igjen" : "something that sounds like a name in the key register remains"
        case "registered-word": what = nb ? "et vanlig ord som også er et registrert navn" : "an ordinary word that is a registered name too"
        case "residual": what = nb ? "mulig identifiserende opplysning" : "possibly identifying"
        case "quasi-combination": what = nb ? "flere indirekte opplysninger i samme replikk" : "several indirect facts in one turn"
        case "small-group": what = nb ? "kan peke på en gruppe på fem eller færre" : "may point at a group of five or fewer"
        case "participant-code":
            what = nb
                ? "en deltakerkode inneholdt en del av et navn og er utelatt; gi deltakeren en annen kode i studiefila"
                : "a participant's code held part of a name and was left out; give the participant another code in the study file"
        case "typed-remark": what = nb ? "skrevet merknad: les den" : "a typed remark: read it"
        case "dialect-in-remark":
            what = nb ? "skrevet merknad med ord utenfor bokmål" : "typed remark with words outside Bokmål"
        case "dialect": what = nb ? "dialekt kan stå igjen: ingen bokmålsform er kjent" : "dialect may remain: no Bokmål form is known"
        case "dialect-kept":
            what = nb ? "ord utenfor bokmål står fordi studien beholder dem" : "words outside Bokmål stand because the study keeps them"
        case "dialect-unsure": what = nb ? "usikker bokmålsform: se om den er rett" : "doubtful Bokmål form: see whether it is right"
        case "not-bokmal": what = nb ? "replikken er ikke på bokmål" : "the turn is not in Bokmål"
        default: what = item.code
        }
        var text = what
        if !item.types.isEmpty { text += " (" + item.types.map(\.rawValue).joined(separator: ", ") + ")" }
        text += item.turn == 0 ? (nb ? ", taler eller opptaks-id" : ", speaker label or recording id") : (nb ? ", replikk \(item.turn)" : ", turn \(item.turn)")
        if !item.words.isEmpty { text += (nb ? ", ord " : ", words ") + item.words.map(String.init).joined(separator: " ") }
        return text + " [\(item.rule)]"
    }
}
