import ArgumentParser
import AudioIngest
import Foundation
import Stages

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What to know before trusting a recording.",
        discussion: """
            Examples:
              ordrett inspect opptak/P07.wav
              ordrett inspect R09_0001.wav R09_0002.wav        the parts of one recording
              ordrett inspect --json opptak/P07.wav

            Format, rate, bits, channels, duration, the recorder's own metadata (bext, cue markers, iXML), peak, clipping,
            noise floor, signal-to-noise estimate, dead channels, DC offset, hum and dropouts. The file is only read.
            """)

    @Argument(help: "A recording, or its parts in order.", completion: .file()) var files: [String]
    @Flag(help: "As JSON on stdout.") var json = false

    func run() async throws {
        let line = ProgressLine("inspect")
        let files = files
        let inspection = try await Interruption.guarding {
            Result { try SpeechTools.inspect(files, progress: line.report) }
        }.get()
        line.end()
        if json { return try Talk.json(inspection) }
        Talk.data(InspectionText.lines(inspection).joined(separator: "\n") + "\n")
    }
}

/// An inspection as a person reads it.
enum InspectionText {
    static func lines(_ inspection: RecordingInspection) -> [String] {
        func db(_ value: Double) -> String { value.isFinite ? Decimal3.text(value, places: 1) + " dBFS" : "-∞ dBFS" }
        var lines = inspection.parts.map { "file        \($0.name), \($0.byteCount) bytes" }
        lines.append("format      \(inspection.format.description)")
        lines.append("duration    \(clockText(inspection.seconds))")
        lines.append("channels    \(inspection.layout.kind.rawValue): \(inspection.layout.reason)")
        for (index, channel) in inspection.channels.enumerated() {
            let name = inspection.channels.count > 1 ? "channel \(index + 1)   " : "level       "
            lines.append(
                name
                    + "peak \(db(channel.peakDBFS)), speech \(db(channel.speechDBFS)), noise floor \(db(channel.noiseFloorDBFS))"
                    + (channel.signalToNoiseDB.map { ", SNR about \(Decimal3.text($0, places: 0)) dB" } ?? "")
                    + (channel.isDead ? ", dead" : ""))
            lines.append(
                "            clipped runs \(channel.clippedRuns), DC offset \(Decimal3.text(channel.offset, places: 4)), dropouts \(channel.dropoutCount)")
        }
        if let bandwidth = inspection.bandwidth { lines.append("bandwidth   \(Decimal3.text(bandwidth, places: 0)) Hz") }
        if let hum = inspection.hum, hum.present { lines.append("hum         \(db(hum.levelDBFS))") }
        let metadata = inspection.metadata
        if let bext = metadata.broadcast {
            lines.append(
                "bext        \(bext.originator) \(bext.originationDate) \(bext.originationTime), time reference \(bext.timeReference)"
                    + (bext.description.isEmpty ? "" : ": \(bext.description)"))
        }
        for cue in metadata.cues {
            let seconds = inspection.format.rate.seconds(cue.position)
            lines.append("cue         \(clockText(seconds)) \([cue.label, cue.note].compactMap { $0 }.joined(separator: ": "))")
        }
        if let notes = metadata.productionNotes {
            lines.append(
                "iXML        " + [notes.project, notes.scene, notes.take, notes.note].compactMap { $0 }.joined(separator: ", "))
        }
        for tag in metadata.tags { lines.append("tag         \(tag.name): \(tag.value)") }
        lines.append("sha256      \(inspection.digest)")
        lines += inspection.warnings.map { "warning     \($0.message)" }
        lines += inspection.remarks.map { "remark      \($0)" }
        return lines
    }
}
