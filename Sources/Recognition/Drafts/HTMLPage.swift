/// The lines of a web page: noScribe's, oTranscribe's, a word processor's, or any other.
struct HTMLPage {
    /// noScribe's anchor: `ts_12140_22800_S01`, milliseconds and the speaker, `//S02` for one heard at the same time.
    private struct Anchor: Equatable {
        var time: Draft.Time
        var speaker: String?
        var isOver: Bool

        init?(_ name: String) {
            let parts = name.split(separator: "_", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count >= 3, parts[0] == "ts", let start = Double(parts[1]), let end = Double(parts[2]), start >= 0, end >= start, end < 1e10
            else { return nil }
            time = Draft.Time(start: start / 1000, end: end / 1000)
            let label = parts.count > 3 ? String(parts[3]) : ""
            isOver = label.hasPrefix("//")
            let bare = label.drop { $0 == "/" || $0.isWhitespace }
            speaker = bare.isEmpty ? nil : String(bare)
        }
    }

    private struct Stretch {
        var line: StyledLine
        var anchor: Anchor?
    }

    private var talk = LineCollector()
    private var stretches: [Stretch] = []
    private var names: [String: String] = [:]
    private var hasAnchors = false
    private var result: [StyledLine] = []

    /// - Returns: the lines, and whether they come from noScribe's anchors.
    /// - Throws: ``DraftError/tooLarge(limit:)``.
    static func lines(_ text: String) throws(DraftError) -> (lines: [StyledLine], hasAnchors: Bool) {
        var page = HTMLPage()
        page.read(text)
        guard !page.talk.isFull else { throw .tooLarge(limit: Draft.textLimit) }
        return (page.result, page.hasAnchors)
    }

    private struct Style {
        var tag: String
        var stands = false
        var bold = false
        var hidden = false
        /// Line ends in the markup are line ends of the text.
        var isPreformatted = false
        var isHeading = false
        var anchor: Anchor?
        /// A time stamp: its own text is replaced by its attribute.
        var isStamp = false
        var time: Draft.Time?
    }

    private static let blocks: Set<String> = [
        "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd",
        "section", "article", "header", "footer", "main", "blockquote", "pre", "table", "tbody", "body", "html", "tr", "nav",
    ]
    private static let void: Set<String> = ["br", "meta", "link", "img", "hr", "input", "col", "wbr", "base", "source"]
    private static let depthLimit = 256

    private mutating func read(_ text: String) {
        var markup = HTMLMarkup(text)
        var open: [Style] = []
        var rows = 0
        while let part = markup.next(), !talk.isFull {
            switch part {
            case .text(let string):
                let top = open.last ?? Style(tag: "")
                guard !top.hidden, !top.isStamp else { continue }
                guard top.isPreformatted else {
                    add(string, top)
                    continue
                }
                for (index, row) in string.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    if index > 0 { endLine(isHeading: top.isHeading) }
                    add(String(row), top)
                }
            case .open(let name, let attributes):
                if name == "br" {
                    if rows > 0 { talk.softBreak() } else { endLine(isHeading: open.last?.isHeading ?? false) }
                }
                if Self.void.contains(name) { continue }
                // A paragraph ends an open one, whatever the page forgot.
                if name == "p", let last = open.lastIndex(where: { $0.tag == "p" }) { open.removeSubrange(last...) }
                if ["td", "th"].contains(name) { rows > 0 ? talk.cell() : () } else if Self.blocks.contains(name) {
                    if rows > 0, name != "tr" { talk.softBreak() } else { endLine(isHeading: open.last?.isHeading ?? false) }
                }
                if name == "tr" { rows += 1 }
                let style = Self.style(name, attributes, in: open.last ?? Style(tag: ""))
                if style.anchor != nil, style.anchor != open.last?.anchor { startAnchor() }
                if style.isStamp, let stamp = Self.stamp(attributes["data-timestamp"]) { talk.append("[\(stamp)] ") }
                if open.count < Self.depthLimit { open.append(style) }
            case .close(let name):
                guard let last = open.lastIndex(where: { $0.tag == name }) else { continue }
                let closed = open[last]
                if name == "a", closed.anchor != nil { endAnchor(closed.anchor) }
                if name == "tr" { rows = max(0, rows - 1) }
                if Self.blocks.contains(name), rows == 0 { endLine(isHeading: closed.isHeading) }
                open.removeSubrange(last...)
            }
        }
        endLine(isHeading: false)
    }

