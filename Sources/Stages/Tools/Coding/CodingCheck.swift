import CodingStore
import Foundation

/// Whether a store is whole: what `code check` does.
public enum CodingCheck {
    public struct Report: Codable, Sendable, Hashable {
        public var sources: Int
        public var units: Int
        public var codings: Int
        /// What waits for somebody.
        public var notes: [String]
    }

    /// - Throws: ``StoreError/damaged(file:)``; also where a unit lies outside its text.
    public static func run(_ store: CodingStore) throws -> Report {
        try store.checkIntegrity()
        let units = try store.units(), codings = try store.codings()
        var lengths: [Int64: Int] = [:]
        for unit in units {
            let length = try lengths[unit.versionId] ?? store.sourceText(ofVersion: unit.versionId).text.unicodeScalars.count
            lengths[unit.versionId] = length
            guard unit.start >= 0, unit.start < unit.end, unit.end <= length else { throw StoreError.damaged(file: store.url.lastPathComponent) }
        }
        var notes: [String] = []
        let lost = units.count(where: \.isLost), known = Set(units.compactMap(\.id))
        guard codings.allSatisfy({ known.contains($0.unitId) }) else { throw StoreError.damaged(file: store.url.lastPathComponent) }
        if lost > 0 { notes.append("\(lost) meaning units have lost their words; see 'ordrett code lost'") }
        let headings = Set(try store.codes().filter { !$0.isCodable }.compactMap(\.id)), onHeadings = codings.count { headings.contains($0.codeId) }
        if onHeadings > 0 { notes.append("\(onHeadings) codings are with codes that are headings only") }
        let members = try store.themeMembers(), gathered = Set(members.map(\.member)), codes = try store.codes()
        let used = Set(codings.map(\.codeId)), left = codes.count { code in code.id.map(used.contains) == true && !gathered.contains(code.guid) }
        if !members.isEmpty, left > 0 { notes.append("\(left) codes in use are under no theme; see 'ordrett code theme list --ungathered'") }
        return Report(sources: try store.sources().count, units: units.count, codings: codings.count, notes: notes)
    }
}
