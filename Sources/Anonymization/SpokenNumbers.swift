/// Norwegian number words, 0 … 109, with Nynorsk, older and common spoken forms.
enum SpokenNumbers {
    private static let ones: [(String, Int)] = [
        ("en", 1), ("ett", 1), ("én", 1), ("ei", 1), ("ein", 1), ("eitt", 1), ("to", 2), ("tre", 3), ("fire", 4), ("fem", 5),
        ("seks", 6), ("sju", 7), ("syv", 7), ("åtte", 8), ("ni", 9),
    ]
    /// Said so only at the end of longer ones, or words of their own where they stand alone.
    private static let lastOnes: [(String, Int)] = [("tri", 3), ("fir", 4), ("sjau", 7), ("åtta", 8)]
    private static let tens: [(String, Int)] = [
        ("tjue", 20), ("tyve", 20), ("tjuge", 20), ("tretti", 30), ("trætti", 30), ("tredve", 30), ("trædve", 30), ("førti", 40), ("førr", 40), ("femti", 50), ("seksti", 60),
        ("sytti", 70), ("søtti", 70), ("åtti", 80), ("nitti", 90),
    ]

    /// Word to value.
    static let values: [String: Int] = {
        var table: [String: Int] = [
            "null": 0, "ti": 10, "elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16,
            "sytten": 17, "søtten": 17, "atten": 18, "nitten": 19, "hundre": 100,
            "trettan": 13, "trættan": 13, "trætten": 13, "fjortan": 14, "femtan": 15, "sekstan": 16, "syttan": 17, "søttan": 17, "attan": 18, "nittan": 19,
        ]
        for (word, value) in ones { table[word] = value }
        for (one, value) in ones { table["hundreog" + one] = 100 + value }
        for (ten, base) in tens {
            table[ten] = base
            for (one, value) in ones {
                table[ten + one] = base + value
                table[one + "og" + ten] = base + value
            }
            for (one, value) in lastOnes { table[ten + one] = base + value }
        }
        return table
    }()

    /// Ordinals of the days of a month.
    static let ordinals: [String: Int] = {
        var table: [String: Int] = [
            "første": 1, "fyrste": 1, "andre": 2, "annen": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "sjuende": 7,
            "syvende": 7, "sjuande": 7, "åttende": 8, "åttande": 8, "niende": 9, "niande": 9, "tiende": 10, "tiande": 10,
            "ellevte": 11, "tolvte": 12, "trettende": 13, "trettande": 13, "fjortende": 14, "fjortande": 14, "femtende": 15,
            "femtande": 15, "sekstende": 16, "sekstande": 16, "syttende": 17, "syttande": 17, "attende": 18, "attande": 18,
            "nittende": 19, "nittande": 19, "tjuende": 20, "tjuande": 20, "tyvende": 20, "trettiende": 30, "trettiande": 30,
            "tredevte": 30,
        ]
        for ten in ["tjue", "tyve"] {
            for (word, value) in table where value < 10 { table[ten + word] = 20 + value }
        }
        table["trettiførste"] = 31
        table["trettifyrste"] = 31
        return table
    }()

    /// Alternatives for a regular expression, longest first.
    static let pattern = values.keys.sorted { ($0.count, $0) > ($1.count, $1) }.joined(separator: "|")
    static let ordinalPattern = ordinals.keys.sorted { ($0.count, $0) > ($1.count, $1) }.joined(separator: "|")

    /// A number written in digits or in words.
    static func value(_ text: String) -> Int? { Int(text) ?? values[NameKey.fold(text)] }
}
