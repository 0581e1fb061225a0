import Foundation
import Transcript

/// Talk statistics as tables to read: of one recording, measures down and speakers across; of a study, a row for each speaker
/// of each recording, and each role's median and quartiles.
struct StatisticsPage {
    struct Table {
        var caption: String
        var head: [String]
        /// Rows under a heading of their own, which may be empty.
        var groups: [(name: String, rows: [[String]])]
        /// Columns from the left that hold text.
        var texts = 1
    }

    let title: String
    let stamp: String?
    let facts: [(name: String, value: String)]
    let tables: [Table]
    let notes: [String]
    let language: DocumentLanguage

    init(study: StudyStatistics, status: ExportStatus, isStudy: Bool, language: DocumentLanguage) {
        let say = { (bokmal: String, english: String) in language == .english ? english : bokmal }
        self.language = language
        stamp = status == .confidential ? status.text(language) : nil
        let only = study.recordings.first
        title = isStudy ? say("Samtaletall for studien", "Talk statistics of the study") : say("Samtaletall", "Talk statistics") + " – " + (only?.recording ?? "")
        let length = study.recordings.reduce(0) { $0 + $1.duration }
        facts =
            (isStudy ? [(say("Opptak", "Recordings"), String(study.recordings.count))] : [])
            + [(say("Varighet", "Duration"), length.clock), ("Status", status.text(language))]
        tables = isStudy ? Self.overview(study, language) : only.map { [Self.one($0, language)] } ?? []
        notes = [
            say(
                "En replikk varer fra første til siste ord som har tid. Lyttesignaler er ikke replikker. Andel, tempo og «per minutt» regnes av taletiden.",
                "A turn lasts from its first to its last timed word. Backchannels are no turns. Shares, tempo and “a minute” are of talk time."),
            say(
                "Svartid: målt stillhet før taleren svarer. Overgang: fra den forriges slutt til talerens begynnelse, under null når de snakker i munnen på hverandre (Stivers mfl. 2009).",
                "Response latency: measured silence before the speaker answers. Floor transfer offset: from the other's end to the speaker's start, below zero where they overlap (Stivers et al. 2009)."),
            say(
                "Stavelser er talt i skriften, ikke i lyden. Pauser som er skrevet, men ikke målt, er ikke med.",
                "Syllables are counted in the writing, not in the sound. Pauses that were typed but not measured are not in it."),
        ]
    }

    private static func one(_ recording: TalkStatistics, _ language: DocumentLanguage) -> Table {
        let groups = StatisticsMeasure.Group.allCases.map { group in
            (
                group.name(language),
                StatisticsMeasure.all.filter { $0.group == group }.map { measure in
                    [measure.name(language)] + recording.speakers.map { measure.shown(measure.value($0), language) }
                }
            )
        }
        let measure = language == .english ? "Measure" : "Mål"
        return Table(
            caption: language == .english ? "Speaker by speaker" : "Taler for taler", head: [measure] + recording.speakers.map(\.label),
            groups: groups)
    }

    private static func overview(_ study: StudyStatistics, _ language: DocumentLanguage) -> [Table] {
        let say = { (bokmal: String, english: String) in language == .english ? english : bokmal }
        let keys = StatisticsMeasure.all.filter(\.isKey)
        let rows = study.recordings.flatMap { recording in
            recording.speakers.map { speaker in
                [recording.recording, speaker.label] + keys.map { $0.shown($0.value(speaker), language) }
            }
        }
        let all = Table(
            caption: say("Opptak for opptak", "Recording by recording"),
            head: [say("Opptak", "Recording"), say("Taler", "Speaker")] + keys.map { $0.name(language) }, groups: [("", rows)], texts: 2)
        var order: [Role?] = []
        for summary in study.roles where !order.contains(summary.role) { order.append(summary.role) }
        let summaries = study.roles
        let byRole = StatisticsMeasure.all.map { measure in
            [measure.name(language)]
                + order.map { role in
                    let values = summaries.first { $0.role == role && $0.measure == measure.key }?.values ?? Distribution([])
                    guard values.count > 0 else { return "–" }
                    let shown = { (value: Double?) in measure.shown(value, language) }
                    return "\(shown(values.median)) (\(shown(values.lowerQuartile))–\(shown(values.upperQuartile)))"
                }
        }
        let heads = order.map { role in
            let count = study.recordings.flatMap(\.speakers).count { $0.role == role }
            return (role?.name(language) ?? say("uten rolle", "no role")) + " (n = \(count))"
        }
        let roles = Table(
            caption: say("Etter rolle: median (nedre–øvre kvartil) over talerne", "By role: median (lower–upper quartile) over speakers"),
            head: [say("Mål", "Measure")] + heads, groups: [("", byRole)])
        return [all, roles]
    }

