import Anonymization
import Bokmal
import CodingStore
import Foundation
import Pipeline

/// Carries a withdrawal out. Every step can be done again, so one that was interrupted begins again from its journal.
struct WithdrawalRun {
    let folders: OutputFolders
    let keys: StudyKeys
    var plan: WithdrawalPlan
    /// Called before each step with its name; a test's way of stopping in the middle.
    var before: (String) throws -> Void = { _ in }
    private var counts: [String: Int] = [:]
    /// Files with another name outside: their bytes are still there under it.
    private(set) var linked: [String] = []
    /// Changed files whose old bytes could not be written over.
    private(set) var readable: Set<String> = []

    init(folders: OutputFolders, keys: StudyKeys, plan: WithdrawalPlan, before: @escaping (String) throws -> Void = { _ in }) {
        self.folders = folders
        self.keys = keys
        self.plan = plan
        self.before = before
    }

    mutating func run(language: ErasureReceipt.Language) throws -> (receipt: ErasureReceipt, url: URL, left: StudySearch.Result) {
        let journal = WithdrawalJournal(folders)
        if !journal.exists { try journal.write(plan) }
        try FileErasure.sweep(folders.root, deep: true)
        for folder in Set(plan.edits.map { self.url($0.path).resolvingSymlinksInPath().deletingLastPathComponent() }) { try FileErasure.sweep(folder, deep: false) }
        try before("tombstones")
        var stones = try Tombstones(folders)
        try stones.add(recordings: plan.digests, ids: plan.items, codes: plan.codes)
        try before("drafts")
        try edit()
        try before("results")
        let store = ArtefactStore(folders: folders, safekeeping: keys.safekeeping)
        for item in plan.results { store.remove(item: item) }
        try DecisionFile(folders).forget(Set(plan.items))
        try store.removeState(InterviewerStage.stateFile)
        counts["results"] = plan.resultCount
        for kind in WithdrawalPlan.Kind.allCases {
            guard let files = plan.files[kind] else { continue }
            for (index, path) in files.enumerated() {
                if index == files.count / 2 { try before("files \(kind.rawValue)") }
                if try FileErasure.erase(url(path)).hasOtherName { linked.append(path) }
            }
            counts[kind.rawValue, default: 0] += files.count
        }
        try before("store")
        try eraseFromStore()
        try before("register")
        try StudyRegister(keys: keys).remove(plan.registerEntries)
        counts["register"] = plan.registerEntries.count
        try keys.accessLog.forget(codes: Set(plan.codes + plan.items))
        try before("words")
        try forgetWords()
        try before("settings")
        try editSettings()
        var expired = try ExpiredRecordings(folders)
        try expired.remove(Set(plan.items))
        FileErasure.prune(folders.confidential.appendingPathComponent(".mellomlager"))
        FileErasure.prune(folders.cache)
        for folder in [folders.sharing, folders.confidential, folders.root.appendingPathComponent(Study.recordingFolder), folders.root.appendingPathComponent(Study.draftFolder)] {
            FileErasure.prune(folder)
        }
        try before("search")
        let left = StudySearch(plan.terms).run(folders.root) { path in
            StudyRoom.claiming(path).contains { [.journal, .receipts, .locks].contains($0) }
        }
        let receipt = ErasureReceipt(
            number: plan.receipt, occasion: .withdrawal, date: plan.date, who: plan.who, erased: counts, placesLeft: left.hits.count,
            unread: left.unread.count, notOverwritten: readable.isEmpty ? nil : readable.count)
        let url = try receipt.save(folders, language: language)
        try before("journal")
        try journal.erase()
        return (receipt, url, left)
    }

    private func url(_ path: String) -> URL { path.hasPrefix("/") ? URL(fileURLWithPath: path) : folders.root.appendingPathComponent(path) }

    private mutating func edit() throws {
        for edit in plan.edits {
            let target = url(edit.path)
            guard FileManager.default.fileExists(atPath: target.path) else { continue }
            if !edit.labels.isEmpty, let data = try DraftEditing.removing(edit.labels, from: target, path: edit.path) {
                if try !FileErasure.replace(target, with: data) { readable.insert(edit.path) }
            }
            if let data = try DraftEditing.replacing(edit.names, in: target), try !FileErasure.replace(target, with: data) { readable.insert(edit.path) }
        }
        counts["edited"] = plan.edits.count
    }

    private mutating func eraseFromStore() throws {
        var shared: [String: @Sendable (AnonymizedTranscript) throws -> AnonymizedTranscript?] = [:]
        for source in plan.sharedSources {
            shared[source.source] = { sealed in
                let speakers = sealed.document.speakers
                var own = Set(speakers.filter { $0.participant == source.code }.map(\.id))
                if own.isEmpty, let place = source.speaker, speakers.indices.contains(place), speakers[place].participant == nil { own = [speakers[place].id] }
                return own.isEmpty ? nil : sealed.leavingOut(speakers: own)
            }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folders.root.path)) ?? []
        for name in names.sorted() where name.hasPrefix(Study.storeName) && !name.hasSuffix("-wal") && !name.hasSuffix("-shm") && !name.hasSuffix("-journal") {
            let count = try CodingStore.erase(at: folders.root.appendingPathComponent(name), items: Set(plan.sources), participants: Set(plan.sharedSources.map(\.code)), shared: shared)
            counts["store", default: 0] += count.versions + count.turns + count.codings + count.historyLines + count.changedVersions
        }
    }

    private mutating func forgetWords() throws {
        guard !plan.studyWords.isEmpty, let name = try? Study(root: folders.root).file.settings["bokmal"]?["words"] ?? StudyWords.fileName else { return }
        let target = StudyWordsFile.url(name, root: folders.root)
        guard var text = try StudyWordsFile.text(name, root: folders.root) else { return }
        let before = text
        for word in plan.studyWords { text = (try? StudyWords.text(text, forgetting: word)) ?? text }
        if text != before, try !FileErasure.replace(target, with: Data(text.utf8)) { readable.insert(name) }
        counts["studyWords"] = plan.studyWords.count
    }

    private mutating func editSettings() throws {
        let target = folders.root.appendingPathComponent(Study.fileName)
        guard let data = FileManager.default.contents(atPath: target.path), let text = String(data: data, encoding: .utf8) else { return }
        let file = try StudyFile(yaml: text, file: Study.fileName)
        var removal = plan.settings
        removal.recordings.formIntersection(file.recordings.map(\.id))
        if !file.participants.contains(where: { $0.code == removal.code }) { removal.code = nil }
        counts["settings"] = plan.settings.recordings.count + (plan.settings.code == nil ? 0 : 1)
        guard removal.code != nil || !removal.recordings.isEmpty else { return }
        if try !FileErasure.replace(target, with: Data(try StudyFileEditor.removing(removal, from: text).utf8)) { readable.insert(Study.fileName) }
    }
}
