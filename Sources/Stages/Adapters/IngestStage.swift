import AudioIngest
import Foundation
import Pipeline
import Signal
import Transcript

/// Reads a recording through once: format, levels, channels, the recorder's own words.
struct IngestStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "ingest", version: 1, summary: "format, levels, channels and recorder metadata", output: RecordingSheet.self,
        files: ["recording"], facts: [ItemFacts.name],
        irreplaceable: "what it says of a recording (digest, rate, length) identifies every run; convert the recording beforehand instead")

    init(settings: Settings) {}

    func resources(in folders: OutputFolders) throws -> [String: String] { ResourceDigest.sound }

    func run(_ context: ItemContext) throws -> RecordingSheet {
        let access = try SoundAccess(context), recording = access.recording
        let inspection = try RecordingInspection(of: recording, progress: context.progress(0, 1))
        let reference = RecordingReference(
            id: context.item.id, digest: try access.digestOfOriginals() ?? inspection.digest, rate: recording.rate, length: inspection.format.frames,
            channels: recording.channels, recordedAt: context.item.recordingFacts.date ?? Self.clock(recording.startDate))
        return RecordingSheet(
            reference: reference, inspection: inspection, warnings: inspection.warnings.map(\.message))
    }

    /// The recorder's clock as ISO 8601 without a zone: recorders know none.
    static func clock(_ date: Date?) -> String? {
        guard let date else { return nil }
        return String(date.ISO8601Format(.iso8601(timeZone: .gmt)).prefix(19))
    }
}
