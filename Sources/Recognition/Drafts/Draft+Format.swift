extension Draft {
    /// The kinds of file that are read.
    public enum Format: String, Codable, Sendable, CaseIterable {
        case text = "txt"
        case word = "docx"
        case richText = "rtf"
        case openDocument = "odt"
        case webVTT = "vtt"
        case subRip = "srt"
        /// What the whisper programs, faster-whisper, WhisperX and aTrain write.
        case whisperJSON = "json"
        /// noScribe's page, with an anchor a segment.
        case noScribe = "noscribe"
        /// Any other web page.
        case html
        case oTranscribe = "otr"
        case elan = "eaf"
        case textGrid = "TextGrid"

        /// Whether each stretch of the talk comes with its times and, often, its speaker, from the format itself.
        var hasCues: Bool {
            switch self {
            case .webVTT, .subRip, .whisperJSON, .noScribe, .elan, .textGrid: true
            case .text, .word, .richText, .openDocument, .html, .oTranscribe: false
            }
        }
    }

    /// Extensions, lower case, that a readable file usually has, the researcher's own typing before what programs wrote:
    /// of several files for one recording, the first is the one that somebody has most likely corrected.
    public static let extensions = [
        "txt", "docx", "odt", "fodt", "rtf", "otr", "eaf", "textgrid", "html", "htm", "vtt", "srt", "json",
    ]

    /// What is read, in words, for messages.
    public static let readableKinds =
        "plain text (.txt), Word (.docx), OpenDocument (.odt), rich text (.rtf), subtitles (.vtt, .srt), JSON of the whisper programs, WhisperX "
        + "and aTrain (.json), noScribe (.html, .vtt), oTranscribe (.otr), ELAN (.eaf) and Praat (.TextGrid)"

    /// Most bytes a draft may have, packed.
    public static let sizeLimit = 64 << 20
    /// Most bytes of talk that are read: about eight times what is said in a working day.
    static let textLimit = 4 << 20
}
