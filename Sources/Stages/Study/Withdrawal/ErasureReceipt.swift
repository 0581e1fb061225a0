import Foundation
import Pipeline

/// Proof that something was erased, that says nothing of whom: no name, no code, no digest.
public struct ErasureReceipt: Codable, Sendable, Hashable {
    static let folder = "kvitteringer"

    public enum Occasion: String, Codable, Sendable {
        case withdrawal, retention
    }

    public enum Language: String, Codable, Sendable, CaseIterable { case bokmal, english }

    public var format = 1
    public var number: String
    public var occasion: Occasion
    /// The day (`2026-03-12`).
    public var date: String
    public var who: String
    /// What was erased, by kind.
    public var erased: [String: Int]
    /// Places where the search afterwards still found something.
    public var placesLeft: Int
    /// Files that the search could not look into.
    public var unread: Int
    /// Files whose old bytes the disk gave no way to write over; nil when there are none.
    public var notOverwritten: Int?

    /// A number that tells nothing, not even an order: `T-7QK2M9XD`. Without letters that are read as one another.
    static func newNumber() -> String {
        let signs = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ")
        var generator = SystemRandomNumberGenerator()
        return "T-" + String((0..<8).map { _ in signs[Int.random(in: 0..<signs.count, using: &generator)] })
    }

    private static let words: [String: (String, String)] = [
        "recordings": ("Lydfiler", "Sound files"), "drafts": ("Utkast", "Drafts"), "results": ("Mellomresultater og kjøringer", "Stored results and runs"),
        "shared": ("Filer i deling/", "Files in deling/"), "confidential": ("Filer i fortrolig/", "Files in fortrolig/"),
        "register": ("Oppføringer i koblingsnøkkelen", "Entries of the key register"), "store": ("Rader i kodedatabasen", "Rows of the coding store"),
        "studyWords": ("Linjer i studiens ordliste", "Lines of the study's table of words"), "settings": ("Oppføringer i ordrett.yaml", "Entries of ordrett.yaml"),
        "temporaries": ("Midlertidige filer", "Temporary files"), "edited": ("Filer der deltakeren ble tatt ut", "Files the participant was taken out of"),
        "key": ("Koblingsnøkler", "Key registers"),
    ]

    /// The receipt for people.
    public func text(_ language: Language = .bokmal) -> String {
        let isNorwegian = language == .bokmal
        let rows = erased.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { kind, count in
            "| \((isNorwegian ? Self.words[kind]?.0 : Self.words[kind]?.1) ?? kind) | \(count) |"
        }
        let left = placesLeft == 0 && unread == 0
        if isNorwegian {
            return """
                # Kvittering for sletting

                | | |
                |---|---|
                | Kvittering | \(number) |
                | Dato | \(date) |
                | Utført av | \(who) |
                | Grunn | \(occasion == .withdrawal ? "en deltaker trakk seg" : "lagringstiden er ute") |

                | Slettet | Antall |
                |---|---|
                \(rows.joined(separator: "\n"))

                \(left ? "Et søk gjennom hele studiens mappe etterpå fant ingenting igjen." : "Et søk etterpå fant noe igjen på \(placesLeft) steder, og kunne ikke se inn i \(unread) filer; den som utførte slettingen, har fått vite hvilke.")

                \(notOverwritten.map { "Av filene som ble endret, kunne det gamle innholdet i \($0) ikke skrives over; de øvrige" } ?? "Filene") ble skrevet over før de ble slettet. På SSD-er, filsystemer som kopierer ved skriving, og nettverksdisker kan
                gamle blokker likevel ligge igjen en tid. Kopier utenfor studiens mappe – på diktafonen, i sikkerhetskopier, i e-post –
                når programmet ikke; forskeren sletter dem for hånd.

                Kvitteringen sier ikke hvem den gjelder. Den som har nummeret, kan vise at slettingen er gjort.

                """
        }
        return """
            # Receipt of erasure

            | | |
            |---|---|
            | Receipt | \(number) |
            | Date | \(date) |
            | Done by | \(who) |
            | Reason | \(occasion == .withdrawal ? "a participant withdrew" : "the time of storage is over") |

            | Erased | Count |
            |---|---|
            \(rows.joined(separator: "\n"))

            \(left ? "A search through the whole of the study's folder afterwards found nothing left." : "A search afterwards still found something in \(placesLeft) places, and could not look into \(unread) files; who did the erasing knows which.")

            \(notOverwritten.map { "Of the files that were changed, the old content of \($0) could not be written over; the others" } ?? "The files") were written over before they were removed. On solid-state disks, copy-on-write file systems and network drives
            old blocks may stay for a time all the same. Copies outside the study's folder, on the dictaphone, in backups, in mails,
            are beyond the program's reach; the researcher erases them by hand.

            The receipt does not say whom it is about. Who has the number can show that the erasing was done.

            """
    }

    /// Writes the receipt, for people and for programs.
    /// - Returns: the file for people.
    func save(_ folders: OutputFolders, language: Language) throws -> URL {
        let folder = folders.confidential.appendingPathComponent(Self.folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try SafeFile.write(encoder.encode(self) + Data("\n".utf8), to: folder.appendingPathComponent(number + ".json"), confidential: true)
        let url = folder.appendingPathComponent(number + ".md")
        try SafeFile.write(Data(text(language).utf8), to: url, confidential: true)
        return url
    }
}
