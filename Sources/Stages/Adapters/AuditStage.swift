import Anonymization
import Bokmal
import Exchange
import Foundation
import Pipeline
import Transcript

/// Looks at the result as a stranger would, and with the register in hand. What a reader needs before signing goes into `fortrolig/`:
/// the report, and a copy of the anonymised transcript to read.
struct AuditStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "audit", version: 5, summary: "is anything left that identifies?",
        inputs: [AnonymizedArtefact.self, RegisterArtefact.self], optionalInputs: [DetectionList.self], output: AuditArtefact.self,
        settings: [Setting("language", .choice(["bokmal", "english"]), default: .text("bokmal"), "language of the report")],
        irreplaceable: "a signature stands for what it looks for; check the files in deling/ with other programs beside it")

    let language: AuditReport.Language
    init(settings: Settings) { language = AuditReport.Language(rawValue: settings.text("language")) ?? .bokmal }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        ["names": try ResourceDigest.of(AnonymizationResources.folder), "words": try ResourceDigest.of(BokmalResources.folder)]
    }

    func run(_ context: ItemContext) throws -> AuditArtefact {
        let transcript = try context.input(AnonymizedArtefact.self).transcript
        let register = try context.input(RegisterArtefact.self)
        let policy = try PolicyFile.load(register.policy, root: context.folders.root)
        let report = try Audit().audit(
            transcript, register: register.register, detector: Detector(options: policy.detectorOptions()), policy: policy,
            decisions: context.optional(DetectionList.self)?.decisions, detections: context.optional(DetectionList.self)?.detections)
        let name = TextEscaping.fileName(transcript.document.recording.id)
        let page = report.page(language)
        try context.publish(name + ".revisjon.md", Data(page.markdown.utf8), in: .confidential)
        try context.publish(name + ".revisjon.html", Data(page.html.utf8), in: .confidential)
        try context.publish(name + ".revisjon.docx", page.docx(), in: .confidential)
        try context.publish(name + ".revisjon.json", report.encoded(), in: .confidential)
        // Turns are numbered as the report names them.
        var layout = LayoutOptions()
        layout.numbering = .turns
        layout.language = language == .bokmal ? .bokmal : .english
        layout.title = transcript.document.recording.id + (language == .bokmal ? ": lesekopi før underskrift" : ": reading copy before signing")
        var notation = try NotationTable.named("helse")
        notation.backchannels.placement = .ownTurn
        for format in [ExportFormat.docx, .html] {
            let copy = try ShareableExport.render(transcript, format: format, notation: notation, layout: layout)
            try context.publish(name + ".lesekopi.fortrolig." + format.rawValue, copy.data, in: .confidential)
        }
        return AuditArtefact(report: report, policyDigest: register.policyDigest)
    }
}
