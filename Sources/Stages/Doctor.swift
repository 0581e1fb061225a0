import Alignment
import Foundation

/// What the machine has of what Ordrett can use.
public enum Doctor {
    public struct Check: Codable, Sendable {
        public var name: String
        public var purpose: String
        public var present: Bool
        public var required: Bool
        /// Version or place; empty when missing.
        public var found: String
        /// How to get it.
        public var remedy: String
    }

    public static func examine() -> [Check] {
        var checks: [Check] = []
        let apt = FileManager.default.isExecutableFile(atPath: "/usr/bin/apt-get")
        func install(_ debian: String, _ brew: String) -> String {
            apt ? "sudo apt-get install \(debian)" : "brew install \(brew)"
        }
        for (name, purpose, found) in LibraryVersions.all {
            checks.append(Check(name: name, purpose: purpose, present: true, required: true, found: found, remedy: ""))
        }
        let voices = (try? SpeechSynthesizer(voice: "nb")) != nil
        checks.append(
            Check(
                name: "espeak-ng voice nb", purpose: "places draft words in the sound", present: voices, required: true,
                found: voices ? "yes" : "", remedy: install("espeak-ng-data", "espeak-ng")))
        for (program, purpose, debian, brew) in [
            ("ffmpeg", "m4a, amr, wma and other formats of phones and dictaphones", "ffmpeg", "ffmpeg"),
            ("rsvg-convert", "makes PNG of the pictures", "librsvg2-bin", "librsvg"),
            ("soffice", "opens the documents; needed for PDF", "libreoffice-writer", "--cask libreoffice"),
        ] {
            let path = find(program)
            checks.append(
                Check(
                    name: program, purpose: purpose, present: path != nil, required: false, found: path ?? "",
                    remedy: "optional; \(install(debian, brew))"))
        }
        let apertium = ApertiumTranslator.find()
        checks.append(
            Check(
                name: "apertium nno-nob", purpose: "puts Nynorsk into Bokmål with fewer errors than the built-in rules",
                present: apertium != nil, required: false, found: apertium?.program.path ?? "",
                remedy: "optional; \(ApertiumTranslator.remedy)"))
        for engine in RecognizerTools.engines() {
            checks.append(
                Check(
                    name: engine.engine, purpose: "hears words by itself (words.engine: \(engine.engine))", present: engine.present,
                    required: false, found: engine.found, remedy: "optional; \(engine.remedy)"))
        }
        return checks
    }

    /// The program's path, when it is in PATH.
    static func find(_ program: String) -> String? {
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/\(program)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        return nil
    }
}
