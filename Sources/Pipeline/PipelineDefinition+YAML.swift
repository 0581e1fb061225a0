import Foundation
import Yams

extension PipelineDefinition {
    /// Reads and checks a pipeline file.
    ///
    /// ```yaml
    /// name: intervju
    /// summary: To stemmer, ett opptak
    /// stages:
    ///   - ingest
    ///   - speakers: {count: 2}
    /// ```
    /// - Throws: ``DefinitionError`` with file, line, key and what is allowed.
    public init(
        yaml: String, file: String, catalogue: StageCatalogue, overrides: [String: [String: String]] = [:],
        overrideSource: String = "--set"
    ) throws {
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                throw DefinitionError(file: file, message: "the file is empty; a pipeline needs 'stages:'")
            }
            root = node
        } catch let error as YamlError {
            throw DefinitionError(file: file, line: error.line, message: "not valid YAML: \(error.problem)")
        }
        guard let top = root.mapping else {
            throw DefinitionError(file: file, line: root.line, message: "expected 'name:', 'summary:' and 'stages:' at the top level")
        }
        for (key, _) in top where !["name", "summary", "stages"].contains(key.string ?? "") {
            throw DefinitionError(
                file: file, line: key.line, key: key.string, message: "unknown key; allowed here: name, summary, stages")
        }
        guard let list = top["stages"] else {
            throw DefinitionError(file: file, line: root.line, key: "stages", message: "missing; list the stages in order")
        }
        guard let sequence = list.sequence, !sequence.isEmpty else {
            throw DefinitionError(file: file, line: list.line, key: "stages", message: "expected a list of stages")
        }

        var steps: [Step] = []
        var made: Set<String> = []
        var unused = overrides
        for node in sequence {
            let (name, nameLine, body) = try Self.stageName(node, file: file)
            guard let type = catalogue[name] else {
                throw DefinitionError(
                    file: file, line: nameLine, key: name,
                    message: "unknown stage; the stages are \(catalogue.ids.joined(separator: ", "))")
            }
            let descriptor = type.descriptor
            if steps.contains(where: { $0.descriptor.id == name }) {
                throw DefinitionError(file: file, line: nameLine, key: name, message: "the stage stands twice; each may stand once")
            }
            for kind in descriptor.inputs where !made.contains(kind) {
                let makers = catalogue.stages.filter { $0.descriptor.output == kind }.map { $0.descriptor.id }
                throw DefinitionError(
                    file: file, line: nameLine, key: name,
                    message: "needs the result of \(makers.joined(separator: " or ")), which must stand before it")
            }
            var values = try Self.settings(body, of: descriptor, file: file)
            for (key, text) in unused.removeValue(forKey: name) ?? [:] {
                guard let setting = descriptor.settings.first(where: { $0.name == key }) else {
                    throw DefinitionError(
                        file: overrideSource, key: "\(name).\(key)",
                        message: descriptor.unknownSetting(key))
                }
                guard let value = setting.kind.value(ofText: text) else {
                    throw DefinitionError(
                        file: overrideSource, key: "\(name).\(key)", message: "'\(text)' does not fit; expected \(setting.kind.allowed)")
                }
                values[key] = value
            }
            steps.append(Step(type: type, settings: Settings(schema: descriptor.settings, overrides: values)))
            made.insert(descriptor.output)
        }
        if let stage = unused.keys.sorted().first {
            throw DefinitionError(
                file: overrideSource, key: stage,
                message: "this pipeline has no such stage; it has \(steps.map(\.descriptor.id).joined(separator: ", "))")
        }
        self.init(
            name: top["name"]?.string ?? (file as NSString).deletingPathExtension, summary: top["summary"]?.string ?? "",
            steps: steps)
    }

    private static func stageName(_ node: Node, file: String) throws -> (String, Int?, Node?) {
        if let name = node.scalar?.string { return (name, node.line, nil) }
        if let mapping = node.mapping, mapping.count == 1, let pair = mapping.first, let name = pair.key.string {
            return (name, pair.key.line, pair.value)
        }
        throw DefinitionError(
            file: file, line: node.line, key: "stages",
            message: "expected a stage name, or a stage name with its settings: '- pauses: {min: 0.3}'")
    }

    private static func settings(
        _ body: Node?, of descriptor: StageDescriptor, file: String
    ) throws -> [String: SettingValue] {
        guard let body, body.null == nil else { return [:] }
        guard let mapping = body.mapping else {
            throw DefinitionError(
                file: file, line: body.line, key: descriptor.id, message: "expected settings as 'name: value' lines")
        }
        var values: [String: SettingValue] = [:]
        for (key, node) in mapping {
            let name = key.string ?? ""
            guard let setting = descriptor.settings.first(where: { $0.name == name }) else {
                throw DefinitionError(file: file, line: key.line, key: "\(descriptor.id).\(name)", message: descriptor.unknownSetting(name))
            }
            guard let value = setting.kind.value(of: node) else {
                throw DefinitionError(
                    file: file, line: node.line ?? key.line, key: "\(descriptor.id).\(name)",
                    message: "'\(node.string ?? "this value")' does not fit; expected \(setting.kind.allowed)")
            }
            values[name] = value
        }
        return values
    }
}

extension Node {
    /// 1-based line in the file.
    package var line: Int? { mark?.line }
}

extension YamlError {
    package var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    package var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let keys, _): "\(keys.sorted().map { "'\($0)'" }.joined(separator: ", ")) stands twice; keep one"
        default: "cannot be read"
        }
    }
}

extension Setting.Kind {
    /// The value of a text from a command line or a study file. Free text is taken as it stands, not as YAML.
    func value(ofText text: String) -> SettingValue? {
        switch self {
        case .text: .text(text)
        case .choice(let values): values.contains(text) ? .text(text) : nil
        default: (try? Yams.compose(yaml: text)).flatMap { value(of: $0) }
        }
    }

    /// The value a YAML node gives this kind of setting; nil when it does not fit.
    func value(of node: Node) -> SettingValue? {
        switch self {
        case .bool: return node.bool.map { .bool($0) }
        case .integer(let range): return node.int.flatMap { range.contains($0) ? .integer($0) : nil }
        case .integerOrAuto(let range):
            if node.string == "auto" { return .auto }
            return node.int.flatMap { range.contains($0) ? .integer($0) : nil }
        case .number(let range, _):
            guard let value = node.float ?? node.int.map(Double.init), range.contains(value) else { return nil }
            return .number(value)
        case .choice(let values):
            guard let text = node.string, values.contains(text) else { return nil }
            return .text(text)
        case .text: return node.string.map { .text($0) }
        case .list(let allowed):
            let texts: [String]
            if let sequence = node.sequence { texts = sequence.compactMap(\.string) }
            else if let one = node.string { texts = [one] } else { return nil }
            if !allowed.isEmpty, texts.contains(where: { !allowed.contains($0) }) { return nil }
            return .list(texts)
        }
    }
}
