import Signal

/// Who spoke when.
public struct SpeakerSegmentation: Hashable, Sendable, Codable {
    /// In order of time, counted at 16 kHz. Labels are S1, S2, … in order of first appearance. The confidence is the
    /// belief that the segment is this speaker and not one of the others, 0 … 1; nil when there is only one speaker.
    public var segments: [LabeledSegment]
    /// Different labels in `segments`.
    public var speakerCount: Int
    /// Whether the caller gave the number of speakers; otherwise it was estimated.
    public var countWasGiven: Bool
    /// What the reader should know about the result: why there are fewer speakers than asked for, how the number was
    /// found, what could not be told apart. Empty when there is nothing to say.
    public var notes: [String]

    public init(segments: [LabeledSegment], speakerCount: Int, countWasGiven: Bool, notes: [String]) {
        self.segments = segments
        self.speakerCount = speakerCount
        self.countWasGiven = countWasGiven
        self.notes = notes
    }
}

/// A speaker segmentation that cannot be started.
public enum SpeakerSegmentationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The source does not run at 16 kHz.
    case wrongRate(SampleRate)
    /// `speakers` or `maxSpeakers` is out of range.
    case invalidSpeakerCount(Int)
    /// The background model that ships with the program is missing or damaged.
    case unusableModel(String)
    /// What was put aside in a temporary file cannot be read back.
    case temporaryFile

    public var description: String {
        switch self {
        case .wrongRate(let rate):
            "Speaker segmentation needs audio at 16000 Hz and got \(rate). Resample the recording first."
        case .invalidSpeakerCount(let count):
            "\(count) is not a number of speakers that can be told apart. Give a number from 1 to "
                + "\(SpeakerSegmenter.mostSpeakers)."
        case .unusableModel(let reason):
            "The speaker background model cannot be used: \(reason). Reinstall the program."
        case .temporaryFile:
            "Data put aside in the temporary folder cannot be read back. Check that disk, or set TMPDIR to another folder, "
                + "and try again."
        }
    }
}
