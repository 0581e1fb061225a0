import ArgumentParser
import Foundation
import Stages

struct DiarizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diarize", abstract: "Who speaks when: RTTM on stdout.",
        discussion: """
            Examples:
              ordrett diarize a.wav --speakers 2 > a.rttm
              ordrett diarize a.wav --max-speakers 5 --vad speech.rttm > a.rttm
              ordrett diarize a.wav --roles > a.rttm                      who asks, on stderr
              ordrett diarize a.wav --voice Kari=kari.wav > a.rttm        name the speaker who sounds like kari.wav
              ordrett diarize a.wav --speakers 2 -- ./pyannote.sh {wav} {rttm} {speakers} > a.rttm

            Give the number of speakers when you know it: that helps more than anything else.
            After '--' stands another program that does the work: it gets the recording as 16 kHz mono WAV {wav} and the
            number of speakers {speakers} (0 when not known), and writes RTTM to {rttm} or to its standard output.
            """)

    @Argument(help: "A recording.", completion: .file()) var input: String
    @Option(help: ArgumentHelp("How many people speak.", valueName: "n")) var speakers: Int?
    @Option(help: ArgumentHelp("The most there can be, when not known.", valueName: "n")) var maxSpeakers = 8
    @Option(help: ArgumentHelp("RTTM that says where the speech is.", valueName: "rttm")) var vad: String?
    @Flag(inversion: .prefixedNo, help: "Mark second speakers where two speak at once.") var overlap = true
    @Flag(help: "Say who probably asks and who answers, on stderr.") var roles = false
    @Flag(help: "Speakers with roles, and segments, as JSON on stdout instead of RTTM.") var json = false
    @Option(help: ArgumentHelp("A known voice: name=recording; may be repeated.", valueName: "name=file")) var voice: [String] = []
    @Option(help: ArgumentHelp("Seconds another program may take.", valueName: "s")) var timeout = 7_200.0
    @Argument(parsing: .postTerminator, help: ArgumentHelp("Another program, after '--'.", valueName: "program")) var command: [String] = []

    func validate() throws {
        if let speakers, !(1...20).contains(speakers) { throw ValidationError("--speakers is from 1 to 20") }
        if !(1...20).contains(maxSpeakers) { throw ValidationError("--max-speakers is from 1 to 20") }
        if speakers != nil && maxSpeakers != 8 { throw ValidationError("give --speakers or --max-speakers, not both") }
        if vad != nil && !command.isEmpty { throw ValidationError("--vad is for Ordrett's own method; another program finds the speech itself") }
        if !(1...604_800).contains(timeout) { throw ValidationError("--timeout is from 1 to 604800 seconds") }
        for text in voice where text.split(separator: "=", maxSplits: 1).count != 2 {
            throw ValidationError("--voice expects name=recording, for example Kari=kari.wav")
        }
    }

    func run() async throws {
        let line = ProgressLine("diarize")
        var options = DiarizationTool.Options()
        options.speakers = speakers
        options.maxSpeakers = maxSpeakers
        options.vad = vad
        options.command = command
        options.timeout = timeout
        options.roles = roles || json
        options.overlap = overlap
        options.voices = voice.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            return (name: String(parts[0]), path: String(parts[1]))
        }
        let (input, settled) = (input, options)
        let result = try await Interruption.guarding {
            Result { try DiarizationTool.run(input, settled, progress: line.report) }
        }.get()
        line.end()
        for note in result.notes { Talk.say("note: \(note)") }
        if json { return try Talk.json(result) }
        if roles {
            var table = TextTable(header: ["speaker", "role", "confidence", "seconds", "turns"], rightAligned: [2, 3, 4])
            for speaker in result.speakers {
                table.rows.append([
                    speaker.label, speaker.role, "\(Int((100 * speaker.confidence).rounded())) %",
                    String(speaker.seconds), String(speaker.turns),
                ])
            }
            Talk.say(table.text)
        }
        Talk.data(result.rttm)
    }
}
