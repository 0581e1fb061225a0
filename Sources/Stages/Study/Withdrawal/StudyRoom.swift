import Anonymization
import Bokmal
import Foundation
import Pipeline

/// The rooms of a study's folder. Every file that the program writes is claimed by exactly one, and each room says what
/// becomes of its files when somebody withdraws: a new kind of file that nobody claims is a fault that a test finds.
public enum StudyRoom: String, Codable, Sendable, CaseIterable {
    /// `ordrett.yaml`: edited.
    case settings
    /// `opptak/`: a recording goes with its item.
    case recordings
    /// `utkast/`: a draft goes with its item; names in others' drafts give way to codes.
    case drafts
    /// `bokmal-ord.tsv`: lines on words that only the person said go.
    case studyWords
    /// `koding.sqlite`, its log and its backups: rows go, the file is packed.
    case codingStore
    /// `koding/`: tables, quotations and exports of the analysis. They go when they hold something of the person; all can be made anew.
    case analyses
    /// A key register left in the open by an earlier version: taken over on the next run.
    case register
    /// Which keys are the study's, and that its register was destroyed: kept, it names nobody.
    case keyNotes
    /// Who looked into the register: kept, with the person's code taken out.
    case accessLog
    /// Who ran what, when: kept, it holds no ids, no names and no text.
    case runLog
    /// What study-wide stages keep and can make anew: goes.
    case studyState
    /// Stored runs and their results, sealed: go with their item, and all of the study-wide stages.
    case results
    /// The memory of files' digests and of what lies in the store, and how shares of the work went: goes, and is made anew.
    case memory
    /// Locks, and when temporary files were last swept up: files that hold nothing of the study, kept.
    case locks
    /// Files for people in `fortrolig/`: go with their item; study-wide ones go when they hold something of the person.
    case confidentialFiles
    /// Files for people in `deling/`: the same.
    case sharedFiles
    /// Receipts of erasures: kept, they identify nobody.
    case receipts
    /// What keeps the withdrawn from coming back: kept.
    case tombstones
    /// The plan of a withdrawal that is under way: goes last.
    case journal
    /// Pipelines, policies and tables of the study: kept, and searched.
    case definitions
    /// What an interrupted write left: goes.
    case temporaries

    /// Every room that claims a file.
    /// - Parameter path: relative to the study's folder, with `/`.
    public static func claiming(_ path: String) -> [StudyRoom] { allCases.filter { $0.claims(path) } }

    func claims(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        guard let top = parts.first, let name = parts.last else { return false }
        if Self.isTemporary(name) { return self == .temporaries }
        let isAtRoot = parts.count == 1
        switch self {
        case .temporaries: return false
        case .settings: return path == Study.fileName
        case .recordings: return !isAtRoot && top == Study.recordingFolder
        case .drafts: return !isAtRoot && top == Study.draftFolder
        case .studyWords: return path == StudyWords.fileName
        case .codingStore: return isAtRoot && name.hasPrefix(Study.storeName)
        case .register: return parts.count == 2 && top == "fortrolig" && Self.registerFiles.contains(name)
        case .keyNotes: return ["fortrolig/.studie.json", ".ordrett/studie.json", "fortrolig/koblingsnokkel-slettet.txt"].contains(path)
        case .accessLog: return path == "fortrolig/" + AccessLog.name
        case .runLog: return path == "fortrolig/" + RunLog.name
        case .studyState: return ["fortrolig/" + InterviewerStage.stateFile, "fortrolig/.mellomlager/\(InterviewerStage.stateFile).sealed"].contains(path)
        case .results:
            return Self.resultFolders.contains { parts.count > 3 && parts.starts(with: ["fortrolig", ".mellomlager", $0]) || parts.count > 2 && parts.starts(with: [".ordrett", $0]) }
        case .memory:
            return [".ordrett/digests.json", ".ordrett/planned", "fortrolig/" + ShardManifest.fileName].contains(path)
                || parts.starts(with: ["fortrolig", ".mellomlager", ShardReports.folderName])
        case .locks:
            if parts.starts(with: [".ordrett", ArtefactStore.lockFolder]) { return true }
            return parts.count == 2 && (top == ".ordrett" || top == "fortrolig") && (["lock", "swept", StudyAudit.dueMark].contains(name) || name.hasSuffix(".lock"))
        case .receipts: return parts.starts(with: ["fortrolig", ErasureReceipt.folder])
        case .tombstones: return path == "fortrolig/" + Tombstones.fileName || path == "fortrolig/" + ExpiredRecordings.fileName
        case .journal: return parts.starts(with: ["fortrolig", WithdrawalJournal.folder])
        case .confidentialFiles:
            guard top == "fortrolig", parts.count > 1, parts[1] != ".mellomlager" else { return false }
            return ![StudyRoom.register, .keyNotes, .accessLog, .runLog, .studyState, .memory, .locks, .receipts, .tombstones, .journal].contains { $0.claims(path) }
        case .sharedFiles: return !isAtRoot && top == "deling"
        case .analyses: return !isAtRoot && top == Study.analysisFolder
        case .definitions: return isAtRoot && path != Study.fileName && (name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name == ".gitignore")
        }
    }

    private static let resultFolders = ["forseglet", "runs", "artefacts"]
    static let registerFiles: Set<String> = [RegisterStage.stateFile, ".forrige-" + RegisterStage.stateFile]

    static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

    /// Every file of a study, by its path from the study's folder, in order. Links are listed, never followed.
    static func files(_ root: URL) -> [String] {
        var result: [String] = []
        func walk(_ folder: String) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
            for name in names.sorted() {
                let path = folder.isEmpty ? name : folder + "/" + name
                var info = stat()
                guard lstat(root.appendingPathComponent(path).path, &info) == 0 else { continue }
                if info.st_mode & S_IFMT == S_IFDIR { walk(path) } else { result.append(path) }
            }
        }
        walk("")
        return result
    }
}
