/// Check-digit rules of Norwegian and international numbers, over digits 0 … 9.
public enum CheckDigits {
    /// Remainders of k1 that a national identity number may leave from 2032 (Skatteetaten): the weighted sum including
    /// the check digit, modulo 11, is 0, 1, 2 or 3. Today only 0 is given out.
    static let laterRemainders: Set<Int> = [0, 1, 2, 3]

    /// Whether 11 digits have the shape of a national identity number: a day (1–31, D-number +40) and a month
    /// (1–12, H-number +40, synthetic +80 or +65, and both together).
    public static func hasNationalIDShape(_ d: [Int]) -> Bool {
        guard d.count == 11 else { return false }
        let day = d[0] * 10 + d[1], month = d[2] * 10 + d[3]
        let days = day > 40 ? day - 40 : day
        guard (1...31).contains(days) else { return false }
        return [0, 40, 65, 80].contains { (1...12).contains(month - $0) }
    }

    /// Both control digits right, by the rule of today or of 2032.
    public static func isNationalID(_ d: [Int]) -> Bool {
        guard hasNationalIDShape(d) else { return false }
        let first = weighted(d, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11
        let second = weighted(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11
        return laterRemainders.contains(first) && second == 0
    }

    /// Norwegian bank account: 11 digits, modulo 11 with weights 5 4 3 2 7 6 5 4 3 2.
    public static func isAccount(_ d: [Int]) -> Bool {
        d.count == 11 && weighted(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
    }

    /// Norwegian organisation number: nine digits that begin with 8 or 9, modulo 11 with weights 3 2 7 6 5 4 3 2.
    public static func isOrganisation(_ d: [Int]) -> Bool {
        d.count == 9 && d[0] >= 8 && weighted(d, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
    }

    /// Payment card: 13 to 19 digits with a Luhn check (ISO/IEC 7812-1).
    public static func isCard(_ d: [Int]) -> Bool {
        guard (13...19).contains(d.count) else { return false }
        var sum = 0
        for (index, digit) in d.reversed().enumerated() {
            let doubled = digit * 2
            sum += index % 2 == 0 ? digit : (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    /// IBAN: the country and check digits moved last, letters as 10 … 35, modulo 97 leaves 1 (ISO 13616).
    public static func isIBAN(_ text: String) -> Bool {
        let letters = Array(text.uppercased().unicodeScalars.filter { $0 != " " && $0 != "\u{A0}" && $0 != "-" })
        guard (15...34).contains(letters.count) else { return false }
        var remainder = 0
        for scalar in letters[4...] + letters[..<4] {
            switch scalar.value {
            case 48...57: remainder = (remainder * 10 + Int(scalar.value) - 48) % 97
            case 65...90: remainder = (remainder * 100 + Int(scalar.value) - 55) % 97
            default: return false
            }
        }
        return remainder == 1
    }

    private static func weighted(_ digits: [Int], _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
