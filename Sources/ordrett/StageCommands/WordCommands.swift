import ArgumentParser
import Foundation
import Stages

struct WordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "words", abstract: "Read a draft: transcript JSON on stdout, without places in the sound.",
        discussion: """
            Example:
              ordrett words utkast/P07.docx --audio opptak/P07.wav > P07.json
            """)

    @Argument(help: "A draft: txt, docx, odt, rtf, srt, vtt, Whisper JSON, noScribe, otr, eaf or TextGrid.", completion: .file()) var draft: String
    @Option(help: ArgumentHelp("The recording it belongs to.", valueName: "file"), completion: .file()) var audio: String

    func run() throws {
        let result = try WordTools.words(draft, audio: audio)
        Talk.say(result.summary)
        Talk.data(String(decoding: result.json, as: UTF8.self))
    }
}

struct AlignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "align", abstract: "Place the words of a text in the sound: start, end and word on stdout.",
        discussion: """
            Examples:
              ordrett align a.wav a.txt --language nb > a.words.tsv
              ordrett align en.flac en.txt --language en-us

            A word that was typed but not found in the sound has '-' for its times.
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Argument(help: "Its text, in any form that 'ordrett words' reads.", completion: .file()) var text: String
    @Option(help: ArgumentHelp("Language of the talk: any espeak-ng voice.", valueName: "code")) var language = "nb"
    @Option(help: ArgumentHelp("RTTM that says where the speech is.", valueName: "rttm")) var vad: String?

    func run() async throws {
        let line = ProgressLine("align")
        let (input, text, language, vad) = (input, text, language, vad)
        let output = try await Interruption.guarding {
            Result { try WordTools.align(input, text: text, language: language, vad: vad, progress: line.report) }
        }.get()
        line.end()
        Talk.data(output)
    }
}

/// Serves synthetic speech to the aligner from a process of its own.
struct SynthesisWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: Voice.command, shouldDisplay: false)

    @Argument var voice: String

    func run() throws {
        // Ctrl-C goes to the whole group; the worker ends when the aligner closes the pipe.
        signal(SIGINT, SIG_IGN)
        try Voice.serve(voice)
    }
}
