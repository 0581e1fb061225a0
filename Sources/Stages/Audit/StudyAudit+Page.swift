import Anonymization
import Exchange
import Foundation

extension StudyAudit {
    /// A report to read. Attributes of participants stand in it as the study file has them; nothing that was said does.
    public func page(english: Bool) -> ReportPage {
        func say(_ bokmal: String, _ english_: String) -> String { english ? english_ : bokmal }
        var page = ReportPage(title: say("Kontroll av studien: ", "Audit of the study: ") + study, isEnglish: english, blocks: [])
        let unsigned = recordings.count { $0.signature != .signed }
        page.blocks.append(.list([
            say("Opptak: \(recordings.count), av dem \(unsigned) uten gyldig underskrift", "Recordings: \(recordings.count), \(unsigned) of them without a valid signature"),
            say("Deltakere i studiefila: \(participants)", "Participants in the study file: \(participants)"),
        ]))
        page.blocks += [
            .heading(say("Opptak", "Recordings")),
            .table(
                head: [say("opptak", "recording"), say("konklusjon", "verdict"), say("feil", "errors"), say("til gjennomlesing", "to review"), say("merknader", "notes"), say("avgjort", "decided"), say("underskrift", "signature")],
                rows: recordings.map { row in
                    [row.recording, verdict(row.verdict, english), String(row.errors), String(row.review), String(row.notes), String(row.decided), signature(row.signature, english)]
                }, right: [2, 3, 4, 5]),
        ]
        if !findings.isEmpty {
            page.blocks += [
                .heading(say("Funn etter slag", "Findings by kind")),
                .table(
                    head: [say("funn", "finding"), say("vekt", "weight"), say("steder", "places"), say("opptak", "recordings")],
                    rows: findings.map { [$0.code, weight($0.severity, english), String($0.places), String($0.recordings)] }, right: [2, 3]),
            ]
        }
        if !replacements.isEmpty {
            page.blocks += [
                .heading(say("Funnet og byttet ut, etter type og regel", "Found and replaced, by type and rule")),
                .table(
                    head: [say("type", "type"), say("regel", "rule"), say("behandling", "action"), say("steder", "places"), say("ulike", "different")],
                    rows: replacements.map { [$0.type.name(!english), $0.rule, AuditReport.actionName($0.action, !english), String($0.places), String($0.entities)] }, right: [3, 4]),
            ]
        }
        page.blocks += exposureBlocks(english)
        return page
    }

    private func exposureBlocks(_ english: Bool) -> [ReportPage.Block] {
        func say(_ bokmal: String, _ english_: String) -> String { english ? english_ : bokmal }
        var blocks: [ReportPage.Block] = [
            .heading(say("Indirekte kjennetegn i kombinasjon", "Indirect identifiers in combination")),
            .text(say(
                "k er antallet deltakere i studien som deler de samme kjennetegnene. Ingenting bør kunne knyttes til en gruppe på fem eller færre: k bør være \(wanted) eller mer.",
                "k is the number of participants of the study that share the same traits. Nothing should be linkable to a group of five or fewer: k should be \(wanted) or more.")),
        ]
        if participants < wanted {
            blocks.append(.text(say(
                "**Studien har \(participants) deltakere: k er alltid under \(wanted), uansett hva som fjernes.** Det betyr ikke at noen er gjenkjent, men at vernet ikke kan ligge i studien selv. Det må ligge i hvor mange utenfor studien som har de samme kjennetegnene: gjør dem så grove at de passer på mange, og vis ikke deltakerne med alle kjennetegn samlet.",
                "**The study has \(participants) participants: k is always below \(wanted), whatever is removed.** That does not mean that anybody is recognised, but that the study itself cannot give the protection. It must come from how many outside the study share the traits: make them so coarse that they fit many, and do not show participants with all their traits together.")))
        }
        guard traits != nil || traitsAndFacts != nil else {
            blocks.append(.text(say(
                "Studiefila gir ingen kjennetegn (attributes) for deltakerne, og ingenting er regnet ut. Skriv dem inn om de skal gjengis i publikasjonen.",
                "The study file gives no attributes for participants, so nothing is computed. Write them down if the publication will show them.")))
            return blocks
        }
        for (exposure, title) in [
            (traits, say("Etter kjennetegnene i studiefila", "By the attributes of the study file")),
            (traitsAndFacts, say("Etter kjennetegn og opplysninger som står igjen i det de har sagt", "By attributes and facts that stand in what they have said")),
        ] {
            guard let exposure else { continue }
            blocks += [
                .heading(title),
                .text("k = **\(exposure.k)** (" + exposure.attributes.joined(separator: ", ") + ")"),
            ]
            if !exposure.combinations.isEmpty {
                blocks.append(.table(
                    head: [say("kombinasjon", "combination"), "k", say("alene", "alone"), say("i grupper under \(wanted)", "in groups below \(wanted)")],
                    rows: exposure.combinations.prefix(15).map { [$0.attributes.joined(separator: " + "), String($0.k), String($0.unique), String($0.exposed)] }, right: [1, 2, 3]))
            }
            if !exposure.minimalUniques.isEmpty {
                blocks += [
                    .text(say("De minste kombinasjonene som peker på én deltaker alene:", "The smallest combinations that point at one participant alone:")),
                    .list(exposure.minimalUniques.prefix(40).map { $0.id + ": " + $0.attributes.joined(separator: " + ") }),
                ]
            }
            if !exposure.smallest.isEmpty {
                blocks.append(.table(
                    head: ["k", say("kjennetegn", "traits"), say("deltakere", "participants")],
                    rows: exposure.smallest.prefix(40).map { one in
                        [String(one.size), one.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", "), one.members.joined(separator: ", ")]
                    }, right: [0]))
            }
        }
        return blocks
    }

    private func verdict(_ verdict: AuditReport.Verdict, _ english: Bool) -> String {
        switch verdict {
        case .clean: english ? "nothing found" : "ingen funn"
        case .review: english ? "to be read" : "må leses"
        case .leak: english ? "leak" : "lekkasje"
        }
    }

    private func weight(_ severity: AuditReport.Severity, _ english: Bool) -> String {
        switch severity {
        case .error: english ? "error" : "feil"
        case .review: english ? "to review" : "til gjennomlesing"
        case .note: english ? "note" : "merknad"
        }
    }

    private func signature(_ state: AuditSigning.State, _ english: Bool) -> String {
        switch state {
        case .signed: english ? "signed" : "underskrevet"
        case .outdated: english ? "outdated" : "utdatert"
        case .unsigned: english ? "unsigned" : "mangler"
        case .broken: english ? "broken" : "endret"
        }
    }
}
