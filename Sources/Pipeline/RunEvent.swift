import Foundation

/// What an observer of a run is told, in order per item.
public enum RunEvent: Sendable {
    case planned(items: Int, stages: Int)
    /// `expected` is the time the same stage took last time per unit of weight, in seconds for this item, if known.
    case started(item: String, stage: String, reason: Reason, expected: Double?)
    case progress(item: String, stage: String, fraction: Double)
    case finished(item: String, stage: String, outcome: StageOutcome)
    case failed(ItemFailure)
    /// Something the user should know of the run as a whole.
    case note(String)
    case itemDone(item: String, ran: Int, reused: Int)
}

public enum StageOutcome: Sendable, Hashable {
    /// Ran; `seconds` of wall time; `sameBytes` when the result equals the one before.
    case ran(seconds: Double, sameBytes: Bool)
    case reused
    /// Done or reused, but held back from others; why, and what to do.
    case held(String)
}

/// What a stage of an item holds back until a person has done something.
public struct HeldStage: Sendable, Hashable {
    public var item: String
    public var stage: String
    /// What it waits for and what to do: never text of a transcript.
    public var reason: String

    public init(item: String, stage: String, reason: String) {
        self.item = item
        self.stage = stage
        self.reason = reason
    }
}

/// One item could not be done. The others go on.
public struct ItemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var item: String
    public var stage: String
    /// What happened and what to do: never text of a transcript.
    public var message: String
    /// The fault lies in the program, not in the input.
    public var isInternal: Bool
    /// Every other item would fail alike, as on a full disk: the run ends.
    public var endsRun = false
    /// The run key's digest of what was tried; nil where it came to none.
    public var key: String?

    public init(item: String, stage: String, message: String, isInternal: Bool = false) {
        self.item = item
        self.stage = stage
        self.message = message
        self.isInternal = isInternal
    }

    public var description: String { "\(item): \(stage): \(message)" }
}

/// How a run ended.
public struct RunReport: Sendable {
    public var done: [String] = []
    public var failures: [ItemFailure] = []
    /// What waits for a person, in order of items and stages. Their items are neither done nor failed.
    public var held: [HeldStage] = []
    /// Items that somebody else has to go on with first, and the stage that waits to be run: of a run that does only its part.
    public var awaiting: [String: String] = [:]
    /// What waits is what comes after a study stage that has just been run: the shares can go on.
    public var isRoundOpen = false
    /// Study stages that ran.
    public var studyStagesRun: [String] = []
    public var cancelled = false
    /// What ended the run before its time, for all items alike; nil when nothing did.
    public var ending: String?
    /// Stages that had to run; 0 means that nothing was to be done.
    public var stagesRun = 0
    public var stagesReused = 0

    public init() {}
}
