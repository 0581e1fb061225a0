import Bokmal
import Testing
import Transcript

@testable import Anonymization

/// What one recording taught is replaced in every other.
@Suite struct RegisterMatcherTests {
    static let register: KeyRegister = {
        let people = [("kjersti", EntityType.person), ("torbjørn", .person), ("ingebrigt solvang", .person), ("kari", .person), ("melandsjøen", .place), ("bodø", .municipality)]
        let found = people.enumerated().map { TranscriptDetection(turn: 1, wordIDs: [$0.offset], type: $0.element.1, key: $0.element.0, score: 1, rule: "test") }
        return KeyRegister.assign(register: KeyRegister(), detections: [("P01", found)], policy: try! .shipped("standard"))
    }()

    @Test(arguments: [
        "Kjersti", "kjersti", "Kjerstis", "Kjærsti", "Torbjørn", "torbjørns", "Thorbjørn", "Torbjøn", "Ingebrigt", "Solvang", "Solvangs", "Ingebrikt", "Kari", "Cari", "Karis", "Melandsjøen",
        "melandsjøens", "Melansjøen", "Bodø", "bodøs", "Bodø-sykehuset", "bodøsykehuset", "bodøfolk",
    ]) func everyWritingIsReplaced(_ word: String) {
        let matcher = RegisterMatcher(Self.register, ordinary: WordForms.shared)
        #expect(matcher.code(for: word) != nil)
    }

    @Test func ordinaryWordsStay() throws {
        let matcher = RegisterMatcher(Self.register, ordinary: WordForms.shared)
        // The plain words of the marked sentences: none is in the register.
        var changed: Set<String> = []
        for name in ["family-histories", "ward-talk"] {
            for sentence in try MarkedSentence.read(name) {
                for token in TokenizedText(sentence.text).tokens where token.kind == .word {
                    if sentence.marks.contains(where: { $0.range.overlaps(token.start..<token.end) }) { continue }
                    if matcher.code(for: token.text) != nil { changed.insert(token.lower) }
                }
            }
        }
        #expect(changed.subtracting(["kari"]).isEmpty, "\(changed.sorted())")
        for word in ["kjerne", "torden", "karri", "solveggen", "bord", "melding", "bodde", "kasse"] where WordForms.shared.contains(word) {
            #expect(matcher.code(for: word) == nil, "\(word)")
        }
    }

    @Test func aNameOfOneRecordingIsReplacedInAnother() throws {
        let policy = try Policy.shipped("standard")
        let t = transcript(["og så kom torbjøn og kjersti innom en tur"], id: "P02")
        // The detector finds nothing here: only the register knows.
        let out = Anonymizer(policy: policy, register: Self.register).anonymize(t, detections: [])
        #expect(!plain(out.document).contains("torbjøn") && !plain(out.document).contains("kjersti"))
        #expect(plain(out.document).contains("og så kom"))
    }
}
