import Foundation

/// The stages a program offers, by id.
public struct StageCatalogue: Sendable {
    public let stages: [any Stage.Type]

    public init(_ stages: [any Stage.Type]) { self.stages = stages }

    public subscript(id: String) -> (any Stage.Type)? { stages.first { $0.descriptor.id == id } }
    public var ids: [String] { stages.map { $0.descriptor.id } }
}

/// A checked pipeline: stages in order, each with complete settings.
public struct PipelineDefinition: Sendable {
    public struct Step: Sendable {
        public let type: any Stage.Type
        public let settings: Settings
        public let descriptor: StageDescriptor
        /// What of a run's key follows from the step alone: stage, version and settings.
        let components: [String: String]
        /// Tells the step from every other one: a digest of ``components``.
        let identity: String

        init(type: any Stage.Type, settings: Settings) {
            self.type = type
            self.settings = settings
            descriptor = type.descriptor
            components = RunKey.components(stage: descriptor, settings: settings)
            identity = Digest.sha256(bytes: CanonicalJSON.object(components))
        }
    }

    public let name: String
    /// What the pipeline is for, in Norwegian as in the file.
    public let summary: String
    public let steps: [Step]

    public init(name: String, summary: String = "", steps: [Step]) {
        self.name = name
        self.summary = summary
        self.steps = steps
    }

    /// The steps that look at the whole study, in order. Item steps run in the phases before, between and after them.
    public var studySteps: [Step] { steps.filter { $0.type is any StudyStage.Type } }

    /// The item steps that stand after `phase` study steps and before the next.
    func steps(inPhase phase: Int) -> [Step] {
        var seen = 0, result: [Step] = []
        for step in steps {
            if step.type is any StudyStage.Type { seen += 1 } else if seen == phase { result.append(step) }
        }
        return result
    }

    /// The steps up to and including `stage`.
    public func until(_ stage: String) -> PipelineDefinition {
        guard let last = steps.firstIndex(where: { $0.descriptor.id == stage }) else { return self }
        return PipelineDefinition(name: name, summary: summary, steps: Array(steps[...last]))
    }
}

/// What is wrong in a pipeline or study file, and where.
public struct DefinitionError: Error, Sendable, CustomStringConvertible {
    public var file: String
    /// 1-based line, when known.
    public var line: Int?
    public var key: String?
    public var message: String

    public init(file: String, line: Int? = nil, key: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    public var description: String {
        "\(file):\(line.map { "\($0):" } ?? "") " + (key.map { "'\($0)': " } ?? "") + message
    }
}
