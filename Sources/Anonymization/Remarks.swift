import Bokmal
import Foundation
import Transcript

/// The words in which remarks say what is heard and seen, and which name nobody.
enum RemarkWords {
    static func contains(_ lower: String) -> Bool { known.contains(lower) || Hesitation.isOne(lower) }

    /// "Int", "S02". Two letters alone may be somebody's initials.
    static func isSpeaker(_ token: TextToken) -> Bool {
        Detector.plainLabels.contains(token.lower) || token.text.contains(where: \.isNumber) && Detector.isCode(label: token.text)
    }

    /// Ends of compounds that no word list holds and that are a sound or a gesture: `Hundebjeffing`, `Bakgrunnsstøy`.
    static let tails = [
        "støy", "lyd", "lyder", "signal", "latter", "pause", "ringing", "klokke", "klokka", "gråt", "krampe", "stemme", "prat", "snakk",
        "musikk", "utbrudd", "banking", "bjeffing", "åpning", "alarm", "hoste", "smell", "susing", "skraping", "kremting", "telefon",
    ]

    private static let known: Set<String> = {
        let lists = [MarkVocabulary.laughter, MarkVocabulary.breath, MarkVocabulary.cough, Set(MarkVocabulary.tones.keys), MarkVocabulary.listening]
        return Set(own.split(whereSeparator: \.isWhitespace).map(String.init)).union(lists.flatMap(\.self))
    }()

    private static let own = """
        pause pauser tenkepause kunstpause stillhet stille silence tenker tenkjer nøler overlapp overlappende samtidig avbryter
        uhørbart uhørbar uhørlig uhøyrleg utydelig utydeleg uklart uforståelig inaudible unclear xx xxx xxxx
        s sek sekund sekunder sec second seconds min minutt minutter ca
        lang lange kort korte liten lengre long short litt mye svakt svak kraftig tydelig tungt tung dypt lett godt høyt høy lav lavt lenge
        igjen flere ganger begge alle fort sakte roper hvisker hviskende leende gråtende ironisk oppgitt muntert alvorlig spørrende
        i på av med og til fra for mot under over ved mens etter før ut inn opp ned bort seg sin sitt sine det en et den
        stemme stemmen tone tonen tonefall lyd lyder lyden støy bråk musikk opptak opptaket slutt start
        banker bank bord bordet stol stolen dør døra døren vindu vinduet telefon telefonen mobil mobilen ringer ringing piper klokka
        nikker rister hodet hånda hånden hender hendene ser peker viser trekker skuldrene skuldre smiler smil gråter gråt plystrer synger nynner
        klapper knipser drikker kaffe vann reiser setter går kommer åpner lukker skriver blar papir snufser
        intervjuer intervjueren informant informanten deltaker deltakeren moderator moderatoren hun han hen de
        heh puh æsj uff fytti tja coughing crosstalk phone rings ring door noise
        ler laughs laughing coughs sighs crying whispering smiles nods pauses both all
        """
}

/// What a remark is made of, when it is more than the known words.
struct RemarkReading {
    /// Words that no vocabulary of remarks holds.
    var isFree = false
    /// Words that are not Bokmål.
    var isDialect = false

    /// Whether a person must read it. What a listener said is talk, and only who said it is the writer's own.
    var needsReader: Bool { isFree || isDialect }

    /// - Parameter mark: its text without the register's codes.
    init(_ mark: Mark, detector: Detector, labels: Set<String>) {
        self.init(mark.text, detector: detector, labels: labels)
        guard mark.kind == .backchannel else { return }
        isFree = mark.text.firstIndex(of: ":").map {
            RemarkReading(String(mark.text[..<$0]), detector: detector, labels: labels).isFree
        } ?? false
    }

    private init(_ text: String, detector: Detector, labels: Set<String>) {
        for token in TokenizedText(text).tokens where token.kind == .word {
            // "(Tone gråter)": a word of the vocabulary, and a name.
            if token.isCapitalised, let entry = detector.lists.lookup(token.lower)?.entry, !entry.kinds.isDisjoint(with: .given) { isFree = true }
            if RemarkWords.contains(token.lower) || labels.contains(token.lower) || RemarkWords.isSpeaker(token) { continue }
            isFree = true
            if token.text.count > 1, !token.isCapitalised, !detector.isBokmal(token.lower) { isDialect = true }
        }
    }
}

extension Detector {
    /// Whether a form is Bokmål, be it in the word list, a compound of its words, or a name.
    func isBokmal(_ lower: String) -> Bool {
        words.contains(lower) || lists.lookup(lower) != nil || (words as? WordForms)?.isCompound(lower) ?? false
            || lower.contains("-") && lower.split(separator: "-").allSatisfy { words.contains(String($0)) }
    }
}
