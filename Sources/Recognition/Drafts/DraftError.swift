/// Why a draft cannot be read, and what to do about it.
public enum DraftError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    /// No encoding makes text of the bytes.
    case undecodable
    /// The bytes are some other kind of document that a word processor can open; the payload is its usual name.
    case notSupported(kind: String)
    /// The bytes are something else than a transcript, or of a program whose files are not read; the payload says what.
    case notTranscript(kind: String)
    /// A document locked with a password.
    case passwordProtected
    /// Named .docx, but no Word document inside.
    case notWordDocument
    /// A file that breaks off or breaks its own format's rules; the payload is where.
    case damaged(part: String)
    /// Larger than any transcript, packed or unpacked: the payload is the limit in bytes.
    case tooLarge(limit: Int)
    /// A .vtt or .srt without a single cue.
    case noCues

    public var description: String {
        switch self {
        case .empty: "the draft holds no text; check that the right file was saved"
        case .undecodable: "the draft is not text in any known encoding; save it as .docx, or as .txt in UTF-8"
        case .notSupported(let kind): "the draft is \(kind); open it in a word processor and save it as .docx"
        case .notTranscript(let kind): "the draft is \(kind); what can be read is \(Draft.readableKinds)"
        case .passwordProtected: "the document is locked with a password; remove the password in Word (File, Info, Protect) and try again"
        case .notWordDocument: "the file is not a Word document, whatever its name; save the draft as .docx from the word processor"
        case .damaged(let part): "the file is damaged (\(part)); open it in the program that wrote it, repair it and save it anew"
        case .tooLarge(let limit): "the draft is larger than \(limit / 1_048_576) MB of text; split it, or remove pictures and try again"
        case .noCues: "the subtitle file holds no cues; export it again"
        }
    }
}
