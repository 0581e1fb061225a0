import ArgumentParser
import Foundation
import Stages

/// Asks for a passphrase at the terminal, without showing it.
enum PassphrasePrompt {
    /// Nil where nobody sits at a terminal.
    static var standard: (@Sendable (String) throws -> String?)? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        return { try ask($0) }
    }

    private static func ask(_ question: String) throws -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { return nil }
        // Stopped with Ctrl-C here, the terminal would stay silent.
        let handler = signal(SIGINT, SIG_IGN)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            signal(SIGINT, handler)
        }
        write(question, terminal)
        var bytes: [UInt8] = [], byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != 0x0A, byte != 0x0D, bytes.count < 4096 { bytes.append(byte) }
        write("\n", terminal)
        return String(bytes: bytes, encoding: .utf8)
    }

    private static func write(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = Foundation.write(descriptor, bytes, bytes.count)
    }
}

/// The study and its passphrase, as every command that opens the register takes them.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The study folder; by default the one you stand in.", valueName: "dir"), completion: .directory) var study: String?
    @OptionGroup var passphrase: PassphraseOptions

    func tools(asks: Bool = true) throws -> KeyTools { try KeyTools(study: study, passphrase: passphrase.source(asks: asks)) }
}

struct PassphraseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file whose first line is the key register's passphrase; else ORDRETT_PASSPHRASE, the remembered one, or a question.", valueName: "file"), completion: .file())
    var passphraseFile: String?

    func source(asks: Bool = true) -> PassphraseSource {
        PassphraseSource(file: passphraseFile, prompt: asks ? PassphrasePrompt.standard : nil)
    }
}

/// Who does it, for the log.
struct WhoOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who does this; kept in the access log.", valueName: "name")) var by: String
    @Option(help: ArgumentHelp("Why; kept in the access log, so without names.", valueName: "text")) var reason: String

    func validate() throws {
        if by.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--by says who does this") }
        if reason.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--reason says why") }
    }
}
