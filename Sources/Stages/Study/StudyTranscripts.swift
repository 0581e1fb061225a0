import Anonymization
import Foundation
import Pipeline

/// The transcripts that a study's runs have made, for commands that work on one.
public enum StudyTranscripts {
    /// The anonymised transcript of a recording, as the last run left it.
    ///
    /// Nothing goes out this way that a run would not let out: the audit must have seen exactly these bytes, and found nothing of the
    /// key register in them.
    /// - Parameters:
    ///   - id: the recording's id in the study.
    ///   - study: the study's folder, or one that `run --out` wrote to; nil for the study one stands in.
    /// - Returns: the sealed bytes, and what the user should know of them.
    /// - Throws: ``StageFault`` that says what is missing or what the audit found.
    public static func sealed(_ id: String, study: String?) throws -> (data: Data, notes: [String]) {
        guard let root = root(study) else {
            throw StageFault("there is no file '\(TextFile.name(id))', and no study here that has such a recording; give a transcript's path, or name the study with --study")
        }
        let store = ArtefactStore(folders: Study.layout(root))
        guard let found = store.latest(item: id, stage: "anonymize") else {
            let known = store.items().sorted()
            throw StageFault(
                "the study has no anonymised transcript of '\(TextFile.name(id))'"
                    + (known.isEmpty ? "; run 'ordrett run' first" : "; it has recordings \(known.joined(separator: ", "))"))
        }
        guard let audit = store.latest(item: id, stage: "audit"),
            audit.record.components["input." + AnonymizedArtefact.kind] == found.record.output,
            let report = try? AuditArtefact(decoding: audit.data).report
        else { throw StageFault("no audit has seen the anonymised transcript of '\(id)' as it is now; run 'ordrett run' first") }
        guard report.verdict != .leak else { throw StageFault(ItemContext.leakMessage(id)) }
        let waiting = Study.exists(at: root) ? try? WaitingStages(root: root) : nil
        return (found.data, waiting?.outdated(id) == nil ? [] : ["'\(id)' has changed since the last run; run 'ordrett run' for the newest"])
    }

    /// The raw transcript of a recording as it stands before its Bokmål layer. Confidential.
    /// - Throws: ``StageFault`` that says what is missing.
    public static func beforeBokmal(_ id: String, study: String?) throws -> Data {
        guard let root = root(study) else {
            throw StageFault("there is no file '\(TextFile.name(id))', and no study here that has such a recording; give a transcript's path, or name the study with --study")
        }
        let store = ArtefactStore(folders: Study.layout(root))
        for stage in ["prosody", "align", "words"] {
            if let found = store.latest(item: id, stage: stage) { return found.data }
        }
        let known = store.items().sorted()
        throw StageFault(
            "the study has no transcript of '\(TextFile.name(id))'"
                + (known.isEmpty ? "; run 'ordrett run' first" : "; it has recordings \(known.joined(separator: ", "))"))
    }

    /// What the study has chosen for its Bokmål layer, its table of words among it; the defaults for a folder of `run --out`.
    public static func bokmalChoices(study: String?) throws -> BokmalChoices {
        guard let root = root(study), Study.exists(at: root) else { return BokmalChoices() }
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        guard let step = request.definition.steps.first(where: { $0.descriptor.id == BokmalStage.descriptor.id }) else { return BokmalChoices() }
        var choices = BokmalChoices(step.settings)
        let name = step.settings.text("words")
        if !name.isEmpty, try StudyWordsFile.text(name, root: root) != nil { choices.words = StudyWordsFile.url(name, root: root).path }
        return choices
    }

    static func root(_ path: String?) -> URL? {
        if let path { return URL(fileURLWithPath: path, isDirectory: true) }
        return Study.find(from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true))
    }
}
