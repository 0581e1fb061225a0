import Signal

extension RedactionReport {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    /// The report for people, in Markdown.
    public func render(_ language: Language) -> String {
        let nb = language == .bokmal
        var lines = [nb ? "# Sladdet lydopptak: \(recording)" : "# Redacted recording: \(recording)", ""]
        func point(_ bokmal: String, _ english: String) { lines.append("- " + (nb ? bokmal : english)) }
        let share = seconds > 0 ? 100 * redactedSeconds / seconds : 0
        point(
            "\(spans.count) strekk er tatt ut, \(number(redactedSeconds, nb)) s av \(Self.clock(seconds)) (\(number(share, nb)) %).",
            "\(spans.count) stretches taken out, \(number(redactedSeconds, nb)) s of \(Self.clock(seconds)) (\(number(share, nb)) %).")
        point("I stedet står \(fillingName(nb)).", "In their place stands \(fillingName(nb)).")
        point(
            "Marg \(number(margin, nb)) s på hver side, inn- og uttoning \(number(fade, nb)) s.",
            "Margin \(number(margin, nb)) s on each side, fades of \(number(fade, nb)) s.")
        if let policy { point("Regelsett: \(policy). Typer som beholdes der, er ikke tatt ut.", "Policy: \(policy). Types that it keeps are not taken out.") }
        point("FLAC, \(rate) Hz, \(channels) kanal(er), \(bits) bit; ingen metadata.", "FLAC, \(rate) Hz, \(channels) channel(s), \(bits) bits; no metadata.")
        if let sourceBits { point("Opptaket har \(sourceBits) bit; FLAC her har \(bits).", "The recording has \(sourceBits) bits; this FLAC has \(bits).") }
        point("SHA-256: `\(digest)`", "SHA-256: `\(digest)`")
        if !counts.isEmpty {
            lines += ["", nb ? "| Type | Antall |" : "| Type | Number |", "|---|---:|"]
            for (type, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) { lines.append("| \(nb ? Self.bokmalNames[type] ?? type : type) | \(count) |") }
        }
        lines += ["", nb ? "## Må sjekkes" : "## To be checked", ""]
        let before = lines.count
        if guessed > 0 {
            point(
                "\(guessed) ord eller navn har ukjent eller usikker tid. Hele strekket mellom naboordene er tatt ut (merket *usikker* under).",
                "\(guessed) identifiers have an unknown or doubtful time. The whole stretch between the neighbouring words is gone (marked *unsure* below).")
        }
        if missing > 0 {
            point(
                "\(missing) funn viser til ord som ikke finnes i transkripsjonen, og er **ikke** tatt ut. Kjør hele løypa på nytt.",
                "\(missing) findings point at words that the transcript does not hold, and are **not** taken out. Run the whole pipeline again.")
        }
        let overlapped = spans.count { $0.hasOthers }
        if overlapped > 0 {
            point(
                "I \(overlapped) strekk snakker også noen andre; det er borte på alle kanaler.",
                "In \(overlapped) stretches somebody else speaks, too; that is gone on all channels.")
        }
        switch wordless {
        case nil:
            point(
                "Det er ikke sjekket om det finnes tale som ikke er skrevet ut. Navn som ikke står i teksten, er ikke tatt ut.",
                "Nobody has checked for speech that was not written down. Names that are not in the text are not taken out.")
        case let stretches? where !stretches.isEmpty:
            let total = stretches.reduce(0) { $0 + $1.end - $1.start }
            let times = stretches.prefix(20).map { "\(Self.clock($0.start))–\(Self.clock($0.end))" }.joined(separator: ", ")
            point(
                "\(number(total, nb)) s tale i \(stretches.count) strekk er ikke skrevet ut, og ingen vet hva som sies der. Lytt: \(times)\(stretches.count > 20 ? ", …" : "").",
                "\(number(total, nb)) s of speech in \(stretches.count) stretches are not written down, and nobody knows what is said there. Listen: \(times)\(stretches.count > 20 ? ", …" : "").")
        default: break
        }
        if disguise == .none {
            point("Stemmene er ikke fordreid: hver stemme kan kjennes igjen.", "The voices are not disguised: each can be recognised.")
        } else {
            point(
                "Stemmene er fordreid (tonehøyde og klang, \(voices) stemme(r)). **En fordreid stemme er ikke anonym**: den som kjenner metoden, kan prøve seg tilbake, og ordvalg, rytme og dialekt er som før.",
                "The voices are disguised (pitch and resonance, \(voices) voice(s)). **A disguised voice is not anonymous**: who knows the method can try it backwards, and words, rhythm and dialect are as they were.")
            if voicesWithoutPitch > 0 {
                point(
                    "\(voicesWithoutPitch) stemme(r) høres for lite til at tonehøyden kunne måles; de er flyttet som en middels stemme.",
                    "\(voicesWithoutPitch) voice(s) are heard too little to measure their pitch; they were moved like an average voice.")
            }
        }
        if clipped > 0 { point("\(clipped) punktprøver gikk over full styrke og er kuttet.", "\(clipped) samples went beyond full scale and were cut.") }
        for remark in remarks { lines.append("- " + remark) }
        if lines.count == before { lines.append(nb ? "Ingenting." : "Nothing.") }
        lines += [
            "",
            nb
                ? "Lytt gjennom opptaket før det deles. En stemme er en personopplysning; filen er fortrolig."
                : "Listen to the recording before it is shared. A voice is personal data; the file is confidential.",
        ]
        if !spans.isEmpty {
            lines += ["", nb ? "## Strekk" : "## Stretches", "", nb ? "| Fra | Til | Typer | |" : "| From | To | Types | |", "|---|---|---|---|"]
            for span in spans {
                var notes: [String] = []
                if span.isGuessed { notes.append(nb ? "usikker" : "unsure") }
                if span.hasOthers { notes.append(nb ? "flere snakker" : "others speak") }
                let types = span.types.map { nb ? Self.bokmalNames[$0] ?? $0 : $0 }.joined(separator: ", ")
                lines.append("| \(Self.clock(span.start)) | \(Self.clock(span.end)) | \(types) | \(notes.joined(separator: ", ")) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fillingName(_ nb: Bool) -> String {
        switch filling {
        case .silence: nb ? "stillhet" : "silence"
        case .beep: nb ? "en pipetone" : "a beep"
        case .noise: nb ? "svak sus" : "faint noise"
        }
    }

    private func number(_ value: Double, _ nb: Bool) -> String {
        let scaled = Int((value * 100).rounded()), whole = scaled / 100, rest = scaled % 100
        let text = rest == 0 ? "\(whole)" : rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
        return nb ? text.replacing(".", with: ",") : text
    }

    /// `1:02:03.45`, minutes and seconds under an hour.
    static func clock(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded()), minutes = hundredths / 6_000, rest = hundredths % 6_000
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let tail = "\(two(rest / 100)).\(two(rest % 100))"
        return minutes < 60 ? "\(minutes):\(tail)" : "\(minutes / 60):\(two(minutes % 60)):\(tail)"
    }

    private static let bokmalNames = [
        "person": "person", "place": "sted", "municipality": "kommune", "county": "fylke", "country": "land", "address": "adresse",
        "postcode": "postnummer", "organisation": "organisasjon", "healthUnit": "helseenhet", "school": "skole", "phone": "telefon",
        "email": "e-post", "url": "nettadresse", "nationalID": "fødselsnummer", "account": "kontonummer", "card": "kortnummer",
        "iban": "IBAN", "plate": "bilskilt", "caseNumber": "saksnummer", "date": "dato", "age": "alder", "jobTitle": "yrke",
        "ethnicity": "etnisitet", "relationFact": "slektskap og særtrekk", "other": "annet", "decided": "avgjort ved gjennomgang",
    ]
}
