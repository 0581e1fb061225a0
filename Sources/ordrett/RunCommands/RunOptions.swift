import ArgumentParser
import Foundation
import Pipeline
import Stages

/// What to run, on what, and how far: the same for a run and for what only looks at one.
struct RunOptions: ParsableArguments {
    @Argument(help: "A pipeline (a shipped name or a .yaml file), then recordings or folders.", completion: .file())
    var arguments: [String] = []
    @Option(help: ArgumentHelp("Folder for results when not in a study.", valueName: "dir"))
    var out: String?
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir"))
    var study: String?
    @Option(help: ArgumentHelp("Only this recording; may be repeated.", valueName: "id")) var item: [String] = []
    @Option(help: ArgumentHelp("Run this stage and all after it again.", valueName: "stage")) var from: String?
    @Option(help: ArgumentHelp("Stop after this stage.", valueName: "stage")) var until: String?
    @Option(help: ArgumentHelp("Run this stage again whatever is stored; may be repeated.", valueName: "stage"))
    var force: [String] = []
    @Option(help: ArgumentHelp("A setting that wins over the pipeline's: stage.name=value.", valueName: "setting"))
    var set: [String] = []
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        if study != nil && out != nil { throw ValidationError("give --study or --out, not both: a study's results lie in the study") }
        for text in set where !text.contains("=") || !text.prefix(while: { $0 != "=" }).contains(".") {
            throw ValidationError("--set expects stage.name=value, for example prosody.pause_min=0.3")
        }
    }

    /// The request, and the stages to run whatever is stored.
    func request() throws -> (request: RunRequest, forced: Set<String>) {
        var request = try RunRequest.make(arguments: arguments, study: study, out: out, settings: try overrides())
        request.passphrase = passphrase.source()
        request.select(items: item)
        if let hold = request.study.held.first(where: { item.contains($0.id) }) { throw CommandFailure.badInput("\(hold.id): \(hold.reason)") }
        if !item.isEmpty, let unknown = item.first(where: { id in !request.all.contains { $0.id == id } }) {
            throw CommandFailure.usage("there is no recording '\(unknown)'; there are: \(request.all.map(\.id).joined(separator: ", "))")
        }
        let stages = request.definition.steps.map(\.descriptor.id)
        func check(_ stage: String, _ what: String) throws -> Int {
            guard let place = stages.firstIndex(of: stage) else {
                throw CommandFailure.usage("the pipeline has no stage '\(stage)'\(what); it has: \(stages.joined(separator: ", "))")
            }
            return place
        }
        for stage in force { _ = try check(stage, " to force") }
        let first = try from.map { try check($0, " to begin from") }, last = try until.map { try check($0, "") }
        if let first, let last, first > last { throw CommandFailure.usage("--from \(stages[first]) comes after --until \(stages[last])") }
        if let until { request.stop(after: until) }
        return (request, Set(force).union(first.map { Set(stages[$0...]) } ?? []))
    }

    private func overrides() throws -> [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let names = parts[0].split(separator: ".", maxSplits: 1)
            guard names.count == 2 else { throw CommandFailure.usage("--set expects stage.name=value") }
            result[String(names[0]), default: [:]][String(names[1])] = String(parts[1])
        }
        return result
    }
}
