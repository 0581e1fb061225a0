import CZip
import Foundation
import Testing
@testable import Anonymization
@testable import CodingExchange
@testable import CodingStore

/// The shape that the standard asks of a project: which elements stand in which order, how often, with which attributes.
private enum Shape {
    /// Children in their order: `?` at most once, `*` any number, `+` at least once; one that ends in `|` stands in any order with the others.
    static let children: [String: [String]] = [
        "Project": ["Users?", "CodeBook?", "Variables?", "Cases?", "Sources?", "Notes?", "Links?", "Sets?", "Graphs?", "Description?", "NoteRef*"],
        "Users": ["User+"], "CodeBook": ["Codes", "Sets?"], "Codes": ["Code+"], "Code": ["Description?", "NoteRef*", "Code*"], "Variables": ["Variable+"],
        "Variable": ["Description?"], "Cases": ["Case+"], "Case": ["Description?", "CodeRef*", "VariableValue*", "SourceRef*", "SelectionRef*"],
        "VariableValue": ["VariableRef", "TextValue?", "BooleanValue?", "IntegerValue?", "FloatValue?", "DateValue?", "DateTimeValue?"],
        "TextSource": ["Description?", "PlainTextContent?", "PlainTextSelection*", "Coding*", "NoteRef*", "VariableValue*"],
        "Note": ["Description?", "PlainTextContent?", "PlainTextSelection*", "Coding*", "NoteRef*", "VariableValue*"],
        "PlainTextSelection": ["Description?", "Coding*", "NoteRef*"], "TranscriptSelection": ["Description?", "Coding*", "NoteRef*"], "Coding": ["CodeRef", "NoteRef*"],
        "AudioSource": ["Description?", "Transcript*", "AudioSelection*", "Coding*", "NoteRef*", "VariableValue*"],
        "Transcript": ["Description?", "PlainTextContent?", "SyncPoint*", "TranscriptSelection*", "NoteRef*"], "Notes": ["Note+"], "Links": ["Link+"],
        "Link": ["NoteRef*"], "Sets": ["Set+"], "Set": ["Description?", "MemberCode*", "MemberSource*", "MemberNote*"], "Graphs": ["Graph+"],
        "Graph": ["Vertex*", "Edge*"],
    ]
    static let required: [String: [String]] = [
        "Project": ["name"], "User": ["guid"], "Code": ["guid", "name", "isCodable"], "Case": ["guid"], "Variable": ["guid", "name", "typeOfVariable"],
        "TextSource": ["guid"], "AudioSource": ["guid"], "Transcript": ["guid"], "Note": ["guid"], "PlainTextSelection": ["guid", "startPosition", "endPosition"],
        "TranscriptSelection": ["guid"], "Coding": ["guid"], "SyncPoint": ["guid"], "Link": ["guid"], "Set": ["guid", "name"], "Graph": ["guid"],
        "Vertex": ["guid", "firstX", "firstY"], "Edge": ["guid", "sourceVertex", "targetVertex"], "CodeRef": ["targetGUID"], "NoteRef": ["targetGUID"],
        "SourceRef": ["targetGUID"], "SelectionRef": ["targetGUID"], "VariableRef": ["targetGUID"],
    ]

    static func faults(_ node: XMLNode) -> [String] {
        var out: [String] = []
        if node.name != "Sources" {
            var at = 0
            let rules = children[node.name] ?? []
            var count = 0
            for child in node.children {
                while at < rules.count, rules[at].trimmingCharacters(in: ["?", "*", "+"]) != child.name {
                    if count == 0, rules[at].hasSuffix("+") || !rules[at].hasSuffix("?") && !rules[at].hasSuffix("*") { out.append("\(node.name) lacks \(rules[at])") }
                    at += 1
                    count = 0
                }
                if at == rules.count {
                    out.append("\(child.name) is out of place in \(node.name)")
                    break
                }
                count += 1
                if count > 1, !rules[at].hasSuffix("*"), !rules[at].hasSuffix("+") { out.append("two of \(child.name)") }
            }
        }
        if node.name == "Sources", node.children.isEmpty { out.append("Sources is empty") }
        for key in required[node.name] ?? [] where node[key] == nil { out.append("\(node.name) lacks \(key)") }
        for (key, value) in node.attributes {
            if key.lowercased().hasSuffix("guid") || key.hasSuffix("User") || key.hasSuffix("SyncPoint") || key.hasSuffix("Vertex"),
                value.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/) == nil
            { out.append("\(node.name) \(key) is no GUID") }
            if key.hasSuffix("DateTime"), value.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) == nil { out.append("\(node.name) \(key)") }
        }
        return out + node.children.flatMap(faults)
    }
}

@Suite struct StructureTests {
    let folder: URL
    init() throws { folder = try ExchangeFixture.folder() }

