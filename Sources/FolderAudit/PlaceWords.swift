/// Places in files, as readers name them in English, in the report's language. Names of parts, sheets and properties stay as the file
/// has them.
enum PlaceWords {
    /// Whole phrases first: a phrase stands for itself, not for its words.
    private static let phrases: [(english: String, bokmal: String)] = [
        ("comment's or change's author", "forfatter av merknad eller endring"), ("comment's author", "merknadens forfatter"), ("change's author", "endringens forfatter"),
        ("people of the document", "personer i dokumentet"), ("hidden text at paragraph", "skjult tekst ved avsnitt"), ("picture at paragraph", "bilde ved avsnitt"),
        ("archive comment on", "arkivets merknad til"), ("archive comment", "arkivets merknad"), ("link's title", "lenkens tittel"), ("sheet or table name", "navn på ark eller tabell"),
        ("sheet name", "arknavn"), ("attached template", "tilknyttet mal"), ("document variable", "dokumentvariabel"), ("content control", "innholdskontroll"),
        ("comments and changes", "merknader og endringer"), ("tracked changes", "sporede endringer"), ("ID3 picture", "ID3-bilde"), ("extra field", "ekstra felt"),
    ]
    private static let words: [String: String] = [
        "paragraph": "avsnitt", "line": "linje", "page": "side", "pages": "sider", "row": "rad", "header": "topp-/bunntekst",
        "footer": "bunntekst", "footnote": "fotnote", "note": "note", "comment": "merknad", "comments": "merknader", "picture": "bilde", "pictures": "bilder",
        "attachments": "vedlegg", "annotations": "merknader", "marker": "markør", "tag": "felt", "tags": "felt", "field": "felt", "link": "lenke", "object": "objekt",
        "script": "skript", "template": "mal", "people": "personer", "name": "navn", "properties": "egenskaper", "properties:": "egenskaper:",
        "settings:": "innstillinger:", "table": "tabell", "property": "egenskap",
    ]

    static func text(_ place: String, bokmal: Bool) -> String {
        guard bokmal else { return place }
        for (english, own) in phrases where place == english || place.hasPrefix(english + " ") {
            let rest = place.dropFirst(english.count)
            // What follows is a number or a part's own name; only the link between them is ours.
            return own + rest.replacing(" of ", with: " i ")
        }
        return place.split(separator: " ", omittingEmptySubsequences: false).map { words[String($0)] ?? String($0) }.joined(separator: " ")
    }
}
