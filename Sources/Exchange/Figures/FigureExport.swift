import Anonymization
import Foundation
import Signal
import Transcript

/// Pictures of anonymised transcripts: who talks when, pauses, laughter, emphasis, pitch and loudness.
///
/// They show no word of the transcript. Pitch and loudness are relative to each speaker's own median, never in hertz:
/// absolute pitch tells sex and age, and helps to recognise a voice.
public enum ShareableFigure {
    /// The course of the talk as an SVG drawing, `P07.forlop.svg`.
    /// - Parameters:
    ///   - transcript: only anonymisation can have made it.
    ///   - contours: pitch and loudness of the same recording; nil for lanes only.
    public static func render(
        _ transcript: AnonymizedTranscript, contours: SoundContours? = nil, options: FigureOptions = FigureOptions()
    ) -> ShareableFile {
        let made = TalkFigure(transcript.document, contours: contours, status: .of(transcript), options: options).made()
        let name = TextEscaping.fileName(transcript.document.recording.id) + ".forlop.svg"
        return ShareableFile(name: name, data: made.data, notes: made.notes)
    }

    /// How long the pauses and the response latencies are, speaker by speaker: `P07.pauser.svg`.
    public static func renderPauses(
        _ transcript: AnonymizedTranscript, options: FigureOptions = FigureOptions()
    ) -> ShareableFile {
        let figure = PauseFigure(transcript.document, status: .of(transcript), options: options)
        let name = TextEscaping.fileName(transcript.document.recording.id) + ".pauser.svg"
        return ShareableFile(name: name, data: figure.data(), notes: [])
    }
}

/// Pictures of raw transcripts, stamped as confidential, with pitch in hertz.
public enum ConfidentialFigure {
    /// The course of the talk, `P07.fortrolig.forlop.svg`.
    public static func render(
        _ transcript: Transcript, contours: SoundContours? = nil, options: FigureOptions = FigureOptions()
    ) -> ConfidentialFile {
        let made = TalkFigure(transcript, contours: contours, status: .confidential, options: options).made()
        let name = TextEscaping.fileName(transcript.recording.id) + ".fortrolig.forlop.svg"
        return ConfidentialFile(name: name, data: made.data, notes: made.notes)
    }

    /// The lengths of pauses and latencies, `P07.fortrolig.pauser.svg`.
    public static func renderPauses(_ transcript: Transcript, options: FigureOptions = FigureOptions()) -> ConfidentialFile {
        let figure = PauseFigure(transcript, status: .confidential, options: options)
        let name = TextEscaping.fileName(transcript.recording.id) + ".fortrolig.pauser.svg"
        return ConfidentialFile(name: name, data: figure.data(), notes: [])
    }
}

extension ShareableFile {
    /// The same picture in another form, made from this file's bytes and nothing else (`svg` to `png`).
    public func converted(to fileExtension: String, by convert: (Data) throws -> Data) rethrows -> ShareableFile {
        ShareableFile(name: name.replacingExtension(fileExtension), data: try convert(data), notes: notes)
    }
}

extension ConfidentialFile {
    /// The same picture in another form.
    public func converted(to fileExtension: String, by convert: (Data) throws -> Data) rethrows -> ConfidentialFile {
        ConfidentialFile(name: name.replacingExtension(fileExtension), data: try convert(data), notes: notes)
    }
}

extension String {
    fileprivate func replacingExtension(_ new: String) -> String {
        (lastIndex(of: ".").map { String(self[..<$0]) } ?? self) + "." + new
    }
}
