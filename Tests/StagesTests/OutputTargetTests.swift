import Foundation
import Testing

@testable import Stages

@Suite struct OutputTargetTests {
    /// A study's folder with a recording, a draft and a table.
    private final class Bench {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("target-" + UUID().uuidString)
        init(isStudy: Bool = true) throws {
            for folder in ["opptak", "utkast", "deling/under", "fortrolig", "annet"] {
                try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
            }
            if isStudy { try Data().write(to: root.appendingPathComponent("ordrett.yaml")) }
            try Data("RIFF".utf8).write(to: root.appendingPathComponent("annet/rec.wav"))
            try Data("name: x".utf8).write(to: root.appendingPathComponent("annet/my.yaml"))
        }
        deinit { try? FileManager.default.removeItem(at: root) }

        func path(_ name: String) -> String { root.path + "/" + name }

        /// What is said of a target that is refused; nil when it is taken.
        func refusal(_ name: String, named: String? = "P07.html", confidential: Bool = false, inputs: [String] = []) -> String? {
            do {
                _ = try OutputTarget.file(path(name), named: named, confidential: confidential, inputs: inputs.map(path))
                return nil
            } catch { return (error as? RequestFault)?.description ?? "\(type(of: error))" }
        }
    }

    @Test func nothingThatIsReadIsWrittenOver() throws {
        let bench = try Bench()
        let inputs = ["annet/sealed.json", "annet/rec.wav", "annet/my.yaml"]
        for name in ["annet/rec.wav", "annet/my.yaml", "annet/../annet/rec.wav"] {
            #expect(bench.refusal(name, inputs: inputs)?.contains("one of the inputs") == true, "\(name)")
        }
        #expect(bench.refusal("annet/P07.svg", inputs: inputs) == nil)
        // By another name of the same file.
        try FileManager.default.createSymbolicLink(atPath: bench.path("annet/link.wav"), withDestinationPath: "rec.wav")
        try FileManager.default.linkItem(atPath: bench.path("annet/rec.wav"), toPath: bench.path("annet/hard.wav"))
        for name in ["annet/link.wav", "annet/hard.wav"] { #expect(bench.refusal(name, inputs: inputs)?.contains("one of the inputs") == true, "\(name)") }
        // A folder into which the result goes under an input's name.
        #expect(bench.refusal("annet/", named: "my.yaml", inputs: inputs) != nil)
        // A shipped table's name is no file.
        #expect(bench.refusal("annet/helse", inputs: ["annet/helse"]) == nil)
    }

    @Test(arguments: ["opptak/ny.wav", "opptak/P07.wav", "utkast/P07.docx", "utkast/", "Opptak/../opptak/dypt/", "annet/inn/x.html"])
    func aStudysOriginalsAreLeftAlone(name: String) throws {
        let bench = try Bench()
        try FileManager.default.createSymbolicLink(atPath: bench.path("annet/inn"), withDestinationPath: "../opptak")
        try FileManager.default.createDirectory(atPath: bench.path("Opptak"), withIntermediateDirectories: true)
        #expect(bench.refusal(name)?.contains("originals") == true)
        // Elsewhere a folder may be called what it likes.
        #expect(try Bench(isStudy: false).refusal("opptak/ny.wav") == nil)
    }

    @Test(arguments: ["deling/", "deling/P07.html", "deling/under/", "deling/ny/", "annet/ut/", "annet/fil.html"])
    func aRawTranscriptsFileNeverLandsAmongThoseForSharing(name: String) throws {
        let bench = try Bench()
        try FileManager.default.createSymbolicLink(atPath: bench.path("annet/ut"), withDestinationPath: "../deling/under")
        try FileManager.default.createSymbolicLink(atPath: bench.path("annet/fil.html"), withDestinationPath: "../deling/ikke-ennå.html")
        #expect(bench.refusal(name, confidential: true)?.contains("for sharing") == true)
        #expect(!FileManager.default.fileExists(atPath: bench.path("deling/ny")))
        #expect(bench.refusal(name) == nil)
        #expect(bench.refusal("fortrolig/", confidential: true) == nil)
        // What `run --out` wrote to has no ordrett.yaml.
        let bare = try Bench(isStudy: false)
        #expect(bare.refusal("deling/", confidential: true) == nil)
        try FileManager.default.createDirectory(atPath: bare.path(".ordrett"), withIntermediateDirectories: true)
        #expect(bare.refusal("deling/", confidential: true) != nil)
    }

    @Test func aSlashAtTheEndMeansAFolder() throws {
        let bench = try Bench()
        #expect(OutputTarget.isFolder("tall/") && OutputTarget.isFolder(bench.path("annet")) && !OutputTarget.isFolder(bench.path("tall")))
        let made = try OutputTarget.file(bench.path("tall/"), named: "studie.csv", confidential: true, inputs: [])
        #expect(made.path.hasSuffix("/tall/studie.csv"))
        let mode = try FileManager.default.attributesOfItem(atPath: bench.path("tall"))[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(bench.refusal("borte/fil.csv")?.contains("no folder") == true)
        #expect(bench.refusal("annet/", named: nil)?.contains("is a folder") == true)
    }
}
