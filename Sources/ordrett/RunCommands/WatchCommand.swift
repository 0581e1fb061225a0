import ArgumentParser
import Foundation
import Pipeline
import Stages

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Process recordings as they come: from a recorder that is plugged in, or into a folder.",
        discussion: """
            A recording is taken when its size and date have stood still and its header fits: never while it is being copied. From a folder
            outside the study it is copied into opptak/ first, closed to others; nothing is changed on the recorder. Then what is new
            runs, as with 'ordrett run'. Ctrl-C ends it.

            Examples:
              ordrett watch                                  what is put into opptak/
              ordrett watch /media/kari/RECORDER             what a recorder brings, whenever it is plugged in
              ordrett watch /media/kari/RECORDER --once      what is there now, and end
            """)

    @Argument(help: "The folder to look into; by default the study's opptak/.", completion: .directory) var folder: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir")) var study: String?
    @Option(help: ArgumentHelp("Seconds that a file must have stood still.", valueName: "seconds")) var calm = 10.0
    @Option(help: ArgumentHelp("Seconds between looks.", valueName: "seconds")) var every = 2.0
    @Option(name: [.short, .long], help: ArgumentHelp("Recordings at the same time; by default one per core.", valueName: "n")) var jobs: Int?
    @Flag(help: "Process what is there now, and end.") var once = false
    @OptionGroup var passphrase: PassphraseOptions
    @Flag(name: [.short, .long], help: "No progress.") var quiet = false

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
        if !(0...3_600).contains(calm) { throw ValidationError("--calm is a number of seconds from 0 to 3600") }
        if !(0.1...3_600).contains(every) { throw ValidationError("--every is a number of seconds from 0.1 to 3600") }
    }

    func run() async throws {
        let first = try RunRequest.make(arguments: [], study: study, out: nil, settings: [:]), root = first.study.folders.root
        let own = root.appendingPathComponent(Study.recordingFolder)
        let place = folder.map { URL(fileURLWithPath: $0).standardizedFileURL } ?? own
        let copies = !(place.path + "/").hasPrefix(own.standardizedFileURL.path + "/")
        if once && !FileManager.default.fileExists(atPath: place.path) { throw CommandFailure.badInput("there is no folder '\(place.lastPathComponent)'; check the path, or plug the recorder in") }
        if !once { Talk.say("watching '\(place.lastPathComponent)'; Ctrl-C ends it") }
        let command = self
        let result = await Interruption.guarding { () async -> Result<Int32, any Error> in
            do { return .success(try await command.loop(place, root: root, copies: copies)) } catch { return .failure(error) }
        }
        let code = try result.get()
        if code != 0 { throw ExitCode(code) }
    }

    private func loop(_ place: URL, root: URL, copies: Bool) async throws -> Int32 {
        var watch = RecordingWatch(folder: place, calm: calm, isLocal: !copies), last: Int32 = 0, isFirst = true
        // Somebody may put recordings into the study by hand, too.
        var own = RecordingWatch(folder: root.appendingPathComponent(Study.recordingFolder), calm: calm, isLocal: true)
        while !Task.isCancelled {
            let now = ProcessInfo.processInfo.systemUptime, look = watch.look(now: now)
            let unfinished = copies ? own.look(now: now).unfinished : look.unfinished
            for name in look.arriving { Talk.say("'\(name)' is being copied; waiting until it is whole") }
            for name in look.damaged { Talk.say("note: '\(name)' is no whole recording and is left alone; look at it with 'ordrett inspect'") }
            var brought = 0
            if copies {
                let digests = DigestMemory(file: nil)
                for url in look.ready {
                    do {
                        let name = try RecordingImport.bring(url, into: root, digests: digests) { try Task.checkCancellation() }
                        Talk.say(name.map { "'\(url.lastPathComponent)' copied to \(Study.recordingFolder)/\($0)" } ?? "'\(url.lastPathComponent)' is in the study already")
                        brought += name == nil ? 0 : 1
                    } catch let error as CancellationError { throw error } catch {
                        // A recorder that is pulled out does not end the watching; it is looked at again when it comes back.
                        Talk.say("'\(url.lastPathComponent)' was not copied: \(ErrorWords.describe(error).message)")
                        last = Exit.someFailed
                    }
                }
            } else {
                brought = look.ready.count
            }
            // What the study has from before is brought up to date first.
            if brought > 0 || (isFirst && !once) { last = await process(root, without: unfinished) }
            isFirst = false
            if once && look.growing.isEmpty {
                return last
            }
            try? await Task.sleep(for: .seconds(min(every, once ? max(0.1, calm / 2) : every)))
        }
        // Whoever ends the watching while it waits has stopped nothing.
        return once || last == Exit.stopped ? Exit.stopped : 0
    }

    /// - Parameter unfinished: files that are no whole recordings yet; what they are part of waits.
    private func process(_ root: URL, without unfinished: Set<RecordingWatch.FileIdentity>) async -> Int32 {
        do {
            var request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
            request.passphrase = passphrase.source()
            request.leaveOut(unfinished)
            guard !request.selected.isEmpty else { return 0 }
            let (report, summary) = try await BatchRun(request: request, jobs: jobs, quiet: quiet, guards: false).run()
            if report.stagesRun > 0 || !report.failures.isEmpty { Talk.say(RunCommand.text(summary)) }
            do { try RunCommand.end(report, summary, selected: request.selected.count) } catch let code as ExitCode { return code.rawValue } catch let failure as CommandFailure {
                Talk.say("error: \(failure.message)")
                return failure.code
            }
            return 0
        } catch {
            let (message, isInternal) = ErrorWords.describe(error)
            Talk.say("error: \(message)")
            return isInternal ? Exit.internalFault : Exit.badInput
        }
    }
}
