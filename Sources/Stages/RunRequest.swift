import Foundation
import Pipeline

/// What to run, on what, and where results go: made from a command line.
public struct RunRequest: Sendable {
    public var study: Study
    public var definition: PipelineDefinition
    /// Pipelines of single recordings, by id, where the study gives them one.
    public var own: [String: PipelineDefinition] = [:]
    /// All recordings of the study.
    public var all: [Item]
    /// Those to work on now.
    public var selected: [Item]
    /// Where the passphrase of the key register comes from.
    public var passphrase = PassphraseSource()

    /// - Parameters:
    ///   - arguments: a pipeline first, if any, then recordings and folders.
    ///   - study: a study folder; nil looks from the current folder upwards.
    ///   - out: where results go outside a study.
    ///   - settings: settings that win over the pipeline's and the study's.
    public static func make(
        arguments: [String], study studyPath: String?, out: String?, settings: [String: [String: String]]
    ) throws -> RunRequest {
        var inputs = arguments
        let named = inputs.first.flatMap { PipelineLibrary.names($0) ? $0 : nil }
        if named != nil { inputs.removeFirst() }
        let urls = inputs.map { URL(fileURLWithPath: $0).standardizedFileURL }
        for (url, text) in zip(urls, inputs) where !FileManager.default.fileExists(atPath: url.path) {
            if studyPath == nil && !text.contains("/") && !text.contains(".") { continue }  // perhaps an item id
            throw StageFault("there is no file or folder '\(url.lastPathComponent)'; check the path")
        }
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        // A single folder that is itself a study is that study.
        let asStudy = urls.count == 1 && Study.exists(at: urls[0]) ? urls[0] : nil
        let root = out == nil ? (studyPath.map { URL(fileURLWithPath: $0) } ?? asStudy ?? Study.find(from: here)) : nil
        if let root {
            try WithdrawalJournal.refuseWhileUnfinished(Study.layout(root))
            let study = try Study(root: root)
            let definition = try definition(named ?? study.file.pipeline, study: study, settings: settings)
            var selected = study.items
            if asStudy == nil && !inputs.isEmpty {
                selected = []
                for (url, text) in zip(urls, inputs) {
                    let found = study.items.filter { item in
                        item.id == text
                            || item.files["recording"]?.contains { part in
                                part.standardizedFileURL.path == url.path
                                    || part.standardizedFileURL.path.hasPrefix(url.path + "/")
                            } == true
                    }
                    if found.isEmpty, let hold = study.held.first(where: { $0.id == text }) { throw StageFault("\(hold.id): \(hold.reason)") }
                    guard !found.isEmpty else {
                        throw RequestFault(
                            "'\(text)' is no recording of this study; put it in \(Study.recordingFolder)/ or list it in \(Study.fileName)")
                    }
                    selected += found.filter { item in !selected.contains { $0.id == item.id } }
                }
            }
            var own: [String: PipelineDefinition] = [:]
            // A pipeline named on the command line is meant for all that is named with it.
            for entry in study.file.recordings where named == nil {
                guard let name = entry.pipeline else { continue }
                let pipeline = try self.definition(name, study: study, settings: settings)
                guard Self.studyStages(pipeline) == Self.studyStages(definition) else {
                    throw DefinitionError(
                        file: Study.fileName, key: "recordings.\(entry.id).pipeline",
                        message: Self.studyStageIDs(pipeline) == Self.studyStageIDs(definition)
                            ? "'\(name)' gives codes by another policy than the study's '\(definition.name)'; set 'policy:' for the study, so that one person has one code"
                            : "'\(name)' must have the same study-wide stages as the study's '\(definition.name)': \(Self.studyStageIDs(definition).joined(separator: ", "))")
                }
                own[entry.id] = pipeline
            }
            return RunRequest(study: study, definition: definition, own: own, all: study.items, selected: selected)
        }
        guard !inputs.isEmpty else {
            throw RequestFault(
                "this is not a study folder; make one with 'ordrett init', or name recordings and --out DIR")
        }
        guard let out else {
            throw RequestFault("outside a study, say where the results go: --out DIR")
        }
        let outURL = URL(fileURLWithPath: out).standardizedFileURL
        for url in urls where outURL.path == url.path || outURL.path.hasPrefix(url.path + "/") {
            throw RequestFault("the results must not go into the folder of the recordings; name another --out")
        }
        let study = try Study(bare: urls, out: outURL)
        let definition = try definition(named ?? "intervju", study: study, settings: settings)
        return RunRequest(study: study, definition: definition, all: study.items, selected: study.items)
    }

    /// What is stored in a folder that `run --out` wrote to, without its recordings.
    static func stored(in root: URL) throws -> RunRequest {
        let study = try Study(bare: [], out: root)
        return RunRequest(study: study, definition: try definition("intervju", study: study, settings: [:]), all: [], selected: [])
    }

    private static func studyStageIDs(_ pipeline: PipelineDefinition) -> [String] { pipeline.studySteps.map(\.descriptor.id) }

