/// What an export or import did, adjusted and left out: for the person, and as JSON for scripts. Never quotes participants' words.
public struct ExchangeReport: Codable, Sendable, Hashable {
    public enum Language: String, Sendable, CaseIterable { case bokmal, english }

    public struct Notice: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable {
            /// Taken, in another form.
            case adjusted
            /// Not taken.
            case leftOut
            /// To be known before going on.
            case warning
        }
        public var kind: Kind
        public var code: NoticeCode
        public var count: Int
        /// Names of sources, elements, conventions; empty where the count says all.
        public var details: [String]
    }

    /// How many of each came over: `codes`, `codings`, `sources`, …
    public var counts: [String: Int] = [:]
    public var notices: [Notice] = []
    /// The program that wrote an imported file, as it says of itself.
    public var origin: String?
    /// The backup made before an import.
    public var backup: String?

    public init() {}

    mutating func note(_ kind: Notice.Kind, _ code: NoticeCode, _ count: Int = 1, _ detail: String? = nil) {
        guard count > 0 else { return }
        if let index = notices.firstIndex(where: { $0.code == code && $0.kind == kind }) {
            notices[index].count += count
            if let detail, !notices[index].details.contains(detail), notices[index].details.count < 50 { notices[index].details.append(detail) }
        } else {
            notices.append(Notice(kind: kind, code: code, count: count, details: detail.map { [$0] } ?? []))
        }
    }

    /// Lines for a person.
    public func render(_ language: Language = .bokmal) -> String {
        var lines: [String] = []
        let told = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.value) \(Self.word($0.key, language))" }
        if !told.isEmpty { lines.append(told.joined(separator: ", ")) }
        for kind in [Notice.Kind.warning, .leftOut, .adjusted] {
            for notice in notices where notice.kind == kind {
                let head =
                    switch (kind, language) {
                    case (.warning, .bokmal): "Merk"
                    case (.leftOut, .bokmal): "Utelatt"
                    case (.adjusted, .bokmal): "Tilpasset"
                    case (.warning, .english): "Note"
                    case (.leftOut, .english): "Left out"
                    case (.adjusted, .english): "Adjusted"
                    }
                let details = notice.details.isEmpty ? "" : ": " + notice.details.joined(separator: ", ")
                let sentence = language == .bokmal ? notice.code.bokmal : notice.code.english
                lines.append("\(head): " + sentence.replacing("{n}", with: String(notice.count)) + details)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static let words: [String: String] = [
        "attributes": "egenskaper", "cases": "kasus", "codes": "koder", "codings": "kodinger", "coders": "kodere", "graphs": "kart", "links": "lenker",
        "memos": "memoer", "rounds": "runder", "sets": "sett og temaer", "sources": "kilder", "syncPoints": "synkpunkter", "units": "meningsenheter",
        "values": "verdier", "members": "medlemskap", "rows": "rader",
    ]

    private static func word(_ key: String, _ language: Language) -> String {
        switch language {
        case .bokmal: words[key] ?? key
        case .english: key == "syncPoints" ? "sync points" : key == "units" ? "meaning units" : key == "sets" ? "sets and themes" : key
        }
    }
}

/// What can be said of an exchange, in both languages; `{n}` is the count.
public enum NoticeCode: String, Codable, Sendable, CaseIterable {
    // Export.
    case historyStays, oldVersionsStay, danglingReferences, soundStays, timesStay, roundsAreMarked, sameCodeNames, unreadableGraph, speakersAreMarked
    case missingText, otherMembers, astral
    // Import.
    case positions, bom, decoded, richTextOnly, emptyContainers, unknownElements, childOrder, missingUsers, braces, repeatedNames, wholeSources, placedByTime
    case placesOnPictures, placesOutside, mediaStay, missingTexts, wrongColors, furtherTargets, caseSelections, caseCodes, codedNotes, wrongValues, dangling
    case renamed, lostUnits, unreadableParts, unsafePaths, duplicateGUIDs, missingGUIDs, wrongTimes, identifiersVouched, identifiersInNames, projects
    case annotations, stood, overlappingHTML, versions, fileAttributes

    var bokmal: String {
        switch self {
        case .historyStays: "historikken ({n} linjer) finnes ikke i formatet og blir i kodelageret"
        case .oldVersionsStay: "{n} meningsenheter står på eldre versjoner av teksten, fordi ordene er borte i den nyeste"
        case .danglingReferences: "{n} henvisninger til noe som ikke er med"
        case .soundStays: "{n} kilder har ikke lyd som kan vises til"
        case .timesStay: "tidspunktene i {n} kilder, siden lyden ikke er med"
        case .roundsAreMarked: "{n} runder står som merkede linjer i beskrivelser; andre programmer viser dem som tekst"
        case .sameCodeNames: "{n} kodenavn brukes av flere koder; QualCoder har hvert navn bare én gang"
        case .unreadableGraph: "{n} kart som ikke lar seg lese"
        case .speakersAreMarked: "{n} koblinger mellom kasus og én taler står som merkede linjer; andre programmer ser talerens meningsenheter"
        case .missingText: "{n} kilder uten tekst"
        case .otherMembers: "{n} medlemmer av sett som en kodebok ikke har plass til"
        case .astral: "{n} tekster har emoji eller andre sjeldne tegn; et program som teller dem som to (NVivo for Windows), kan vise kodinger etter dem litt forskjøvet"
        case .positions: "plassene i teksten er lest som"
        case .bom: "{n} tekster med et byte order mark, som er tatt bort"
        case .decoded: "{n} tekster i en annen tegnkoding enn UTF-8"
        case .richTextOnly: "{n} kilder finnes bare som Word-fil; teksten er tatt ut av den"
        case .emptyContainers: "{n} tomme beholdere"
        case .unknownElements: "{n} elementer som ikke hører til standarden"
        case .childOrder: "{n} elementer i en annen rekkefølge enn standarden sier"
        case .missingUsers: "{n} brukere som filen viser til, men ikke navngir"
        case .braces: "{n} identifikatorer i klammer eller store bokstaver"
        case .repeatedNames: "{n} navn på utsnitt gjentok bare teksten og er tatt bort"
        case .wholeSources: "{n} kodinger gjelder en hel kilde og er lagt på hele teksten"
        case .placedByTime: "{n} utsnitt av lyd eller video er lagt på ordene ved hjelp av synkpunktene"
        case .placesOnPictures: "{n} utsnitt av bilder, sider eller lyd uten ord; de står som tapte meningsenheter"
        case .placesOutside: "{n} utsnitt lå helt eller delvis utenfor teksten"
        case .mediaStay: "{n} lyd-, bilde-, video- eller PDF-filer; bare tekst tas inn"
        case .missingTexts: "{n} kilder kom uten tekst; det som er kodet i dem, venter på den"
        case .wrongColors: "{n} farger som ikke er skrevet #rrggbb"
        case .furtherTargets: "{n} memoer gjelder flere ting; de øvrige er blitt lenker"
        case .caseSelections: "{n} koblinger mellom kasus og utsnitt"
        case .caseCodes: "{n} koblinger mellom kasus og koder er blitt lenker"
        case .codedNotes: "{n} utsnitt og kodinger i memoer"
        case .wrongValues: "{n} verdier som ikke er av variabelens type"
        case .dangling: "{n} henvisninger til noe som ikke er i filen"
        case .renamed: "{n} navn var opptatt eller kunne ikke brukes og er endret"
        case .lostUnits: "{n} meningsenheter står som tapte"
        case .unreadableParts: "{n} deler av filen lar seg ikke lese"
        case .unsafePaths: "{n} filbaner peker ut av arkivet og er ikke fulgt"
        case .duplicateGUIDs: "{n} identifikatorer er brukt flere ganger"
        case .missingGUIDs: "{n} ting uten gyldig identifikator fikk en ny"
        case .wrongTimes: "{n} tidspunkter som ikke lar seg lese"
        case .identifiersVouched: "{n} mulige direkte identifiserende opplysninger som noen svarer for"
        case .identifiersInNames: "{n} mulige direkte identifiserende opplysninger i navn, definisjoner eller verdier; se over dem"
        case .projects: "filen har {n} andre prosjekter"
        case .annotations: "{n} merknader til tekststeder er blitt memoer"
        case .stood: "{n} ting fantes fra før og står som de var"
        case .overlappingHTML: "formateringen i {n} dokumenter er tatt bort; plassene er regnet om"
        case .versions: "{n} kilder har fått en ny versjon av teksten; det som var kodet, fulgte ordene"
        case .fileAttributes: "{n} kasus uten navn gjaldt én kilde; verdiene er lagt på kilden"
        }
    }

    var english: String {
        switch self {
        case .historyStays: "the history ({n} lines) has no place in the format and stays in the coding store"
        case .oldVersionsStay: "{n} meaning units that stand on older versions of their text, because the words are gone from the newest"
        case .danglingReferences: "{n} references to what is not part of it"
        case .soundStays: "{n} sources have no sound that may be pointed at"
        case .timesStay: "times in {n} sources, since their sound is not part of it"
        case .roundsAreMarked: "{n} rounds stand as marked lines in descriptions; other programs show them as text"
        case .sameCodeNames: "{n} code names are used by several codes; QualCoder holds each name once"
        case .unreadableGraph: "{n} drawings that cannot be read"
        case .speakersAreMarked: "{n} ties between a case and one speaker stand as marked lines; other programs see the speaker's meaning units"
        case .missingText: "{n} sources without text"
        case .otherMembers: "{n} members of sets that a codebook has no room for"
        case .astral:
            "{n} texts hold emoji or other rare signs; a program that counts them as two (NVivo for Windows) may show codings behind them a little displaced"
        case .positions: "places in the text are read as"
        case .bom: "{n} texts with a byte order mark, which was taken away"
        case .decoded: "{n} texts in another encoding than UTF-8"
        case .richTextOnly: "{n} sources exist as a Word file only; their text was taken out of it"
        case .emptyContainers: "{n} empty containers"
        case .unknownElements: "{n} elements that are not in the standard"
        case .childOrder: "{n} elements in another order than the standard says"
        case .missingUsers: "{n} users that the file points at and does not name"
        case .braces: "{n} identifiers in braces or capitals"
        case .repeatedNames: "{n} names of selections only repeated the text and were taken away"
        case .wholeSources: "{n} codings are of a whole source and were put on all of its text"
        case .placedByTime: "{n} selections of sound or video were put on the words by sync points"
        case .placesOnPictures: "{n} selections of pictures, pages or sound without words; they stand as lost meaning units"
        case .placesOutside: "{n} selections lay outside the text, wholly or in part"
        case .mediaStay: "{n} sound, picture, video or PDF files; only text is taken in"
        case .missingTexts: "{n} sources came without their text; what is coded in them waits for it"
        case .wrongColors: "{n} colours that are not written #rrggbb"
        case .furtherTargets: "{n} memos are about several things; the further ones became links"
        case .caseSelections: "{n} ties between cases and selections"
        case .caseCodes: "{n} ties between cases and codes became links"
        case .codedNotes: "{n} selections and codings in memos"
        case .wrongValues: "{n} values that are not of their variable's type"
        case .dangling: "{n} references to what is not in the file"
        case .renamed: "{n} names were taken or could not be used and were changed"
        case .lostUnits: "{n} meaning units stand as lost"
        case .unreadableParts: "{n} parts of the file cannot be read"
        case .unsafePaths: "{n} paths lead out of the archive and were not followed"
        case .duplicateGUIDs: "{n} identifiers are used several times"
        case .missingGUIDs: "{n} things without a valid identifier got a new one"
        case .wrongTimes: "{n} times that cannot be read"
        case .identifiersVouched: "{n} possible direct identifiers that somebody answers for"
        case .identifiersInNames: "{n} possible direct identifiers in names, definitions or values; look through them"
        case .projects: "the file has {n} other projects"
        case .annotations: "{n} annotations of places in texts became memos"
        case .stood: "{n} things were here already and stand as they were"
        case .overlappingHTML: "the formatting of {n} documents was taken away; places were counted anew"
        case .versions: "{n} sources got a new version of their text; what was coded went with the words"
        case .fileAttributes: "{n} cases without a name were about one source; their values were put on it"
        }
    }
}
