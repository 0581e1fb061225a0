extension AuditReport {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    /// A report to sign and file, as Markdown. It points at turns and words by number and quotes nothing.
    public func render(language: Language) -> String { page(language).markdown }

    /// The same as headings, lists and tables.
    public func page(_ language: Language) -> ReportPage {
        let nb = language == .bokmal
        var page = ReportPage(title: (nb ? "Kontroll av avidentifisering: " : "De-identification audit: ") + recording, isEnglish: !nb, blocks: [])
        page.blocks.append(.list([
            (nb ? "Opptak: " : "Recording: ") + recording, (nb ? "Regelsett: " : "Policy: ") + policy, statusText(nb),
            nb ? "Omfang: \(turns) replikker, \(words) ord" : "Extent: \(turns) turns, \(words) words", (nb ? "Konklusjon: " : "Verdict: ") + verdictText(nb),
        ]))
        page.blocks += replacementBlocks(nb)
        for severity in [Severity.error, .review, .note] {
            let group = items(severity)
            guard !group.isEmpty else { continue }
            page.blocks += [.heading(heading(severity, nb) + " (\(group.count))"), .list(group.map { line($0, nb) })]
        }
        if let decided, !decided.isEmpty {
            page.blocks += [.heading((nb ? "Avgjort av et menneske" : "Decided by a person") + " (\(decided.count))"), .list(decided.map { line($0, nb) })]
        }
        page.blocks += [
            .heading(nb ? "Hva kontrollen ikke ser" : "What the audit does not see"),
            .text(nb
                ? "Programmet finner det som ligner navn, steder, tall og andre kjennetegn. Det vet ikke hva som er kjent i et lokalmiljø. Les lesekopien før du skriver under."
                : "The program finds what looks like names, places, numbers and other identifiers. It does not know what is known in a community. Read the reading copy before you sign."),
            .heading(nb ? "Underskrift" : "Signature"),
            .blanks(nb ? ["Gjennomgått av", "Dato", "Rolle i prosjektet", "Underskrift"] : ["Reviewed by", "Date", "Role in the project", "Signature"]),
        ]
        return page
    }

    private func statusText(_ nb: Bool) -> String {
        switch status {
        case .deidentified:
            nb
                ? "Status: **avidentifisert**. Koblingsnøkkelen finnes: teksten er fremdeles personopplysninger."
                : "Status: **de-identified** (avidentifisert). The key register exists: the text is still personal data."
        case .anonymous:
            nb
                ? "Status: koblingsnøkkelen er slettet. Om teksten er anonym, avgjøres av innholdet og av punktene under."
                : "Status: the key register is destroyed. Whether the text is anonymous depends on its content and the points below."
        }
    }

    private func replacementBlocks(_ nb: Bool) -> [ReportPage.Block] {
        let kinds = nb ? ["type", "behandling", "antall"] : ["type", "action", "entities"]
        let table = ReportPage.Block.table(
            head: kinds, rows: counts.map { [$0.type.name(nb), Self.actionName($0.action, nb), String($0.entities)] }, right: [2])
        guard let replacements else {
            let nothing = ReportPage.Block.text(nb ? "Ingenting er registrert i koblingsnøkkelen." : "The key register is empty.")
            return [.heading(nb ? "Hva som er byttet ut i studien" : "What has been replaced in the study"), counts.isEmpty ? nothing : table]
        }
        let heading = ReportPage.Block.heading(nb ? "Hva som er funnet og byttet ut i opptaket" : "What was found and replaced in the recording")
        if replacements.isEmpty { return [heading, .text(nb ? "Ingenting er funnet." : "Nothing was found.")] }
        return [
            heading, table,
            .table(
                head: nb ? ["type", "regel", "behandling", "steder", "ulike"] : ["type", "rule", "action", "places", "different"],
                rows: replacements.map { [$0.type.name(nb), $0.rule, Self.actionName($0.action, nb), String($0.places), String($0.entities)] }, right: [3, 4]),
        ]
    }

    /// What becomes of something found, in words for people; `nb` for Bokmål.
    public static func actionName(_ action: String, _ nb: Bool) -> String {
        guard nb else { return action }
        let names = ["keep": "beholdt", "code": "kode", "generalise": "grovere", "mask": "maskert", "pseudonym": "annet navn", "shift": "flyttet", "user": "satt av studien", "replaced": "byttet ut"]
        return names[action] ?? action
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
        case "near-findings": what = nb ? "flere indirekte opplysninger i nabolaget av hverandre" : "several indirect facts near one another"
        case "rare-word": what = nb ? "et ord utenfor ordlistene" : "a word outside the word lists"
        case "repeated-phrase": what = nb ? "en vending som taleren bruker påfallende ofte" : "a phrase that the speaker uses conspicuously often"
        case "decision-lost":
            what = nb ? "en avgjørelse gjelder et sted som ikke finnes igjen: avgjør på nytt" : "a decision is about a place that is not found again: decide anew"
        case "decision-denied":
            what = nb ? "en avgjørelse om å la stå er overstyrt av regelsettets forbudsliste" : "a decision to let stand is overruled by the policy's deny list"
        case "not-bokmal": what = nb ? "replikken er ikke på bokmål" : "the turn is not in Bokmål"
        default: what = item.code
        }
        var text = what
        if !item.types.isEmpty { text += " (" + item.types.map { $0.name(nb) }.joined(separator: ", ") + ")" }
        text += item.turn == 0 ? (nb ? ", taler eller opptaks-id" : ", speaker label or recording id") : (nb ? ", replikk \(item.turn)" : ", turn \(item.turn)")
        if !item.words.isEmpty { text += (nb ? ", ord " : ", words ") + item.words.map(String.init).joined(separator: " ") }
        return text + " [\(item.rule)]"
    }

    /// The first of them; a word said fifty times need not be found fifty times.
    private static func wordList(_ words: [Int]) -> String {
        words.prefix(12).map(String.init).joined(separator: " ") + (words.count > 12 ? " … (\(words.count))" : "")
    }
}

extension EntityType {
    /// As a reader calls it.
    public func name(_ nb: Bool) -> String {
        let (bokmal, english) =
            switch self {
            case .person: ("person", "person")
            case .place: ("sted", "place")
            case .municipality: ("kommune", "municipality")
            case .county: ("fylke", "county")
            case .country: ("land", "country")
            case .address: ("adresse", "address")
            case .postcode: ("postnummer", "postcode")
            case .organisation: ("organisasjon", "organisation")
            case .healthUnit: ("helsested", "health unit")
            case .school: ("skole", "school")
            case .phone: ("telefonnummer", "phone number")
            case .email: ("e-post", "e-mail")
            case .url: ("nettadresse", "web address")
            case .nationalID: ("fødselsnummer", "national id")
            case .account: ("kontonummer", "account number")
            case .card: ("kortnummer", "card number")
            case .iban: ("iban", "iban")
            case .plate: ("bilskilt", "car plate")
            case .caseNumber: ("saksnummer", "case number")
            case .date: ("dato", "date")
            case .age: ("alder", "age")
            case .jobTitle: ("stilling", "job title")
            case .ethnicity: ("etnisitet", "ethnicity")
            case .relationFact: ("særpreget forhold", "rare relation")
            case .other: ("annet", "other")
            }
        return nb ? bokmal : english
    }
}
