import AudioIngest
import CodingStore
import Foundation
import Pipeline

/// Makes or completes a study folder. Never overwrites.
public enum StudyMaker {
    /// - Parameter recordings: a folder whose recordings are listed in `ordrett.yaml` where they lie.
    /// - Returns: what was made, by name.
    public static func make(at root: URL, pipeline: String, recordings: URL? = nil) throws -> [String] {
        let folders = Study.layout(root)
        var made: [String] = []
        try SafeFile.makeFolder(root, confidential: true)
        for (url, confidential) in [
            (root.appendingPathComponent(Study.recordingFolder), true), (root.appendingPathComponent(Study.draftFolder), true),
            (folders.confidential, true), (folders.sharing, true), (folders.cache, true),
        ] where !FileManager.default.fileExists(atPath: url.path) {
            try SafeFile.makeFolder(url, confidential: confidential)
            made.append(url.lastPathComponent + "/")
        }
        let file = root.appendingPathComponent(Study.fileName)
        if !FileManager.default.fileExists(atPath: file.path) {
            let found = try recordings.map { try RecordingScanner().scan([$0.path]) } ?? []
            try SafeFile.write(Data(text(pipeline: pipeline, recordings: found).utf8), to: file, confidential: true)
            made.append(Study.fileName)
        }
        // Backups and sync tools are told to leave the confidential folder alone where they read such files.
        let ignore = root.appendingPathComponent(".gitignore")
        if !FileManager.default.fileExists(atPath: ignore.path) {
            try SafeFile.write(Data("/fortrolig/\n/opptak/\n/utkast/\n/.ordrett/\n/koding/\n/koding.sqlite*\n/bokmal-ord.tsv\n".utf8), to: ignore, confidential: false)
            made.append(".gitignore")
        }
        let store = root.appendingPathComponent(Study.storeName)
        if !FileManager.default.fileExists(atPath: store.path) {
            _ = try CodingStore(store)
            made.append(Study.storeName)
        }
        return made
    }

    private static func text(pipeline: String, recordings: [RecordingCandidate]) -> String {
        var text = """
            # Studien. Skriv koder her, aldri navn: navn og koder kobles bare i koblingsnøkkelen, utenfor studien.
            study: studie
            pipeline: \(pipeline)
            # notation: helse             # helse, tekstlab, jefferson, gat2, noscribe, eller en egen .yaml-fil
            # policy: standard            # hva som blir av navn, steder og tall
            # key: /media/minnepinne      # hvor koblingsnøkkelen ligger; ellers hos deg, utenfor studien
            language: nb
            # coder: AB                   # hvem som koder når ingen annen er nevnt: initialer holder

            # retention:                  # «ordrett expire» sletter når dagen er kommet
            #   recordings: 2027-06-30
            #   key: 2027-12-31
            # consent: {required: true}   # opptak uten samtykke venter; «ordrett consent» fører det

            # participants:
            #   - {code: INT, label: Intervjuer, role: interviewer}
            #   - {code: I4, label: Informant 4, role: participant, attributes: {kommune: A}, consent: {given: 2026-01-10, quotes: yes}}

            """
        if recordings.isEmpty {
            text += """

                # Opptak i opptak/ tas med uten å stå her. Det som står her, går foran.
                # recordings:
                #   - id: P07
                #     file: opptak/R09_0001.wav      # eller files: [del1.wav, del2.wav]
                #     draft: utkast/P07.docx
                #     speakers: 2
                #     participants: [INT, I4]
                #     date: 2026-03-12
                #     wave: T1                       # runden av datainnsamling

                """
        } else {
            text += "\nrecordings:\n"
            for candidate in recordings {
                let quoted = candidate.parts.map { "'\($0.replacingOccurrences(of: "'", with: "''"))'" }
                text += "  - id: \(Study.safe(id: candidate.id))\n    files: [\(quoted.joined(separator: ", "))]\n"
            }
        }
        return text
    }
}
