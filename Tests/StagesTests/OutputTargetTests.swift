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
        func refusal(_ name: String, named: String? = "P07.html", holding content: OutputContent = .anonymised, inputs: [String] = []) -> String? {
            do {
                _ = try OutputTarget.file(path(name), named: named, holding: content, inputs: inputs.map(path))
                return nil
            } catch { return (error as? RequestFault)?.description ?? (error as? GateFault).map { "gate: \($0)" } ?? "\(type(of: error))" }
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
        #expect(bench.refusal(name, holding: .rawTranscript)?.hasPrefix("gate: ") == true)
        #expect(!FileManager.default.fileExists(atPath: bench.path("deling/ny")))
        #expect(bench.refusal(name) == nil)
        #expect(bench.refusal("fortrolig/", holding: .rawTranscript) == nil)
        // What `run --out` wrote to has no ordrett.yaml.
        let bare = try Bench(isStudy: false)
        #expect(bare.refusal("deling/", holding: .rawTranscript) == nil)
        try FileManager.default.createDirectory(atPath: bare.path(".ordrett"), withIntermediateDirectories: true)
        #expect(bare.refusal("deling/", holding: .rawTranscript) != nil)
    }

    @Test func aSlashAtTheEndMeansAFolder() throws {
        let bench = try Bench()
        #expect(OutputTarget.isFolder("tall/") && OutputTarget.isFolder(bench.path("annet")) && !OutputTarget.isFolder(bench.path("tall")))
        let made = try OutputTarget.file(bench.path("tall/"), named: "studie.csv", holding: .rawTranscript, inputs: [])
        #expect(made.path.hasSuffix("/tall/studie.csv"))
        let mode = try FileManager.default.attributesOfItem(atPath: bench.path("tall"))[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(bench.refusal("borte/fil.csv")?.contains("no folder") == true)
        #expect(bench.refusal("annet/", named: nil)?.contains("is a folder") == true)
    }

    /// The gate says what is the matter, and no two things are said to be the same.
    @Test func eachRefusalSaysWhatIsTheMatterAndWhatToDo() throws {
        let bench = try Bench(), words: [OutputContent: String] = [
            .rawTranscript: "transcript is raw", .wordsAsSaid: "words as they were said", .sound: "sound that is not redacted", .keyRegister: "key register",
            .disclosure: "personal data", .unaudited: "no audit",
        ]
        var said: Set<String> = []
        for content in OutputContent.allCases where content != .anonymised {
            let refusal = try #require(bench.refusal("deling/x", holding: content))
            #expect(refusal.contains(words[content] ?? "?") && (refusal.contains("write") || refusal.contains("name a folder")), "\(content)")
            said.insert(refusal)
            #expect(bench.refusal("annet/x", holding: content) == nil)
        }
        #expect(said.count == OutputContent.allCases.count - 1)
    }

    @Test func whatIsThereIsLeftAndLinksAreNotFollowed() throws {
        let bench = try Bench()
        func refusal(_ name: String, force: Bool = false) -> String? {
            do {
                _ = try OutputTarget.newFile(bench.path(name), named: "k.bin", holding: .keyRegister, inputs: [], force: force)
                return nil
            } catch { return (error as? RequestFault)?.description ?? "\(error)" }
        }
        #expect(refusal("annet/ny") == nil && refusal("annet/") == nil)
        try Data("gammel".utf8).write(to: bench.root.appendingPathComponent("annet/k.bin"))
        for name in ["annet/k.bin", "annet/", "annet"] {
            #expect(refusal(name)?.contains("already") == true, "\(name)")
            #expect(refusal(name, force: true) == nil, "\(name)")
        }
        for (link, target) in [("annet/a", "k.bin"), ("annet/b", "finnes-ikke")] {
            try FileManager.default.createSymbolicLink(atPath: bench.path(link), withDestinationPath: target)
            for force in [false, true] { #expect(refusal(link, force: force)?.contains("link") == true, "\(link)") }
        }
        #expect(try Data(contentsOf: bench.root.appendingPathComponent("annet/k.bin")) == Data("gammel".utf8))
    }
}
