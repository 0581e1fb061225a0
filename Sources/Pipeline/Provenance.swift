import Foundation

/// How a result came about, enough to make it again: what the recording was, and what every stage was, with its settings and data.
///
/// It names nobody: no ids, no paths, no facts of the study; what may hold words of the study's is said to be there, and not
/// even its digest is told: that of a short list of names is found by whoever has a list of names.
public struct Provenance: Codable, Sendable, Hashable {
    public struct Stage: Codable, Sendable, Hashable {
        public var stage: String
        public var version: String
        /// Settings in the spelling of pipeline files.
        public var settings: [String: String]
        /// SHA-256 or versions of models, lexicons, policies and programs.
        public var data: [String: String]
        /// SHA-256 of its result, where that may be shared: a digest of a short list of names is found by whoever has a list of names.
        public var output: String?
    }

    static let own = "the study's own"
    public static let format = "ordrett.provenance.1"
    public var format = Self.format
    /// The program and its version.
    public var program: String
    /// The pipeline's name.
    public var pipeline: String
    /// What stands for the item's own files by role: the SHA-256 of the file; of several, that of their digests' lines.
    public var files: [String: String]
    public var stages: [Stage]

    init(program: String, pipeline: String, steps: [(step: PipelineDefinition.Step, components: [String: String], output: String?)]) {
        self.program = program
        self.pipeline = pipeline
        var files: [String: String] = [:], stages: [Stage] = []
        for (step, components, output) in steps {
            var stage = Stage(
                stage: step.descriptor.id, version: components["version"] ?? "", settings: [:], data: [:],
                output: step.descriptor.sensitivity == .shareable ? output : nil)
            let own = step.type.privateResources, hidden = Set(step.descriptor.settings.filter(\.isPrivate).map(\.name))
            for (name, value) in components {
                let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                switch parts[0] {
                case "file": files[parts[1]] = value
                case "setting": stage.settings[parts[1]] = hidden.contains(parts[1]) && !value.isEmpty && value != "[]" ? Self.own : Self.withoutPath(value)
                case "resource": stage.data[parts[1]] = own.contains(parts[1]) ? Self.own : value
                default: break
                }
            }
            stages.append(stage)
        }
        self.files = files
        self.stages = stages
    }

    /// The home folder of somebody names them.
    private static func withoutPath(_ value: String) -> String {
        value.contains("/") ? "…/" + (value as NSString).lastPathComponent : value
    }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
