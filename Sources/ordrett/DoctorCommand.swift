import ArgumentParser
import Foundation
import Stages

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What is installed, what is missing and how to get it.",
        discussion: """
            Examples:
              ordrett doctor
              ordrett doctor --json
            """)

    @Flag(help: "As JSON on stdout.") var json = false

    func run() throws {
        let checks = Doctor.examine()
        if json {
            try Talk.json(checks)
        } else {
            var table = TextTable(header: ["", "what", "for", "found"])
            for check in checks {
                table.rows.append([check.present ? "ok" : check.required ? "MISSING" : "-", check.name, check.purpose, check.found])
            }
            Talk.data(table.text + "\n")
            for check in checks where !check.present { Talk.data("\(check.name): \(check.remedy)\n") }
        }
        if checks.contains(where: { $0.required && !$0.present }) { throw ExitCode(1) }
    }
}
