import ArgumentParser
import Foundation
import Stages

/// Where a transcript comes from: a file, stdin, or a study's own run.
struct TranscriptSource: ParsableArguments {
    @Option(help: ArgumentHelp("The study that a recording's id is looked up in; by default the one you stand in.", valueName: "dir")) var study: String?

    func bytes(_ name: String) throws -> Data {
        if name == "-" || FileManager.default.fileExists(atPath: name) { return try TextFile.bytes(name) }
        let found = try StudyTranscripts.sealed(name, study: study)
        for note in found.notes { Talk.say("note: \(note)") }
        return found.data
    }
}
