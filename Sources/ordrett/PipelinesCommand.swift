import ArgumentParser
import Pipeline
import Stages

struct PipelinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipelines", abstract: "List the shipped pipelines, or every setting of one.",
        discussion: """
            Examples:
              ordrett pipelines
              ordrett pipelines intervju
              ordrett pipelines my/own.yaml        check a pipeline file
            """)

    @Argument(help: "A pipeline to show.") var name: String?

    func run() throws {
        guard let name else {
            var table = TextTable(header: ["pipeline", "for"])
            for name in PipelineLibrary.shipped { table.rows.append([name, try PipelineLibrary.load(name).summary]) }
            return Talk.data(table.text + "\n")
        }
        let pipeline = try PipelineLibrary.load(name)
        Talk.data("\(pipeline.name): \(pipeline.summary)\n")
        for step in pipeline.steps {
            Talk.data("\n\(step.descriptor.id): \(step.descriptor.summary)\n")
            for setting in step.descriptor.settings {
                let value = step.settings.values[setting.name]?.description ?? ""
                let own = value == setting.standard.description ? "" : " (default \(setting.standard))"
                Talk.data("  \(setting.name) = \(value)\(own)\n      \(setting.help); \(setting.kind.allowed)\n")
            }
        }
    }
}