    private static func studyStages(_ pipeline: PipelineDefinition) -> [String] {
        pipeline.studySteps.map { step in
            ([step.descriptor.id] + step.settings.canonical.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        }
    }

    /// Stops every recording's pipeline after `stage`.
    public mutating func stop(after stage: String) {
        definition = definition.until(stage)
        // A pipeline without the stage stops after the last of its own that the main one still has.
        let kept = Set(definition.steps.map(\.descriptor.id))
        own = own.mapValues { pipeline in
            let last = pipeline.steps.prefix { kept.contains($0.descriptor.id) }.last
            return last.map { pipeline.until($0.descriptor.id) } ?? PipelineDefinition(name: pipeline.name, steps: [])
        }
    }

    /// The pipeline with the study's choices, and the command line's over those.
    private static func definition(
        _ name: String, study: Study, settings: [String: [String: String]]
    ) throws -> PipelineDefinition {
        let plain = try PipelineLibrary.load(name, root: study.folders.root)
        let stages = Set(plain.steps.map(\.descriptor.id))
        var overrides: [String: [String: String]] = [:]
        if let notation = study.file.notation, stages.contains("export") { overrides["export", default: [:]]["notation"] = notation }
        if let policy = study.file.policy, stages.contains("register") { overrides["register", default: [:]]["policy"] = policy }
        for (stage, values) in study.file.settings {
            guard ordrettStages.ids.contains(stage) else {
                throw DefinitionError(
                    file: Study.fileName, key: "settings.\(stage)",
                    message: "unknown stage; the stages are \(ordrettStages.ids.joined(separator: ", "))")
            }
            if stages.contains(stage) { overrides[stage, default: [:]].merge(values) { $1 } }
        }
        // What is wrong in the study file is said of the study file.
        if !settings.isEmpty { _ = try PipelineLibrary.load(name, root: study.folders.root, overrides: overrides, overrideSource: Study.fileName) }
        for (stage, values) in settings { overrides[stage, default: [:]].merge(values) { $1 } }
        // One policy for the study: detection reads the lists of the policy that the codes are given by.
        if stages.contains("detect"), let register = plain.steps.first(where: { $0.descriptor.id == "register" }) {
            let policy = overrides["register"]?["policy"] ?? register.settings.text("policy")
            overrides["detect", default: [:]]["policy"] = overrides["detect"]?["policy"] ?? policy
        }
        let definition: PipelineDefinition
        do {
            definition = try PipelineLibrary.load(
                name, root: study.folders.root, overrides: overrides, overrideSource: settings.isEmpty ? Study.fileName : "--set")
        } catch let error as DefinitionError {
            throw error.file == "--set" ? RequestFault(error.description) : error
        }
        // Notation tables, policies and the like are looked at before anything runs.
        for step in definition.steps { _ = try step.type.init(settings: step.settings).resources(in: study.folders) }
        return definition
    }

    /// Leaves out, this time, the recordings that have one of these files.
    public mutating func leaveOut(_ files: Set<RecordingWatch.FileIdentity>) {
        guard !files.isEmpty else { return }
        selected.removeAll { item in
            (item.files["recording"] ?? []).contains { RecordingWatch.FileIdentity(path: $0.path).map(files.contains) ?? false }
        }
    }

    /// What a run relies on beside recordings: the study file, and who has gone from the study.
    public var stamp: String {
        let folders = study.folders
        let files = [folders.root.appendingPathComponent(Study.fileName)] + [Tombstones.fileName, ExpiredRecordings.fileName].map(folders.confidential.appendingPathComponent)
        return files.map { (try? Digest.sha256(file: $0)) ?? "none" }.joined(separator: " ")
    }

    /// After waiting for others: that nothing has changed which the request was made from.
    /// - Throws: ``StageFault``.
    public func check(stamp before: String) throws {
        try WithdrawalJournal.refuseWhileUnfinished(study.folders)
        guard stamp == before else { throw StageFault("the study was changed by somebody else while this waited; nothing was done: give the command again") }
    }

    public mutating func select(items ids: [String]) {
        if !ids.isEmpty { selected = selected.filter { ids.contains($0.id) } }
    }

    /// The study's keys; opened, if a stage that is to run needs the register: before the run, not in the middle of it. A person may
    /// have to be asked for the passphrase, and a register that does not open stops everything anyhow.
    /// - Throws: ``KeyFault`` and `KeyEnvelopeFault` for one that does not open; ``StageFault`` for one that holds no register.
    public func openedKeys() throws -> StudyKeys {
        let keys = StudyKeys(study.folders, passphrase: passphrase)
        try open(keys) { try runner(options: .init(), keys: keys, observer: { _ in }).plan(selected) }
        return keys
    }

    /// The same for keys that a runner has.
    /// - Parameter plan: what is to run; asked for only where it matters.
    public func open(_ keys: StudyKeys, plan: () throws -> [PlannedStep]) throws {
        switch try keys.status {
        case .none, .unfinished, .destroyed: return
        case .exists, .lost: break
        }
        let needing = Set(definition.steps.filter { ($0.descriptor.inputs + $0.descriptor.optionalInputs + [$0.descriptor.output]).contains(RegisterArtefact.kind) }.map(\.descriptor.id))
        guard try plan().contains(where: { $0.reason != nil && needing.contains($0.stage) }) else { return }
        // Says where one that is lost was.
        _ = try keys.fingerprint()
        let content = try keys.read()
        guard (try? RegisterArtefact(decoding: content)) != nil else {
            throw try keys.isPlain ? KeyFault.plainUnreadable : StageFault("the key register opens, but what is in it cannot be read; nothing was changed: restore it from a copy ('ordrett key import FILE --replace')")
        }
    }

    /// - Parameter keys: the study's keys, when the caller has opened them already.
    public func runner(
        options: Runner.Options, keys given: StudyKeys? = nil, observer: @escaping Runner.Observer
    ) -> Runner {
        let keys = given ?? StudyKeys(study.folders, passphrase: passphrase)
        return Runner(
            definition: definition, own: own, present: Set(all.map(\.id)), folders: study.folders, safekeeping: keys.safekeeping,
            digests: DigestMemory(file: study.folders.cache.appendingPathComponent("digests.json"), sealing: keys), options: options,
            words: ErrorWords.describe, program: "ordrett \(OrdrettVersion.text)", observer: observer)
    }
}

/// The command line asks for something that cannot be.
public struct RequestFault: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
