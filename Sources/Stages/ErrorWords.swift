import Alignment
import Anonymization
import AudioIngest
import ChildProcesses
import CodingAnalysis
import CodingExchange
import CodingStore
import DSP
import Exchange
import Foundation
import Pipeline
import Prosody
import Recognition
import Redaction
import Signal
import Speech
import Transcript

/// Words for an error, from the modules that can throw it. An error nobody here knows is shown by type only, since its
/// own text may hold anything, a transcript's words among them.
public enum ErrorWords {
    public static func describe(_ error: any Error) -> (message: String, isInternal: Bool) {
        switch error {
        case let error as IngestError: (error.description, false)
        case let error as DraftError: (error.description, false)
        case let error as NotationError: (error.description, false)
        case let error as AlignmentError: (error.description, true)
        case let error as SynthesisError: (error.description, false)
        case let error as ProsodyError: (error.description, true)
        case let error as SpeakerSegmentationError: (error.description, false)
        case let error as PolicyError: (error.description, false)
        case let error as StoreError: (error.description, false)
        case let error as AnalysisError: (error.description, false)
        case let error as ExchangeError: (error.description, false)
        case let error as TextVouching.Refusal: (error.description, false)
        case let error as VoiceActivityError: (error.description, false)
        case let error as ExportFault: (error.description, false)
        case let error as PackingError: (error.description, true)
        case let error as RequestFault: (error.description, false)
        case let error as StageFault: (error.description, false)
        case let error as AnnotationFileError: (error.description, false)
        case let error as DSPError: (error.description, false)
        case let error as RedactionError: (error.description, false)
        case let error as AnonymizedTranscript.SealError: (error.description, false)
        case let error as RecognizerError: (error.description, false)
        case let error as ModelError: (error.description, false)
        case let error as ChildProcess.StartError: (error.description, false)
        case let error as OverlapError: (error.description, true)
        case let error as KeyFault: (error.description, false)
        case let error as KeyEnvelopeFault: (error.description, false)
        case let error as StudyLock.Busy: (error.description, false)
        case let error as CocoaError where error.isFileError:
            ("cannot read or write '\((error.filePath as NSString?)?.lastPathComponent ?? "a file")': check that it exists and that you may open it", false)
        default: Runner.plainWords(error)
        }
    }
}

extension CocoaError {
    fileprivate var filePath: String? { (userInfo[NSFilePathErrorKey] as? String) ?? (userInfo[NSURLErrorKey] as? URL)?.path }
}
