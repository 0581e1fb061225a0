import Anonymization
import Exchange
import Foundation
import Pipeline
import Prosody
import Signal
import Transcript

/// What the commands `figure` and `statistics` do.
public enum FigureTools {
    public static let pictures = FiguresStage.Picture.allCases.map(\.rawValue)
    public static let statisticsFormats = StatisticsFormat.allCases.map(\.rawValue)

    /// A picture of a talk.
    /// - Parameters:
    ///   - data: a sealed or a raw transcript.
    ///   - audio: the recording, for pitch and loudness; nil for lanes only.
    ///   - rowSeconds: seconds a row; nil for what suits the length.
    public static func figure(
        _ data: Data, picture: String, audio: String?, png: Bool, rowSeconds: Double?, title: String?, english: Bool,
        progress: @escaping Signal.Progress = { _ in }
    ) throws -> ExportTool.Result {
        let transcript = try GivenTranscript(data)
        guard let picture = FiguresStage.Picture(rawValue: picture) else {
            throw StageFault("'\(picture)' is no picture; allowed: \(pictures.joined(separator: ", "))")
        }
        var options = FigureOptions(language: english ? .english : .bokmal)
        options.title = title
        options.rowSeconds = rowSeconds
        var contours: SoundContours?
        if let audio, picture == .course { contours = try self.contours(of: audio, for: transcript.document, progress) }
        let converter = png ? PictureConverter() : nil
        if png && converter == nil { throw StageFault(PictureConverter.missing) }
        switch transcript {
        case .sealed(let sealed):
            var file = picture == .course
                ? ShareableFigure.render(sealed, contours: contours, options: options) : ShareableFigure.renderPauses(sealed, options: options)
            if let converter { file = try file.converted(to: "png") { try converter.png($0) } }
            return .init(name: file.name, data: file.data, isConfidential: false, notes: file.notes)
        case .raw(let raw):
            var file = picture == .course
                ? ConfidentialFigure.render(raw, contours: contours, options: options) : ConfidentialFigure.renderPauses(raw, options: options)
            if let converter { file = try file.converted(to: "png") { try converter.png($0) } }
            return .init(name: file.name, data: file.data, isConfidential: true, notes: file.notes)
        }
    }

    private static func contours(of path: String, for transcript: Transcript, _ progress: @escaping Signal.Progress) throws -> SoundContours {
        let access = try SpeechTools.open(path)
        defer { withExtendedLifetime(access) {} }
        let seconds = access.recording.rate.seconds(access.recording.length)
        guard abs(seconds - transcript.recording.seconds) < 1 else {
            throw StageFault(
                "the recording is \(seconds.clock) long, the transcript's is \(transcript.recording.seconds.clock); are they of the same talk?")
        }
        var source = try access.recording.analysisSource(SpeechTools.channel(of: access.recording))
        return try ProsodyAnalyzer().contours(source: &source, progress: progress)
    }

    /// Who talks, pauses and waits how much: of one recording, or of several together.
    public static func statistics(_ inputs: [Data], format: String, english: Bool) throws -> [ExportTool.Result] {
        guard let format = StatisticsFormat(rawValue: format) else {
            throw StageFault("'\(format)' is no format; allowed: \(statisticsFormats.joined(separator: ", "))")
        }
        let language: DocumentLanguage = english ? .english : .bokmal
        let transcripts = try inputs.map(GivenTranscript.init)
        var seen: Set<String> = []
        for transcript in transcripts where !seen.insert(transcript.document.recording.id).inserted {
            throw StageFault("the recording '\(TextFile.name(transcript.document.recording.id))' is given twice and would count twice; leave one out")
        }
        let sealed = transcripts.compactMap { if case .sealed(let one) = $0 { one } else { nil } }
        if sealed.count == transcripts.count {
            let files = sealed.count == 1
                ? [try ShareableStatistics.render(sealed[0], format: format, language: language)]
                : try ShareableStatistics.render(study: sealed, format: format, language: language)
            return files.map { .init(name: $0.name, data: $0.data, isConfidential: false, notes: $0.notes) }
        }
        // One raw transcript makes the whole confidential.
        let documents = transcripts.map(\.document)
        let files = documents.count == 1
            ? [try ConfidentialStatistics.render(documents[0], format: format, language: language)]
            : try ConfidentialStatistics.render(study: documents, format: format, language: language)
        return files.map { .init(name: $0.name, data: $0.data, isConfidential: true, notes: $0.notes) }
    }
}
