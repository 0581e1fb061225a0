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

    static let phrases: KeyRegister = {
        let names = [("mo i rana", EntityType.place), ("nedre husvik", .place), ("sykehuset i levanger", .healthUnit), ("hansens trikotasje", .organisation), ("fire år", .age)]
        let found = names.enumerated().map { TranscriptDetection(turn: 1, wordIDs: [$0.offset], type: $0.element.1, key: $0.element.0, score: 1, rule: "test") }
        return KeyRegister.assign(register: KeyRegister(), detections: [("P01", found)], policy: try! .shipped("standard"))
    }()

    @Test(arguments: [
        ("vi bodde i mo i rana da", "i mo i rana", false), ("Det var Mo i Ranas beste år.", "Mo i Ranas", true), ("nede på nedre husvik var det fint", "nedre husvik", false),
        ("hun lå på sykehuset i levanger lenge", "sykehuset i levanger", false), ("jeg sydde på hansens trikotasje den gang", "hansens trikotasje", false),
    ]) func aNameOfSeveralWordsIsReplacedWhereNothingWasDetected(_ sentence: String, _ name: String, _ isGenitive: Bool) throws {
        let out = Anonymizer(policy: try .shipped("standard"), register: Self.phrases).anonymize(transcript([sentence], id: "P02"), detections: [])
        let left = plain(out.document)
        #expect(!left.lowercased().contains(name.lowercased().hasPrefix("i ") ? String(name.dropFirst(2)) : name.lowercased()), "\(left)")
        let before = sentence.split(separator: " ").count, inside = name.split(separator: " ").count
        // What stands around the name stays.
        #expect(left.split(separator: " ").first == sentence.split(separator: " ").first && left.split(separator: " ").count > before - inside, "\(left)")
        #expect(!isGenitive || left.contains("s beste år."), "\(left)")
    }

    @Test func aNameOfSeveralWordsTakesInWhatWasDetectedOfIt() throws {
        let t = transcript(["vi bodde på nedre husvik og i fire år"], id: "P02")
        let part = TranscriptDetection(turn: 1, wordIDs: [5], type: .place, key: "husvik", score: 1, rule: "test")
        let left = plain(Anonymizer(policy: try .shipped("standard"), register: Self.phrases).anonymize(t, detections: [part]).document)
        #expect(!left.contains("nedre") && !left.contains("husvik"), "\(left)")
        // Ages and dates are said of many.
        #expect(left.hasSuffix("i fire år"), "\(left)")
    }
}
