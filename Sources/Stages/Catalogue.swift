import Foundation
import Pipeline
import ShippedPipelines

/// Every stage Ordrett has, in the order of the main pipeline.
public let ordrettStages = StageCatalogue([
    IngestStage.self, SpeechStage.self, SpeakersStage.self, VoicesStage.self, InterviewerStage.self, RolesStage.self,
    WordsStage.self, AlignStage.self, ContoursStage.self, ProsodyStage.self,
    DetectStage.self, BokmalStage.self, RegisterStage.self, AnonymizeStage.self, AuditStage.self, StoreStage.self,
    ExportStage.self, FiguresStage.self,
])

/// Finds and reads pipelines.
public enum PipelineLibrary {
    public static var shipped: [String] { ShippedPipelines.names }

    /// Whether `name` can only mean a pipeline: a shipped name, or a YAML file.
    public static func names(_ name: String) -> Bool {
        ShippedPipelines.names.contains(name) || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    /// A shipped pipeline by name, or a file by path (tried from `root` too, for a study's own).
    public static func load(
        _ name: String, root: URL? = nil, overrides: [String: [String: String]] = [:],
        overrideSource: String = "--set"
    ) throws -> PipelineDefinition {
        if let yaml = ShippedPipelines.yaml(name) {
            return try PipelineDefinition(
                yaml: yaml, file: "Pipelines/\(name).yaml", catalogue: ordrettStages, overrides: overrides,
                overrideSource: overrideSource)
        }
        let candidates = [URL(fileURLWithPath: name)] + (root.map { [$0.appendingPathComponent(name)] } ?? [])
        for url in candidates {
            guard let data = try? Data(contentsOf: url) else { continue }
            guard let yaml = String(data: data, encoding: .utf8) else {
                throw DefinitionError(file: url.lastPathComponent, message: "not UTF-8 text; save it as UTF-8")
            }
            return try PipelineDefinition(yaml: yaml, file: name, catalogue: ordrettStages, overrides: overrides,
                overrideSource: overrideSource)
        }
        throw DefinitionError(
            file: name, message: "there is no such pipeline; shipped are \(shipped.joined(separator: ", ")), or give the path of a .yaml file")
    }
}
