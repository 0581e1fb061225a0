import Foundation

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

    /// - Parameter file: whose first line is the passphrase.
    public init(
        file: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        prompt: (@Sendable (_ question: String) throws -> String?)? = nil
    ) {
        self.file = file.map { URL(fileURLWithPath: $0) }
        self.environment = environment[Self.variable]
        self.prompt = prompt
    }

    struct Found: Sendable {
        var passphrase: String
        /// How a message calls it.
        var origin: String
    }

    /// What was given with the command.
    func given() throws -> Found? {
        if let file {
            guard let data = FileManager.default.contents(atPath: file.path), let text = String(data: data, encoding: .utf8) else {
                throw StageFault("cannot read the passphrase from '\(file.lastPathComponent)'; check the path, and that it is UTF-8 text")
            }
            let line = text.prefix { !$0.isNewline }
            guard !line.isEmpty else { throw KeyFault.emptyPassphrase("the first line of '\(file.lastPathComponent)'") }
            return Found(passphrase: String(line), origin: "the passphrase in '\(file.lastPathComponent)'")
        }
        if let environment {
            guard !environment.isEmpty else { throw KeyFault.emptyPassphrase(Self.variable) }
            return Found(passphrase: environment, origin: "the passphrase in \(Self.variable)")
        }
        return nil
    }
}