    // MARK: Writing

    func markdown() -> String {
        var text = "# \(Self.plain(title))\n\n"
        if let stamp { text += "**\(Self.plain(stamp))**\n\n" }
        for fact in facts { text += "- \(Self.plain(fact.name)): \(Self.plain(fact.value))\n" }
        for table in tables {
            text += "\n## \(Self.plain(table.caption))\n\n" + Self.row(table.head)
            text += "|" + table.head.indices.map { $0 < table.texts ? "---|" : "---:|" }.joined() + "\n"
            for group in table.groups {
                if !group.name.isEmpty { text += Self.row(["**\(group.name)**"], width: table.head.count) }
                for row in group.rows { text += Self.row(row) }
            }
        }
        return text + "\n" + notes.map { Self.plain($0) + "\n" }.joined(separator: "\n")
    }

    private static func row(_ cells: [String], width: Int = 0) -> String {
        let cells = cells.map { $0.hasPrefix("**") ? $0 : plain($0) } + Array(repeating: "", count: max(0, width - cells.count))
        return "| " + cells.joined(separator: " | ") + " |\n"
    }

    /// One line in which nothing is markup.
    private static func plain(_ text: String) -> String {
        TextEscaping.line(text).reduce(into: "") { result, character in
            if "\\`*_{}[]<>#|".contains(character) { result += "\\" }
            result.append(character)
        }
    }

    func html() -> String {
        let xml = TextEscaping.xml
        var html = "<!DOCTYPE html>\n<html lang=\"\(language == .english ? "en" : "nb")\">\n<head>\n<meta charset=\"utf-8\">\n"
        html += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        html += "<meta name=\"generator\" content=\"Ordrett\">\n<meta name=\"robots\" content=\"noindex\">\n"
        html += "<title>\(xml(title))</title>\n<style>\n\(Self.style)</style>\n</head>\n<body>\n<header>\n"
        if let stamp { html += "<p class=\"stamp\">\(xml(stamp))</p>\n" }
        html += "<h1>\(xml(title))</h1>\n<dl>\n"
        for fact in facts { html += "<dt>\(xml(fact.name))</dt><dd>\(xml(fact.value))</dd>\n" }
        html += "</dl>\n</header>\n<main>\n"
        for table in tables {
            html += "<div class=\"wide\">\n<table\(table.texts > 1 ? " class=\"texts\"" : "")>\n<caption>\(xml(table.caption))</caption>\n<thead><tr>"
            html += table.head.map { "<th scope=\"col\">\(xml($0))</th>" }.joined() + "</tr></thead>\n"
            for group in table.groups {
                html += "<tbody>\n"
                if !group.name.isEmpty {
                    html += "<tr><th scope=\"rowgroup\" colspan=\"\(table.head.count)\">\(xml(group.name))</th></tr>\n"
                }
                for row in group.rows {
                    html += "<tr><th scope=\"row\">\(xml(row.first ?? ""))</th>"
                    html += row.dropFirst().map { "<td>\(xml($0))</td>" }.joined() + "</tr>\n"
                }
                html += "</tbody>\n"
            }
            html += "</table>\n</div>\n"
        }
        html += "</main>\n<footer>\n" + notes.map { "<p>\(xml($0))</p>\n" }.joined()
        return html + "</footer>\n</body>\n</html>\n"
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        dt { font-weight: 600; } dd { margin: 0; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: .3rem 0; }
        th, td { padding: .2rem .8rem .2rem 0; text-align: right; vertical-align: bottom; border-bottom: 1px solid #ccc; } td { white-space: nowrap; }
        th { font-weight: 400; } thead th { font-weight: 600; border-bottom: 2px solid currentColor; }
        th:first-child, .texts th:nth-child(2), .texts td:nth-child(2) { text-align: left; } th[scope=rowgroup] { font-weight: 600; padding-top: .8rem; }
        footer { font-size: .85em; color: #595959; }
        .stamp { font-weight: 700; color: #b00020; border: .15rem solid; padding: .4rem .8rem; }
        @media (prefers-color-scheme: dark) {
        body { color: #eee; background: #161616; } th, td { border-color: #444; } footer { color: #b5b5b5; } .stamp { color: #ff8a95; }
        }
        @media print { body { max-width: none; margin: 0; color: #000; background: #fff; } tbody { break-inside: avoid-page; } }

        """
}
