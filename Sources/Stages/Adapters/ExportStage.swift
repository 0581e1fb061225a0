import Anonymization
import CodingStore
import Exchange
import Foundation
import Pipeline
import Transcript

/// Puts the anonymised transcript into the study's coding store.
struct StoreStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "store", version: 2, summary: "into the coding store", inputs: [AnonymizedArtefact.self],
        optionalInputs: [AuditArtefact.self], output: StoreReceipt.self, facts: [ItemFacts.name, WaveFact.name],
        irreplaceable: "what was coded must stay in its place; exchange projects with 'ordrett code export'")

    init(settings: Settings) {}

    func run(_ context: ItemContext) throws -> StoreReceipt {
        let url = context.folders.root.appendingPathComponent(Study.storeName)
        try context.stopOnLeak()
        if context.hasRunBefore && !FileManager.default.fileExists(atPath: url.path) {
            throw StageFault(
                "'\(Study.storeName)' is gone, but the study has used it: what was coded is in it; restore it from a copy, or begin a new one with 'ordrett init'")
        }
        let store = try CodingStore(url), transcript = try context.input(AnonymizedArtefact.self).transcript
        try store.importTranscript(transcript, who: "ordrett")
        try StudyCases.follow(context.item, transcript, in: store)
        return StoreReceipt(source: transcript.document.recording.id, digest: Digest.sha256(try transcript.encoded()))
    }

    static let hasEffect = true

    private static let documents = FileReading<[String: String]>()

    func stillHolds(_ output: StoreReceipt, item: Item, in folders: OutputFolders) throws -> Bool {
        let url = folders.root.appendingPathComponent(Study.storeName)
        // What is written goes into the second file first.
        let stored = try Self.documents.value(of: [url.path], touched: [url.path + "-wal"]) { try CodingStore.Reader(url).documents() }
        return stored[output.source] == output.digest
    }
}

/// Writes files for people: anonymised ones for sharing, and, when asked, raw ones for checking.
struct ExportStage: ItemStage {
    static let formats = ExportFormat.allCases.map(\.rawValue)
    static let descriptor = StageDescriptor(
        id: "export", version: 5, summary: "files that Word, LibreOffice, NVivo, MAXQDA, ATLAS.ti, ELAN and Praat read",
        inputs: [WordedTranscript.self, AnonymizedArtefact.self],
        optionalInputs: [AlignedTranscript.self, MarkedTranscript.self, BokmalTranscript.self, AuditArtefact.self],
        output: ExportList.self,
        facts: [ItemFacts.name, SharingFact.name],
        settings: [
            Setting("formats", .list(of: formats), default: .list(["docx", "html", "vtt", "json"]), "anonymised, into deling/"),
            Setting("confidential", .list(of: formats), default: .list(["docx"]), "raw, for checking, into fortrolig/"),
            Setting(
                "notation", .text(hint: "a shipped table (\(NotationTable.shipped.joined(separator: ", "))) or a .yaml file"),
                default: .text("helse"), "how pauses, emphasis and other marks are written"),
            Setting("view", .choice(TranscriptView.allCases.map(\.rawValue)), default: .text("bokmal"), "words as said, in Bokmål, or a view between"),
            Setting("times", .bool, default: .bool(true), "a time stamp at every turn"),
            Setting(
                "time_place", .choice(ExportOptions.TimePlacement.allCases.map(\.rawValue)), default: .text("inline"),
                "docx, odt and pdf: times before the speaker, or in the page's margin"),
            Setting(
                "numbering", .choice(LayoutOptions.Numbering.allCases.map(\.rawValue)), default: .text("none"), "numbers for citing"),
            Setting(
                "emphasis", .choice(ExportTool.emphases), default: .text("notation"), "how emphasised words look; notation: as the table says"),
            Setting(
                "backchannels", .choice(["notation", "own-turn", "inline", "dropped"]), default: .text("notation"),
                "the listener's mm and ja; notation: as the table says"),
            Setting("fillers", .choice(["notation", "keep", "drop"]), default: .text("notation"), "eh, øh, mm"),
            Setting(
                "citation", .text(hint: "a pattern such as ({label}) or ({date:dd.MM.yy}. {role})"),
                default: .text("({label})"), "how a quotation is cited"),
            Setting("language", .choice(["bokmal", "english"]), default: .text("bokmal"), "language of headings"),
            Setting(
                "play", .bool, default: .bool(true), "a raw html or eaf names the recording, when it lies in the study; anonymised ones never do"),
            Setting("ending", .text(hint: "the ending of the file that another program makes, such as xlsx"), default: .text(""), "ending of the other program's file"),
        ] + ExternalCommand.settings("{json} (the anonymised transcript) and {result}; it makes one more file for deling/, beside the formats", timeout: 600))

    let settings: Settings
    let layout: LayoutOptions

