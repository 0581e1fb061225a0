/// What stopped a recording from being read: a stable code, what happened, and what to do next.
///
/// A file is named by its last path component only, so that messages can be logged without exposing folder names.
public struct IngestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable name of a failure; scripts may depend on the raw values.
    public enum Code: String, Sendable, Codable, CaseIterable {
        case missing
        case isDirectory = "is-directory"
        case notAFile = "not-a-file"
        case noPermission = "no-permission"
        case empty
        case notAudio = "not-audio"
        case unsupportedFormat = "unsupported-format"
        case cutOff = "cut-off"
        case corrupt
        case noSamples = "no-samples"
        case absurdHeader = "absurd-header"
        case readError = "read-error"
        case noSpace = "no-space"
        case noParts = "no-parts"
        case partsDisagree = "parts-disagree"
        case noSuchChannel = "no-such-channel"
        case resampling
        case converterMissing = "converter-missing"
        case conversionFailed = "conversion-failed"
    }

    public let code: Code
    /// What happened, in one sentence, naming the file.
    public let message: String
    /// What the reader can do about it.
    public let advice: String

    public init(_ code: Code, _ message: String, advice: String) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    public var description: String { "\(message) \(advice)" }
}

/// Something a reader of the recording must know, although it could be read.
public struct IngestWarning: Sendable, Codable, Hashable, CustomStringConvertible {
    /// The stable name of a warning.
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The file ends before its header says it does; the part that exists is used.
        case cutOff = "cut-off"
        /// The recorder never wrote the final sizes into the header; the audio is taken to the end of the file.
        case unfinishedHeader = "unfinished-header"
        /// Bytes after the audio belong to no known structure.
        case trailingBytes = "trailing-bytes"
        /// The length in the header is only an estimate or absent; the samples were counted by decoding.
        case lengthCounted = "length-counted"
        /// NaN or infinite samples were replaced by 0.
        case nonFinite = "non-finite"
        /// A metadata chunk is damaged and was left out.
        case metadata
        /// The parts of a split recording do not follow each other in time.
        case gapBetweenParts = "gap-between-parts"
    }

    public let code: Code
    /// What it is and what it means, in plain English.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
