import ArgumentParser
import Foundation
import Stages

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Models for speech recognisers: list, download, verify.",
        discussion: """
            Only 'download' uses the network. There are no built-in checksums: a model is held against the SHA-256 that the
            server declares, or the one you give; 'verify' finds later damage.

            Examples:
              ordrett model list
              ordrett model download nb-whisper-large-ct2
              ordrett model verify nb-whisper-large-ct2
            """,
        subcommands: [List.self, Download.self, Verify.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The models that are known, and which are here.")
        @Option(help: ArgumentHelp("Where models lie.", valueName: "dir"), completion: .directory) var folder: String?
        @Flag(help: "As JSON on stdout.") var json = false

        func run() throws {
            let models = RecognizerTools.models(folder: folder)
            if json { return try Talk.json(models) }
            var table = TextTable(header: ["model", "engine", "MB", "licence", "here"], rightAligned: [2])
            for model in models {
                let here =
                    switch model.state {
                    case "complete": "yes"
                    case "partial": "\((model.bytes ?? 0) / 1_000_000) MB of it"
                    default: "-"
                    }
                table.rows.append([model.id, model.engine, "\(model.megabytes)", model.licence, here])
            }
            Talk.data(table.text + "\n")
        }
    }

    struct Download: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch a model over the network; a download that broke off goes on where it stopped.")
        @Argument(help: "A model's name, as 'ordrett model list' shows it.") var id: String
        @Option(help: ArgumentHelp("Where models lie.", valueName: "dir"), completion: .directory) var folder: String?
        @Option(help: ArgumentHelp("A version of the model on the server.", valueName: "name")) var revision: String?
        @Option(help: ArgumentHelp("Another server that holds the same files.", valueName: "https://…")) var host: String?
        @Option(name: .customLong("sha256"), help: ArgumentHelp("The checksum a file must have.", valueName: "file=hex"))
        var checksums: [String] = []
        @Flag(help: "As JSON on stdout.") var json = false

        func run() async throws {
            let line = ProgressLine("download \(id)")
            let (id, folder, revision, host, checksums) = (id, folder, revision, host, checksums)
            let files = try await Interruption.guarding {
                do {
                    return Result<[RecognizerTools.ModelFile], any Error>.success(
                        try await RecognizerTools.download(
                            id, folder: folder, revision: revision, host: host, checksums: checksums,
                            progress: { _, bytes, total in
                                try line.report(total.map { $0 > 0 ? Double(bytes) / Double($0) : 0 } ?? 0)
                            }))
                } catch { return .failure(error) }
            }.get()
            line.end()
            try ModelCommand.show(files, json: json)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read a model again and compare with its checksums.")
        @Argument(help: "A model's name.") var id: String
        @Option(help: ArgumentHelp("Where models lie.", valueName: "dir"), completion: .directory) var folder: String?
        @Flag(help: "As JSON on stdout.") var json = false

        func run() async throws {
            let line = ProgressLine("verify \(id)")
            let (id, folder) = (id, folder)
            let files = try await Interruption.guarding {
                Result { try RecognizerTools.verify(id, folder: folder, progress: line.report) }
            }.get()
            line.end()
            try ModelCommand.show(files, json: json)
        }
    }

    private static func show(_ files: [RecognizerTools.ModelFile], json: Bool) throws {
        if json { return try Talk.json(files) }
        var table = TextTable(header: ["file", "bytes", "SHA-256", "checksum from"], rightAligned: [1])
        for file in files { table.rows.append([file.name, "\(file.bytes)", file.sha256, file.checksumFrom]) }
        Talk.data(table.text + "\n")
    }
}

struct RecognizerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recognizer", abstract: "Speech recognisers on this machine: list, install.",
        discussion: """
            Only 'install' uses the network, and not with --from.

            Examples:
              ordrett recognizer list
              ordrett recognizer install faster-whisper
              ordrett recognizer install faster-whisper --from wheels/     without network, from a folder of packages
            """,
        subcommands: [List.self, Install.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is here, and how to get the rest.")
        @Flag(help: "As JSON on stdout.") var json = false

        func run() throws {
            let engines = RecognizerTools.engines()
            if json { return try Talk.json(engines) }
            var table = TextTable(header: ["engine", "here", "found or how to get it"])
            for engine in engines {
                table.rows.append([engine.engine, engine.present ? "yes" : "-", engine.present ? engine.found : engine.remedy])
            }
            Talk.data(table.text + "\n")
        }
    }

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set up a recogniser in a Python environment of its own, over the network or from a folder.")
        @Argument(help: "faster-whisper") var engine: String
        @Option(help: ArgumentHelp("Where to install.", valueName: "dir"), completion: .directory) var folder: String?
        @Option(help: ArgumentHelp("A folder of packages to install from, without network.", valueName: "dir"), completion: .directory)
        var from: String?
        @Option(help: ArgumentHelp("The Python to use.", valueName: "program")) var python = "python3"

        func run() async throws {
            let (engine, folder, python, from) = (engine, folder, python, from)
            let version = try await Interruption.guarding {
                do {
                    return Result<String, any Error>.success(
                        try await RecognizerTools.install(
                            engine, folder: folder, python: python, packages: from, say: { Talk.say("\($0) …") }))
                } catch { return .failure(error) }
            }.get()
            Talk.say("\(engine) \(version) is ready")
        }
    }
}
