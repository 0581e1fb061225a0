import AudioIngest
import Bokmal
import Foundation
import Pipeline

/// What the study's retention dates demand on a day, and the doing of it.
///
/// Each part is erased file by file, and what is gone is gone: one that was interrupted is simply done again.
struct RetentionExpiry {
    /// What one date takes with it.
    struct Demand: Codable, Sendable, Hashable {
        var part: Retention.Part
        var date: String
        /// Files, relative to the study, or whole where they lie elsewhere.
        var files: [String]
        var takesRegister: Bool
    }

    let folders: OutputFolders
    let keys: StudyKeys
    private let study: Study

    init(root: URL, keys: StudyKeys) throws {
        folders = Study.layout(root)
        self.keys = keys
        study = try Study(root: root)
    }

    /// Demands whose day has come and that still find something, the least far-reaching first.
    func demands(on day: String) throws -> [Demand] {
        let all = StudyRoom.files(folders.root)
        let hasRegister = switch try keys.status { case .exists, .lost, .unfinished: true; case .none, .destroyed: false }
        return study.file.retention.due(on: day, within: 0).compactMap { due in
            let files = files(of: due.part, among: all), takes = (due.part == .key || due.part == .everything) && hasRegister
            return files.isEmpty && !takes ? nil : Demand(part: due.part, date: due.date, files: files, takesRegister: takes)
        }
    }

    private static let sound = Set((SupportedFormats.readableExtensions + SupportedFormats.convertibleExtensions).map { $0.lowercased() })

    private func files(of part: Retention.Part, among all: [String]) -> [String] {
        switch part {
        case .recordings:
            let listed = study.everything.flatMap { $0.files["recording"] ?? [] }.filter { FileManager.default.fileExists(atPath: $0.path) }.map(path)
            let inside = all.filter { path in
                let parts = path.split(separator: "/").map(String.init)
                if parts.first == Study.recordingFolder { return true }
                if Self.sound.contains((path as NSString).pathExtension.lowercased()) { return true }
                // How voices sound tells who somebody is.
                switch StudyRoom.claiming(path).first {
                case .studyState: return true
                case .results: return !Set(parts).isDisjoint(with: [VoicesStage.descriptor.id, InterviewerStage.descriptor.id])
                default: return false
                }
            }
            return Set(listed + inside).sorted()
        case .key: return []
        case .confidential:
            return all.filter { path in
                switch StudyRoom.claiming(path).first {
                case .drafts, .studyWords, .studyState, .results, .memory, .confidentialFiles, .temporaries, .register: true
                default: path == studyWords
                }
            }
        case .everything:
            let outside = study.everything.flatMap { ($0.files["recording"] ?? []) + ($0.files["draft"] ?? []) }
                .filter { FileManager.default.fileExists(atPath: $0.path) }.map(path).filter { $0.hasPrefix("/") }
            // The study file last: until it goes, what was interrupted is taken up again.
            return Set(outside).sorted() + all.filter { StudyRoom.claiming($0).first != .receipts && $0 != Study.fileName && StudyRoom.claiming($0).first != .locks } + [Study.fileName]
        }
    }

    private var studyWords: String { study.file.settings["bokmal"]?["words"] ?? StudyWords.fileName }

    private func path(_ url: URL) -> String {
        let root = folders.root.standardizedFileURL.path + "/", path = url.standardizedFileURL.path
        return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    }

    /// Does what is demanded, but for the key register: that is destroyed before, with all that hangs on it.
    /// - Returns: a receipt, saved unless nothing was erased.
    func carryOut(
        _ demands: [Demand], who: String, date: String, language: ErasureReceipt.Language, before: (String) throws -> Void = { _ in }
    ) throws -> (receipt: ErasureReceipt, url: URL, linked: [String], notes: [String]) {
        var counts: [String: Int] = [:], linked: [String] = [], left = 0, notes: [String] = []
        let ids = study.everything.map(\.id)
        for demand in demands {
            var expired = try ExpiredRecordings(folders)
            switch demand.part {
            case .recordings: try expired.add(sound: ids)
            case .confidential: try expired.add(drafts: ids)
            default: break
            }
            if demand.takesRegister { counts["key", default: 0] += 1 }
            // What copies of the stored results there may be elsewhere can be opened by nobody from now on. Before the files: the
            // study's cards are among them, and they alone know the way to the key.
            if demand.part == .confidential || demand.part == .everything {
                if try !keys.eraseCacheKey() { notes.append(StudyKeys.noCacheKey) }
            }
            if demand.part == .everything { try keys.eraseFolders() }
            func erase(_ path: String) throws {
                try before(path)
                let url = path.hasPrefix("/") ? URL(fileURLWithPath: path) : folders.root.appendingPathComponent(path)
                let outcome = try FileErasure.erase(url)
                if outcome.hasOtherName { linked.append(path) }
                if outcome.wasThere { counts[kind(path, demand.part), default: 0] += 1 }
            }
            for path in demand.files where path != Study.fileName { try erase(path) }
            let remaining = files(of: demand.part, among: StudyRoom.files(folders.root)).filter {
                $0 != Study.fileName && FileManager.default.fileExists(atPath: $0.hasPrefix("/") ? $0 : folders.root.appendingPathComponent($0).path)
            }
            left += remaining.count
            // The study file goes last, and only when nothing else is left: while it is there, the command can be given again.
            if remaining.isEmpty, demand.files.contains(Study.fileName) { try erase(Study.fileName) }
            for folder in [folders.confidential, folders.sharing, folders.cache, folders.root.appendingPathComponent(Study.recordingFolder), folders.root.appendingPathComponent(Study.draftFolder), folders.root.appendingPathComponent(Study.analysisFolder)] {
                FileErasure.prune(folder)
            }
        }
        let receipt = ErasureReceipt(
            number: ErasureReceipt.newNumber(), occasion: .retention, date: date, who: who, erased: counts, placesLeft: left, unread: 0)
        return (receipt, try receipt.save(folders, language: language), linked, notes)
    }

    private func kind(_ path: String, _ part: Retention.Part) -> String {
        let kind: WithdrawalPlan.Kind? =
            switch StudyRoom.claiming(path).first {
            case .recordings: .recordings
            case .drafts: .drafts
            case .results, .studyState, .memory: .results
            case .sharedFiles: .shared
            case .confidentialFiles: .confidential
            case .register: .register
            case .codingStore: .store
            case .studyWords: .studyWords
            case .settings: .settings
            case .temporaries: .temporaries
            default: part == .recordings || Self.sound.contains((path as NSString).pathExtension.lowercased()) ? .recordings : nil
            }
        return kind?.rawValue ?? "other"
    }
}
