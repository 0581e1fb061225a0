import Transcript

extension Audit {
    private struct Kind: Hashable {
        var type: EntityType, rule: String, action: String
    }

    private static func action(_ type: EntityType, _ policy: Policy?) -> String { policy?.action(for: type).name ?? "replaced" }

    /// Codes that stand where nothing was detected: a registered name was known again there.
    static func swept(_ document: Transcript, _ register: KeyRegister, _ detections: [TranscriptDetection]) -> [KeyRegister.Entry] {
        var codes: [String: KeyRegister.Entry] = [:]
        for entry in register.entries where !entry.pattern.isEmpty {
            codes[entry.code] = entry
            codes[entry.code + "s"] = codes[entry.code + "s"] ?? entry
        }
        let found = Set(detections.filter { $0.field == .words }.flatMap(\.wordIDs))
        return document.turns.flatMap(\.words).compactMap { found.contains($0.id) ? nil : codes[$0.text] }
    }

    /// Every replacement by type and rule, without what it replaced.
    public static func replacements(
        _ detections: [TranscriptDetection], _ policy: Policy?, swept: [KeyRegister.Entry] = []
    ) -> [AuditReport.Replacement] {
        let again = Dictionary(grouping: swept, by: \.type).map { type, entries in
            AuditReport.Replacement(
                type: type, rule: "register", action: action(type, policy), places: entries.count, entities: Set(entries.map(\.code)).count)
        }
        let groups = Dictionary(grouping: detections) { Kind(type: $0.type, rule: $0.rule, action: action($0.type, policy)) }
        return (again + groups.map { kind, found in
            AuditReport.Replacement(type: kind.type, rule: kind.rule, action: kind.action, places: found.count, entities: Set(found.map(\.key)).count)
        }).sorted { ($0.type, $0.rule) < ($1.type, $1.rule) }
    }

    /// Entities of one recording by type and what became of them.
    static func counts(_ detections: [TranscriptDetection], _ policy: Policy?) -> [AuditReport.Count] {
        Dictionary(grouping: detections, by: \.type).map { type, found in
            .init(type: type, action: action(type, policy), entities: Set(found.map(\.key)).count)
        }.sorted { $0.type < $1.type }
    }

    /// Several indirect facts within a few turns: none of them may be much by itself.
    ///
    /// A window of ``nearby`` turns with three or more kinds, no one of which has them all by itself; windows do not overlap.
    static func nearFindings(_ document: Transcript, _ quasi: [Int: Set<EntityType>]) -> [AuditReport.Item] {
        let turns = document.turns.map(\.id)
        var items: [AuditReport.Item] = []
        var start = 0
        while start < turns.count {
            guard let first = quasi[turns[start]], !first.isEmpty else { start += 1; continue }
            let window = turns[start..<min(turns.count, start + nearby)]
            let types = window.reduce(into: Set<EntityType>()) { $0.formUnion(quasi[$1] ?? []) }
            let widest = window.map { quasi[$0]?.count ?? 0 }.max() ?? 0
            guard types.count >= 3, widest < 3 else { start += 1; continue }
            items.append(.init(code: "near-findings", severity: .review, turn: turns[start], words: [], types: types.sorted(), rule: "three-in-\(nearby)-turns"))
            start += nearby
        }
        return items
    }

    static let nearby = 5
}
