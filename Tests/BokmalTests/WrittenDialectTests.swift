import Testing
@testable import Bokmal

@Suite struct WrittenDialectAreaTests {
    func bokmal(_ sentence: String) -> String {
        Normalizer().normalize(tokens: words(sentence), variety: .writtenDialect).map(\.text).joined(separator: " ")
    }

    /// Closed classes of the four areas, as the handbooks of dialectology list them.
    @Test(arguments: [
        // Nord
        ("korsn", "hvordan"), ("kordan", "hvordan"), ("koffer", "hvorfor"), ("kem", "hvem"), ("kor", "hvor"), ("dokkers", "deres"),
        ("dåkker", "dere"), ("nokka", "noe"), ("igjæn", "igjen"), ("hæm", "hjem"), ("kvelln", "kvelden"),
        // Trøndelag
        ("kæm", "hvem"), ("koss", "hvordan"), ("koffør", "hvorfor"), ("dåkk", "dere"), ("itj", "ikke"), ("ittnå", "ikke noe"),
        ("hainn", "han"), ("mett", "mitt"), ("vårres", "vår"), ("litjen", "liten"), ("gjekk", "gikk"), ("mainn", "mann"),
        // Vest
        ("kordan", "hvordan"), ("koffor", "hvorfor"), ("kven", "hvem"), ("okke", "oss"), ("dokke", "dere"), ("dykk", "dere"),
        ("kje", "ikke"), ("ikkje", "ikke"), ("noge", "noe"), ("frå", "fra"), ("vere", "være"), ("trur", "tror"),
        // Øst
        ("åssen", "hvordan"), ("håssen", "hvordan"), ("åffer", "hvorfor"), ("håkken", "hvem"), ("itte", "ikke"), ("inte", "ikke"),
        ("dom", "de"), ("øss", "oss"), ("døkk", "dere"), ("jæ", "jeg"), ("je", "jeg"), ("no'n", "noen"),
    ])
    func closedClasses(_ dialect: String, _ expected: String) {
        #expect(bokmal(dialect) == expected)
    }

    @Test(arguments: [
        // Plurals, definite and indefinite
        ("båtan", "båtene"), ("guttan", "guttene"), ("husan", "husene"), ("bilane", "bilene"), ("ungar", "unger"), ("daga", "dager"),
        // Adjectives: -leg, -aste, -ast, -are
        ("hyggeleg", "hyggelig"), ("finaste", "fineste"), ("vakraste", "vakreste"),
        // Palatals and diphthongs
        ("mannj", "mann"), ("heilt", "helt"), ("bein", "bein"),
        // Compounds whose last part is dialect
        ("skoleveian", "skoleveiene"), ("fotballkampan", "fotballkampene"),
    ])
    func morphology(_ dialect: String, _ expected: String) {
        #expect(bokmal(dialect) == expected)
    }

    /// Between two rewritings that are words, the usual word wins.
    @Test(arguments: [("møtan", "møtene"), ("timan", "timene"), ("vekslan", "vekslene"), ("pengan", "pengene")])
    func theUsualWordWins(_ dialect: String, _ expected: String) {
        #expect(bokmal(dialect) == expected)
    }

    /// The same spelling, settled by its neighbours.
    @Test(arguments: [
        ("ka e klokka", "hva er klokka"), ("me vil ha kaffi", "vi vil"), ("han kjem me bussen", "han kommer med bussen"),
        ("eg har vore her før", "jeg har vært her før"), ("de e kaldt", "det er kaldt"), ("æ e trøtt", "jeg er trøtt"),
        ("vess du vil", "hvis du vil"), ("æ ska gjør det", "jeg skal gjøre det"), ("kan du finn", "kan du finne"), ("me må å handle", "vi må"), ("han prøvde å bestille", "han prøvde å bestille"),
    ])
    func contextChooses(_ sentence: String, _ expected: String) {
        #expect(bokmal(sentence).hasPrefix(expected))
    }

    /// Every line of the table: a form, then forms of Bokmål; the table is where a study's people add words.
    @Test func tableLeadsToBokmal() {
        let forms = WordForms.shared
        for (form, alternatives) in WrittenDialectTable.shared.alternatives {
            #expect(!form.isEmpty && form == form.lowercased())
            #expect(!alternatives.isEmpty)
            for word in alternatives.flatMap({ words($0) }) { #expect(forms.contains(word), "\(form) → \(word)") }
        }
    }

    @Test func nothingIsLeftOut() {
        // What no rule reads is reported as left, not guessed.
        let result = Normalizer().normalize(tokens: ["xqwzk"], variety: .writtenDialect)
        #expect(result[0].text == "xqwzk" && result[0].rule == "left")
    }
}
