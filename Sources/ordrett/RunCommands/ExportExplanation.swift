import Foundation
import Pipeline
import Stages

/// How an exported file was made, for people and programs.
enum ExportExplanation {
    static func show(_ path: String, json: Bool) throws {
        let found = try ExportProvenance.find(path), provenance = found.provenance
        if json { return try Talk.json(found) }
        if !found.isUnchanged { Talk.say("note: the file has changed since it was written; what follows is of the file as it was") }
        Talk.data("made by \(provenance.program), pipeline \(provenance.pipeline)\n")
        for (role, digest) in provenance.files.sorted(by: { $0.key < $1.key }) { Talk.data("\(role): SHA-256 \(digest)\n") }
        for stage in provenance.stages {
            Talk.data("\n\(stage.stage), version \(stage.version)\n")
            for (name, value) in stage.settings.sorted(by: { $0.key < $1.key }) { Talk.data("  \(name) = \(value)\n") }
            for (name, value) in stage.data.sorted(by: { $0.key < $1.key }) { Talk.data("  \(name): \(value)\n") }
            if let output = stage.output { Talk.data("  result: \(output)\n") }
        }
    }
}
