import Anonymization
import AudioIngest
import Foundation
import Pipeline
import Recognition

extension WithdrawalPlanner {
    // MARK: Drafts

    /// Drafts of recordings that stay: the person's turns leave shared ones, and the person's names give way to codes in all.
    func planDrafts(_ plan: inout WithdrawalPlan, _ person: StudyFile.Participant?) throws {
        let names = plan.terms.filter { $0.kind == .name }, search = StudySearch(names), shared = Set(plan.sharedItems), going = Set(plan.items)
        for item in study.everything where !going.contains(item.id) {
            let draft = item.files["draft"]?.first
            if shared.contains(item.id) {
                guard let draft, let person else { throw withoutDraft(item.id) }
                let labels = try ownLabels(draft, item.id, person)
                plan.edits.append(.init(path: path(draft), labels: labels))
            }
            guard let draft, !names.isEmpty else { continue }
            let hits = search.look(into: draft)
            guard hits?.isEmpty == false || plan.mentions.contains(item.id) else { continue }
            if !plan.mentions.contains(item.id), !shared.contains(item.id) { plan.mentions.append(item.id) }
            guard hits?.isEmpty == false || replacementsOccur(plan, item.id, draft) else { continue }
            let replacements = replacements(plan, in: item.id)
            if let index = plan.edits.firstIndex(where: { $0.path == path(draft) }) { plan.edits[index].names = replacements } else {
                plan.edits.append(.init(path: path(draft), names: replacements))
            }
        }
        plan.mentions.sort()
    }

    private func replacementsOccur(_ plan: WithdrawalPlan, _ item: String, _ draft: URL) -> Bool {
        let search = StudySearch(replacements(plan, in: item).map { .init(text: $0.text, kind: .name) })
        return search.look(into: draft)?.isEmpty == false
    }

    private func withoutDraft(_ id: String) -> RequestFault {
        RequestFault(
            "'\(id)' has no draft, so the person's words would be written down again by the next run; put a draft without them in \(Study.draftFolder)/ and take the person off the recording, or erase it with --erase-recordings")
    }

    /// The labels under which a draft has the person's turns.
    private func ownLabels(_ draft: URL, _ id: String, _ person: StudyFile.Participant) throws -> [String] {
        let typed = Set(try WordsStage.read(draft).pieces.compactMap(\.label))
        let own = typed.filter { label in
            [person.code.lowercased(), person.label.lowercased()].contains(label.lowercased()) || isNamed(label) || request.names.contains { $0.lowercased() == label.lowercased() }
        }
        guard !own.isEmpty else {
            throw RequestFault(
                "no speaker in the draft of '\(id)' is called '\(person.code)'; say with --speaker what the draft calls the person")
        }
        return own.sorted()
    }

    /// A path from the study's folder; whole for a file that lies elsewhere.
    func path(_ url: URL) -> String {
        let root = folders.root.standardizedFileURL.path + "/", path = url.standardizedFileURL.path
        return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    }

    // MARK: Files

    /// The recording a file for people belongs to, by its name: `P07.docx`, `P07.endret-1.docx`, `P07.forlop.svg`. The longest
    /// id that fits, since one may begin another.
    static func owner(_ name: String, among ids: Set<String>) -> String? {
        ids.filter { id in
            guard name.hasPrefix(id) else { return false }
            let rest = name.dropFirst(id.count)
            return rest.isEmpty || rest.hasPrefix(".")
        }.max { $0.count < $1.count }
    }

