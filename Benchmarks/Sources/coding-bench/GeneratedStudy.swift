import CodingStore
import Foundation
import GRDB

/// A coded study of any size, for timings: nothing in it comes from anybody.
struct GeneratedStudy {
    var interviews = 200
    var words = 10_000
    var codes = 2_000
    var codings = 100_000
    var coders = 3
    var seed: UInt64 = 1

    /// Writes the store. Transcripts, codes, themes and cases go the ordinary way; units and codings, with their history, straight
    /// into the tables, since one operation a coding would take hours.
    func write(to url: URL, progress: (String) -> Void) throws {
        var random = SeededGenerator(seed: seed)
        let store = try CodingStore(url), who = "Koder 1"
        let talk = GeneratedTalk(&random)
        var items: [String] = []
        for number in 1...max(1, interviews) {
            let item = "P" + String(String(10_000 + number).dropFirst())
            try store.importTranscript(talk.transcript(item, informant: "Informant \(number)", words: words, &random), who: who)
            items.append(item)
            if number % 20 == 0 { progress("\(number) of \(interviews) interviews") }
        }
        let tree = try addCodes(store, who: who)
        try addThemes(store, tree, who: who)
        try addCases(store, items, &random, who: who)
        progress("codes, themes and cases")
        try addCodings(url, items: items, tree, &random)
        try store.checkIntegrity()
    }

    /// Three levels: main codes, ten under each, the rest under those.
    private func addCodes(_ store: CodingStore, who: String) throws -> [CodeRecord] {
        var all: [CodeRecord] = []
        let top = max(1, codes / 50), middle = min(max(0, codes - top), top * 10)
        for number in 0..<codes {
            let parent: CodeRecord? =
                number < top ? nil : number < top + middle ? all[(number - top) % top] : all[top + (number - top - middle) % max(1, middle)]
            all.append(
                try store.addCode(
                    "kode \(number + 1)", definition: "Det som hører under kode \(number + 1).", under: parent,
                    color: ["#0072b2", "#d55e00", "#00815d", "#b5558a", "#a87400"][number % 5], who: who))
        }
        return all
    }

    /// Five main themes, three themes in each, two sub-themes in those, ten codes in those; one latent theme over all.
    private func addThemes(_ store: CodingStore, _ tree: [CodeRecord], who: String) throws {
        let latent = try store.addTheme("Å stå alene sammen", level: .latent, who: who)
        var next = 0
        for main in 1...5 {
            let above = try store.addTheme("Hovedtema \(main)", level: .maintheme, under: latent, who: who)
            for theme in 1...3 {
                let middle = try store.addTheme("Tema \(main).\(theme)", level: .theme, under: above, who: who)
                for sub in 1...2 {
                    let below = try store.addTheme("Undertema \(main).\(theme).\(sub)", level: .subtheme, under: middle, who: who)
                    let members = (0..<10).compactMap { next + $0 < tree.count ? (kind: ThemeMemberRecord.Kind.code, guid: tree[next + $0].guid) : nil }
                    try store.gather(members, under: below, who: who)
                    next += 10
                }
            }
        }
    }

    /// A participant for each interview, and a municipality for every ten, in two waves.
    private func addCases(_ store: CodingStore, _ items: [String], _ random: inout SeededGenerator, who: String) throws {
        var places: [CaseRecord] = []
        for number in 0..<max(1, items.count / 10) {
            let place = try store.addCase("Kommune \(number + 1)", kind: "municipality", who: who)
            try store.set("Innbyggere", to: String(1_000 + random.below(40_000)), of: .study(place), who: who)
            try store.set("Organisering", to: ["samlet", "delt"][random.below(2)], of: .study(place), who: who)
            places.append(place)
        }
        for (index, item) in items.enumerated() {
            let person = try store.addCase("Deltaker \(index + 1)", who: who)
            try store.assign(item, speaker: "Informant \(index + 1)", to: person, who: who)
            try store.set("Rolle", to: ["leder", "sykepleier", "lege", "veileder"][random.below(4)], of: .study(person), who: who)
            try store.set("Ansiennitet", to: String(random.below(30)), of: .study(person), who: who)
            try store.assign(item, to: places[index % places.count], who: who)
            try store.setWave(index % 2 == 0 ? "2003" : "2006", of: item, who: who)
        }
    }