    init(settings: Settings) throws {
        self.settings = settings
        var layout = LayoutOptions()
        layout.view = TranscriptView(rawValue: settings.text("view")) ?? .bokmal
        layout.times = settings.bool("times")
        layout.numbering = LayoutOptions.Numbering(rawValue: settings.text("numbering")) ?? .none
        layout.language = DocumentLanguage(rawValue: settings.text("language")) ?? .bokmal
        layout.citation = try QuotationStyle(settings.text("citation"))
        if !settings.list("command").isEmpty, let refusal = ExternalExport.refusal(settings.text("ending")) {
            throw DefinitionError(file: "pipeline", key: "export.ending", message: refusal)
        }
        self.layout = layout
    }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        var digests: [String: String] = [:]
        digests["notation"] = try ArtefactText.digest(notation(folders.root))
        // Another LibreOffice may break lines elsewhere. That it is missing is known before anything runs.
        if makesPDF { digests["libreoffice"] = try OfficeConverter.find().digest() }
        if let external = try external(folders) { digests.merge(try external.command.digests()) { $1 } }
        return digests
    }

    /// The program that makes one more format; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalExport? {
        let command = settings.list("command")
        guard !command.isEmpty else { return nil }
        return try ExternalExport(command: command, ending: settings.text("ending"), timeout: settings.number("timeout"), base: folders.root)
    }

    func resources(of item: Item, in folders: OutputFolders) throws -> [String: String] {
        SharingGate.resource(item, folders)
    }

    private var makesPDF: Bool { (settings.list("formats") + settings.list("confidential")).contains(ExportFormat.pdf.rawValue) }

    private func notation(_ root: URL) throws -> NotationTable {
        let name = settings.text("notation")
        if NotationTable.shipped.contains(name) { return try NotationTable.named(name) }
        let own = root.appendingPathComponent(name).path
        return try NotationTable.load(path: FileManager.default.fileExists(atPath: own) ? own : name)
    }

    func run(_ context: ItemContext) throws -> ExportList {
        var table = try notation(context.folders.root)
        switch settings.text("backchannels") {
        case "own-turn": table.backchannels.placement = .ownTurn
        case "inline": table.backchannels.placement = .inline
        case "dropped": table.backchannels.placement = .dropped
        default: break
        }
        switch settings.text("fillers") {
        case "keep": table.fillers.verbatim = .keep; table.fillers.bokmal = .keep
        case "drop": table.fillers.verbatim = .drop; table.fillers.bokmal = .drop
        default: break
        }
        if let style = NotationTable.Emphasis.Style(rawValue: settings.text("emphasis")) { table.emphasis.style = style }
        let permit = try context.sharingPermit()
        var layout = layout
        for participant in context.item.recordingFacts.participants {
            // What a study calls somebody's part in it stands under one of these names among the traits.
            layout.roleNames[participant.code] = participant.attributes["rolle"] ?? participant.attributes["stilling"]
        }
        let anonymized = try context.input(AnonymizedArtefact.self).transcript
        let shared = permit == nil ? [] : settings.list("formats").compactMap(ExportFormat.init(rawValue:))
        let raw = settings.list("confidential").compactMap(ExportFormat.init(rawValue:))
        var shareable: [ShareableFile] = [], closed: [ConfidentialFile] = [], done = 0.0
        let total = Double(max(1, shared.count + raw.count))
        let options = ExportOptions(timePlacement: ExportOptions.TimePlacement(rawValue: settings.text("time_place")) ?? .inline)
        let office = makesPDF ? try OfficeConverter.find() : nil
        // A stopped run must not wait for LibreOffice.
        func pdf(at share: Double) -> OfficeConverter? { office?.polled { try context.progress(share) } }
        for format in shared {
            shareable.append(
                try ShareableExport.render(
                    anonymized, format: format, notation: table, layout: layout, options: options, pdf: pdf(at: done / total)))
            done += 1
            try context.progress(done / total)
        }
        if permit != nil, let external = try external(context.folders) {
            let json = try ShareableExport.render(anonymized, format: .json, notation: table, layout: layout, options: options)
            shareable.append(try external.file(of: json, complaints: context.complaints(Self.descriptor.id)) { try context.progress(done / total) })
        }
        if !raw.isEmpty {
            let transcript = try context.latestTranscript()
            for format in raw {
                closed.append(
                    try ConfidentialExport.render(
                        transcript, format: format, notation: table, layout: layout, options: options, audio: recording(context),
                        pdf: pdf(at: done / total)))
                done += 1
                try context.progress(done / total)
            }
        }
        // All is made before anything is written, and nothing stops the writing half-way: a file in deling/ that no record
        // knows could not be told from one that somebody edited.
        let provenance = context.provenance()
        if let permit { try context.share(shareable, stage: Self.descriptor.id, permit: permit, provenance: provenance) }
        for file in closed { try context.lockAway(file) }
        if !closed.isEmpty {
            let name = TextEscaping.fileName(anonymized.document.recording.id) + ExportProvenance.suffix
            let sidecar = ExportProvenance(files: closed.map { .init(name: $0.name, sha256: Digest.sha256($0.data)) }, provenance: provenance)
            try context.publish(name, sidecar.encoded(), in: .confidential)
        }
        return ExportList(files: shareable.map(\.name))
    }
}

extension ExportStage {
    /// The item's one recording, when it lies in the study's folder: a path out of it would say where the study lies on the disk,
    /// and would not outlive the study's moving. A recording in several files cannot be played as one.
    private func recording(_ context: ItemContext) -> AudioReference? {
        let parts = context.files("recording"), root = context.folders.root.resolvingSymlinksInPath().path
        guard settings.bool("play"), parts.count == 1, let url = parts.first?.resolvingSymlinksInPath(), url.path.hasPrefix(root + "/") else { return nil }
        return AudioReference(from: context.folders.confidential.resolvingSymlinksInPath(), to: url)
    }
}

extension ItemContext {
    /// Nothing goes on to the store or to sharing when the audit found something of the key register in it.
    func stopOnLeak() throws {
        guard let audit = try optional(AuditArtefact.self), audit.report.verdict == .leak else { return }
        throw StageFault(Self.leakMessage(audit.report.recording))
    }

    static func leakMessage(_ recording: String) -> String {
        "the audit found something of the key register left in the text; see \(recording).revisjon.md, correct the draft or the policy's lists, and run again"
    }

    /// Into `fortrolig/`.
    func lockAway(_ file: ConfidentialFile) throws { try publish(file.name, file.data, in: .confidential) }
}

/// A digest of any value that encodes the same way every time.
enum ArtefactText {
    static func digest<T: Encodable>(_ value: T) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Digest.sha256(try encoder.encode(value))
    }
}
