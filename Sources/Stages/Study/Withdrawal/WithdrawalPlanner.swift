import Anonymization
import Foundation
import Pipeline
import Recognition
import Transcript

/// Finds everything that a participant's withdrawal takes with it. Changes nothing.
struct WithdrawalPlanner {
    let folders: OutputFolders
    let study: Study
    let store: ArtefactStore
    let register: RegisterArtefact?
    let request: WithdrawalRequest
    /// Every recording the study has, or has records of.
    let knownIDs: Set<String>

    init(root: URL, request: WithdrawalRequest, keys: StudyKeys) throws {
        folders = Study.layout(root)
        study = try Study(root: root)
        store = ArtefactStore(folders: folders, safekeeping: keys.safekeeping)
        register = try StudyRegister(keys: keys).load()
        self.request = request
        knownIDs = Set(study.everything.map(\.id) + store.items())
    }

    /// - Throws: ``RequestFault`` when the request leaves open what must be decided; ``StageFault`` when something cannot be read.
    func plan(date: String = Retention.today()) throws -> WithdrawalPlan {
        var plan = WithdrawalPlan(receipt: ErasureReceipt.newNumber(), date: date, who: request.who, settings: .init(code: nil))
        let person = try choose(&plan)
        let talk = StudyTalk(self, plan, person)
        plan.terms = try terms(plan, person, talk)
        try planRegister(&plan, talk)
        try planDrafts(&plan, person)
        try planFiles(&plan)
        plan.studyWords = talk.wordsOfTableToForget(try studyWordsText())
        plan.notes = notes(plan, person)
        return plan
    }

    // MARK: Who, and which recordings

    /// The person, and which recordings go or stay; nil for a recording that lists nobody.
    private func choose(_ plan: inout WithdrawalPlan) throws -> StudyFile.Participant? {
        let code = request.participant, file = study.file
        guard let person = file.participants.first(where: { $0.code == code }) else {
            let entry = file.recordings.first { $0.id == code }
            guard knownIDs.contains(code), entry?.participants.contains(where: isParticipant) != true else {
                let known = file.participants.filter { $0.role == .participant }.map(\.code)
                if let entry {
                    throw RequestFault("'\(code)' is a recording; the participants in it are \(entry.participants.filter(isParticipant).joined(separator: ", ")): withdraw one of them")
                }
                throw RequestFault(
                    "'\(code)' is not among the participants of \(Study.fileName)"
                        + (known.isEmpty ? "; a recording that lists no participants is withdrawn by its id" : "; there are \(known.joined(separator: ", "))"))
            }
            plan.items = [code]
            if entry != nil { plan.settings.recordings = [code] }
            finish(&plan)
            return nil
        }
        guard person.role == .participant || person.role == .other else {
            throw RequestFault("'\(code)' is \(person.role.rawValue) of the study, and speaks in others' recordings; only a participant can be withdrawn")
        }
        plan.settings.code = code
        let own = file.recordings.filter { $0.participants.contains(code) }
        let shared = own.filter { $0.participants.contains { $0 != code && isParticipant($0) } }
        if !shared.isEmpty {
            guard let keeps = request.keepsShared else {
                throw RequestFault(
                    "others speak in \(shared.map(\.id).joined(separator: ", ")), too; decide what becomes of it: --keep-recordings takes the person's turns out of drafts and transcripts and leaves the sound; --erase-recordings erases the recording and all that was made of it")
            }
            plan.shared = keeps ? .keep : .erase
            if keeps { plan.sharedItems = shared.map(\.id) }
        }
        plan.items = own.map(\.id).filter { !plan.sharedItems.contains($0) }
        plan.settings.recordings = Set(plan.items)
        finish(&plan)
        return person
    }

    private func isParticipant(_ code: String) -> Bool { study.file.participants.contains { $0.code == code && ($0.role == .participant || $0.role == .other) } }

    private func finish(_ plan: inout WithdrawalPlan) {
        let gone = Set(plan.items)
        plan.digests = study.everything.filter { gone.contains($0.id) }.flatMap { $0.files["recording"] ?? [] }.compactMap { try? Digest.sha256(file: $0) }
        plan.codes = [plan.settings.code].compactMap { $0 }
        for item in plan.items { plan.sources += sources(item) }
        for item in plan.sharedItems {
            guard let code = plan.settings.code else { continue }
            let raw = StudyTalk.raw(item, store), speaker = raw.flatMap { raw in raw.speakers.firstIndex { $0.participant == code || isNamed($0.label) } }
            plan.sharedSources += sources(item).map { .init(source: $0, code: code, speaker: speaker) }
        }
    }

    /// Whether a label of a draft is one that the user gave for the person.
    func isNamed(_ label: String) -> Bool { request.speakers.contains { $0.lowercased() == label.lowercased() } }

    /// What the store calls a recording: its id, or what anonymisation made of it.
    private func sources(_ item: String) -> [String] {
        let given = store.latest(item: item, stage: StoreStage.descriptor.id).flatMap { try? StoreReceipt(decoding: $0.data).source }
        return Set([given, item].compactMap { $0 }).sorted()
    }

    private func studyWordsText() throws -> String { try StudyWordsFile.text(studyWordsName, root: folders.root) ?? "" }
    var studyWordsName: String { study.file.settings["bokmal"]?["words"] ?? "bokmal-ord.tsv" }

    // MARK: What to look for

