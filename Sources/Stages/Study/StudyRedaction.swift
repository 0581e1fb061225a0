import Anonymization
import Bokmal
import Foundation
import Pipeline
import Redaction
import Signal
import Transcript

extension RedactAudioTool {
    /// Redacts a recording of a study by what its last run found.
    ///
    /// Every word that anonymisation replaced goes, whether a rule, the key register or a person's decision said so.
    /// - Parameters:
    ///   - id: the recording's id.
    ///   - study: the study's folder; nil for the one that the current folder lies in.
    ///   - out: file to write; nil for `fortrolig/ID.sladdet.flac`.
    /// - Returns: the result and where the file is.
    /// - Throws: ``StageFault`` when the study has not been run, or something waits to be run.
    public func redact(_ id: String, study: String?, out: URL?, progress: @escaping Signal.Progress) throws -> (result: Result, url: URL) {
        let (request, item) = try Self.find(id, study: study)
        try Self.checkFresh(request, item)
        let job = try self.job(request, item)
        let folders = request.study.folders
        let url = out ?? folders.confidential.appendingPathComponent(item.id + Self.suffix)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        return (try run(job, to: url, progress: progress), url)
    }

    static func find(_ id: String, study: String?) throws -> (request: RunRequest, item: Item) {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        guard let root = study.map({ URL(fileURLWithPath: $0, isDirectory: true) }) ?? Study.find(from: here) else {
            throw RequestFault("there is no study here; stand in its folder, name it with --study, or give a sound file with --words or --spans")
        }
        let request = try RunRequest.make(arguments: [], study: root.path, out: nil, settings: [:])
        let path = URL(fileURLWithPath: id).standardizedFileURL.path
        guard let item = request.all.first(where: { $0.id == id || $0.files["recording"]?.contains { $0.standardizedFileURL.path == path } == true }) else {
            throw RequestFault("'\(TextFile.name(id))' is no recording of this study; 'ordrett status' shows them")
        }
        return (request, item)
    }

    /// Findings of yesterday's text would leave today's names audible.
    private static func checkFresh(_ request: RunRequest, _ item: Item) throws {
        let own = try request.runner(options: .init(), observer: { _ in }).plan(request.all).filter { $0.item == item.id }
        let needed = ["detect", "anonymize"].compactMap { stage in own.lastIndex { $0.stage == stage } }.max()
        guard let needed else { throw StageFault("the study's pipeline has no stage 'detect'; nobody has looked for what identifies") }
        if own[...needed].contains(where: { if case .run = $0.action { true } else { false } }) {
            throw StageFault("'\(item.id)' has not been run, or has changed since; run 'ordrett run' first")
        }
    }

    func job(_ request: RunRequest, _ item: Item) throws -> Job {
        let store = ArtefactStore(folders: request.study.folders)
        func latest(_ stage: String) -> Data? { store.latest(item: item.id, stage: stage)?.data }
        guard let data = ["bokmal", "prosody", "align", "words"].lazy.compactMap(latest).first,
            let found = try latest("detect").map({ try DetectionList(decoding: $0) })
        else { throw StageFault("the study has no transcript of '\(item.id)' with its findings; run 'ordrett run' first") }
        let transcript = try Transcript(decoding: data)
        let access = try SoundAccess(parts: item.files["recording"] ?? [], keep: nil), recording = access.recording
        guard transcript.recording.length == recording.length, transcript.recording.rate == recording.rate else {
            throw StageFault("the transcript of '\(item.id)' belongs to another version of its recording; run 'ordrett run' first")
        }
        let definition = request.own[item.id] ?? request.definition
        let name = ["register", "detect"].lazy.compactMap { stage in definition.steps.first { $0.descriptor.id == stage }?.settings.text("policy") }.first ?? "standard"
        let policy = try PolicyFile.load(name, root: request.study.folders.root)
        var spoken = Self.spoken(found.detections, policy: policy)
        if let sealed = try latest("anonymize").map({ try AnonymizedTranscript(decoding: $0) }) {
            spoken += Self.replaced(transcript, sealed.document, besides: spoken)
        }
        let plan = try planner.plan(transcript, identifiers: spoken, length: recording.length)
        var job = Job(id: item.id, recording: access, plan: plan, secret: try recording.digest())
        job.segments = Self.segments(transcript)
        job.policy = name
        if let map = try latest("vad").map({ try SpeechMap(decoding: $0) }) {
            job.wordless = RedactionReport.wordless(
                speech: map.speech.map { $0.converted(from: .analysis, to: recording.rate) },
                words: transcript.turns.flatMap(\.words).compactMap(\.range), spans: plan.spans.map(\.range), rate: recording.rate)
        }
        return job
    }

    /// Words that the anonymised transcript has otherwise than the raw one, though no finding names them: the register knew them, or
    /// somebody decided.
    static func replaced(_ raw: Transcript, _ anonymized: Transcript, besides known: [SpokenIdentifier]) -> [SpokenIdentifier] {
        let taken = Set(known.flatMap(\.words))
        let after = Dictionary(anonymized.turns.flatMap(\.words).map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
        return raw.turns.flatMap { turn in
            turn.words.filter { word in
                // A word that Bokmål leaves out is no secret.
                !taken.contains(word.id) && !word.bokmal.isEmpty && after[word.id] != word.bokmal
            }.map { SpokenIdentifier(words: [$0.id], type: "decided") }
        }
    }
}
