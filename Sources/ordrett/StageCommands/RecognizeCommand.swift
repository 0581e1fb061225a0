import ArgumentParser
import Foundation
import Stages

struct RecognizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recognize", abstract: "Words that a speech recogniser hears: start, end and word on stdout.",
        discussion: """
            Examples:
              ordrett recognize a.wav > a.words.tsv                                 faster-whisper, large NB-Whisper
              ordrett recognize a.wav --engine whisper.cpp --model nb-whisper-small-ggml
              ordrett recognize a.wav --engine command -- ./kaldi.sh {wav} {language} > a.words.tsv

            What the recogniser needs is set up by 'ordrett recognizer install' and 'ordrett model download'. A program after
            '--' gets a 16 kHz mono WAV and writes a line {"word", "start", "end"} for each word. What looks wrong (speech
            without words, loops, times that run backwards) is told on stderr.
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Option(help: ArgumentHelp(
        "faster-whisper, whisper.cpp or command; the last by itself when a program stands after '--'.", valueName: "name"))
    var engine: String?
    @Option(help: ArgumentHelp("A name from 'ordrett model list', or a path.", valueName: "model")) var model = ""
    @Option(help: ArgumentHelp("A more literal model for a second pass that restores fillers.", valueName: "model"))
    var verbatimModel = ""
    @Option(help: ArgumentHelp("Path of whisper-cli, or of the Python with faster-whisper.", valueName: "program")) var program = ""
    @Option(help: ArgumentHelp("Words to expect.", valueName: "text")) var prompt = ""
    @Option(help: ArgumentHelp("nb, nn or no.", valueName: "code")) var language = "nb"
    @Flag(help: "The transcript as JSON on stdout, instead of a table.") var json = false
    @Argument(parsing: .postTerminator, help: ArgumentHelp("Another program, after '--'.", valueName: "program")) var command: [String] = []

    func validate() throws {
        if let engine, !RecognitionTool.engines.contains(engine) {
            throw ValidationError("--engine is one of \(RecognitionTool.engines.joined(separator: ", "))")
        }
        if !command.isEmpty, let engine, engine != "command" { throw ValidationError("a program after '--' goes with --engine command") }
    }

    func run() async throws {
        let line = ProgressLine("recognize")
        var options = RecognitionTool.Options()
        options.engine = engine ?? (command.isEmpty ? options.engine : "command")
        (options.model, options.verbatimModel, options.program) = (model, verbatimModel, program)
        (options.prompt, options.language, options.command) = (prompt, language, command)
        let (input, settled) = (input, options)
        let result = try await Interruption.guarding {
            do {
                return Result<RecognitionTool.Result, any Error>.success(
                    try await RecognitionTool.run(input, settled, progress: line.report))
            } catch { return .failure(error) }
        }.get()
        line.end()
        for finding in result.findings { Talk.say("finding: \(finding)") }
        Talk.data(json ? String(decoding: result.json, as: UTF8.self) : result.table)
    }
}
