import Foundation
import Yams

extension NotationTable {
    /// Names of the tables that come with Ordrett, in the order they are offered.
    public static let shipped = ["helse", "tekstlab", "jefferson", "gat2", "noscribe"]

    /// A shipped table by name.
    /// - Throws: ``NotationError`` when there is none of that name.
    public static func named(_ name: String) throws -> NotationTable {
        guard shipped.contains(name) else {
            throw NotationError(file: name, problem: "no such notation table", allowed: shipped + ["the path of a .yaml file"])
        }
        guard let data = resource(name + ".yaml") else {
            throw NotationError(file: name + ".yaml", problem: "the installation lacks this file; install Ordrett again")
        }
        return try NotationTable(yaml: String(decoding: data, as: UTF8.self), file: name + ".yaml")
    }

    /// Platforms differ on whether a bundle's `Resources` folder is the bundle's own resource folder or lies inside it.
    private static func resource(_ file: String) -> Data? {
        let bundle = Bundle.module
        let folders = [bundle.bundleURL.appendingPathComponent("Resources"), bundle.resourceURL, bundle.resourceURL?.appendingPathComponent("Resources")]
        for case let folder? in folders {
            if let data = try? Data(contentsOf: folder.appendingPathComponent("notations/" + file)) { return data }
        }
        return nil
    }

    /// A shipped table by name, or a study's own by the path of its file (anything with a `/` or ending in `.yaml`, `.yml`).
    public static func load(path: String) throws -> NotationTable {
        guard path.contains("/") || path.hasSuffix(".yaml") || path.hasSuffix(".yml") else { return try named(path) }
        let name = (path as NSString).lastPathComponent
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NotationError(file: name, problem: "the file cannot be read; check its path and permissions")
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw NotationError(file: name, problem: "not a UTF-8 text file of at most 1 MB")
        }
        return try NotationTable(yaml: text, file: name)
    }

    /// Reads and checks a table.
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: what errors call it.
    public init(yaml: String, file: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            if case .duplicatedKeysInMapping(let keys, let context) = error {
                throw NotationError(file: file, line: context.mark.line, key: keys.sorted().joined(separator: ", "), problem: "stands twice; keep one")
            }
            throw NotationError(file: file, line: Self.line(of: error), problem: "not valid YAML; check indentation and quotes")
        } catch {
            throw NotationError(file: file, problem: "not valid YAML; check indentation and quotes")
        }
        guard let root else { throw NotationError(file: file, problem: "the file is empty") }
        let top = try YAMLMap(root, file: file, path: "")
        try top.allow([
            "name", "title", "pauses", "untimed_pause", "decimal_separator", "trailing_off", "cut_off", "laughter", "breath",
            "cough", "unclear", "unclear_word", "overlap_start", "overlap_end", "tone_of_voice", "tones", "intonation",
            "comment", "emphasis", "fillers", "backchannels",
        ])
        let kept = MarkNotation("", described: "{raw}")
        self.init(
            name: try top.string("name"),
            title: try top.string("title", default: ""),
            pauses: try top.list("pauses").map(PauseClass.init),
            untimedPause: try top.mark("untimed_pause", default: MarkNotation("(pause)", described: "{raw}")),
            decimalSeparator: try top.choice("decimal_separator", [".", ","], default: "."),
            trailingOff: try top.mark("trailing_off", default: MarkNotation("…", described: "{raw}")),
            cutOff: try top.string("cut_off", default: "-"),
            laughter: try top.mark("laughter", default: kept),
            breath: try top.mark("breath", default: kept),
            cough: try top.mark("cough", default: kept),
            unclear: try top.mark("unclear", default: kept),
            unclearWord: try top.pattern("unclear_word", ["word"], required: "word", default: "{word}"),
            overlapStart: try top.mark("overlap_start", default: MarkNotation("")),
            overlapEnd: try top.mark("overlap_end", default: MarkNotation("")),
            toneOfVoice: try top.mark("tone_of_voice", default: kept),
            tones: try top.map("tones").map(Self.tones) ?? [:],
            intonation: try top.map("intonation").map(Self.intonation) ?? [:],
            comment: try top.mark("comment", default: kept),
            emphasis: try top.map("emphasis").map(Emphasis.init) ?? Emphasis(style: .none),
            fillers: try top.map("fillers").map(FillerHandling.init) ?? FillerHandling(),
            backchannels: try top.map("backchannels").map(BackchannelHandling.init) ?? BackchannelHandling(placement: .ownTurn))
    }

    private static func tones(_ map: YAMLMap) throws -> [String: ToneNotation] {
        try map.allow(Mark.toneLabels)
        var tones: [String: ToneNotation] = [:]
        for label in Mark.toneLabels { tones[label] = try map.map(label).map(ToneNotation.init) }
        return tones
    }

    private static func intonation(_ map: YAMLMap) throws -> [String: String] {
        try map.allow(Mark.intonationLabels)
        var signs: [String: String] = [:]
        for label in Mark.intonationLabels {
            guard let sign = try map.optionalString(label), !sign.isEmpty else { continue }
            guard !sign.contains(where: { $0.isWhitespace || $0.isLetter || $0.isNumber }) else {
                throw map.error(label, "must be a sign without letters, digits and spaces, since it stands straight after a word")
            }
            signs[label] = sign
        }
        return signs
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }
}

