import CodingStore
import Crypto
import Foundation

/// Writes a store as a REFI-QDA 1.5 project (`urn:QDA-XML:project:1.0`), in the standard's order of elements.
///
/// Positions are Unicode code points of the text's file, which is UTF-8 without a byte order mark, with LF at line ends. Identifiers are the
/// store's; those that it has none for are made from others (UUID version 5), so the same store gives the same bytes.
struct REFIProject: ~Copyable {
    let snapshot: StoreSnapshot
    let options: ProjectExportOptions
    /// Where the texts' files go while the archive is made.
    let folder: URL
    var xml: XMLFile
    var report = ExchangeReport()
    /// Files of the archive beside the project, in order.
    var files: [(name: String, file: URL, isCompressed: Bool)] = []

    var coders: [Int64: String] = [:]
    var codes: [Int64: String] = [:]
    var sources: [SourceRecord] = []
    var versions: [Int64: StoreSnapshot.Version] = [:]
    var attributes: [Int64: AttributeRecord] = [:]
    var values: [AttributeValueRecord] = []
    var caseSources: [CaseSourceRecord] = []
    var members: [ThemeMemberRecord] = []
    var links: [LinkRecord] = []
    /// Memos by what they are about, and those that a reference has been written for.
    var memos: [MemoRecord] = [], memosOn: [String: [String]] = [:], placed: Set<String> = []
    /// What may be pointed at.
    var exported: Set<String> = []
    /// Meaning units that lie in one speaker's turns, by source and speaker.
    var unitsOfSpeaker: [String: [String]] = [:]

    static let namespace = "urn:QDA-XML:project:1.0"

    init(_ snapshot: StoreSnapshot, options: ProjectExportOptions, folder: URL, name: String) throws {
        self.snapshot = snapshot
        self.options = options
        self.folder = folder
        xml = try XMLFile(folder.appendingPathComponent("project.qde"), name: name)
    }

    consuming func write(progress: (Double) -> Void) throws -> (report: ExchangeReport, files: [(name: String, file: URL, isCompressed: Bool)]) {
        try gather()
        try xml.start("Project")
        let study = try snapshot.study()
        xml.attribute("xmlns", Self.namespace)
        xml.attribute("name", study.map { $0.name.isEmpty ? "Ordrett" : $0.name } ?? "Ordrett")
        xml.attribute("origin", "Ordrett")
        try writeUsers()
        try writeCodes()
        try writeVariables()
        try findUnitsOfSpeakers()
        try writeCases()
        try writeSources(progress)
        try writeNotes()
        try writeLinks()
        try writeSets()
        try writeGraphs()
        if let study {
            let rounds = try snapshot.rounds()
            if let text = Mark.describe(
                study.description,
                [Mark([("study", study.guid)])]
                    + rounds.map {
                        Mark([("round", "\($0.number)"), ("guid", $0.guid), ("name", $0.name.isEmpty ? nil : $0.name), ("started", $0.startedAt), ("finished", $0.finishedAt)])
                    })
            { xml.text("Description", text) }
            report.counts["rounds"] = rounds.count
            report.note(.adjusted, .roundsAreMarked, rounds.count)
        }
        for memo in memosOn[""] ?? [] { xml.empty("NoteRef", "targetGUID", memo) }
        report.note(.leftOut, .historyStays, try snapshot.historyCount())
        let result = (report, files)
        try xml.finish()
        return result
    }

    private mutating func gather() throws {
        for coder in try snapshot.coders() { coders[coder.id ?? 0] = coder.guid }
        sources = try snapshot.sources()
        versions = try snapshot.newestVersions()
        attributes = Dictionary(uniqueKeysWithValues: try snapshot.attributes().map { ($0.id ?? 0, $0) })
        values = try snapshot.attributeValues()
        caseSources = try snapshot.caseSources()
        members = try snapshot.themeMembers()
        links = try snapshot.links()
        memos = try snapshot.memos()
        for memo in memos { memosOn[memo.target ?? "", default: []].append(memo.guid) }
        placed = Set(memosOn[""] ?? [])
        exported = Set(sources.map(\.guid) + memos.map(\.guid) + links.map(\.guid))
        let old = try snapshot.countOnOlderVersions()
        report.note(.leftOut, .oldVersionsStay, old.units)
    }

