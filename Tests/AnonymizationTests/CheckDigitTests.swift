import Testing

@testable import Anonymization

/// The published rules, written again from their descriptions.
enum Published {
    /// Skatteetaten: k1 = 11 − ((3d1+7d2+6m1+1m2+8å1+9å2+4i1+5i2+2i3) mod 11), k2 likewise; 11 counts as 0, 10 is not given out.
    static func controls(_ d: [Int]) -> [Int]? {
        let s1 = 3 * d[0] + 7 * d[1] + 6 * d[2] + d[3] + 8 * d[4] + 9 * d[5] + 4 * d[6] + 5 * d[7] + 2 * d[8]
        let k1 = (11 - s1 % 11) % 11
        let s2 = 5 * d[0] + 4 * d[1] + 3 * d[2] + 2 * d[3] + 7 * d[4] + 6 * d[5] + 5 * d[6] + 4 * d[7] + 3 * d[8] + 2 * k1
        let k2 = (11 - s2 % 11) % 11
        return k1 == 10 || k2 == 10 ? nil : [k1, k2]
    }

    static func nationalID(_ g: inout Generator) -> [Int] {
        while true {
            let day = Int.random(in: 1...28, using: &g) + [0, 40].randomElement(using: &g)!
            let month = Int.random(in: 1...12, using: &g) + [0, 40, 65, 80].randomElement(using: &g)!
            let rest = (0..<5).map { _ in Int.random(in: 0...9, using: &g) }
            let d = [day / 10, day % 10, month / 10, month % 10] + rest
            if let k = controls(d) { return d + k }
        }
    }

    static func account(_ g: inout Generator) -> [Int] {
        while true {
            let d = (0..<10).map { _ in Int.random(in: 0...9, using: &g) }
            var sum = 0
            for (i, weight) in [5, 4, 3, 2, 7, 6, 5, 4, 3, 2].enumerated() { sum += weight * d[i] }
            let check = sum % 11 == 0 ? 0 : 11 - sum % 11
            if check < 10 { return d + [check] }
        }
    }

    static func card(_ g: inout Generator) -> [Int] {
        var d = [4] + (0..<14).map { _ in Int.random(in: 0...9, using: &g) }
        let sum = d.enumerated().reduce(0) { total, pair in
            let v = pair.offset % 2 == 0 ? pair.element * 2 : pair.element  // the check digit makes 16
            return total + (v > 9 ? v / 10 + v % 10 : v)
        }
        d.append((10 - sum % 10) % 10)
        return d
    }

    /// Norwegian IBAN: NO, check digits 98 − (account·"NO00" mod 97), the account.
    static func iban(_ account: [Int]) -> String {
        var rest = 0
        for digit in account + [2, 3, 2, 4, 0, 0] { rest = (rest * 10 + digit) % 97 }
        let check = 98 - rest
        return "NO" + (check < 10 ? "0" : "") + String(check) + account.map(String.init).joined()
    }

    /// Digits cut into groups at random, with one of the separators people use.
    static func spaced(_ d: [Int], _ g: inout Generator) -> String {
        let separator = ["", " ", ".", "-", "\u{A0}", " - ", "–"].randomElement(using: &g)!
        var out = ""
        for (i, digit) in d.enumerated() {
            if i > 0, Bool.random(using: &g) { out += separator }
            out += String(digit)
        }
        return out
    }
}

@Suite struct CheckDigitTests {
    @Test func agreesWithThePublishedRules() {
        var g = Generator(state: 1)
        for _ in 0..<300 {
            let id = Published.nationalID(&g)
            #expect(CheckDigits.isNationalID(id))
            var wrong = id
            wrong[10] = (wrong[10] + Int.random(in: 1...9, using: &g)) % 10
            #expect(!CheckDigits.isNationalID(wrong))
            let account = Published.account(&g)
            #expect(CheckDigits.isAccount(account))
            #expect(CheckDigits.isIBAN(Published.iban(account)))
            #expect(CheckDigits.isCard(Published.card(&g)))
        }
        #expect(CheckDigits.isIBAN("NO93 8601 1117 947"))
        #expect(CheckDigits.isIBAN("GB82 WEST 1234 5698 7654 32"))
        #expect(!CheckDigits.isIBAN("NO94 8601 1117 947"))
        #expect(CheckDigits.isCard([4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]))
        #expect(!CheckDigits.isCard([4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]))
    }

    @Test func theRuleOf2032AllowsFourRemainders() {
        // From any number of today: raise the first control digit by r and set the second to fit.
        var g = Generator(state: 3)
        var seen = 0
        while seen < 60 {
            let id = Published.nationalID(&g)
            for r in 1...3 where id[9] + r <= 9 {
                var d = id
                d[9] += r
                let s = zip(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).reduce(0) { $0 + $1.0 * $1.1 }
                let k2 = (11 - s % 11) % 11
                guard k2 < 10 else { continue }
                d[10] = k2
                #expect(CheckDigits.isNationalID(d))
                seen += 1
            }
        }
    }

    @Test func structuredNumbersAreFoundInEverySpacing() {
        var g = Generator(state: 11)
        for round in 0..<120 {
            let numbers: [(String, [EntityType])] = [
                (Published.spaced(Published.nationalID(&g), &g), [.nationalID]),
                (Published.spaced(Published.account(&g), &g), [.account, .nationalID]),
                (Published.spaced(Published.card(&g), &g), [.card]),
                ([2, 4, 9].randomElement(using: &g)!.description + Published.spaced((0..<7).map { _ in Int.random(in: 0...9, using: &g) }, &g), [.phone]),
            ]
            let (number, types) = numbers[round % numbers.count]
            let text = "Det er " + number + " som gjelder."
            let found = detector.detect(text: text)
            #expect(found.contains { types.contains($0.type) && slice(text, $0) == number }, "\(number) \(found.map { (slice(text, $0), $0.type, $0.rule) })")
        }
    }

    @Test func aWrongCheckDigitIsMaskedAllTheSame() {
        var g = Generator(state: 5)
        for _ in 0..<60 {
            let digits = (0..<11).map { _ in Int.random(in: 0...9, using: &g) }
            let number = Published.spaced(digits, &g)
            let text = "Tallet \(number) står der."
            let covered = detector.detect(text: text).reduce(0) { $0 + slice(text, $1).filter(\.isNumber).count }
            #expect(covered >= 11, "\(number)")
        }
    }

    @Test func ibanInGroups() {
        var g = Generator(state: 9)
        for _ in 0..<40 {
            let iban = Published.iban(Published.account(&g))
            let letters = Array(iban)
            for size in [4, 15] {
                let grouped = stride(from: 0, to: letters.count, by: size).map { String(letters[$0..<min($0 + size, letters.count)]) }.joined(separator: " ")
                let text = "Kontoen er \(grouped) ."
                #expect(detector.detect(text: text).contains { $0.type == .iban && slice(text, $0) == grouped }, "\(grouped)")
            }
        }
    }
}