    private func terms(_ plan: WithdrawalPlan, _ person: StudyFile.Participant?, _ talk: StudyTalk) throws -> [ByteSearch.Term] {
        var terms: [ByteSearch.Term] = []
        func add(_ text: String, _ kind: ByteSearch.Term.Kind) {
            let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard text.count >= 2, !terms.contains(where: { $0.text == text }) else { return }
            terms.append(.init(text: text, kind: kind))
        }
        let names = personNames(plan, person)
        for name in names { add(name, .name) }
        // Others say the given name alone.
        for name in names { for part in Self.parts(of: name) { add(part, .name) } }
        if let person {
            add(person.code, .code)
            // "Informant" alone is everybody's.
            if person.label.contains(where: \.isNumber) { add(person.label, .code) }
        }
        let kept = knownIDs.subtracting(plan.items)
        for id in plan.items {
            // An id that stands inside another's cannot be told from it.
            let search = ByteSearch([.init(text: id, kind: .item)])
            if !kept.contains(where: { !search.find(in: Data($0.utf8)).isEmpty }) { add(id, .item) }
        }
        for word in talk.distinctiveWords { add(word, .word) }
        for phrase in talk.distinctivePhrases { add(phrase, .phrase) }
        return terms
    }

    /// The words of a name of several that are names by themselves.
    static func parts(of name: String) -> [String] {
        let words = name.split { !$0.isLetter && $0 != "-" }.map(String.init)
        return words.count < 2 ? [] : words.filter { $0.count >= 3 && $0.first?.isUppercase == true }
    }

    /// What the person is called: as given, and as the drafts' labels have it where they are neither code nor role.
    func personNames(_ plan: WithdrawalPlan, _ person: StudyFile.Participant?) -> [String] {
        var names = request.names
        let ids = Set(plan.items)
        for item in study.everything where ids.contains(item.id) {
            guard let draft = item.files["draft"]?.first.flatMap({ try? WordsStage.read($0) }) else { continue }
            let raw = StudyTalk.raw(item.id, store)
            for label in Set(draft.pieces.compactMap(\.label)).sorted() where label.count >= 3 {
                guard SpeakerRoleWords.role(of: label) == nil, label.lowercased() != person?.code.lowercased(), label.lowercased() != person?.label.lowercased(),
                    !isInterviewer(label, raw)
                else { continue }
                // A label with a number in it is a code; a name is letters.
                if label.allSatisfy({ $0.isLetter || " -.'".contains($0) }) { names.append(label) }
            }
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0.lowercased()).inserted }
    }

    private func isInterviewer(_ label: String, _ raw: Transcript?) -> Bool {
        raw?.speakers.contains { $0.label.lowercased() == label.lowercased() && ($0.role == .interviewer || $0.role == .moderator) } ?? false
    }

    // MARK: The register

    private func planRegister(_ plan: inout WithdrawalPlan, _ talk: StudyTalk) throws {
        guard let register = register?.register else { return }
        let owners = register.owners(of: talk.detections), named = Set(register.people(named: plan.terms.filter { $0.kind == .name }.map(\.text)))
        for (place, entry) in register.entries.enumerated() {
            let isOnlyHere = !owners[place].isEmpty && owners[place] == [StudyTalk.person]
            guard isOnlyHere || named.contains(place) else { continue }
            plan.registerEntries.append(.init(type: entry.type, key: entry.key))
            guard named.contains(place) else { continue }
            for form in [entry.key] + entry.aliases where !plan.terms.contains(where: { $0.text.lowercased() == form }) {
                plan.terms.append(.init(text: form, kind: .name))
            }
            for item in owners[place].subtracting([StudyTalk.person]).sorted() where !plan.mentions.contains(item) && !plan.sharedItems.contains(item) {
                plan.mentions.append(item)
            }
        }
        // Names that only this person mentioned are words of the person's, and are looked for as well.
        for (place, entry) in register.entries.enumerated() where owners[place] == [StudyTalk.person] && !named.contains(place) && entry.key.count >= ByteSearch.plainLength {
            guard !plan.terms.contains(where: { $0.text.lowercased() == entry.key }) else { continue }
            plan.terms.append(.init(text: entry.key, kind: .word))
        }
        plan.mentions.sort()
    }

    /// What stands for the person in others' drafts from now on: the code that the transcripts have had all along.
    func replacements(_ plan: WithdrawalPlan, in item: String) -> [WithdrawalPlan.Replacement] {
        var result: [WithdrawalPlan.Replacement] = []
        func add(_ text: String, _ code: String) {
            if !text.isEmpty, !result.contains(where: { $0.text == text }) { result.append(.init(text: text, code: code)) }
        }
        if let register = register?.register {
            let named = Set(register.people(named: plan.terms.filter { $0.kind == .name }.map(\.text)))
            if let raw = StudyTalk.raw(item, store), let found = store.latest(item: item, stage: DetectStage.descriptor.id),
                let list = try? DetectionList(decoding: found.data).detections
            {
                let words = Dictionary(raw.turns.flatMap(\.words).map { ($0.id, $0.text) }, uniquingKeysWith: { a, _ in a })
                for (detection, place) in zip(list, register.places(of: list)) {
                    guard let place, named.contains(place), detection.field == .words else { continue }
                    let text = detection.wordIDs.compactMap { words[$0] }.joined(separator: " ")
                    add(text, register.entries[place].code + (detection.isGenitive ? "s" : ""))
                }
            }
            for place in named {
                for form in [register.entries[place].key] + register.entries[place].aliases { add(form, register.entries[place].code) }
            }
            if let code = named.first.map({ register.entries[$0].code }) {
                // Half a name may be somebody else's here: it goes, but gets nobody's code.
                let halves = Set(plan.terms.filter { $0.kind == .name }.flatMap { Self.parts(of: $0.text) })
                for term in plan.terms where term.kind == .name && !halves.contains(term.text) { add(term.text, code) }
            }
        }
        for term in plan.terms where term.kind == .name { add(term.text, "[navn]") }
        return result.sorted { ($1.text.count, $0.text) < ($0.text.count, $1.text) }
    }
}
