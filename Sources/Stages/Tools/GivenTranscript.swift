import Anonymization
import Foundation
import Transcript

/// A transcript that a command was given: sealed ones may be shared, raw ones may not.
enum GivenTranscript {
    case sealed(AnonymizedTranscript)
    case raw(Transcript)

    init(_ data: Data) throws {
        do {
            self = .sealed(try AnonymizedTranscript(decoding: data))
        } catch AnonymizedTranscript.SealError.notAnonymized {
            self = .raw(try TextTools.transcript(data))
        }
    }

    var document: Transcript {
        switch self {
        case .sealed(let sealed): sealed.document
        case .raw(let raw): raw
        }
    }
}