    @Test func theCheckFindsWhatIsWrong() throws {
        let faults = Shape.faults(try XMLNode.parse(Data("<Project><Cases/><Users/><Sources/><CodeBook><Codes><Code guid=\"x\"/></Codes></CodeBook></Project>".utf8), file: "x"))
        #expect(faults.contains("Project lacks name"))
        #expect(faults.contains("Users is out of place in Project"))
        #expect(faults.contains("Sources is empty"))
        #expect(faults.contains("Code guid is no GUID"))
    }

    @Test(arguments: ProjectExportOptions.Layout.allCases) func projectsHaveTheStandardsShape(_ layout: ProjectExportOptions.Layout) throws {
        let store = try ExchangeFixture.full(folder.appendingPathComponent("s.sqlite")), file = folder.appendingPathComponent("p.qdpx")
        _ = try ProjectExchange.export(store, as: .qdpx, to: file, options: .init(layout: layout))
        let parts = try ProjectParts(archive: file), xml = try parts.data("project.qde")
        let root = try XMLNode.parse(xml, file: "p")
        #expect(Shape.faults(root) == [])
        // Every place holds in the file that stands beside it.
        for node in root.first("Sources")?.all("TextSource") ?? [] {
            let name = try #require(node["plainTextPath"]).replacing("internal://", with: "")
            let text = String(decoding: try #require(try parts.source(name)), as: UTF8.self)
            #expect(!text.contains("\r") && text.unicodeScalars.first != "\u{FEFF}")
            for selection in node.all("PlainTextSelection") { #expect(Int(selection["endPosition"]!)! <= text.unicodeScalars.count) }
        }
        #expect((root.first("Sources")?.all("AudioSource").count ?? 0) == (layout == .text ? 0 : 1))
        let mode = (try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber)?.intValue
        #expect(mode == 0o600)
        // Nothing of the way there is left.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix(".") })
        try validate(xml, "Project.xsd")
        let codebook = folder.appendingPathComponent("k.qdc")
        _ = try ProjectExchange.export(store, as: .qdc, to: codebook)
        try validate(Data(contentsOf: codebook), "Codebook.xsd")
    }

    @Test func anEmptyStoreIsAProjectToo() throws {
        let store = try CodingStore(folder.appendingPathComponent("s.sqlite")), file = folder.appendingPathComponent("p.qdpx")
        _ = try ProjectExchange.export(store, as: .qdpx, to: file)
        let xml = try ProjectParts(archive: file).data("project.qde")
        #expect(Shape.faults(try XMLNode.parse(xml, file: "p")) == [])
        try validate(xml, "Project.xsd")
        #expect(throws: ExchangeError.self) { try ProjectExchange.export(store, as: .qdc, to: folder.appendingPathComponent("k.qdc")) }
    }

    /// By the published schemas, where they and xmllint are at hand.
    private func validate(_ xml: Data, _ schema: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/refi/\(schema)").standardized.path
        guard FileManager.default.fileExists(atPath: path), FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint") else { return }
        let file = folder.appendingPathComponent("x.xml")
        try xml.write(to: file)
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xmllint")
        process.arguments = ["--noout", "--nonet", "--schema", path, file.path]
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
    }

    @Test func onlyRedactedSoundIsPointedAtOrTakenAlong() throws {
        let store = try ExchangeFixture.full(folder.appendingPathComponent("s.sqlite")), file = folder.appendingPathComponent("p.qdpx")
        func media(_ path: String, _ digest: String?) throws {
            try store.pool.write { try $0.execute(sql: "UPDATE source SET media = ?, mediaDigest = ? WHERE item = 'P01'", arguments: [path, digest]) }
        }
        for path in ["opptak/P01.wav", "/etc/passwd", "redigert/../opptak/P01.wav"] {
            try media(path, nil)
            #expect(throws: ExchangeError.notRedacted(item: "P01")) { try ProjectExchange.export(store, as: .qdpx, to: file) }
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("redigert"), withIntermediateDirectories: true)
        let sound = folder.appendingPathComponent("redigert/P01.flac")
        try Data("lyd".utf8).write(to: sound)
        try media("redigert/P01.flac", try REFIProject.digest(of: sound))
        _ = try ProjectExchange.export(store, as: .qdpx, to: file, options: .init(sound: .included, study: folder))
        let name = "sources/\(GUID.named("sound " + GUID.named("source P01"))).flac"
        #expect(try ProjectParts(archive: file).data(name) == Data("lyd".utf8))
        // Another file by that name is not the redacted sound.
        try Data("rå lyd".utf8).write(to: sound)
        #expect(throws: ExchangeError.notRedacted(item: "P01")) { try ProjectExchange.export(store, as: .qdpx, to: file, options: .init(sound: .included, study: folder)) }
    }
}
