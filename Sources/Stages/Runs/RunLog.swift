import Foundation
import Pipeline
import Synchronization

/// What ran in a study, when, why and how long: `fortrolig/kjoringer.jsonl`, one JSON object a line, only added to.
///
/// It holds no names, no text and no ids: recordings stand by keyed digests of their ids, which only somebody with the study's cache
/// key and the ids can tell, and reasons without values. Who ran it and where is no part of any run's key.
public struct RunLog: Sendable {
    public static let name = "kjoringer.jsonl"

    public struct Step: Codable, Sendable, Hashable {
        /// Keyed digest of the recording's id; the study's own name for itself where a stage is study-wide.
        public var item: String
        public var stage: String
        /// What had changed, by name only.
        public var reason: String
        /// Wall time; nil for one that failed.
        public var seconds: Double?
        /// done, same (as before), held, or failed.
        public var outcome: String
    }

    public struct Entry: Codable, Sendable, Hashable {
        /// Of the run.
        public var run: String
        /// ISO 8601, UTC.
        public var began: String
        /// Nil on the line that is written when a run begins.
        public var ended: String?
        /// done, failed, waits (for a signature), stopped, or ended (by a full disk).
        public var outcome: String?
        public var seconds: Double?
        public var by: String
        public var host: String
        public var version: String
        public var pipeline: String
        public var recordings: Int
        public var jobs: Int
        public var reused: Int?
        public var steps: [Step]?
    }

    private let url: URL
    public init(_ folders: OutputFolders) { url = folders.confidential.appendingPathComponent(Self.name) }

    /// Adds a line. Waits until the disk has it.
    func add(_ entry: Entry) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(entry) + [0x0A]
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        defer { close(descriptor) }
        var info = stat(), last: UInt8 = 0x0A
        // Half a line, of a run that the disk had no room for, does not take the next one with it.
        if fstat(descriptor, &info) == 0, info.st_size > 0, pread(descriptor, &last, 1, info.st_size - 1) == 1, last != 0x0A { _ = write(descriptor, "\n", 1) }
        let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == line.count else { throw FileFault(url, count < 0 ? errno : ENOSPC) }
        guard fsync(descriptor) == 0 else { throw FileFault(url, errno) }
    }

    /// All runs, oldest first; one that did not end stands with what was written when it began.
    public func entries() -> [Entry] {
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        var runs: [Entry] = []
        for line in text.split(separator: "\n") {
            guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.utf8)) else { continue }
            if let index = runs.lastIndex(where: { $0.run == entry.run }) { runs[index] = entry } else { runs.append(entry) }
        }
        return runs
    }

    /// Ids of recordings by the digests that stand for them in the log, for those that are known now.
    public static func ids(_ request: RunRequest) -> [String: String] {
        guard let sealer = (try? StudyKeys(request.study.folders).existing()).flatMap({ $0 }) else { return [:] }
        let known = Set(request.all.map(\.id) + ArtefactStore(folders: request.study.folders).items() + request.study.held.map(\.id))
        return Dictionary(known.map { (sealer.name(Self.salted($0)), $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func salted(_ id: String) -> String { "log/" + id }
}

/// Gathers what happens in one run for the log.
public final class RunRecorder: Sendable {
    private struct State {
        var entry: RunLog.Entry
        /// Why a stage was begun, by item and stage.
        var reasons: [String: String] = [:]
        var steps: [RunLog.Step] = []
    }
    private let state: Mutex<State>
    private let log: RunLog
    private let sealer: Sealer?
    private let begin = ContinuousClock.now

    public init(_ request: RunRequest, keys: StudyKeys, jobs: Int) {
        log = RunLog(request.study.folders)
        sealer = try? keys.forWriting()
        let entry = RunLog.Entry(
            run: (0..<4).map { _ in String(UInt16.random(in: 0 ... .max), radix: 16) }.joined(), began: StudyCard.now(), by: Self.user,
            host: ProcessInfo.processInfo.hostName, version: OrdrettVersion.text, pipeline: request.definition.name, recordings: request.selected.count, jobs: jobs)
        state = Mutex(State(entry: entry))
    }

    private static var user: String {
        getpwuid(getuid()).flatMap { String(validatingCString: $0.pointee.pw_name) } ?? String(getuid())
    }

    private func name(_ id: String) -> String { id == Runner.studyItem ? id : sealer?.name(RunLog.salted(id)) ?? "-" }

    public func note(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .started(let item, let stage, let reason, _):
                // The line of a run that has something to do stands before the work, so that one that is killed shows.
                if state.reasons.isEmpty { try? log.add(state.entry) }
                state.reasons[item + " " + stage] = reason.nameOnly(isStudy: item == Runner.studyItem)
            case .finished(let item, let stage, let outcome):
                guard let reason = state.reasons[item + " " + stage] else { return }
                switch outcome {
                case .ran(let seconds, let same):
                    state.steps.append(.init(item: name(item), stage: stage, reason: reason, seconds: (seconds * 1000).rounded() / 1000, outcome: same ? "same" : "done"))
                case .held: state.steps.append(.init(item: name(item), stage: stage, reason: reason, seconds: nil, outcome: "held"))
                case .reused: break
                }
            case .failed(let failure):
                guard failure.message != "stopped" else { return }
                state.steps.append(.init(item: name(failure.item), stage: failure.stage, reason: state.reasons[failure.item + " " + failure.stage] ?? "", seconds: nil, outcome: "failed"))
            default: break
            }
        }
    }

    /// Writes how the run ended, if anything ran or failed.
    /// - Throws: ``FileFault``.
    public func close(_ report: RunReport) throws {
        let entry = state.withLock { state -> RunLog.Entry? in
            guard !state.reasons.isEmpty || !state.steps.isEmpty else { return nil }
            var entry = state.entry
            entry.ended = StudyCard.now()
            entry.seconds = (Double((ContinuousClock.now - begin) / .seconds(1)) * 1000).rounded() / 1000
            entry.outcome = report.ending != nil ? "ended" : report.cancelled ? "stopped" : !report.failures.isEmpty ? "failed" : report.held.isEmpty ? "done" : "waits"
            entry.reused = report.stagesReused
            entry.steps = state.steps
            return entry
        }
        if let entry { try log.add(entry) }
    }
}
