import Bokmal
import ChildProcesses
import Foundation
import Recognition

/// What puts Nynorsk into Bokmål.
enum NynorskEngine: String, CaseIterable, Sendable {
    /// Apertium when it is installed and works, else our own lexicon and rules.
    case auto
    case own
    /// Apertium or nothing.
    case apertium

    /// The translator to use; nil for our own rules.
    /// - Throws: `StageFault` when Apertium is asked for and missing.
    func translator(path: String? = ProcessInfo.processInfo.environment["PATH"]) throws -> ApertiumTranslator? {
        guard self != .own else { return nil }
        if let found = ApertiumTranslator.find(path: path) { return found }
        guard self == .apertium else { return nil }
        throw StageFault(
            "Nynorsk is to go through Apertium, and 'apertium' with the pair nno-nob is not installed; install it (\(ApertiumTranslator.remedy)), or choose own or auto for nynorsk")
    }

    /// For the run key: which installation may have a say, or `none`.
    func digest(path: String? = ProcessInfo.processInfo.environment["PATH"]) throws -> String {
        try translator(path: path)?.digest() ?? "none"
    }

    /// Proposals for what `run` will come upon in Nynorsk. A text without Nynorsk starts no program.
    /// - Parameter warn: told, under `auto`, why our own rules do it although Apertium is there; quotes no text.
    /// - Throws: `StageFault` when Apertium is asked for and does not work; `CancellationError`; what `run` throws.
    func proposals(
        for normalizer: Normalizer, using translator: (any NynorskTranslator)?, warn: (String) -> Void,
        in run: (Normalizer) throws -> Void
    ) async throws -> NynorskProposals {
        guard let translator else { return NynorskProposals() }
        let sentences = try normalizer.nynorskSentences(in: run)
        do {
            return try await NynorskProposals(of: sentences, by: translator)
        } catch let error where !(error is CancellationError) {
            let why = error is ApertiumFault || error is NynorskMisalignment || error is ChildProcess.StartError ? "\(error)" : "it does not work"
            guard self != .apertium else {
                throw StageFault("Apertium gave no translation of the Nynorsk: \(why); try 'echo Eg veit | apertium nno-nob', or choose own or auto for nynorsk")
            }
            warn("Apertium gave no translation of the Nynorsk: \(why). The program's own rules did it instead, with more errors.")
            return NynorskProposals()
        }
    }
}
