import CodingStore
import Exchange
import Transcript

extension CodedStudy {
    /// How often each code was used, by whom, in which round: `kodebruk`. Heeds ``TableOptions/codes`` and ``TableOptions/subcodes``;
    /// codes that nobody has used are there, too.
    public func frequencies(_ options: TableOptions = .init()) throws -> ResultTable {
        let say = ResultWords(options.language)
        struct Column: Hashable, Comparable {
            var coder: Int
            var round: Int
            static func < (a: Column, b: Column) -> Bool { (a.coder, a.round) < (b.coder, b.round) }
        }
        var counts: [[Column: Int]] = Array(repeating: [:], count: codes.count), found = [Set<Int>](repeating: [], count: codes.count)
        var used = Set<Column>()
        for coding in codings {
            let column = Column(coder: coding.coder, round: coding.round)
            used.insert(column)
            var code: Int? = coding.code
            while let index = code {
                counts[index][column, default: 0] += 1
                found[index].insert(coding.source)
                code = options.subcodes ? codes[index].parent : nil
            }
        }
        let shown = used.sorted()
        let columns: [ResultTable.Column] = [
            .init("code", say.say("Kode", "Code"), width: 36), .init("codings", say.say("Kodinger", "Codings"), width: 10),
            .init("sources", say.say("Kilder", "Sources"), width: 10),
        ] + shown.map { column in
            .init("coder_\(column.coder + 1)_round_\(column.round)", coders[column.coder].name + say.say(", runde ", ", round ") + "\(column.round)", width: 12)
        }
        let rows = try chosenCodes(options).map { code -> [ResultTable.Cell] in
            [.text(codes[code].path), .whole(counts[code].values.reduce(0, +)), .whole(found[code].count)] + shown.map { .whole(counts[code][$0] ?? 0) }
        }
        return ResultTable(
            name: "kodebruk", title: say.say("Bruk av kodene", "Use of the codes"), columns: columns, rows: rows,
            notes: (options.subcodes
                ? [say.say("En kode teller også det som er kodet med kodene under den.", "A code counts what is coded with the codes beneath it, too.")] : [])
                + leftOut(say), status: status, language: options.language)
    }
}