    /// Coders who read the same passages: most they mark alike, some with other edges, some with another code.
    private func addCodings(_ url: URL, items: [String], _ tree: [CodeRecord], _ random: inout SeededGenerator) throws {
        let queue = try DatabaseQueue(path: url.path)
        let now = "2026-01-01T00:00:00Z"
        try queue.write { db in
            for coder in 1...max(1, coders) {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO coder (guid, name) VALUES (?, ?)", arguments: [GUID.named("coder Koder \(coder)"), "Koder \(coder)"])
            }
            let ids = try (1...max(1, coders)).map { try Int64.fetchOne(db, sql: "SELECT id FROM coder WHERE name = ?", arguments: ["Koder \($0)"]) ?? 0 }
            var left = codings
            for (place, item) in items.enumerated() {
                let version = try Int64.fetchOne(
                    db, sql: "SELECT source_version.id FROM source_version JOIN source ON source.id = sourceId WHERE item = ?", arguments: [item]) ?? 0
                let turns = try Row.fetchAll(db, sql: "SELECT body, last FROM turn WHERE versionId = ? AND last - body > 60", arguments: [version])
                var share = left / (items.count - place)
                left -= share
                var operations: [Int64] = []
                for coder in 1...max(1, coders) {
                    try db.execute(
                        sql: "INSERT INTO operation (at, who, action, undoes, isReversible) VALUES (?, ?, 'coding.add', NULL, 1)",
                        arguments: [now, "Koder \(coder)"])
                    operations.append(db.lastInsertedRowID)
                }
                while share > 0, !turns.isEmpty {
                    let turn = turns[random.below(turns.count)], body: Int = turn["body"], last: Int = turn["last"]
                    let length = 30 + random.below(min(400, last - body - 30)), start = body + random.below(last - body - length + 1)
                    let code = random.rank(of: tree.count)
                    for coder in ids.indices where share > 0 && random.below(10) > 0 {
                        let shift = random.below(3) == 0 ? min(random.below(20), length - 10) : 0
                        let own = random.below(5) == 0 ? random.rank(of: tree.count) : code
                        let isNew = try add(
                            tree[own].id ?? 0, start + shift, start + length, version, coder: ids[coder], round: place < items.count / 2 ? 1 : 2, now,
                            who: "Koder \(coder + 1)", operations[coder], db)
                        if isNew { share -= 1 }
                    }
                }
            }
        }
    }

    /// - Returns: false for a coding that is there already.
    private func add(
        _ code: Int64, _ start: Int, _ end: Int, _ version: Int64, coder: Int64, round: Int, _ now: String, who: String, _ operation: Int64, _ db: Database
    ) throws -> Bool {
        func line(_ target: String, _ columns: String) throws {
            try db.cachedStatement(sql: "INSERT INTO history (at, who, action, target, old, new, operationId) VALUES (?, ?, 'coding.add', ?, NULL, ?, ?)")
                .execute(arguments: [now, who, target, columns, operation])
        }
        var unit = try db.cachedStatement(sql: "SELECT id FROM unit WHERE versionId = ? AND start = ? AND \"end\" = ?")
            .fetchID([version, start, end])
        if unit == nil {
            let guid = GUID.named("unit \(version) \(start) \(end)"), condensed = (start + end) % 3 == 0 ? "Kortet ned til det som ble ment." : ""
            try db.cachedStatement(
                sql: """
                    INSERT INTO unit (guid, versionId, start, "end", condensed, name, coderId, round, createdAt, isMarked, isLost)
                    VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, 0, 0)
                    """
            ).execute(arguments: [guid, version, start, end, condensed, coder, round, now])
            unit = db.lastInsertedRowID
            try line(
                "unit \(db.lastInsertedRowID)",
                """
                {"coderId":\(coder),"condensed":"\(condensed)","createdAt":"\(now)","end":\(end),"guid":"\(guid)","id":\(db.lastInsertedRowID),\
                "isLost":0,"isMarked":0,"name":"","round":\(round),"start":\(start),"versionId":\(version)}
                """)
        }
        let guid = GUID.named("coding \(unit ?? 0) \(code) \(coder) \(round)")
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO coding (guid, codeId, unitId, coderId, round, createdAt) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [guid, code, unit, coder, round, now])
        guard db.changesCount > 0 else { return false }
        try line(
            "coding \(db.lastInsertedRowID)",
            """
            {"codeId":\(code),"coderId":\(coder),"createdAt":"\(now)","guid":"\(guid)","id":\(db.lastInsertedRowID),"round":\(round),"unitId":\(unit ?? 0)}
            """)
        return true
    }
}

extension Statement {
    fileprivate func fetchID(_ arguments: StatementArguments) throws -> Int64? { try Int64.fetchOne(self, arguments: arguments) }
}
