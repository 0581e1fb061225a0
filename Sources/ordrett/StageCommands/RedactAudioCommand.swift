import ArgumentParser
import Foundation
import Pipeline
import Stages

struct RedactAudioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact-audio", abstract: "A copy of a recording, as FLAC, in which spoken names and other identifiers are not heard.",
        discussion: """
            Examples:
              ordrett redact-audio P07                                   in a study: fortrolig/P07.sladdet.flac and its report
              ordrett redact-audio P07 --beep --disguise                 and every speaker's voice moved in pitch and resonance
              ordrett redact-audio P07 --out deling/ --by "Kari Forsker"  after its audit is signed, and the copy listened to
              ordrett redact-audio a.wav --words a.words.tsv --out a.sladdet.flac
              ordrett redact-audio a.wav --spans hemmelig.tsv --margin 0 --out a.sladdet.flac

            In a study, every word goes that anonymisation replaced. Outside one, identifiers are looked for in the words (start, end and
            word, as 'ordrett align' writes them, or a raw transcript's JSON), or --spans says where they are (start and end in seconds).
            Where a word's time is not known, the whole stretch between its neighbours goes, and the report says so. Times, rate and bits
            stay; titles, dates and recorder's names do not. The copy is read again and checked before it is kept.

            A voice identifies, a disguised one, too, for somebody who tries: the copy is confidential. Into deling/ it goes only from a study
            where the recording's audit is signed as it is now, and with --by, who has listened to it; else the exit code is 3. It is then
            listed in deling/ID.signert.json, and the report stays in fortrolig/.
            """)

    @Argument(help: "A recording of the study, or a sound file.", completion: .file()) var input: String
    @Option(help: ArgumentHelp("The study; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("A sound file's words with their times.", valueName: "file"), completion: .file()) var words: String?
    @Option(help: ArgumentHelp("Detections in a transcript given with --words; by default they are looked for.", valueName: "file"), completion: .file())
    var detections: String?
    @Option(help: ArgumentHelp("Stretches to take out: start and end in seconds, one a line.", valueName: "file"), completion: .file()) var spans: String?
    @Option(help: ArgumentHelp("With --words: a shipped policy or a .yaml file; types that it keeps are not taken out.", valueName: "policy"))
    var policy: String?
    @Flag(help: "Silence in their place; the default.") var silence = false
    @Flag(help: "A 1 kHz tone in their place.") var beep = false
    @Flag(help: "Faint noise in their place.") var noise = false
    @Option(help: ArgumentHelp("Seconds taken out before and after each.", valueName: "s")) var margin = 0.15
    @Option(help: ArgumentHelp("Seconds in which the sound goes out and comes in.", valueName: "s")) var fade = 0.02
    @Option(
        defaultAsFlag: "speaker",
        help: ArgumentHelp("Move the voices, too: each speaker by an amount of their own, or 'all' by one.", valueName: "speaker|all"))
    var disguise: String?
    @Option(help: ArgumentHelp("The FLAC file to write; the report lies beside it.", valueName: "file"), completion: .file()) var out: String?
    @Option(help: ArgumentHelp("For deling/: who has listened to the redacted copy and stands for it.", valueName: "name")) var by: String?
    @Flag(help: "Replace the file that --out names.") var force = false
    @Flag(help: "The report in English.") var english = false
    @Flag(help: "The report as JSON on stdout, too.") var json = false

    func validate() throws {
        if [silence, beep, noise].count(where: { $0 }) > 1 { throw ValidationError("give one of --silence, --beep and --noise") }
        if !(0...5).contains(margin) { throw ValidationError("--margin is from 0 to 5 seconds") }
        if !(0...1).contains(fade) { throw ValidationError("--fade is from 0 to 1 second") }
        if let disguise, !RedactAudioTool.disguises.contains(disguise) { throw ValidationError("--disguise is speaker or all") }
        if words != nil && spans != nil { throw ValidationError("give --words or --spans, not both") }
        if detections != nil && words == nil { throw ValidationError("--detections needs the transcript they were found in: --words FILE") }
        if policy != nil && words == nil { throw ValidationError("--policy goes with --words; a study has its own") }
        if words != nil || spans != nil {
            if study != nil { throw ValidationError("--study looks a recording up by its id; --words and --spans go with a sound file") }
            if out == nil { throw ValidationError("say where to write: --out FILE") }
        }
    }

    func run() async throws {
        var tool = RedactAudioTool()
        tool.filling = beep ? "beep" : noise ? "noise" : "silence"
        tool.margin = margin
        tool.fade = fade
        tool.disguise = disguise
        tool.english = english
        let inputs = [input, words, detections, spans].compactMap { $0 }
        let name = URL(fileURLWithPath: input).deletingPathExtension().lastPathComponent + RedactAudioTool.suffix
        let shares = out.map(RedactAudioTool.isForSharing) ?? false && words == nil && spans == nil
        if by != nil, !shares { throw CommandFailure.usage("--by says who stands for a copy in deling/; give --out deling/ and a recording of the study") }
        let target = try shares ? nil : out.map { try OutputTarget.newFile($0, named: name, holding: .sound, inputs: inputs, force: force) }
        // A name of its own: `notes.md` beside `--out notes.flac` is somebody's notes.
        @Sendable func reportFile(beside url: URL) -> URL {
            let stem = url.deletingPathExtension().lastPathComponent
            return url.deletingLastPathComponent().appendingPathComponent((stem.hasSuffix(".sladdet") ? stem : stem + ".sladdet") + ".md")
        }
        if let target { _ = try OutputTarget.newFile(reportFile(beside: target).path, holding: .sound, inputs: inputs, force: force) }
        let line = ProgressLine("redact-audio")
        let done = try await Interruption.guarding { [tool, self] in
            Swift.Result { () throws -> (result: RedactAudioTool.Result, url: URL, report: URL) in
                if let out, shares {
                    let shared = try tool.share(input, study: study, out: out, by: by, force: force, progress: line.report)
                    return (shared.result, shared.url, shared.report)
                }
                if let target, let words {
                    return (
                        try tool.redact(input, words: words, detections: detections, policy: policy ?? "standard", to: target, progress: line.report), target,
                        reportFile(beside: target)
                    )
                }
                if let target, let spans { return (try tool.redact(input, spans: spans, to: target, progress: line.report), target, reportFile(beside: target)) }
                let made = try tool.redact(input, study: study, out: target, progress: line.report)
                return (made.result, made.url, reportFile(beside: made.url))
            }
        }.get()
        line.end()
        let report = done.report
        try SafeFile.write(Data(done.result.text.utf8), to: report, confidential: true)
        for note in done.result.notes { Talk.say("note: \(note)") }
        Talk.say(
            "\(done.result.report.spans.count) stretches taken out, \(Decimal3.text(done.result.report.redactedSeconds, places: 1)) s; "
                + "\(done.url.lastPathComponent), and \(report.lastPathComponent) says what to check")
        if json { try Talk.json(done.result.report) }
    }
}