extension NotationTable.PauseClass {
    init(_ map: YAMLMap) throws {
        try map.allow(["from", "to", "text", "decimals", "label", "unit"])
        let unit = try map.choice("unit", Unit.allCases.map(\.rawValue), default: Unit.seconds.rawValue)
        let from = try map.number("from", in: 0...3600), to = try map.optionalNumber("to", in: 0...3600)
        if let to, to <= from { throw map.error("to", "must be more than from (in the same unit)") }
        self.init(
            from: from, to: to, text: try map.pattern("text", ["seconds", "dots"]),
            decimals: Int(try map.optionalNumber("decimals", in: 0...3) ?? 0), label: try map.optionalString("label"),
            unit: Unit(rawValue: unit) ?? .seconds)
    }
}

extension NotationTable.Emphasis {
    init(_ map: YAMLMap) throws {
        try map.allow(["style", "level", "plain_text", "unit"])
        let unit = try map.choice("unit", Unit.allCases.map(\.rawValue), default: Unit.word.rawValue)
        let style = try map.choice("style", Style.allCases.map(\.rawValue))
        let level = try map.choice("level", ["1", "2"], default: "2")
        self.init(
            style: Style(rawValue: style) ?? .none, level: Int(level) ?? 2,
            plainText: try map.pattern("plain_text", ["word"], required: "word", default: "{word}"), unit: Unit(rawValue: unit) ?? .word)
    }
}

extension NotationTable.ToneNotation {
    init(_ map: YAMLMap) throws {
        try map.allow(["start", "end", "style"])
        if try map.choice("style", ["signs", "capitals"], default: "signs") == "capitals" {
            for key in ["start", "end"] where try map.optionalString(key) != nil {
                throw map.error(key, "has no meaning where the words stand in capitals")
            }
            self.init(capitals: true)
            return
        }
        let start = try map.string("start"), end = try map.string("end")
        for (key, sign) in [("start", start), ("end", end)] where sign.allSatisfy(\.isWhitespace) {
            throw map.error(key, "must be a sign")
        }
        guard end.allSatisfy({ !$0.isWhitespace && !$0.isLetter && !$0.isNumber }) else {
            throw map.error("end", "must be a sign without letters, digits and spaces, since it stands straight after a word")
        }
        guard let first = start.first, !first.isLetter, !first.isNumber, !first.isWhitespace else {
            throw map.error("start", "must begin with a sign, not a letter, a digit or a space")
        }
        self.init(start: start, end: end)
    }
}

extension NotationTable.FillerHandling {
    init(_ map: YAMLMap) throws {
        try map.allow(["verbatim", "bokmal", "always"])
        let choices = Choice.allCases.map(\.rawValue)
        self.init(
            verbatim: Choice(rawValue: try map.choice("verbatim", choices, default: "keep")) ?? .keep,
            bokmal: Choice(rawValue: try map.choice("bokmal", choices, default: "drop")) ?? .drop,
            always: try map.strings("always").map { $0.lowercased() })
    }
}

extension NotationTable.BackchannelHandling {
    init(_ map: YAMLMap) throws {
        try map.allow(["placement", "inline"])
        let placement = try map.choice("placement", Placement.allCases.map(\.rawValue))
        self.init(
            placement: Placement(rawValue: placement) ?? .ownTurn,
            inline: try map.pattern("inline", ["speaker", "text"], required: "text", default: "({speaker}: {text})"))
    }
}
