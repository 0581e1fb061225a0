import Foundation

extension Disclosure {
    /// The disclosure as a page that any browser shows and prints, in Bokmål or English.
    public func html(_ language: ErasureReceipt.Language = .bokmal) -> String {
        let isNorwegian = language == .bokmal
        func say(_ norwegian: String, _ english: String) -> String { isNorwegian ? norwegian : english }
        func row(_ name: String, _ value: String?) -> String { value.map { "<tr><th>\(Self.escaped(name))</th><td>\(Self.escaped($0))</td></tr>\n" } ?? "" }
        func answer(_ value: Bool?) -> String { value.map { $0 ? say("ja", "yes") : say("nei", "no") } ?? say("ikke spurt", "not asked") }
        let title = say("Opplysninger om deg i studien", "What the study holds of you")
        var body = "<h1>\(title)</h1>\n<table>\n" + row(say("Studie", "Study"), study) + row(say("Utskrift", "Date"), date) + row(say("Din kode", "Your code"), code)
            + row(say("Vises som", "Shown as"), label)
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) { body += row(name, value) }
        body += "</table>\n<h2>\(say("Samtykke", "Consent"))</h2>\n"
        if let consent {
            body += "<table>\n" + row(say("Gitt", "Given"), consent.given ?? "–") + row(say("Skjema", "Form"), consent.form)
                + row(say("Opptak", "Recording"), answer(consent.recording)) + row(say("Sitater", "Quotations"), answer(consent.quotes))
                + row(say("Deling", "Sharing"), answer(consent.sharing)) + row(say("Arkiv", "Archive"), answer(consent.archive))
                + row(say("Trukket", "Withdrawn"), consent.withdrawn) + "</table>\n"
        } else {
            body += "<p>\(say("Studien har ikke ført noe samtykke her.", "The study has no consent written down here."))</p>\n"
        }
        body += "<h2>\(say("Hvor lenge", "For how long"))</h2>\n"
        let parts = [
            "recordings": say("Lydopptakene slettes", "The sound is deleted"), "key": say("Koblingsnøkkelen slettes", "The key register is deleted"),
            "confidential": say("Utkast og rå transkripsjoner slettes", "Drafts and raw transcripts are deleted"), "everything": say("Alt slettes", "Everything is deleted"),
        ]
        body += retention.isEmpty ? "<p>\(say("Studien har ikke satt noen dato.", "The study has set no date."))</p>\n"
            : "<table>\n" + retention.sorted { $0.value < $1.value }.map { row(parts[$0.key] ?? $0.key, $0.value) }.joined() + "</table>\n"
        body += "<h2>\(say("I koblingsnøkkelen", "In the key register"))</h2>\n"
        if register.isEmpty {
            body += "<p>\(hasRegister ? say("Ingen oppføring ble funnet på navnene som det ble lett etter.", "No entry was found by the names that were looked for.") : say("Studien har ingen koblingsnøkkel (lenger).", "The study has no key register (any more)."))</p>\n"
        } else {
            body += "<table>\n" + register.map { row($0.code, $0.writings.joined(separator: ", ")) }.joined() + "</table>\n"
        }
        for recording in recordings { body += page(recording, say) }
        body += "<h2>\(say("Koder som forskerne har satt på ordene dine", "Codes that the researchers put on your words"))</h2>\n"
        body += codings.isEmpty ? "<p>\(say("Ingen.", "None."))</p>\n"
            : "<table>\n" + codings.map { "<tr><th>\(Self.escaped($0.code))</th><td>\(Self.escaped($0.text))</td><td>\(Self.escaped($0.coder)), \(Self.escaped(String($0.when.prefix(10))))</td></tr>\n" }.joined() + "</table>\n"
        return """
            <!DOCTYPE html>
            <html lang="\(isNorwegian ? "nb" : "en")">
            <head><meta charset="utf-8"><title>\(title)</title>
            <style>body{font:1em/1.5 serif;max-width:45em;margin:2em auto;padding:0 1em}th{text-align:left;vertical-align:top;padding-right:1em;font-weight:normal;color:#555}td{vertical-align:top}.other{color:#777;font-style:italic}time{color:#777;font-size:.85em;margin-right:.6em}</style></head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private func page(_ recording: Recording, _ say: (String, String) -> String) -> String {
        var body = "<h2>\(say("Opptak", "Recording")) \(Self.escaped(recording.id))</h2>\n<p>"
        body += Self.escaped([recording.date, recording.seconds.map { say("\(Int(($0 / 60).rounded())) minutter", "\(Int(($0 / 60).rounded())) minutes") }].compactMap { $0 }.joined(separator: ", "))
        if recording.holdsOthers {
            body += " " + say("Flere deltakere snakker her; lyden utleveres ikke, av hensyn til dem.", "Other participants speak here; the sound is not given out, for their sake.")
        } else if recording.given.isEmpty {
            body += " " + say("Lyden er ikke lagt ved.", "The sound is not enclosed.")
        } else {
            body += " " + say("Lyden er lagt ved: ", "The sound is enclosed: ") + Self.escaped(recording.given.joined(separator: ", "))
        }
        body += "</p>\n"
        if recording.turns.isEmpty { body += "<p>\(say("Ingen transkripsjon er lagret.", "No transcript is stored."))</p>\n" }
        for turn in recording.turns {
            let time = turn.start.map { "<time>\(Self.clock($0))</time>" } ?? ""
            body += turn.text.map { "<p>\(time)\(Self.escaped($0))</p>\n" } ?? "<p class=\"other\">\(say("(en annen snakker)", "(somebody else speaks)"))</p>\n"
        }
        if !recording.stored.isEmpty {
            body += "<h3>\(say("Lagret om opptaket", "Stored of the recording"))</h3>\n<ul>\n"
                + recording.stored.map { "<li>\(Self.escaped($0.summary)) (\($0.stage), \($0.made))</li>\n" }.joined() + "</ul>\n"
        }
        return body
    }

    private static func clock(_ seconds: Double) -> String {
        let total = Int(seconds)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(two(total / 3600)):\(two(total / 60 % 60)):\(two(total % 60))"
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
