/// How far two spellings are apart.
public enum EditDistance {
    /// Letters to put in, leave out or change to make one of the other (Levenshtein 1966).
    public static func levenshtein(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let value = min(row[j + 1] + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = value
            }
        }
        return row[b.count]
    }
}