    func planFiles(_ plan: inout WithdrawalPlan) throws {
        let going = Set(plan.items), shared = Set(plan.sharedItems), mentions = Set(plan.mentions)
        let affected = going.union(shared).union(mentions)
        // Names that anonymisation gave a recording, and all names its runs have written.
        var names: [String: String] = [:], ids = knownIDs, products: [String: Set<String>] = [:]
        for id in knownIDs {
            for product in store.products(item: id) where product.place != .root {
                let path = (product.place == .sharing ? "deling/" : "fortrolig/") + product.name
                names[path] = id
                products[path, default: []].insert(product.digest)
            }
        }
        // What commands have written, under any name: sound among it, which nobody can search for words.
        for (id, signed) in SignatureFolder(folders).all() where knownIDs.contains(id) {
            let manifest = ShareManifest.read(folders.sharing.appendingPathComponent(ShareManifest.name(signed.recording)))
            for file in manifest?.files ?? [] where affected.contains(id) || names["deling/" + file.name] == nil { names["deling/" + file.name] = id }
        }
        for (source, id) in plan.items.map({ ($0, $0) }) + plan.sources.map({ ($0, plan.items.first ?? $0) }) where ids.insert(source).inserted { names[source] = id }
        let parts = Dictionary(grouping: study.everything, by: \.id).mapValues { $0.flatMap { ($0.files["recording"] ?? []).map(path) } }
        let ownParts = Set(going.flatMap { parts[$0] ?? [] }), ownDrafts = Set(study.everything.filter { going.contains($0.id) }.flatMap { ($0.files["draft"] ?? []).map(path) })
        let keptParts = Set(parts.filter { !going.contains($0.key) }.flatMap(\.value))
        let personal = StudySearch(plan.terms.filter { $0.kind != .phrase && $0.kind != .word })
        let edited = Set(plan.edits.map(\.path))
        func take(_ kind: WithdrawalPlan.Kind, _ path: String) { plan.files[kind, default: []].append(path) }
        func finds(_ path: String) -> Bool { personal.look(into: folders.root.appendingPathComponent(path))?.isEmpty == false }

        // Stored results that hold something of the person whoever's they are, such as those of an older draft.
        let stale = knownIDs.subtracting(affected).filter { id in store.stored(item: id) { !personal.search.find(in: $0).isEmpty } }
        plan.results = affected.union(stale).sorted() + [Runner.studyItem]
        plan.resultCount = plan.results.reduce(0) { $0 + store.count(item: $1) }
        for path in StudyRoom.files(folders.root) {
            let part = path.split(separator: "/").map(String.init), name = part.last ?? ""
            switch StudyRoom.claiming(path).first {
            case .recordings:
                let stem = Study.safe(id: String(name.prefix { $0 != "." }))
                if ownParts.contains(path) || !keptParts.contains(path) && going.contains(stem) { take(.recordings, path) }
            case .drafts:
                guard !edited.contains(path) else { continue }
                let owner = Self.owner(name, among: knownIDs).map(going.contains) ?? false
                let isByRecording = ownParts.contains { ($0 as NSString).lastPathComponent.prefix { $0 != "." } == name.prefix { $0 != "." } }
                if ownDrafts.contains(path) || owner || isByRecording { take(.drafts, path) } else { planNames(&plan, path) }
            case .memory, .studyState, .temporaries: take(.temporaries, path)
            case .confidentialFiles, .sharedFiles:
                let kind: WithdrawalPlan.Kind = part[0] == "deling" ? .shared : .confidential
                let owner = names[path] ?? part.dropFirst().lazy.compactMap { Self.owner($0, among: ids) }.first.map { names[$0] ?? $0 }
                if let owner, going.contains(owner) || shared.contains(owner) { take(kind, path) } else if let owner, mentions.contains(owner) {
                    // What a run wrote, the next one writes again; what somebody has edited since stays, with a code for the name.
                    let digest = try? Digest.sha256(file: folders.root.appendingPathComponent(path))
                    if digest.map({ products[path]?.contains($0) == true }) ?? false { take(kind, path) } else { planNames(&plan, path) }
                } else if isDerived(part), finds(path) { take(kind, path) } else { planNames(&plan, path) }
            // What was made of the analysis quotes whoever was coded, and can be made anew from the store without this person.
            case .analyses: if !plan.sources.isEmpty || !plan.sharedSources.isEmpty { take(.confidential, path) }
            default: break
            }
        }
        for part in ownParts.union(ownDrafts).sorted() where part.hasPrefix("/") { take(ownDrafts.contains(part) ? .drafts : .recordings, part) }
        if let file = request.namesFile, file != "-" {
            let named = URL(fileURLWithPath: file).resolvingSymlinksInPath().path, root = folders.root.resolvingSymlinksInPath().path + "/"
            if named.hasPrefix(root) { take(.confidential, String(named.dropFirst(root.count))) }
        }
        // A link's own target is the recording.
        for link in plan.files[.recordings] ?? [] where !link.hasPrefix("/") {
            let url = folders.root.appendingPathComponent(link)
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) != nil { take(.recordings, url.resolvingSymlinksInPath().path) }
        }
        plan.edits.sort { $0.path < $1.path }
    }

    /// Files over the whole study that a run makes again.
    private func isDerived(_ parts: [String]) -> Bool {
        parts.count == 2 && parts[0] == "fortrolig" && parts[1].hasPrefix(StudyAudit.fileStem + ".")
    }

    /// A file that stays gets codes for the person's names, where it has any.
    private func planNames(_ plan: inout WithdrawalPlan, _ path: String) {
        let names = plan.terms.filter { $0.kind == .name }
        guard !names.isEmpty, !plan.edits.contains(where: { $0.path == path }) else { return }
        guard StudySearch(names).look(into: folders.root.appendingPathComponent(path))?.isEmpty == false else { return }
        let owner = path.split(separator: "/").last.flatMap { Self.owner(String($0), among: knownIDs) } ?? ""
        plan.edits.append(.init(path: path, names: replacements(plan, in: owner)))
    }

    func notes(_ plan: WithdrawalPlan, _ person: StudyFile.Participant?) -> [String] {
        var notes: [String] = []
        if !plan.terms.contains(where: { $0.kind == .name }) {
            notes.append("the study knows no name of the person; where others may have said or written it, give it with --name, so that it is found")
        }
        if register == nil { notes.append("the study has no key register: which codes stood for the person, nobody can tell any more") }
        if register != nil, !plan.registerEntries.isEmpty {
            notes.append("copies of the key register that were exported still name the person; export anew over them ('ordrett key export --force'), and erase the rest")
        }
        if !plan.mentions.isEmpty {
            notes.append("in the sound of \(plan.mentions.joined(separator: ", ")) the person's name may be heard; 'ordrett redact-audio' makes copies without it")
        }
        if !plan.sharedItems.isEmpty {
            notes.append("the person's voice stays in the sound of \(plan.sharedItems.joined(separator: ", ")); silence it with another program, or delete the sound")
        }
        if let code = person?.code, code.count < 2 { notes.append("the code '\(code)' is too short to be looked for by itself") }
        return notes
    }
}
