import Foundation

/// The identity of one run of a stage: everything its result can depend on, and nothing else.
///
/// Paths, times, thread counts and host names never enter it. The components are kept beside the digest, so that the
/// one that changed can be named.
public struct RunKey: Sendable, Hashable {
    /// Raised when the meaning of a component changes.
    static let format = 2

    /// Name and value of each component, sorted by name: `setting.pauses.min` → `0.25`, `input.speech` → digest.
    public let components: [String: String]
    /// SHA-256 over the canonical JSON of the components.
    public let digest: String

    init(components: [String: String]) {
        self.components = components
        self.digest = Digest.sha256(bytes: CanonicalJSON.object(components))
    }

    /// The key of `stage` with these settings on these inputs.
    static func make(
        stage: StageDescriptor, settings: Settings, resources: [String: String], inputs: [String: String],
        files: [String: String], facts: [String: String]
    ) -> RunKey {
        make(components(stage: stage, settings: settings), resources: resources, inputs: inputs, files: files, facts: facts)
    }

    /// What follows from a stage and its settings alone.
    static func components(stage: StageDescriptor, settings: Settings) -> [String: String] {
        var components = ["format": String(format), "stage": stage.id, "version": String(stage.version)]
        for (name, value) in settings.canonical { components["setting." + name] = value }
        return components
    }

    /// - Parameter components: of the step, ``PipelineDefinition/Step/components``.
    static func make(
        _ components: [String: String], resources: [String: String], inputs: [String: String], files: [String: String], facts: [String: String]
    ) -> RunKey {
        var components = components
        for (name, value) in resources { components["resource." + name] = value }
        for (name, value) in inputs { components["input." + name] = value }
        for (name, value) in files { components["file." + name] = value }
        for (name, value) in facts { components["fact." + name] = value }
        return RunKey(components: components)
    }
}

/// Why a stage will run.
public enum Reason: Sendable, Hashable, CustomStringConvertible {
    case firstRun
    /// Components that differ from the latest run, with old and new value (nil = absent), and how many inputs are the same.
    case changed([Change], sameInputs: Int)
    case outputMissing
    case outputDamaged
    case productMissing(String)
    /// A file holds what another run of the stage wrote.
    case productStale(String)
    /// What it left elsewhere (in the coding store) is gone.
    case effectMissing
    /// Whether what it left elsewhere still stands could not be found out; why not. The stage runs, and says what is wrong there.
    case effectUnknown(String)
    case forced
    /// An earlier stage has to run first; if it gives the same bytes, this one need not.
    case waitsFor(String)

    public struct Change: Sendable, Hashable {
        public var name: String
        public var old: String?
        public var new: String?

        /// Setting names as pipeline files have them; digests are not shown.
        public var description: String {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            switch parts[0] {
            case "setting" where parts.count == 2: return "config.\(parts[1]) \(old ?? "none")→\(new ?? "none")"
            case "input", "file", "resource", "fact": return name + (old == nil ? " is new" : new == nil ? " is gone" : " changed")
            default: return "\(name) \(old ?? "none")→\(new ?? "none")"
            }
        }
    }

    /// Why a run with the components `new` is not the one with the components `old`.
    public init(from old: [String: String], to new: [String: String]) {
        let names = Set(old.keys).union(new.keys).sorted()
        let changes = names.filter { old[$0] != new[$0] }.map { Change(name: $0, old: old[$0], new: new[$0]) }
        let inputs = names.filter { name in ["input.", "file."].contains(where: name.hasPrefix) && old[name] == new[name] }
        self = .changed(changes, sameInputs: inputs.count)
    }

    public var description: String {
        switch self {
        case .firstRun: "not run before"
        case .changed(let changes, let same):
            changes.map(\.description).joined(separator: ", ") + (same > 0 ? "; \(same) input\(same == 1 ? "" : "s") same" : "")
        case .outputMissing: "its result is gone from the store"
        case .outputDamaged: "its stored result does not match its digest"
        case .productMissing(let name): "the file '\(name)' is gone"
        case .productStale(let name): "the file '\(name)' is of another run"
        case .effectMissing: "what it stored elsewhere is gone"
        case .effectUnknown(let why): "what it stored elsewhere could not be looked at: \(why)"
        case .forced: "asked for"
        case .waitsFor(let stage): "depends on \(stage)"
        }
    }
}

extension Reason {
    /// Without values, which may hold words, and without ids: for logs.
    /// - Parameter isStudy: of a study-wide stage, whose inputs are called after items.
    public func nameOnly(isStudy: Bool) -> String {
        switch self {
        case .changed(let changes, _):
            var names: [String] = []
            for change in changes {
                let name = isStudy && change.name.hasPrefix("input.") ? "inputs" : change.name.hasPrefix("setting.") ? "config." + change.name.dropFirst(8) : change.name
                if !names.contains(name) { names.append(name) }
            }
            return names.joined(separator: ", ") + " changed"
        case .productMissing: return "a file is gone"
        case .productStale: return "a file is of another run"
        case .effectUnknown: return "what it stored elsewhere could not be looked at"
        default: return description
        }
    }
}
