import ArgumentParser
import Foundation
import Stages

@main
struct Ordrett: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ordrett",
        abstract: "Recorded interviews to anonymised, coded Bokmål transcripts, on your own machine.",
        discussion: """
            Examples:
              ordrett init studie                      make a study folder
              ordrett run                              process what is new in the study you stand in
              ordrett run intervju opptak/P07.wav      one recording through a named pipeline
              ordrett run Pipelines/intervju.yaml SampleAudio --out DIR
              ordrett inspect opptak/P07.wav           can this recording be trusted?
              ordrett vad a.wav > a.rttm               one stage alone, in the field's formats

            Nothing leaves the machine; 'model download' and 'recognizer install' alone use the network. Data go to stdout, talk to stderr.
            Exit codes: 0 all done, 1 some items failed, 2 internal fault, 3 waits for a signature or must not be shared, 64 wrong use, 65 bad input, 75 shares are missing, 130 stopped.
            Shell completions: ordrett --generate-completion-script bash|zsh|fish
            """,
        version: OrdrettVersion.text,
        subcommands: [SynthesisWorkerCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Study", subcommands: [InitCommand.self, RunCommand.self, PlanCommand.self, StatusCommand.self, WatchCommand.self]),
            CommandGroup(name: "Runs", subcommands: [ExplainCommand.self, DiffCommand.self, LogCommand.self, GCCommand.self]),
            CommandGroup(name: "Many machines", subcommands: [ClusterCommand.self, GatherCommand.self, FailedCommand.self]),
            CommandGroup(name: "Participants", subcommands: [ConsentCommand.self, DiscloseCommand.self, WithdrawCommand.self, ExpireCommand.self]),
            CommandGroup(
                name: "Look", subcommands: [InspectCommand.self, DoctorCommand.self, PipelinesCommand.self, NotationCommand.self]),
            CommandGroup(
                name: "Stages",
                subcommands: [
                    VADCommand.self, DiarizeCommand.self, PitchCommand.self, RecognizeCommand.self, WordsCommand.self,
                    AlignCommand.self,
                    ProsodyCommand.self, BokmalCommand.self, ChangesCommand.self, AnonymizeCommand.self, AuditCommand.self, AuditFilesCommand.self, ReviewFindingsCommand.self, StoreCommand.self,
                    ExportCommand.self, RedactAudioCommand.self, FigureCommand.self, StatisticsCommand.self, QuoteCommand.self,
                ]),
            CommandGroup(name: "Analyse", subcommands: [CodeCommand.self]),
            CommandGroup(name: "Protect", subcommands: [KeyCommand.self]),
            CommandGroup(name: "Recognisers", subcommands: [RecognizerCommand.self, ModelCommand.self]),
            CommandGroup(name: "Measure", subcommands: [ScoreCommand.self]),
        ])

    static func main() async {
        // A closed pipe (`ordrett vad a.wav | head`) is an ordinary end, not a crash.
        signal(SIGPIPE, SIG_IGN)
        // The memory of a program that crashes holds names: no core file is written of it, nor of what it starts.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Darwin)
            setrlimit(RLIMIT_CORE, &none)
        #else
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        #endif
        PassphraseSource.takeFromEnvironment()
        Leftovers.sweep()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Exit.end(error, usage: { exit(withError: $0) })
        }
    }
}
