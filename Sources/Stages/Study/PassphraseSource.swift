import Foundation
import Synchronization

/// Where the passphrase of a key register comes from.
///
/// In order: a file named on the command line, `ORDRETT_PASSPHRASE`, the one that is remembered in the key folder, and a person at
/// a terminal.
public struct PassphraseSource: Sendable {
    /// Least number of characters of a passphrase that somebody chose.
    static let shortest = 8
    public static let variable = "ORDRETT_PASSPHRASE"

    public var file: URL?
    /// Asks a person; nil when nobody is there to be asked.
    /// - Parameter question: what to ask for.
    public var prompt: (@Sendable (_ question: String) throws -> String?)?
    var environment: String?

    private static let taken = Mutex<String?>(nil)

    /// Takes the passphrase out of the environment, so that no program started from here is handed it.
    public static func takeFromEnvironment() {
        guard let passphrase = ProcessInfo.processInfo.environment[variable] else { return }
        taken.withLock { $0 = passphrase }
        unsetenv(variable)
    }

    /// - Parameters:
    ///   - file: whose first line is the passphrase.
    ///   - environment: nil for the process's own.
    public init(
        file: String? = nil, environment: [String: String]? = nil,
        prompt: (@Sendable (_ question: String) throws -> String?)? = nil
    ) {
        self.file = file.map { URL(fileURLWithPath: $0) }
        self.environment =
            environment.map { $0[Self.variable] } ?? Self.taken.withLock { $0 } ?? ProcessInfo.processInfo.environment[Self.variable]
        self.prompt = prompt
    }

    struct Found: Sendable {
        var passphrase: String
        /// How a message calls it.
        var origin: String
    }

    /// The first line of a file, or of a pipe: a password manager's `<(pass show studie)`.
    /// - Throws: ``StageFault`` when it cannot be read; ``KeyFault`` when there is nothing.
    public static func line(of path: String) throws -> String {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.readToEnd() ?? Data(), let text = String(data: data, encoding: .utf8) else {
            throw StageFault("cannot read the passphrase from '\(name)'; check the path, and that it is UTF-8 text")
        }
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else { throw KeyFault.emptyPassphrase("the first line of '\(name)'") }
        return String(line)
    }

    /// What was given with the command.
    func given() throws -> Found? {
        if let file {
            let line = try Self.line(of: file.path)
            return Found(passphrase: line, origin: "the passphrase in '\(file.lastPathComponent)'")
        }
        if let environment {
            guard !environment.isEmpty else { throw KeyFault.emptyPassphrase(Self.variable) }
            return Found(passphrase: environment, origin: "the passphrase in \(Self.variable)")
        }
        return nil
    }
}
