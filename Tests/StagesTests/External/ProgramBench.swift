import Foundation
import Signal
import Testing
import Transcript
@testable import Stages

/// A folder with a script that stands in for another program.
final class ProgramBench {
    let root: URL
    var complaints: URL { root.appendingPathComponent("klage.txt") }

    /// - Parameter script: what a shell runs; `./program` in the folder.
    init(_ script: String, shell: String = "/bin/sh") throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("program-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try Data("#!\(shell)\n\(script)\n".utf8).write(to: root.appendingPathComponent("program"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root.appendingPathComponent("program").path)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func put(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }

    /// What a fault says; that it says nothing of the talk is checked.
    static func fault(quoting words: [String] = ["Kari", "hemmelig"], _ work: () throws -> Void) -> String {
        do {
            try work()
            return "no fault"
        } catch let fault as StageFault {
            for word in words { #expect(!fault.description.contains(word), "a message quotes the talk") }
            return fault.description
        } catch { return "\(type(of: error))" }
    }

    /// Two speakers in four turns: words of 0.3 s every 0.4 s at 44.1 kHz when `isTimed`.
    static func talk(_ turns: [(String, String)] = [("S1", "Hei, hva heter du?"), ("S2", "Eg heiter Kari og kjem ikkje frå Bø."), ("S1", "mm"), ("S2", "Eg er 45 år.")], isTimed: Bool = false) -> Transcript {
        let rate = SampleRate(44_100)
        var id = 0, result: [Turn] = []
        for (number, (speaker, text)) in turns.enumerated() {
            var turn = Turn(id: number + 1, speaker: speaker)
            for token in text.split(separator: " ") {
                id += 1
                let word = token.trimmingCharacters(in: CharacterSet(charactersIn: ",.?"))
                let start = rate.position(seconds: 0.4 * Double(id))
                turn.elements.append(
                    .word(
                        Word(
                            id: id, text: word, trail: String(token.dropFirst(word.count)), range: isTimed ? SampleRange(start, start + rate.position(seconds: 0.3)) : nil,
                            placement: isTimed ? .aligned : nil, isFiller: word == "mm")))
            }
            if isTimed { turn.range = turn.words.compactMap(\.range).reduce(nil) { $0?.union($1) ?? $1 } }
            result.append(turn)
        }
        return Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: rate, length: rate.position(seconds: 20), channels: 1),
            speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: "Informant 1", role: .participant)], turns: result)
    }
}
