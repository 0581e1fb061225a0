import Alignment
import Foundation

/// The synthetic voice for alignment, in a process of its own wherever the program's executable can be found.
public enum Voice {
    /// The hidden subcommand that serves ``IsolatedSynthesizer``.
    public static let command = "synthesis-worker"

    public static func serve(_ voice: String) throws { try SynthesisWorker.serve(voice: voice) }

    static let make: @Sendable (String) throws -> any SpeechRenderer = { voice in
        guard let program else { return try SpeechSynthesizer(voice: voice) }
        return try IsolatedSynthesizer(program: program, arguments: [command, voice])
    }

    /// This executable when it is `ordrett`; when it is a test runner, the `ordrett` built beside it.
    private static let program: URL? = {
        guard let own = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
        if own.lastPathComponent == "ordrett" { return own }
        let sibling = own.deletingLastPathComponent().appendingPathComponent("ordrett")
        return FileManager.default.isExecutableFile(atPath: sibling.path) ? sibling : nil
    }()
}
