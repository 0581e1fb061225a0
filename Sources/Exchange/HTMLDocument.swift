import Foundation
import Signal
import Transcript

/// One accessible page that needs nothing from anywhere else.
///
/// Every turn has an anchor (`t12`); every word carries its times in seconds as `data-start` and `data-end`. Where anything
/// has a time, a player at the foot follows the recording; see ``HTMLPlayer``.
struct HTMLDocument {
    private let renderer: Renderer
    private var page: LaidOutTranscript { renderer.page }

    init(_ renderer: Renderer) { self.renderer = renderer }

    func text() -> String {
        let language = renderer.options.language == .english ? "en" : "nb"
        let title = TextEscaping.xml(page.title)
        var html = "<!DOCTYPE html>\n<html lang=\"\(language)\">\n<head>\n<meta charset=\"utf-8\">\n"
        html += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
        html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        html += "<meta name=\"generator\" content=\"Ordrett\">\n<meta name=\"robots\" content=\"noindex\">\n"
        html += "<title>\(title)</title>\n<style>\(style)</style>\n</head>\n<body>\n<header>\n"
        if let stamp = renderer.stamp { html += "<p class=\"stamp\">\(TextEscaping.xml(stamp))</p>\n" }
        html += "<h1>\(title)</h1>\n<dl>\n"
        for fact in renderer.facts { html += "<dt>\(TextEscaping.xml(fact.name))</dt><dd>\(TextEscaping.xml(fact.value))</dd>\n" }
        html += "</dl>\n</header>\n<main lang=\"\(talk)\">\n"
        let order = renderer.transcript.speakers.map(\.id)
        for paragraph in page.paragraphs { html += turn(paragraph, colour: (order.firstIndex(of: paragraph.speakerID) ?? 0) % 8) }
        html += "</main>\n"
        if hasTimes { html += HTMLPlayer(renderer).markup }
        return html + "</body>\n</html>\n"
    }

    private var hasTimes: Bool { page.paragraphs.contains { $0.range != nil || $0.runs.contains { $0.range != nil } } }

    private var style: String { "\n" + Self.style + (hasTimes ? HTMLPlayer.style : "") }

    /// Nothing from the network, and no script or style but those the page was made with, told by their digests.
    private var policy: String {
        var policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '\(HTMLPlayer.digest(style))'"
        // A recording that somebody chooses is a blob; one beside the page is 'self' on a server and `file:` on a disk.
        if hasTimes { policy += "; script-src '\(HTMLPlayer.digest(HTMLPlayer.script))'; media-src blob:" + (renderer.audio == nil ? "" : " 'self' file:") }
        return policy
    }

    /// The talk's own language, as a tag browsers know.
    private var talk: String {
        if !renderer.showsSpeech { return "nb" }
        let tag = renderer.transcript.language.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return tag.isEmpty ? "nb" : tag
    }

    private func turn(_ item: LaidOutTranscript.Paragraph, colour: Int) -> String {
        var html = "<p class=\"turn c\(colour)\"\(citation(item)) id=\"t\(item.turnID)\"\(times(item.range))>"
        if renderer.options.numbering != .none { html += "<span class=\"number\">\(item.number)</span> " }
        if renderer.options.times, let time = item.time {
            html += "<time datetime=\"PT\(seconds(time))S\">[\(time.clock)]</time> "
        }
        if renderer.options.speakerLabels { html += "<b class=\"speaker\">\(TextEscaping.xml(item.speakerLabel)):</b> " }
        var index = 0
        while index < item.runs.count {
            let first = item.runs[index]
            guard let word = first.wordID else {
                html += styled(first)
                index += 1
                continue
            }
            var inner = ""
            while index < item.runs.count, item.runs[index].wordID == word {
                inner += styled(item.runs[index])
                index += 1
            }
            html += "<span id=\"w\(word)\"\(times(first.range))>\(inner)</span>"
        }
        return html + "</p>\n"
    }

    private func citation(_ paragraph: LaidOutTranscript.Paragraph) -> String {
        paragraph.citation.map { " data-citation=\"\(TextEscaping.xml($0))\"" } ?? ""
    }

    private func styled(_ run: LaidOutTranscript.Run) -> String {
        let text = TextEscaping.xml(run.text)
        switch run.style {
        case .plain: return text
        case .emphasis: return "<em>\(text)</em>"
        case .strong: return "<strong>\(text)</strong>"
        case .underline: return "<u>\(text)</u>"
        case .mark: return "<span class=\"mark\"\(times(run.range))>\(text)</span>"
        case .time: return "<span class=\"time\">\(text)</span>"
        }
    }

    private func times(_ range: SampleRange?) -> String {
        guard let range else { return "" }
        return " data-start=\"\(seconds(page.rate.seconds(range.start)))\" data-end=\"\(seconds(page.rate.seconds(range.end)))\""
    }

    private func seconds(_ value: Double) -> String { Seconds.text(value) }

    /// Speaker colours have at least 4.5 : 1 contrast to the ground, on light and on dark.
    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        dt { font-weight: 600; } dd { margin: 0; }
        .turn { margin: .6rem 0; padding-left: 1rem; border-left: .25rem solid; border-color: var(--c); }
        .speaker { color: var(--c); } time, .time, .number, .mark { color: #595959; } time, .time, .number { font-size: .85em; }
        .stamp { font-weight: 700; color: #b00020; border: .15rem solid; padding: .4rem .8rem; }
        .c0 { --c: #0b5394; } .c1 { --c: #9c3d00; } .c2 { --c: #38661d; } .c3 { --c: #741b7c; }
        .c4 { --c: #8a1538; } .c5 { --c: #00626b; } .c6 { --c: #5b5b00; } .c7 { --c: #444c8f; }
        @media (prefers-color-scheme: dark) {
        body { color: #eee; background: #161616; } time, .time, .number, .mark { color: #b5b5b5; } .stamp { color: #ff8a95; }
        .c0 { --c: #7fb8ee; } .c1 { --c: #f0a36b; } .c2 { --c: #9ccf7f; } .c3 { --c: #d79be0; }
        .c4 { --c: #f293ad; } .c5 { --c: #6fcdd6; } .c6 { --c: #cfcf6b; } .c7 { --c: #aab3f0; }
        }
        @media print { body { max-width: none; margin: 0; color: #000; background: #fff; } .turn { break-inside: avoid-page; } }

        """
}