    private static func style(_ name: String, _ attributes: [String: String], in parent: Style) -> Style {
        var style = parent
        style.tag = name
        let css = (attributes["style"] ?? "").lowercased().filter { !$0.isWhitespace }, kind = (attributes["class"] ?? "").lowercased()
        switch name {
        case "b", "strong":
            style.bold = true
            style.stands = true
        case "i", "em", "u": style.stands = true
        case "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "header", "footer", "nav": style.isHeading = true
        case "pre": style.isPreformatted = true
        case "head": style.hidden = true
        case "s", "del", "strike": style.hidden = true
        case "a": style.anchor = (attributes["name"] ?? attributes["id"]).flatMap(Anchor.init) ?? parent.anchor
        case "span" where kind.split(separator: " ").contains("timestamp"): style.isStamp = attributes["data-timestamp"] != nil
        default: break
        }
        // Line numbers, and footnotes as the word processors write them.
        if kind == "number" || ["sdfootnote", "sdendnote", "msofootnote", "msoendnote", "msocomment"].contains(where: kind.hasPrefix) { style.hidden = true }
        if css.contains("font-weight:bold") || ["600", "700", "800", "900"].contains(where: { css.contains("font-weight:\($0)") }) {
            style.bold = true
            style.stands = true
        }
        if css.contains("font-style:italic") { style.stands = true }
        if css.contains("display:none") { style.hidden = true }
        if let start = attributes["data-start"].flatMap(Double.init), let end = attributes["data-end"].flatMap(Double.init),
            name == "span", start >= 0, end > start, end < 1e6 {
            style.time = Draft.Time(start: start, end: end)
        }
        return style
    }

    /// oTranscribe's time as a bracketed code: seconds, or `1:02:03` in old files.
    private static func stamp(_ value: String?) -> String? {
        guard let value else { return nil }
        if value.contains(":") { return value.allSatisfy { $0.isNumber || ":.".contains($0) } ? value : nil }
        guard let seconds = Double(value), seconds >= 0, seconds < 1_000_000 else { return nil }
        let milliseconds = Int((seconds * 1000).rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(two(milliseconds / 3_600_000)):\(two(milliseconds / 60_000 % 60)):\(two(milliseconds / 1000 % 60)).\(fraction)"
    }

    private mutating func add(_ string: String, _ style: Style) {
        var text = ""
        for character in LineCollector.clean(string) {
            if character == " ", (text.last ?? talk.line.text.last).map({ $0 == " " || $0 == "\t" }) ?? stretches.isEmpty { continue }
            text.append(character)
        }
        talk.append(text, stands: style.stands, bold: style.bold, time: style.time)
    }

    // MARK: Anchors

    /// What stands before an anchor in its paragraph belongs to the anchor before.
    private mutating func startAnchor() {
        hasAnchors = true
        guard !talk.line.text.isEmpty else { return }
        stretches.append(Stretch(line: talk.line, anchor: stretches.last?.anchor))
        talk.line = StyledLine()
    }

    private mutating func endAnchor(_ anchor: Anchor?) {
        stretches.append(Stretch(line: talk.line, anchor: anchor))
        talk.line = StyledLine()
    }

    private mutating func endLine(isHeading: Bool) {
        if stretches.isEmpty {
            var line = talk.line
            // Above the first anchor stand the title and how the transcript was made; they are told when all is read.
            line.isHeading = isHeading
            if !line.isBlank { result.append(line) }
        } else {
            if !talk.line.isBlank { stretches.append(Stretch(line: talk.line, anchor: stretches.last?.anchor)) }
            if !result.contains(where: { $0.start != nil }) {
                for index in result.indices { result[index].isHeading = true }
            }
            finishParagraph()
        }
        stretches = []
        talk.finish()
    }

    private mutating func finishParagraph() {
        var label: String?
        for index in stretches.indices {
            guard let anchor = stretches[index].anchor else {
                if !stretches[index].line.isBlank { result.append(stretches[index].line.dropping(to: 0)) }
                continue
            }
            var line = stretches[index].line.dropping(to: 0)
            // `//S02: … //`: whoever talks over has a stretch of their own; the sign that ends it may stand in the next.
            if anchor.isOver, let open = Self.opening(line, speaker: anchor.speaker) { line = open }
            if !anchor.isOver, index > 0, stretches[index - 1].anchor?.isOver == true, line.text.starts(with: ["/", "/"]) {
                if !result.isEmpty, result[result.count - 1].voice == stretches[index - 1].anchor?.speaker { result[result.count - 1].append(StyledLine(" //")) }
                line = line.dropping(to: 2)
            }
            if let speaker = anchor.speaker, !anchor.isOver, label == nil {
                // The researcher's own name for the speaker, when the label in the text has been changed.
                if let found = SpeakerLabel.candidate(in: line), !found.lacksColon {
                    names[speaker] = found.label
                    line = line.dropping(to: found.next)
                }
                label = names[speaker] ?? speaker
            }
            guard !line.isBlank else { continue }
            line.start = anchor.time.start
            line.end = anchor.time.end
            line.voice = anchor.isOver ? anchor.speaker.map { names[$0] ?? $0 } : anchor.speaker == nil ? nil : label
            if let last = result.last, last.start == line.start, last.end == line.end, last.voice == line.voice {
                result[result.count - 1].append(line)
            } else {
                result.append(line)
            }
        }
    }

    /// `//S02: mm` as `// mm`.
    private static func opening(_ line: StyledLine, speaker: String?) -> StyledLine? {
        guard let speaker, line.text.starts(with: Array("//\(speaker):")) else { return nil }
        var result = StyledLine("// ")
        result.append(line.dropping(to: speaker.count + 3))
        return result
    }
}
