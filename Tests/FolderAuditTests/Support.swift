import Foundation
import Testing

@testable import FolderAudit

/// A folder that goes away with the test.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("folder-audit-" + UUID().uuidString).appendingPathComponent("deles")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }

    @discardableResult func file(_ name: String, _ data: Data) throws -> URL {
        let place = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: place)
        return place
    }

    @discardableResult func file(_ name: String, _ text: String) throws -> URL { try file(name, Data(text.utf8)) }

    /// A zip archive by Python's own writer, from names and texts.
    @discardableResult func zip(_ name: String, _ parts: [(String, String)]) throws -> URL {
        let place = url.appendingPathComponent(name)
        let list = try JSONSerialization.data(withJSONObject: parts.map { [$0.0, $0.1] })
        try run("python3", ["-c", "import sys,json,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\nfor n,t in json.loads(sys.argv[2]): z.writestr(n,t)\nz.close()", place.path, String(decoding: list, as: UTF8.self)])
        return place
    }

    func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program)")
    }

    func audit(_ audit: FolderAudit = FolderAudit()) throws -> (report: FolderAuditReport, shown: [FolderAudit.Shown]) {
        var shown: [FolderAudit.Shown] = []
        let report = try audit.audit([url.path], show: { shown.append($0) })
        report.expectOneLanguage()
        return (report, shown)
    }
}

extension Array where Element == FolderAudit.Shown {
    /// Whether a name was found, and where.
    func has(_ text: String, _ origin: TextOrigin? = nil, place: String? = nil) -> Bool {
        contains { $0.text.contains(text) && (origin == nil || $0.finding.origin == origin) && (place == nil || $0.finding.place == place) }
    }
}

extension FolderAuditReport {
    func notices(_ file: String? = nil) -> Set<String> {
        Set(findings.filter { $0.type == nil && (file == nil || $0.file.hasSuffix(file ?? "")) }.map { String($0.rule.dropFirst(5)) })
    }
    /// Whatever was read: a report in Bokmål has no word of the English one, but for names in the formats.
    func expectOneLanguage() {
        let english: Set<String> = [
            "the", "of", "not", "and", "in", "line", "page", "pages", "paragraph", "sheet", "row", "header", "footer", "footnote", "comment", "comments", "picture", "pictures",
            "change", "changes", "tracked", "hidden", "link", "field", "marker", "tag", "template", "attached", "object", "script", "file", "files", "folder",
            "damaged", "protected", "password", "archive", "archives", "holds", "unpacks", "whole", "opened", "read", "looked", "kind", "unknown", "missing", "attachments",
            "annotations", "people", "properties", "settings", "name", "found", "was", "larger",
        ]
        var text = render(.bokmal)
        // Quoted names of files and formats are nobody's words.
        for name in Set(files.map(\.file) + findings.map(\.file)) { text = text.replacing(name, with: "") }
        text = text.replacing(/\| [a-z-]+(\.[a-z-]+)+ \|/, with: "|")
        let words = text.split { !$0.isLetter && $0 != "/" && $0 != "." && $0 != ">" }.map { $0.lowercased() }
        let left = english.intersection(words)
        #expect(left.isEmpty, "\(left.sorted()): \(text)")
        #expect(render(.english) != render(.bokmal))
    }

    func state(_ name: String) -> State? { files.first { $0.file.hasSuffix(name) }?.state }
}
