import Foundation

/// What the engine must know of a stage without running it.
public struct StageDescriptor: Sendable {
    /// The name in pipeline files and on the command line.
    public var id: String
    /// Raised whenever the same input would give other bytes: it is part of the run key.
    public var version: Int
    public var summary: String
    /// Kinds of artefact it needs; each must come from an earlier stage.
    public var inputs: [String]
    /// Kinds it uses when an earlier stage of the pipeline makes them.
    public var optionalInputs: [String]
    /// The kind of artefact it makes.
    public var output: String
    public var sensitivity: Sensitivity
    /// Roles of the item's own files it reads (`recording`, `draft`).
    public var files: [String]
    /// Names of the item's facts it reads (`participants`, `date`).
    public var facts: [String]
    public var settings: [Setting]
    /// Why no other program may take the stage's place, for a stage without the setting `command`; nil where nothing need be said.
    public var irreplaceable: String?

    public init<Output: Artefact>(
        id: String, version: Int, summary: String, inputs: [any Artefact.Type] = [],
        optionalInputs: [any Artefact.Type] = [], output: Output.Type, files: [String] = [], facts: [String] = [],
        settings: [Setting] = [], irreplaceable: String? = nil
    ) {
        self.id = id
        self.version = version
        self.summary = summary
        self.inputs = inputs.map { $0.kind }
        self.optionalInputs = optionalInputs.map { $0.kind }
        self.output = Output.kind
        self.sensitivity = Output.sensitivity
        self.files = files
        self.facts = facts
        self.settings = settings
        self.irreplaceable = irreplaceable
    }

    /// What to say of a setting that the stage does not have.
    func unknownSetting(_ name: String) -> String {
        if name == "command" {
            return "no other program can take this stage's place" + (irreplaceable.map { ": " + $0 } ?? "")
        }
        let allowed = settings.map(\.name)
        return allowed.isEmpty ? "unknown setting; this stage has none" : "unknown setting; allowed: \(allowed.joined(separator: ", "))"
    }
}

/// One step of a pipeline. Stages are plain values made from checked settings.
public protocol Stage: Sendable {
    associatedtype Output: Artefact
    static var descriptor: StageDescriptor { get }
    init(settings: Settings) throws
    /// Digests of data the stage brings itself (models, lexicons, policies, tools), by name. Part of the run key.
    /// `folders` tells where a study's own files (a notation table, a policy) lie.
    func resources(in folders: OutputFolders) throws -> [String: String]
    /// Those of one item alone, such as what a person has decided about it. Part of the run key, too.
    func resources(of item: Item, in folders: OutputFolders) throws -> [String: String]
    /// Names of resources that hold words of the study, so that not even their digests are told to others.
    static var privateResources: Set<String> { get }
    /// Whether the stage leaves something outside the store of artefacts, such as a row in a database: asked for by ``stillHolds(_:item:in:)``.
    static var hasEffect: Bool { get }
    /// Whether what an earlier run left outside the store of artefacts still stands.
    /// - Throws: when that cannot be found out, such as from a database that another program holds.
    func stillHolds(_ output: Output, item: Item, in folders: OutputFolders) throws -> Bool
}

extension Stage {
    public func resources(in folders: OutputFolders) throws -> [String: String] { [:] }
    public func resources(of item: Item, in folders: OutputFolders) throws -> [String: String] { [:] }
    public static var hasEffect: Bool { false }
    public static var privateResources: Set<String> { [] }
    public func stillHolds(_ output: Output, item: Item, in folders: OutputFolders) throws -> Bool { true }
}

/// A stage that works on one recording at a time.
public protocol ItemStage: Stage {
    associatedtype Output
    func run(_ context: ItemContext) async throws -> Output
}

/// A stage that looks at all recordings of the study together, such as the giving of codes to names.
///
/// It keeps a state (its own last output) and must be a fixed point: run again on its own output and the same inputs,
/// it gives the same bytes. The engine checks this.
public protocol StudyStage: Stage {
    associatedtype Output
    /// Name of the state's file in the confidential folder.
    static var stateFile: String { get }
    /// Whether a lost state may simply be made anew from the inputs. Not so where it holds decisions, such as codes given.
    static var stateIsRenewable: Bool { get }
    func run(_ context: StudyContext<Output>) async throws -> Output
}

