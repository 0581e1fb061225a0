import Exchange
import Foundation
import Pipeline
import Transcript

/// Pictures and numbers of the talk: anonymised ones for sharing, and, when asked, raw ones.
struct FiguresStage: ItemStage {
    enum Picture: String, CaseIterable { case course = "forlop", pauses = "pauser" }

    static let descriptor = StageDescriptor(
        id: "figures", version: 3, summary: "pictures of the talk, and who talks, pauses and waits how much",
        inputs: [WordedTranscript.self, AnonymizedArtefact.self],
        optionalInputs: [AlignedTranscript.self, MarkedTranscript.self, BokmalTranscript.self, AuditArtefact.self, ContourMap.self],
        output: FigureList.self, facts: [SharingFact.name],
        settings: [
            Setting(
                "pictures", .list(of: Picture.allCases.map(\.rawValue)), default: .list(["forlop"]),
                "forlop: the talk over time; pauser: lengths of pauses and of latencies"),
            Setting("png", .bool, default: .bool(false), "each picture as PNG too, where rsvg-convert is installed"),
            Setting(
                "statistics", .list(of: StatisticsFormat.allCases.map(\.rawValue)), default: .list(["csv", "html"]),
                "talk time, turns, pauses, latencies and rate of each speaker"),
            Setting("confidential", .bool, default: .bool(false), "the same of the raw transcript, with pitch in hertz, into fortrolig/"),
            Setting("curves", .bool, default: .bool(true), "pitch and loudness, where the pipeline has the stage contours"),
            Setting("language", .choice(["bokmal", "english"]), default: .text("bokmal"), "language of headings"),
        ],
        irreplaceable: "what it writes goes into deling/; make pictures of the files there")

    let settings: Settings
    let language: DocumentLanguage

    init(settings: Settings) {
        self.settings = settings
        language = DocumentLanguage(rawValue: settings.text("language")) ?? .bokmal
    }

    /// Another rsvg-convert may draw letters otherwise; that it is missing is known before anything runs.
    func resources(in folders: OutputFolders) throws -> [String: String] {
        guard settings.bool("png") else { return [:] }
        guard let program = Doctor.find("rsvg-convert") else { throw StageFault(PictureConverter.missing) }
        return ["rsvg-convert": try Digest.sha256(file: URL(fileURLWithPath: program))]
    }

    func resources(of item: Item, in folders: OutputFolders) throws -> [String: String] {
        SharingGate.resource(item, folders)
    }

    func run(_ context: ItemContext) throws -> FigureList {
        let permit = try context.sharingPermit()
        let anonymized = try context.input(AnonymizedArtefact.self).transcript
        let contours = try settings.bool("curves") ? context.optional(ContourMap.self)?.contours : nil
        let options = FigureOptions(language: language)
        let pictures = settings.list("pictures").compactMap(Picture.init(rawValue:))
        let formats = settings.list("statistics").compactMap(StatisticsFormat.init(rawValue:))
        var shareable: [ShareableFile] = permit == nil ? [] : pictures.map { picture in
            switch picture {
            case .course: ShareableFigure.render(anonymized, contours: contours, options: options)
            case .pauses: ShareableFigure.renderPauses(anonymized, options: options)
            }
        }
        var closed: [ConfidentialFile] = []
        let raw = try settings.bool("confidential") ? context.latestTranscript() : nil
        if let raw {
            closed = pictures.map { picture in
                switch picture {
                case .course: ConfidentialFigure.render(raw, contours: contours, options: options)
                case .pauses: ConfidentialFigure.renderPauses(raw, options: options)
                }
            }
        }
        try context.progress(0.3)
        if settings.bool("png") {
            guard let converter = PictureConverter() else { throw StageFault(PictureConverter.missing) }
            let poll = { try context.progress(0.5) }
            shareable += try shareable.map { try $0.converted(to: "png") { try converter.png($0, poll: poll) } }
            closed += try closed.map { try $0.converted(to: "png") { try converter.png($0, poll: poll) } }
        }
        for format in formats {
            if permit != nil { shareable.append(try ShareableStatistics.render(anonymized, format: format, language: language)) }
            if let raw { closed.append(try ConfidentialStatistics.render(raw, format: format, language: language)) }
        }
        try context.progress(0.9)
        // All is made before anything is written.
        if let permit { try context.share(shareable, stage: Self.descriptor.id, permit: permit) }
        for file in closed { try context.lockAway(file) }
        return FigureList(files: shareable.map(\.name))
    }
}
