import Foundation
import Pipeline
import Signal
import Transcript

/// Another program that says who asks and who answers: any that reads RTTM and writes a table of voices and roles.
struct ExternalRoles: Sendable {
    static let placeholders = ["{rttm}", "{result}"]
    let command: ExternalCommand

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        self.command = try ExternalCommand("external program for roles", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: nil)
    }

    /// A role for each of the voices.
    /// - Throws: ``StageFault`` that says what the program did wrong.
    func roles(of map: SpeakerMap, voices: [String], recording: String, complaints: URL?, progress: Signal.Progress) throws -> [String: Role] {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let talk = folder.url.appendingPathComponent("talk.rttm"), result = folder.url.appendingPathComponent("roles.tsv")
        let rttm = Data(RTTM(segments: map.segments, rate: .analysis, file: recording).formatted().utf8)
        var job = ExternalCommand.Job(
            values: ["{rttm}": talk.path, "{result}": result.path], result: result, writes: "a table of voices and roles", limit: 1 << 20, complaints: complaints)
        if command.asks(for: "{rttm}") { try SafeFile.write(rttm, to: talk, confidential: true) } else { job.input = rttm }
        let roles = try command.run(job, in: folder.url, poll: { try progress(0) }) {
            try read(command.text($0, of: "a table of voices and roles"), voices: voices)
        }
        try progress(1)
        return roles
    }

    private func read(_ text: String, voices: [String]) throws -> [String: Role] {
        let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
        var roles: [String: Role] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
            let fields = line.split(separator: "\t").map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count == 2 else { throw command.fault("wrote a line \(index + 1) that is not a voice, a tab and a role") }
            guard voices.contains(fields[0]) else { throw command.fault("names a voice on line \(index + 1) that the recording does not have; it has \(voices.joined(separator: ", "))") }
            guard let role = Role(rawValue: fields[1].lowercased()) else { throw command.fault("gives a role on line \(index + 1) that is not known; the roles are \(known)") }
            guard roles.updateValue(role, forKey: fields[0]) == nil else { throw command.fault("gives a voice two roles (line \(index + 1))") }
        }
        let missing = voices.filter { roles[$0] == nil }
        guard missing.isEmpty else { throw command.fault("says nothing of \(missing.joined(separator: ", ")); it must give every voice a role (\(known))") }
        return roles
    }
}
