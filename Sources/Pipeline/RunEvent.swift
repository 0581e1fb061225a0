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
}

/// One item could not be done. The others go on.
public struct ItemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var item: String
    public var stage: String
    /// What happened and what to do: never text of a transcript.
    public var message: String
    /// The fault lies in the program, not in the input.
    public var isInternal: Bool

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
    public var cancelled = false
    /// Stages that had to run; 0 means that nothing was to be done.
    public var stagesRun = 0
    public var stagesReused = 0

    public init() {}
}
