/// Reading recordings: files of any recorder as streams of samples, with what the recorder knew about them.
///
/// `Recording` opens one file, or the parts a recorder split it into; `RecordingScanner` finds recordings in folders;
/// `RecordingInspection` says what is wrong with one before it is trusted. Files are opened for reading only and streamed in
/// blocks, so that memory does not grow with the duration. libsndfile decodes, libsoxr resamples.
public enum SupportedFormats {
    /// Version of the samples this module delivers: it changes when the same file would give other samples.
    public static let version = 1

    /// Endings of files that are read directly, in lower case, sorted.
    public static var readableExtensions: [String] { FileSniffer.audioExtensions.sorted() }
    /// Endings of sound files that ffmpeg must convert, in lower case, sorted.
    public static var convertibleExtensions: [String] { FileSniffer.foreignExtensions.sorted() }
}
