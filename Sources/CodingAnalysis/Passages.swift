import CodingStore
import Foundation
import GRDB

/// Quotes stretches of the newest texts, and says who said them. Keeps what it has read: use one for a table.
final class Passages {
    private let study: CodedStudy
    private var texts: [Int: CodePoints] = [:]
    private var layouts: [Int: TextLayout] = [:]
    /// Cases of one speaker, and of whole sources, by source.
    private var speakerCases: [Int64: [String: [Int]]] = [:]
    private var sourceCases: [Int64: [Int]] = [:]
    private let limit: Int?

    init(_ study: CodedStudy, limit: Int? = nil) {
        self.study = study
        self.limit = limit
        let index = Dictionary(uniqueKeysWithValues: study.cases.indices.map { (study.cases[$0].id ?? 0, $0) })
        for link in study.caseSources {
            guard let found = index[link.caseId] else { continue }
            if link.speaker.isEmpty {
                sourceCases[link.sourceId, default: []].append(found)
            } else {
                speakerCases[link.sourceId, default: [:]][link.speaker, default: []].append(found)
            }
        }
    }

    func layout(_ source: Int) throws -> TextLayout {
        if let there = layouts[source] { return there }
        let read = try study.store.layout(ofVersion: study.sources[source].version)
        layouts[source] = read
        return read
    }

    private func text(_ source: Int) throws -> CodePoints {
        if let there = texts[source] { return there }
        let version = study.sources[source].version
        let text = try study.store.reading { try String.fetchOne($0, sql: "SELECT text FROM source_version WHERE id = ?", arguments: [version]) } ?? ""
        let read = CodePoints(text)
        texts[source] = read
        return read
    }

    /// The turns that a stretch touches.
    func turns(_ source: Int, _ range: Range<Int>) throws -> ArraySlice<TextLayout.Turn> {
        let turns = try layout(source).turns
        var low = 0, high = turns.count
        while low < high {
            let middle = (low + high) / 2
            if turns[middle].last > range.lowerBound { high = middle } else { low = middle + 1 }
        }
        return turns[low...].prefix { $0.first < range.upperBound }
    }

    /// The words of a stretch. Several people's words stand on lines of their own, each after its speaker's label.
    func quote(_ source: Int, _ range: Range<Int>) throws -> String {
        let text = try text(source), turns = try turns(source, range)
        let pieces = turns.compactMap { turn -> (speaker: String, text: String)? in
            let piece = text[range.clamped(to: turn.body..<max(turn.body, turn.last))].trimmingCharacters(in: .whitespacesAndNewlines)
            return piece.isEmpty ? nil : (turn.speaker, piece)
        }
        var quoted: String
        if pieces.isEmpty {
            quoted = text[range].trimmingCharacters(in: .whitespacesAndNewlines)
        } else if Set(pieces.map(\.speaker)).count == 1 {
            quoted = pieces.map(\.text).joined(separator: "\n")
        } else {
            quoted = pieces.map { $0.speaker.isEmpty ? $0.text : $0.speaker + ": " + $0.text }.joined(separator: "\n")
        }
        if let limit, quoted.count > limit {
            // At a word's end, if one is near.
            var cut = quoted.prefix(limit)
            if !quoted[cut.endIndex].isWhitespace, let space = cut.lastIndex(where: \.isWhitespace), cut.distance(from: space, to: cut.endIndex) < 25 { cut = cut[..<space] }
            quoted = cut.trimmingCharacters(in: .whitespacesAndNewlines) + " (…)"
        }
        return quoted
    }

    /// The condensed unit, or its words where there is none or they are asked for.
    func statement(_ unit: CodedStudy.Unit, _ statements: TableOptions.Statements) throws -> String {
        statements == .condensed && !unit.condensed.isEmpty ? unit.condensed : try quote(unit.source, unit.range)
    }

    /// The cases that a stretch belongs to: those of its speakers, and those of the whole source.
    func cases(_ source: Int, _ range: Range<Int>, kind: String? = nil) throws -> [Int] {
        let id = study.sources[source].id
        var found = sourceCases[id] ?? []
        if let speakers = speakerCases[id] {
            for label in Set(try turns(source, range).map(\.speaker)).sorted() { found += speakers[label] ?? [] }
        }
        return Set(found).filter { kind == nil || study.cases[$0].kind == kind }.sorted()
    }

    /// Who said it: the participants that it belongs to; else the speakers' labels, the source's id where there are none.
    func informant(_ source: Int, _ range: Range<Int>) throws -> String {
        let id = study.sources[source].id
        var labels: [String] = []
        for turn in try turns(source, range) where !turn.speaker.isEmpty && !labels.contains(turn.speaker) { labels.append(turn.speaker) }
        let known = labels.flatMap { speakerCases[id]?[$0] ?? [] }
        if !known.isEmpty { return names(known) }
        let people = (sourceCases[id] ?? []).filter { study.cases[$0].kind == "participant" }
        if !people.isEmpty { return names(people) }
        return labels.isEmpty ? study.sources[source].item : labels.joined(separator: ", ")
    }

    private func names(_ cases: [Int]) -> String { Set(cases).sorted().map { study.cases[$0].name }.joined(separator: ", ") }
}
