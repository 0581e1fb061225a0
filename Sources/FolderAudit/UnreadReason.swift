/// Why something was not looked at. It never holds a text of the file.
public enum UnreadReason: Sendable, Hashable {
    case notThere, closedFolder, closedFile, link, unknownKind, unknownPart, macros, printerSettings, extraField, noPDFReader, noTextInPDF
    case filesInPDF, notesInPDF, brokenPDF, picture, packedPictureText, picturesInRichText, damaged, protected, bomb, twoOfOneName
    case notZip, notWholeArchive, notOffice, notOfficeOrProtected, notOpenDocument, notRichText, layeredRichText, unknownEncoding, entities, notXML
    /// Larger than so many bytes; more than so many files; archives in archives deeper than so; a part larger than so many bytes; a part
    /// of a document that is not there, by its name in the format.
    case larger(Int), tooMany(Int), tooDeep(Int), partLarger(Int), partMissing(String)
    /// From a report that was written elsewhere.
    case other(String)

    private static let plain: [UnreadReason: (english: String, bokmal: String)] = [
        .notThere: ("not there", "finnes ikke"),
        .closedFolder: ("a folder that may not be opened", "mappen kan ikke åpnes"),
        .closedFile: ("may not be opened", "filen kan ikke åpnes"),
        .link: ("a link or a device; what it points at is not read", "en lenke eller en enhet; det den peker på, er ikke lest"),
        .unknownKind: ("a kind of file that is not known", "en ukjent filtype"),
        .unknownPart: ("a part of unknown kind", "en del av ukjent slag"),
        .macros: ("macros are not read", "makroer leses ikke"),
        .printerSettings: ("printer settings are not read", "skriverinnstillinger leses ikke"),
        .extraField: ("a packer's own field, not all of it text", "et felt fra pakkeprogrammet, ikke bare tekst"),
        .noPDFReader: ("PDF is read by 'pdftotext'; install poppler-utils", "PDF leses av «pdftotext»; installer poppler-utils"),
        .noTextInPDF: ("no text in it: scanned pages must be looked at", "ingen tekst i den: skannede sider må ses på"),
        .filesInPDF: ("files inside a PDF are not read", "filer inni en PDF leses ikke"),
        .notesInPDF: ("notes and form fields in a PDF are not read", "merknader og skjemafelt i en PDF leses ikke"),
        .brokenPDF: ("damaged, protected by a password, or too much for 'pdftotext'", "skadet, beskyttet med passord, eller for mye for «pdftotext»"),
        .picture: ("what a picture shows must be looked at", "det bildet viser, må ses på"),
        .packedPictureText: ("compressed text in a picture is not read", "pakket tekst i et bilde leses ikke"),
        .picturesInRichText: ("pictures inside rich text are not read", "bilder inni RTF leses ikke"),
        .damaged: ("damaged", "skadet"),
        .protected: ("protected by a password", "beskyttet med passord"),
        .bomb: ("unpacks to more than is sensible (a zip bomb?)", "pakkes ut til mer enn rimelig (en zip-bombe?)"),
        .twoOfOneName: ("holds two files of the same name", "har to filer med samme navn"),
        .notZip: ("not a whole zip archive", "ikke et helt zip-arkiv"),
        .notWholeArchive: ("not a whole archive", "ikke et helt arkiv"),
        .notOffice: ("not a whole Office document", "ikke et helt Office-dokument"),
        .notOfficeOrProtected: ("not a whole Office document, or protected by a password", "ikke et helt Office-dokument, eller beskyttet med passord"),
        .notOpenDocument: ("not a whole OpenDocument file", "ikke en hel OpenDocument-fil"),
        .notRichText: ("not rich text", "ikke RTF"),
        .layeredRichText: ("rich text in too many layers", "RTF i for mange lag"),
        .unknownEncoding: ("not text in an encoding that is known", "ikke tekst i noen kjent tegnkoding"),
        .entities: ("XML that declares entities is not opened", "XML som erklærer entiteter, åpnes ikke"),
        .notXML: ("not whole XML", "ikke hel XML"),
    ]

    public var english: String { words.english }
    public var bokmal: String { words.bokmal }

    private var words: (english: String, bokmal: String) {
        switch self {
        case .larger(let bytes): ("larger than \(bytes >> 20) MiB", "større enn \(bytes >> 20) MiB")
        case .tooMany(let files): ("holds more than \(files) files", "har mer enn \(files) filer")
        case .tooDeep(let depth): ("archives in archives, more than \(depth) deep", "arkiver i arkiver, mer enn \(depth) i dybden")
        case .partLarger(let bytes): ("a part of it unpacks to more than \(bytes >> 20) MiB", "en del av den pakkes ut til mer enn \(bytes >> 20) MiB")
        case .partMissing(let name): ("'\(name)' is missing", "«\(name)» mangler")
        case .other(let text): (text, text)
        default: Self.plain[self] ?? ("not read", "ikke lest")
        }
    }

    /// All that need no number.
    static var allPlain: [UnreadReason] { plain.keys.sorted { $0.english < $1.english } }
}

/// In JSON its English words.
extension UnreadReason: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = Self.plain.first { $0.value.english == text }?.key ?? .other(text)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(english)
    }
}
