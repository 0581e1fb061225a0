import AudioIngest
import Foundation
import Pipeline
import Redaction
import Signal
import Speech

/// Writes a redacted copy of a recording, and checks it before anybody gets it.
struct SoundRedaction {
    var filling: SoundMask.Filling
    var margin: Double
    var fade: Double
    var disguise: RedactionReport.Disguise
    /// Who speaks when, at the recording's rate; empty when not known.
    var segments: [LabeledSegment] = []
    /// What every choice that looks like chance comes from: must not be known to those who get the sound.
    var secret: String

    /// - Parameters:
    ///   - url: the file to write, 0600; what stands there is replaced once the new one is whole and checked.
    /// - Returns: the report, without what only the caller knows.
    /// - Throws: ``StageFault``, ``FileFault``, `IngestError`, what `progress` throws.
    func write(_ recording: Recording, plan: RedactionPlan, named id: String, to url: URL, progress: @escaping Signal.Progress) throws -> RedactionReport {
        let mask = SoundMask(spans: plan.spans.map(\.range), fade: fade, filling: filling, rate: recording.rate)
        guard recording.channels <= FLACWriter.mostChannels else {
            throw StageFault("the recording has \(recording.channels) channels and FLAC holds at most \(FLACWriter.mostChannels); split it first")
        }
        let (disguise, withoutPitch) = try disguise == .none ? (nil, 0) : voices(recording, progress: { try progress(0.2 * $0) })
        let begin = disguise == nil ? 0 : 0.2, bits = FLACWriter.bits(for: recording.format)
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
        let descriptor = open(temporary.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        var isKept = false
        defer { if !isKept { unlink(temporary.path) } }
        let writer = try FLACWriter(
            descriptor: descriptor, name: url.lastPathComponent, rate: recording.rate, channels: recording.channels, bits: bits)
        let source = recording.interleavedSource()
        let redactor = try SoundRedactor(mask: mask, disguise: disguise, rate: recording.rate, channels: recording.channels)
        let total = Double(max(1, recording.length))
        while let block = try source.nextBlock() {
            try writer.write(redactor.process(block))
            try progress(min(1, begin + (0.85 - begin) * Double(writer.frames) / total))
        }
        try writer.write(redactor.finish())
        try writer.finish()
        try check(temporary, against: recording, mask: mask, isDisguised: disguise != nil, bits: bits, progress: { try progress(0.85 + 0.15 * $0) })
        try Self.keep(temporary, as: url)
        isKept = true
        var report = RedactionReport(
            recording: id, plan: plan, mask: mask, margin: margin, rate: recording.rate, length: recording.length, channels: recording.channels, bits: bits)
        if let source = recording.format.bitsPerSample, source > bits { report.sourceBits = source }
        report.disguise = self.disguise
        report.voices = disguise?.voices.count ?? 0
        report.voicesWithoutPitch = withoutPitch
        report.clipped = writer.clipped
        report.digest = try Digest.sha256(file: url)
        report.remarks = (recording.warnings + source.warnings.filter { !recording.warnings.contains($0) }).map(\.description)
        return report
    }

    private static func keep(_ temporary: URL, as url: URL) throws {
        let descriptor = open(temporary.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        let isOnDisk = fsync(descriptor) == 0
        close(descriptor)
        guard isOnDisk, rename(temporary.path, url.path) == 0 else { throw FileFault(url, errno) }
    }

    /// The moves of the voices: by speaker where it is known who speaks, else one for all.
    private func voices(_ recording: Recording, progress: @escaping Signal.Progress) throws -> (VoiceDisguise, withoutPitch: Int) {
        let whole = LabeledSegment(range: SampleRange(0, recording.length), label: "all")
        let isOne = disguise == .all || segments.isEmpty
        let own = isOne ? [whole] : segments
        var source = try recording.analysisSource(SpeechTools.channel(of: recording), quality: .medium)
        let prints = try VoicePrinter().prints(
            source: &source, segments: own.map { .init(range: $0.range.converted(from: recording.rate, to: .analysis), label: $0.label) },
            progress: progress)
        var labels: [String] = []
        for segment in own where !labels.contains(segment.label) { labels.append(segment.label) }
        var missing = 0
        let voices = labels.map { label in
            let pitch = prints.first { $0.label == label }?.pitch.map { exp($0) }
            if pitch == nil { missing += 1 }
            return VoiceDisguise.Voice(label: label, shift: VoiceDisguise.shift(medianPitch: pitch, seed: Self.seed(secret, label)))
        }
        return (isOne ? VoiceDisguise(voice: voices[0]) : VoiceDisguise(voices: voices, segments: own), missing)
    }

    private static func seed(_ secret: String, _ label: String) -> UInt64 {
        UInt64(Digest.sha256(Data("ordrett-voice-1\n\(secret)\n\(label)".utf8)).prefix(16), radix: 16) ?? 0
    }

    /// Reads the new file again: as long as the recording; in the spans what was meant to be there; elsewhere, when no voice
    /// was moved, the recording bit by bit.
    private func check(
        _ url: URL, against recording: Recording, mask: SoundMask, isDisguised: Bool, bits: Int, progress: Signal.Progress
    ) throws {
        let fault = StageFault("the redacted file did not pass its own check and was thrown away; run again, and check the disk if it happens again")
        let made = try Recording(path: url.path)
        guard made.length == recording.length, made.rate == recording.rate, made.channels == recording.channels else { throw fault }
        let result = made.interleavedSource(), original = recording.interleavedSource()
        let channels = recording.channels, full = Float(1 << (bits - 1))
        var position = 0, span = 0
        while let block = try result.nextBlock() {
            guard let before = try original.nextBlock(), before.count == block.count else { throw fault }
            for frame in 0..<block.count / channels {
                let at = position + frame
                while span < mask.spans.count, mask.spans[span].end <= at { span += 1 }
                let isInside = span < mask.spans.count && mask.spans[span].start <= at
                guard isInside || !isDisguised && !mask.touches(at) else { continue }
                for index in frame * channels..<(frame + 1) * channels {
                    let wanted = isInside ? mask.filler(at: at) : before[index]
                    // What an integer cannot hold is rounded; beyond full scale it is cut.
                    let difference = abs(block[index] - min(1, max(-1, wanted))) * full
                    guard difference <= (isInside || recording.format.isFloat || recording.format.isLossy || recording.format.bitsPerSample ?? 0 > bits ? 1.01 : 0) else { throw fault }
                }
            }
            position += block.count / channels
            try progress(Double(position) / Double(max(1, recording.length)))
        }
        guard position == recording.length else { throw fault }
    }
}