    mutating func writeNotes(on guid: String) {
        guard let notes = memosOn[guid] else { return }
        for note in notes {
            xml.empty("NoteRef", "targetGUID", note)
            placed.insert(note)
        }
    }

    static func color(_ color: String?) -> String? { color.flatMap { $0.wholeMatch(of: /#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})/) == nil ? nil : $0 } }

    /// A time as `xsd:dateTime` takes it; nil for what is none.
    static func time(_ text: String?) -> String? { text.flatMap { isTime($0) ? $0 : nil } }

    /// `2026-03-12T10:15:00`, with or without a fraction and a zone. Asked of every coding, so by bytes and not by an expression.
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8), shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
        func digits(_ range: Range<Int>) -> Bool { !range.isEmpty && bytes[range].allSatisfy { (48...57).contains($0) } }
        guard bytes.count >= shape.count, zip(bytes, shape).allSatisfy({ $1 == UInt8(ascii: "d") ? (48...57).contains($0) : $0 == $1 }) else { return false }
        var at = shape.count
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            let end = bytes[(at + 1)...].firstIndex { !(48...57).contains($0) } ?? bytes.count
            guard digits((at + 1)..<end) else { return false }
            at = end
        }
        if at == bytes.count || at == bytes.count - 1 && bytes[at] == UInt8(ascii: "Z") { return true }
        return bytes.count - at == 6 && (bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-")) && digits((at + 1)..<(at + 3))
            && bytes[at + 3] == UInt8(ascii: ":") && digits((at + 4)..<(at + 6))
    }

    // MARK: - users, codes, variables, cases

    private mutating func writeUsers() throws {
        let coders = try snapshot.coders()
        report.counts["coders"] = coders.count
        guard !coders.isEmpty else { return }
        try xml.start("Users")
        for coder in coders {
            exported.insert(coder.guid)
            try xml.start("User")
            xml.attribute("guid", coder.guid)
            xml.attribute("name", coder.name)
            xml.end()
        }
        xml.end()
    }

    private mutating func writeCodes() throws {
        let all = try snapshot.codes()
        report.counts["codes"] = all.count
        guard !all.isEmpty else { return }
        for code in all {
            codes[code.id ?? 0] = code.guid
            exported.insert(code.guid)
        }
        let repeated = Dictionary(grouping: all, by: \.name).filter { $0.value.count > 1 }
        if !repeated.isEmpty { report.note(.warning, .sameCodeNames, repeated.count) }
        try xml.start("CodeBook")
        try xml.start("Codes")
        var stack: [Int64] = []
        for code in all {
            // Parents come before children: what is not above this code is done.
            while let last = stack.last, last != code.parentId {
                xml.end()
                stack.removeLast()
            }
            try xml.start(code)
            writeNotes(on: code.guid)
            stack.append(code.id ?? 0)
        }
        for _ in stack { xml.end() }
        xml.end()
        xml.end()
    }

    static func variable(_ attribute: AttributeRecord, wave: String) -> String {
        wave.isEmpty ? attribute.guid : GUID.named("variable \(attribute.guid) \(wave)")
    }

    private mutating func writeVariables() throws {
        let all = attributes.values.sorted { ($0.name, $0.guid) < ($1.name, $1.guid) }
        report.counts["attributes"] = all.count
        guard !all.isEmpty else { return }
        try xml.start("Variables")
        for attribute in all {
            let waves = Set(values.filter { $0.attributeId == attribute.id && !$0.wave.isEmpty }.map(\.wave)).sorted()
            exported.insert(attribute.guid)
            for wave in [""] + waves {
                try xml.start("Variable")
                xml.attribute("guid", Self.variable(attribute, wave: wave))
                xml.attribute("name", wave.isEmpty ? attribute.name : "\(attribute.name) (\(wave))")
                xml.attribute("typeOfVariable", attribute.kind.rawValue)
                let text = wave.isEmpty ? Mark.describe(attribute.description, []) : Mark.describe("", [Mark([("attribute", attribute.guid), ("wave", wave)])])
                if let text { xml.text("Description", text) }
                xml.end()
            }
        }
        xml.end()
    }

    /// - Parameter values: of one case or source, in the order of the attributes' names and the waves.
    mutating func write(_ values: [AttributeValueRecord]) throws {
        let named = values.compactMap { value in attributes[value.attributeId].map { ($0, value) } }
            .sorted { ($0.0.name, $0.0.guid, $0.1.wave) < ($1.0.name, $1.0.guid, $1.1.wave) }
        for (attribute, value) in named {
            try xml.start("VariableValue")
            xml.empty("VariableRef", "targetGUID", Self.variable(attribute, wave: value.wave))
            switch attribute.kind {
            case .text: xml.text("TextValue", LineEnds.plain(value.value))
            case .boolean: xml.text("BooleanValue", value.value)
            case .integer: xml.text("IntegerValue", value.value)
            case .float: xml.text("FloatValue", value.value.contains("e") ? Decimal(string: value.value).map { "\($0)" } ?? "0" : value.value)
            case .date: xml.text("DateValue", value.value)
            case .dateTime: xml.text("DateTimeValue", Self.time(value.value) ?? value.value.prefix(16) + ":00")
            }
            xml.end()
        }
        report.counts["values", default: 0] += named.count
    }

    /// Which meaning units lie in the turns of speakers who are a case of their own.
    private mutating func findUnitsOfSpeakers() throws {
        let spoken = Dictionary(grouping: caseSources.filter { !$0.speaker.isEmpty }, by: \.sourceId)
        for source in sources {
            guard let id = source.id, let wanted = spoken[id].map({ Set($0.map(\.speaker)) }), let version = versions[id] else { continue }
            let turns = try snapshot.turns(ofVersion: version.id)
            for unit in try snapshot.units(ofVersion: version.id) where !unit.isLost {
                guard let turn = turns.last(where: { $0.first <= unit.start }), unit.end <= turn.last, wanted.contains(turn.speaker) else { continue }
                unitsOfSpeaker["\(id) \(turn.speaker)", default: []].append(unit.guid)
            }
        }
    }

    private mutating func writeCases() throws {
        let cases = try snapshot.cases()
        report.counts["cases"] = cases.count
        guard !cases.isEmpty else { return }
        let bySource = Dictionary(uniqueKeysWithValues: sources.map { ($0.id ?? 0, $0) })
        let order = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($0.element.id ?? 0, $0.offset) })
        try xml.start("Cases")
        for found in cases {
            let id = found.id ?? 0
            exported.insert(found.guid)
            let own = caseSources.filter { $0.caseId == id }.sorted { (order[$0.sourceId] ?? 0, $0.speaker) < (order[$1.sourceId] ?? 0, $1.speaker) }
            let spoken = own.filter { !$0.speaker.isEmpty }
            try xml.start("Case")
            xml.attribute("guid", found.guid)
            xml.attribute("name", found.name)
            let speakers = spoken.map { Mark([("speaker", $0.speaker), ("source", bySource[$0.sourceId]?.guid)]) }
            report.note(.adjusted, .speakersAreMarked, speakers.count)
            if let text = Mark.describe(found.description, [Mark([("kind", found.kind == "participant" ? nil : found.kind)])] + speakers) {
                xml.text("Description", text)
            }
            try write(values.filter { $0.caseId == id })
            for link in own where link.speaker.isEmpty {
                if let source = bySource[link.sourceId] { xml.empty("SourceRef", "targetGUID", source.guid) }
            }
            for link in spoken {
                for unit in unitsOfSpeaker["\(link.sourceId) \(link.speaker)"] ?? [] { xml.empty("SelectionRef", "targetGUID", unit) }
            }
            xml.end()
        }
        xml.end()
    }
}