extension StudyStage {
    public static var stateIsRenewable: Bool { false }
}

/// One recording to process, with all the files and facts that belong to it.
public struct Item: Sendable, Hashable {
    /// Stable name, used in every message and file name.
    public var id: String
    /// Files by role, in order.
    public var files: [String: [URL]]
    /// What the study says of it, by name, in a canonical spelling.
    public var facts: [String: String]
    /// Rough size of the work (bytes of audio): the largest item starts first.
    public var weight: Int

    public init(id: String, files: [String: [URL]] = [:], facts: [String: String] = [:], weight: Int = 0) {
        self.id = id
        self.files = files
        self.facts = facts
        self.weight = weight
    }
}

/// What an item stage sees while it runs.
public struct ItemContext: Sendable {
    public let item: Item
    public let settings: Settings
    /// Where files for people go.
    public let folders: OutputFolders
    /// Called once a block with the share done; throws `CancellationError` when the run is being stopped.
    public let progress: @Sendable (Double) throws -> Void
    /// The stage has succeeded on this item before, with whatever settings.
    public let hasRunBefore: Bool
    /// How what the stage makes has come about.
    public let provenance: @Sendable () -> Provenance
    let inputs: [String: @Sendable () throws -> Data]
    let published: ProductCollector

    /// An earlier stage's result.
    /// - Throws: ``EngineError`` when the stage did not declare it as an input.
    public func input<A: Artefact>(_ type: A.Type) throws -> A {
        guard let load = inputs[A.kind] else { throw EngineError.undeclaredInput(A.kind) }
        return try A(decoding: load())
    }

    /// An earlier stage's result, or nil when the pipeline has no stage that makes it.
    public func optional<A: Artefact>(_ type: A.Type) throws -> A? {
        try inputs[A.kind].map { try A(decoding: $0()) }
    }

    /// SHA-256 of an earlier stage's result as it is stored; nil when the pipeline has no stage that makes it.
    public func digest<A: Artefact>(of type: A.Type) throws -> String? { try inputs[A.kind].map { Digest.sha256(try $0()) } }

    /// Holds back what the stage would give to others, until a person has done something.
    ///
    /// The stage goes on and does the rest of its work; from here on ``publish(_:_:in:)`` refuses the sharing folder. What the
    /// person does must be among the stage's ``Stage/resources(of:in:)``, so that it runs again then.
    /// - Parameter reason: what it waits for and what to do; quotes nothing of the item.
    public func hold(_ reason: String) { published.hold(reason) }

    /// The item's files in a role.
    public func files(_ role: String) -> [URL] { item.files[role] ?? [] }

    /// Writes a file for people, whole or not at all, and puts it on the run record.
    ///
    /// A file of that name that somebody changed after Ordrett wrote it is kept under another name, not overwritten.
    public func publish(_ name: String, _ data: Data, in place: OutputFolders.Place) throws {
        try published.publish(name, data, in: place, folders: folders)
    }

    /// Puts a file that the stage keeps itself, such as a database, on the run record: when it is gone, the stage runs
    /// again. Its content is not checked.
    public func depend(on name: String, in place: OutputFolders.Place) {
        published.add(Product(place: place, name: name, digest: ""))
    }
}

/// What a study stage sees while it runs.
public struct StudyContext<Output: Artefact>: Sendable {
    public let settings: Settings
    public let folders: OutputFolders
    /// Items whose earlier stages have succeeded, in order of id.
    public let items: [(id: String, load: @Sendable (String) throws -> Data)]
    /// What the stage made last time, when it has run before in this study.
    public let previous: Output?

    public func input<A: Artefact>(_ type: A.Type, of item: Int) throws -> A {
        try A(decoding: items[item].load(A.kind))
    }
}

/// Faults of a pipeline's own making (exit code 2), not of the input.
public enum EngineError: Error, Sendable, CustomStringConvertible {
    case undeclaredInput(String)
    case notAFixedPoint(stage: String)
    case sharedWhileHeld(String)

    public var description: String {
        switch self {
        case .undeclaredInput(let kind): "a stage asked for '\(kind)', which it does not declare as an input"
        case .notAFixedPoint(let stage): "the study stage '\(stage)' gives other bytes when run on its own result"
        case .sharedWhileHeld(let item): "a stage tried to share files of '\(item)' that it holds back"
        }
    }
}
