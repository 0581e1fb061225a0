import Anonymization
import Bokmal
import Foundation
import Pipeline
import Signal
import Transcript

/// Another program that puts the talk into Bokmål: any that reads lines of text and writes a line for each, as translators do.
struct ExternalTranslator: Sendable {
    static let placeholders = ["{text}", "{result}"]
    let command: ExternalCommand

    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], timeout: Double, base: URL) throws {
        self.command = try ExternalCommand("external translator", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: nil)
    }

    /// - Parameter options: what the study has settled on single words.
    /// - Throws: ``StageFault`` that says what the program did wrong; never words of the talk.
    func translate(_ transcript: Transcript, options: NormalizerOptions, complaints: URL?, progress: Signal.Progress) throws -> Transcript {
        let translation = TurnTranslation(transcript, options: options)
        guard !translation.lines.isEmpty else { return transcript }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let text = folder.url.appendingPathComponent("talk.txt"), result = folder.url.appendingPathComponent("result.txt")
        let lines = Data(translation.lines.map { $0.text + "\n" }.joined().utf8)
        var job = ExternalCommand.Job(
            values: ["{text}": text.path, "{result}": result.path], result: result, writes: "a line of text for each line", limit: 8 * lines.count + 65_536,
            complaints: complaints)
        if command.asks(for: "{text}") { try SafeFile.write(lines, to: text, confidential: true) } else { job.input = lines }
        let translated = try command.run(job, in: folder.url, poll: { try progress(0.1) }) { data in
            var back = try command.text(data, of: "lines of text").split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
            if back.last == "" { back.removeLast() }
            do { return try translation.applied(back) } catch let error as TurnTranslation.Fault { throw command.fault(error.description) }
        }
        try progress(1)
        return translated
    }
}

/// Keeps what a translator from outside wrote from carrying an identifier to a word that nobody found to be one.
///
/// What was found stands on words as said. A translator may move it ("boka til Kari" to "Karis bok"): then its form would stand on
/// another word, and stay. Turns where that may have happened go back to the words as said; the sweep for registered names and the
/// audit come after it all the same.
enum MovedIdentifiers {
    static let code = "moved-identifier"

    /// - Parameter detections: what was found in the transcript.
    static func held(_ transcript: Transcript, _ detections: [TranscriptDetection]) -> Transcript {
        guard transcript.turns.contains(where: { $0.words.contains { $0.normalized?.rule == TurnTranslation.rule } }) else { return transcript }
        var result = transcript
        var found: [Int: Set<Int>] = [:]
        for detection in detections where detection.field == .words { found[detection.turn, default: []].formUnion(detection.wordIDs) }
        for index in result.turns.indices {
            let turn = result.turns[index]
            guard let marked = found[turn.id] else { continue }
            let parts = turn.words.filter { marked.contains($0.id) }.flatMap { Self.parts(of: $0.text) }
            let isMoved = turn.words.contains { word in
                guard !marked.contains(word.id), let form = word.normalized, form.rule == TurnTranslation.rule else { return false }
                let said = Self.parts(of: word.text)
                return Self.parts(of: form.text).contains { part in !said.contains(part) && parts.contains { part.hasPrefix($0) || $0.hasPrefix(part) } }
            }
            guard isMoved else { continue }
            for element in turn.elements.indices {
                guard case .word(var word) = turn.elements[element], word.normalized?.rule == TurnTranslation.rule else { continue }
                word.normalized = nil
                result.turns[index].elements[element] = .word(word)
            }
            result.findings.append(
                Finding(
                    stage: "anonymize", code: code, severity: .review,
                    message: "The translator seems to have moved what identifies to another word here; the turn stands as it was said. Write it over.",
                    range: turn.range, turn: turn.id))
        }
        return result
    }

    /// Words of three letters or figures and more, in lower case.
    private static func parts(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 3 }.map(String.init)
    }
}
